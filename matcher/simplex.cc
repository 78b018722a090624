#include "matcher/simplex.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ayni::matcher {
namespace {

constexpr double kPriceTolerance = 1e-7;  // in weight: the least weight is 1
constexpr double kPivotLeast = 1e-9;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kDegenerateMax = 50;  // pivots that gain nothing before the rule that can't cycle

class Tableau {
 public:
  explicit Tableau(const PackingProgramme& programme)
      : programme_(programme),
        rows_(static_cast<int32_t>(programme.row_room.size())),
        columns_(static_cast<int32_t>(programme.weight.size())),
        entry_(static_cast<size_t>(rows_) * columns_, 0.0),
        gain_(programme.weight),
        basic_value_(programme.row_room),
        upper_(programme.bound),
        at_upper_(columns_, false) {
    upper_.resize(columns_ + rows_, kInfinity);
    for (int32_t j = 0; j < columns_; ++j) {
      nonbasic_.push_back(j);
      for (const int32_t row : programme.rows[j]) At(row, j) = 1;
      if (programme.minus_rows.empty()) continue;
      for (const int32_t row : programme.minus_rows[j]) At(row, j) = -1;
    }
    for (int32_t i = 0; i < rows_; ++i) basic_.push_back(columns_ + i);
  }

  PackingOptimum Run() {
    PackingOptimum optimum;
    const int64_t pivots_max = 20 * (int64_t{rows_} + columns_) + 100;
    int degenerate = 0;
    for (int64_t i = 0; i < pivots_max; ++i) {
      const int32_t column = Entering(degenerate > kDegenerateMax);
      if (column < 0) {
        optimum.optimal = true;
        break;
      }
      degenerate = Enter(column, degenerate > kDegenerateMax) > 0 ? 0 : degenerate + 1;
    }
    Read(optimum);
    return optimum;
  }

 private:
  double& At(int32_t row, int32_t column) { return entry_[static_cast<size_t>(row) * columns_ + column]; }

  // The column whose move gains most, or, to rule out cycles, the one of the first variable that gains.
  int32_t Entering(bool first) const {
    int32_t best = -1;
    for (int32_t j = 0; j < columns_; ++j) {
      const double gain = at_upper_[j] ? -gain_[j] : gain_[j];
      if (gain <= kPriceTolerance || upper_[nonbasic_[j]] <= 0) continue;
      if (best < 0 ||
          (first ? nonbasic_[j] < nonbasic_[best] : gain > (at_upper_[best] ? -gain_[best] : gain_[best]))) {
        best = j;
      }
    }
    return best;
  }

  // Moves the column's variable as far as it goes; returns how far.
  double Enter(int32_t column, bool first) {
    const double direction = at_upper_[column] ? -1 : 1;
    double step = upper_[nonbasic_[column]];
    int32_t leaving = -1;
    for (int32_t i = 0; i < rows_; ++i) {
      const double rate = At(i, column) * direction;
      double most = kInfinity;
      if (rate > kPivotLeast) most = std::max(0.0, basic_value_[i]) / rate;
      if (rate < -kPivotLeast) most = std::max(0.0, upper_[basic_[i]] - basic_value_[i]) / -rate;
      if (most > step || most == kInfinity) continue;
      const bool better =
          most < step || leaving < 0 ||
          (first ? basic_[i] < basic_[leaving] : rate * rate > At(leaving, column) * At(leaving, column));
      if (!better) continue;
      step = most;
      leaving = i;
    }
    for (int32_t i = 0; i < rows_; ++i) basic_value_[i] -= At(i, column) * direction * step;
    if (leaving < 0) {
      at_upper_[column] = !at_upper_[column];
      return step;
    }
    const double start = at_upper_[column] ? upper_[nonbasic_[column]] : 0;
    const bool leaves_at_upper = At(leaving, column) * direction < 0;
    Pivot(leaving, column);
    basic_value_[leaving] = start + direction * step;
    at_upper_[column] = leaves_at_upper;
    return step;
  }

  void Pivot(int32_t row, int32_t column) {
    const double inverse = 1 / At(row, column);
    double* const pivot_row = &entry_[static_cast<size_t>(row) * columns_];
    for (int32_t j = 0; j < columns_; ++j) pivot_row[j] *= inverse;
    pivot_row[column] = inverse;
    const auto eliminate = [&](double* target) {
      const double factor = target[column];
      if (factor == 0) return;
      target[column] = 0;
      for (int32_t j = 0; j < columns_; ++j) target[j] -= factor * pivot_row[j];
      work_ += columns_;
    };
    for (int32_t i = 0; i < rows_; ++i) {
      if (i != row) eliminate(&entry_[static_cast<size_t>(i) * columns_]);
    }
    eliminate(gain_.data());
    std::swap(basic_[row], nonbasic_[column]);
  }

  void Read(PackingOptimum& optimum) const {
    optimum.work = work_;
    optimum.units.assign(columns_, 0.0);
    optimum.row_price.assign(rows_, 0.0);
    for (int32_t j = 0; j < columns_; ++j) {
      if (nonbasic_[j] >= columns_) {
        optimum.row_price[nonbasic_[j] - columns_] = std::max(0.0, -gain_[j]);
      } else if (at_upper_[j]) {
        optimum.units[nonbasic_[j]] = upper_[nonbasic_[j]];
      }
    }
    for (int32_t i = 0; i < rows_; ++i) {
      if (basic_[i] < columns_) optimum.units[basic_[i]] = std::max(0.0, basic_value_[i]);
    }
    for (int32_t j = 0; j < columns_; ++j) optimum.value += programme_.weight[j] * optimum.units[j];
  }

  const PackingProgramme& programme_;
  const int32_t rows_;
  const int32_t columns_;
  std::vector<double> entry_;  // by row, then column: what a basic variable loses as a nonbasic one grows
  std::vector<double> gain_;   // by column, of its variable's growth
  std::vector<double> basic_value_;
  // Variables are the columns, then the rows' slacks.
  std::vector<int32_t> basic_, nonbasic_;
  std::vector<double> upper_;   // by variable
  std::vector<bool> at_upper_;  // by column: its variable stands at its bound
  int64_t work_ = 0;
};

}  // namespace

PackingOptimum Maximise(const PackingProgramme& programme) { return Tableau(programme).Run(); }

}  // namespace ayni::matcher
