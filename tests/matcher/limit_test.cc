#include "matcher/limit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "matcher/limit_problem.h"
#include "matcher/limit_report.h"
#include "tests/matcher/random_market.h"

namespace ayni::matcher {
namespace {

constexpr Day kToday = kRandomToday;

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
    SetAside(&*candidates, [&](NeedIndex, OfferIndex offer) { return offer.value < declined_; });
    return *PoseProblem(market_, *std::move(candidates), {limits}, holdings, kToday);
  }

  Market market_;
  int32_t declined_ = 0;  // offers: the first ones
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

TEST_F(OneSegment, WhomANeedDeclinedIsAChoiceAndNoVolume) {
  Fill(4, 100);
  declined_ = 3;
  const PosedProblem posed = Pose({{.basis = LimitBasis::kOffered,
                                    .share_basis_points = 3'000,
                                    .min_controllers = 4,
                                    .thin_market_rule = ThinMarketRule::kWaive}});
  EXPECT_FALSE(posed.segments.segments[0].thin);
  EXPECT_EQ(posed.segments.segments[0].eligible_controller_count, 4);
  ASSERT_EQ(posed.problem.edge_offer, std::vector<OfferIndex>{{3}});
  EXPECT_EQ(posed.problem.cell_room, std::vector<Units>{1}) << "the others deliver nothing";
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

}  // namespace
}  // namespace ayni::matcher
