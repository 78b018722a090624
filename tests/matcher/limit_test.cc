#include "matcher/limit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "matcher/limit_problem.h"
#include "matcher/limit_report.h"
#include "matcher/limit_standing.h"
#include "tests/matcher/random_market.h"

namespace ayni::matcher {
namespace {

constexpr Day kToday = kRandomToday;

std::vector<Limit> RandomLimits(Random& random) {
  std::vector<Limit> limits(Between(random, 0, kLimitsMax));
  for (Limit& limit : limits) {
    limit.controller_level = static_cast<ControllerLevel>(Between(random, 0, 4));
    limit.by_family = Between(random, 0, 2) == 0;
    limit.territory_level = static_cast<TerritoryLevel>(Between(random, 1, 4));
    limit.by_value_chain = Between(random, 0, 1) == 0;
    limit.share_basis_points = Between(random, 0, 9) == 0 ? 10'000 : Between(random, 1, 9'999);
    limit.basis = Between(random, 0, 1) == 0 ? LimitBasis::kDemand : LimitBasis::kOffered;
    limit.window_days = Between(random, 0, 2) == 0 ? 0 : Between(random, 1, 100);
    limit.min_controllers = Between(random, 0, 3);
    limit.thin_market_rule = Between(random, 0, 1) == 0 ? ThinMarketRule::kWaive : ThinMarketRule::kEnforce;
  }
  return limits;
}

TEST(CapOf, RoundsUpAndIsNeverNothing) {
  EXPECT_EQ(CapOf(3'000, 100), 30);
  EXPECT_EQ(CapOf(3'000, 101), 31);
  EXPECT_EQ(CapOf(1, 3), 1);
  EXPECT_EQ(CapOf(1, 0), 1);
  EXPECT_EQ(CapOf(10'000, 7), 7);
  EXPECT_EQ(CapOf(10'000, Units{1'000'000} * kUnitsMax), Units{1'000'000} * kUnitsMax);
}

TEST(Limits, NameTheFirstThatIsWrong) {
  const auto said = [](const std::vector<Limit>& limits) { return std::string(Validate(limits).message()); };
  EXPECT_TRUE(Validate(std::vector<Limit>(kLimitsMax)).ok());
  EXPECT_EQ(said(std::vector<Limit>(kLimitsMax + 1)), "9 limits: at most 8");
  EXPECT_EQ(said({{}, {.share_basis_points = 0}, {.share_basis_points = 0}}),
            "limit 1: its share is 1 to 10000");
  EXPECT_EQ(said({{.share_basis_points = 10'001}}), "limit 0: its share is 1 to 10000");
  EXPECT_EQ(said({{.window_days = kLimitWindowDaysMax + 1}, {.min_controllers = -1}}),
            absl::StrCat("limit 0: its window is 0 to ", kLimitWindowDaysMax));
  EXPECT_EQ(said({{.window_days = -1}}), absl::StrCat("limit 0: its window is 0 to ", kLimitWindowDaysMax));
  EXPECT_EQ(said({{}, {}, {.min_controllers = -1}}), "limit 2: its least number of controllers is negative");
}

// `taps` TAPs with an offer each that covers the country, in which district 1 has one need of `demand` units.
class OneSegment : public testing::Test {
 protected:
  void Fill(int32_t taps, Units demand) {
    market_.SetTerritory({0}, {.level = TerritoryLevel::kCountry});
    market_.SetTerritory({1}, {.parent = {0}, .level = TerritoryLevel::kDistrict});
    OwnedNeed need;
    need.row.service = {0};
    need.row.chain = {0};
    need.row.district = {1};
    need.row.open_quantity = demand;
    need.row.window = {kToday, kToday};
    need.languages = {{0}};
    market_.SetNeed({0}, need.Row());
    for (int32_t at = 0; at < taps; ++at) {
      Tap tap;
      tap.party = tap.ownership_group = {at};
      market_.SetTap({at}, tap);
      OwnedOffer offer;
      offer.row.tap = {at};
      offer.row.service = {0};
      offer.chains = {{0}};
      offer.row.window = {kToday, kToday};
      offer.row.open_capacity = demand;
      offer.territories = {{0}};
      offer.languages = {{0}};
      market_.SetOffer({at}, offer.Row());
    }
  }

  PosedProblem Pose(const std::vector<Limit>& limits, const std::vector<Holding>& holdings = {}) {
    ScoreRule rule;
    rule.weights.fit = kWeightSum;
    auto candidates = FindCandidates(market_, CandidateIndex(market_), rule, kToday);
    EXPECT_TRUE(candidates.ok());
    return *PoseProblem(market_, *std::move(candidates), {limits}, holdings, kToday);
  }

  Market market_;
};

TEST_F(OneSegment, GivesEveryControllerACell) {
  Fill(4, 100);
  const PosedProblem posed = Pose({{.share_basis_points = 3'000}});
  EXPECT_EQ(posed.problem.cell_room, std::vector<Units>(4, 30));
  EXPECT_EQ(posed.problem.edge_cell_begin, (std::vector<int64_t>{0, 1, 2, 3, 4}));
  ASSERT_EQ(posed.segments.segments.size(), 1u);
  EXPECT_EQ(posed.segments.segments[0].eligible_controller_count, 4);
}

TEST_F(OneSegment, NeedsNoCellWhereTheRoomTakesAll) {
  Fill(4, 100);
  EXPECT_TRUE(Pose({{.share_basis_points = 10'000}}).problem.cell_room.empty());
}

TEST_F(OneSegment, CountsWhatIsHeldInTheWindowOnly) {
  Fill(2, 100);
  const std::vector<Holding> holdings = {{{{0}, {0}, {1}, {}}, {0}, 20, kToday - 30},
                                         {{{0}, {0}, {1}, {}}, {0}, 50, kToday - 31}};
  const PosedProblem posed = Pose({{.share_basis_points = 5'000, .window_days = 30}}, holdings);
  // Volume 120, cap 60: the first holds 20 of it.
  EXPECT_EQ(posed.problem.cell_room, (std::vector<Units>{40, 60}));
  EXPECT_EQ(posed.segments.segments[0].volume, 120);
  EXPECT_EQ(Pose({{.share_basis_points = 5'000}}, holdings).problem.cell_room, (std::vector<Units>{50, 50}));
}

TEST_F(OneSegment, LeavesNoRoomToWhoHoldsMoreThanTheCap) {
  Fill(2, 10);
  const PosedProblem posed =
      Pose({{.share_basis_points = 1'000, .window_days = 30}}, {{{{0}, {0}, {1}, {}}, {0}, 90, kToday}});
  // Of a cap of 10 the first holds 90; the other's room takes all of the demand, so it needs no cell.
  EXPECT_EQ(posed.problem.cell_room, std::vector<Units>{0});
}

TEST_F(OneSegment, AThinMarketIsWaivedAndItsMatchesAreSoleSource) {
  Fill(3, 100);
  const PosedProblem posed =
      Pose({{.share_basis_points = 3'000, .min_controllers = 4, .thin_market_rule = ThinMarketRule::kWaive}});
  EXPECT_TRUE(posed.problem.cell_room.empty());
  EXPECT_TRUE(posed.segments.segments[0].thin);
  EXPECT_TRUE(posed.segments.SoleSource({0}));
}

TEST_F(OneSegment, AThinMarketIsHeldToItsCapUnderEnforce) {
  Fill(3, 100);
  const PosedProblem posed = Pose(
      {{.share_basis_points = 3'000, .min_controllers = 4, .thin_market_rule = ThinMarketRule::kEnforce}});
  EXPECT_EQ(posed.problem.cell_room, std::vector<Units>(3, 30));
  EXPECT_TRUE(posed.segments.segments[0].thin);
  EXPECT_FALSE(posed.segments.SoleSource({0}));
}

// A need in the same segment, which no offer can serve.
OwnedNeed OutOfReach(Units quantity) {
  OwnedNeed need;
  need.row.service = {0};
  need.row.chain = {0};
  need.row.district = {1};
  need.row.open_quantity = quantity;
  need.row.window = {kToday, kToday};
  need.languages = {{1}};
  return need;
}

TEST_F(OneSegment, ANeedThatNoOfferCanServeMovesNoCap) {
  Fill(4, 100);
  market_.SetNeed({1}, OutOfReach(kUnitsMax).Row());
  const PosedProblem posed = Pose({{.share_basis_points = 3'000}});
  EXPECT_EQ(posed.problem.cell_room, std::vector<Units>(4, 30));
  EXPECT_EQ(posed.problem.need_demand, (std::vector<Units>{100, 0}));
  EXPECT_EQ(posed.segments.segments[0].demanded, 100);
  EXPECT_EQ(posed.segments.segments[0].unreached, kUnitsMax);
}

TEST_F(OneSegment, ANeedWhoseDaysAreOverStandsInNoSegment) {
  Fill(4, 100);
  OwnedNeed over = OutOfReach(kUnitsMax);
  over.languages = {{0}};
  over.row.window = {kToday - 2, kToday - 1};
  market_.SetNeed({1}, over.Row());
  const PosedProblem posed = Pose({{.share_basis_points = 3'000}});
  EXPECT_EQ(posed.problem.cell_room, std::vector<Units>(4, 30));
  EXPECT_EQ(posed.segments.segments[0].unreached, 0);
  EXPECT_FALSE(posed.segments.need_segment[0][1].present());
}

// The first TAP says that it has a vast capacity, and a friend posts a need that it alone can serve.
TEST_F(OneSegment, CapacityAndDemandOfItsOwnLiftNoCapOfWhatIsOffered) {
  Fill(4, 100);
  OwnedNeed phantom = OutOfReach(1'000);
  market_.SetNeed({1}, phantom.Row());
  OwnedOffer vast;
  vast.row = market_.offer({0});
  vast.row.open_capacity = 10'000;
  vast.chains = {{0}};
  vast.territories = {{0}};
  vast.languages = {{0}, {1}};
  market_.SetOffer({0}, vast.Row());
  // Of 1,100 units 330, by demand.
  const auto rooms = [&](LimitBasis basis) {
    return Pose({{.basis = basis, .share_basis_points = 3'000}}).problem.cell_room;
  };
  EXPECT_EQ(rooms(LimitBasis::kDemand)[0], 330);
  // The others can deliver 100: 3/7 of them. Of each of these the first is one who can deliver all.
  const PosedProblem posed = Pose({{.basis = LimitBasis::kOffered, .share_basis_points = 3'000}});
  EXPECT_EQ(posed.problem.cell_room, std::vector<Units>{43});
  const auto reports = ReportSegments(market_, posed.problem, posed.segments,
                                      std::vector<Units>(posed.problem.edge_offer.size()));
  // It is told of, though it was given nothing.
  ASSERT_EQ(reports[0].shares.size(), 1u);
  EXPECT_EQ(reports[0].shares[0].controller, PartyIndex{0});
  EXPECT_EQ(reports[0].shares[0].volume, 142);
  EXPECT_EQ(reports[0].shares[0].cap, 43);
}

TEST_F(OneSegment, WhatTheOthersHoldCountsAsWhatTheyOffer) {
  Fill(2, 100);
  const std::vector<Holding> holdings = {{{{0}, {0}, {1}, {}}, {1}, 60, kToday},
                                         {{{0}, {0}, {1}, {}}, {0}, 40, kToday}};
  const PosedProblem posed =
      Pose({{.basis = LimitBasis::kOffered, .share_basis_points = 2'000, .window_days = 30}}, holdings);
  // Of 200 units 40. Without the first there are 160, of which a quarter is 40; without the other 140, of
  // which it is 35.
  EXPECT_EQ(posed.segments.segments[0].volume, 200);
  EXPECT_EQ(CapOf(posed.segments.segments[0], posed.segments.controllers[0]), 40);
  EXPECT_EQ(CapOf(posed.segments.segments[0], posed.segments.controllers[1]), 35);
}

TEST(OfferedVolume, IsNoBoundOnTheWholeShare) {
  EXPECT_EQ(OfferedVolume(10'000, 0), kAmountMax);
  EXPECT_EQ(OfferedVolume(3'000, 100), 142);
  EXPECT_EQ(OfferedVolume(5'000, 0), 0);
  EXPECT_EQ(OfferedVolume(9'999, kAmountMax), kAmountMax);
}

TEST_F(OneSegment, ANeedCountsForNoMoreThanItsOffersCanServe) {
  Fill(4, 100);
  OwnedNeed vast = OutOfReach(kUnitsMax);
  vast.languages = {{0}};
  market_.SetNeed({1}, vast.Row());
  const PosedProblem posed = Pose({{.share_basis_points = 3'000}});
  EXPECT_EQ(posed.problem.need_demand, (std::vector<Units>{100, 400}));
  // Both together no more than the four offers have.
  EXPECT_EQ(posed.problem.cell_room, std::vector<Units>(4, 120));
  EXPECT_EQ(posed.segments.segments[0].demanded, 400);
  EXPECT_EQ(posed.segments.segments[0].unreached, kUnitsMax - 300);
}

TEST_F(OneSegment, ASegmentThatNoOfferReachesIsListedAsThin) {
  Fill(4, 100);
  OwnedNeed elsewhere = OutOfReach(7);
  elsewhere.row.service = {1};
  market_.SetNeed({1}, elsewhere.Row());
  const PosedProblem posed = Pose({{.min_controllers = 2}});
  ASSERT_EQ(posed.segments.segments.size(), 2u);
  EXPECT_TRUE(posed.segments.segments[1].thin);
  EXPECT_EQ(posed.segments.segments[1].demanded, 0);
  EXPECT_EQ(posed.segments.segments[1].unreached, 7);
}

TEST_F(OneSegment, VastNeedsAreHeldToALevelAtWhichAllFit) {
  Fill(1, kUnitsMax);
  OwnedNeed vast = OutOfReach(kUnitsMax);
  vast.languages = {{0}};
  for (int32_t at = 1; at <= 9'000; ++at) market_.SetNeed({at}, vast.Row());
  vast.row.open_quantity = 12;
  market_.SetNeed({9'001}, vast.Row());
  const PosedProblem posed = Pose({{.share_basis_points = 3'000}});
  ASSERT_TRUE(Validate(posed.problem).ok()) << Validate(posed.problem);
  const std::vector<Units>& demand = posed.problem.need_demand;
  EXPECT_EQ(demand[9'001], 12);
  EXPECT_EQ(demand[0], (kTotalDemandMax - 12) / 9'001);
  EXPECT_EQ(*std::min_element(demand.begin(), demand.end() - 1), demand[0]);
  EXPECT_EQ(*std::max_element(demand.begin(), demand.end()), demand[0]);
}

TEST_F(OneSegment, TapsOfOneOwnerMakeNoMarketLessThin) {
  Fill(4, 100);
  for (int32_t at = 0; at < 3; ++at) {
    Tap tap = market_.tap({at});
    tap.ownership_group = {0};
    market_.SetTap({at}, tap);
  }
  const PosedProblem posed = Pose({{.share_basis_points = 3'000, .min_controllers = 3}});
  EXPECT_EQ(posed.segments.segments[0].eligible_controller_count, 2);
  EXPECT_TRUE(posed.segments.segments[0].waived);
}

TEST_F(OneSegment, TapsOfOneOwnerShareACell) {
  Fill(4, 100);
  for (int32_t at = 0; at < 3; ++at) {
    Tap tap = market_.tap({at});
    tap.ownership_group = {0};
    market_.SetTap({at}, tap);
  }
  const PosedProblem posed = Pose({{.controller_level = ControllerLevel::kOwnershipGroup,
                                    .share_basis_points = 3'000,
                                    .min_controllers = 2}});
  EXPECT_EQ(posed.problem.cell_room, std::vector<Units>(2, 30));
  EXPECT_EQ(posed.problem.edge_cell, (std::vector<CellIndex>{{0}, {0}, {0}, {1}}));
}

TEST_F(OneSegment, ReportsSharesAndConcentration) {
  Fill(4, 100);
  const PosedProblem posed =
      Pose({{.share_basis_points = 10'000, .window_days = 30}}, {{{{0}, {0}, {1}, {}}, {3}, 20, kToday}});
  const auto reports =
      ReportSegments(market_, posed.problem, posed.segments, std::vector<Units>{50, 30, 0, 0});
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].matched, 80);
  EXPECT_EQ(reports[0].hhi, 2'500 + 900 + 400);
  ASSERT_EQ(reports[0].shares.size(), 3u);
  EXPECT_EQ(reports[0].shares[0].controller, PartyIndex{0});
  EXPECT_EQ(reports[0].shares[0].share_basis_points, 5'000);
  EXPECT_EQ(reports[0].shares[2].controller, PartyIndex{3});
  EXPECT_EQ(reports[0].shares[2].held, 20);
}

TEST_F(OneSegment, StopsWhenToldTo) {
  Fill(2, 10);
  ScoreRule rule;
  rule.weights.fit = kWeightSum;
  auto candidates = FindCandidates(market_, CandidateIndex(market_), rule, kToday);
  ASSERT_TRUE(candidates.ok());
  const std::vector<Limit> limits(1);
  EXPECT_EQ(PoseProblem(market_, *candidates, {limits}, {}, kToday, [] { return true; }).status().code(),
            absl::StatusCode::kCancelled);
}

// What candidates can serve of a need.
Units DemandOf(const Market& market, const Candidates& candidates, int32_t need) {
  Units reached = 0;
  for (int64_t edge = candidates.need_begin[need]; edge < candidates.need_begin[need + 1]; ++edge) {
    reached += candidates.bound[edge];
  }
  return std::min(reached, market.need({need}).open_quantity);
}

// What a limit says of one pair of a controller and a segment, counted pair by pair in maps.
struct Counted {
  Units demanded = 0;
  Units unreached = 0;
  Units held = 0;
  std::set<int32_t> groups;
  std::set<int32_t> controllers;
  std::map<int32_t, Units> held_by;
  std::map<int32_t, std::set<int32_t>> needs_of;
  std::map<int32_t, Units> offered;
};
using Place = std::tuple<int32_t, int32_t, int32_t, int32_t>;

std::map<Place, Counted> CountByHand(const Market& market, const Candidates& candidates, const Limit& limit,
                                     const std::vector<Holding>& holdings) {
  std::map<Place, Counted> counted;
  const auto place = [&](ServiceIndex service, TerritoryIndex district, ChainIndex chain) {
    return Place{limit.by_family ? -1 : service.value, limit.by_family ? market.family(service).value : -1,
                 market.At(district, limit.territory_level).value, limit.by_value_chain ? chain.value : -1};
  };
  for (const Holding& holding : holdings) {
    if (limit.window_days == 0 || kToday - holding.day > limit.window_days) continue;
    Counted& at = counted[place(holding.placed.service, holding.placed.district, holding.placed.chain)];
    at.held += holding.units;
    for (PartyIndex controller : ControllersOf(market.tap(holding.tap), limit.controller_level))
      at.held_by[controller.value] += holding.units;
  }
  for (int32_t need_at = 0; need_at < market.need_count(); ++need_at) {
    const Need need = market.need({need_at});
    if (need.open_quantity == 0 || need.window.last < kToday) continue;
    Counted& at = counted[place(need.service, need.district, need.chain)];
    at.demanded += DemandOf(market, candidates, need_at);
    at.unreached += need.open_quantity - DemandOf(market, candidates, need_at);
    for (int64_t edge = candidates.need_begin[need_at]; edge < candidates.need_begin[need_at + 1]; ++edge) {
      const Tap& tap = market.tap(market.offer(candidates.offer[edge]).tap);
      for (PartyIndex controller : ControllersOf(tap, limit.controller_level)) {
        at.needs_of[controller.value].insert(need_at);
        at.controllers.insert(controller.value);
      }
      at.groups.insert(tap.ownership_group.value);
      at.offered[candidates.offer[edge].value] = market.offer(candidates.offer[edge]).open_capacity;
    }
  }
  // Needs can't be served by more than the offers have, however often they are posted.
  for (auto& [key, at] : counted) {
    Units offered = 0;
    for (const auto& [offer, units] : at.offered) offered += units;
    const Units above = std::max<Units>(0, at.demanded - offered);
    at.demanded -= above;
    at.unreached += above;
  }
  return counted;
}

// What the others hold and could deliver in the segment if the controller, its offers and its holdings were
// not there.
Units OthersByHand(const Market& market, const Candidates& candidates, const Limit& limit,
                   const std::vector<Holding>& holdings, const SegmentKey& key, PartyIndex controller) {
  const auto is_of = [&](TapIndex tap) {
    const auto controllers = ControllersOf(market.tap(tap), limit.controller_level);
    return std::find(controllers.begin(), controllers.end(), controller) != controllers.end();
  };
  Units held = 0;
  for (const Holding& holding : holdings) {
    if (limit.window_days == 0 || kToday - holding.day > limit.window_days) continue;
    if (SegmentOf(market, limit, holding.placed) == key && !is_of(holding.tap)) held += holding.units;
  }
  Units reached = 0;
  std::map<int32_t, Units> offered;
  for (int32_t at = 0; at < market.need_count(); ++at) {
    const Need need = market.need({at});
    if (need.open_quantity == 0 || need.window.last < kToday) continue;
    if (SegmentOf(market, limit, PlacedOf(need)) != key) continue;
    Units of_need = 0;
    for (int64_t edge = candidates.need_begin[at]; edge < candidates.need_begin[at + 1]; ++edge) {
      const Offer offer = market.offer(candidates.offer[edge]);
      if (is_of(offer.tap)) continue;
      of_need += candidates.bound[edge];
      offered[candidates.offer[edge].value] = offer.open_capacity;
    }
    reached += std::min(of_need, need.open_quantity);
  }
  Units all = 0;
  for (const auto& [offer, units] : offered) all += units;
  return held + std::min(reached, all);
}

std::vector<Holding> RandomHoldings(Random& random, const Market& market) {
  std::vector<Holding> holdings(Between(random, 0, 10));
  for (Holding& holding : holdings) {
    const Need like = market.need({Between(random, 0, market.need_count() - 1)});
    holding = {.placed = PlacedOf(like),
               .tap = {Between(random, 0, market.tap_count() - 1)},
               .units = Between(random, 1, 20),
               .day = kToday - Between(random, 0, 120),
               .unit_price = Between(random, 0, 80)};
  }
  return holdings;
}

TEST(PoseProblem, AgreesWithCountingByHand) {
  Random random(1);
  int64_t cells = 0;
  int64_t held_back = 0;
  for (int round = 0; round < 2'000; ++round) {
    const Market market = RandomMarket(random, 20, 20, 6);
    const auto candidates = FindCandidates(market, CandidateIndex(market), RandomScoreRule(random), kToday);
    ASSERT_TRUE(candidates.ok());
    const std::vector<Limit> limits = RandomLimits(random);
    const std::vector<Holding> holdings = RandomHoldings(random, market);
    const PosedProblem posed = *PoseProblem(market, *candidates, {limits}, holdings, kToday);
    size_t segment_at = 0;
    for (size_t limit_at = 0; limit_at < limits.size(); ++limit_at) {
      const Limit& limit = limits[limit_at];
      for (const auto& [place, counted] : CountByHand(market, *candidates, limit, holdings)) {
        const SegmentIndex index{static_cast<int32_t>(segment_at)};
        const Segment& segment = posed.segments.segments.at(segment_at++);
        ASSERT_EQ(Place(segment.key.service.value, segment.key.family.value, segment.key.territory.value,
                        segment.key.chain.value),
                  place);
        ASSERT_EQ(segment.limit, static_cast<int32_t>(limit_at));
        ASSERT_EQ(segment.demanded, counted.demanded);
        ASSERT_EQ(segment.held, counted.held);
        ASSERT_EQ(segment.unreached, counted.unreached);
        const auto eligible =
            static_cast<int32_t>(std::min(counted.groups.size(), counted.controllers.size()));
        ASSERT_EQ(segment.eligible_controller_count, eligible);
        const bool thin = eligible < limit.min_controllers;
        ASSERT_EQ(segment.thin, thin);
        for (const SegmentController& row : posed.segments.ControllersOf(index)) {
          const auto held = counted.held_by.find(row.controller.value);
          const auto needs = counted.needs_of.find(row.controller.value);
          ASSERT_EQ(row.held, held == counted.held_by.end() ? 0 : held->second);
          ASSERT_EQ(row.eligible, needs != counted.needs_of.end());
          Units reach = 0;
          if (row.eligible) {
            for (int32_t need : needs->second) reach += DemandOf(market, *candidates, need);
          }
          Units volume = counted.demanded + counted.held;
          ASSERT_EQ(segment.volume, volume);
          ASSERT_EQ(segment.cap, CapOf(limit.share_basis_points, volume));
          if (limit.basis == LimitBasis::kOffered && limit.share_basis_points < 10'000) {
            const Units others =
                OthersByHand(market, *candidates, limit, holdings, segment.key, row.controller);
            const Units most = others * 10'000 / (10'000 - limit.share_basis_points);
            held_back += most < volume;
            volume = std::min(volume, most);
            // Even where all others deliver in full it has no more than its share, but for rounding up.
            const Units cap = CapOf(limit.share_basis_points, volume);
            if (cap > 1) {
              ASSERT_LT((cap - 1) * (10'000 - limit.share_basis_points), limit.share_basis_points * others);
            }
          }
          const Units cap = CapOf(limit.share_basis_points, volume);
          ASSERT_EQ(CapOf(segment, row), cap);
          const Units room = std::max<Units>(0, cap - row.held);
          const bool held_to_cap =
              !(thin && limit.thin_market_rule == ThinMarketRule::kWaive) && reach > room;
          ASSERT_EQ(row.cell.present(), held_to_cap);
          if (!held_to_cap) continue;
          ASSERT_EQ(posed.problem.cell_room[row.cell.at()], room);
          ++cells;
        }
      }
    }
    ASSERT_EQ(posed.segments.segments.size(), segment_at);
  }
  EXPECT_GT(cells, 1'000);
  EXPECT_GT(held_back, 1'000);
}

// Right after a round that gave nothing, a need that it knew is held to the round's own caps; and one that it
// did not know lifts the cap of no controller that alone can serve it.
TEST(LimitStandings, HoldToTheCapsOfTheRound) {
  Random random(4);
  int bounded = 0;
  for (int round = 0; round < 300; ++round) {
    const Market market = RandomMarket(random, 20, 20, 6);
    const auto candidates = FindCandidates(market, CandidateIndex(market), RandomScoreRule(random), kToday);
    ASSERT_TRUE(candidates.ok());
    std::vector<Limit> limits = RandomLimits(random);
    for (Limit& limit : limits) limit.min_controllers = 0;
    const std::vector<Holding> holdings = RandomHoldings(random, market);
    const PosedProblem posed = *PoseProblem(market, *candidates, {limits}, holdings, kToday);
    const SegmentTable& table = posed.segments;
    LimitStandings standings(limits, kToday);
    for (const Holding& holding : holdings) standings.Add(market, {.holding = holding});
    for (size_t at = 0; at < table.segments.size(); ++at) {
      const Segment& segment = table.segments[at];
      standings.SetRoundSegment(segment.limit, segment.key, {.volume = segment.volume});
      for (const SegmentController& row : table.ControllersOf({static_cast<int32_t>(at)})) {
        if (row.volume_max >= segment.volume) continue;
        standings.SetRoundVolume(segment.limit, segment.key, row.controller, row.volume_max);
        ++bounded;
      }
    }
    for (int32_t at = 0; at < market.need_count(); ++at) {
      const Need need = market.need({at});
      std::vector<Candidate> of_need;
      for (int64_t edge = candidates->need_begin[at]; edge < candidates->need_begin[at + 1]; ++edge) {
        of_need.emplace_back();
        of_need.back().offer = candidates->offer[edge];
        of_need.back().bound = candidates->bound[edge];
      }
      if (of_need.empty()) continue;
      const auto known = standings.SegmentsOf(market, need, of_need, true, {}, kToday);
      const auto unknown =
          standings.SegmentsOf(market, need, of_need, false, DemandOf(market, need, of_need), kToday);
      for (const Candidate& candidate : of_need) {
        const Tap& tap = market.tap(market.offer(candidate.offer).tap);
        const auto before = standings.StandingsOf(known, tap, 1, kToday);
        const auto after = standings.StandingsOf(unknown, tap, 1, kToday);
        for (size_t row = 0; row < before.size(); ++row) {
          const int32_t limit = before[row].limit;
          const SegmentIndex segment = table.need_segment[limit][at];
          for (const SegmentController& posed_row : table.ControllersOf(segment)) {
            if (posed_row.controller != before[row].controller) continue;
            ASSERT_EQ(before[row].held, posed_row.held);
            ASSERT_EQ(before[row].cap, CapOf(table.segments[segment.at()], posed_row));
          }
          const auto is_own = [&](const Candidate& each) {
            const auto own =
                ControllersOf(market.tap(market.offer(each.offer).tap), limits[limit].controller_level);
            return std::find(own.begin(), own.end(), before[row].controller) != own.end();
          };
          const bool alone = std::all_of(of_need.begin(), of_need.end(), is_own);
          const bool offered =
              limits[limit].basis == LimitBasis::kOffered && limits[limit].share_basis_points < 10'000;
          if (offered && alone) {
            ASSERT_EQ(after[row].cap, before[row].cap);
          } else {
            ASSERT_GE(after[row].cap, before[row].cap);
          }
        }
      }
    }
  }
  EXPECT_GT(bounded, 500);
}

TEST(PoseProblem, EveryEdgeLiesInTheCellsOfItsController) {
  Random random(2);
  for (int round = 0; round < 500; ++round) {
    const Market market = RandomMarket(random, 20, 20, 6);
    const auto candidates = FindCandidates(market, CandidateIndex(market), RandomScoreRule(random), kToday);
    ASSERT_TRUE(candidates.ok());
    const std::vector<Limit> limits = RandomLimits(random);
    const PosedProblem posed =
        *PoseProblem(market, *candidates, {limits}, RandomHoldings(random, market), kToday);
    const Problem& problem = posed.problem;
    for (int32_t need = 0; need < problem.need_count(); ++need) {
      for (int64_t edge = problem.need_edge_begin[need]; edge < problem.need_edge_begin[need + 1]; ++edge) {
        const Tap& tap = market.tap(market.offer(problem.edge_offer[edge]).tap);
        std::vector<CellIndex> expected;
        for (size_t limit = 0; limit < limits.size(); ++limit) {
          for (const SegmentController& row :
               posed.segments.ControllersOf(posed.segments.need_segment[limit][need])) {
            const auto controllers = ControllersOf(tap, limits[limit].controller_level);
            const bool is_of_tap =
                std::find(controllers.begin(), controllers.end(), row.controller) != controllers.end();
            if (is_of_tap && row.cell.present()) expected.push_back(row.cell);
          }
        }
        const std::vector<CellIndex> actual(problem.edge_cell.begin() + problem.edge_cell_begin[edge],
                                            problem.edge_cell.begin() + problem.edge_cell_begin[edge + 1]);
        ASSERT_EQ(actual, expected);
        ASSERT_TRUE(std::is_sorted(actual.begin(), actual.end()));
      }
    }
  }
}

TEST(ReportSegments, SharesOfASegmentSumToTheWhole) {
  Random random(3);
  for (int round = 0; round < 300; ++round) {
    const Market market = RandomMarket(random, 20, 20, 6);
    const auto candidates = FindCandidates(market, CandidateIndex(market), RandomScoreRule(random), kToday);
    ASSERT_TRUE(candidates.ok());
    std::vector<Limit> limits = RandomLimits(random);
    for (Limit& limit : limits)
      limit.controller_level =
          Between(random, 0, 1) == 0 ? ControllerLevel::kTap : ControllerLevel::kOwnershipGroup;
    const PosedProblem posed =
        *PoseProblem(market, *candidates, {limits}, RandomHoldings(random, market), kToday);
    std::vector<Units> units(posed.problem.edge_offer.size());
    Units given = 0;
    for (Units& of_edge : units) given += of_edge = Between(random, 0, 2);
    std::map<int32_t, Units> matched_by_limit;
    for (const SegmentReport& report : ReportSegments(market, posed.problem, posed.segments, units)) {
      const Segment& segment = posed.segments.segments[report.segment.at()];
      matched_by_limit[segment.limit] += report.matched;
      Units held = 0;
      Units matched = 0;
      int32_t share = 0;
      for (const ControllerShare& row : report.shares) {
        held += row.held;
        matched += row.matched;
        share += row.share_basis_points;
      }
      ASSERT_EQ(held, segment.held);
      ASSERT_EQ(matched, report.matched);
      if (held + matched > 0) {
        ASSERT_NEAR(share, 10'000, static_cast<double>(report.shares.size()));
        ASSERT_GE(report.hhi, 10'000 / static_cast<int32_t>(report.shares.size()) - 1);
      }
      ASSERT_LE(report.hhi, kHhiMax);
    }
    for (const auto& [limit, matched] : matched_by_limit) ASSERT_EQ(matched, given) << "limit " << limit;
  }
}

}  // namespace
}  // namespace ayni::matcher
