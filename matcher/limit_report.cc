#include "matcher/limit_report.h"

#include <algorithm>
#include <tuple>

#include "matcher/ownership.h"
#include "matcher/settling.h"

namespace ayni::matcher {
namespace {

constexpr size_t kLargestCount = 4;

int32_t Rounded(__int128 part, __int128 whole) {
  return whole == 0 ? 0 : static_cast<int32_t>((2 * part + whole) / (2 * whole));
}

// Large amounts are scaled down, since squares of them must fit.
int32_t HhiOf(absl::Span<const Amount> amounts, Amount total) {
  const Amount scale = total / 1'000'000'000'000'000 + 1;
  __int128 squares = 0;
  for (const Amount amount : amounts) squares += static_cast<__int128>(amount / scale) * (amount / scale);
  const __int128 whole = static_cast<__int128>(total / scale) * (total / scale);
  return std::min(kHhiMax, Rounded(kHhiMax * squares, whole));
}

void AddShares(Amount held, SegmentReport& report) {
  const Amount total = Plus(held, report.matched);
  std::vector<Amount> before;
  std::vector<Amount> after;
  for (ControllerShare& share : report.shares) {
    before.push_back(share.held);
    after.push_back(Plus(share.held, share.matched));
    share.share_basis_points = Rounded(static_cast<__int128>(kWholeBasisPoints) * after.back(), total);
    share.share_before_basis_points = Rounded(static_cast<__int128>(kWholeBasisPoints) * share.held, held);
  }
  report.hhi_before = HhiOf(before, held);
  report.hhi = HhiOf(after, total);
  if (report.hhi > 0) report.effective_controllers_hundredths = Rounded(100 * kHhiMax, report.hhi);
  std::sort(report.shares.begin(), report.shares.end(),
            [](const ControllerShare& a, const ControllerShare& b) {
              return std::tuple(-Plus(a.held, a.matched), a.controller) <
                     std::tuple(-Plus(b.held, b.matched), b.controller);
            });
  for (size_t at = 0; at < std::min(kLargestCount, report.shares.size()); ++at)
    report.cr4_basis_points += report.shares[at].share_basis_points;
  report.cr4_basis_points = std::min(report.cr4_basis_points, kWholeBasisPoints);
  if (!report.shares.empty()) report.cr1_basis_points = report.shares[0].share_basis_points;
}

}  // namespace

std::vector<SegmentReport> ReportSegments(const Market& market, const Problem& problem,
                                          const SegmentTable& table, absl::Span<const Units> edge_units) {
  const MatchedAmounts matched = AmountsMatched(market, problem, table, edge_units);
  std::vector<SegmentReport> reports(table.segments.size());
  for (size_t at = 0; at < reports.size(); ++at) {
    SegmentReport& report = reports[at];
    report.segment = SegmentIndex{static_cast<int32_t>(at)};
    report.matched = matched.of_segment[at];
    report.match_count = matched.matches_of_segment[at];
    for (int64_t row = table.controller_begin[at]; row < table.controller_begin[at + 1]; ++row) {
      const SegmentController& controller = table.controllers[row];
      const Segment& segment = table.segments[at];
      ControllerShare share = {.controller = controller.controller,
                               .held = controller.held,
                               .matched = matched.of_controller[row],
                               .volume = {},
                               .cap = CapOf(segment, controller)};
      if (controller.volume_max < segment.volume && !segment.waived) share.volume = controller.volume_max;
      if (share.held + share.matched > 0 || share.volume.has_value()) report.shares.push_back(share);
    }
    AddShares(table.segments[at].held, report);
  }
  return reports;
}

}  // namespace ayni::matcher
