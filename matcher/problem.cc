#include "matcher/problem.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"

namespace ayni::matcher {
namespace {

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

absl::Status ValidateEdges(const Problem& problem) {
  const size_t edges = problem.edge_offer.size();
  if (problem.edge_bound.size() != edges) return WrongSize("edge_bound", problem.edge_bound.size(), edges);
  if (problem.edge_weight.size() != edges) return WrongSize("edge_weight", problem.edge_weight.size(), edges);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      if (!problem.edge_offer[e].present() || problem.edge_offer[e].value >= problem.offer_count()) {
        return Wrong("edge_offer", e, "an offer of the problem");
      }
      if (e > problem.need_edge_begin[n] && problem.edge_offer[e - 1] >= problem.edge_offer[e]) {
        return Wrong("edge_offer", e, "offers of one need in ascending order, each once");
      }
      if (problem.edge_weight[e] < 1 || problem.edge_weight[e] > kWeightMax) {
        return Wrong("edge_weight", e, "1 to 1,000,000");
      }
    }
  }
  return ValidateRange("edge_bound", problem.edge_bound, 1);
}

absl::Status ValidateCells(const Problem& problem) {
  for (int64_t e = 0; e < problem.edge_count(); ++e) {
    const int64_t begin = problem.edge_cell_begin[e];
    const int64_t end = problem.edge_cell_begin[e + 1];
    if (end - begin > kCellsPerEdgeMax) return Wrong("edge_cell_begin", e, "at most 16 cells an edge");
    for (int64_t i = begin; i < end; ++i) {
      if (!problem.edge_cell[i].present() || problem.edge_cell[i].value >= problem.cell_count()) {
        return Wrong("edge_cell", i, "a cell of the problem");
      }
      if (i > begin && problem.edge_cell[i - 1] >= problem.edge_cell[i]) {
        return Wrong("edge_cell", i, "cells of one edge in ascending order, each once");
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const Problem& problem) {
  absl::Status status = ValidateRange("need_demand", problem.need_demand, 0);
  status.Update(ValidateRange("offer_capacity", problem.offer_capacity, 0));
  status.Update(ValidateRange("tap_capacity", problem.tap_capacity, 0));
  status.Update(ValidateRange("cell_room", problem.cell_room, 0));
  status.Update(ValidateOffers(problem));
  if (!status.ok()) return status;
  Units demand = 0;
  for (const Units units : problem.need_demand) demand += units;
  if (demand > kTotalDemandMax)
    return absl::InvalidArgumentError("need_demand: expected at most 9 x 10^12 units in all");
  status.Update(ValidateOffsets("need_edge_begin", problem.need_edge_begin, problem.need_demand.size(),
                                problem.edge_offer.size()));
  status.Update(ValidateOffsets("edge_cell_begin", problem.edge_cell_begin, problem.edge_offer.size(),
                                problem.edge_cell.size()));
  if (!status.ok()) return status;
  status.Update(ValidateEdges(problem));
  if (!status.ok()) return status;
  return ValidateCells(problem);
}

}  // namespace ayni::matcher
