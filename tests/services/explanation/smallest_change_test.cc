#include "services/explanation/smallest_change.h"

#include <gtest/gtest.h>

#include <map>

#include "matcher/clear.h"
#include "services/explanation/fate.h"
#include "services/round/round_records.h"
#include "tests/services/explanation/random_round.h"

namespace ayni::services {
namespace {

using matcher::Units;

std::vector<Fate> AllFates(const ExplainedRound& round, matcher::NeedIndex need) {
  std::vector<Fate> fates;
  for (int32_t at = 0; at < round.market().offer_count(); ++at)
    fates.push_back(FateOf(round, need, matcher::OfferIndex{at}));
  return fates;
}

google::type::Date DateAfter(const google::type::Date& date, int64_t days) {
  const absl::CivilDay day = absl::CivilDay(date.year(), date.month(), date.day()) + days;
  google::type::Date after;
  after.set_year(static_cast<int>(day.year()));
  after.set_month(day.month());
  after.set_day(day.day());
  return after;
}

template <typename Record>
Record* Find(std::vector<Record>* records, const std::string& name) {
  for (Record& record : *records) {
    if (record.name() == name) return &record;
  }
  return nullptr;
}

// The market as someone would have made it who had known: by its records alone.
void Apply(const ExplainedRound& round, const std::string& need_name, const Change& change, int64_t amount,
           RandomRecords* records) {
  v1::Need& need = *Find(&records->needs, need_name);
  v1::Offer* offer =
      change.offer.present() ? Find(&records->offers, round.named().NameOf(change.offer)) : nullptr;
  switch (change.kind) {
    case v1::CHANGE_KIND_HIGHEST_PRICE: {
      v1::Money* price = need.mutable_highest_unit_price();
      price->set_minor_units(price->minor_units() + amount);
      break;
    }
    case v1::CHANGE_KIND_WINDOW_END:
      *need.mutable_window()->mutable_end_date() = DateAfter(need.window().end_date(), amount);
      break;
    case v1::CHANGE_KIND_WINDOW_START:
      *need.mutable_window()->mutable_start_date() = DateAfter(need.window().start_date(), -amount);
      break;
    case v1::CHANGE_KIND_LANGUAGE:
      if (amount > 0) need.add_languages(change.language);
      break;
    case v1::CHANGE_KIND_RADIUS:
      offer->mutable_coverage()->set_radius_m(offer->coverage().radius_m() + static_cast<int32_t>(amount));
      break;
    case v1::CHANGE_KIND_SMALLEST_LOT:
      offer->set_smallest_lot(offer->smallest_lot() - amount);
      break;
    case v1::CHANGE_KIND_OFFER_CAPACITY:
      offer->set_capacity(offer->capacity() + amount);
      break;
    case v1::CHANGE_KIND_TAP_CAPACITY: {
      v1::Party* tap = Find(&records->taps, round.named().NameOf(change.tap));
      tap->mutable_tap()->set_capacity(tap->tap().capacity() + amount);
      break;
    }
    default:
      FAIL() << "no record holds it";
  }
}

// Cleared anew, from another store, as the round was.
Units GivenIn(const RandomRecords& records, const ExplainedRound& round, const std::string& need) {
  StoredMarket market;
  PutRecords(records, &market);
  const auto snapshot = market.store().TakeSnapshot();
  EXPECT_TRUE(snapshot.ok());
  const auto cleared =
      ClearRound(**snapshot, round.round(), {.now = market.now(), .secret = round.kept().secret});
  EXPECT_TRUE(cleared.ok()) << cleared.status();
  if (!cleared.ok()) return 0;
  Units given = 0;
  for (const MatchedEdge& edge : MatchedEdges(**cleared)) {
    if ((*cleared)->market.NameOf(edge.need) == need) given += edge.units;
  }
  return given;
}

// Of a limit: the problem itself with more room.
Units GivenWithRoom(const ExplainedRound& round, matcher::NeedIndex need, const Change& change,
                    int64_t amount) {
  matcher::Problem problem = round.problem();
  for (const EdgeLimit& at : change.limits)
    problem.cell_room[round.segments().controllers[at.row].cell.at()] += amount;
  const auto cleared = matcher::Clear(
      problem, {.seed = round.round().seed(), .target_gap_ppm = round.round().target_gap_ppm()});
  EXPECT_TRUE(cleared.ok());
  Units given = 0;
  for (int64_t edge = problem.need_edge_begin[need.at()]; edge < problem.need_edge_begin[need.at() + 1];
       ++edge)
    given += cleared->solution.edge_units[edge];
  return given;
}

TEST(SmallestChange, BringsUnitsAndOneStepLessDoesNot) {
  std::map<v1::ChangeKind, int> seen;
  for (uint64_t number = 1; number <= 20; ++number) {
    SCOPED_TRACE(number);
    StoredMarket market;
    const RandomRecords records = MakeRecords(market, number);
    PublishRound(records, &market);
    const auto round = OpenRound(&market);
    ASSERT_NE(round, nullptr);
    for (const v1::Need& record : records.needs) {
      const matcher::NeedIndex need = round->named().FindNeed(record.name());
      const auto changes = SmallestChanges(*round, need, AllFates(*round, need), 400, [] { return false; });
      ASSERT_TRUE(changes.ok()) << changes.status();
      const Units given = round->GivenTo(need);
      for (const FoundChange& found : *changes) {
        SCOPED_TRACE(v1::ChangeKind_Name(found.change.kind) + " for " + record.name());
        if (found.check == v1::CHANGE_CHECK_ESTIMATE) {
          // Rooms of caps that follow from what is matched can't be added to.
          EXPECT_EQ(found.change.kind, v1::CHANGE_KIND_LIMIT_ROOM);
          continue;
        }
        EXPECT_EQ(found.check, v1::CHANGE_CHECK_SMALLEST);
        ++seen[found.change.kind];
        const auto given_with = [&](int64_t amount) {
          if (found.change.kind == v1::CHANGE_KIND_LIMIT_ROOM)
            return GivenWithRoom(*round, need, found.change, amount);
          RandomRecords changed = records;
          Apply(*round, record.name(), found.change, amount, &changed);
          return GivenIn(changed, *round, record.name());
        };
        EXPECT_EQ(given_with(found.change.amount), given + found.brings);
        EXPECT_GT(found.brings, 0);
        EXPECT_LE(given_with(found.change.amount - 1), given);
      }
    }
  }
  for (const v1::ChangeKind kind :
       {v1::CHANGE_KIND_HIGHEST_PRICE, v1::CHANGE_KIND_WINDOW_END, v1::CHANGE_KIND_LANGUAGE,
        v1::CHANGE_KIND_RADIUS, v1::CHANGE_KIND_SMALLEST_LOT, v1::CHANGE_KIND_OFFER_CAPACITY,
        v1::CHANGE_KIND_TAP_CAPACITY, v1::CHANGE_KIND_LIMIT_ROOM})
    EXPECT_GT(seen[kind], 0) << v1::ChangeKind_Name(kind);
}

TEST(SmallestChange, WithoutClearingIsAnEstimateThatMostlyHolds) {
  int estimates = 0;
  int hold = 0;
  for (uint64_t number = 1; number <= 25; ++number) {
    StoredMarket market;
    const RandomRecords records = MakeRecords(market, number);
    PublishRound(records, &market);
    const auto round = OpenRound(&market);
    ASSERT_NE(round, nullptr);
    for (const v1::Need& record : records.needs) {
      const matcher::NeedIndex need = round->named().FindNeed(record.name());
      const auto changes = SmallestChanges(*round, need, AllFates(*round, need), 0, [] { return false; });
      ASSERT_TRUE(changes.ok());
      for (const FoundChange& found : *changes) {
        EXPECT_EQ(found.check, v1::CHANGE_CHECK_ESTIMATE);
        if (!round->segments().limits.empty() &&
            round->segments().limits[0].basis == matcher::LimitBasis::kMatched)
          continue;
        ++estimates;
        const auto given = WhatIf(*round, need, [] { return false; }).GivenWith(found.change);
        ASSERT_TRUE(given.ok()) << given.status();
        hold += *given > round->GivenTo(need) ? 1 : 0;
      }
    }
  }
  EXPECT_GT(estimates, 30);
  EXPECT_GE(hold * 3, estimates * 2) << hold << " of " << estimates;
  RecordProperty("hold", hold);
  RecordProperty("estimates", estimates);
}

}  // namespace
}  // namespace ayni::services
