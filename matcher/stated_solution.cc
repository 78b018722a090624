#include "matcher/stated_solution.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "matcher/text_lines.h"

namespace ayni::matcher {
namespace {

using Constraint = Refusal::Constraint;
using At = StatedSolution::At;

int32_t NeedOf(const Problem& problem, int64_t edge) {
  const auto& begin = problem.need_edge_begin;
  return static_cast<int32_t>(std::upper_bound(begin.begin(), begin.end(), edge) - begin.begin()) - 1;
}

bool TakesPart(const Problem& problem, int64_t edge, const Refusal& refusal) {
  const OfferIndex offer = problem.edge_offer[edge];
  switch (refusal.constraint) {
    case Constraint::kNeed:
      return NeedOf(problem, edge) == refusal.index;
    case Constraint::kOffer:
      return offer.value == refusal.index;
    case Constraint::kTap:
      return problem.offer_tap[offer.at()].value == refusal.index;
    case Constraint::kCell: {
      const auto begin = problem.edge_cell.begin() + problem.edge_cell_begin[edge];
      const auto end = problem.edge_cell.begin() + problem.edge_cell_begin[edge + 1];
      return std::find(begin, end, CellIndex{static_cast<int32_t>(refusal.index)}) != end;
    }
    default:
      return edge == refusal.index;
  }
}

// The first line with which what was refused is above its most; for an edge, its line.
int64_t LineAbove(const Problem& problem, const StatedSolution& stated, const Refusal& refusal) {
  Units sum = 0;
  for (const At& at : stated.edge_lines) {
    if (!TakesPart(problem, at.index, refusal)) continue;
    sum += stated.solution.edge_units[at.index];
    if (refusal.constraint == Constraint::kEdge || sum > refusal.most) return at.line;
  }
  return 0;
}

int64_t LineOf(const std::vector<At>& lines, int64_t index) {
  const auto found =
      std::find_if(lines.begin(), lines.end(), [&](const At& at) { return at.index == index; });
  return found == lines.end() ? 0 : found->line;
}

absl::Status TooMany(const char* what, const char* most, int64_t line, const Refusal& refusal) {
  return WrongLine(line, absl::StrCat(what, " ", refusal.index + 1, " has ", refusal.found, " units, ",
                                      refusal.found - refusal.most, " more than its ", most, " of ",
                                      refusal.most, "; this line is the first above it"));
}

absl::Status WrongPrice(const char* what, const std::vector<At>& lines, const Refusal& refusal) {
  return WrongLine(LineOf(lines, refusal.index),
                   absl::StrCat("PRICE of ", what, " ", refusal.index + 1, " is ", refusal.found, ": ",
                                refusal.least, " to ", refusal.most));
}

absl::Status Explain(const Problem& problem, const StatedSolution& stated, const Refusal& refusal,
                     const absl::Status& status) {
  const int64_t line = LineAbove(problem, stated, refusal);
  switch (refusal.constraint) {
    case Constraint::kColumn:
      return status;
    case Constraint::kEdge:
      return WrongLine(line, absl::StrCat("need ", NeedOf(problem, refusal.index) + 1, " with offer ",
                                          problem.edge_offer[refusal.index].value + 1, " has ", refusal.found,
                                          " units: expected ", refusal.least, " to ", refusal.most,
                                          refusal.least > 1 ? " (its lot to its bound)" : ""));
    case Constraint::kNeed:
      return TooMany("need", "demand", line, refusal);
    case Constraint::kOffer:
      return TooMany("offer", "capacity", line, refusal);
    case Constraint::kTap:
      return TooMany("TAP", "capacity", line, refusal);
    case Constraint::kCell:
      return TooMany("cell", "cap", line, refusal);
    case Constraint::kNeedPrice:
      return WrongPrice("need", stated.need_price_lines, refusal);
    case Constraint::kOfferPrice:
      return WrongPrice("offer", stated.offer_price_lines, refusal);
    case Constraint::kTapPrice:
      return WrongPrice("TAP", stated.tap_price_lines, refusal);
    case Constraint::kCellPrice:
      return WrongPrice("cell", stated.cell_price_lines, refusal);
    case Constraint::kPromise:
      return WrongLine(
          stated.minimum_line,
          absl::StrCat("SMALLEST is ", stated.minimum.smallest, ": ", stated.over_groups ? "group " : "need ",
                       refusal.index + 1, " has ", refusal.found,
                       stated.minimum.measure == Measure::kServedShare ? " units, " : " of score, ",
                       refusal.least - refusal.found, " less than the ", refusal.least, " that it takes"));
    case Constraint::kPromisePrice:
      // The reader passes none.
      return status;
  }
  return status;
}

absl::StatusOr<Certificate> VerifyMinimumToo(const Problem& problem, const NeedGroups& given_groups,
                                             const StatedSolution& stated, Refusal& refusal) {
  const NeedGroups groups = stated.over_groups ? given_groups : EachNeed(problem);
  const Minimum& minimum = stated.minimum;
  const absl::StatusOr<Certificate> certificate = VerifyPromised(
      problem, groups, minimum.measure, stated.solution, minimum.smallest, minimum.promise_price, &refusal);
  if (!certificate.ok()) return Explain(problem, stated, refusal, certificate.status());
  const absl::StatusOr<MinimumCertificate> found =
      VerifyMinimum(problem, groups, minimum.measure, stated.solution.edge_units, minimum.proof);
  if (!found.ok()) return found.status();
  if (found->smallest != minimum.smallest) {
    return WrongLine(stated.minimum_line, absl::StrCat("SMALLEST is ", minimum.smallest,
                                                       ": the smallest of all is ", found->smallest));
  }
  if (found->upper_bound != minimum.upper_bound) {
    return WrongLine(stated.minimum_line,
                     absl::StrCat("UPPER_BOUND is ", minimum.upper_bound, ": the weights and prices prove ",
                                  found->upper_bound));
  }
  return certificate;
}

absl::StatusOr<Certificate> VerifyWelfare(const Problem& problem, const StatedSolution& stated,
                                          Refusal& refusal) {
  const absl::StatusOr<Certificate> certificate = Verify(problem, stated.solution, &refusal);
  return certificate.ok() ? certificate : Explain(problem, stated, refusal, certificate.status());
}

}  // namespace

absl::StatusOr<Certificate> VerifyStated(const Problem& problem, const NeedGroups& groups,
                                         const StatedSolution& stated) {
  Refusal refusal;
  const absl::StatusOr<Certificate> certificate = stated.minimum_line > 0
                                                      ? VerifyMinimumToo(problem, groups, stated, refusal)
                                                      : VerifyWelfare(problem, stated, refusal);
  if (!certificate.ok()) return certificate;
  if (certificate->value != stated.value) {
    return WrongLine(stated.value_line, absl::StrCat("VALUE is ", stated.value, ": what is matched is worth ",
                                                     certificate->value));
  }
  if (certificate->upper_bound != stated.upper_bound) {
    return WrongLine(stated.value_line, absl::StrCat("UPPER_BOUND is ", stated.upper_bound,
                                                     ": the prices prove ", certificate->upper_bound));
  }
  return certificate;
}

}  // namespace ayni::matcher
