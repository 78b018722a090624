// What a clearing found, and the prices that prove how good it is.
#ifndef AYNI_MATCHER_SOLUTION_H_
#define AYNI_MATCHER_SOLUTION_H_

#include <cstdint>
#include <vector>

#include "matcher/index.h"
#include "matcher/problem.h"

namespace ayni::matcher {

// Prices are fixed point: a price of kPriceScale is worth a weight of 1. None is negative but that of a cell
// with a floor: there the floor may be worth more than the room, by no more than the cell's penalty.
inline constexpr int64_t kPriceScale = 1 << 16;
// A higher price than the largest weight, and the penalties of all the floors that an edge may help to reach,
// shuts out no more.
inline constexpr int64_t kPriceMax = (kWeightMax + kCellsPerEdgeMax * kPenaltyMax) * kPriceScale;

// What one more unit of each thing would have been worth. By the position of the thing in the Problem.
struct Prices {
  std::vector<int64_t> need;
  std::vector<int64_t> offer;
  std::vector<int64_t> tap;
  std::vector<int64_t> cell;  // from -penalty x kPriceScale
};

struct Solution {
  // By edge of the Problem.
  std::vector<Units> edge_units;
  Prices prices;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_SOLUTION_H_
