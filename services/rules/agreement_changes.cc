#include "services/rules/agreement_changes.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "ayni/v1/agreement.pb.h"
#include "ayni/v1/agreement_service.pb.h"
#include "services/errors.h"
#include "services/resource/time.h"
#include "services/resource/violations.h"
#include "services/rules/day.h"
#include "services/rules/resource_methods.h"
#include "services/rules/roles.h"
#include "services/rules/shapes.h"

namespace ayni::services {
namespace {

v1::Agreement AgreementOf(const StoredRecord& stored) {
  return static_cast<const v1::Agreement&>(*stored.record);
}

v1::Side SideOf(const Caller& caller, const v1::Agreement& agreement) {
  if (caller.role == v1::ROLE_ADMINISTRATOR) return v1::SIDE_ADMINISTRATOR;
  return caller.party == agreement.tap() && caller.role == v1::ROLE_TAP ? v1::SIDE_TAP : v1::SIDE_COOPERATIVE;
}

v1::Word WordOf(const Call& call, const v1::Agreement& agreement) {
  v1::Word word;
  *word.mutable_time() = LaterOf(agreement.update_time(), call.now);
  word.set_principal(call.caller.principal);
  return word;
}

absl::Status CheckNotEnded(const v1::Agreement& agreement) {
  if (agreement.state() != v1::Agreement::STATE_ENDED) return absl::OkStatus();
  return StateForbids("AGREEMENT_ENDED", agreement.name(), "is ended: propose another one");
}

// The last day that may be said of one that is in force, or is ended and holds for some days yet: whoever
// would leave sooner than the other side said need not wait.
absl::CivilDay LatestEnd(const v1::Agreement& agreement) {
  return agreement.has_last_date() ? ToDay(agreement.last_date()) - 1 : ToDay(agreement.window().end_date());
}

absl::Status CheckMayEnd(const v1::Agreement& agreement, absl::CivilDay today) {
  if (agreement.has_last_date() && LatestEnd(agreement) >= today) return absl::OkStatus();
  return CheckNotEnded(agreement);
}

Draft DraftOf(const Call& call, const std::string& request_id, const StoredRecord& stored,
              v1::Agreement after) {
  *after.mutable_update_time() = LaterOf(after.update_time(), call.now);
  Draft draft;
  AddPut(call, request_id, KindOf<v1::Agreement>(), stored, after, &draft.change);
  draft.answer = std::make_unique<v1::Agreement>(std::move(after));
  return draft;
}

// Sets the last day on which one that is in force holds, or holds until a day that was set before. Where its
// window has not begun, it never did.
void SetLastDate(const v1::EndAgreementRequest& end, absl::CivilDay today, v1::Agreement* agreement,
                 Violations* violations) {
  const FieldPath root;
  const FieldPath at = root / "last_date";
  if (agreement->state() == v1::Agreement::STATE_PROPOSED) {
    if (end.has_last_date())
      violations->Add(at, "must be left out of an agreement that is only proposed: it never held");
    return;
  }
  const absl::CivilDay latest = LatestEnd(*agreement);
  const absl::CivilDay earliest = std::min(today, latest);
  const absl::CivilDay last = end.has_last_date() ? ToDay(end.last_date()) : earliest;
  if (last < earliest || last > latest) {
    violations->Add(at, absl::StrCat("must be ", absl::FormatCivilTime(earliest), " to ",
                                     absl::FormatCivilTime(latest), ", is ", absl::FormatCivilTime(last)));
    return;
  }
  agreement->clear_last_date();
  if (last >= ToDay(agreement->window().start_date())) *agreement->mutable_last_date() = ToDate(last);
}

}  // namespace

absl::StatusOr<Draft> AcceptAgreement(const Call& call, const Message& request, const StoredRecord& stored,
                                      StoreView*) {
  v1::Agreement agreement = AgreementOf(stored);
  const std::string& request_id = static_cast<const v1::AcceptAgreementRequest&>(request).request_id();
  if (absl::Status status = CheckNotEnded(agreement); !status.ok()) return status;
  const bool is_tap = SideOf(call.caller, agreement) == v1::SIDE_TAP;
  if (is_tap ? agreement.has_tap_yes() : agreement.has_cooperative_yes()) {
    FillEtag(KindOf<v1::Agreement>().type, stored.version, &agreement);
    Draft draft;
    draft.answer = std::make_unique<v1::Agreement>(std::move(agreement));
    draft.writes = !request_id.empty();
    return draft;
  }
  if (ToDay(agreement.window().end_date()) < FirstOpenDay(call.now))
    return StateForbids("AGREEMENT_OVER", agreement.name(), "is over: its last day was before today");
  *(is_tap ? agreement.mutable_tap_yes() : agreement.mutable_cooperative_yes()) = WordOf(call, agreement);
  if (agreement.has_tap_yes() && agreement.has_cooperative_yes())
    agreement.set_state(v1::Agreement::STATE_IN_FORCE);
  return DraftOf(call, request_id, stored, std::move(agreement));
}

absl::StatusOr<Draft> EndAgreement(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view) {
  v1::Agreement agreement = AgreementOf(stored);
  const auto& end = static_cast<const v1::EndAgreementRequest&>(request);
  const std::unique_ptr<Message> checked(request.New());
  checked->CopyFrom(request);
  Violations violations;
  ShapeOf(request.GetDescriptor()).Check(checked.get(), FieldPath(), view, &violations);
  if (!violations.empty()) return violations.ToStatus();
  for (const std::string& party : {agreement.cooperative(), agreement.tap()}) {
    if (absl::Status status = CheckUnconcerned(call.caller, party); !status.ok()) return status;
  }
  const absl::CivilDay today = FirstOpenDay(call.now);
  if (absl::Status status = CheckMayEnd(agreement, today); !status.ok()) return status;
  SetLastDate(end, today, &agreement, &violations);
  if (!violations.empty()) return violations.ToStatus();
  agreement.set_state(v1::Agreement::STATE_ENDED);
  v1::Ending* ending = agreement.mutable_ending();
  ending->set_side(SideOf(call.caller, agreement));
  *ending->mutable_word() = WordOf(call, agreement);
  ending->set_reason(end.reason());
  return DraftOf(call, end.request_id(), stored, std::move(agreement));
}

}  // namespace ayni::services
