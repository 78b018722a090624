#include "matcher/problem_rows.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "matcher/text_lines.h"

namespace ayni::matcher {
namespace {

absl::Status Missing(const char* what, int64_t id) {
  return absl::InvalidArgumentError(absl::StrCat("expected a line of ", what, " ", id, ": there is none"));
}

// The column in another order: item i of the result is that of `from[i]`.
template <typename Item>
void Reorder(const std::vector<int64_t>& from, std::vector<Item>& column) {
  std::vector<Item> ordered;
  ordered.reserve(column.size());
  for (const int64_t i : from) ordered.push_back(column[i]);
  column = std::move(ordered);
}

}  // namespace

template <typename Row>
absl::StatusOr<std::vector<Row>> IdRows<Row>::Finish(const char* what, int32_t count) && {
  std::sort(aside_.begin(), aside_.end(),
            [](const Aside& a, const Aside& b) { return std::tie(a.id, a.line) < std::tie(b.id, b.line); });
  for (const Aside& aside : aside_) {
    const int64_t next = static_cast<int64_t>(rows_.size()) + 1;
    if (aside.id < next) return WrongLine(aside.line, absl::StrCat(what, " ", aside.id, " stands twice"));
    if (aside.id > next) return Missing(what, next);
    rows_.push_back(aside.row);
  }
  if (static_cast<int64_t>(rows_.size()) < count)
    return Missing(what, static_cast<int64_t>(rows_.size()) + 1);
  return std::move(rows_);
}

ProblemRows::ProblemRows(const ProblemCounts& counts, int64_t edges_likely) : counts_(counts) {
  const int64_t edges = std::min(edges_likely, counts.edges);
  edge_need_.reserve(edges);
  edge_offer_.reserve(edges);
  edge_bound_.reserve(edges);
  edge_weight_.reserve(edges);
  edge_cell_begin_.reserve(edges + 1);
}

absl::Status ProblemRows::AddNeed(int32_t need, Units demand, int64_t line) {
  demand_ += demand;
  if (demand_ > kTotalDemandMax) {
    return WrongLine(line, absl::StrCat("needs demand ", demand_, " units up to here: expected at most ",
                                        kTotalDemandMax, " in all"));
  }
  needs_.Add(need, line, demand);
  return absl::OkStatus();
}

absl::Status ProblemRows::AddFloor(int32_t cell, const Floor& row, int64_t line) {
  // Each product is at most 10^17.
  if (row.floor * row.penalty > kTotalPenaltyMax - penalty_) {
    return WrongLine(line, absl::StrCat("the sum of FLOOR x PENALTY up to here is above ", kTotalPenaltyMax));
  }
  penalty_ += row.floor * row.penalty;
  floors_.push_back({cell, line, row});
  return absl::OkStatus();
}

absl::Status ProblemRows::AddEdge(int32_t need, int32_t offer, Units bound, int32_t weight,
                                  absl::Span<const CellIndex> cells, int64_t line) {
  if (static_cast<int64_t>(edge_need_.size()) == counts_.edges) {
    return WrongLine(line, absl::StrCat("is an edge more than the ", counts_.edges, " of the line 'p'"));
  }
  const OfferIndex offer_index{offer - 1};
  if (!edge_need_.empty()) {
    const auto last = std::pair(edge_need_.back(), edge_offer_.back());
    if (last == std::pair(need - 1, offer_index)) {
      return WrongLine(line, absl::StrCat("the edge of need ", need, " and offer ", offer, " stands twice"));
    }
    edges_in_order_ &= last < std::pair(need - 1, offer_index);
  }
  edge_need_.push_back(need - 1);
  edge_offer_.push_back(offer_index);
  edge_bound_.push_back(bound);
  edge_weight_.push_back(weight);
  edge_cell_.insert(edge_cell_.end(), cells.begin(), cells.end());
  edge_cell_begin_.push_back(static_cast<int64_t>(edge_cell_.size()));
  return absl::OkStatus();
}

absl::Status ProblemRows::PlaceFloors(Problem& problem) {
  if (floors_.empty()) return absl::OkStatus();
  problem.cell_floor.resize(counts_.cells, 0);
  problem.cell_penalty.resize(counts_.cells, 0);
  std::stable_sort(floors_.begin(), floors_.end(),
                   [](const FloorAt& a, const FloorAt& b) { return a.cell < b.cell; });
  for (size_t i = 0; i < floors_.size(); ++i) {
    if (i > 0 && floors_[i].cell == floors_[i - 1].cell) {
      return WrongLine(floors_[i].line, absl::StrCat("the floor of cell ", floors_[i].cell, " stands twice"));
    }
    problem.cell_floor[floors_[i].cell - 1] = floors_[i].row.floor;
    problem.cell_penalty[floors_[i].cell - 1] = floors_[i].row.penalty;
  }
  return absl::OkStatus();
}

// Column by column, so that no more than one stands twice in memory.
void ProblemRows::SortEdges() {
  std::vector<int64_t> from(edge_need_.size());
  for (size_t i = 0; i < from.size(); ++i) from[i] = static_cast<int64_t>(i);
  std::sort(from.begin(), from.end(), [this](int64_t a, int64_t b) {
    return std::tuple(edge_need_[a], edge_offer_[a], a) < std::tuple(edge_need_[b], edge_offer_[b], b);
  });
  Reorder(from, edge_need_);
  Reorder(from, edge_offer_);
  Reorder(from, edge_bound_);
  Reorder(from, edge_weight_);
  std::vector<int64_t> begin = {0};
  begin.reserve(from.size() + 1);
  std::vector<CellIndex> cells;
  cells.reserve(edge_cell_.size());
  for (const int64_t i : from) {
    cells.insert(cells.end(), edge_cell_.begin() + edge_cell_begin_[i],
                 edge_cell_.begin() + edge_cell_begin_[i + 1]);
    begin.push_back(static_cast<int64_t>(cells.size()));
  }
  edge_cell_begin_ = std::move(begin);
  edge_cell_ = std::move(cells);
}

absl::Status ProblemRows::PlaceEdges(Problem& problem) {
  if (static_cast<int64_t>(edge_need_.size()) < counts_.edges) {
    return absl::InvalidArgumentError(absl::StrCat("expected the ", counts_.edges,
                                                   " edges of the line 'p': there are ", edge_need_.size()));
  }
  if (!edges_in_order_) SortEdges();
  problem.need_edge_begin.assign(static_cast<size_t>(counts_.needs) + 1, 0);
  for (size_t e = 0; e < edge_need_.size(); ++e) {
    if (e > 0 && edge_need_[e] == edge_need_[e - 1] && edge_offer_[e] == edge_offer_[e - 1]) {
      return absl::InvalidArgumentError(absl::StrCat("the edge of need ", edge_need_[e] + 1, " and offer ",
                                                     edge_offer_[e].value + 1, " stands twice"));
    }
    ++problem.need_edge_begin[edge_need_[e] + 1];
  }
  for (int32_t n = 0; n < counts_.needs; ++n) problem.need_edge_begin[n + 1] += problem.need_edge_begin[n];
  problem.edge_offer = std::move(edge_offer_);
  problem.edge_bound = std::move(edge_bound_);
  problem.edge_weight = std::move(edge_weight_);
  problem.edge_cell_begin = std::move(edge_cell_begin_);
  problem.edge_cell = std::move(edge_cell_);
  return absl::OkStatus();
}

absl::StatusOr<NeedGroups> ProblemRows::FinishGroups() {
  if (last_group_ == 0) return NeedGroups{};
  absl::StatusOr<std::vector<int32_t>> groups = std::move(groups_).Finish("a group with need", counts_.needs);
  if (!groups.ok()) return groups.status();
  std::vector<bool> stands(last_group_, false);
  for (int32_t& group : *groups) stands[--group] = true;
  const auto missing = std::find(stands.begin(), stands.end(), false);
  if (missing != stands.end()) return Missing("group", missing - stands.begin() + 1);
  return NeedGroups{last_group_, *std::move(groups)};
}

absl::StatusOr<Problem> ProblemRows::Finish(NeedGroups* groups) && {
  Problem problem;
  absl::StatusOr<std::vector<Units>> needs = std::move(needs_).Finish("need", counts_.needs);
  if (!needs.ok()) return needs.status();
  absl::StatusOr<std::vector<Offer>> offers = std::move(offers_).Finish("offer", counts_.offers);
  if (!offers.ok()) return offers.status();
  absl::StatusOr<std::vector<Units>> taps = std::move(taps_).Finish("TAP", counts_.taps);
  if (!taps.ok()) return taps.status();
  absl::StatusOr<std::vector<Units>> cells = std::move(cells_).Finish("cell", counts_.cells);
  if (!cells.ok()) return cells.status();
  problem.need_demand = *std::move(needs);
  problem.tap_capacity = *std::move(taps);
  problem.cell_room = *std::move(cells);
  for (const Offer& offer : *offers) {
    problem.offer_capacity.push_back(offer.capacity);
    problem.offer_tap.push_back(offer.tap);
    problem.offer_lot.push_back(offer.lot);
  }
  absl::StatusOr<NeedGroups> grouped = FinishGroups();
  if (!grouped.ok()) return grouped.status();
  if (groups != nullptr) *groups = *std::move(grouped);
  absl::Status status = PlaceFloors(problem);
  if (status.ok()) status = PlaceEdges(problem);
  if (!status.ok()) return status;
  return problem;
}

}  // namespace ayni::matcher
