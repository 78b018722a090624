#include "services/fairness/suppression.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>
#include <random>

namespace ayni::services {
namespace {

using testing::Each;

// A number that nobody is told, or what is published of it: rows of sums with their known right sides left
// out, since a unique solution does not depend on them. Fractions are doubles: rows of 0, 1 and -1 of such
// tables stay far from rounding.
class WhatFollows {
 public:
  explicit WhatFollows(size_t unknowns) : unknowns_(unknowns) {}

  void AddSum(const std::vector<double>& row) { rows_.push_back(row); }

  // Whether every solution of the sums has one value of the weighed unknowns: whether their row is a
  // combination of the rows.
  bool Determines(const std::vector<double>& row) const { return Rank(rows_) == RankWith(row); }

 private:
  size_t RankWith(const std::vector<double>& row) const {
    std::vector<std::vector<double>> rows = rows_;
    rows.push_back(row);
    return Rank(rows);
  }
  size_t Rank(std::vector<std::vector<double>> rows) const {
    size_t rank = 0;
    for (size_t column = 0; column < unknowns_ && rank < rows.size(); ++column) {
      size_t pivot = rank;
      for (size_t row = rank; row < rows.size(); ++row) {
        if (std::abs(rows[row][column]) > std::abs(rows[pivot][column])) pivot = row;
      }
      if (std::abs(rows[pivot][column]) < 1e-9) continue;
      std::swap(rows[rank], rows[pivot]);
      for (size_t row = 0; row < rows.size(); ++row) {
        if (row == rank) continue;
        const double factor = rows[row][column] / rows[rank][column];
        for (size_t at = 0; at < unknowns_; ++at) rows[row][at] -= factor * rows[rank][at];
      }
      ++rank;
    }
    return rank;
  }

  const size_t unknowns_;
  std::vector<std::vector<double>> rows_;
};

int64_t DrawProducers(std::mt19937_64& random) {
  return static_cast<int64_t>(random() % 3 == 0 ? 1 + random() % 4 : 5 + random() % 60);
}

TEST(Suppression, KeepsNothingBackOfATableOfLargeCells) {
  EXPECT_THAT(SuppressTree({{{5}, {6}, {100}}})[0], Each(false));
}

TEST(Suppression, KeepsASecondCellBackThatATotalWouldGiveAway) {
  EXPECT_EQ(SuppressTree({{{3}, {40}, {9}}})[0], std::vector<bool>({true, false, true}));
}

TEST(Suppression, KeepsMoreBackWhereTheSmallOnesTogetherAreTooFew) {
  EXPECT_EQ(SuppressTree({{{1}, {2}, {40}, {9}}})[0], std::vector<bool>({true, true, false, true}));
}

// Districts in provinces in departments, as they are published with all their sums.
TEST(Suppression, NoCellOfATreeFollowsFromWhatIsPublished) {
  std::mt19937_64 random(3);
  int suppressed_count = 0;
  for (int round = 0; round < 400; ++round) {
    std::vector<std::vector<TreeCell>> levels(3);
    const int departments = 1 + static_cast<int>(random() % 4);
    for (int d = 0; d < departments; ++d) {
      levels[0].push_back({});
      for (size_t p = 0; p < 1 + random() % 3; ++p) {
        levels[1].push_back({0, d});
        for (size_t i = 0; i < 1 + random() % 4; ++i)
          levels[2].push_back({DrawProducers(random), static_cast<int>(levels[1].size()) - 1});
      }
    }
    for (const TreeCell& cell : levels[2]) levels[1][cell.parent].producers += cell.producers;
    for (const TreeCell& cell : levels[1]) levels[0][cell.parent].producers += cell.producers;
    const auto suppressed = SuppressTree(levels);

    std::vector<std::vector<int>> unknown_of(3);
    int unknowns = 0;
    for (size_t level = 0; level < 3; ++level) {
      for (size_t at = 0; at < levels[level].size(); ++at) {
        EXPECT_TRUE(levels[level][at].producers >= 5 || suppressed[level][at]);
        unknown_of[level].push_back(suppressed[level][at] ? unknowns++ : -1);
      }
    }
    suppressed_count += unknowns;
    WhatFollows follows(unknowns);
    const auto add_sum = [&](size_t level, int parent) {
      std::vector<double> row(unknowns, 0);
      for (size_t at = 0; at < levels[level].size(); ++at) {
        if (levels[level][at].parent == parent && unknown_of[level][at] >= 0) row[unknown_of[level][at]] = 1;
      }
      if (level > 0 && unknown_of[level - 1][parent] >= 0) row[unknown_of[level - 1][parent]] = -1;
      follows.AddSum(row);
    };
    add_sum(0, -1);
    for (size_t level = 1; level < 3; ++level) {
      for (size_t parent = 0; parent < levels[level - 1].size(); ++parent)
        add_sum(level, static_cast<int>(parent));
    }
    const bool is_whole_small =
        std::accumulate(levels[0].begin(), levels[0].end(), int64_t{0},
                        [](int64_t sum, const TreeCell& cell) { return sum + cell.producers; }) < 5;
    for (int at = 0; at < unknowns && !is_whole_small; ++at) {
      std::vector<double> one(unknowns, 0);
      one[at] = 1;
      EXPECT_FALSE(follows.Determines(one)) << "round " << round;
    }
    // Nor what two have together that are too few even so.
    for (size_t level = 0; level < 3 && !is_whole_small; ++level) {
      for (size_t a = 0; a < levels[level].size(); ++a) {
        for (size_t b = 0; b < a; ++b) {
          if (levels[level][a].producers + levels[level][b].producers >= 5) continue;
          std::vector<double> both(unknowns, 0);
          both[unknown_of[level][a]] = both[unknown_of[level][b]] = 1;
          EXPECT_FALSE(follows.Determines(both)) << "round " << round;
        }
      }
    }
  }
  EXPECT_GT(suppressed_count, 1000);
}

TEST(Suppression, NoCellOfAGridFollowsFromWhatIsPublished) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 300; ++round) {
    Grid grid{.rows = 2 + static_cast<int>(random() % 5),
              .columns = 2 + static_cast<int>(random() % 3),
              .cells = {},
              .row_sums = {},
              .column_sums = {}};
    for (int at = 0; at < grid.rows * grid.columns; ++at)
      grid.cells.push_back(random() % 6 == 0 ? 0 : DrawProducers(random));
    grid.row_sums.assign(grid.rows, 0);
    grid.column_sums.assign(grid.columns, 0);
    for (int at = 0; at < grid.rows * grid.columns; ++at)
      grid.column_sums[at % grid.columns] += grid.cells[at];
    const SuppressedGrid suppressed = SuppressGrid(grid);
    std::vector<int> cell_at(grid.cells.size(), -1);
    std::vector<int> column_at(grid.columns, -1);
    int unknowns = 0;
    for (size_t at = 0; at < grid.cells.size(); ++at) {
      EXPECT_TRUE(grid.cells[at] == 0 || grid.cells[at] >= 5 || suppressed.cells[at]);
      if (suppressed.cells[at]) cell_at[at] = unknowns++;
    }
    for (int column = 0; column < grid.columns; ++column) {
      if (suppressed.column_sums[column]) column_at[column] = unknowns++;
    }
    WhatFollows follows(unknowns);
    std::vector<double> columns_row(unknowns, 0);
    for (int row = 0; row < grid.rows; ++row) {
      std::vector<double> sum(unknowns, 0);
      for (int column = 0; column < grid.columns; ++column) {
        const int at = cell_at[row * grid.columns + column];
        if (at >= 0) sum[at] = 1;
      }
      follows.AddSum(sum);
    }
    for (int column = 0; column < grid.columns; ++column) {
      std::vector<double> sum(unknowns, 0);
      for (int row = 0; row < grid.rows; ++row) {
        const int at = cell_at[row * grid.columns + column];
        if (at >= 0) sum[at] = 1;
      }
      if (column_at[column] >= 0) {
        sum[column_at[column]] = -1;
        columns_row[column_at[column]] = 1;
      }
      follows.AddSum(sum);
    }
    follows.AddSum(columns_row);
    // A row whose only cell is small can't be kept from whoever knows the row's sum.
    for (int row = 0; row < grid.rows; ++row) {
      int filled = 0;
      for (int column = 0; column < grid.columns; ++column)
        filled += grid.cells[row * grid.columns + column] > 0 ? 1 : 0;
      for (int column = 0; column < grid.columns && filled > 1; ++column) {
        const int at = cell_at[row * grid.columns + column];
        if (at < 0) continue;
        std::vector<double> one(unknowns, 0);
        one[at] = 1;
        EXPECT_FALSE(follows.Determines(one)) << "round " << round << " row " << row << " column " << column;
      }
    }
  }
}

}  // namespace
}  // namespace ayni::services
