#include "services/cli/policy_try.h"

#include <gmock/gmock.h>

#include "services/cli/policy_report.h"
#include "services/cli/sweep_plot.h"

namespace ayni::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Shares, AreFractionsOfARangeOrAList) {
  EXPECT_THAT(*ParseShares("0.1:1.0:0.1"),
              ElementsAre(1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000));
  EXPECT_THAT(*ParseShares("0.1:0.5:0.25"), ElementsAre(1000, 3500));
  EXPECT_THAT(*ParseShares("1, .25,0.0001"), ElementsAre(10000, 2500, 1));
  for (const char* wrong : {"", "0", "1.1", "10", "0.00001", "-0.1", "0.1:0.5", "0.5:0.1:0.1", "0.1:1:0", "a",
                            "0.1,,0.2", "0.1:1:0.1:1", "0.01:1:0.01"}) {
    EXPECT_FALSE(ParseShares(wrong).ok()) << wrong;
  }
}

v1::SweepPolicyResponse ASweep() {
  v1::SweepPolicyResponse answer;
  for (const int share : {0, 1'000, 5'000}) {
    v1::SweepPoint* point = answer.add_points();
    point->set_share_basis_points(share);
    point->mutable_summary()->set_matched_quantity(share == 1'000 ? 400 : 1'000);
    point->set_welfare(share == 1'000 ? 500 : 1'000);
    point->set_price_ppm(share == 1'000 ? 500'000 : 0);
    point->mutable_concentration()->set_mean_hhi(share == 0 ? 10'000 : share);
  }
  return answer;
}

TEST(Sweep, IsATableWithTheReferenceFirst) {
  const std::string text = SweepText({"p.yaml", ""}, "taps", ASweep(), {});
  EXPECT_THAT(text, HasSubstr("the market as it is now"));
  EXPECT_THAT(text, testing::ContainsRegex("no limit .* 1000 +1000 +0.000 % +10000"));
  EXPECT_THAT(text, testing::ContainsRegex("10.00 % .* 400 +500 +50.000 % +1000"));
}

TEST(Sweep, PlotStandsAlone) {
  const std::string plot = SweepPlot({"<&>\".yaml", "rounds/r1"}, "taps", ASweep());
  EXPECT_THAT(plot, HasSubstr("What the limit taps costs and brings"));
  EXPECT_THAT(plot, HasSubstr("&lt;&amp;&gt;&quot;.yaml; the market of round r1"));
  EXPECT_THAT(plot, HasSubstr("units served at 10 %: 40.0 %</title>"));
  EXPECT_THAT(plot, HasSubstr("mean HHI at 50 %: 5,000</title>"));
  EXPECT_THAT(plot, Not(HasSubstr("<script")));
  EXPECT_THAT(plot, Not(HasSubstr("href")));
  EXPECT_THAT(plot, Not(HasSubstr("nan")));
  EXPECT_THAT(SweepPlot({"p", ""}, "taps",
                        [] {
                          v1::SweepPolicyResponse nothing;
                          nothing.add_points();
                          nothing.add_points()->set_share_basis_points(1'000);
                          return nothing;
                        }()),
              Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace ayni::cli
