// Which cells of a published table are kept back, so that nothing is learnt of fewer than
// kProducersPublishedMin producers: those that are so small, and as many others as it takes that no
// difference of published totals gives one of them, nor the sum of so few.
//
// Pure and deterministic. What somebody knows from elsewhere, such as another report over one day more, is
// beyond it.
#ifndef AYNI_SERVICES_FAIRNESS_SUPPRESSION_H_
#define AYNI_SERVICES_FAIRNESS_SUPPRESSION_H_

#include <cstdint>
#include <vector>

namespace ayni::services {

inline constexpr int64_t kProducersPublishedMin = 5;

struct TreeCell {
  int64_t producers = 0;
  // The cell of the level above that it is part of; at the first level none.
  int parent = -1;
};

// By level and cell, whether it is kept back. The cells of the first level sum to a published total, and
// those of another to their parents. REQUIRES: a parent has at least the producers of each of its cells, and
// at most their sum.
std::vector<std::vector<bool>> SuppressTree(const std::vector<std::vector<TreeCell>>& levels);

// A table of rows and columns that is published with the sums of both and of all.
struct Grid {
  int rows = 0;
  int columns = 0;
  // By row * columns + column; 0: nobody, which is no secret. And those of the sums.
  std::vector<int64_t> cells;
  std::vector<int64_t> row_sums;
  std::vector<int64_t> column_sums;
};

struct SuppressedGrid {
  std::vector<bool> cells;
  std::vector<bool> row_sums;
  std::vector<bool> column_sums;
};

// No cell or sum that is kept back follows from what is published by addition and subtraction.
SuppressedGrid SuppressGrid(const Grid& grid);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_FAIRNESS_SUPPRESSION_H_
