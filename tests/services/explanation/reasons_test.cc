#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "services/explanation/fate.h"
#include "tests/matcher/brute_force.h"
#include "tests/services/explanation/random_round.h"

namespace ayni::services {
namespace {

using matcher::Units;

constexpr Units kPlenty = 1'000;

bool IsRoom(v1::ReasonCode code) {
  return code == v1::REASON_CODE_OUTBID || code == v1::REASON_CODE_OFFER_FULL ||
         code == v1::REASON_CODE_TAP_FULL || code == v1::REASON_CODE_LIMIT_FULL ||
         code == v1::REASON_CODE_ROOM_UNDER_LOT;
}

// What the reason is about, as the problem has it, made ample.
void Relax(const ExplainedRound& round, int64_t edge, const FateReason& reason, matcher::Problem* problem) {
  const matcher::OfferIndex offer = problem->edge_offer[edge];
  if (reason.limit.has_value()) {
    const matcher::CellIndex cell = round.segments().controllers[reason.limit->row].cell;
    ASSERT_TRUE(cell.present());
    problem->cell_room[cell.at()] += kPlenty;
    return;
  }
  // A lot that does not fit says of which room by whom it was given to.
  const matcher::NeedIndex need = round.NeedOf(edge);
  const matcher::TapIndex tap = round.market().offer(offer).tap;
  const Units step = round.Given(edge) > 0 ? 1 : std::max<Units>(1, round.problem().offer_lot[offer.at()]);
  const bool of_any = reason.code == v1::REASON_CODE_ROOM_UNDER_LOT;
  if (reason.code == v1::REASON_CODE_OUTBID ||
      (of_any && problem->need_demand[need.at()] - round.GivenTo(need) < step))
    problem->need_demand[need.at()] += kPlenty;
  if (reason.code == v1::REASON_CODE_OFFER_FULL ||
      (of_any && problem->offer_capacity[offer.at()] - round.GivenOf(offer) < step))
    problem->offer_capacity[offer.at()] += kPlenty;
  if (reason.code == v1::REASON_CODE_TAP_FULL ||
      (of_any && problem->tap_capacity[tap.at()] > 0 &&
       problem->tap_capacity[tap.at()] - round.GivenOf(tap) < step))
    problem->tap_capacity[tap.at()] += kPlenty;
}

bool TakesMore(const ExplainedRound& round, int64_t edge, const matcher::Problem& problem) {
  std::vector<Units> units = round.posed().solution.edge_units;
  const Units lot = std::max<Units>(1, problem.offer_lot[problem.edge_offer[edge].at()]);
  units[edge] += units[edge] > 0 ? 1 : lot;
  return matcher::IsFeasible(problem, units);
}

TEST(Reasons, AreWhatStandsInTheWayOfMoreUnitsAndNothingElse) {
  std::set<v1::ReasonCode> seen;
  int checked = 0;
  for (uint64_t number = 1; number <= 60; ++number) {
    SCOPED_TRACE(number);
    StoredMarket market;
    const RandomRecords records = MakeRecords(market, number);
    // Caps that follow from what is matched are no rooms of the problem.
    if (!records.policy.limits().empty() && records.policy.limits(0).basis() == v1::LIMIT_BASIS_MATCHED)
      continue;
    PublishRound(records, &market);
    const auto round = OpenRound(&market);
    ASSERT_NE(round, nullptr);
    for (int64_t edge = 0; edge < round->problem().edge_count(); ++edge) {
      std::vector<FateReason> rooms;
      bool within_gap = false;
      for (const FateReason& reason : ReasonsOf(*round, edge)) {
        seen.insert(reason.code);
        within_gap |= reason.code == v1::REASON_CODE_WITHIN_GAP;
        if (IsRoom(reason.code)) rooms.push_back(reason);
      }
      if (round->Given(edge) >= round->problem().edge_bound[edge]) continue;
      ++checked;
      ASSERT_EQ(within_gap, TakesMore(*round, edge, round->problem()));
      ASSERT_EQ(rooms.empty(), within_gap);
      matcher::Problem ample = round->problem();
      for (const FateReason& reason : rooms) Relax(*round, edge, reason, &ample);
      ASSERT_TRUE(TakesMore(*round, edge, ample)) << "something else stands in the way";
      // Several rooms that are too small for a lot are relaxed together.
      const bool lots = std::any_of(rooms.begin(), rooms.end(), [](const FateReason& reason) {
        return reason.code == v1::REASON_CODE_ROOM_UNDER_LOT;
      });
      if (lots) continue;
      for (size_t left_out = 0; left_out < rooms.size(); ++left_out) {
        matcher::Problem short_of_one = round->problem();
        for (size_t at = 0; at < rooms.size(); ++at) {
          if (at != left_out) Relax(*round, edge, rooms[at], &short_of_one);
        }
        ASSERT_FALSE(TakesMore(*round, edge, short_of_one)) << "a reason is none";
      }
    }
  }
  EXPECT_GT(checked, 100);
  for (const v1::ReasonCode code :
       {v1::REASON_CODE_MATCHED, v1::REASON_CODE_OUTBID, v1::REASON_CODE_OFFER_FULL, v1::REASON_CODE_TAP_FULL,
        v1::REASON_CODE_LIMIT_FULL, v1::REASON_CODE_ROOM_UNDER_LOT})
    EXPECT_TRUE(seen.contains(code)) << v1::ReasonCode_Name(code);
}

TEST(Reasons, UnderCapsOfWhatIsMatchedSayFullWhereOneMoreWouldPassTheCap) {
  int full = 0;
  for (uint64_t number = 1; number <= 120; ++number) {
    StoredMarket market;
    const RandomRecords records = MakeRecords(market, number);
    if (records.policy.limits().empty() || records.policy.limits(0).basis() != v1::LIMIT_BASIS_MATCHED)
      continue;
    PublishRound(records, &market);
    const auto round = OpenRound(&market);
    ASSERT_NE(round, nullptr);
    for (int64_t edge = 0; edge < round->problem().edge_count(); ++edge) {
      for (const FateReason& reason : ReasonsOf(*round, edge)) {
        if (reason.code != v1::REASON_CODE_LIMIT_FULL) continue;
        ++full;
        std::vector<Units> units = round->posed().solution.edge_units;
        ASSERT_TRUE(matcher::CapsHold(round->market(), round->posed().posed.problem,
                                      round->posed().posed.segments, units));
        ++units[edge];
        EXPECT_FALSE(matcher::CapsHold(round->market(), round->posed().posed.problem,
                                       round->posed().posed.segments, units));
      }
    }
  }
  EXPECT_GT(full, 5);
}

}  // namespace
}  // namespace ayni::services
