#include "matcher/simplex.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "matcher/basis.h"
#include "tests/matcher/random_problem.h"

namespace ayni::matcher {
namespace {

SparseColumns RandomColumns(Random& random, int32_t rows, int32_t columns, int32_t rows_each) {
  SparseColumns made;
  made.row_count = rows;
  for (int32_t j = 0; j < columns; ++j) {
    std::vector<int32_t> of;
    for (int64_t i = Draw(random, 1, rows_each); i > 0; --i) {
      of.push_back(static_cast<int32_t>(Draw(random, 0, rows - 1)));
    }
    std::sort(of.begin(), of.end());
    of.erase(std::unique(of.begin(), of.end()), of.end());
    made.row.insert(made.row.end(), of.begin(), of.end());
    made.begin.push_back(static_cast<int32_t>(made.row.size()));
  }
  return made;
}

// Every second row has to be filled with some of its room, and a column of its own can, at a penalty.
void AddFloors(Random& random, PackingProgramme& programme) {
  programme.row_slack = programme.row_room;
  for (int32_t row = 0; row < programme.columns.row_count; row += 2) {
    const auto floor = static_cast<double>(Draw(random, 0, static_cast<int64_t>(programme.row_room[row])));
    programme.row_slack[row] -= floor;
    programme.columns.row.push_back(row);
    programme.columns.begin.push_back(static_cast<int32_t>(programme.columns.row.size()));
    programme.weight.push_back(-static_cast<double>(Draw(random, 0, 3000)));
    programme.bound.push_back(floor);
  }
}

PackingProgramme RandomProgramme(Random& random, bool tied, bool floors = false) {
  PackingProgramme programme;
  const auto rows = static_cast<int32_t>(Draw(random, 1, 40)),
             columns = static_cast<int32_t>(Draw(random, 0, 120));
  programme.columns = RandomColumns(random, rows, columns, 6);
  for (int32_t i = 0; i < rows; ++i) programme.row_room.push_back(static_cast<double>(Draw(random, 0, 9)));
  for (int32_t j = 0; j < columns; ++j) {
    programme.weight.push_back(tied ? 500 : static_cast<double>(Draw(random, -50, 1000)));
    programme.bound.push_back(static_cast<double>(Draw(random, 0, 5)));
  }
  if (floors) AddFloors(random, programme);
  return programme;
}

// Feasible, and worth all that the prices allow: then nothing is worth more.
void ExpectProvedBest(const PackingProgramme& programme, const PackingOptimum& optimum, double tolerance) {
  ASSERT_TRUE(optimum.optimal);
  std::vector<double> left = programme.row_room;
  double value = 0, bound = 0;
  for (int32_t j = 0; j < programme.columns.count(); ++j) {
    ASSERT_GE(optimum.units[j], 0);
    ASSERT_LE(optimum.units[j], programme.bound[j]);
    value += programme.weight[j] * optimum.units[j];
    double gain = programme.weight[j];
    for (const int32_t row : programme.columns.rows(j)) {
      left[row] -= optimum.units[j];
      gain -= optimum.row_price[row];
    }
    bound += programme.bound[j] * std::max(0.0, gain);
  }
  for (size_t i = 0; i < left.size(); ++i) {
    const double slack = programme.row_slack.empty() ? programme.row_room[i] : programme.row_slack[i];
    ASSERT_GE(left[i], -1e-6);
    ASSERT_LE(left[i], slack + 1e-6);
    const double price = optimum.row_price[i];
    if (slack == programme.row_room[i]) {
      ASSERT_GE(price, 0);
    }
    bound += (price < 0 ? programme.row_room[i] - slack : programme.row_room[i]) * price;
  }
  ASSERT_NEAR(bound, optimum.value, 1e-6);
  ASSERT_NEAR(value, bound, tolerance);
}

TEST(Simplex, FindsUnitsThatItsPricesProveTheBest) {
  Random random(31);
  for (int i = 0; i < 3000; ++i) {
    const PackingProgramme programme = RandomProgramme(random, i % 4 == 0, i % 3 == 0);
    ExpectProvedBest(programme, Maximise(programme), 1e-3);
  }
}

TEST(Simplex, EndsAtTheSameValueFromAnyPrices) {
  Random random(32);
  for (int i = 0; i < 2000; ++i) {
    const PackingProgramme programme = RandomProgramme(random, i % 4 == 0, i % 3 == 0);
    SimplexOptions options;
    for (size_t row = 0; row < programme.row_room.size(); ++row) {
      options.row_price.push_back(static_cast<double>(std::max<int64_t>(0, Draw(random, -200, 600))));
    }
    const PackingOptimum warm = Maximise(programme, options);
    ExpectProvedBest(programme, warm, 1e-3);
    ASSERT_NEAR(warm.value, Maximise(programme).value, 1e-3);
  }
}

TEST(Simplex, PutsTheWeightsBackThatPartEqualOnes) {
  Random random(33);
  for (int i = 0; i < 500; ++i) {
    const PackingProgramme programme = RandomProgramme(random, true, i % 2 == 0);
    ExpectProvedBest(programme, Maximise(programme, {.shift = 0.01}), 1e-3);
  }
}

TEST(Simplex, SaysSoWhereTheWorkRanOut) {
  Random random(34);
  const PackingProgramme programme = RandomProgramme(random, false);
  EXPECT_FALSE(Maximise(programme, {.work_max = 0}).optimal);
}

double Entry(const SparseColumns& columns, int32_t variable, int32_t row) {
  if (variable >= columns.count()) return variable - columns.count() == row ? 1 : 0;
  const auto rows = columns.rows(variable);
  return std::find(rows.begin(), rows.end(), row) != rows.end() ? 1 : 0;
}

void ExpectSolves(Random& random, const SparseColumns& columns, Basis& basis) {
  const int32_t rows = columns.row_count;
  SparseVector column(rows), row(rows);
  std::vector<double> b(rows), c(rows);
  for (int32_t i = 0; i < rows; ++i) {
    b[i] = static_cast<double>(Draw(random, -3, 3));
    c[i] = static_cast<double>(Draw(random, -3, 3));
    if (b[i] != 0) column.Put(i, b[i]);
    if (c[i] != 0) row.Put(i, c[i]);
  }
  basis.SolveColumn(column);
  basis.SolveRow(row);
  for (int32_t i = 0; i < rows; ++i) {
    double in_row = 0, of_column = 0;
    for (int32_t k = 0; k < rows; ++k) {
      in_row += Entry(columns, basis.variables()[k], i) * column.value[k];
      of_column += Entry(columns, basis.variables()[i], k) * row.value[k];
    }
    ASSERT_NEAR(in_row, b[i], 1e-6);
    ASSERT_NEAR(of_column, c[i], 1e-6);
  }
}

TEST(Basis, SolvesForRowsAndColumnsAfterExchangesAndWhenMadeAnew) {
  Random random(35);
  for (int i = 0; i < 300; ++i) {
    const auto rows = static_cast<int32_t>(Draw(random, 1, 90));
    const SparseColumns columns = RandomColumns(random, rows, 2 * rows, 5);
    Basis basis(columns);
    std::vector<int32_t> first;
    for (int32_t j = 0; j < rows; ++j) first.push_back(j);
    basis.Choose(first, std::vector<bool>(rows, true));
    ExpectSolves(random, columns, basis);
    for (int32_t j = rows; j < 2 * rows; ++j) {
      SparseVector entering(rows);
      for (const int32_t row : columns.rows(j)) entering.Put(row, 1);
      basis.SolveColumn(entering, true);
      const auto row = static_cast<int32_t>(Draw(random, 0, rows - 1));
      if (std::abs(entering.value[row]) > 0.3) basis.Exchange(row, j, entering.value[row]);
    }
    ExpectSolves(random, columns, basis);
    basis.Refactor();
    ASSERT_EQ(basis.exchanges(), 0);
    ExpectSolves(random, columns, basis);
  }
}

}  // namespace
}  // namespace ayni::matcher
