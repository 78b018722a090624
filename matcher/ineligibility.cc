#include "matcher/ineligibility.h"

#include <algorithm>
#include <chrono>

namespace ayni::matcher {
namespace {

template <typename Item>
bool Contains(absl::Span<const Item> ascending, Item item) {
  return std::binary_search(ascending.begin(), ascending.end(), item);
}

// An empty list covers all.
template <typename Item>
bool CoversItem(const std::vector<Item>& list, Item item) {
  return list.empty() || std::find(list.begin(), list.end(), item) != list.end();
}

template <typename Item>
bool Meet(absl::Span<const Item> ascending, absl::Span<const Item> other_ascending) {
  auto a = ascending.begin();
  auto b = other_ascending.begin();
  while (a != ascending.end() && b != other_ascending.end()) {
    if (*a == *b) return true;
    if (*a < *b) {
      ++a;
    } else {
      ++b;
    }
  }
  return false;
}

}  // namespace

Ineligibility WhyNot(const Market& market, const Need& need, const Offer& offer, Day today) {
  if (offer.service != need.service) return Ineligibility::kService;
  if (!IsForChain(offer, need)) return Ineligibility::kValueChain;
  const Window shared = SharedDays(need, offer, today);
  if (shared.last < shared.first) return Ineligibility::kWindow;
  if (!Covers(market, offer, need)) return Ineligibility::kPlace;
  return WhyNotWithinReach(market, need, offer);
}

Ineligibility WhyNotWithinReach(const Market& market, const Need& need, const Offer& offer) {
  if (need.agreed.binds && (!need.agreed.tap.present() || market.tap(offer.tap).party != need.agreed.tap))
    return Ineligibility::kAgreement;
  if (need.open_quantity <= 0) return Ineligibility::kNeedMatched;
  if (offer.open_capacity <= 0) return Ineligibility::kOfferBooked;
  if (offer.currency != need.currency) return Ineligibility::kCurrency;
  if (PriceFor(need, offer) > need.highest_price) return Ineligibility::kPrice;
  if (!ShareLanguage(offer, need)) return Ineligibility::kLanguage;
  const Tap& tap = market.tap(offer.tap);
  for (SchemeIndex scheme : need.required_credentials) {
    if (!Holds(tap, scheme, need.service, need.chain, need.window)) return Ineligibility::kCredential;
  }
  for (SchemeIndex scheme : market.CredentialsOf(need.service)) {
    if (!Holds(tap, scheme, need.service, need.chain, need.window)) return Ineligibility::kCredentialByLaw;
  }
  if (need.least_experience_months > 0 &&
      CompletedMonths(tap.practising_since, need.window.first) < need.least_experience_months) {
    return Ineligibility::kExperience;
  }
  if (offer.lot > Bound(market, need, offer)) return Ineligibility::kLot;
  return Ineligibility::kNone;
}

bool IsTurnedAway(const Market& market, const Need& need, const Offer& offer) {
  if (WhyNotWithinReach(market, need, offer) != Ineligibility::kAgreement) return false;
  Need free = need;
  free.agreed = {};
  return WhyNotWithinReach(market, free, offer) == Ineligibility::kNone;
}

Window SharedDays(const Need& need, const Offer& offer, Day today) {
  return {std::max({need.window.first, offer.window.first, today}),
          std::min(need.window.last, offer.window.last)};
}

bool Covers(const Market& market, const Offer& offer, const Need& need) {
  TerritoryIndex at = need.district;
  for (int depth = 0; depth < kTerritoryDepthMax && at.present(); ++depth) {
    if (Contains(offer.territories, at)) return true;
    at = market.territory(at).parent;
  }
  if (offer.radius_m <= 0 || !offer.place.present()) return false;
  const Point place = market.PlaceOf(need);
  return place.present() && DistanceMetres(offer.place, place) <= offer.radius_m;
}

bool IsForChain(const Offer& offer, const Need& need) { return Contains(offer.chains, need.chain); }

bool ShareLanguage(const Offer& offer, const Need& need) { return Meet(offer.languages, need.languages); }

bool Holds(const Tap& tap, SchemeIndex scheme, ServiceIndex service, ChainIndex chain, Window window) {
  Day next = window.first;
  for (bool advanced = true; advanced && next <= window.last;) {
    advanced = false;
    for (const Credential& credential : tap.credentials) {
      if (credential.curriculum != Curriculum::kNone || credential.scheme != scheme) continue;
      if (credential.window.first > next || credential.window.last < next) continue;
      if (!CoversItem(credential.services, service) || !CoversItem(credential.chains, chain)) continue;
      if (credential.window.last >= window.last) return true;
      next = credential.window.last + 1;
      advanced = true;
    }
  }
  return next > window.last;
}

int32_t CompletedMonths(Day from, Day to) {
  if (from >= to) return 0;
  const std::chrono::year_month_day start{std::chrono::sys_days{std::chrono::days{from}}};
  const std::chrono::year_month_day end{std::chrono::sys_days{std::chrono::days{to}}};
  const auto months =
      (end.year() - start.year()).count() * 12 + (static_cast<int32_t>(static_cast<unsigned>(end.month())) -
                                                  static_cast<int32_t>(static_cast<unsigned>(start.month())));
  return static_cast<int32_t>(end.day() < start.day() ? months - 1 : months);
}

Units Bound(const Market& market, const Need& need, const Offer& offer) {
  const Units bound = std::min(need.open_quantity, offer.open_capacity);
  const Units tap_capacity = market.tap(offer.tap).capacity;
  return tap_capacity > 0 ? std::min(bound, tap_capacity) : bound;
}

}  // namespace ayni::matcher
