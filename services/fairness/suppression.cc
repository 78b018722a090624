#include "services/fairness/suppression.h"

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <utility>

namespace ayni::services {
namespace {

// Coefficients are counted modulo a prime, in which those of a table's sums, 1 and -1, reduce as they do in
// fractions.
constexpr int64_t kPrime = 1'000'000'007;

int64_t Power(int64_t base, int64_t exponent) {
  int64_t result = 1;
  for (; exponent > 0; exponent >>= 1, base = base * base % kPrime) {
    if (exponent & 1) result = result * base % kPrime;
  }
  return result;
}

int64_t Inverse(int64_t number) { return Power(number, kPrime - 2); }

using Row = std::vector<int64_t>;

// to -= factor * from.
void Subtract(const Row& from, int64_t factor, Row* to) {
  for (size_t at = 0; at < from.size(); ++at) (*to)[at] = ((*to)[at] + (kPrime - factor) * from[at]) % kPrime;
}

void AddTo(const Row& more, Row* to) { Subtract(more, kPrime - 1, to); }

void Join(const Crowd& more, Crowd* crowd) { crowd->insert(more.begin(), more.end()); }

// Of cells that sum to one that is known or itself kept back.
void SuppressSiblings(const std::vector<TreeCell>& level, std::vector<int> siblings, bool is_parent_kept_back,
                      std::vector<bool>* suppressed) {
  const auto must_be = [&](int cell) { return level[cell].is_kept_back || IsSmall(level[cell].crowd); };
  // The smallest first, so that as little as can be is kept back.
  std::stable_sort(siblings.begin(), siblings.end(), [&](int a, int b) {
    return std::make_pair(!must_be(a), ProducersOf(level[a].crowd)) <
           std::make_pair(!must_be(b), ProducersOf(level[b].crowd));
  });
  const bool any = is_parent_kept_back || (!siblings.empty() && must_be(siblings.front()));
  if (!any) return;
  // Of a parent that is published their sum is, so that it must be of enough; a small one is thus never
  // alone.
  Crowd together;
  for (const int cell : siblings) {
    if (!must_be(cell) && IsEnough(together)) break;
    (*suppressed)[cell] = true;
    Join(level[cell].crowd, &together);
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

  Sums(std::vector<Sum> sums, std::vector<Crowd> crowds)
      : sums_(std::move(sums)), crowds_(std::move(crowds)), suppressed_(crowds_.size()) {}

  std::vector<bool> Suppress() {
    for (size_t at = 0; at < crowds_.size(); ++at) suppressed_[at] = IsSmall(crowds_[at]);
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
      Crowd together;
      for (const int part : sum.parts) {
        if (suppressed_[part]) Join(crowds_[part], &together);
      }
      if (IsSmall(together) && HideSmallestOf(sum.parts)) return true;
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
    std::vector<int> all(crowds_.size());
    for (size_t at = 0; at < all.size(); ++at) all[at] = static_cast<int>(at);
    return HideSmallestOf(all);
  }

  // Whether there was one left to hide.
  bool HideSmallestOf(const std::vector<int>& among) {
    int smallest = -1;
    for (const int at : among) {
      if (suppressed_[at] || crowds_[at].empty()) continue;
      if (smallest < 0 || ProducersOf(crowds_[at]) < ProducersOf(crowds_[smallest])) smallest = at;
    }
    if (smallest >= 0) suppressed_[smallest] = true;
    return smallest >= 0;
  }

  // An unknown has one value only where the reduced form of the system has a row of it alone.
  std::optional<int> FindDetermined() const {
    std::vector<int> unknowns;
    std::map<int, int> column_of;
    for (size_t at = 0; at < suppressed_.size(); ++at) {
      if (!suppressed_[at]) continue;
      column_of[static_cast<int>(at)] = static_cast<int>(unknowns.size());
      unknowns.push_back(static_cast<int>(at));
    }
    std::vector<Row> rows;
    for (const Sum& sum : sums_) {
      Row row(unknowns.size(), 0);
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
      const int64_t inverse = Inverse(rows[done][column]);
      for (int64_t& each : rows[done]) each = each * inverse % kPrime;
      for (size_t row = 0; row < rows.size(); ++row) {
        const int64_t factor = rows[row][column];
        if (row != done && factor != 0) Subtract(rows[done], factor, &rows[row]);
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

  const std::vector<Sum> sums_;
  const std::vector<Crowd> crowds_;
  std::vector<bool> suppressed_;
};

// What published cells come to by addition and subtraction. A cell is a row: of everything that is counted in
// it the same random numbers, so that rows depend on one another as the cells do, and others hardly ever.
class Span {
 public:
  explicit Span(size_t cell_count) : cell_count_(cell_count) {}

  // `cell` is the row's place in combinations; -1: in none.
  void Add(const Row& row, int cell) {
    Reduced reduced = Reduce(row);
    if (reduced.pivot == row.size()) return;
    if (cell >= 0) reduced.combination[cell] = (reduced.combination[cell] + 1) % kPrime;
    const int64_t inverse = Inverse(reduced.row[reduced.pivot]);
    for (int64_t& each : reduced.row) each = each * inverse % kPrime;
    for (int64_t& each : reduced.combination) each = each * inverse % kPrime;
    basis_.push_back(std::move(reduced));
  }

  // The cells of one combination that comes to the row; absent where none does.
  std::optional<std::vector<int>> Find(const Row& row) const {
    const Reduced reduced = Reduce(row);
    if (reduced.pivot < row.size()) return std::nullopt;
    std::vector<int> cells;
    for (size_t cell = 0; cell < cell_count_; ++cell) {
      if (reduced.combination[cell] != 0) cells.push_back(static_cast<int>(cell));
    }
    return cells;
  }

 private:
  struct Reduced {
    Row row;
    Row combination;  // how often each cell is in it
    size_t pivot = 0;
  };

  Reduced Reduce(const Row& row) const {
    Reduced reduced{row, Row(cell_count_, 0), 0};
    for (const Reduced& each : basis_) {
      const int64_t factor = reduced.row[each.pivot];
      if (factor == 0) continue;
      Subtract(each.row, factor, &reduced.row);
      Subtract(each.combination, factor, &reduced.combination);
    }
    while (reduced.pivot < row.size() && reduced.row[reduced.pivot] == 0) ++reduced.pivot;
    return reduced;
  }

  const size_t cell_count_;
  std::vector<Reduced> basis_;
};

class Tables {
 public:
  Tables(const std::vector<Counted>& counted, std::vector<std::vector<bool>> kept_back)
      : kept_back_(std::move(kept_back)) {
    for (const std::vector<bool>& table : kept_back_) {
      first_.push_back(static_cast<int>(cells_.size()));
      cells_.resize(cells_.size() + table.size());
    }
    const size_t width = cells_.size() + kWidthBeyondCells;
    total_.assign(width, 0);
    for (Cell& cell : cells_) cell.row.assign(width, 0);
    std::mt19937_64 random;
    for (const Counted& each : counted) {
      Row weights(width);
      for (int64_t& weight : weights) weight = static_cast<int64_t>(random() % kPrime);
      AddTo(weights, &total_);
      for (size_t table = 0; table < kept_back_.size(); ++table) {
        Cell& cell = cells_[first_[table] + each.cells[table]];
        cell.crowd.emplace(each.party, each.producers);
        AddTo(weights, &cell.row);
      }
    }
  }

  std::vector<std::vector<bool>> Suppress() {
    for (size_t table = 0; table < kept_back_.size(); ++table) SuppressOwn(table);
    for (size_t table = 0; table < kept_back_.size();) table = HideOneFor(table) ? 0 : table + 1;
    return kept_back_;
  }

 private:
  // So that what does not depend on one another does by chance once in a thousand million.
  static constexpr size_t kWidthBeyondCells = 8;

  struct Cell {
    Crowd crowd;
    Row row;
  };

  // By what the table itself tells.
  void SuppressOwn(size_t table) {
    std::vector<TreeCell> level;
    for (size_t at = 0; at < kept_back_[table].size(); ++at)
      level.push_back({cells_[first_[table] + at].crowd, -1, kept_back_[table][at]});
    kept_back_[table] = SuppressTree({level})[0];
  }

  // Whether something of the table followed, so that another cell had to be kept back.
  bool HideOneFor(size_t table) {
    const Span span = PublishedFirstOf(table);
    Row small_row(total_.size(), 0);
    Crowd small;
    for (size_t at = 0; at < kept_back_[table].size(); ++at) {
      if (!kept_back_[table][at]) continue;
      const Cell& cell = cells_[first_[table] + at];
      if (HideSmallestOf(span.Find(cell.row))) return true;
      if (!IsSmall(cell.crowd)) continue;
      AddTo(cell.row, &small_row);
      Join(cell.crowd, &small);
    }
    return IsSmall(small) && HideSmallestOf(span.Find(small_row));
  }

  // The table itself first, so that a combination is of others only where its own does not do.
  Span PublishedFirstOf(size_t table) const {
    Span span(cells_.size());
    span.Add(total_, -1);
    const auto add = [&](size_t of) {
      for (size_t at = 0; at < kept_back_[of].size(); ++at) {
        const int cell = first_[of] + static_cast<int>(at);
        if (!kept_back_[of][at]) span.Add(cells_[cell].row, cell);
      }
    };
    add(table);
    for (size_t other = 0; other < kept_back_.size(); ++other) {
      if (other != table) add(other);
    }
    return span;
  }

  bool HideSmallestOf(const std::optional<std::vector<int>>& combination) {
    if (!combination.has_value() || combination->empty()) return false;
    const int smallest = *std::min_element(combination->begin(), combination->end(), [&](int a, int b) {
      return ProducersOf(cells_[a].crowd) < ProducersOf(cells_[b].crowd);
    });
    size_t table = first_.size() - 1;
    while (first_[table] > smallest) --table;
    kept_back_[table][smallest - first_[table]] = true;
    return true;
  }

  std::vector<std::vector<bool>> kept_back_;
  std::vector<int> first_;  // of each table, among all cells
  std::vector<Cell> cells_;
  Row total_;
};

}  // namespace

int64_t ProducersOf(const Crowd& crowd) {
  int64_t producers = 0;
  for (const auto& [party, of_party] : crowd) producers += of_party;
  return producers;
}

bool IsEnough(const Crowd& crowd) {
  return crowd.size() >= kPartiesPublishedMin && ProducersOf(crowd) >= kProducersPublishedMin;
}

bool IsSmall(const Crowd& crowd) { return !crowd.empty() && !IsEnough(crowd); }

std::vector<std::vector<bool>> SuppressTables(const std::vector<Counted>& counted,
                                              std::vector<std::vector<bool>> kept_back) {
  return Tables(counted, std::move(kept_back)).Suppress();
}

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
  std::vector<Crowd> crowds = grid.cells;
  crowds.insert(crowds.end(), grid.row_sums.begin(), grid.row_sums.end());
  crowds.insert(crowds.end(), grid.column_sums.begin(), grid.column_sums.end());
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
  const std::vector<bool> all = Sums(std::move(sums), std::move(crowds)).Suppress();
  SuppressedGrid suppressed;
  suppressed.cells.assign(all.begin(), all.begin() + cells);
  suppressed.row_sums.assign(all.begin() + cells, all.begin() + cells + grid.rows);
  suppressed.column_sums.assign(all.begin() + cells + grid.rows, all.end());
  return suppressed;
}

}  // namespace ayni::services
