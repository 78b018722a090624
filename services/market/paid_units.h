// How many units of an offer its budget pays for: candidates that it does not pay for are none.
#ifndef AYNI_SERVICES_MARKET_PAID_UNITS_H_
#define AYNI_SERVICES_MARKET_PAID_UNITS_H_

#include <cstdint>
#include <vector>

#include "ayni/v1/budget.pb.h"
#include "matcher/candidate.h"
#include "matcher/market.h"
#include "services/market/named_market.h"

namespace ayni::services {

// The most units of the offer that the budget pays for out of `money`, in a match with the need that is
// proposed on that day: 0 outside of its window, territories, services and TAPs.
matcher::Units PaidUnits(const NamedMarket& market, const v1::Budget& budget, int64_t money,
                         matcher::OfferIndex offer, const matcher::Need& need, matcher::Day today);

// The same out of all that is free of the offer's budget; kUnitsMax of an offer that draws on none.
matcher::Units PaidUnits(const NamedMarket& market, matcher::OfferIndex offer, const matcher::Need& need,
                         matcher::Day today);

// Holds what each candidate may be given to what its budget pays for by itself, and takes out those for which
// it pays no smallest lot. Returns how many went.
int64_t HoldToBudgets(const NamedMarket& market, const matcher::Need& need, matcher::Day today,
                      std::vector<matcher::Candidate>* candidates);
int64_t HoldToBudgets(const NamedMarket& market, matcher::Day today, matcher::Candidates* candidates);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_PAID_UNITS_H_
