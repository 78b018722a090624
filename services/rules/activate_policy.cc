#include "services/rules/activate_policy.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/policy.pb.h"
#include "services/errors.h"
#include "services/resource/request_fields.h"
#include "services/resource/time.h"
#include "services/rules/family_units.h"
#include "services/rules/looked_at.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

absl::Status NeedsAnother(const v1::Policy& policy) {
  return Forbidden(
      "POLICY_NEEDS_SECOND_ADMINISTRATOR",
      absl::StrCat(policy.name(), " was last written by ", policy.author(),
                   ", who may not make it active too: another administrator does. Where there is "
                   "only one, aynid is started with --single-administrator"),
      {{"resource", policy.name()}, {"author", policy.author()}});
}

}  // namespace

absl::StatusOr<Draft> ActivatePolicy(bool single_administrator, const Call& call, const Message& request,
                                     const StoredRecord& stored, StoreView* view) {
  const auto& draft_policy = static_cast<const v1::Policy&>(*stored.record);
  if (draft_policy.state() != v1::Policy::STATE_DRAFT) {
    return StateForbids("POLICY_NOT_DRAFT", draft_policy.name(),
                        absl::StrCat("is ", v1::Policy::State_Name(draft_policy.state()),
                                     ": only a draft can be made active; make a new version instead"));
  }
  const std::string etag = TextOf(request, FieldOf(request.GetDescriptor(), "etag"));
  if (!single_administrator) {
    if (absl::Status looked_at = CheckLookedAt(etag, draft_policy.name()); !looked_at.ok()) return looked_at;
  }
  const bool single_handed = draft_policy.author() == call.caller.principal;
  if (single_handed && !single_administrator) return NeedsAnother(draft_policy);
  // Services may have come since it was written.
  const std::vector<const v1::Service*> services = view->Services();
  if (!view->status().ok()) return view->status();
  for (const v1::Limit& limit : draft_policy.limits()) {
    const std::string unlike = UnlikeUnits(limit, services);
    if (!unlike.empty()) return StateForbids("UNLIKE_UNITS", draft_policy.name(), unlike);
  }
  const Kind& kind = KindOf<v1::Policy>();
  const std::string request_id = TextOf(request, FieldOf(request.GetDescriptor(), "request_id"));
  Draft draft;
  if (const std::string active = view->ActivePolicy(); !active.empty()) {
    const StoredRecord& before = view->Read(kind.type, active);
    if (before.record == nullptr) return absl::DataLossError("the active policy is not stored: " + active);
    v1::Policy superseded = static_cast<const v1::Policy&>(*before.record);
    superseded.set_state(v1::Policy::STATE_SUPERSEDED);
    *superseded.mutable_update_time() = LaterOf(superseded.update_time(), call.now);
    AddPut(call, request_id, kind, before, superseded, &draft.change);
  }
  auto activated = std::make_unique<v1::Policy>(draft_policy);
  activated->set_state(v1::Policy::STATE_ACTIVE);
  activated->set_activator(call.caller.principal);
  activated->set_single_handed(single_handed);
  *activated->mutable_update_time() = LaterOf(activated->update_time(), call.now);
  *activated->mutable_activate_time() = activated->update_time();
  AddPut(call, request_id, kind, stored, *activated, &draft.change);
  draft.answer = std::move(activated);
  return draft;
}

}  // namespace ayni::services
