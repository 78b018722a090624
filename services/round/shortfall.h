// Why nothing of a need can be matched at once, and the least that would have to give way.
#ifndef AYNI_SERVICES_ROUND_SHORTFALL_H_
#define AYNI_SERVICES_ROUND_SHORTFALL_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "matcher/giving.h"
#include "services/market/limit_book.h"
#include "services/market/named_market.h"

namespace ayni::services {

// FailedPrecondition with the reason NO_CANDIDATE: of the offers that are for its service, value chain, place
// and days, what speaks against how many, and the lowest price at which one could serve it.
absl::Status NoCandidate(const NamedMarket& market, const std::string& need, const matcher::Need& row,
                         matcher::Day today);

// The same, where so many candidates are left, and each is of a TAP that has not practised as long as the
// profile of the need's country asks for.
absl::Status NonePractisedEnough(const std::string& need, size_t unpractised);

// FailedPrecondition with the reason CONFLICTS_BLOCK: all of so many candidates are blocked.
absl::Status ConflictsBlock(const std::string& need, size_t blocked);

// FailedPrecondition with the reason DECLINED: so many candidates are left, and each was declined.
absl::Status AllDeclined(const std::string& need, size_t declined);
// FailedPrecondition with the reason BUDGETS_SPENT: all that could serve it draw on budgets that pay for none
// of it.
absl::Status BudgetsSpent(const std::string& need);

// FailedPrecondition with the reason LIMITS_BIND: the candidate that lacks the fewest units of its smallest
// lot, what binds it, and what share of a limit would let it have them. REQUIRES: there are candidates, best
// first, and none can be given anything.
absl::Status LimitsBind(const NamedMarket& market, const LimitBook& book, const std::string& need,
                        absl::Span<const matcher::NeedSegment> segments,
                        absl::Span<const matcher::OpenCandidate> candidates);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_SHORTFALL_H_
