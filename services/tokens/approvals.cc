#include "services/tokens/approvals.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/access_service.pb.h"
#include "services/access/directory.h"
#include "services/errors.h"
#include "services/resource/time.h"
#include "services/resource/violations.h"
#include "services/rules/looked_at.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

// Whether the record waits for approval, and this caller may give it.
template <typename Record>
absl::Status CheckApprover(const Call& call, const Record& record, const std::string& of_whom,
                           bool single_administrator) {
  if (record.state() != Record::STATE_PENDING_APPROVAL)
    return StateForbids("NOT_PENDING_APPROVAL", record.name(), "waits for no approval");
  const bool is_concerned = call.caller.principal == record.created_by() || call.caller.principal == of_whom;
  if (!is_concerned || single_administrator) return absl::OkStatus();
  return Forbidden(
      "SECOND_ADMINISTRATOR_NEEDED",
      absl::StrCat(record.name(), " was made by ", record.created_by(), " for ", of_whom,
                   ", and neither of the two approves it: another administrator does. Where there ",
                   "is none, whoever runs the server starts it with --single-administrator"),
      {{"resource", record.name()}, {"created_by", record.created_by()}});
}

template <typename Record>
Draft Approved(const Call& call, const std::string& request_id, const StoredRecord& stored,
               const std::string& of_whom) {
  auto record = std::make_unique<Record>(static_cast<const Record&>(*stored.record));
  record->set_state(Record::STATE_ACTIVE);
  record->set_approved_by(call.caller.principal);
  record->set_single_handed(call.caller.principal == record->created_by() ||
                            call.caller.principal == of_whom);
  *record->mutable_update_time() = LaterOf(record->update_time(), call.now);
  *record->mutable_approve_time() = record->update_time();
  Draft draft;
  AddPut(call, request_id, KindOf<Record>(), stored, *record, &draft.change);
  draft.answer = std::move(record);
  return draft;
}

}  // namespace

absl::StatusOr<Draft> ApprovePrincipal(bool single_administrator, const Call& call, const Message& request,
                                       const StoredRecord& stored, StoreView*) {
  const auto& approve = static_cast<const v1::ApprovePrincipalRequest&>(request);
  const auto& principal = static_cast<const v1::Principal&>(*stored.record);
  if (absl::Status status = CheckLookedAt(approve.etag(), principal.name()); !status.ok()) return status;
  if (absl::Status status = CheckApprover(call, principal, principal.name(), single_administrator);
      !status.ok()) {
    return status;
  }
  if (principal.has_disable_time())
    return StateForbids("PRINCIPAL_DISABLED", principal.name(), "is disabled, for good");
  return Approved<v1::Principal>(call, approve.request_id(), stored, principal.name());
}

absl::StatusOr<Draft> ApproveToken(bool single_administrator, const Call& call, const Message& request,
                                   const StoredRecord& stored, StoreView*) {
  const auto& approve = static_cast<const v1::ApproveTokenRequest&>(request);
  const auto& token = static_cast<const v1::Token&>(*stored.record);
  const std::string of_whom = PrincipalOf(token.name());
  if (absl::Status status = CheckApprover(call, token, of_whom, single_administrator); !status.ok())
    return status;
  if (token.has_revoke_time()) return StateForbids("TOKEN_REVOKED", token.name(), "is revoked, for good");
  if (approve.secret_sha256() != absl::BytesToHexString(token.secret_digest())) {
    Violations violations;
    violations.Add(FieldPath() / "secret_sha256",
                   absl::StrCat("is not that of ", token.name(), ": ask ", of_whom,
                                " itself for the line that `ayni token draw` gave it; where it differs, the ",
                                "secret is another one's, and the token is to be revoked"));
    return violations.ToStatus();
  }
  return Approved<v1::Token>(call, approve.request_id(), stored, of_whom);
}

absl::StatusOr<Draft> ApproveIdentity(bool single_administrator, const Call& call, const Message& request,
                                      const StoredRecord& stored, StoreView*) {
  const auto& approve = static_cast<const v1::ApproveIdentityRequest&>(request);
  const auto& identity = static_cast<const v1::Identity&>(*stored.record);
  const std::string of_whom = PrincipalOf(identity.name());
  if (absl::Status status = CheckApprover(call, identity, of_whom, single_administrator); !status.ok())
    return status;
  if (approve.subject() != identity.subject()) {
    Violations violations;
    violations.Add(
        FieldPath() / "subject",
        absl::StrCat("is not that of ", identity.name(), ": ask ", of_whom, " itself for what the ",
                     "sign-in page showed it; where it differs, the account is another one's, and ",
                     "the identity is to be deleted"));
    return violations.ToStatus();
  }
  return Approved<v1::Identity>(call, approve.request_id(), stored, of_whom);
}

}  // namespace ayni::services
