#include "services/cli/segment_trend.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/cli/trend_plot.h"
#include "tests/services/cli/command_line.h"

namespace ayni::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

std::string Called(const std::string& name) { return name.empty() ? "" : absl::StrCat("<", name, ">"); }

std::vector<v1::TrendPoint> APoint(const std::string& territory, int round, int hhi, int matched) {
  v1::TrendPoint point;
  point.mutable_segment()->set_limit("taps");
  point.mutable_segment()->set_service("services/shearing");
  point.mutable_segment()->set_territory(territory);
  point.set_round(absl::StrCat("rounds/r", round));
  point.mutable_publish_time()->set_seconds(1'700'000'000 + round * 86'400);
  point.set_hhi(hhi);
  point.set_cr1_basis_points(hhi / 2);
  point.set_matched_quantity(matched);
  point.set_leader("parties/tap-1");
  if (round > 1) {
    point.mutable_change()->set_round(absl::StrCat("rounds/r", round - 1));
    point.mutable_change()->set_hhi(-200);
    point.mutable_change()->set_matched_quantity(7);
    point.mutable_change()->set_other_leader(true);
  }
  return {point};
}

std::vector<v1::TrendPoint> SomePoints(int segments) {
  std::vector<v1::TrendPoint> points;
  for (int segment = 0; segment < segments; ++segment) {
    for (int round = 1; round <= 3; ++round) {
      for (const v1::TrendPoint& point :
           APoint(absl::StrCat("territories/t", segment), round, 5'000 - 200 * round, 10 * (segment + 1)))
        points.push_back(point);
    }
  }
  return points;
}

TEST(TrendText, IsATableASegmentWithWhatChanged) {
  const std::string text = TrendText(SomePoints(2), Called, {});
  EXPECT_THAT(text, HasSubstr("<services/shearing>, <territories/t0>: limit taps\n"));
  EXPECT_THAT(text, HasSubstr("<services/shearing>, <territories/t1>: limit taps\n"));
  EXPECT_THAT(text, ContainsRegex("r1 .* 4800 +24.00 %"));
  EXPECT_THAT(text, ContainsRegex("r2 .* \\+7 .* 4600 +-200 .*<parties/tap-1> +new"));
}

TEST(TrendPlot, StandsAloneAndDrawsTheSegmentsInWhichMostWasMatched) {
  const std::string plot = TrendPlot(SomePoints(6), Called);
  EXPECT_THAT(plot,
              HasSubstr("Limit taps; 3 published rounds, 2023-11-15 to 2023-11-17; the 4 of 6 segments"));
  EXPECT_THAT(plot, HasSubstr("&lt;territories/t5&gt;, round r3: 4400</title>"));
  EXPECT_THAT(plot, Not(HasSubstr("t1&gt;")));
  for (const char* foreign : {"<script", "href", "nan", "inf"}) EXPECT_THAT(plot, Not(HasSubstr(foreign)));
  // One round is a point in the middle.
  EXPECT_THAT(TrendPlot(APoint("territories/t", 1, 0, 0), Called), Not(HasSubstr("nan")));
}

TEST(SegmentTrend, NamesAnUnknownLevel) {
  const CommandOutcome run = RunWords({"segment", "trend", "--level", "village"});
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.err, HasSubstr("--level must be one of TAP, OWNERSHIP_GROUP"));
}

}  // namespace
}  // namespace ayni::cli
