#include "services/market/need_conflicts.h"

#include <algorithm>

#include "services/market/engine_day.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

ConflictSubject SubjectOf(const RelationBook& book, const v1::Need& need) {
  return {.tap = {},
          .cooperative = book.FindParty(FirstId(need.name())),
          .need_window = WindowOf(need.window()),
          .advice = book.AdviceOf(need.service())};
}

}  // namespace

NeedConflicts::NeedConflicts(const NamedMarket& market, const RelationBook& book, const v1::Need& need,
                             matcher::Day today)
    : market_(market), book_(book), subject_(SubjectOf(book, need)), reader_(book, today) {}

ConflictSubject NeedConflicts::Of(const matcher::Candidate& candidate) const {
  ConflictSubject subject = subject_;
  const matcher::TapIndex tap = market_.market().offer(candidate.offer).tap;
  subject.tap = book_.FindParty(FirstId(market_.NameOf(tap)));
  return subject;
}

size_t NeedConflicts::RemoveBlocked(std::vector<matcher::Candidate>* candidates) {
  const auto blocked =
      std::remove_if(candidates->begin(), candidates->end(),
                     [this](const matcher::Candidate& candidate) { return reader_.Blocks(Of(candidate)); });
  const auto count = static_cast<size_t>(candidates->end() - blocked);
  candidates->erase(blocked, candidates->end());
  return count;
}

std::vector<v1::Conflict> ConflictsOn(const RelationBook& book, const v1::Need& need, absl::string_view tap,
                                      matcher::Day today) {
  ConflictSubject subject = SubjectOf(book, need);
  subject.tap = book.FindParty(FirstId(tap));
  return ConflictReader(book, today).ConflictsOn(subject);
}

bool IsSingleOffer(const NamedMarket& market, const std::vector<matcher::Candidate>& candidates) {
  const auto group_of = [&](const matcher::Candidate& candidate) {
    return market.market().tap(market.market().offer(candidate.offer).tap).ownership_group;
  };
  return std::all_of(candidates.begin(), candidates.end(), [&](const matcher::Candidate& each) {
    return group_of(each) == group_of(candidates.front());
  });
}

}  // namespace ayni::services
