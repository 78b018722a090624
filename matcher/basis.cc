#include "matcher/basis.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <numeric>

namespace ayni::matcher {
namespace {

constexpr double kZero = 1e-12;       // rounding leaves no more where the sum is 0
constexpr double kPivotLeast = 0.01;  // of ones and their small sums
constexpr double kPivotShare = 0.1;   // of the largest entry

}  // namespace

Basis::Basis(const SparseColumns& columns)
    : columns_(columns),
      variables_(columns.row_count),
      row_weight_(columns.row_count, 0),
      pivot_of_row_(columns.row_count, -1),
      place_(columns.row_count),
      row_at_(columns.row_count),
      marked_(columns.row_count / 64 + 1, 0),
      unit_(columns.row_count),
      column_(columns.row_count, 0.0),
      is_touched_(columns.row_count, false) {
  Clear();
  Index();
}

void Basis::Clear() {
  std::iota(variables_.begin(), variables_.end(), columns_.count());
  std::fill(pivot_of_row_.begin(), pivot_of_row_.end(), -1);
  std::fill(row_weight_.begin(), row_weight_.end(), 0);
  pivots_.clear();
  lower_.clear();
  upper_.clear();
  exchange_.clear();
  exchanged_.clear();
}

void Basis::Choose(const std::vector<int32_t>& columns, const std::vector<bool>& open) {
  Clear();
  for (const int32_t column : columns) {
    for (const int32_t row : columns_.rows(column)) ++row_weight_[row];
  }
  for (const int32_t column : columns) Append(column, open);
  Refactor();
}

void Basis::Refactor() {
  std::vector<int32_t> columns;
  // A slack pivots on its own row again, wherever its exchange left it.
  std::vector<bool> open(columns_.row_count, true);
  for (const int32_t variable : variables_) {
    if (variable >= columns_.count()) {
      open[variable - columns_.count()] = false;
    } else {
      columns.push_back(variable);
    }
  }
  std::sort(columns.begin(), columns.end());
  Clear();
  for (const int32_t column : columns) {
    for (const int32_t row : columns_.rows(column)) ++row_weight_[row];
  }
  for (const int32_t column : Peeled(columns, open)) Append(column, open);
  Index();
}

std::vector<int32_t> Basis::Peeled(const std::vector<int32_t>& columns, const std::vector<bool>& open) const {
  const auto count = static_cast<int32_t>(columns.size());
  std::vector<int32_t> row_begin(columns_.row_count + 1, 0), left(count, 0), row_left(columns_.row_count, 0);
  for (int32_t i = 0; i < count; ++i) {
    for (const int32_t row : columns_.rows(columns[i])) {
      if (!open[row]) continue;
      ++row_begin[row + 1];
      ++left[i];
      ++row_left[row];
    }
  }
  std::partial_sum(row_begin.begin(), row_begin.end(), row_begin.begin());
  std::vector<int32_t> row_column(row_begin.back()), next(row_begin.begin(), row_begin.end() - 1);
  for (int32_t i = 0; i < count; ++i) {
    for (const int32_t row : columns_.rows(columns[i])) {
      if (open[row]) row_column[next[row]++] = i;
    }
  }
  std::vector<bool> row_done(columns_.row_count, false), done(count, false);
  std::vector<int32_t> order;
  // Columns with one row left first: they take nothing from one another.
  for (int32_t i = 0; i < count; ++i) {
    if (left[i] == 1) order.push_back(i);
  }
  for (size_t at = 0; at < order.size(); ++at) {
    done[order[at]] = true;
    for (const int32_t row : columns_.rows(columns[order[at]])) {
      if (!open[row] || row_done[row]) continue;
      row_done[row] = true;
      for (int32_t k = row_begin[row]; k < row_begin[row + 1]; ++k) {
        --row_left[row];
        if (--left[row_column[k]] == 1) order.push_back(row_column[k]);
      }
    }
  }
  // Then those that alone have some row, whose pivots no later column meets.
  std::vector<int32_t> alone;
  for (int32_t row = 0; row < columns_.row_count; ++row) {
    if (!row_done[row] && row_left[row] == 1) alone.push_back(row);
  }
  for (size_t at = 0; at < alone.size(); ++at) {
    for (int32_t k = row_begin[alone[at]]; k < row_begin[alone[at] + 1]; ++k) {
      const int32_t i = row_column[k];
      if (done[i]) continue;
      done[i] = true;
      order.push_back(i);
      for (const int32_t row : columns_.rows(columns[i])) {
        if (open[row] && !row_done[row] && --row_left[row] == 1) alone.push_back(row);
      }
    }
  }
  std::vector<int32_t> rest;
  for (int32_t i = 0; i < count; ++i) {
    if (!done[i]) rest.push_back(i);
  }
  std::stable_sort(rest.begin(), rest.end(), [&](int32_t a, int32_t b) { return left[a] < left[b]; });
  order.insert(order.end(), rest.begin(), rest.end());
  for (int32_t& i : order) i = columns[i];
  return order;
}

bool Basis::Append(int32_t column, const std::vector<bool>& open) {
  for (const int32_t row : columns_.rows(column)) {
    column_[row] = 1;
    is_touched_[row] = true;
    touched_.push_back(row);
  }
  TakeFromPivots();
  const int32_t pivot_row = ChoosePivot(open);
  if (pivot_row >= 0) {
    const double pivot = column_[pivot_row];
    Pivot made{
        pivot_row, column, pivot, static_cast<int64_t>(lower_.size()), 0, static_cast<int64_t>(upper_.size()),
        0};
    for (const int32_t row : touched_) {
      if (row == pivot_row || std::abs(column_[row]) < kZero) continue;
      // A row that never pivots keeps its slack, which pivots before all columns.
      if (pivot_of_row_[row] >= 0 || !open[row]) {
        upper_.push_back({row, column_[row]});
      } else {
        lower_.push_back({row, column_[row] / pivot});
      }
    }
    made.lower_end = static_cast<int64_t>(lower_.size());
    made.upper_end = static_cast<int64_t>(upper_.size());
    pivot_of_row_[pivot_row] = static_cast<int32_t>(pivots_.size());
    variables_[pivot_row] = column;
    pivots_.push_back(made);
  }
  for (const int32_t row : touched_) {
    column_[row] = 0;
    is_touched_[row] = false;
  }
  touched_.clear();
  return pivot_row >= 0;
}

void Basis::TakeFromPivots() {
  const auto ask = [this](int32_t row) {
    const int32_t pivot = pivot_of_row_[row];
    if (pivot < 0 || pivots_[pivot].lower_begin == pivots_[pivot].lower_end) return;
    queue_.push_back(pivot);
    std::push_heap(queue_.begin(), queue_.end(), std::greater<>());
  };
  for (size_t i = 0, end = touched_.size(); i < end; ++i) ask(touched_[i]);
  while (!queue_.empty()) {
    std::pop_heap(queue_.begin(), queue_.end(), std::greater<>());
    const Pivot& pivot = pivots_[queue_.back()];
    queue_.pop_back();
    const double share = column_[pivot.row];
    if (std::abs(share) < kZero) continue;
    for (int64_t i = pivot.lower_begin; i < pivot.lower_end; ++i) {
      const int32_t row = lower_[i].row;
      column_[row] -= lower_[i].value * share;
      if (is_touched_[row]) continue;
      is_touched_[row] = true;
      touched_.push_back(row);
      ask(row);
    }
  }
}

int32_t Basis::ChoosePivot(const std::vector<bool>& open) const {
  double largest = kPivotLeast;
  for (const int32_t row : touched_) {
    if (open[row] && pivot_of_row_[row] < 0) largest = std::max(largest, std::abs(column_[row]));
  }
  int32_t best = -1;
  for (const int32_t row : touched_) {
    if (!open[row] || pivot_of_row_[row] >= 0) continue;
    const double size = std::abs(column_[row]);
    if (size < kPivotLeast || size < kPivotShare * largest) continue;
    if (best < 0 || row_weight_[row] < row_weight_[best] ||
        (row_weight_[row] == row_weight_[best] && row < best)) {
      best = row;
    }
  }
  return best;
}

void Basis::IndexByRow(const std::vector<Entry>& entries, bool lower, std::vector<int32_t>& begin,
                       std::vector<Entry>& by_row) const {
  begin.assign(columns_.row_count + 1, 0);
  for (const Entry& entry : entries) ++begin[entry.row + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  by_row.resize(entries.size());
  std::vector<int32_t> next(begin.begin(), begin.end() - 1);
  for (const Pivot& pivot : pivots_) {
    const int64_t end = lower ? pivot.lower_end : pivot.upper_end;
    for (int64_t i = lower ? pivot.lower_begin : pivot.upper_begin; i < end; ++i) {
      by_row[next[entries[i].row]++] = {pivot.row, entries[i].value};
    }
  }
}

void Basis::Index() {
  IndexByRow(lower_, true, lower_row_begin_, lower_by_row_);
  IndexByRow(upper_, false, upper_row_begin_, upper_by_row_);
  int32_t place = 0;
  for (int32_t row = 0; row < columns_.row_count; ++row) {
    const bool unfound = lower_row_begin_[row] < lower_row_begin_[row + 1];
    if (pivot_of_row_[row] < 0 && !unfound) place_[row] = place++;
  }
  for (const Pivot& pivot : pivots_) place_[pivot.row] = place++;
  for (int32_t row = 0; row < columns_.row_count; ++row) {
    const bool unfound = lower_row_begin_[row] < lower_row_begin_[row + 1];
    if (pivot_of_row_[row] < 0 && unfound) place_[row] = place++;
  }
  for (int32_t row = 0; row < columns_.row_count; ++row) row_at_[place_[row]] = row;
}

template <typename Visit>
void Basis::Ascend(Visit visit) {
  for (size_t word = 0; word < marked_.size(); ++word) {
    for (uint64_t left = marked_[word]; left != 0;) {
      const int bit = std::countr_zero(left);
      visit(row_at_[64 * word + bit]);
      left = marked_[word] & (~uint64_t{0} << bit << 1);
    }
  }
}

template <typename Visit>
void Basis::Descend(Visit visit) {
  for (size_t word = marked_.size(); word-- > 0;) {
    for (uint64_t left = marked_[word]; left != 0;) {
      const int bit = 63 - std::countl_zero(left);
      visit(row_at_[64 * word + bit]);
      left = marked_[word] & ((uint64_t{1} << bit) - 1);
    }
  }
}

void Basis::Unmark(SparseVector& vector) {
  vector.rows.clear();
  for (size_t word = 0; word < marked_.size(); ++word) {
    for (uint64_t left = marked_[word]; left != 0; left &= left - 1) {
      const int32_t row = row_at_[64 * word + std::countr_zero(left)];
      if (std::abs(vector.value[row]) > kZero) {
        vector.rows.push_back(row);
      } else {
        vector.value[row] = 0;
      }
    }
    marked_[word] = 0;
  }
}

void Basis::SolveColumn(SparseVector& vector, bool to_enter) {
  std::vector<double>& value = vector.value;
  for (const int32_t row : vector.rows) Mark(row);
  Ascend([&](int32_t row) {
    const int32_t at = pivot_of_row_[row];
    if (at < 0 || value[row] == 0) return;
    work_ += pivots_[at].lower_end - pivots_[at].lower_begin + 1;
    for (int64_t i = pivots_[at].lower_begin; i < pivots_[at].lower_end; ++i) {
      value[lower_[i].row] -= lower_[i].value * value[row];
      Mark(lower_[i].row);
    }
  });
  for (const Exchanged& exchanged : exchange_) {
    double share = 0;
    work_ += exchanged.end - exchanged.middle;
    for (int64_t i = exchanged.middle; i < exchanged.end; ++i) {
      share += exchanged_[i].value * value[exchanged_[i].row];
    }
    if (share == 0) continue;
    share /= exchanged.pivot;
    work_ += exchanged.middle - exchanged.begin;
    for (int64_t i = exchanged.begin; i < exchanged.middle; ++i) {
      value[exchanged_[i].row] -= exchanged_[i].value * share;
      Mark(exchanged_[i].row);
    }
  }
  if (to_enter) {
    entering_.clear();
    Ascend([&](int32_t row) {
      if (value[row] != 0) entering_.push_back({row, value[row]});
    });
  }
  Descend([&](int32_t row) {
    const int32_t at = pivot_of_row_[row];
    if (at < 0 || value[row] == 0) return;
    value[row] /= pivots_[at].value;
    work_ += pivots_[at].upper_end - pivots_[at].upper_begin + 1;
    for (int64_t i = pivots_[at].upper_begin; i < pivots_[at].upper_end; ++i) {
      value[upper_[i].row] -= upper_[i].value * value[row];
      Mark(upper_[i].row);
    }
  });
  Unmark(vector);
}

void Basis::SolveUpperRow(std::vector<double>& value) {
  Ascend([&](int32_t row) {
    if (value[row] == 0) return;
    work_ += upper_row_begin_[row + 1] - upper_row_begin_[row] + 1;
    if (pivot_of_row_[row] >= 0) value[row] /= pivots_[pivot_of_row_[row]].value;
    for (int32_t i = upper_row_begin_[row]; i < upper_row_begin_[row + 1]; ++i) {
      value[upper_by_row_[i].row] -= upper_by_row_[i].value * value[row];
      Mark(upper_by_row_[i].row);
    }
  });
}

void Basis::SolveRow(SparseVector& vector) {
  std::vector<double>& value = vector.value;
  for (const int32_t row : vector.rows) Mark(row);
  SolveUpperRow(value);
  for (size_t at = exchange_.size(); at > 0; --at) {
    const Exchanged& exchanged = exchange_[at - 1];
    double share = 0;
    work_ += exchanged.middle - exchanged.begin;
    for (int64_t i = exchanged.begin; i < exchanged.middle; ++i) {
      share += exchanged_[i].value * value[exchanged_[i].row];
    }
    if (share == 0) continue;
    share /= exchanged.pivot;
    work_ += exchanged.end - exchanged.middle;
    for (int64_t i = exchanged.middle; i < exchanged.end; ++i) {
      value[exchanged_[i].row] -= exchanged_[i].value * share;
      Mark(exchanged_[i].row);
    }
  }
  Descend([&](int32_t row) {
    if (value[row] == 0) return;
    work_ += lower_row_begin_[row + 1] - lower_row_begin_[row] + 1;
    for (int32_t i = lower_row_begin_[row]; i < lower_row_begin_[row + 1]; ++i) {
      value[lower_by_row_[i].row] -= lower_by_row_[i].value * value[row];
      Mark(lower_by_row_[i].row);
    }
  });
  Unmark(vector);
}

void Basis::Exchange(int32_t row, int32_t variable, double pivot) {
  // With T between the triangles L and U, the new one is T (1 + f g), where f is the entering column less the
  // leaving one, both as they stand before U, and g the leaving row of U's inverse.
  Exchanged made{pivot, static_cast<int64_t>(exchanged_.size()), 0, 0};
  for (const Entry& entry : entering_) unit_.Put(entry.row, entry.value);
  const auto take = [this](int32_t at, double share) {
    if (unit_.value[at] == 0) unit_.rows.push_back(at);
    unit_.value[at] -= share;
  };
  const int32_t at = pivot_of_row_[row];
  take(row, at < 0 ? 1 : pivots_[at].value);
  if (at >= 0) {
    for (int64_t i = pivots_[at].upper_begin; i < pivots_[at].upper_end; ++i)
      take(upper_[i].row, upper_[i].value);
  }
  for (const int32_t r : unit_.rows) {
    if (std::abs(unit_.value[r]) > kZero) exchanged_.push_back({r, unit_.value[r]});
  }
  made.middle = static_cast<int64_t>(exchanged_.size());
  unit_.Clear();
  unit_.Put(row, 1);
  Mark(row);
  SolveUpperRow(unit_.value);
  Unmark(unit_);
  for (const int32_t r : unit_.rows) exchanged_.push_back({r, unit_.value[r]});
  unit_.Clear();
  made.end = static_cast<int64_t>(exchanged_.size());
  exchange_.push_back(made);
  variables_[row] = variable;
}

}  // namespace ayni::matcher
