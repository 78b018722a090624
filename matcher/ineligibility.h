// Whether an offer could serve a need, and if not, why: the one place where that is decided.
//
// Reasons stand in the order in which they are given: of all that speak against a pair, the first is said.
// The first four fields are those that CandidateIndex is ordered by; the rest is checked pair by pair.
#ifndef AYNI_MATCHER_INELIGIBILITY_H_
#define AYNI_MATCHER_INELIGIBILITY_H_

#include <cstdint>

#include "matcher/market.h"

namespace ayni::matcher {

enum class Ineligibility : uint8_t {
  kNone,
  // Another service.
  kService,
  // The offer is not for the need's value chain.
  kValueChain,
  // No day is in both windows, or none that is not yet over.
  kWindow,
  // The need is neither in the offer's territories nor within its radius; with no place known, no radius
  // reaches it.
  kPlace,
  // The need is asked for under an agreement: with another TAP, or one that does not hold on the need's days.
  kAgreement,
  // All of the need is matched already.
  kNeedMatched,
  // All of the offer is booked already.
  kOfferBooked,
  kCurrency,
  // What the offer costs the need is above the need's highest price.
  kPrice,
  // No language of the one is a language of the other.
  kLanguage,
  // On some day of the need's window the TAP holds no credential of a required scheme for its service and
  // chain.
  kCredential,
  // The same of a scheme that the law requires of whoever does the service.
  kCredentialByLaw,
  // The TAP has not practised long enough on the first day of the need's window.
  kExperience,
  // The offer's smallest lot is more than the need, the offer or the TAP can take.
  kLot,
};

// As of `today`: days before it are over. Costs the lists of the two rows. REQUIRES: both are rows of the
// market, or rows with lists of their own over the market's indices.
Ineligibility WhyNot(const Market& market, const Need& need, const Offer& offer, Day today);

// The part of WhyNot that CandidateIndex leaves open: REQUIRES that none of the first four reasons holds.
Ineligibility WhyNotWithinReach(const Market& market, const Need& need, const Offer& offer);

// Whether nothing speaks against the pair but the need's agreement. REQUIRES: as WhyNotWithinReach.
bool IsTurnedAway(const Market& market, const Need& need, const Offer& offer);

// Days in both windows that are not over; empty where there are none.
Window SharedDays(const Need& need, const Offer& offer, Day today);

// Whether the offer's territories or radius take the need in.
bool Covers(const Market& market, const Offer& offer, const Need& need);

// Whether the need's value chain is one of the offer's; a language of the one a language of the other.
bool IsForChain(const Offer& offer, const Need& need);
bool ShareLanguage(const Offer& offer, const Need& need);

// Whether on every day of the window the TAP holds a credential of the scheme for this service and chain:
// one, or several that follow each other without a gap.
bool Holds(const Tap& tap, SchemeIndex scheme, ServiceIndex service, ChainIndex chain, Window window);

// Whole calendar months from one day to another, 0 where it is not after: from the 31st of January to the
// 28th of February there is none.
int32_t CompletedMonths(Day from, Day to);

// The most units that one match of the two can hold.
Units Bound(const Market& market, const Need& need, const Offer& offer);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_INELIGIBILITY_H_
