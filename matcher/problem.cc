#include "matcher/problem.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"

namespace ayni::matcher {
namespace {

constexpr int64_t kNeedsAtOnce = 4'096;

absl::Status Wrong(const char* column, size_t position, const char* expected) {
  return absl::InvalidArgumentError(absl::StrCat(column, "[", position, "]: expected ", expected));
}

absl::Status WrongSize(const char* column, size_t found, size_t expected) {
  return absl::InvalidArgumentError(absl::StrCat(column, " has ", found, " entries: expected ", expected));
}

absl::Status ValidateRange(const char* column, const std::vector<Units>& values, Units least) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] < least || values[i] > kUnitsMax) {
      return Wrong(column, i, least == 0 ? "0 to 10^9 units" : "1 to 10^9 units");
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateOffers(const Problem& problem) {
  const size_t offers = problem.offer_capacity.size();
  if (problem.offer_tap.size() != offers) return WrongSize("offer_tap", problem.offer_tap.size(), offers);
  if (problem.offer_lot.size() != offers) return WrongSize("offer_lot", problem.offer_lot.size(), offers);
  for (size_t o = 0; o < offers; ++o) {
    if (problem.offer_tap[o].value < -1 || problem.offer_tap[o].value >= problem.tap_count()) {
      return Wrong("offer_tap", o, "a TAP of the problem, or none");
    }
  }
  return ValidateRange("offer_lot", problem.offer_lot, 1);
}

absl::Status ValidateFloors(const Problem& problem) {
  const size_t cells = problem.has_floors() ? problem.cell_room.size() : 0;
  if (problem.cell_floor.size() != cells) return WrongSize("cell_floor", problem.cell_floor.size(), cells);
  if (problem.cell_penalty.size() != cells) {
    return WrongSize("cell_penalty", problem.cell_penalty.size(), cells);
  }
  if (absl::Status status = ValidateRange("cell_floor", problem.cell_floor, 0); !status.ok()) return status;
  absl::int128 total = 0;
  for (size_t c = 0; c < cells; ++c) {
    if (problem.cell_penalty[c] < 0 || problem.cell_penalty[c] > kPenaltyMax) {
      return Wrong("cell_penalty", c, "0 to 10^8");
    }
    total += absl::int128(problem.cell_floor[c]) * problem.cell_penalty[c];
  }
  if (total <= kTotalPenaltyMax) return absl::OkStatus();
  return absl::InvalidArgumentError("cell_floor: expected at most 9 x 10^18 of floor x penalty in all");
}

// Offsets that start at 0, never fall, and end at the size of the column that they cut.
absl::Status ValidateOffsets(const char* column, const std::vector<int64_t>& begin, size_t groups,
                             size_t end) {
  if (begin.size() != groups + 1) return WrongSize(column, begin.size(), groups + 1);
  if (begin.front() != 0) return Wrong(column, 0, "0");
  for (size_t i = 1; i < begin.size(); ++i) {
    if (begin[i] < begin[i - 1]) return Wrong(column, i, "no less than the entry before");
  }
  if (begin.back() != static_cast<int64_t>(end))
    return Wrong(column, groups, "the size of the column that it cuts");
  return absl::OkStatus();
}

absl::Status ValidateEdgesOf(const Problem& problem, int32_t need) {
  for (int64_t e = problem.need_edge_begin[need]; e < problem.need_edge_begin[need + 1]; ++e) {
    if (!problem.edge_offer[e].present() || problem.edge_offer[e].value >= problem.offer_count()) {
      return Wrong("edge_offer", e, "an offer of the problem");
    }
    if (e > problem.need_edge_begin[need] && problem.edge_offer[e - 1] >= problem.edge_offer[e]) {
      return Wrong("edge_offer", e, "offers of one need in ascending order, each once");
    }
    if (problem.edge_weight[e] < 1 || problem.edge_weight[e] > kWeightMax) {
      return Wrong("edge_weight", e, "1 to 1,000,000");
    }
    if (problem.edge_bound[e] < 1 || problem.edge_bound[e] > kUnitsMax) {
      return Wrong("edge_bound", e, "1 to 10^9 units");
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateCellsOf(const Problem& problem, int64_t edge) {
  const int64_t begin = problem.edge_cell_begin[edge];
  const int64_t end = problem.edge_cell_begin[edge + 1];
  if (end < begin || end > static_cast<int64_t>(problem.edge_cell.size())) {
    return Wrong("edge_cell_begin", edge + 1,
                 "no less than the entry before, within the column that it cuts");
  }
  if (end - begin > kCellsPerEdgeMax) return Wrong("edge_cell_begin", edge, "at most 64 cells an edge");
  for (int64_t i = begin; i < end; ++i) {
    if (!problem.edge_cell[i].present() || problem.edge_cell[i].value >= problem.cell_count()) {
      return Wrong("edge_cell", i, "a cell of the problem");
    }
    if (i > begin && problem.edge_cell[i - 1] >= problem.edge_cell[i]) {
      return Wrong("edge_cell", i, "cells of one edge in ascending order, each once");
    }
  }
  return absl::OkStatus();
}

// All columns but what lies in those of edges and of their cells.
absl::Status ValidateColumns(const Problem& problem) {
  absl::Status status = ValidateRange("need_demand", problem.need_demand, 0);
  status.Update(ValidateRange("offer_capacity", problem.offer_capacity, 0));
  status.Update(ValidateRange("tap_capacity", problem.tap_capacity, 0));
  status.Update(ValidateRange("cell_room", problem.cell_room, 0));
  status.Update(ValidateFloors(problem));
  status.Update(ValidateOffers(problem));
  if (!status.ok()) return status;
  Units demand = 0;
  for (const Units units : problem.need_demand) demand += units;
  if (demand > kTotalDemandMax)
    return absl::InvalidArgumentError("need_demand: expected at most 9 x 10^12 units in all");
  const size_t edges = problem.edge_offer.size();
  if (problem.edge_bound.size() != edges) return WrongSize("edge_bound", problem.edge_bound.size(), edges);
  if (problem.edge_weight.size() != edges) return WrongSize("edge_weight", problem.edge_weight.size(), edges);
  status = ValidateOffsets("need_edge_begin", problem.need_edge_begin, problem.need_demand.size(), edges);
  if (!status.ok()) return status;
  const std::vector<int64_t>& begin = problem.edge_cell_begin;
  if (begin.size() != edges + 1) return WrongSize("edge_cell_begin", begin.size(), edges + 1);
  if (begin.front() != 0) return Wrong("edge_cell_begin", 0, "0");
  if (begin.back() != static_cast<int64_t>(problem.edge_cell.size()))
    return Wrong("edge_cell_begin", edges, "the size of the column that it cuts");
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const Problem& problem, Workers& workers) {
  if (absl::Status status = ValidateColumns(problem); !status.ok()) return status;
  const int64_t chunks = (problem.need_count() + kNeedsAtOnce - 1) / kNeedsAtOnce;
  std::vector<absl::Status> by_chunk(chunks);
  workers.ForEach(chunks, [&](int64_t chunk) {
    const int64_t end = std::min<int64_t>(problem.need_count(), (chunk + 1) * kNeedsAtOnce);
    absl::Status& status = by_chunk[chunk];
    for (int64_t n = chunk * kNeedsAtOnce; n < end && status.ok(); ++n) {
      status = ValidateEdgesOf(problem, static_cast<int32_t>(n));
      for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1] && status.ok(); ++e) {
        status = ValidateCellsOf(problem, e);
      }
    }
  });
  for (const absl::Status& status : by_chunk) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

int32_t HeaviestWeight(const Problem& problem) {
  int32_t heaviest = 1;
  for (const int32_t weight : problem.edge_weight) heaviest = std::max(heaviest, weight);
  return heaviest;
}

absl::Status Validate(const Problem& problem) {
  Workers workers(1);
  return Validate(problem, workers);
}

}  // namespace ayni::matcher
