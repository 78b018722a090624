// Limits beside counting by hand, pair by pair, on random markets.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "matcher/limit.h"
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
        of_need.back().price = PriceFor(need, market.offer(candidates->offer[edge]));
      }
      if (of_need.empty()) continue;
      const auto known = standings.SegmentsOf(market, need, of_need, true, {}, kToday);
      const auto unknown =
          standings.SegmentsOf(market, need, of_need, false, DemandOf(need, of_need), kToday);
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
