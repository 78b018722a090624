"""HiGHS, as Debian's SciPy carries it, on a problem in the engine's binary form (matcher/problem_binary.h).

Usage: highs_peer.py METHOD FILE GAP SECONDS     METHOD: highs-ds, highs-ipm (the linear programme) or highs-mip (whole units)
Says what own_process.h asks for: `ready BYTES SECONDS`, then `VALUE BOUND`, where nan is what it did not find; and waits to
be ended.
"""
import os
import signal
import struct
import sys
import time

import numpy
from scipy import optimize, sparse

MAGIC = b"\x89AyniP\r\n"
HEADER = struct.Struct("<8sIIIIIIQQ")


class Problem:
    def __init__(self, path):
        with open(path, "rb") as file:
            magic, version, floors, needs, offers, taps, cells, edges, edge_cells = HEADER.unpack(file.read(HEADER.size))
            if (magic, version) != (MAGIC, 1):
                sys.exit(f"{path}: not a problem in the binary form, version 1")
            if floors:
                sys.exit(f"{path}: has floors, which this model has not")

            def column(count, kind="<u4"):
                return numpy.fromfile(file, kind, count)

            self.need_demand, self.offer_capacity, self.offer_tap, self.offer_lot = (
                column(needs), column(offers), column(offers), column(offers))
            self.tap_capacity, self.cell_room, self.need_edges = column(taps), column(cells), column(needs)
            self.edge_offer, self.edge_bound, self.edge_weight = column(edges), column(edges), column(edges)
            self.edge_cells, self.edge_cell = column(edges, "<u1"), column(edge_cells)
        if (self.offer_lot > 1).any():
            sys.exit(f"{path}: has lots, which this model has not")

    def constraints(self):
        """The rows in which each edge stands, by column, and what each row has room for."""
        needs, offers, taps = len(self.need_demand), len(self.offer_capacity), len(self.tap_capacity)
        edges = numpy.arange(len(self.edge_offer), dtype=numpy.int32)
        tap = self.offer_tap[self.edge_offer]  # from 1; 0: none
        row = numpy.concatenate([
            numpy.repeat(numpy.arange(needs, dtype=numpy.int32), self.need_edges),
            needs + self.edge_offer.astype(numpy.int32),
            needs + offers - 1 + tap[tap > 0].astype(numpy.int32),
            needs + offers + taps + self.edge_cell.astype(numpy.int32),
        ])
        edge = numpy.concatenate([edges, edges, edges[tap > 0], numpy.repeat(edges, self.edge_cells)])
        room = numpy.concatenate([self.need_demand, self.offer_capacity, self.tap_capacity, self.cell_room])
        return sparse.csc_matrix((numpy.ones(len(row)), (row, edge)), shape=(len(room), len(edges))), room.astype(float)


def solve_linear(problem, method):
    matrix, room = problem.constraints()
    bounds = numpy.column_stack([numpy.zeros(len(problem.edge_bound)), problem.edge_bound])
    found = optimize.linprog(-problem.edge_weight.astype(float), A_ub=matrix, b_ub=room, bounds=bounds, method=method)
    if found.status != 0:
        sys.exit(f"{method}: {found.message}")
    return -found.fun, -found.fun


def solve_whole(problem, gap, seconds):
    matrix, room = problem.constraints()
    found = optimize.milp(-problem.edge_weight.astype(float), integrality=numpy.ones(len(problem.edge_bound)),
                          bounds=optimize.Bounds(0, problem.edge_bound.astype(float)),
                          constraints=optimize.LinearConstraint(matrix, ub=room),
                          options={"mip_rel_gap": gap, "time_limit": seconds})
    value, bound = found.fun, found.mip_dual_bound
    return tuple(float("nan") if x is None else -x for x in (value, bound))


def resident_bytes():
    with open("/proc/self/status", encoding="ascii") as status:
        return 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def main():
    method, path, gap, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the solver prints is no answer
    problem = Problem(path)
    print("ready", resident_bytes(), time.process_time(), file=answers, flush=True)
    value, bound = solve_whole(problem, gap, seconds) if method == "highs-mip" else solve_linear(problem, method)
    print(value, bound, file=answers, flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
