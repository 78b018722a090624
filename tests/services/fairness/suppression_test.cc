#include "services/fairness/suppression.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

using testing::Each;

using Vector = std::vector<double>;

// By brute force, what published cells come to: cells are vectors over all that is counted, each 1 where it
// is in the cell. Fractions are doubles: rows of 0 and 1 of such tables stay far from rounding.
class WhatFollows {
 public:
  void Publish(const Vector& cell) { published_.push_back(cell); }

  // Whether some linear combination of what is published comes to the cell.
  bool Gives(const Vector& cell) const {
    std::vector<Vector> with = published_;
    with.push_back(cell);
    return Rank(published_) == Rank(with);
  }

 private:
  static size_t Rank(std::vector<Vector> rows) {
    size_t rank = 0;
    const size_t width = rows.empty() ? 0 : rows[0].size();
    for (size_t column = 0; column < width && rank < rows.size(); ++column) {
      size_t pivot = rank;
      for (size_t row = rank; row < rows.size(); ++row) {
        if (std::abs(rows[row][column]) > std::abs(rows[pivot][column])) pivot = row;
      }
      if (std::abs(rows[pivot][column]) < 1e-9) continue;
      std::swap(rows[rank], rows[pivot]);
      for (size_t row = rank + 1; row < rows.size(); ++row) {
        const double factor = rows[row][column] / rows[rank][column];
        for (size_t at = column; at < width; ++at) rows[row][at] -= factor * rows[rank][at];
      }
      ++rank;
    }
    return rank;
  }

  std::vector<Vector> published_;
};

// What is counted: who is behind it.
struct Thing {
  std::string party;
  int64_t producers = 0;
};

// Few parties, so that one is behind several cells; half of them with members enough to be published.
std::vector<Thing> DrawThings(size_t count, std::mt19937_64* random) {
  std::vector<int64_t> members;
  for (size_t party = 0; party < 2 + count / 2; ++party)
    members.push_back((*random)() % 2 == 0 ? 1 : 1 + static_cast<int64_t>((*random)() % 500));
  std::vector<Thing> things;
  for (size_t at = 0; at < count; ++at) {
    const size_t party = (*random)() % members.size();
    things.push_back({absl::StrCat("parties/c", party), members[party]});
  }
  return things;
}

Crowd CrowdOf(const Vector& cell, const std::vector<Thing>& things) {
  Crowd crowd;
  for (size_t at = 0; at < cell.size(); ++at) {
    if (cell[at] != 0) crowd.emplace(things[at].party, things[at].producers);
  }
  return crowd;
}

// Of cells that are kept back beside one another, none follows, nor several together that are too few.
void ExpectNothingFollows(const WhatFollows& follows, const std::vector<Vector>& kept_back,
                          const std::vector<Thing>& things, int round) {
  for (const Vector& cell : kept_back) EXPECT_FALSE(follows.Gives(cell)) << "round " << round;
  for (uint64_t subset = 1; subset < uint64_t{1} << std::min<size_t>(kept_back.size(), 7); ++subset) {
    Vector together(things.size(), 0);
    for (size_t at = 0; at < kept_back.size(); ++at) {
      for (size_t thing = 0; thing < things.size() && (subset >> at & 1) != 0; ++thing)
        together[thing] += kept_back[at][thing];
    }
    EXPECT_FALSE(IsSmall(CrowdOf(together, things)) && follows.Gives(together)) << "round " << round;
  }
}

std::vector<std::vector<TreeCell>> OneTable(const std::vector<Crowd>& crowds) {
  std::vector<std::vector<TreeCell>> levels(1);
  for (const Crowd& crowd : crowds) levels[0].push_back({crowd});
  return levels;
}

// So many parties, of so many producers together.
Crowd Of(int parties, int64_t producers) {
  static int drawn = 0;
  Crowd crowd;
  for (int at = 0; at < parties; ++at)
    crowd[absl::StrCat("parties/p", drawn++)] = at == 0 ? producers - parties + 1 : 1;
  return crowd;
}

TEST(Suppression, KeepsNothingBackOfATableOfLargeCells) {
  EXPECT_THAT(SuppressTree(OneTable({Of(3, 5), Of(3, 6), Of(20, 100)}))[0], Each(false));
}

TEST(Suppression, KeepsASecondCellBackThatATotalWouldGiveAway) {
  EXPECT_EQ(SuppressTree(OneTable({Of(3, 3), Of(9, 40), Of(3, 9)}))[0],
            std::vector<bool>({true, false, true}));
}

TEST(Suppression, KeepsMoreBackWhereTheSmallOnesTogetherAreTooFew) {
  EXPECT_EQ(SuppressTree(OneTable({Of(1, 1), Of(2, 2), Of(9, 40), Of(3, 9)}))[0],
            std::vector<bool>({true, true, false, true}));
}

TEST(Suppression, KeepsTheCellOfOneLargeCooperativeBack) {
  EXPECT_TRUE(IsSmall(Of(1, 500)));
  EXPECT_TRUE(IsSmall(Of(2, 500)));
  EXPECT_FALSE(IsSmall(Of(3, 500)));
  EXPECT_EQ(SuppressTree(OneTable({Of(1, 500), Of(9, 40), Of(3, 9)}))[0],
            std::vector<bool>({true, false, true}));
}

TEST(Suppression, CountsACooperativeOfSeveralCellsOnce) {
  const Crowd one = Of(1, 300);
  Crowd two = one;
  two.merge(Of(1, 200));
  // Together they are of two, and not of three.
  EXPECT_EQ(SuppressTree(OneTable({one, two, Of(9, 90), Of(9, 80)}))[0],
            std::vector<bool>({true, true, false, true}));
}

// Districts in provinces in departments, as they are published with all their sums.
TEST(Suppression, NoCellOfATreeFollowsFromWhatIsPublished) {
  std::mt19937_64 random(3);
  int suppressed_count = 0;
  for (int round = 0; round < 400; ++round) {
    const std::vector<Thing> things = DrawThings(4 + random() % 30, &random);
    std::vector<std::vector<TreeCell>> levels(3);
    std::vector<std::vector<Vector>> vectors(3);
    const auto add = [&](size_t level, int parent) {
      levels[level].push_back({{}, parent});
      vectors[level].emplace_back(things.size(), 0);
      return static_cast<int>(levels[level].size()) - 1;
    };
    for (size_t d = 0; d < 1 + random() % 4; ++d) {
      const int department = add(0, -1);
      for (size_t p = 0; p < 1 + random() % 3; ++p) {
        const int province = add(1, department);
        for (size_t i = 0; i < 1 + random() % 4; ++i) add(2, province);
      }
    }
    for (size_t thing = 0; thing < things.size(); ++thing) {
      int cell = static_cast<int>(random() % levels[2].size());
      for (int level = 2; level >= 0; cell = levels[level--][cell].parent) vectors[level][cell][thing] = 1;
    }
    for (size_t level = 0; level < 3; ++level) {
      for (size_t at = 0; at < levels[level].size(); ++at)
        levels[level][at].crowd = CrowdOf(vectors[level][at], things);
    }
    const Vector all(things.size(), 1);
    if (IsSmall(CrowdOf(all, things))) continue;
    const auto suppressed = SuppressTree(levels);
    WhatFollows follows;
    follows.Publish(all);
    for (size_t level = 0; level < 3; ++level) {
      for (size_t at = 0; at < levels[level].size(); ++at) {
        EXPECT_TRUE(!IsSmall(levels[level][at].crowd) || suppressed[level][at]);
        if (!suppressed[level][at]) follows.Publish(vectors[level][at]);
      }
    }
    for (size_t level = 0; level < 3; ++level) {
      std::vector<Vector> kept_back;
      for (size_t at = 0; at < levels[level].size(); ++at) {
        // Of nobody: no secret, whatever is kept back around it.
        if (suppressed[level][at] && !levels[level][at].crowd.empty())
          kept_back.push_back(vectors[level][at]);
      }
      suppressed_count += static_cast<int>(kept_back.size());
      ExpectNothingFollows(follows, kept_back, things, round);
    }
  }
  EXPECT_GT(suppressed_count, 1000);
}

// Tables of the same things by one property each, some of which go together.
TEST(Suppression, NoCellOfATableFollowsFromAnotherOfTheSameThings) {
  std::mt19937_64 random(5);
  int suppressed_count = 0;
  int more_than_alone = 0;
  for (int round = 0; round < 1000; ++round) {
    const std::vector<Thing> things = DrawThings(10 + random() % 40, &random);
    const std::vector<size_t> sizes = {2 + random() % 4, 2 + random() % 4, 2 + random() % 5};
    std::vector<Counted> counted;
    for (const Thing& thing : things) {
      Counted each{thing.party, thing.producers, {}};
      for (const size_t size : sizes) each.cells.push_back(static_cast<int>(random() % size));
      // What is unknown of one property is unknown of the next.
      if (each.cells[0] == 0 || each.cells[1] == 0) each.cells[0] = each.cells[1] = 0;
      counted.push_back(std::move(each));
    }
    const Vector all(things.size(), 1);
    if (IsSmall(CrowdOf(all, things))) continue;
    std::vector<std::vector<Vector>> cells;
    std::vector<std::vector<bool>> nothing;
    for (size_t table = 0; table < sizes.size(); ++table) {
      cells.emplace_back(sizes[table], Vector(things.size(), 0));
      nothing.emplace_back(sizes[table], false);
      for (size_t thing = 0; thing < things.size(); ++thing)
        cells[table][counted[thing].cells[table]][thing] = 1;
    }
    const auto suppressed = SuppressTables(counted, nothing);
    WhatFollows follows;
    follows.Publish(all);
    for (size_t table = 0; table < sizes.size(); ++table) {
      std::vector<Crowd> crowds;
      for (size_t at = 0; at < sizes[table]; ++at) {
        crowds.push_back(CrowdOf(cells[table][at], things));
        EXPECT_TRUE(!IsSmall(crowds.back()) || suppressed[table][at]);
        if (!suppressed[table][at]) follows.Publish(cells[table][at]);
      }
      more_than_alone += SuppressTree(OneTable(crowds))[0] == suppressed[table] ? 0 : 1;
    }
    for (size_t table = 0; table < sizes.size(); ++table) {
      std::vector<Vector> kept_back;
      for (size_t at = 0; at < sizes[table]; ++at) {
        const Crowd crowd = CrowdOf(cells[table][at], things);
        // Everybody or nobody: the total, and no secret.
        if (suppressed[table][at] && !crowd.empty() && cells[table][at] != all)
          kept_back.push_back(cells[table][at]);
      }
      suppressed_count += static_cast<int>(kept_back.size());
      ExpectNothingFollows(follows, kept_back, things, round);
    }
  }
  EXPECT_GT(suppressed_count, 300);
  EXPECT_GT(more_than_alone, 20);
}

TEST(Suppression, KeepsAGroupBackThatIsPublishedUnderAnotherName) {
  // Members unknown, and so women unknown: the first table keeps it back beside its small cell, which the
  // second would then give away.
  std::vector<Counted> counted;
  const auto add = [&](int count, int size, int women) {
    for (int at = 0; at < count; ++at)
      counted.push_back({absl::StrCat("parties/c", counted.size()), 4, {size, women}});
  };
  add(2, 0, 0);
  add(3, 1, 1);
  add(9, 2, 0);
  add(9, 2, 2);
  const auto suppressed = SuppressTables(counted, {{false, false, false}, {false, false, false}});
  EXPECT_EQ(suppressed[0], std::vector<bool>({true, true, false}));
  EXPECT_TRUE(suppressed[1][1]);
}

TEST(Suppression, KeepsWhatTwoSmallCellsHaveTogetherBackToo) {
  // The second table's first cell less the first's last would be two cooperatives.
  std::vector<Counted> counted;
  const auto add = [&](int count, int first, int second) {
    for (int at = 0; at < count; ++at)
      counted.push_back({absl::StrCat("parties/c", counted.size()), 9, {first, second}});
  };
  add(1, 0, 0);
  add(1, 1, 0);
  add(9, 4, 0);
  add(5, 2, 1);
  add(5, 3, 1);
  const auto suppressed = SuppressTables(counted, {{false, false, true, true, false}, {false, false}});
  EXPECT_TRUE(suppressed[0][0] && suppressed[0][1]);
  EXPECT_TRUE(suppressed[0][4] || suppressed[1][0]);
}

TEST(Suppression, NoCellOfAGridFollowsFromWhatIsPublished) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 300; ++round) {
    const int rows = 2 + static_cast<int>(random() % 5);
    const int columns = 2 + static_cast<int>(random() % 3);
    // TAPs, each in one column and some rows.
    std::vector<Thing> things;
    std::vector<Vector> cells(rows * columns);
    std::vector<int> place;
    for (size_t tap = 0; tap < 5 + random() % 60; ++tap) {
      const int column = static_cast<int>(random() % columns * (random() % 3) / 2);
      for (size_t chain = 0; chain < 1 + random() % 2; ++chain) {
        things.push_back({absl::StrCat("parties/t", tap), 1});
        place.push_back(static_cast<int>((random() % rows + chain) % rows) * columns + column);
      }
    }
    Grid grid{.rows = rows,
              .columns = columns,
              .cells = {},
              .row_sums = std::vector<Crowd>(rows),
              .column_sums = std::vector<Crowd>(columns)};
    std::vector<Vector> column_cells(columns, Vector(things.size(), 0));
    std::vector<Vector> row_cells(rows, Vector(things.size(), 0));
    for (Vector& cell : cells) cell.assign(things.size(), 0);
    for (size_t thing = 0; thing < things.size(); ++thing) {
      cells[place[thing]][thing] = 1;
      column_cells[place[thing] % columns][thing] = 1;
      row_cells[place[thing] / columns][thing] = 1;
    }
    for (const Vector& cell : cells) grid.cells.push_back(CrowdOf(cell, things));
    for (int column = 0; column < columns; ++column)
      grid.column_sums[column] = CrowdOf(column_cells[column], things);
    const SuppressedGrid suppressed = SuppressGrid(grid);
    WhatFollows follows;
    for (const Vector& row : row_cells) follows.Publish(row);
    for (int column = 0; column < columns; ++column) {
      if (!suppressed.column_sums[column]) follows.Publish(column_cells[column]);
    }
    for (size_t at = 0; at < cells.size(); ++at) {
      EXPECT_TRUE(!IsSmall(grid.cells[at]) || suppressed.cells[at]);
      if (!suppressed.cells[at]) follows.Publish(cells[at]);
    }
    // A row that is small itself can't be kept from whoever knows its sum.
    for (int row = 0; row < rows; ++row) {
      std::vector<Vector> kept_back;
      for (int at = row * columns; at < (row + 1) * columns; ++at) {
        if (suppressed.cells[at] && !grid.cells[at].empty() && cells[at] != row_cells[row])
          kept_back.push_back(cells[at]);
      }
      if (!IsSmall(CrowdOf(row_cells[row], things))) ExpectNothingFollows(follows, kept_back, things, round);
    }
  }
}

}  // namespace
}  // namespace ayni::services
