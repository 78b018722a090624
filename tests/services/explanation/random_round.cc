#include "tests/services/explanation/random_round.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

class Drawing {
 public:
  explicit Drawing(uint64_t number) : random_(number) {}
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random_() % static_cast<uint64_t>(high - low + 1));
  }
  bool OneIn(int64_t count) { return Between(1, count) == 1; }

 private:
  std::mt19937_64 random_;
};

void ShiftDays(int days, v1::DateWindow* window) {
  const auto shift = [days](google::type::Date* date) {
    const absl::CivilDay shifted = absl::CivilDay(date->year(), date->month(), date->day()) + days;
    date->set_year(static_cast<int>(shifted.year()));
    date->set_month(shifted.month());
    date->set_day(shifted.day());
  };
  shift(window->mutable_start_date());
  shift(window->mutable_end_date());
}

v1::Need MakeNeed(const StoredMarket& market, int at, Drawing* draw) {
  v1::Need need = ANeed(market, absl::StrCat("coop", at % 3), absl::StrCat("n", at), draw->Between(1, 8));
  need.mutable_highest_unit_price()->set_minor_units(draw->Between(30, 90));
  if (draw->OneIn(3)) need.set_languages(0, "quz");
  if (draw->OneIn(3)) need.set_district("territories/d1");
  if (draw->OneIn(4)) need.set_least_experience_months(12);
  need.set_urgency(draw->OneIn(3) ? v1::URGENCY_CRITICAL : v1::URGENCY_NORMAL);
  return need;
}

v1::Offer MakeOffer(const StoredMarket& market, int at, Drawing* draw) {
  v1::Offer offer = AnOffer(market, absl::StrCat("tap", at % 3), absl::StrCat("o", at), draw->Between(1, 8));
  offer.mutable_unit_price()->set_minor_units(draw->Between(20, 80));
  if (draw->OneIn(3)) offer.add_languages("quz");
  if (draw->OneIn(4)) ShiftDays(static_cast<int>(draw->Between(20, 45)), offer.mutable_window());
  if (draw->OneIn(3)) {
    offer.mutable_coverage()->clear_territories();
    offer.mutable_coverage()->mutable_position()->set_latitude(-14);
    offer.mutable_coverage()->mutable_position()->set_longitude(-71.05);
    offer.mutable_coverage()->set_radius_m(static_cast<int32_t>(draw->Between(1'000, 9'000)));
  }
  if (draw->OneIn(3)) offer.set_smallest_lot(draw->Between(1, offer.capacity()));
  return offer;
}

}  // namespace

RandomRecords MakeRecords(const StoredMarket& market, uint64_t number) {
  constexpr v1::LimitBasis kBases[] = {v1::LIMIT_BASIS_MATCHED, v1::LIMIT_BASIS_OFFERED,
                                       v1::LIMIT_BASIS_DEMAND, v1::LIMIT_BASIS_DEMAND};
  Drawing draw(number);
  RandomRecords records;
  records.policy = APolicy();
  if (!draw.OneIn(4)) {
    v1::Limit* limit = records.policy.add_limits();
    limit->set_id("taps");
    limit->set_controller_level(v1::CONTROLLER_LEVEL_TAP);
    limit->set_territory_level(draw.OneIn(2) ? v1::TERRITORY_LEVEL_PROVINCE : v1::TERRITORY_LEVEL_DISTRICT);
    limit->set_share_basis_points(static_cast<int32_t>(draw.Between(2'000, 7'000)));
    limit->set_basis(kBases[draw.Between(0, 3)]);
    if (draw.OneIn(3)) {
      v1::Limit* groups = records.policy.add_limits();
      *groups = records.policy.limits(0);
      groups->set_id("groups");
      groups->set_controller_level(v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP);
    }
  }
  for (int at = 0; at < 3; ++at) {
    records.cooperatives.push_back(ACooperative(absl::StrCat("coop", at)));
    v1::Party tap = ATap(absl::StrCat("tap", at));
    if (draw.OneIn(3)) tap.mutable_tap()->set_capacity(draw.Between(2, 10));
    if (draw.OneIn(2)) {
      tap.mutable_tap()->mutable_practising_since()->set_year(2026);
      tap.mutable_tap()->mutable_practising_since()->set_month(static_cast<int>(draw.Between(1, 9)));
      tap.mutable_tap()->mutable_practising_since()->set_day(1);
    } else {
      tap.mutable_tap()->mutable_practising_since()->set_year(2015);
      tap.mutable_tap()->mutable_practising_since()->set_month(1);
      tap.mutable_tap()->mutable_practising_since()->set_day(1);
    }
    records.taps.push_back(tap);
  }
  const auto needs = static_cast<int>(draw.Between(3, 6));
  const auto offers = static_cast<int>(draw.Between(2, 5));
  for (int at = 0; at < needs; ++at) records.needs.push_back(MakeNeed(market, at, &draw));
  for (int at = 0; at < offers; ++at) records.offers.push_back(MakeOffer(market, at, &draw));
  return records;
}

void PutRecords(const RandomRecords& records, StoredMarket* market) {
  LayTerritory(market);
  market->Put(records.policy);
  market->PutNew(records.cooperatives);
  market->PutNew(records.taps);
  market->PutNew(records.needs);
  market->PutNew(records.offers);
}

v1::Round PublishRound(const RandomRecords& records, StoredMarket* market) {
  PutRecords(records, market);
  market->CreateRound("r");
  v1::Round round = market->Read<v1::Round>("rounds/r");
  round.set_seed(7);
  round.set_target_gap_ppm(1);
  market->Put(round);
  return market->Publish("rounds/r");
}

std::shared_ptr<const ExplainedRound> OpenRound(StoredMarket* market) {
  auto round =
      ExplainedRound::Open(market->store(), market->Read<v1::Round>("rounds/r"), [] { return false; });
  EXPECT_TRUE(round.ok()) << round.status();
  return round.ok() ? *round : nullptr;
}

}  // namespace ayni::services
