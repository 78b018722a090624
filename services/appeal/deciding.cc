#include "services/appeal/deciding.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/conflict.pb.h"
#include "ayni/v1/ledger.pb.h"
#include "ayni/v1/match.pb.h"
#include "services/appeal/filing.h"
#include "services/errors.h"
#include "services/resource/check_name.h"
#include "services/resource/leaf_walk.h"
#include "services/resource/record_walk.h"
#include "services/resource/time.h"
#include "services/rules/resource_methods.h"
#include "services/rules/roles.h"
#include "services/rules/shapes.h"

namespace ayni::services {
namespace {

// What the appeal is about, and who.
struct Contested {
  std::vector<std::string> parties;
  // Rounds, matches, waivers and other appeals: who wrote one of them had a part in it.
  std::vector<std::string> resources;
};

absl::Status AddWaivers(const storage::Snapshot& snapshot, const v1::ContestedFinding& finding,
                        Contested* contested) {
  const std::string cooperative = PartyOf(finding.need());
  return ForEachRecord<v1::Waiver>(
      snapshot, "", [] { return false; },
      [&](const v1::Waiver& waiver) {
        const bool is_of_it = waiver.rule() == finding.rule() && waiver.tap() == finding.tap() &&
                              (waiver.cooperative().empty() || waiver.cooperative() == cooperative);
        if (is_of_it) contested->resources.push_back(waiver.name());
      });
}

// Who decided about it before would judge what it said itself.
absl::Status AddDecided(const storage::Snapshot& snapshot, const v1::Appeal& appeal, Contested* contested) {
  return ForEachRecord<v1::Appeal>(
      snapshot, "", [] { return false; },
      [&](const v1::Appeal& other) {
        if (other.name() != appeal.name() && other.has_decision() && IsAboutTheSame(other, appeal))
          contested->resources.push_back(other.name());
      });
}

absl::StatusOr<Contested> ContestedBy(const storage::Store& store, const v1::Appeal& appeal,
                                      StoreView* view) {
  Contested contested{{appeal.appellant()}, {}};
  const auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  if (absl::Status status = AddDecided(**snapshot, appeal, &contested); !status.ok()) return status;
  if (appeal.has_match()) {
    contested.resources.push_back(appeal.match());
    contested.resources.push_back(appeal.match().substr(0, appeal.match().find("/matches/")));
    const v1::Match* match = view->Find<v1::Match>(appeal.match());
    if (match == nullptr) return contested;
    contested.parties.push_back(match->cooperative());
    contested.parties.push_back(match->tap());
    for (const v1::Conflict& conflict : match->conflicts()) {
      if (!conflict.waiver().empty()) contested.resources.push_back(conflict.waiver());
    }
  } else if (appeal.has_finding()) {
    contested.parties.push_back(PartyOf(appeal.finding().need()));
    contested.parties.push_back(appeal.finding().tap());
    if (absl::Status status = AddWaivers(**snapshot, appeal.finding(), &contested); !status.ok())
      return status;
  } else {
    contested.resources.push_back(appeal.refusal().round());
  }
  return contested;
}

absl::Status CheckUninvolved(const storage::Store& store, const Call& call, const Contested& contested) {
  const auto deed = FindDeed(store, call.caller.principal, contested.resources);
  if (!deed.ok()) return deed.status();
  if (deed->method.empty()) return absl::OkStatus();
  return Forbidden("ADMINISTRATOR_INVOLVED",
                   absl::StrCat(call.caller.principal, " had a part in what is contested (", deed->method,
                                " of ", deed->resource, "): an administrator decides who had none"),
                   {{"method", deed->method}, {"resource", deed->resource}});
}

absl::StatusOr<const StoredRecord*> ReadOpen(const v1::DecideAppealRequest& request, StoreView* view) {
  Violations violations;
  CheckName(ResourceType::Of<v1::Appeal>(), request.name(), FieldPath() / "name", &violations);
  v1::DecideAppealRequest checked = request;
  ShapeOf(v1::DecideAppealRequest::descriptor()).Check(&checked, FieldPath(), view, &violations);
  if (request.outcome() == v1::DecideAppealRequest::OUTCOME_DISMISSED && !request.remedy().empty())
    violations.Add(FieldPath() / "remedy", "must be left out of an appeal that is dismissed");
  if (!violations.empty()) return violations.ToStatus();
  const StoredRecord& stored = view->Read(ResourceType::Of<v1::Appeal>(), request.name());
  if (stored.version == 0) return ResourceNotFound(ResourceType::Of<v1::Appeal>().type(), request.name());
  const std::string etag = EtagOf(stored.version);
  if (!request.etag().empty() && request.etag() != etag)
    return EtagDiffers(request.name(), request.etag(), etag);
  if (absl::Status status = CheckOpen(static_cast<const v1::Appeal&>(*stored.record), "decided");
      !status.ok())
    return status;
  return &stored;
}

}  // namespace

absl::StatusOr<Deed> FindDeed(const storage::Store& store, const std::string& principal,
                              const std::vector<std::string>& resources) {
  if (resources.empty()) return Deed();
  Deed deed;
  v1::LedgerEvent event;
  const absl::Status status = ForEachLeaf(store, [&](uint64_t, const std::string& bytes) {
    // Most are of others, and need not be read.
    if (bytes.find(principal) == std::string::npos || !event.ParseFromString(bytes)) return true;
    const bool is_sought = event.actor() == principal &&
                           std::find(resources.begin(), resources.end(), event.resource()) != resources.end();
    if (is_sought) deed = {event.method(), event.resource()};
    return !is_sought;
  });
  if (!status.ok()) return status;
  return deed;
}

absl::StatusOr<Draft> DecideAppeal(const storage::Store& store, bool single_administrator, const Call& call,
                                   const v1::DecideAppealRequest& request, StoreView* view) {
  const absl::StatusOr<const StoredRecord*> stored = ReadOpen(request, view);
  if (!stored.ok()) return stored.status();
  auto after = std::make_unique<v1::Appeal>(static_cast<const v1::Appeal&>(*(*stored)->record));
  const auto contested = ContestedBy(store, *after, view);
  if (!contested.ok()) return contested.status();
  for (const std::string& party : contested->parties) {
    if (absl::Status status = CheckUnconcerned(call.caller, party); !status.ok()) return status;
  }
  const absl::Status uninvolved = CheckUninvolved(store, call, *contested);
  const bool may_alone = single_administrator && absl::IsPermissionDenied(uninvolved) &&
                         view->OtherAdministrator(call.caller.principal).empty();
  if (!uninvolved.ok() && !may_alone) return uninvolved;
  *after->mutable_update_time() = LaterOf(after->update_time(), call.now);
  v1::AppealDecision* decision = after->mutable_decision();
  *decision->mutable_word()->mutable_time() = after->update_time();
  decision->mutable_word()->set_principal(call.caller.principal);
  decision->set_reason(request.reason());
  decision->set_remedy(request.remedy());
  decision->set_single_handed(may_alone);
  after->set_state(request.outcome() == v1::DecideAppealRequest::OUTCOME_UPHELD
                       ? v1::Appeal::STATE_UPHELD
                       : v1::Appeal::STATE_DISMISSED);
  Draft draft;
  AddPut(call, request.request_id(), KindOf<v1::Appeal>(), **stored, *after, &draft.change);
  draft.answer = std::move(after);
  return draft;
}

}  // namespace ayni::services
