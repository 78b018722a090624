// Rounds of every kind, read back from what they keep to prove themselves: what they state comes of their
// columns, they clear again to the same bytes, and a dishonest operator is found out who states otherwise.
#include "services/round/round_bundle.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <set>

#include "services/bundle/bundle_file.h"
#include "services/bundle/bundle_replay.h"
#include "services/bundle/outcome_check.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

class RoundBundle : public RoundMarket {
 protected:
  v1::RoundBundle Kept(const std::string& round) {
    const auto kept = ReadKeptBundle(market_.store(), round);
    EXPECT_TRUE(kept.ok()) << kept.status();
    v1::RoundBundle bundle;
    bundle.set_format(kBundleFormat);
    if (!kept.ok()) return bundle;
    bundle.mutable_policy()->set_record(kept->records.policy);
    for (int64_t part = 0; part < kept->part_count; ++part) {
      const auto read = ReadBundlePart(market_.store(), round, part);
      EXPECT_TRUE(read.ok()) << read.status();
      if (read.ok()) bundle.MergeFrom(*read);
    }
    return bundle;
  }

  // Read as a file.
  static absl::StatusOr<BundleContents> ContentsOf(const v1::RoundBundle& bundle) {
    const auto file = BundleFile(bundle);
    if (!file.ok()) return file.status();
    return ReadBundleFile(*file);
  }

  static std::vector<std::string> WrongSubjects(const BundleContents& contents) {
    std::vector<BundleFinding> findings;
    CheckOutcome(contents, &findings);
    std::vector<std::string> wrong;
    for (const BundleFinding& finding : findings) {
      if (!finding.is_right) wrong.push_back(finding.subject + ": " + finding.text);
    }
    return wrong;
  }

  // Publishes it and expects that it proves itself.
  BundleContents Prove(const v1::Round& round = {}, const std::string& id = "r1") {
    market_.CreateRound(id, round);
    market_.Publish("rounds/" + id);
    auto contents = ContentsOf(Kept("rounds/" + id));
    EXPECT_TRUE(contents.ok()) << contents.status();
    if (!contents.ok()) return {};
    EXPECT_THAT(WrongSubjects(*contents), testing::IsEmpty());
    EXPECT_EQ(contents->problem_digest, contents->statement.round().summary().problem_digest());
    EXPECT_EQ(contents->solution_digest, contents->statement.round().summary().solution_digest());
    EXPECT_EQ(contents->market_digest, contents->statement.market_digest());
    const auto replay = Replay(*contents);
    EXPECT_TRUE(replay.ok()) << replay.status();
    if (replay.ok()) {
      EXPECT_TRUE(replay->IsSame(*contents)) << replay->differing_edges << " " << replay->differing_prices;
    }
    return *std::move(contents);
  }

  void SetMatched(v1::LimitMeasure measure) {
    v1::Policy policy = GroupPolicy(3'000);
    policy.mutable_limits(0)->set_basis(v1::LIMIT_BASIS_MATCHED);
    policy.mutable_limits(0)->set_measure(measure);
    market_.Put(policy);
  }
};

TEST_F(RoundBundle, ProvesWhatLimitsHoldBack) {
  Fill(3, 40, 4, 100);
  SetLimit(3'000);
  const BundleContents contents = Prove();
  EXPECT_EQ(contents.statement.segment_reports_size(), 1);
  EXPECT_GT(contents.problem.cell_count(), 0);
}

TEST_F(RoundBundle, ProvesWhatEarlierRoundsGaveAndThinSegments) {
  Fill(2, 100, 2, 1'000);
  SetLimit(5'000);
  Prove();
  market_.Put(ANeed(market_, "coop0", "n2", 40));
  Prove({}, "r2");
  SetLimit(1'000, 4);
  market_.Put(ANeed(market_, "coop0", "n3", 60));
  EXPECT_EQ(Prove({}, "r3").market.segment_waived, std::vector<int64_t>{1});
}

TEST_F(RoundBundle, ClearsAgainWhereCapsFollowFromWhatIsMatched) {
  Fill(1, 100, 4, 100);
  v1::Offer offer = ReadOffer(0);
  offer.set_capacity(100'000);
  market_.Put(offer);
  market_.Put(ACooperative("friend"));
  market_.Put(ANeed(market_, "friend", "phantom", 100'000));
  SetMatched(v1::LIMIT_MEASURE_UNITS);
  const BundleContents contents = Prove();
  EXPECT_GT(contents.market.clearing_room.size(), contents.problem.cell_room.size());
}

TEST_F(RoundBundle, CountsMoney) {
  Fill(2, 50, 4, 100);
  v1::Offer dear = ReadOffer(1);
  dear.mutable_unit_price()->set_minor_units(dear.unit_price().minor_units() * 2);
  market_.Put(dear);
  SetMatched(v1::LIMIT_MEASURE_MONEY);
  EXPECT_FALSE(Prove().market.offer_price.empty());
}

// A TAP at its country's cap stands in the problem with what that leaves it.
TEST_F(RoundBundle, HoldsTapsToTheCapOfTheirCountry) {
  Fill(2, 40, 2, 100);
  v1::Policy policy = APolicy();
  policy.add_country_profiles()->set_territory("territories/pe");
  policy.mutable_country_profiles(0)->add_provider_caps()->set_quantity(25);
  market_.Put(policy);
  BundleContents contents = Prove();
  EXPECT_THAT(contents.problem.tap_capacity, testing::ElementsAre(25, 25));
  // Whoever gives a unit more is found out.
  ++contents.solution.edge_units[0];
  EXPECT_THAT(WrongSubjects(contents), testing::Not(testing::IsEmpty()));
}

// Two cooperatives that ask together pay less for a unit of one offer than a third, and a fourth what it
// agreed on.
TEST_F(RoundBundle, CountsMoneyByWhatEachNeedPays) {
  Fill(4, 50, 4, 100);
  for (int at = 0; at < 4; ++at) {
    v1::Offer offer = ReadOffer(at);
    v1::PriceStep* step = offer.add_price_steps();
    step->set_least_quantity(100);
    *step->mutable_unit_price() = offer.unit_price();
    step->mutable_unit_price()->set_minor_units(offer.unit_price().minor_units() / 2);
    market_.Put(offer);
  }
  v1::Need joined = ReadNeed(1);
  joined.set_joined_to(ReadNeed(0).name());
  market_.Put(joined);
  v1::Agreement agreement;
  agreement.set_name("agreements/a");
  agreement.set_cooperative("parties/coop3");
  agreement.set_tap("parties/tap2");
  agreement.set_state(v1::Agreement::STATE_IN_FORCE);
  *agreement.mutable_window() = joined.window();
  *agreement.mutable_unit_price() = joined.highest_unit_price();
  market_.Put(agreement);
  v1::Need agreed = ReadNeed(3);
  agreed.set_agreement(agreement.name());
  market_.Put(agreed);
  SetMatched(v1::LIMIT_MEASURE_MONEY);
  const BundleContents contents = Prove();
  EXPECT_EQ(std::set<int64_t>(contents.market.edge_price.begin(), contents.market.edge_price.end()),
            (std::set<int64_t>{25'000, 50'000, 100'000}));
}

TEST_F(RoundBundle, ProvesReservesAndFloors) {
  Fill(3, 40, 4, 30);
  v1::Policy policy = APolicy();
  v1::Reserve* reserve = policy.add_reserves();
  reserve->set_id("community");
  reserve->mutable_taps()->set_model(v1::TAP_MODEL_COMMUNITY);
  reserve->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
  reserve->set_share_basis_points(5'000);
  reserve->set_penalty(500'000);
  v1::Floor* floor = policy.add_floors();
  floor->set_id("all");
  floor->mutable_taps()->set_model(v1::TAP_MODEL_COMMUNITY);
  floor->set_quantity(31);
  floor->set_penalty(1'000);
  market_.Put(policy);
  const BundleContents contents = Prove();
  EXPECT_GT(contents.statement.kept_cells_size(), 0);
  EXPECT_TRUE(contents.problem.has_floors());
}

TEST_F(RoundBundle, ProvesTheSmallestAndNamesNobody) {
  Fill(4, 10, 2, 13);
  SetLimit(6'000);
  const std::pair<v1::MaxminMeasure, v1::MaxminOver> kinds[] = {
      {v1::MAXMIN_MEASURE_SERVED_SHARE, v1::MAXMIN_OVER_COOPERATIVES},
      {v1::MAXMIN_MEASURE_SCORE_SUM, v1::MAXMIN_OVER_COOPERATIVES},
      {v1::MAXMIN_MEASURE_SERVED_SHARE, v1::MAXMIN_OVER_NEEDS}};
  int count = 0;
  for (const auto& [measure, over] : kinds) {
    v1::Round round;
    round.set_objective(v1::OBJECTIVE_MAXMIN);
    round.set_maxmin_measure(measure);
    round.set_maxmin_over(over);
    const std::string id = absl::StrCat("r", ++count);
    const BundleContents contents = Prove(round, id);
    ASSERT_TRUE(contents.maxmin.has_value());
    EXPECT_THAT(contents.statement_text, testing::Not(testing::HasSubstr("coop0")));
    ASSERT_TRUE(Undo("rounds/" + id, "for the next").ok());
  }
}

TEST_F(RoundBundle, TellsWhatWasSuperseded) {
  Fill(3, 10, 3, 10);
  SetLimit(9'000);
  WhileCleared([this] { ChangeSecondNeed(); });
  const BundleContents contents = Prove();
  ASSERT_GT(contents.statement.left_out_edges_size(), 0);
  ASSERT_EQ(contents.statement.left_out_by_reason_size(), contents.statement.left_out_edges_size());
  EXPECT_EQ(contents.statement.left_out_by_reason(0).reason(), v1::LeftOut::REASON_SUPERSEDED);
  EXPECT_EQ(contents.statement.left_out_by_reason(0).edge(), contents.statement.left_out_edges(0));
  // One that is older than the reasons.
  BundleContents older = contents;
  older.statement.clear_left_out_by_reason();
  EXPECT_THAT(WrongSubjects(older), testing::IsEmpty());
  const std::function<void(v1::RoundStatement*)> lies[] = {
      [](v1::RoundStatement* s) { s->mutable_left_out_by_reason(0)->set_reason(v1::LeftOut::REASON_BUDGET); },
      [](v1::RoundStatement* s) { s->mutable_left_out_by_reason(0)->set_quantity(1); },
      [](v1::RoundStatement* s) { *s->add_left_out_by_reason() = s->left_out_by_reason(0); }};
  for (const auto& tell : lies) {
    BundleContents told = contents;
    tell(&told.statement);
    EXPECT_THAT(WrongSubjects(told), testing::Contains(testing::StartsWith("summary")));
  }
}

TEST_F(RoundBundle, KeepsToTheCapsOfWhatIsLeftOnceSomeIsLeftOut) {
  Fill(4, 25, 4, 25);
  v1::Policy policy = GroupPolicy(4'000);
  policy.mutable_limits(0)->set_basis(v1::LIMIT_BASIS_MATCHED);
  market_.Put(policy);
  WhileCleared([this] { ChangeLastTwoOffersOfFour(); });
  const BundleContents contents = Prove();
  ASSERT_EQ(contents.statement.round().summary().left_out_size(), 2);
  EXPECT_LT(contents.statement.segment_reports(0).volume(), contents.market.segment_volume[0]);
}

TEST_F(RoundBundle, CountsWhatMatchNowGaveMeanwhileAsHeld) {
  Fill(2, 50, 4, 200);
  SetMatched(v1::LIMIT_MEASURE_UNITS);
  Prove();
  v1::Need urgent = ANeed(market_, "coop0", "urgent", 7);
  urgent.set_urgency(v1::URGENCY_CRITICAL);
  market_.Put(urgent);
  market_.Put(ANeed(market_, "coop1", "more", 60));
  market_.AwaitLive();
  // The round has its snapshot when it closes the gate.
  market_.rounds_store().before_commit = [this, done = false](const storage::Change& change) mutable {
    if (done || change.puts.empty() || change.puts[0].value.rfind("rounds/", 0) != 0) return;
    done = true;
    v1::MatchNowRequest request;
    request.set_name("cooperatives/coop0/needs/urgent");
    const auto matched = market_.Call<v1::MatchNowResponse>("ayni.v1.NeedService/MatchNow", request);
    EXPECT_TRUE(matched.ok()) << matched.status();
  };
  const BundleContents contents = Prove({}, "r2");
  EXPECT_GT(contents.statement.held_since_rows_size(), 0);
  EXPECT_GT(contents.statement.held_since_segments_size(), 0);
}

TEST_F(RoundBundle, ProvesCapsThatAreSharesOfWhatOthersOffer) {
  Fill(3, 40, 4, 20);
  v1::Offer offer = ReadOffer(0);
  offer.set_capacity(100'000);
  market_.Put(offer);
  v1::Policy policy = GroupPolicy(3'000);
  policy.mutable_limits(0)->set_basis(v1::LIMIT_BASIS_OFFERED);
  market_.Put(policy);
  const BundleContents contents = Prove();
  EXPECT_LT(*std::min_element(contents.market.row_volume_max.begin(), contents.market.row_volume_max.end()),
            contents.market.segment_volume[0]);
}

TEST_F(RoundBundle, IsTheSameInEveryPart) {
  Fill(3, 40, 4, 100);
  SetLimit(3'000);
  Prove();
  const auto one = BundleFile(Kept("rounds/r1")), other = BundleFile(Kept("rounds/r1"));
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_EQ(*one, *other);
}

// What an operator could sign who wanted to: the ledger would hold it, and the check finds it out.
TEST_F(RoundBundle, FindsOutWhoStatesOtherwise) {
  Fill(3, 40, 4, 100);
  SetLimit(3'000);
  const BundleContents honest = Prove();
  struct Lie {
    const char* what;
    std::function<void(BundleContents&)> tell;
    const char* subject;
  };
  const auto summary = [](BundleContents& contents) {
    return contents.statement.mutable_round()->mutable_summary();
  };
  const auto report = [](BundleContents& contents) { return contents.statement.mutable_segment_reports(0); };
  const Lie lies[] = {
      {"value", [&](auto& lie) { summary(lie)->set_value(lie.statement.round().summary().value() + 1); },
       "proof"},
      {"bound", [&](auto& lie) { summary(lie)->set_upper_bound(summary(lie)->upper_bound() - 1); }, "proof"},
      {"gap", [&](auto& lie) { summary(lie)->set_gap_ppm(summary(lie)->gap_ppm() + 1); }, "proof"},
      {"units", [](auto& lie) { lie.solution.edge_units[0] += 1'000; }, "proof"},
      {"price", [](auto& lie) { lie.solution.prices.offer[0] = -1; }, "proof"},
      {"needs", [&](auto& lie) { summary(lie)->set_need_count(2); }, "summary"},
      {"matches", [&](auto& lie) { summary(lie)->set_match_count(1); }, "summary"},
      {"superseded",
       [](auto& lie) {
         lie.statement.add_left_out_edges(0);
         lie.statement.add_left_out_units(1);
       },
       "summary"},
      {"controllers",
       [](auto& lie) { std::swap(lie.market.tap_controller[0], lie.market.tap_controller[1]); }, "cells"},
      {"share", [&](auto& lie) { report(lie)->mutable_shares(0)->set_matched_quantity(1); }, "reports"},
      {"whose share", [&](auto& lie) { report(lie)->mutable_shares(0)->set_controller("party-0"); },
       "reports"},
      {"HHI", [&](auto& lie) { report(lie)->set_hhi(report(lie)->hhi() - 1); }, "concentration"},
      {"CR1", [&](auto& lie) { report(lie)->set_cr1_basis_points(1); }, "concentration"},
      {"CR4", [&](auto& lie) { report(lie)->set_cr4_basis_points(1); }, "concentration"},
      {"cap", [](auto& lie) { lie.market.segment_cap[0] += 1; }, "caps"},
      {"volume", [](auto& lie) { lie.market.segment_volume[0] += 100; }, "caps"},
      {"share of the policy", [](auto& lie) { lie.market.segment_share[0] += 1; }, "caps"},
      {"room", [](auto& lie) { lie.problem.cell_room[0] += 1; }, "caps"},
      {"waiver", [](auto& lie) { lie.market.segment_waived[0] = 1; }, "caps"}};
  for (const Lie& lie : lies) {
    BundleContents told = honest;
    lie.tell(told);
    const std::vector<std::string> wrong = WrongSubjects(told);
    EXPECT_THAT(wrong, testing::Contains(testing::StartsWith(lie.subject))) << lie.what;
  }
}

TEST_F(RoundBundle, RefusesColumnsThatDoNotFit) {
  Fill(3, 40, 4, 100);
  SetLimit(3'000);
  Prove();
  const v1::RoundBundle honest = Kept("rounds/r1");
  for (int column = 0; column < honest.columns_size(); ++column) {
    v1::RoundBundle longer = honest;
    longer.mutable_columns(column)->mutable_numbers()->append(8, '\x7F');
    const auto contents = ContentsOf(longer);
    // Names stand for themselves; of the others each has a number of its own.
    if (contents.ok()) {
      EXPECT_TRUE(contents->problem_digest != contents->statement.round().summary().problem_digest() ||
                  contents->solution_digest != contents->statement.round().summary().solution_digest() ||
                  contents->market_digest != contents->statement.market_digest())
          << honest.columns(column).name();
    }
    v1::RoundBundle odd = honest;
    odd.mutable_columns(column)->mutable_numbers()->append("odd");
    EXPECT_FALSE(ContentsOf(odd).ok()) << honest.columns(column).name();
  }
  for (int column = 0; column < honest.columns_size(); ++column) {
    if (honest.columns(column).name() != "need_name") continue;
    v1::RoundBundle shuffled = honest;
    std::string& names = *shuffled.mutable_columns(column)->mutable_numbers();
    names = names.substr(8) + names.substr(0, 8);
    EXPECT_THAT(std::string(ContentsOf(shuffled).status().message()), testing::HasSubstr("do not ascend"));
  }
  EXPECT_FALSE(ReadBundleFile("").ok());
  EXPECT_FALSE(ReadBundleFile("no gzip").ok());
}

}  // namespace
}  // namespace ayni::services
