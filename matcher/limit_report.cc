#include "matcher/limit_report.h"

#include <algorithm>
#include <tuple>

#include "matcher/invariant.h"
#include "matcher/ownership.h"

namespace ayni::matcher {
namespace {

// By position in SegmentTable::controllers.
std::vector<Units> UnitsOfControllers(const Market& market, const PosedProblem& posed,
                                      absl::Span<const Units> edge_units) {
  const SegmentTable& table = posed.segments;
  std::vector<Units> matched(table.controllers.size());
  for (int32_t need = 0; need < posed.problem.need_count(); ++need) {
    for (int64_t edge = posed.problem.need_edge_begin[need]; edge < posed.problem.need_edge_begin[need + 1];
         ++edge) {
      if (edge_units[edge] == 0) continue;
      const Tap& tap = market.tap(market.offer(posed.problem.edge_offer[edge]).tap);
      for (size_t limit = 0; limit < table.limits.size(); ++limit) {
        const SegmentIndex segment = table.need_segment[limit][need];
        const PartyIndex controller = ControllerOf(tap, table.limits[limit].controller_level);
        const auto controllers = table.ControllersOf(segment);
        const auto found = std::lower_bound(
            controllers.begin(), controllers.end(), controller,
            [](const SegmentController& row, PartyIndex wanted) { return row.controller < wanted; });
        INVARIANT(found != controllers.end() && found->controller == controller, "a match is of a candidate");
        matched[&*found - table.controllers.data()] += edge_units[edge];
      }
    }
  }
  return matched;
}

int32_t Rounded(__int128 part, __int128 whole) {
  return static_cast<int32_t>((2 * part + whole) / (2 * whole));
}

void AddShares(SegmentReport& report) {
  __int128 total = 0;
  __int128 squares = 0;
  for (const ControllerShare& share : report.shares) {
    const __int128 units = share.held + share.matched;
    total += units;
    squares += units * units;
  }
  if (total == 0) return;
  report.hhi = Rounded(kHhiMax * squares, total * total);
  for (ControllerShare& share : report.shares) {
    share.share_basis_points =
        Rounded(static_cast<__int128>(kWholeBasisPoints) * (share.held + share.matched), total);
  }
  std::sort(report.shares.begin(), report.shares.end(),
            [](const ControllerShare& a, const ControllerShare& b) {
              const Units a_units = a.held + a.matched;
              const Units b_units = b.held + b.matched;
              return std::tie(b_units, a.controller) < std::tie(a_units, b.controller);
            });
}

}  // namespace

std::vector<SegmentReport> ReportSegments(const Market& market, const PosedProblem& posed,
                                          absl::Span<const Units> edge_units) {
  const SegmentTable& table = posed.segments;
  const std::vector<Units> matched = UnitsOfControllers(market, posed, edge_units);
  std::vector<SegmentReport> reports(table.segments.size());
  for (size_t at = 0; at < reports.size(); ++at) {
    SegmentReport& report = reports[at];
    report.segment = SegmentIndex{static_cast<int32_t>(at)};
    for (int64_t row = table.controller_begin[at]; row < table.controller_begin[at + 1]; ++row) {
      const SegmentController& controller = table.controllers[row];
      report.matched += matched[row];
      if (controller.held + matched[row] == 0) continue;
      report.shares.push_back({controller.controller, controller.held, matched[row]});
    }
    AddShares(report);
  }
  return reports;
}

}  // namespace ayni::matcher
