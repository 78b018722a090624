#include "matcher/settling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "matcher/clear.h"
#include "matcher/verify.h"
#include "tests/matcher/random_market.h"

namespace ayni::matcher {
namespace {

constexpr Day kToday = kRandomToday;
constexpr int kClearings = 6;

struct Settled {
  PosedProblem posed;
  Solution solution;
  int clearings = 0;
};

Settled Settle(const Market& market, const std::vector<Limit>& limits, const std::vector<Holding>& holdings,
               const ScoreRule& rule, uint64_t seed = 1) {
  auto candidates = FindCandidates(market, CandidateIndex(market), rule, kToday);
  EXPECT_TRUE(candidates.ok());
  Settled settled;
  settled.posed = *PoseProblem(market, *std::move(candidates), {limits}, holdings, kToday);
  for (settled.clearings = 1;; ++settled.clearings) {
    auto cleared = Clear(settled.posed.problem, {.seed = seed});
    EXPECT_TRUE(cleared.ok()) << cleared.status();
    settled.solution = std::move(cleared->solution);
    if (!LowerRooms(market, settled.solution.edge_units, &settled.posed)) break;
    if (settled.clearings == kClearings) break;
  }
  TakeAboveCaps(market, settled.posed.problem, &settled.posed.segments, &settled.solution.edge_units);
  return settled;
}

// What a controller has in a segment and what all have, counted match by match in maps.
using Place = std::tuple<int32_t, SegmentKey>;
struct Counted {
  Amount all = 0;
  std::map<int32_t, Amount> held;
  std::map<int32_t, Amount> amount;
  std::map<int32_t, Units> units;
};

std::map<Place, Counted> CountByHand(const Market& market, const Settled& settled,
                                     const std::vector<Limit>& limits, const std::vector<Holding>& holdings) {
  std::map<Place, Counted> counted;
  const Problem& problem = settled.posed.problem;
  for (size_t at = 0; at < limits.size(); ++at) {
    const Limit& limit = limits[at];
    const auto count = [&](const Placed& placed, TapIndex tap, Units units, MinorUnits price, bool is_held) {
      Counted& place = counted[{static_cast<int32_t>(at), SegmentOf(market, limit, placed)}];
      const Amount amount = limit.measure == LimitMeasure::kMoney ? units * price : units;
      place.all += amount;
      for (PartyIndex controller : ControllersOf(market.tap(tap), limit.controller_level)) {
        place.amount[controller.value] += amount;
        (is_held ? place.held : place.units)[controller.value] += is_held ? amount : units;
      }
    };
    for (const Holding& holding : holdings) {
      if (limit.window_days == 0 || kToday - holding.day > limit.window_days) continue;
      count(holding.placed, holding.tap, holding.units, holding.unit_price, true);
    }
    for (int32_t need = 0; need < problem.need_count(); ++need) {
      for (int64_t edge = problem.need_edge_begin[need]; edge < problem.need_edge_begin[need + 1]; ++edge) {
        const Units units = settled.solution.edge_units[edge];
        const Offer offer = market.offer(problem.edge_offer[edge]);
        const Need asked = market.need({need});
        if (units > 0) count(PlacedOf(asked), offer.tap, units, PriceFor(asked, offer), false);
      }
    }
  }
  return counted;
}

TEST(Settling, FinalSharesKeepToTheCapsOfTheFinalVolume) {
  Random random(1);
  int bound = 0;
  int again = 0;
  for (int round = 0; round < 400; ++round) {
    const Market market = RandomMarket(random, 20, 20, 6);
    std::vector<Limit> limits(Between(random, 1, 3));
    for (Limit& limit : limits) {
      limit.controller_level = static_cast<ControllerLevel>(Between(random, 0, 4));
      limit.territory_level = static_cast<TerritoryLevel>(Between(random, 1, 3));
      limit.by_family = Between(random, 0, 1) == 0;
      limit.basis = LimitBasis::kMatched;
      limit.measure = Between(random, 0, 1) == 0 ? LimitMeasure::kMoney : LimitMeasure::kUnits;
      limit.share_basis_points = Between(random, 500, 9'000);
      limit.window_days = Between(random, 0, 1) == 0 ? 0 : 100;
    }
    std::vector<Holding> holdings(Between(random, 0, 6));
    for (Holding& holding : holdings) {
      holding = {.placed = PlacedOf(market.need({Between(random, 0, 19)})),
                 .tap = {Between(random, 0, 5)},
                 .units = Between(random, 1, 9),
                 .day = kToday - Between(random, 0, 120),
                 .unit_price = Between(random, 0, 80)};
    }
    const Settled settled = Settle(market, limits, holdings, RandomScoreRule(random));
    again += settled.clearings > 1;
    // Its units are a solution of the problem as it was last posed, and its prices prove a bound.
    ASSERT_TRUE(Verify(settled.posed.problem, settled.solution).ok());
    ASSERT_TRUE(CapsHold(market, settled.posed.problem, settled.posed.segments, settled.solution.edge_units));
    for (const auto& [place, counted] : CountByHand(market, settled, limits, holdings)) {
      for (const auto& [controller, units] : counted.units) {
        const auto held = counted.held.find(controller);
        if (held == counted.held.end() && units == 1) continue;
        const auto& [limit, key] = place;
        const Amount cap = CapOf(limits[limit].share_basis_points, counted.all);
        ASSERT_LE(counted.amount.at(controller), cap) << "round " << round << " limit " << limit;
        bound += counted.amount.at(controller) == cap;
      }
    }
  }
  EXPECT_GT(bound, 50);
  EXPECT_GT(again, 50);
}

// `taps` TAPs of their own with an offer each for a need of `demand` units and one of `phantom` more.
class OneSegment : public testing::Test {
 protected:
  void Fill(int32_t taps, Units demand, Units phantom) {
    market_.SetTerritory({0}, {.level = TerritoryLevel::kDistrict});
    AddNeed(0, demand, 0);
    if (phantom > 0) AddNeed(1, phantom, 1);
    for (int32_t at = 0; at < taps; ++at) AddOffer(at, at, {{0}}, demand);
  }
  void AddNeed(int32_t at, Units quantity, int32_t language) {
    OwnedNeed need;
    need.row.service = {0};
    need.row.chain = {0};
    need.row.district = {0};
    need.row.open_quantity = quantity;
    need.row.window = {kToday, kToday};
    need.row.highest_price = 100;
    need.row.currency = {0};
    need.languages = {{language}};
    market_.SetNeed({at}, need.Row());
  }
  void AddOffer(int32_t at, int32_t tap, std::vector<LanguageIndex> languages, Units capacity,
                MinorUnits price = 10) {
    Tap row;
    row.party = row.ownership_group = {tap};
    market_.SetTap({tap}, row);
    OwnedOffer offer;
    offer.row.tap = {tap};
    offer.row.service = {0};
    offer.chains = {{0}};
    offer.row.window = {kToday, kToday};
    offer.row.open_capacity = capacity;
    offer.row.price = price;
    offer.row.currency = {0};
    offer.territories = {{0}};
    offer.languages = std::move(languages);
    market_.SetOffer({at}, offer.Row());
  }
  Settled SettleIt(const Limit& limit, const std::vector<Holding>& holdings = {}) {
    ScoreRule rule;
    rule.weights.fit = kWeightSum;
    return Settle(market_, {limit}, holdings, rule);
  }
  // By TAP.
  std::vector<Units> UnitsOf(const Settled& settled) const {
    std::vector<Units> units(market_.tap_count());
    for (size_t edge = 0; edge < settled.solution.edge_units.size(); ++edge)
      units[market_.offer(settled.posed.problem.edge_offer[edge]).tap.at()] +=
          settled.solution.edge_units[edge];
    return units;
  }

  Market market_;
  const Limit limit_ = {.basis = LimitBasis::kMatched, .share_basis_points = 4'000};
};

TEST_F(OneSegment, MatchesAllWhereTheSharesAllowIt) {
  Fill(3, 100, 0);
  const std::vector<Units> units = UnitsOf(SettleIt(limit_));
  EXPECT_EQ(units[0] + units[1] + units[2], 100);
  EXPECT_LE(*std::max_element(units.begin(), units.end()), 40);
}

// Two TAPs can't both keep to 40 % of what is matched, but for what rounding up leaves them: ceil(0.4 * 8)
// = 4.
TEST_F(OneSegment, TooFewControllersAreLeftTheLeast) {
  Fill(2, 100, 0);
  EXPECT_EQ(UnitsOf(SettleIt(limit_)), (std::vector<Units>{4, 4}));
}

TEST_F(OneSegment, DemandThatIsPostedAndNotMatchedLiftsNoCap) {
  Fill(3, 100, 0);
  // A friend posts a vast need that only the first TAP could serve, up to its capacity.
  AddNeed(1, 1'000, 1);
  AddOffer(0, 0, {{0}, {1}}, 1'000);
  const std::vector<Units> units = UnitsOf(SettleIt(limit_));
  const Units all = units[0] + units[1] + units[2];
  EXPECT_LE(units[0], (4 * all + 9) / 10);
  EXPECT_LE(units[0], 67);  // 40 % of it and of the 100 that the others can be given
  // By the basis of demand its cap would have grown with the need.
  Limit by_demand = limit_;
  by_demand.basis = LimitBasis::kDemand;
  EXPECT_GT(UnitsOf(SettleIt(by_demand))[0], 2 * units[0]);
}

TEST_F(OneSegment, MoneyIsHeldToItsShareWhateverTheUnitsCost) {
  market_.SetTerritory({0}, {.level = TerritoryLevel::kDistrict});
  AddNeed(0, 100, 0);
  for (int32_t at = 0; at < 3; ++at) AddOffer(at, at, {{0}}, 60, at == 0 ? 90 : 10);
  Limit limit = limit_;
  limit.measure = LimitMeasure::kMoney;
  const std::vector<Units> units = UnitsOf(SettleIt(limit));
  const Amount all = 90 * units[0] + 10 * (units[1] + units[2]);
  EXPECT_GT(units[0], 1);
  EXPECT_LE(10 * 90 * units[0], 4 * all + 10);
  EXPECT_LE(units[0], 8);  // of the 80 or so that the two cheap ones can be given, two thirds in money
}

TEST_F(OneSegment, WhoHoldsMoreThanItsShareIsGivenNothing) {
  Fill(3, 10, 0);
  Limit limit = limit_;
  limit.window_days = 30;
  const Settled settled = SettleIt(
      limit,
      {{.placed = PlacedOf(market_.need({0})), .tap = {0}, .units = 50, .day = kToday, .unit_price = 10}});
  EXPECT_EQ(UnitsOf(settled)[0], 0);
  EXPECT_EQ(settled.posed.segments.segments[0].volume, 60);
}

TEST_F(OneSegment, AnExceptionHoldsOnItsDaysOnly) {
  Fill(2, 100, 0);
  Limit limit = limit_;
  limit.exceptions = {{{0}, {0}, {}, 5'000, {kToday, kToday}}};
  EXPECT_EQ(UnitsOf(SettleIt(limit)), (std::vector<Units>{50, 50}));
  limit.exceptions[0].window = {kToday + 1, kToday + 1};
  EXPECT_EQ(UnitsOf(SettleIt(limit)), (std::vector<Units>{4, 4}));
  limit.exceptions[0] = {{1}, {0}, {}, 5'000, {kToday, kToday}};
  EXPECT_EQ(UnitsOf(SettleIt(limit)), (std::vector<Units>{4, 4}));
}

}  // namespace
}  // namespace ayni::matcher
