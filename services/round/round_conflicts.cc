#include "services/round/round_conflicts.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "services/resource/resource_type.h"

namespace ayni::services {

absl::StatusOr<std::unique_ptr<RoundConflicts>> RoundConflicts::Load(const storage::Snapshot& snapshot,
                                                                     const v1::Policy& policy,
                                                                     matcher::Day today,
                                                                     const std::function<bool()>& stop) {
  std::unique_ptr<RoundConflicts> conflicts(new RoundConflicts(today));
  if (policy.conflict_rules().empty()) return conflicts;
  RelationBook& book = conflicts->book_;
  if (absl::Status status = LoadRelations(snapshot, stop, &book); !status.ok()) return status;
  const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  std::optional<matcher::ConflictBook> found = book.FindAll(policy, today, threads, stop);
  if (!found.has_value()) return absl::CancelledError("looking for conflicts was stopped");
  book.Take(policy, *std::move(found));
  return conflicts;
}

int64_t RoundConflicts::RemoveBlocked(const NamedMarket& market, matcher::Candidates* candidates) const {
  if (book_.conflicts().rules().empty()) return 0;
  std::vector<matcher::PartyIndex> parties;  // by TAP
  for (int32_t tap = 0; tap < market.market().tap_count(); ++tap)
    parties.push_back(book_.FindParty(FirstId(market.NameOf(matcher::TapIndex{tap}))));
  ConflictReader reader(book_, today_);
  matcher::NeedIndex asked;
  ConflictSubject subject;
  const auto is_blocked = [&](matcher::NeedIndex need, matcher::OfferIndex offer) {
    if (need != asked) {
      asked = need;
      subject = SubjectOf(market, need);
    }
    subject.tap = parties[market.market().offer(offer).tap.at()];
    return reader.Blocks(subject);
  };
  matcher::DropDeclined(candidates, is_blocked);
  return matcher::DropCandidates(candidates, is_blocked);
}

std::vector<v1::Conflict> RoundConflicts::On(const NamedMarket& market, matcher::NeedIndex need,
                                             matcher::OfferIndex offer) const {
  if (book_.conflicts().rules().empty()) return {};
  ConflictSubject subject = SubjectOf(market, need);
  subject.tap = book_.FindParty(FirstId(market.NameOf(market.market().offer(offer).tap)));
  return ConflictReader(book_, today_).ConflictsOn(subject);
}

ConflictSubject RoundConflicts::SubjectOf(const NamedMarket& market, matcher::NeedIndex need) const {
  const matcher::Need row = market.market().need(need);
  return {.tap = {},
          .cooperative = book_.FindParty(FirstId(market.NameOf(need))),
          .need_window = row.window,
          .advice = book_.AdviceOf(market.NameOf(row.service))};
}

}  // namespace ayni::services
