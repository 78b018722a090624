#include "services/fairness/suppression.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace ayni::services {
namespace {

bool IsSmall(int64_t producers) { return producers > 0 && producers < kProducersPublishedMin; }

// Of cells that sum to one that is known or itself kept back.
void SuppressSiblings(const std::vector<TreeCell>& level, std::vector<int> siblings, bool is_parent_kept_back,
                      std::vector<bool>* suppressed) {
  // The smallest first, so that as little as can be is kept back.
  std::stable_sort(siblings.begin(), siblings.end(),
                   [&](int a, int b) { return level[a].producers < level[b].producers; });
  const bool any = is_parent_kept_back || (!siblings.empty() && IsSmall(level[siblings.front()].producers));
  if (!any) return;
  // Of a parent that is published their sum is, so that it must be of enough; a small one is thus never
  // alone.
  int64_t producers = 0;
  for (const int cell : siblings) {
    if (!IsSmall(level[cell].producers) && producers >= kProducersPublishedMin) break;
    (*suppressed)[cell] = true;
    producers += level[cell].producers;
  }
}

// Unknowns of a system of sums, and what follows from it.
class Sums {
 public:
  // One that is 0 = the sum of the positive ones less `whole`, or, of -1, a known number.
  struct Sum {
    std::vector<int> parts;
    int whole = -1;
  };

  Sums(std::vector<Sum> sums, std::vector<int64_t> producers)
      : sums_(std::move(sums)), producers_(std::move(producers)), suppressed_(producers_.size()) {}

  std::vector<bool> Suppress() {
    for (size_t at = 0; at < producers_.size(); ++at) suppressed_[at] = IsSmall(producers_[at]);
    while (RaiseSmallSums() || HideWhatFollows()) {
    }
    return suppressed_;
  }

 private:
  bool IsPublished(int at) const { return at < 0 || !suppressed_[at]; }

  // What is kept back of a published sum is published as a whole.
  bool RaiseSmallSums() {
    for (const Sum& sum : sums_) {
      if (!IsPublished(sum.whole)) continue;
      int64_t producers = 0;
      for (const int part : sum.parts) producers += suppressed_[part] ? producers_[part] : 0;
      if (IsSmall(producers) && HideSmallestOf(sum.parts)) return true;
    }
    return false;
  }

  bool HideWhatFollows() {
    const std::optional<int> follows = FindDetermined();
    if (!follows.has_value()) return false;
    std::vector<int> around;
    for (const Sum& sum : sums_) {
      std::vector<int> members = sum.parts;
      if (sum.whole >= 0) members.push_back(sum.whole);
      if (std::find(members.begin(), members.end(), *follows) == members.end()) continue;
      around.insert(around.end(), members.begin(), members.end());
    }
    if (HideSmallestOf(around)) return true;
    std::vector<int> all(producers_.size());
    for (size_t at = 0; at < all.size(); ++at) all[at] = static_cast<int>(at);
    return HideSmallestOf(all);
  }

  // Whether there was one left to hide.
  bool HideSmallestOf(const std::vector<int>& among) {
    int smallest = -1;
    for (const int at : among) {
      if (suppressed_[at] || producers_[at] == 0) continue;
      if (smallest < 0 || producers_[at] < producers_[smallest]) smallest = at;
    }
    if (smallest >= 0) suppressed_[smallest] = true;
    return smallest >= 0;
  }

  static int64_t Power(int64_t base, int64_t exponent) {
    int64_t result = 1;
    for (; exponent > 0; exponent >>= 1, base = base * base % kPrime) {
      if (exponent & 1) result = result * base % kPrime;
    }
    return result;
  }

  // An unknown has one value only where the reduced form of the system has a row of it alone. Coefficients
  // are counted modulo a prime, in which those of a table's sums, 1 and -1, reduce as they do in fractions.
  std::optional<int> FindDetermined() const {
    std::vector<int> unknowns;
    std::map<int, int> column_of;
    for (size_t at = 0; at < suppressed_.size(); ++at) {
      if (!suppressed_[at]) continue;
      column_of[static_cast<int>(at)] = static_cast<int>(unknowns.size());
      unknowns.push_back(static_cast<int>(at));
    }
    std::vector<std::vector<int64_t>> rows;
    for (const Sum& sum : sums_) {
      std::vector<int64_t> row(unknowns.size(), 0);
      for (const int part : sum.parts) {
        if (suppressed_[part]) row[column_of[part]] = 1;
      }
      if (!IsPublished(sum.whole)) row[column_of[sum.whole]] = kPrime - 1;
      rows.push_back(std::move(row));
    }
    size_t done = 0;
    for (size_t column = 0; column < unknowns.size() && done < rows.size(); ++column) {
      size_t pivot = done;
      while (pivot < rows.size() && rows[pivot][column] == 0) ++pivot;
      if (pivot == rows.size()) continue;
      std::swap(rows[done], rows[pivot]);
      const int64_t inverse = Power(rows[done][column], kPrime - 2);
      for (int64_t& each : rows[done]) each = each * inverse % kPrime;
      for (size_t row = 0; row < rows.size(); ++row) {
        const int64_t factor = rows[row][column];
        if (row == done || factor == 0) continue;
        for (size_t at = column; at < unknowns.size(); ++at)
          rows[row][at] = (rows[row][at] + (kPrime - factor) * rows[done][at]) % kPrime;
      }
      ++done;
    }
    for (size_t row = 0; row < done; ++row) {
      const auto is_set = [](int64_t each) { return each != 0; };
      if (std::count_if(rows[row].begin(), rows[row].end(), is_set) != 1) continue;
      return unknowns[std::find_if(rows[row].begin(), rows[row].end(), is_set) - rows[row].begin()];
    }
    return std::nullopt;
  }

  static constexpr int64_t kPrime = 1'000'000'007;

  const std::vector<Sum> sums_;
  const std::vector<int64_t> producers_;
  std::vector<bool> suppressed_;
};

}  // namespace

std::vector<std::vector<bool>> SuppressTree(const std::vector<std::vector<TreeCell>>& levels) {
  std::vector<std::vector<bool>> suppressed;
  for (size_t at = 0; at < levels.size(); ++at) {
    const std::vector<TreeCell>& level = levels[at];
    std::map<int, std::vector<int>> families;
    for (size_t cell = 0; cell < level.size(); ++cell)
      families[level[cell].parent].push_back(static_cast<int>(cell));
    std::vector<bool> of_level(level.size(), false);
    for (const auto& [parent, siblings] : families) {
      const bool is_parent_kept_back = at > 0 && parent >= 0 && suppressed[at - 1][parent];
      SuppressSiblings(level, siblings, is_parent_kept_back, &of_level);
    }
    suppressed.push_back(std::move(of_level));
  }
  return suppressed;
}

SuppressedGrid SuppressGrid(const Grid& grid) {
  // Cells, then the sums of rows, then those of columns.
  const int cells = grid.rows * grid.columns;
  std::vector<int64_t> producers = grid.cells;
  producers.insert(producers.end(), grid.row_sums.begin(), grid.row_sums.end());
  producers.insert(producers.end(), grid.column_sums.begin(), grid.column_sums.end());
  std::vector<Sums::Sum> sums(grid.rows + grid.columns + 2);
  for (int row = 0; row < grid.rows; ++row) {
    for (int column = 0; column < grid.columns; ++column) {
      sums[row].parts.push_back(row * grid.columns + column);
      sums[grid.rows + column].parts.push_back(row * grid.columns + column);
    }
    sums[row].whole = cells + row;
    sums[grid.rows + grid.columns].parts.push_back(cells + row);
  }
  for (int column = 0; column < grid.columns; ++column) {
    sums[grid.rows + column].whole = cells + grid.rows + column;
    sums[grid.rows + grid.columns + 1].parts.push_back(cells + grid.rows + column);
  }
  const std::vector<bool> all = Sums(std::move(sums), std::move(producers)).Suppress();
  SuppressedGrid suppressed;
  suppressed.cells.assign(all.begin(), all.begin() + cells);
  suppressed.row_sums.assign(all.begin() + cells, all.begin() + cells + grid.rows);
  suppressed.column_sums.assign(all.begin() + cells + grid.rows, all.end());
  return suppressed;
}

}  // namespace ayni::services
