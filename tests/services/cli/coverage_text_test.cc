#include "services/cli/coverage_text.h"

#include <gmock/gmock.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/services/cli/command_line.h"

namespace ayni::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

std::string Called(const std::string& name) { return name.empty() ? "" : absl::StrCat("<", name, ">"); }

v1::ListCoverageGapsResponse SomeGaps() {
  v1::ListCoverageGapsResponse gaps;
  gaps.set_least_providers(4);
  gaps.set_least_services(3);
  for (int at = 0; at < 3; ++at) {
    v1::CoverageGap* gap = gaps.add_coverage_gaps();
    gap->set_territory(absl::StrCat("territories/t", at));
    gap->set_provider_count(4 - at);
    gap->set_missing_provider_count(at);
    gap->set_service_count(2);
    gap->set_missing_service_count(1);
  }
  gaps.mutable_coverage_gaps(2)->add_unoffered_services("services/dosing");
  return gaps;
}

TEST(CoverageGapsText, HasWhoLacksMostFirst) {
  const std::string text = CoverageGapsText(SomeGaps(), 2, Called, {});
  EXPECT_THAT(text, ContainsRegex("<territories/t2> +2 +2 +2 +1 +0 +<services/dosing>\n<territories/t1> +3"));
  EXPECT_THAT(text, Not(HasSubstr("<territories/t0>")));
  EXPECT_THAT(text, HasSubstr("4 independent providers and 3 kinds of service"));
  EXPECT_THAT(text, HasSubstr("1 more with --rows 0"));
  EXPECT_THAT(CoverageGapsText({}, 2, Called, {}), HasSubstr("no gap"));
}

TEST(CoverageStressText, SaysWhatFallsWhoseMoneyItWasAndWhoRemains) {
  v1::StressCoverageResponse response;
  v1::CoverageStress* stress = response.mutable_stress();
  stress->set_offer_count(3);
  stress->set_tap_count(1);
  stress->set_need_count(2);
  EXPECT_THAT(CoverageStressText(response, 5, Called, {}), HasSubstr("stands on money that ends by then"));
  stress->set_lost_offer_count(1);
  v1::EndingFunding* funding = stress->add_ending_fundings();
  funding->set_funder("parties/town");
  funding->mutable_first_end_date()->set_year(2030);
  funding->mutable_first_end_date()->set_month(1);
  funding->mutable_first_end_date()->set_day(9);
  *funding->mutable_last_end_date() = funding->first_end_date();
  funding->set_offer_count(1);
  v1::CoverageLoss* loss = response.add_coverage_losses();
  loss->set_territory("territories/t");
  loss->set_service("services/s");
  loss->set_loses_all(true);
  loss->set_need_count(2);
  loss->set_lost_need_count(2);
  loss->set_demanded_quantity(50);
  loss->set_lost_quantity(50);
  loss->set_provider_count(1);
  loss->set_hhi(10'000);
  const std::string text = CoverageStressText(response, 5, Called, {});
  EXPECT_THAT(text, HasSubstr("of 3 offers 1 fall; of 1 TAP 0 have none left\n"));
  EXPECT_THAT(text, ContainsRegex("<parties/town> +2030-01-09 +2030-01-09 +1\n"));
  EXPECT_THAT(text, ContainsRegex("<territories/t> +<services/s> +2 +2 +50 +50 +1 +0 +10000 +loses all\n"));
}

TEST(CoverageCommands, AskForTheDay) {
  const CommandOutcome run = RunWords({"coverage", "stress"});
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.err, HasSubstr("--date"));
}

}  // namespace
}  // namespace ayni::cli
