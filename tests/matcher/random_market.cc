#include "tests/matcher/random_market.h"

#include <set>
#include <utility>

namespace ayni::matcher {
namespace {

constexpr int32_t kServices = 2;
constexpr int32_t kChains = 3;
constexpr int32_t kLanguages = 3;
constexpr int32_t kSchemes = 2;
// Territory 0 is the country, 1-2 departments, 3-6 provinces, 7-14 districts; the last has no place.
constexpr int32_t kFirstDistrict = 7;
constexpr int32_t kTerritories = 15;

bool OneIn(Random& random, int32_t n) { return Between(random, 1, n) == 1; }

Position RandomPosition(Random& random) {
  return {Between(random, -140'000'000, -138'000'000), Between(random, -710'000'000, -708'000'000)};
}

Window RandomWindow(Random& random) {
  const Day first = kRandomToday + Between(random, -30, 60);
  return {first, first + Between(random, 0, 40)};
}

template <typename Index>
std::vector<Index> RandomList(Random& random, int32_t count, int32_t least, int32_t most) {
  std::set<Index> chosen;
  const int32_t wanted = Between(random, least, most);
  while (static_cast<int32_t>(chosen.size()) < wanted) chosen.insert(Index{Between(random, 0, count - 1)});
  return {chosen.begin(), chosen.end()};
}

void AddTerritories(Random& random, Market& market) {
  for (int32_t at = 0; at < kTerritories; ++at) {
    Territory row;
    row.level = at == 0               ? TerritoryLevel::kCountry
                : at < 3              ? TerritoryLevel::kDepartment
                : at < kFirstDistrict ? TerritoryLevel::kProvince
                                      : TerritoryLevel::kDistrict;
    if (at > 0) row.parent = TerritoryIndex{(at - 1) / 2};
    if (at >= kFirstDistrict && at < kTerritories - 1) row.place = PointAt(RandomPosition(random));
    market.SetTerritory(TerritoryIndex{at}, row);
  }
}

}  // namespace

int32_t Between(Random& random, int32_t low, int32_t high) {
  return low + static_cast<int32_t>(random() % (static_cast<uint64_t>(high - low) + 1));
}

const Need& OwnedNeed::Row() {
  row.languages = languages;
  row.required_credentials = required_credentials;
  return row;
}

const Offer& OwnedOffer::Row() {
  row.chains = chains;
  row.territories = territories;
  row.languages = languages;
  row.price_steps = price_steps;
  return row;
}

OwnedNeed RandomNeed(Random& random) {
  OwnedNeed need;
  need.row.service = {Between(random, 0, kServices - 1)};
  need.row.chain = {Between(random, 0, kChains - 1)};
  need.row.district = {Between(random, kFirstDistrict, kTerritories - 1)};
  if (OneIn(random, 2)) need.row.place = PointAt(RandomPosition(random));
  need.row.open_quantity = Between(random, 0, 20);
  need.row.window = RandomWindow(random);
  need.row.highest_price = Between(random, 0, 100);
  need.row.currency = {OneIn(random, 8) ? 1 : 0};
  need.languages = RandomList<LanguageIndex>(random, kLanguages, 1, kLanguages);
  need.required_credentials = RandomList<SchemeIndex>(random, kSchemes, 0, 1);
  need.row.least_experience_months = OneIn(random, 3) ? Between(random, 1, 40) : 0;
  need.row.wishes = {OneIn(random, 2), OneIn(random, 2), OneIn(random, 2)};
  need.row.urgency = static_cast<Urgency>(Between(random, 0, 2));
  need.row.posted = kRandomToday - Between(random, -2, 60);
  if (OneIn(random, 3)) need.row.joint_quantity = Between(random, 1, 60);
  return need;
}

OwnedOffer RandomOffer(Random& random, int32_t tap_count) {
  OwnedOffer offer;
  offer.row.tap = {Between(random, 0, tap_count - 1)};
  offer.row.service = {Between(random, 0, kServices - 1)};
  offer.chains = RandomList<ChainIndex>(random, kChains, 1, kChains);
  offer.row.price = Between(random, 0, 80);
  offer.row.currency = {OneIn(random, 8) ? 1 : 0};
  offer.row.window = RandomWindow(random);
  offer.row.open_capacity = Between(random, 0, 20);
  offer.row.lot = OneIn(random, 3) ? Between(random, 1, 12) : 1;
  offer.territories = RandomList<TerritoryIndex>(random, kTerritories, 0, 3);
  if (OneIn(random, 2)) {
    offer.row.place = PointAt(RandomPosition(random));
    offer.row.radius_m = OneIn(random, 4) ? Between(random, 1, 500'000) : Between(random, 1, 20'000);
  }
  offer.languages = RandomList<LanguageIndex>(random, kLanguages, 1, kLanguages);
  for (int32_t steps = Between(random, -3, 3); steps > 0; --steps) {
    const PriceStep last =
        offer.price_steps.empty() ? PriceStep{1, offer.row.price} : offer.price_steps.back();
    if (last.price < 2) break;
    offer.price_steps.push_back({last.least_quantity + Between(random, 1, 15),
                                 last.price - Between(random, 1, static_cast<int32_t>(last.price) - 1)});
  }
  return offer;
}

// None, or up to kControllersPerTapMax, ascending.
std::vector<PartyIndex> RandomControllers(Random& random) {
  std::vector<PartyIndex> controllers;
  if (OneIn(random, 2)) return controllers;
  for (int32_t party = 0; party < 2 * kControllersPerTapMax; ++party) {
    if (OneIn(random, 3) && controllers.size() < kControllersPerTapMax) controllers.push_back({party});
  }
  return controllers;
}

Tap RandomTap(Random& random, PartyIndex party) {
  Tap tap;
  tap.party = party;
  tap.ownership_group = {Between(random, 0, party.value)};
  tap.suppliers = RandomControllers(random);
  tap.brands = RandomControllers(random);
  tap.funders = RandomControllers(random);
  tap.model = static_cast<TapModel>(Between(random, 0, kTapModelCount - 1));
  tap.gender = static_cast<Gender>(Between(random, 0, 3));
  if (!OneIn(random, 4)) tap.practising_since = kRandomToday - Between(random, 0, 1500);
  tap.district = {Between(random, kFirstDistrict, kTerritories - 1)};
  if (OneIn(random, 2)) tap.place = PointAt(RandomPosition(random));
  tap.capacity = OneIn(random, 2) ? Between(random, 1, 30) : 0;
  for (int32_t count = Between(random, 0, 5); count > 0; --count) {
    const Day first = kRandomToday + Between(random, -60, 30);
    tap.credentials.push_back({.scheme = {Between(random, 0, kSchemes - 1)},
                               .window = {first, first + Between(random, -1, 90)},
                               .services = RandomList<ServiceIndex>(random, kServices, 0, 1),
                               .chains = RandomList<ChainIndex>(random, kChains, 0, 2)});
  }
  return tap;
}

Market RandomMarket(Random& random, int32_t needs, int32_t offers, int32_t taps) {
  Market market;
  AddTerritories(random, market);
  for (int32_t at = 0; at < kServices; ++at) market.SetFamily({at}, {at / 2});
  for (int32_t at = 0; at < taps; ++at) market.SetTap({at}, RandomTap(random, {at}));
  for (int32_t at = 0; at < needs; ++at) market.SetNeed({at}, RandomNeed(random).Row());
  for (int32_t at = 0; at < offers; ++at) market.SetOffer({at}, RandomOffer(random, taps).Row());
  return market;
}

ScoreRule RandomScoreRule(Random& random) {
  ScoreRule rule;
  int32_t left = kWeightSum;
  for (int32_t* weight :
       {&rule.weights.fit, &rule.weights.distance, &rule.weights.price, &rule.weights.expected_success,
        &rule.weights.language, &rule.weights.waiting_time, &rule.weights.wishes}) {
    *weight = Between(random, 0, left);
    left -= *weight;
  }
  rule.weights.urgency = left;
  for (int32_t& success : rule.success_per_mille) success = Between(random, 0, kPartMax);
  rule.full_waiting_days = Between(random, 1, kFullWaitingDaysMax);
  return rule;
}

}  // namespace ayni::matcher
