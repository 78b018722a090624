"""A second verifier of a round's bundle: Python, with the standard library alone.

    round_bundle_verify.py BUNDLE KEY        # KEY: the ledger's verifier key, as in ayni.example/market+1f3a9c02+AQ...
Prints a line a check, as `ayni round verify` does, and ends with 0 where all are right, with 12 where not. Written from
services/round/README.md, RFC 8032, RFC 9162 and C2SP signed-note. Of OBJECTIVE_MAXMIN it takes the bounds as they are stated.
"""
import base64
import contextlib
import hashlib
import hmac
import json
import struct
import sys
import zlib

PROBLEM = """need_demand offer_capacity offer_tap offer_lot tap_capacity cell_room need_edge_begin edge_offer edge_bound edge_weight
             edge_cell_begin edge_cell""".split()
SOLUTION = "edge_units need_price offer_price tap_price cell_price".split()
MAXMIN = "promise_price share_weight need_share_price offer_share_price tap_share_price cell_share_price".split()
MARKET = """need_name offer_name tap_name controller_name group_name need_open offer_owner offer_unit_price edge_unit_price limit_basis
            limit_measure segment_limit segment_share segment_demanded segment_held segment_volume segment_cap segment_waived
            segment_row_begin row_controller row_held row_volume_max row_cell need_segment tap_controller_begin tap_controller
            clearing_room taken_edge taken_units""".split()
FIGURES, SCALE, AMOUNT_MAX = "demandedQuantity volume shareBasisPoints matchedQuantity matchCount".split(), 65536, 4 * 10**18
PARTS, TEXT_MAX, wrong = set("format checkpoint creation clearing publication policy statement columns".split()), 2**28, []


def need(holds, why):
    if not holds:
        raise ValueError(why)


@contextlib.contextmanager
def check(subject):
    """Whatever breaks within makes the check wrong, and the next begins: a hostile file may break anything."""
    try:
        yield
        print("ok    " + subject)
    except Exception as error:
        wrong.append(subject)
        print(f"WRONG {subject}: {error!r}"[:300])


sha256 = lambda data: hashlib.sha256(data).digest()
last = lambda message, field, default=b"": message.get(field, [default])[-1]
form = lambda message: json.dumps(message, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace(">", "\\u003e")
rounded = lambda part, whole: (2 * part + whole) // (2 * whole) if whole else 0

# Ed25519 in extended coordinates: RFC 8032, section 5.1.
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a, b):
    e, f, g, h = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P, 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return (f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P


def times(n, point):
    total = add(*[times(n // 2, point)] * 2) if n else (0, 1, 1, 0)
    return add(total, point) if n & 1 else total


def point_of(data):
    y, sign = int.from_bytes(data, "little") % 2**255, data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    need(len(data) == 32 and y < P and x * x % P == square and (x or not sign), "no point of the curve")
    return (x, y, 1, x * y % P) if x & 1 == sign else (P - x, y, 1, (P - x) * y % P)


def is_signed(key, message, signature):
    h, s = (int.from_bytes(b, "little") for b in (hashlib.sha512(signature[:32] + key + message).digest(), signature[32:]))
    a, b = times(s, point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))), add(point_of(signature[:32]), times(h, point_of(key)))
    return s < ORDER and (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def read_checkpoint(note, verifier):
    """Leaves and root, once the log is seen to have signed them."""
    name, key_id, key = verifier.split("+", 2)
    key, (text, lines) = base64.b64decode(key), note.rsplit("\n\n", 1)
    need(sha256(name.encode() + b"\n" + key)[:4].hex() == key_id and key[0] == 1, "the key is none of a log")
    for line in lines.splitlines():
        dash, signer, value = line.split(" ")
        value = base64.b64decode(value)
        if dash == "\u2014" and signer == name and value[:4].hex() == key_id:
            need(len(value) == 68 and is_signed(key[1:], text.encode() + b"\n", value[4:]), "the signature is wrong")
            origin, count, root = text.split("\n")[:3]
            return need(origin == name, "the checkpoint is of another log") or (int(count), base64.b64decode(root))
    raise ValueError("it is not signed by the key")


def fields(data):
    """A serialised message of protobuf: by field, its numbers or bytes."""
    found, at = {}, 0

    def number():
        nonlocal at
        begin, at = at, next(place for place in range(at, len(data)) if data[place] < 128) + 1
        return sum((byte & 127) << 7 * place for place, byte in enumerate(data[begin:at]))
    while at < len(data):
        field, kind = divmod(number(), 8)
        size = 0 if kind == 0 else {1: 8, 5: 4}.get(kind) or number()
        found.setdefault(field, []).append(data[at:at + size] if kind else number())
        at += size
    return found


class Bundle:
    def __init__(self, path):
        inflate, packed = zlib.decompressobj(31), open(path, "rb").read(TEXT_MAX)
        text = inflate.decompress(packed, TEXT_MAX).decode()
        need(inflate.eof and not inflate.unused_data, "it is no whole gzip file, or more than one")
        self.bundle = json.loads(text)
        need(self.bundle["format"] == "ayni round bundle v1" and set(self.bundle) == PARTS, "it is no bundle")
        c = self.c = {}
        for part in self.bundle["columns"]:
            numbers = struct.iter_unpack("<q", base64.b64decode(part.get("numbers", ""), validate=True))
            c.setdefault(part["name"], []).extend(number for number, in numbers)
        self.text, self.statement = "".join(self.bundle["statement"]).encode(), json.loads("".join(self.bundle["statement"]))
        need(form(self.bundle) == text and form(self.statement).encode() == self.text, "a field stands twice, or is written otherwise")
        self.round, self.is_maxmin = self.statement["round"], self.statement["round"]["objective"] == "OBJECTIVE_MAXMIN"
        self.problem = PROBLEM + ["cell_floor", "cell_penalty"] * ("cell_floor" in c) + ["need_group", "maxmin_measure"] * self.is_maxmin
        self.solution = SOLUTION + MAXMIN * self.is_maxmin
        c |= {name: [] for name in self.problem + self.solution + MARKET if name not in c}
        need(set(c) == set(self.problem + self.solution + MARKET), "a column is not known")
        self.needs, self.edges, self.cells = len(c["need_demand"]), len(c["edge_offer"]), len(c["cell_room"])
        need(all(c[n] == sorted(set(c[n])) for n in MARKET[:5]) and set(c["need_edge_begin"]) <= set(range(self.edges + 1)), "out of order")
        self.need_of = [n for n in range(self.needs) for _ in range(*c["need_edge_begin"][n:n + 2])]
        self.cells_of = [c["edge_cell"][slice(*c["edge_cell_begin"][e:e + 2])] for e in range(self.edges)]
        need({len(self.need_of), len(c["edge_units"]), len(c["edge_weight"])} == {self.edges}, "columns do not fit together")
        self.floor, self.penalty = c.get("cell_floor") or [0] * self.cells, c.get("cell_penalty") or [0] * self.cells
        self.limits = [fields(limit) for limit in fields(self.part("policy", "record")).get(3, [])]
        self.standing, self.row_held, self.segment_held = (list(c[name]) for name in ("edge_units", "row_held", "segment_held"))
        for column, places, amounts in ((self.standing, "leftOutEdges", "leftOutUnits"), (self.row_held, "heldSinceRows", "rowHeldSince"),
                                        (self.segment_held, "heldSinceSegments", "segmentHeldSince")):
            for at, amount in zip(self.statement.get(places, []), self.statement.get(amounts, []), strict=True):
                column[int(at)] += -int(amount) if column is self.standing else int(amount)

    def part(self, leaf, field):
        return base64.b64decode(self.bundle[leaf].get(field, ""), validate=True)

    def digest(self, title, names):
        data = b"".join(struct.pack(f"<{len(self.c[name]) + 1}q", len(self.c[name]), *self.c[name]) for name in names)
        return base64.b64encode(sha256(title.encode() + data)).decode()

    def leaf(self, name, resource, method, checkpoint):
        """The leaf's event and its record, once the ledger is seen to hold them: RFC 9162, section 2.1.3.2."""
        index, data, (count, root) = int(self.bundle[name].get("index", 0)), self.part(name, "leaf"), checkpoint
        node, top, at = sha256(b"\0" + data), count - 1, index
        need(0 <= index < count, "the leaf is not in the checkpoint")
        for step in map(base64.b64decode, self.bundle[name].get("proof", [])):
            need(top > 0, "the proof is too long")
            node = sha256(b"\1" + (step + node if at & 1 or at == top else node + step))
            while at == top and not at & 1:
                at, top = at >> 1, top >> 1
            at, top = at >> 1, top >> 1
        need(top == 0 and node == root, "the proof does not come to the root")
        event, record = fields(data), self.part(name, "record")
        need(last(event, 5).decode() == resource and method in (None, last(event, 2).decode()), "the leaf is of something else")
        need(name == "publication" or hmac.digest(self.part(name, "salt"), sha256(record), "sha256") == last(event, 7), "another record")
        return event, fields(record)

    def check_ledger(self, key):
        name, checkpoint, found = self.round["name"], (0, b""), {}
        with check("checkpoint"):
            checkpoint = read_checkpoint(self.bundle["checkpoint"], key)
        for leaf, resource, method in (("creation", name, "CreateRound"), ("clearing", name, "PublishRound"),
                                       ("publication", name, "PublishRound"), ("policy", self.round["policy"], None)):
            with check(leaf):
                found[leaf] = self.leaf(leaf, resource, method and "ayni.v1.RoundService/" + method, checkpoint)
        with check("order"):
            index = [int(self.bundle[leaf].get("index", 0)) for leaf in ("creation", "clearing", "publication", "policy")]
            need(index[0] < index[1] < index[2] > index[3] and not last(found["creation"][0], 6), "the seed was not fixed first")
            need(last(found["publication"][0], 6) == last(found["clearing"][0], 7), "something else happened in between")
        with check("seed"):
            for _, of in (found["creation"], found["clearing"]):
                now = [int(self.round.get(n, 0)) for n in ("seed", "targetGapPpm")] + [1 + self.is_maxmin, self.round["policy"]]
                need([last(of, field, 0) for field in (4, 5, 3)] + [last(of, 2).decode()] == now, "it began with other settings")
        with check("statement"):
            need(sha256(self.text) == last(found["publication"][0], 9), "the publication's leaf has another digest of it")
        kind, version, summary = ("maxmin " if self.is_maxmin else ""), 1 + self.is_maxmin, self.round["summary"]
        with check("problem"):
            need(self.digest(f"ayni {kind}problem v{version}\n", self.problem) == summary["problemDigest"], "another digest")
        with check("solution"):
            need(self.digest(f"ayni {kind}solution v1\n", self.solution) == summary["solutionDigest"], "another digest")
        with check("market"):
            policy = base64.b64encode(sha256(self.part("policy", "record"))).decode()
            need([self.digest("ayni market v1\n", [n for n in MARKET if n != "edge_unit_price" or self.c[n]]), policy] == [self.statement[n + "Digest"] for n in ("market", "policy")], "another")

    def bound(self):
        """What the prices prove that no matching is worth more than: matcher/verify.h."""
        c, prices = self.c, [self.c[name] for name in SOLUTION[1:]]
        need(min(sum(prices[:3], [0])) >= 0, "a price is negative")
        need(all(price >= -cost * SCALE for price, cost in zip(prices[3], self.penalty, strict=True)), "a price of a cell is too low")
        total = sum(a * b for of, column in zip(("need_demand", "offer_capacity", "tap_capacity"), prices)
                    for a, b in zip(c[of], column, strict=True))
        for room, low, cost, price in zip(c["cell_room"], self.floor, self.penalty, prices[3]):
            total += (room if price >= 0 else min(low, room)) * price - cost * max(0, low - room) * SCALE
        for n, o, most, weight, cells in zip(self.need_of, c["edge_offer"], c["edge_bound"], c["edge_weight"], self.cells_of):
            pays = prices[0][n] + prices[1][o] + (prices[2][c["offer_tap"][o]] if c["offer_tap"][o] >= 0 else 0)
            total += most * max(0, weight * SCALE - pays - sum(prices[3][cell] for cell in cells))
        return total // SCALE

    def check_proof(self):
        c, given = self.c, {name: [0] * len(self.c[name]) for name in ("need_demand", "offer_capacity", "tap_capacity", "cell_room")}
        for e, (x, n, o) in enumerate(zip(c["edge_units"], self.need_of, c["edge_offer"])):
            need(x == 0 or c["offer_lot"][o] <= x <= c["edge_bound"][e], f"edge {e} has units out of its bounds")
            taps = [("tap_capacity", c["offer_tap"][o])] * (c["offer_tap"][o] >= 0)
            for name, at in [("need_demand", n), ("offer_capacity", o)] + taps + [("cell_room", cell) for cell in self.cells_of[e]]:
                given[name][at] += x
        need(all(x <= most for name in given for x, most in zip(given[name], c[name])), "more is given than there is of something")
        value = sum(x * w for x, w in zip(c["edge_units"], c["edge_weight"]))
        value -= sum(cost * max(0, low - x) for low, cost, x in zip(self.floor, self.penalty, given["cell_room"]))
        stated = [int(self.round["summary"].get(name, 0)) for name in ("value", "upperBound", "gapPpm")]
        most = stated[1] if self.is_maxmin else self.bound()
        gap = -((value - most) * 10**6 // abs(most)) if most else 0
        need(stated == [value, most, gap], f"it is worth {value}, of at most {most}")

    def count(self, units):
        """By segment and by row of a controller: what is given as the limit measures it, and matches or units."""
        (offers, prices), c, segments, rows = map(self.c.get, ("edge_offer", "offer_unit_price")), self.c, [[0, 0] for _ in self.c["segment_limit"]], [[0, 0] for _ in self.c["row_held"]]
        for edge, x in enumerate(units):
            for limit, measure in enumerate(c["limit_measure"] if x else []):
                amount = x if measure == 1 else min(AMOUNT_MAX, x * (c["edge_unit_price"][edge:edge + 1] or [prices[offers[edge]]])[0])
                segment = c["need_segment"][limit * self.needs + self.need_of[edge]]
                for place, more in [(segments[segment], 1)] + [(rows[row], x) for row in self.rows_of(limit, edge)]:
                    place[0], place[1] = min(AMOUNT_MAX, place[0] + amount), place[1] + more
        return segments, rows

    def rows_of(self, limit, edge):
        """Of the segment of the edge's need, the rows of those who control its TAP."""
        c, at = self.c, limit * len(self.c["tap_name"]) + self.c["offer_owner"][self.c["edge_offer"][edge]]
        of, segment = slice(*c["tap_controller_begin"][at:at + 2]), c["need_segment"][limit * self.needs + self.need_of[edge]]
        return [self.row[segment, controller] for controller in c["tap_controller"][of]]

    def check_outcome(self):
        c, begins, kept = self.c, self.c["segment_row_begin"], self.cells - len(self.statement.get("keptCells", []))
        with check("proof"):
            self.check_proof()
        with check("cells"):
            self.row = {(s, c["row_controller"][r]): r for s in range(len(begins) - 1) for r in range(begins[s], begins[s + 1])}
            need([cell for cell in c["row_cell"] if cell >= 0] == list(range(kept)), "a cell is nobody's")
            for edge in range(self.edges):
                cells = [c["row_cell"][row] for limit in range(len(c["limit_basis"])) for row in self.rows_of(limit, edge)]
                need([x for x in cells if x >= 0] == [x for x in self.cells_of[edge] if x < kept], f"edge {edge} is in others")
        for subject, units, look in (("reports", self.standing, self.check_report), ("caps", c["edge_units"], self.check_cap)):
            with check(subject):
                counted = self.count(units)
                for s, report in zip(range(len(begins) - 1), self.statement.get("segmentReports", []), strict=True):
                    look(s, report, *counted)

    def volume(self, s, held, segments):
        """What shares are of, once so much is held and given; and the cap of a row under it."""
        c, share, matched = self.c, self.c["segment_share"][s], self.c["limit_basis"][self.c["segment_limit"][s]] == 2
        volume = held + (segments[s][0] if matched else c["segment_demanded"][s])
        return volume, lambda r: max(1, -(-share * min(volume, c["row_volume_max"][r]) // 10**4))

    def check_report(self, s, report, segments, rows):
        c, number, held = self.c, lambda name, of=report: int(of.get(name, 0)), self.row_held
        need(report["segment"]["limit"] == last(self.limits[c["segment_limit"][s]], 1).decode(), f"segment {s} is of another limit")
        volume, cap = self.volume(s, self.segment_held[s], segments)
        found = [c["segment_demanded"][s], volume, c["segment_share"][s]] + segments[s]
        need(found == [number(name) for name in FIGURES], f"the figures of segment {s} are {found}")
        waived, whose = c["segment_waived"][s], lambda r: f"party-{c['controller_name'][c['row_controller'][r]] % 2**64:016x}"
        less = lambda r: c["row_volume_max"][r] if not waived and c["row_volume_max"][r] < volume else None
        shares = [(-held[r] - rows[r][0], held[r], whose(r), None if waived else cap(r), less(r))
                  for r in range(*c["segment_row_begin"][s:s + 2]) if held[r] + rows[r][0] or less(r) is not None]
        stated = [(-number("heldQuantity", of) - number("matchedQuantity", of), number("heldQuantity", of), of["controller"],
                   *(int(of[n]) if n in of else None for n in ("cap", "volume"))) for of in report.get("shares", [])]
        need(stated == sorted(shares, key=lambda share: share[0]), f"the shares of segment {s} are others")
        total = self.segment_held[s] + segments[s][0]
        hhi = rounded(10**4 * sum((-of[0] // (total // 10**15 + 1))**2 for of in shares), (total // (total // 10**15 + 1))**2)
        largest = [rounded(-10**4 * of, total) for of in sorted(share[0] for share in shares)[:4]]
        found = [min(10**4, of) for of in (hhi, sum(largest[:1]), sum(largest))]
        need(found == [number(n) for n in ("hhi", "cr1BasisPoints", "cr4BasisPoints")], f"the concentration of segment {s} is {found}")

    def check_cap(self, s, report, segments, rows):
        c, limit, (volume, cap) = self.c, self.limits[self.c["segment_limit"][s]], self.volume(s, self.c["segment_held"][s], segments)
        waived, basis, measure = c["segment_waived"][s], *(c["limit_" + n][c["segment_limit"][s]] for n in ("basis", "measure"))
        thin = int(report.get("eligibleControllerCount", 0)) < last(limit, 8, 0)
        need((last(limit, 6, 0), last(limit, 11, 0) or 1, thin and last(limit, 9, 0) == 1) == (basis, measure, waived),
             f"segment {s} is measured or waived otherwise than the policy says")
        shares, whole = [last(limit, 5, 0)] + [last(fields(of), 4, 0) for of in limit.get(12, [])], -(-c["segment_share"][s] * volume // 10**4)
        need(c["segment_share"][s] in shares, f"segment {s} has another share than the policy says")
        need((volume, max(1, whole)) == (c["segment_volume"][s], c["segment_cap"][s]), f"segment {s} has another volume or cap")
        for r in range(*c["segment_row_begin"][s:s + 2]):
            amount, units, own, cell = *rows[r], c["row_held"][r], c["row_cell"][r]
            need(waived or not units or (own, units) == (0, 1) or own + amount <= cap(r), f"row {r} stands above its cap")
            need(cell < 0 or basis == 2 or c["cell_room"][cell] == min(max(0, cap(r) - own), 10**9), f"cell {cell} has another room")


with check("file"):
    given = Bundle(sys.argv[1])
if not wrong:
    given.check_ledger(sys.argv[2].strip())
    given.check_outcome()
sys.exit(12 if wrong else 0)
