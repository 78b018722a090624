// Rounds of OBJECTIVE_MAXMIN: the worst-served cooperative first, with a proof that anybody can compute anew.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "absl/numeric/int128.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/round_service.pb.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

constexpr int64_t kMillion = 1'000'000;
constexpr int64_t kPriceScale = 65'536;

class Maxmin : public RoundMarket {
 protected:
  // coop1 pays less, so that its units score less: there are as many as one of the two asks for.
  void FillUnequal() {
    Fill(2, 10, 1, 10);
    v1::Need poorer = ReadNeed(1);
    poorer.mutable_highest_unit_price()->set_minor_units(60'000);
    market_.Put(poorer);
  }

  v1::Round Draft(const std::string& id, v1::Objective objective = v1::OBJECTIVE_MAXMIN,
                  v1::MaxminMeasure measure = v1::MAXMIN_MEASURE_UNSPECIFIED,
                  v1::MaxminOver over = v1::MAXMIN_OVER_UNSPECIFIED) {
    v1::Round round;
    round.set_objective(objective);
    round.set_maxmin_measure(measure);
    round.set_maxmin_over(over);
    return market_.CreateRound(id, round);
  }

  std::map<std::string, int64_t> UnitsByCooperative(const std::string& round) {
    std::map<std::string, int64_t> units;
    for (const v1::Match& match : Matches(round)) {
      if (match.state() == v1::Match::STATE_PROPOSED) units[match.cooperative()] += match.quantity();
    }
    return units;
  }

  std::vector<v1::Price> Prices(const std::string& round, const Caller& caller) {
    v1::ListPricesRequest request;
    request.set_parent(round);
    const auto listed = market_.CallAs<v1::ListPricesResponse>(caller, Scope::kAny,
                                                               "ayni.v1.AuditService/ListPrices", request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    return {listed->prices().begin(), listed->prices().end()};
  }
};

const Caller kAuditor = {"principals/auditor", v1::ROLE_AUDITOR, ""};
const Caller kTap = {"principals/tap0", v1::ROLE_TAP, "parties/tap0"};

TEST_F(Maxmin, ServesWhomWelfareStarves) {
  FillUnequal();
  Draft("welfare", v1::OBJECTIVE_WELFARE);
  const v1::Round welfare = market_.Publish("rounds/welfare");
  EXPECT_FALSE(welfare.summary().has_smallest_share());
  EXPECT_EQ(UnitsByCooperative("rounds/welfare")["parties/coop1"], 0);
  ASSERT_TRUE(Undo("rounds/welfare", "to be fair").ok());

  Draft("maxmin");
  const v1::Round maxmin = market_.Publish("rounds/maxmin");
  EXPECT_EQ(UnitsByCooperative("rounds/maxmin")["parties/coop0"], 5);
  EXPECT_EQ(UnitsByCooperative("rounds/maxmin")["parties/coop1"], 5);
  const v1::SmallestShare& smallest = maxmin.summary().smallest_share();
  EXPECT_EQ(smallest.share_ppm(), kMillion / 2);
  EXPECT_GE(smallest.upper_bound_ppm(), kMillion / 2);
  EXPECT_LT(smallest.upper_bound_ppm(), kMillion * 51 / 100);
  EXPECT_THAT(smallest.cooperative(), testing::AnyOf("parties/coop0", "parties/coop1"));
  EXPECT_EQ(smallest.cooperative_count(), 2);
  EXPECT_LT(maxmin.summary().value(), welfare.summary().value());
}

TEST_F(Maxmin, StoresTheShareThatItsMatchesHave) {
  Fill(3, 7, 2, 4);
  market_.Put(ANeed(market_, "coop1", "other", 5));
  Draft("r1");
  const v1::Round round = market_.Publish("rounds/r1");
  ASSERT_EQ(round.summary().reached_quantity(), round.summary().demanded_quantity());
  std::map<std::string, int64_t> given = UnitsByCooperative("rounds/r1");
  int64_t smallest = kMillion;
  std::map<int64_t, std::vector<std::string>> by_share;
  for (const auto& [cooperative, asked] :
       std::map<std::string, int64_t>{{"parties/coop0", 7}, {"parties/coop1", 12}, {"parties/coop2", 7}}) {
    const int64_t share = kMillion * given[cooperative] / asked;
    by_share[share].push_back(cooperative);
    smallest = std::min(smallest, share);
  }
  EXPECT_GT(smallest, 0);
  EXPECT_EQ(round.summary().smallest_share().share_ppm(), smallest);
  EXPECT_THAT(by_share[smallest], testing::Contains(round.summary().smallest_share().cooperative()));
  EXPECT_EQ(round.summary().smallest_share().cooperative_count(),
            static_cast<int64_t>(by_share[smallest].size()));
}

// By the formulas of matcher/minimum.h and matcher/verify.h, over what the API gives and this market is known
// to be: two needs of 10, an offer of 10.
TEST_F(Maxmin, ListsPricesThatProveBothBounds) {
  FillUnequal();
  Draft("r1");
  const v1::RoundSummary summary = market_.Publish("rounds/r1").summary();
  std::map<std::string, v1::Price> price_of;
  for (const v1::Price& price : Prices("rounds/r1", kAuditor)) {
    price_of[price.need() + price.offer() + price.cooperative()] = price;
  }
  std::map<std::string, int64_t> score_of;
  for (const v1::Match& match : Matches("rounds/r1")) score_of[match.cooperative()] = match.score();
  const v1::Price& offer = price_of["taps/tap0/offers/o"];
  absl::int128 value = 10 * offer.price();
  absl::int128 share = 10 * offer.share_price();
  int64_t weights = 0;
  for (const std::string id : {"coop0", "coop1"}) {
    const v1::Price& need = price_of["cooperatives/" + id + "/needs/n"];
    const v1::Price& cooperative = price_of["parties/" + id];
    EXPECT_LE(cooperative.price(), 0);
    value += 10 * need.price() + 5 * cooperative.price() +
             10 * std::max<int64_t>(0, score_of["parties/" + id] * kPriceScale - need.price() -
                                           offer.price() - cooperative.price());
    share += 10 * need.share_price() +
             10 * std::max<int64_t>(
                      0, cooperative.share_weight() * kPriceScale - need.share_price() - offer.share_price());
    weights += 10 * cooperative.share_weight();
  }
  EXPECT_EQ(static_cast<int64_t>(value / kPriceScale), summary.upper_bound());
  ASSERT_GT(weights, 0);
  EXPECT_EQ(static_cast<int64_t>(share * kMillion / kPriceScale / weights),
            summary.smallest_share().upper_bound_ppm());
}

TEST_F(Maxmin, RaisesTheSmallestScoreSum) {
  FillUnequal();
  const v1::Round draft = Draft("r1", v1::OBJECTIVE_MAXMIN, v1::MAXMIN_MEASURE_SCORE_SUM);
  EXPECT_EQ(draft.maxmin_over(), v1::MAXMIN_OVER_COOPERATIVES);
  const v1::RoundSummary summary = market_.Publish("rounds/r1").summary();
  std::map<std::string, int64_t> scores;
  for (const v1::Match& match : Matches("rounds/r1")) {
    scores[match.cooperative()] += match.score() * match.quantity();
  }
  const v1::SmallestShare& smallest = summary.smallest_share();
  EXPECT_EQ(smallest.score_sum(), std::min(scores["parties/coop0"], scores["parties/coop1"]));
  EXPECT_GE(smallest.score_sum_upper_bound(), smallest.score_sum());
  EXPECT_EQ(smallest.share_ppm(), 0);
  EXPECT_EQ(smallest.upper_bound_ppm(), 0);
  EXPECT_EQ(smallest.cooperative_count(), 1);
  // Its units score less, and so it gets more of them than under shares.
  EXPECT_GE(UnitsByCooperative("rounds/r1")["parties/coop1"], 5);
  ASSERT_TRUE(Undo("rounds/r1", "to compare").ok());
  Draft("r2");
  EXPECT_NE(market_.Publish("rounds/r2").summary().problem_digest(), summary.problem_digest());
}

// The second price of a need is that of its promise, with its weight.
TEST_F(Maxmin, ServesNeedsAlikeWhereAsked) {
  FillUnequal();
  market_.Put(ANeed(market_, "coop0", "other", 10));
  Draft("r1", v1::OBJECTIVE_MAXMIN, v1::MAXMIN_MEASURE_SERVED_SHARE, v1::MAXMIN_OVER_NEEDS);
  const v1::RoundSummary summary = market_.Publish("rounds/r1").summary();
  std::map<std::string, int64_t> units;
  for (const v1::Match& match : Matches("rounds/r1")) units[match.need()] += match.quantity();
  ASSERT_EQ(units.size(), 3);
  for (const auto& [need, given] : units) EXPECT_GE(given, 3) << need;
  const v1::SmallestShare& smallest = summary.smallest_share();
  EXPECT_EQ(smallest.share_ppm(), kMillion * 3 / 10);
  EXPECT_THAT(smallest.need(), testing::StartsWith("cooperatives/coop"));
  EXPECT_EQ(smallest.need_count(), 2);
  EXPECT_EQ(smallest.cooperative(), "");
  EXPECT_EQ(smallest.cooperative_count(), 0);
  int64_t weights = 0;
  for (const v1::Price& price : Prices("rounds/r1", kAuditor)) {
    EXPECT_FALSE(price.has_cooperative());
    weights += price.share_weight();
    EXPECT_TRUE(price.share_weight() == 0 || price.has_need());
  }
  EXPECT_GT(weights, 0);
  const auto shown = market_.CallAs<v1::Round>(kTap, Scope::kAny, "ayni.v1.RoundService/GetRound", [] {
    v1::GetRoundRequest request;
    request.set_name("rounds/r1");
    return request;
  }());
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->summary().smallest_share().need(), "");
}

TEST_F(Maxmin, RefusesWhatGoesWithAnotherObjective) {
  LayTerritory(&market_);
  v1::CreateRoundRequest request;
  request.set_round_id("r1");
  request.mutable_round()->set_objective(v1::OBJECTIVE_WELFARE);
  request.mutable_round()->set_maxmin_measure(v1::MAXMIN_MEASURE_SCORE_SUM);
  request.mutable_round()->set_maxmin_over(v1::MAXMIN_OVER_NEEDS);
  const auto made = market_.Call<v1::Round>("ayni.v1.RoundService/CreateRound", request);
  EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(made.status().message()), testing::HasSubstr("maxmin_measure"));
  EXPECT_THAT(std::string(made.status().message()), testing::HasSubstr("maxmin_over"));
}

TEST_F(Maxmin, KeepsFromTapsWhatCooperativesPayAndAskFor) {
  FillUnequal();
  Draft("r1");
  market_.Publish("rounds/r1");
  const auto is_of_cooperative = [](const v1::Price& price) {
    return price.has_need() || price.has_cooperative();
  };
  const std::vector<v1::Price> all = Prices("rounds/r1", kAuditor);
  EXPECT_TRUE(std::any_of(all.begin(), all.end(), is_of_cooperative));
  const std::vector<v1::Price> shown = Prices("rounds/r1", kTap);
  EXPECT_FALSE(shown.empty());
  EXPECT_TRUE(std::none_of(shown.begin(), shown.end(), is_of_cooperative));
}

TEST_F(Maxmin, UndoingGivesEverythingBack) {
  FillUnequal();
  Draft("r1");
  market_.Publish("rounds/r1");
  ASSERT_EQ(UnitsOf("rounds/r1"), 10);
  const auto undone = Undo("rounds/r1", "a mistake");
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(undone->state(), v1::Round::STATE_UNDONE);
  EXPECT_EQ(UnitsOf("rounds/r1"), 0);
  EXPECT_EQ(ReadNeed(0).matched_quantity(), 0);
  EXPECT_EQ(ReadNeed(1).matched_quantity(), 0);
  EXPECT_EQ(ReadOffer(0).booked_quantity(), 0);
}

TEST_F(Maxmin, TheSameMarketGivesTheSameBytes) {
  Fill(5, 7, 4, 6);
  SetLimit(3'000);
  const v1::Round first_draft = Draft("r1");
  v1::Round second_draft = Draft("r2");
  second_draft.set_seed(first_draft.seed());
  second_draft.clear_etag();
  market_.Put(second_draft);
  const v1::RoundSummary first = market_.Publish("rounds/r1").summary();
  std::string first_prices;
  for (const v1::Price& price : Prices("rounds/r1", kAuditor)) first_prices += price.SerializeAsString();
  ASSERT_TRUE(Undo("rounds/r1", "to do it again").ok());
  market_.Restart();
  const v1::RoundSummary second = market_.Publish("rounds/r2").summary();
  std::string second_prices;
  for (const v1::Price& price : Prices("rounds/r2", kAuditor)) second_prices += price.SerializeAsString();
  EXPECT_EQ(first.problem_digest(), second.problem_digest());
  EXPECT_EQ(first.solution_digest(), second.solution_digest());
  EXPECT_EQ(first.smallest_share().SerializeAsString(), second.smallest_share().SerializeAsString());
  EXPECT_EQ(first_prices, second_prices);
}

TEST_F(Maxmin, TryingStoresNothingAndFindsTheSame) {
  FillUnequal();
  Draft("r1");
  const storage::Sequence before = market_.store().sequence();
  const auto begun = market_.StartTry("rounds/r1");
  ASSERT_TRUE(begun.ok()) << begun.status();
  v1::TryRoundResponse tried;
  ASSERT_TRUE(market_.Await(begun->name()).response().UnpackTo(&tried));
  EXPECT_EQ(market_.store().sequence(), before);
  const v1::RoundSummary published = market_.Publish("rounds/r1").summary();
  EXPECT_EQ(tried.summary().smallest_share().SerializeAsString(),
            published.smallest_share().SerializeAsString());
  EXPECT_EQ(tried.summary().solution_digest(), published.solution_digest());
}

TEST_F(Maxmin, VastNeedsOfOneCooperativeDoNotBlockIt) {
  Fill(2, 1'000'000'000, 2, 1'000'000'000);
  market_.Put(ANeed(market_, "coop0", "vast", 1'000'000'000));
  Draft("r1");
  const v1::RoundSummary summary = market_.Publish("rounds/r1").summary();
  EXPECT_EQ(summary.smallest_share().share_ppm(), kMillion);
}

}  // namespace
}  // namespace ayni::services
