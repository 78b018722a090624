// GetFairnessReport and ListFairnessMatches over rounds that were really cleared.
#include <gmock/gmock.h>

#include "absl/strings/match.h"
#include "ayni/v1/audit_service.pb.h"
#include "services/fairness/statistics.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kReport[] = "ayni.v1.AuditService/GetFairnessReport";
constexpr char kMatches[] = "ayni.v1.AuditService/ListFairnessMatches";
const Caller kMember = {"principals/coop", v1::ROLE_COOPERATIVE, "parties/coop0"};
const Caller kAuditor = {"principals/auditor", v1::ROLE_AUDITOR, ""};

class Fairness : public RoundMarket {
 protected:
  static v1::GetFairnessReportRequest Of(const std::string& parent,
                                         v1::FairnessView view = v1::FAIRNESS_VIEW_UNSPECIFIED) {
    v1::GetFairnessReportRequest request;
    request.set_parent(parent);
    request.set_view(view);
    return request;
  }
  v1::FairnessReport Ask(const v1::GetFairnessReportRequest& request) {
    auto report = market_.Call<v1::FairnessReport>(kReport, request);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *report : v1::FairnessReport();
  }
  void PutCooperative(const std::string& id, int members, const std::string& district) {
    v1::Party cooperative = ACooperative(id);
    cooperative.mutable_cooperative()->set_member_count(members);
    market_.Put(cooperative);
    v1::Need need = ANeed(market_, id, "n", 10);
    need.set_district(district);
    market_.Put(need);
  }
  void RunRound(const std::string& id) {
    market_.CreateRound(id);
    market_.Publish("rounds/" + id);
  }
  static const v1::FairnessTable& Table(const v1::FairnessReport& report, v1::FairnessDimension dimension) {
    for (const v1::FairnessTable& table : report.tables()) {
      if (table.dimension() == dimension) return table;
    }
    return v1::FairnessTable::default_instance();
  }
  static const v1::FairnessCell& Cell(const v1::FairnessReport& report, v1::FairnessDimension dimension,
                                      const std::string& group) {
    for (const v1::FairnessCell& cell : Table(report, dimension).cells()) {
      if (cell.group() == group) return cell;
    }
    ADD_FAILURE() << "no group " << group;
    return v1::FairnessCell::default_instance();
  }
};

TEST_F(Fairness, CountsANeedThatAsksInSeveralRoundsOnce) {
  Fill(1, 100, 1, 40);
  RunRound("r1");
  market_.Put(ATap("late"));
  market_.Put(AnOffer(market_, "late", "o", 30));
  market_.Advance(absl::Hours(50));
  RunRound("r2");
  const v1::FairnessReport both = Ask(Of("rounds/-"));
  EXPECT_THAT(both.rounds(), ElementsAre("rounds/r1", "rounds/r2"));
  EXPECT_EQ(both.needs().asked_count(), 1);
  EXPECT_EQ(both.needs().asked_quantity(), 100);
  EXPECT_EQ(both.needs().served_quantity(), 70);
  EXPECT_EQ(both.needs().reached_count(), 1);
  EXPECT_EQ(both.needs().served_count(), 0) << "30 of 100 are lacking";
  const v1::FairnessReport second = Ask(Of("rounds/r2"));
  EXPECT_EQ(second.needs().asked_quantity(), 60);
  EXPECT_EQ(second.needs().served_quantity(), 30);
  EXPECT_EQ(both.taps().asked_count(), 2);
  EXPECT_EQ(both.units().gini_ppm(), GiniPpm({40, 30}));
}

TEST_F(Fairness, SaysHowLongNeedsWaitedAndWhatTheyPaidAgainstTheMedian) {
  LayTerritory(&market_);
  for (int at = 0; at < 4; ++at) {
    const std::string id = absl::StrCat("c", at);
    v1::Party cooperative = ACooperative(id);
    cooperative.mutable_cooperative()->set_member_count(at == 0 ? 10 : 200);
    market_.Put(cooperative);
    v1::Need need = ANeed(market_, id, "n", 10);
    need.mutable_wait_start_time()->set_seconds(absl::ToUnixSeconds(market_.now() + absl::Hours(10 * at)));
    need.mutable_highest_unit_price()->set_minor_units(at == 0 ? 100'000 : 60'000);
    market_.Put(need);
  }
  // What the first alone can pay, and what all can.
  market_.Put(ATap("dear"));
  v1::Offer dear = AnOffer(market_, "dear", "o", 10);
  dear.mutable_unit_price()->set_minor_units(75'000);
  market_.Put(dear);
  market_.Put(ATap("cheap"));
  v1::Offer cheap = AnOffer(market_, "cheap", "o", 30);
  cheap.mutable_unit_price()->set_minor_units(50'000);
  market_.Put(cheap);
  market_.Advance(absl::Hours(50));
  RunRound("r1");
  const v1::FairnessReport report = Ask(Of("rounds/r1"));
  ASSERT_EQ(report.needs().reached_count(), 4);
  EXPECT_EQ(report.needs().wait_p50_hours(), 30);
  EXPECT_EQ(report.needs().wait_p90_hours(), 50);
  EXPECT_EQ(Cell(report, v1::FAIRNESS_DIMENSION_COOPERATIVE_SIZE, "1-24").price_ratio_ppm(), 1'500'000);
  EXPECT_EQ(Cell(report, v1::FAIRNESS_DIMENSION_COOPERATIVE_SIZE, "100-499").price_ratio_ppm(), 1'000'000);
  EXPECT_EQ(report.needs().price_ratio_ppm(), 1'125'000);
  EXPECT_EQ(report.income_currency(), "PEN");
  EXPECT_EQ(report.income().total(), 10 * 75'000 + 30 * 50'000);
}

TEST_F(Fairness, CountsTheRoundsOfTheDaysAskedForAndNoneThatWasUndone) {
  Fill(2, 10, 2, 10);
  RunRound("r1");
  ASSERT_TRUE(Undo("rounds/r1", "a test").ok());
  market_.Advance(absl::Hours(72));
  RunRound("r2");
  EXPECT_THAT(Ask(Of("rounds/-")).rounds(), ElementsAre("rounds/r2"));
  v1::GetFairnessReportRequest request = Of("rounds/-");
  request.mutable_end_date()->set_year(2026);
  request.mutable_end_date()->set_month(11);
  request.mutable_end_date()->set_day(25);
  const v1::FairnessReport before = Ask(request);
  EXPECT_THAT(before.rounds(), IsEmpty());
  EXPECT_EQ(before.needs().asked_count(), 0);
  request.mutable_end_date()->set_day(27);
  EXPECT_THAT(Ask(request).rounds(), ElementsAre("rounds/r2"));
}

TEST_F(Fairness, SaysWhatIsServedByGroupAndAgainstTheBest) {
  LayTerritory(&market_);
  for (int at = 0; at < 60; ++at)
    PutCooperative(absl::StrCat("c", at), at < 30 ? 10 : 200, at < 30 ? "territories/d0" : "territories/d1");
  // Reaches one district only.
  market_.Put(ATap("tap"));
  v1::Offer offer = AnOffer(market_, "tap", "o", 1'000);
  offer.mutable_coverage()->clear_territories();
  offer.mutable_coverage()->add_territories("territories/d0");
  market_.Put(offer);
  RunRound("r1");
  const v1::FairnessReport report = Ask(Of("rounds/r1"));
  const v1::FairnessCell& near = Cell(report, v1::FAIRNESS_DIMENSION_DISTRICT, "territories/d0");
  const v1::FairnessCell& far = Cell(report, v1::FAIRNESS_DIMENSION_DISTRICT, "territories/d1");
  EXPECT_EQ(near.reached_rate_ppm(), 1'000'000);
  EXPECT_EQ(near.four_fifths(), v1::FOUR_FIFTHS_REFERENCE);
  EXPECT_EQ(near.producer_count(), 300);
  EXPECT_EQ(near.parent(), "territories/prov");
  EXPECT_EQ(far.reached_rate_ppm(), 0);
  EXPECT_EQ(far.four_fifths(), v1::FOUR_FIFTHS_BELOW);
  EXPECT_LT(far.fisher_ppm(), 1'000);
  EXPECT_EQ(Cell(report, v1::FAIRNESS_DIMENSION_COOPERATIVE_SIZE, "100-499").asked_count(), 30);
  EXPECT_EQ(Cell(report, v1::FAIRNESS_DIMENSION_CREDIT, "no").asked_count(), 60);
  const v1::FairnessCell& tap = Cell(report, v1::FAIRNESS_DIMENSION_TAP_MODEL, "TAP_MODEL_COMMUNITY");
  EXPECT_EQ(tap.exposure_ratio_ppm(), 1'000'000) << "the only one that could";
  EXPECT_EQ(report.amortised_unfairness_ppm(), 0);
  EXPECT_EQ(report.envy().lacking_count() + report.envy().better_count(), 0);
  EXPECT_THAT(report.no_data(), ElementsAre("farm_size"));
}

TEST_F(Fairness, TellsNeedsThatWereGivenAllFromThoseThatWereGivenSomething) {
  Fill(3, 40, 1, 90);
  RunRound("r1");
  const v1::FairnessCell needs = Ask(Of("rounds/r1")).needs();
  EXPECT_EQ(needs.asked_count(), 3);
  EXPECT_EQ(needs.reached_count(), 3);
  EXPECT_EQ(needs.served_count(), 2);
  EXPECT_EQ(needs.reached_rate_ppm(), 1'000'000);
  EXPECT_EQ(needs.served_rate_ppm(), 666'667);
  EXPECT_EQ(needs.unit_rate_ppm(), 750'000);
  const IntervalPpm wilson = WilsonInterval({2, 3});
  EXPECT_EQ(needs.served_rate_interval().low_ppm(), wilson.low);
  EXPECT_EQ(needs.served_rate_interval().high_ppm(), wilson.high);
  EXPECT_EQ(needs.reached_rate_interval().low_ppm(), WilsonInterval({3, 3}).low);
}

TEST_F(Fairness, KeepsTheCellOfOneLargeCooperativeBack) {
  LayTerritory(&market_);
  PutCooperative("alone", 500, "territories/d1");
  for (int at = 0; at < 6; ++at) PutCooperative(absl::StrCat("c", at), 100, "territories/d0");
  market_.Put(ATap("tap"));
  market_.Put(AnOffer(market_, "tap", "o", 1'000));
  RunRound("r1");
  const v1::FairnessReport full = Ask(Of("rounds/r1"));
  EXPECT_TRUE(Cell(full, v1::FAIRNESS_DIMENSION_DISTRICT, "territories/d1").small());
  EXPECT_FALSE(Cell(full, v1::FAIRNESS_DIMENSION_DISTRICT, "territories/d0").small());
  const v1::FairnessReport shown = Ask(Of("rounds/r1", v1::FAIRNESS_VIEW_PUBLIC));
  EXPECT_TRUE(Cell(shown, v1::FAIRNESS_DIMENSION_DISTRICT, "territories/d1").suppressed());
  EXPECT_TRUE(Cell(shown, v1::FAIRNESS_DIMENSION_DISTRICT, "territories/d0").suppressed())
      << "the province less it is the other";
  EXPECT_TRUE(Cell(shown, v1::FAIRNESS_DIMENSION_COOPERATIVE_SIZE, "500+").suppressed());
  EXPECT_EQ(Cell(shown, v1::FAIRNESS_DIMENSION_PROVINCE, "territories/prov").asked_count(), 7);
  for (const v1::FairnessSegment& segment : shown.concentration().highest())
    EXPECT_NE(segment.territory(), "territories/d1");
}

TEST_F(Fairness, IsOfOneRoundWhereItIsPublic) {
  Fill(2, 10, 2, 10);
  RunRound("r1");
  for (const absl::Status& refused :
       {market_.Call<v1::FairnessReport>(kReport, Of("rounds/-", v1::FAIRNESS_VIEW_PUBLIC)).status(),
        market_.CallAs<v1::FairnessReport>(kMember, Scope::kAny, kReport, Of("rounds/-")).status()}) {
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("subtracted from each other"));
    EXPECT_THAT(std::string(refused.message()), HasSubstr("rounds/2026-12"));
  }
  EXPECT_TRUE(market_.CallAs<v1::FairnessReport>(kMember, Scope::kAny, kReport, Of("rounds/r1")).ok());
}

// One report taken from the next would tell what became of a match.
TEST_F(Fairness, SaysTheSameToThePublicWhateverBecomesOfMatches) {
  Fill(6, 10, 4, 20);
  RunRound("r1");
  const auto report = [&](v1::FairnessView view) { return Ask(Of("rounds/r1", view)).SerializeAsString(); };
  const std::string shown = report(v1::FAIRNESS_VIEW_PUBLIC), full = report(v1::FAIRNESS_VIEW_FULL);
  v1::Match match = market_.ReadAll<v1::Match>("rounds/r1/").front();
  match.set_state(v1::Match::STATE_DECLINED);
  market_.Put(match);
  match.set_name("rounds/r1/matches/n-later");
  match.set_state(v1::Match::STATE_ACCEPTED);
  match.set_origin(v1::Match::ORIGIN_MATCH_NOW);
  market_.Put(match);
  EXPECT_EQ(report(v1::FAIRNESS_VIEW_PUBLIC), shown);
  EXPECT_NE(report(v1::FAIRNESS_VIEW_FULL), full);
}

TEST_F(Fairness, KeepsSmallCellsBackFromMembersAndMarksThemForAuditors) {
  LayTerritory(&market_);
  PutCooperative("tiny", 3, "territories/d1");
  PutCooperative("large", 400, "territories/d0");
  PutCooperative("middle", 50, "territories/d0");
  for (const char* id : {"t1", "t2"}) {
    market_.Put(ATap(id));
    market_.Put(AnOffer(market_, id, "o", 100));
  }
  RunRound("r1");
  const auto full = market_.CallAs<v1::FairnessReport>(kAuditor, Scope::kAny, kReport, Of("rounds/r1"));
  ASSERT_TRUE(full.ok()) << full.status();
  EXPECT_EQ(full->view(), v1::FAIRNESS_VIEW_FULL);
  EXPECT_TRUE(Cell(*full, v1::FAIRNESS_DIMENSION_DISTRICT, "territories/d1").small());
  EXPECT_EQ(Cell(*full, v1::FAIRNESS_DIMENSION_DISTRICT, "territories/d1").asked_count(), 1);
  EXPECT_TRUE(absl::StrContains(Cell(*full, v1::FAIRNESS_DIMENSION_DISTRICT, "territories/d1").match_filter(),
                                "territories/d1"));

  const auto shown = market_.CallAs<v1::FairnessReport>(kMember, Scope::kAny, kReport, Of("rounds/r1"));
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->view(), v1::FAIRNESS_VIEW_PUBLIC);
  v1::FairnessCell kept_back;
  kept_back.set_group("territories/d1");
  kept_back.set_parent("territories/prov");
  kept_back.set_suppressed(true);
  EXPECT_EQ(Cell(*shown, v1::FAIRNESS_DIMENSION_DISTRICT, "territories/d1").SerializeAsString(),
            kept_back.SerializeAsString());
  EXPECT_TRUE(Cell(*shown, v1::FAIRNESS_DIMENSION_DISTRICT, "territories/d0").suppressed())
      << "the province less it is the other";
  EXPECT_FALSE(Cell(*shown, v1::FAIRNESS_DIMENSION_PROVINCE, "territories/prov").suppressed());
  EXPECT_TRUE(shown->taps().suppressed()) << "there are two";
  EXPECT_EQ(shown->units().lorenz_size(), 0);
  EXPECT_EQ(Ask(Of("rounds/r1", v1::FAIRNESS_VIEW_PUBLIC)).SerializeAsString(), shown->SerializeAsString());
}

TEST_F(Fairness, RefusesWhatIsWrongAndWhatIsNotTheCallers) {
  Fill(1, 1, 1, 1);
  const auto as_member = market_.CallAs<v1::FairnessReport>(kMember, Scope::kAny, kReport,
                                                            Of("rounds/-", v1::FAIRNESS_VIEW_FULL));
  EXPECT_EQ(as_member.status().code(), absl::StatusCode::kPermissionDenied);
  market_.CreateRound("draft");
  EXPECT_EQ(market_.Call<v1::FairnessReport>(kReport, Of("rounds/draft")).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(market_.Call<v1::FairnessReport>(kReport, Of("rounds/none")).status().code(),
            absl::StatusCode::kNotFound);
  v1::ListFairnessMatchesRequest request;
  request.set_parent("r1");
  request.mutable_start_date()->set_year(2026);
  const absl::Status wrong = market_.Call<v1::ListFairnessMatchesResponse>(kMatches, request).status();
  EXPECT_EQ(wrong.code(), absl::StatusCode::kInvalidArgument);
  for (const char* field : {"parent", "start_date", "dimension", "group"})
    EXPECT_THAT(std::string(wrong.message()), HasSubstr(field));
}

TEST_F(Fairness, GivesTheSameBytesAndTheMatchesBehindACell) {
  Fill(7, 10, 3, 40);
  RunRound("r1");
  const v1::FairnessReport report = Ask(Of("rounds/r1"));
  EXPECT_EQ(Ask(Of("rounds/r1")).SerializeAsString(), report.SerializeAsString());
  const v1::FairnessCell& cell = Cell(report, v1::FAIRNESS_DIMENSION_VALUE_CHAIN, "valueChains/c");
  EXPECT_EQ(cell.match_count(), static_cast<int64_t>(Matches("rounds/r1").size()));
  v1::ListFairnessMatchesRequest request;
  request.set_parent("rounds/r1");
  request.set_dimension(v1::FAIRNESS_DIMENSION_VALUE_CHAIN);
  request.set_group("valueChains/c");
  request.set_page_size(2);
  std::vector<std::string> listed;
  do {
    const auto page = market_.Call<v1::ListFairnessMatchesResponse>(kMatches, request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::FairnessMatch& match : page->fairness_matches()) listed.push_back(match.match());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  std::vector<std::string> names;
  for (const v1::Match& match : Matches("rounds/r1")) names.push_back(match.name());
  EXPECT_EQ(listed, names);
  request.clear_page_token();
  request.set_group("valueChains/coffe");
  const absl::Status none = market_.Call<v1::ListFairnessMatchesResponse>(kMatches, request).status();
  EXPECT_EQ(none.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(none.message()), HasSubstr("valueChains/coffe"));
}

TEST_F(Fairness, NotesARoundWhoseMarketIsNotKept) {
  Fill(1, 10, 1, 10);
  RunRound("r1");
  storage::Change change;
  change.deletes.push_back("market:rounds/r1");
  ASSERT_TRUE(market_.store().CommitAndWait(std::move(change)).ok());
  const v1::FairnessReport report = Ask(Of("rounds/-"));
  EXPECT_THAT(report.rounds(), IsEmpty());
  EXPECT_THAT(report.rounds_without_market(), ElementsAre("rounds/r1"));
}

}  // namespace
}  // namespace ayni::services
