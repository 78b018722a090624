// A linear programme of the packing kind:
//   maximise c x subject to b - s <= A x <= b, 0 <= x <= u, where A is 0 or 1 and 0 <= s <= b.
// s is b but where a row has to be filled. Something must solve it: such rows have columns of their own that
// fill them at a cost, so that c may be negative.
//
// Dual simplex with bounds flipped on the way and steepest edges, over a sparse basis. Every variable has two
// bounds, as the slack of a row is between 0 and s, so that any basis is one to begin with: each column
// outside it stands at the bound that its gain asks for. Prices that are nearly right therefore name a basis
// that nearly is, and few exchanges are left to be made. A market has many equal weights, on which the search
// would stand still or go in a circle: weights are parted a little for as long as it takes, and put back once
// there is nothing left to exchange. Pure IEEE arithmetic in a fixed order: the same answer on every machine.
#ifndef AYNI_MATCHER_SIMPLEX_H_
#define AYNI_MATCHER_SIMPLEX_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "matcher/basis.h"

namespace ayni::matcher {

struct PackingProgramme {
  SparseColumns columns;
  std::vector<double> row_room;   // b
  std::vector<double> row_slack;  // s; empty: the rooms
  // By column.
  std::vector<double> weight;
  std::vector<double> bound;
};

struct PackingOptimum {
  double value = 0;               // that the prices prove: no units are worth more
  std::vector<double> units;      // by column
  std::vector<int32_t> basis;     // by row, the variable: a column, or the number of columns and a row
  std::vector<double> row_price;  // negative only of rows that have to be filled
  // The units are worth that, but for the parts in a hundred million by which weights may have to stay apart.
  // False where the work ran out or `stop` said so: then they may break rows.
  bool optimal = false;
  int64_t work = 0;  // about the entries of vectors that were looked at
};

struct SimplexOptions {
  // By row, prices thought to be near; none where empty.
  std::vector<double> row_price = {};
  // By row, the variables of a basis thought to be near, as an optimum has them; then prices do not matter.
  std::vector<int32_t> basis = {};
  double shift = 0;   // that weights are parted by from the start
  uint64_t seed = 0;  // of how they are parted, and so of which of equal optima is found
  int64_t work_max = INT64_MAX;
  // Asked every few exchanges.
  std::function<bool()> stop = [] { return false; };
};

PackingOptimum Maximise(const PackingProgramme& programme, const SimplexOptions& options = {});

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_SIMPLEX_H_
