#include "services/simulation/simulate.h"

#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "matcher/settling.h"
#include "matcher/verify.h"
#include "services/resource/record_walk.h"
#include "services/resource/stored.h"
#include "tests/services/simulation/made_up_market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr v1::TapModel kModels[] = {v1::TAP_MODEL_COMMUNITY, v1::TAP_MODEL_ENTERPRISE, v1::TAP_MODEL_PUBLIC,
                                    v1::TAP_MODEL_ACADEMIC};

bool Never() { return false; }
void SeeNothing(size_t, uint64_t, const WorldRound&) {}

// One TAP that is cheap and could do all, and small dear ones.
MadeUpMarket OneLargeTap() {
  MadeUpMarket market;
  for (int at = 1; at <= 24; ++at) {
    market.AddCooperative(absl::StrCat("coop-", at));
    market.AddNeed(absl::StrCat("coop-", at), "n-1", 30);
  }
  market.AddTap("large", v1::TAP_MODEL_ENTERPRISE, 4'000, 100);
  for (int at = 1; at <= 6; ++at) market.AddTap(absl::StrCat("small-", at), kModels[at % 4], 400, 400);
  return market;
}

Simulation Simulated(const StartingMarket& market, const SimulationPlan& plan,
                     const RoundSeen& seen = SeeNothing) {
  absl::StatusOr<Simulation> simulation = Simulate(market, plan, Never, seen);
  EXPECT_TRUE(simulation.ok()) << simulation.status();
  return simulation.ok() ? *std::move(simulation) : Simulation();
}

// Every figure of every run, one after another.
std::vector<int64_t> AllOf(const Simulation& simulation) {
  std::vector<int64_t> all;
  for (const SimulatedRun& run : simulation.runs) {
    for (const YearFigures& year : run.years) {
      for (const Figure& figure : Figures()) all.push_back(year.*figure.value);
      for (const YearConcentration& each : year.concentrations) all.push_back(each.hhi);
    }
  }
  return all;
}

TEST(Simulate, GivesTheSameWithAnyNumberOfThreads) {
  const StartingMarket market = OneLargeTap().Admit();
  SimulationPlan plan = TwoYears(LimitedTo(4'000));
  plan.seeds = 3;
  const std::vector<int64_t> alone = AllOf(Simulated(market, plan));
  EXPECT_EQ(alone.size(), 3 * 2 * 2 * (Figures().size() + 1));
  plan.threads = 2;
  EXPECT_EQ(AllOf(Simulated(market, plan)), alone);
}

TEST(Simulate, GivesOtherFiguresOfAnotherSeed) {
  const StartingMarket market = OneLargeTap().Admit();
  SimulationPlan plan = TwoYears(LimitedTo(4'000));
  const std::vector<int64_t> first = AllOf(Simulated(market, plan));
  plan.first_seed = 2;
  EXPECT_NE(AllOf(Simulated(market, plan)), first);
}

TEST(Simulate, AsksForTheSameUnderEveryPolicy) {
  const StartingMarket market = OneLargeTap().Admit();
  SimulationPlan plan = TwoYears(LimitedTo(1'000));
  // What is new in a round: by policy, the needs of each round with their quantities.
  std::map<size_t, std::map<std::string, int64_t>> asked;
  int64_t waiting = 0;
  Simulated(market, plan, [&](size_t policy, uint64_t, const WorldRound& round) {
    const absl::Status read = ForEachRecord<v1::Need>(round.records, "", Never, [&](const v1::Need& need) {
      const std::string place = absl::StrCat(need.name(), " y", round.year, "-r", round.round);
      const bool is_new = need.create_time().seconds() / 86'400 == round.cleared.today;
      if (is_new) {
        asked[policy].emplace(place, need.quantity());
      } else {
        ++waiting;
      }
    });
    EXPECT_TRUE(read.ok()) << read;
  });
  EXPECT_EQ(asked[0].size(), 24 * 2);
  EXPECT_EQ(asked[0], asked[1]);
  EXPECT_GT(waiting, 0);
}

TEST(Simulate, NeverGivesMoreThanThereIs) {
  // Less than is asked for.
  MadeUpMarket rows = OneLargeTap();
  rows.offer("large").set_capacity(200);
  for (int at = 1; at <= 6; ++at) rows.offer(absl::StrCat("small-", at)).set_capacity(40);
  const StartingMarket market = rows.Admit();
  SimulationPlan plan = TwoYears(LimitedTo(2'000));
  plan.seeds = 3;
  std::map<std::tuple<size_t, uint64_t, int, std::string>, int64_t> year_units;  // by offer
  int rounds = 0;
  Simulated(market, plan, [&](size_t policy, uint64_t seed, const WorldRound& round) {
    ++rounds;
    std::map<std::string, int64_t> by_offer;
    std::map<std::string, int64_t> by_need;
    for (const v1::Match& match : round.matches) {
      by_offer[match.offer()] += match.quantity();
      by_need[match.need()] += match.quantity();
      year_units[{policy, seed, round.year, match.offer()}] += match.quantity();
      EXPECT_LE(match.confirmation().quantity(), match.quantity());
    }
    for (const auto& [offer, units] : by_offer) {
      const auto stored = ReadRecord(round.records, ResourceType::Of<v1::Offer>(), offer);
      ASSERT_TRUE(stored.ok() && stored->version > 0) << offer;
      EXPECT_LE(units, static_cast<const v1::Offer&>(*stored->record).capacity()) << offer;
    }
    for (const auto& [need, units] : by_need) {
      const auto stored = ReadRecord(round.records, ResourceType::Of<v1::Need>(), need);
      ASSERT_TRUE(stored.ok() && stored->version > 0) << need;
      EXPECT_LE(units, static_cast<const v1::Need&>(*stored->record).quantity()) << need;
    }
    const ClearedRound& cleared = round.cleared;
    EXPECT_TRUE(matcher::Verify(cleared.posed.problem, cleared.solution).ok());
    EXPECT_TRUE(matcher::CapsHold(cleared.market.market(), cleared.posed.problem, cleared.posed.segments,
                                  cleared.solution.edge_units));
  });
  EXPECT_EQ(rounds, 3 * 2 * 2 * 4);
  EXPECT_FALSE(year_units.empty());
  for (const auto& [key, units] : year_units) {
    const std::string& offer = std::get<3>(key);
    EXPECT_LE(units, absl::StrContains(offer, "large") ? 200 : 40) << offer;
  }
}

TEST(Simulate, IsMoreConcentratedWithoutLimits) {
  const StartingMarket market = OneLargeTap().Admit();
  const Simulation simulation = Simulated(market, TwoYears(LimitedTo(3'000)));
  ASSERT_EQ(simulation.runs.size(), 2);
  for (int year = 0; year < 2; ++year) {
    const YearFigures& with = simulation.runs[0].years[year];
    const YearFigures& without = simulation.runs[1].years[year];
    EXPECT_LT(with.hhi, 4'000);
    EXPECT_GT(without.hhi, 9'000);
    EXPECT_LE(with.largest_basis_points, 4'000);
    EXPECT_GT(without.largest_basis_points, 9'000);
  }
}

TEST(Simulate, HasTheLargestTapRaiseItsPriceWhereNothingHoldsItBack) {
  MadeUpMarket rows = OneLargeTap();
  rows.offer("large").set_capacity(800);  // it is booked for the most part
  const StartingMarket market = rows.Admit();
  SimulationPlan plan = TwoYears(LimitedTo(3'000));
  plan.years = 5;
  const Simulation simulation = Simulated(market, plan);
  std::map<size_t, int64_t> prices;
  Simulated(market, plan, [&](size_t policy, uint64_t, const WorldRound& round) {
    const auto stored = ReadRecord(round.records, ResourceType::Of<v1::Offer>(), "taps/large/offers/o-1");
    if (round.year == 5)
      prices[policy] = static_cast<const v1::Offer&>(*stored->record).unit_price().minor_units();
  });
  EXPECT_GT(prices[1], 120);
  EXPECT_LT(prices[0], prices[1]);
}

// A lender that lends to one of two cooperatives, and the only TAP.
struct OnlyTap {
  StartingMarket market;
  SimulationPlan plan;
  // Units matched, by cooperative and year.
  std::map<std::pair<std::string, int>, int64_t> units;

  void Run() {
    plan.assumptions.newcomers_per_mille = 0;
    plan.policies.resize(1);
    Simulated(market, plan, [&](size_t, uint64_t, const WorldRound& round) {
      for (const v1::Match& match : round.matches)
        units[{match.cooperative(), round.year}] += match.quantity();
    });
  }
  bool Serves(const std::string& cooperative, int year) {
    return units[{absl::StrCat("parties/", cooperative), year}] > 0;
  }
};

OnlyTap AnOnlyTap(v1::TapModel model) {
  MadeUpMarket rows;
  for (const char* id : {"borrower", "free"}) {
    rows.AddCooperative(id);
    for (int at = 1; at <= 8; ++at) rows.AddNeed(id, absl::StrCat("n-", at), 10);
  }
  rows.AddTap("only", model, 2'000, 100);
  rows.AddParty("bank", v1::PARTY_ROLE_FINANCIAL_INSTITUTION);
  rows.AddRelation("bank", v1::RELATION_TYPE_LENDS_TO, "borrower");
  rows.AddParty("town", v1::PARTY_ROLE_PUBLIC_BODY);
  if (model == v1::TAP_MODEL_PUBLIC) rows.AddRelation("town", v1::RELATION_TYPE_FUNDS, "only");
  OnlyTap only{rows.Admit(), TwoYears(LimitedTo(10'000)), {}};
  v1::ConflictRule* rule = only.plan.policies[0].add_conflict_rules();
  rule->set_id("lender-of-requester");
  rule->set_severity(v1::CONFLICT_SEVERITY_BLOCK);
  rule->set_reason("LENDER_OF_REQUESTER");
  v1::ConflictStep* owned = rule->add_steps();
  owned->add_types(v1::RELATION_TYPE_OWNS);
  owned->set_against(true);
  owned->set_least_share_basis_points(2'500);
  rule->add_steps()->add_types(v1::RELATION_TYPE_LENDS_TO);
  rule->set_end(v1::CONFLICT_END_COOPERATIVE);
  return only;
}

TEST(Simulate, BlocksATapForTheBorrowersOfTheLenderThatBoughtIt) {
  OnlyTap only = AnOnlyTap(v1::TAP_MODEL_ENTERPRISE);
  only.plan.assumptions.purchase_per_million = 1'000'000;
  only.Run();
  EXPECT_TRUE(only.Serves("borrower", 1));
  EXPECT_TRUE(only.Serves("free", 1));
  EXPECT_FALSE(only.Serves("borrower", 2));
  EXPECT_TRUE(only.Serves("free", 2));
}

TEST(Simulate, LeavesTheBorrowersATapThatNobodyBought) {
  OnlyTap only = AnOnlyTap(v1::TAP_MODEL_ENTERPRISE);
  only.plan.assumptions.purchase_per_million = 0;
  only.Run();
  EXPECT_TRUE(only.Serves("borrower", 2));
}

TEST(Simulate, TakesPublicCapacityAwayAtTheEndOfATerm) {
  OnlyTap only = AnOnlyTap(v1::TAP_MODEL_PUBLIC);
  only.plan.years = 3;
  only.plan.assumptions.term_years = 2;
  only.Run();
  EXPECT_TRUE(only.Serves("free", 2));
  EXPECT_FALSE(only.Serves("free", 3));
}

TEST(Simulate, StartsNewTapsWhereSomethingIsLacking) {
  MadeUpMarket rows;
  for (int at = 1; at <= 24; ++at) {
    rows.AddCooperative(absl::StrCat("coop-", at));
    rows.AddNeed(absl::StrCat("coop-", at), "n-1", 30);
  }
  for (int at = 1; at <= 4; ++at) rows.AddTap(absl::StrCat("tap-", at), v1::TAP_MODEL_COMMUNITY, 60, 100);
  SimulationPlan plan = TwoYears(LimitedTo(10'000));
  plan.assumptions.newcomers_per_mille = 500;
  const Simulation simulation = Simulated(rows.Admit(), plan);
  const std::vector<YearFigures>& years = simulation.runs[0].years;
  EXPECT_EQ(years[0].taps, 4);
  EXPECT_EQ(years[1].new_taps, 2);
  EXPECT_EQ(years[1].taps, 6);
  EXPECT_GT(years[1].units, years[0].units);
}

TEST(Simulate, EndsEnterprisesMoreOftenThanCommunityTaps) {
  MadeUpMarket rows;
  for (int at = 1; at <= 40; ++at) {
    rows.AddCooperative(absl::StrCat("coop-", at));
    rows.AddNeed(absl::StrCat("coop-", at), "n-1", 30);
    rows.AddTap(absl::StrCat("tap-", at), at % 2 == 0 ? v1::TAP_MODEL_COMMUNITY : v1::TAP_MODEL_ENTERPRISE,
                30, 100);
  }
  v1::Policy policy = LimitedTo(10'000);
  policy.mutable_expected_success()->set_community_per_mille(750);
  policy.mutable_expected_success()->set_enterprise_per_mille(300);
  SimulationPlan plan = TwoYears(policy);
  plan.years = 3;
  const YearFigures& last = Simulated(rows.Admit(), plan).runs[0].years.back();
  EXPECT_GT(last.community_survival_basis_points, last.enterprise_survival_basis_points);
  EXPECT_LT(last.enterprise_survival_basis_points, 7'000);
}

TEST(Simulate, KeepsTheYearsThatWereEndedWhenItIsStopped) {
  const StartingMarket market = OneLargeTap().Admit();
  SimulationPlan plan = TwoYears(LimitedTo(4'000));
  plan.years = 50;
  std::atomic<int> rounds = 0;
  const absl::StatusOr<Simulation> simulation = Simulate(
      market, plan, [&] { return rounds >= 6; }, [&](size_t, uint64_t, const WorldRound&) { ++rounds; });
  ASSERT_TRUE(simulation.ok()) << simulation.status();
  EXPECT_TRUE(simulation->stopped);
  EXPECT_EQ(simulation->runs[0].years.size(), 1);
  EXPECT_TRUE(simulation->runs[1].years.empty());
}

TEST(Simulate, SaysWhichLimitsThePolicyHas) {
  const StartingMarket market = OneLargeTap().Admit();
  SimulationPlan plan = TwoYears(LimitedTo(4'000));
  plan.shown_limit = "tap-distrit";
  const auto simulation = Simulate(market, plan, Never, SeeNothing);
  EXPECT_EQ(simulation.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(simulation.status().message()), HasSubstr("it has tap-province"));
}

TEST(AdmitMarket, NamesEveryWrongRow) {
  MadeUpMarket rows = OneLargeTap();
  rows.offer("large").set_capacity(0);
  rows.offer("small-1").set_service("services/shearing");
  std::vector<WrongRow> wrong;
  const auto market = AdmitMarket(rows.rows(), &wrong);
  ASSERT_TRUE(market.ok()) << market.status();
  std::vector<std::string> fields;
  for (const WrongRow& row : wrong) {
    EXPECT_EQ(row.file, "offers.csv");
    EXPECT_GT(row.line, 0);
    fields.push_back(row.wrong.field);
  }
  EXPECT_THAT(fields, ElementsAre("capacity", "service"));
}

TEST(AdmitMarket, WantsNeedsAndOffers) {
  MadeUpMarket rows;
  std::vector<WrongRow> wrong;
  const auto market = AdmitMarket(rows.rows(), &wrong);
  EXPECT_EQ(market.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(market.status().message()), HasSubstr("the market has no needs"));
}

TEST(CheckPolicy, NamesEveryWrongField) {
  const StartingMarket market = OneLargeTap().Admit();
  EXPECT_TRUE(CheckPolicy(market, LimitedTo(4'000)).empty());
  v1::Policy policy = LimitedTo(20'000);
  policy.mutable_score_weights()->set_price(1);
  std::vector<std::string> fields;
  for (const WrongField& wrong : CheckPolicy(market, policy)) fields.push_back(wrong.field);
  EXPECT_THAT(fields, ElementsAre("limits[0].share_basis_points", "score_weights"));
}

}  // namespace
}  // namespace ayni::services
