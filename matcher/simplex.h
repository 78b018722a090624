// A dense linear programme of the packing kind, for blocks of a few hundred edges:
//   maximise c x subject to A x <= b, 0 <= x <= u, where A is 0, 1 or -1 and b >= 0.
// x = 0 is feasible, so the primal simplex method starts there and needs no first phase. Bounds of x are kept
// out of the tableau. Pure IEEE arithmetic in a fixed order: the same answer on every machine.
#ifndef AYNI_MATCHER_SIMPLEX_H_
#define AYNI_MATCHER_SIMPLEX_H_

#include <cstdint>
#include <vector>

namespace ayni::matcher {

struct PackingProgramme {
  std::vector<double> row_room;
  // By column.
  std::vector<double> weight;
  std::vector<double> bound;
  std::vector<std::vector<int32_t>> rows;        // in which the column stands
  std::vector<std::vector<int32_t>> minus_rows;  // in which -1 times the column stands; empty: none does
};

struct PackingOptimum {
  double value = 0;
  std::vector<double> units;      // by column
  std::vector<double> row_price;  // never negative
  // False where the pivots ran out: units are feasible then, and prices of no use.
  bool optimal = false;
  int64_t work = 0;  // entries of the tableau that were changed
};

// Costs rows x columns for each pivot, of which there are seldom more than twice the rows.
PackingOptimum Maximise(const PackingProgramme& programme);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_SIMPLEX_H_
