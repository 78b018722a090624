#include "matcher/obstacle.h"

#include <algorithm>

namespace ayni::matcher {
namespace {

// REQUIRES: no day is in both windows that is not over.
int64_t DaysToMeet(const Need& need, const Offer& offer, Day today) {
  const Day first = std::max(offer.window.first, today);
  if (first > offer.window.last) return 0;
  if (need.window.last < first) return static_cast<int64_t>(first) - need.window.last;
  return static_cast<int64_t>(offer.window.last) - need.window.first;
}

void AddCredentials(const Tap& tap, const Need& need, absl::Span<const SchemeIndex> schemes,
                    Ineligibility reason, std::vector<Obstacle>* obstacles) {
  for (const SchemeIndex scheme : schemes) {
    if (!Holds(tap, scheme, need.service, need.chain, need.window))
      obstacles->push_back({.reason = reason, .scheme = scheme});
  }
}

// The radius that would take the need in, around the offer's place or, where it has none, where its TAP sets
// out; 0 where either place is unknown.
int32_t RadiusTo(const Market& market, const Need& need, const Offer& offer) {
  const Point from = market.PlaceOf(offer);
  const Point to = market.PlaceOf(need);
  return from.present() && to.present() ? std::max(1, DistanceMetres(from, to)) : 0;
}

}  // namespace

std::vector<Obstacle> ObstaclesOf(const Market& market, const Need& need, const Offer& offer, Day today) {
  std::vector<Obstacle> found;
  const auto add = [&](Ineligibility reason, int64_t distance = 0) {
    found.push_back({.reason = reason, .distance = distance});
  };
  if (offer.service != need.service) add(Ineligibility::kService);
  if (!IsForChain(offer, need)) add(Ineligibility::kValueChain);
  const Window shared = SharedDays(need, offer, today);
  if (shared.last < shared.first) add(Ineligibility::kWindow, DaysToMeet(need, offer, today));
  if (!Covers(market, offer, need)) {
    const int32_t radius = RadiusTo(market, need, offer);
    add(Ineligibility::kPlace, radius > 0 ? radius - offer.radius_m : 0);
  }
  const bool is_agreed =
      !need.agreed.binds || (need.agreed.tap.present() && market.tap(offer.tap).party == need.agreed.tap);
  if (!is_agreed) add(Ineligibility::kAgreement);
  if (need.open_quantity <= 0) add(Ineligibility::kNeedMatched);
  if (offer.open_capacity <= 0) add(Ineligibility::kOfferBooked, std::max<Units>(1, offer.lot));
  if (offer.currency != need.currency) add(Ineligibility::kCurrency);
  const MinorUnits price = PriceFor(need, offer);
  if (offer.currency == need.currency && price > need.highest_price)
    add(Ineligibility::kPrice, price - need.highest_price);
  if (!ShareLanguage(offer, need)) add(Ineligibility::kLanguage);
  const Tap& tap = market.tap(offer.tap);
  AddCredentials(tap, need, need.required_credentials, Ineligibility::kCredential, &found);
  AddCredentials(tap, need, market.CredentialsOf(need.service), Ineligibility::kCredentialByLaw, &found);
  const int32_t months = CompletedMonths(tap.practising_since, need.window.first);
  if (need.least_experience_months > 0 && months < need.least_experience_months)
    add(Ineligibility::kExperience, need.least_experience_months - months);
  // What is matched or booked has no room for any lot, which is said already.
  const Units bound = Bound(market, need, offer);
  if (bound > 0 && offer.lot > bound) add(Ineligibility::kLot, offer.lot - bound);
  return found;
}

}  // namespace ayni::matcher
