// Which cells of a published table are kept back, so that nothing is learnt of fewer than
// kProducersPublishedMin producers, nor of fewer than kPartiesPublishedMin parties, whom their neighbours
// know by name however many members they have: those that are so small, and as many others as it takes that
// no difference of published totals gives one of them, nor the sum of so few.
//
// Pure and deterministic. What somebody knows from elsewhere, such as what became of one's own, is beyond it.
#ifndef AYNI_SERVICES_FAIRNESS_SUPPRESSION_H_
#define AYNI_SERVICES_FAIRNESS_SUPPRESSION_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ayni::services {

inline constexpr int64_t kProducersPublishedMin = 5;
inline constexpr size_t kPartiesPublishedMin = 3;

// The parties behind a cell, each with its producers: cooperatives with their members, or TAPs, each of 1.
using Crowd = std::map<std::string, int64_t>;

int64_t ProducersOf(const Crowd& crowd);
// Neither too small to be published nor of nobody, which is no secret.
bool IsEnough(const Crowd& crowd);
bool IsSmall(const Crowd& crowd);

struct TreeCell {
  Crowd crowd;
  // The cell of the level above that it is part of; at the first level none.
  int parent = -1;
  // For a reason of its own.
  bool is_kept_back = false;
};

// By level and cell, whether it is kept back. The cells of the first level sum to a published total, and
// those of another to their parents. REQUIRES: a parent's crowd is that of its cells together.
std::vector<std::vector<bool>> SuppressTree(const std::vector<std::vector<TreeCell>>& levels);

// What is counted in one cell of each of several tables.
struct Counted {
  std::string party;
  int64_t producers = 0;
  std::vector<int> cells;  // by table
};

// By table and cell, whether it is kept back, beside those that `kept_back` says are. The cells of each table
// sum to one total, which is published. No cell that is kept back follows from published ones of all tables
// by addition and subtraction, even to one who knows in which cells each that is counted is; nor do those
// that are small of one table together, where they are too few even so.
std::vector<std::vector<bool>> SuppressTables(const std::vector<Counted>& counted,
                                              std::vector<std::vector<bool>> kept_back);

// A table of rows and columns that is published with the sums of both and of all.
struct Grid {
  int rows = 0;
  int columns = 0;
  // By row * columns + column; of nobody: no secret. And those of the sums.
  std::vector<Crowd> cells;
  std::vector<Crowd> row_sums;
  std::vector<Crowd> column_sums;
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
