#include "services/cli/round_report.h"

#include <gmock/gmock.h>

#include <map>

namespace ayni::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::SegmentReport Segment(const std::string& service, int hhi, int matched) {
  v1::SegmentReport segment;
  segment.mutable_segment()->set_service("services/" + service);
  segment.mutable_segment()->set_territory("territories/inei.0806");
  segment.set_matched_quantity(matched);
  segment.set_hhi(hhi);
  auto* share = segment.add_shares();
  share->set_controller("parties/tap-1");
  share->set_held_quantity(10);
  share->set_matched_quantity(matched / 2);
  share->set_share_basis_points(4000);
  share->set_cap(60);
  return segment;
}

RoundReport Sample() {
  RoundReport report;
  report.round.set_name("rounds/2026-12");
  report.round.set_policy("policies/sample-1");
  report.round.set_state(v1::Round::STATE_PUBLISHED);
  report.round.mutable_publish_time()->set_seconds(1'796'083'200);
  v1::RoundSummary* summary = report.round.mutable_summary();
  summary->set_need_count(174);
  summary->set_offer_count(57);
  summary->set_candidate_count(980);
  summary->set_served_need_count(120);
  summary->set_partly_served_need_count(14);
  summary->set_match_count(150);
  summary->set_demanded_quantity(20000);
  summary->set_matched_quantity(15000);
  summary->set_gap_ppm(812);
  summary->mutable_clear_duration()->set_nanos(45'600'000);
  report.segments = {Segment("dosing", 2500, 100), Segment("shearing", 4200, 80)};
  report.segments[0].set_thin(true);
  report.segments[0].mutable_shares(0)->clear_cap();
  report.segments[0].set_insufficient_data(true);
  report.segments[1].set_largest_requester("parties/coop-1");
  report.segments[1].set_largest_requester_share_basis_points(6'250);
  report.segments[1].add_warnings(v1::CONCENTRATION_WARNING_HIGH_HHI);
  report.segments[1].add_warnings(v1::CONCENTRATION_WARNING_DEMAND_CONCENTRATED);
  v1::Match match;
  match.set_name("rounds/2026-12/matches/m1");
  match.set_need("cooperatives/coop-1/needs/n-1");
  match.set_cooperative("parties/coop-1");
  match.set_tap("parties/tap-1");
  match.set_service("services/dosing");
  match.set_quantity(40);
  match.mutable_unit_price()->set_currency("PEN");
  match.mutable_unit_price()->set_minor_units(1250);
  match.set_distance_m(8432);
  report.matches = {match};
  return report;
}

std::string NameOf(const std::string& name) {
  const std::map<std::string, std::string> names = {{"parties/coop-1", "Cooperativa Ñahui"},
                                                    {"parties/tap-1", "José Nuñez"},
                                                    {"services/dosing", "Dosificación"},
                                                    {"services/shearing", "Esquila"},
                                                    {"territories/inei.0806", "Canchis"}};
  const auto found = names.find(name);
  return found == names.end() ? name : found->second;
}

TEST(RoundReport, ReadsAsAPersonWantsIt) {
  EXPECT_EQ(RoundReportText(Sample(), NameOf, {}),
            R"(Round 2026-12, published 2026-12-01T00:00:00Z, policy sample-1
  needs served   120 of 174 wholly, 14 partly (77.0 %)
  units matched  15000 of 20000 (75.0 %)
  matches        150, out of 980 candidates with 57 offers
  proved         within 0.0812 % of the best possible
  took           market 0ms, clearing 45ms, verifying 0ms, storing 0ms

Most concentrated segments under a limit (1 of 1)
service  territory  matched   HHI   share  of its cap  largest controller  largest requester  look at
Esquila  Canchis         80  4200  40.0 %    50 of 60  José Nuñez                     62.5 %  HHI, demand

Thin segments, with too few controllers for a limit: a call for new TAPs (1 of 1)
service       territory  matched   HHI   share  units  largest controller  largest requester  look at
Dosificación  Canchis        100  2500  40.0 %     60  José Nuñez                          -  insufficient data

First matches (1 of 150)
cooperative        service       TAP         quantity      price  distance
Cooperativa Ñahui  Dosificación  José Nuñez        40  12.50 PEN    8.4 km

Next
  ayni match list --round 2026-12
  ayni segment list --round 2026-12 --filter 'thin = true'
  ayni match get 2026-12/m1
  ayni need get coop-1/n-1
  ayni round undo 2026-12 --reason '...'
)");
}

TEST(RoundReport, ShowsAMarketOnceThoughLimitsAtTwoLevelsWatchIt) {
  RoundReport report = Sample();
  report.segments.push_back(Segment("shearing", 4300, 80));
  report.segments.back().mutable_segment()->set_limit("group-province");
  const std::string text = RoundReportText(report, NameOf, {});
  EXPECT_THAT(text, HasSubstr("under a limit (1 of 1)"));
  EXPECT_THAT(text, HasSubstr("  4300  "));
  EXPECT_THAT(text, Not(HasSubstr("  4200  ")));
}

TEST(RoundReport, SaysWhatWasLeftOutAndWhatIsNotKnown) {
  RoundReport report = Sample();
  v1::RoundSummary* summary = report.round.mutable_summary();
  v1::LeftOut* left_out = summary->add_left_out();
  left_out->set_reason(v1::LeftOut::REASON_ABOVE_FINAL_CAP);
  left_out->set_match_count(2);
  left_out->set_quantity(7);
  summary->set_kept_quantity(1);
  summary->set_reserve_comparison(v1::RESERVE_COMPARISON_TIME_USED_UP);
  const std::string text = RoundReportText(report, NameOf, {});
  EXPECT_THAT(text, HasSubstr("7 units of 2 matches: above the share of what then was matched\n"));
  EXPECT_THAT(text, HasSubstr("  reserves       1 unit kept, of which 0 are missing"));
  EXPECT_THAT(text, HasSubstr("what they cost is not known: the round's time was used up\n"));
}

TEST(RoundReport, SaysWhoIsServedWorst) {
  RoundReport report = Sample();
  EXPECT_THAT(RoundReportText(report, NameOf, {}), Not(HasSubstr("smallest share")));
  v1::SmallestShare* smallest = report.round.mutable_summary()->mutable_smallest_share();
  smallest->set_share_ppm(735'294);
  smallest->set_upper_bound_ppm(743'001);
  smallest->set_cooperative("parties/coop-1");
  smallest->set_cooperative_count(1);
  EXPECT_THAT(RoundReportText(report, NameOf, {}),
              HasSubstr("\n  smallest share 73.5294 %, of Cooperativa Ñahui; at most 74.3001 % is possible\n"
                        "  proved         within 0.0812 % of the best possible with that share\n"));
  smallest->set_cooperative_count(3);
  EXPECT_THAT(RoundReportText(report, NameOf, {}), HasSubstr("of Cooperativa Ñahui and 2 more;"));
}

TEST(RoundReport, OfATrialOffersToPublish) {
  RoundReport report = Sample();
  report.trial = true;
  const std::string text = RoundReportText(report, NameOf, {});
  EXPECT_THAT(text, HasSubstr("nothing was stored"));
  EXPECT_THAT(text, HasSubstr("ayni round publish 2026-12"));
  EXPECT_THAT(text, Not(HasSubstr("undo")));
}

TEST(RoundReport, OfADraftSaysWhyItFailed) {
  RoundReport report;
  report.round.set_name("rounds/r1");
  report.round.set_state(v1::Round::STATE_DRAFT);
  report.round.set_failure("no policy is active");
  EXPECT_THAT(RoundReportText(report, NameOf, {}),
              HasSubstr("Round r1, draft; the last attempt failed: no policy is active"));
}

}  // namespace
}  // namespace ayni::cli
