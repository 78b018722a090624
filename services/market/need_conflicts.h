// The conflicts of interest between one need and those who could serve it.
#ifndef AYNI_SERVICES_MARKET_NEED_CONFLICTS_H_
#define AYNI_SERVICES_MARKET_NEED_CONFLICTS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "ayni/v1/conflict.pb.h"
#include "ayni/v1/need.pb.h"
#include "matcher/candidate.h"
#include "services/market/named_market.h"
#include "services/market/relation_book.h"

namespace ayni::services {

// Not thread-safe. REQUIRES: the market and the book outlive it, and don't change.
class NeedConflicts {
 public:
  NeedConflicts(const NamedMarket& market, const RelationBook& book, const v1::Need& need,
                matcher::Day today);

  // Takes out the candidates that a conflict blocks, and returns how many there were.
  size_t RemoveBlocked(std::vector<matcher::Candidate>* candidates);
  // Without what FillEvidence adds.
  std::vector<v1::Conflict> On(const matcher::Candidate& candidate) {
    return reader_.ConflictsOn(Of(candidate));
  }

 private:
  ConflictSubject Of(const matcher::Candidate& candidate) const;

  const NamedMarket& market_;
  const RelationBook& book_;
  ConflictSubject subject_;  // of no TAP
  ConflictReader reader_;
};

// Of a need, a TAP and the book; `tap` is parties/{party}. Without what FillEvidence adds.
std::vector<v1::Conflict> ConflictsOn(const RelationBook& book, const v1::Need& need, absl::string_view tap,
                                      matcher::Day today);

// Whether all candidates are offers of one ownership group. REQUIRES: there is one.
bool IsSingleOffer(const NamedMarket& market, const std::vector<matcher::Candidate>& candidates);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_NEED_CONFLICTS_H_
