#include "services/rules/waiver_changes.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/conflict_service.pb.h"
#include "services/errors.h"
#include "services/resource/form.h"
#include "services/resource/time.h"
#include "services/resource/violations.h"
#include "services/rules/resource_methods.h"
#include "services/rules/roles.h"

namespace ayni::services {
namespace {

constexpr int64_t kReasonCharactersMax = 2'000;

absl::StatusOr<Draft> DraftOf(const Call& call, const std::string& request_id, const StoredRecord& stored,
                              std::unique_ptr<v1::Waiver> after) {
  *after->mutable_update_time() = LaterOf(after->update_time(), call.now);
  Draft draft;
  AddPut(call, request_id, KindOf<v1::Waiver>(), stored, *after, &draft.change);
  draft.answer = std::move(after);
  return draft;
}

absl::Status CheckReason(const std::string& reason) {
  Violations violations;
  const int64_t characters = CountCharacters(reason);
  const std::string wrong = WrongText(reason);
  if (characters < 1 || characters > kReasonCharactersMax) {
    violations.Add(FieldPath() / "reason",
                   absl::StrCat("must have 1 to ", kReasonCharactersMax, " characters, has ", characters));
  } else if (!wrong.empty()) {
    violations.Add(FieldPath() / "reason", wrong);
  }
  return violations.empty() ? absl::OkStatus() : violations.ToStatus();
}

}  // namespace

void Grant(const Caller& caller, absl::Time now, v1::Waiver* waiver) {
  waiver->set_state(v1::Waiver::STATE_GRANTED);
  waiver->set_granted_by(caller.principal);
  *waiver->mutable_grant_time() = ToTimestamp(now);
}

absl::Status CheckUnconcerned(const Caller& caller, const v1::Waiver& waiver) {
  std::vector<std::string> parties(waiver.through().begin(), waiver.through().end());
  parties.push_back(waiver.tap());
  parties.push_back(waiver.cooperative());
  for (const std::string& party : parties) {
    if (absl::Status status = CheckUnconcerned(caller, party); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<Draft> GrantWaiver(const Call& call, const Message& request, const StoredRecord& stored,
                                  StoreView*) {
  auto after = std::make_unique<v1::Waiver>(static_cast<const v1::Waiver&>(*stored.record));
  if (after->state() != v1::Waiver::STATE_PROPOSED) {
    return StateForbids("WAIVER_NOT_PROPOSED", after->name(),
                        absl::StrCat("is ", v1::Waiver::State_Name(after->state()),
                                     ": only what is proposed can be granted; make a new waiver instead"));
  }
  if (call.caller.principal == after->proposed_by()) {
    return Forbidden("SECOND_ADMINISTRATOR_NEEDED",
                     absl::StrCat(call.caller.principal, " proposed ", after->name(),
                                  ", and its rule blocks: another administrator grants it"),
                     {{"waiver", after->name()}});
  }
  if (absl::Status status = CheckUnconcerned(call.caller, *after); !status.ok()) return status;
  Grant(call.caller, call.now, after.get());
  return DraftOf(call, static_cast<const v1::GrantWaiverRequest&>(request).request_id(), stored,
                 std::move(after));
}

absl::StatusOr<Draft> RevokeWaiver(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView*) {
  const auto& revoke = static_cast<const v1::RevokeWaiverRequest&>(request);
  if (absl::Status status = CheckReason(revoke.reason()); !status.ok()) return status;
  auto after = std::make_unique<v1::Waiver>(static_cast<const v1::Waiver&>(*stored.record));
  if (after->state() == v1::Waiver::STATE_REVOKED)
    return StateForbids("WAIVER_REVOKED", after->name(), "is revoked already");
  after->set_state(v1::Waiver::STATE_REVOKED);
  after->set_revoke_reason(revoke.reason());
  return DraftOf(call, revoke.request_id(), stored, std::move(after));
}

}  // namespace ayni::services
