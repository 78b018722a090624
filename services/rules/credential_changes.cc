#include "services/rules/credential_changes.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "ayni/v1/credential_service.pb.h"
#include "services/errors.h"
#include "services/resource/time.h"
#include "services/resource/violations.h"
#include "services/rules/day.h"
#include "services/rules/resource_methods.h"
#include "services/rules/shapes.h"
#include "services/rules/today.h"

namespace ayni::services {
namespace {

constexpr int kSuspensionsMax = 100;
constexpr int kRenewalsMax = 100;

// One change of one credential: what was asked, with its violations, and what stands afterwards.
template <typename Request>
struct Step {
  Step(const Call& for_call, const Message& asked, const StoredRecord& from, StoreView* view)
      : call(for_call),
        stored(from),
        request(static_cast<const Request&>(asked)),
        after(std::make_unique<v1::Credential>(static_cast<const v1::Credential&>(*from.record))) {
    ShapeOf(Request::descriptor()).Check(&request, FieldPath(), view, &violations);
  }

  // PermissionDenied: who holds a credential reads it as its own, and does not change it. Of one that is
  // revoked no field could be right.
  absl::Status CheckMayChange() const {
    if (call.caller.role == v1::ROLE_CERTIFIER && call.caller.party != after->certifier()) {
      return Forbidden("NOT_OWN",
                       absl::StrCat(after->name(), " was issued by ", after->certifier(), ", and ",
                                    call.caller.principal, " acts for ", call.caller.party),
                       {{"resource", after->name()}});
    }
    if (StateOf(*after) != v1::Credential::STATE_REVOKED) return absl::OkStatus();
    return StateForbids("CREDENTIAL_REVOKED", after->name(),
                        "is revoked, which is for good: issue another one with CreateCredential");
  }

  // Of a date that was asked for or is today: not before the credential's first day, not after its last.
  void CheckWithin(const google::type::Date& day, const char* field) {
    const FieldPath root;
    const FieldPath at = root / field;
    CheckOrder(after->issue_date(), "issue_date", day, at, &violations);
    if (after->has_expire_date() && IsDay(day) && ToDay(day) > ToDay(after->expire_date())) {
      violations.Add(at, absl::StrCat("must not be after the credential's last day, ",
                                      absl::FormatCivilTime(ToDay(after->expire_date())), ", is ",
                                      absl::FormatCivilTime(ToDay(day))));
    }
  }

  absl::StatusOr<Draft> Done() {
    after->set_state(StateOf(*after));
    *after->mutable_update_time() = LaterOf(after->update_time(), call.now);
    Draft draft;
    AddPut(call, request.request_id(), KindOf<v1::Credential>(), stored, *after, &draft.change);
    draft.answer = std::move(after);
    return draft;
  }

  const Call& call;
  const StoredRecord& stored;
  Request request;
  std::unique_ptr<v1::Credential> after;
  Violations violations;
};

bool IsSuspended(const v1::Credential& credential) {
  return !credential.suspensions().empty() && !credential.suspensions().rbegin()->has_end_date();
}

}  // namespace

v1::Credential::State StateOf(const v1::Credential& credential) {
  if (credential.has_revoke_date()) return v1::Credential::STATE_REVOKED;
  return IsSuspended(credential) ? v1::Credential::STATE_SUSPENDED : v1::Credential::STATE_ACTIVE;
}

absl::StatusOr<Draft> SuspendCredential(const Call& call, const Message& request, const StoredRecord& stored,
                                        StoreView* view) {
  Step<v1::SuspendCredentialRequest> step(call, request, stored, view);
  if (absl::Status status = step.CheckMayChange(); !status.ok()) return status;
  if (!step.request.has_start_date()) *step.request.mutable_start_date() = Today(call.now);
  const google::type::Date& first = step.request.start_date();
  step.CheckWithin(first, "start_date");
  const auto& suspensions = step.after->suspensions();
  const bool overlaps = !suspensions.empty() && suspensions.rbegin()->has_end_date() && IsDay(first) &&
                        ToDay(first) <= ToDay(suspensions.rbegin()->end_date());
  if (overlaps) {
    step.violations.Add(FieldPath() / "start_date",
                        absl::StrCat("must be after the last day of the suspension before, ",
                                     absl::FormatCivilTime(ToDay(suspensions.rbegin()->end_date())), ", is ",
                                     absl::FormatCivilTime(ToDay(first))));
  }
  if (!step.violations.empty()) return step.violations.ToStatus();
  if (IsSuspended(*step.after)) {
    return StateForbids("CREDENTIAL_SUSPENDED", step.after->name(),
                        "is suspended already: ReinstateCredential lifts that");
  }
  if (suspensions.size() >= kSuspensionsMax) {
    return StateForbids("TOO_MANY_SUSPENSIONS", step.after->name(),
                        absl::StrCat("was suspended ", suspensions.size(), " times: revoke it"));
  }
  v1::Suspension* suspension = step.after->add_suspensions();
  *suspension->mutable_start_date() = step.request.start_date();
  suspension->set_reason(step.request.reason());
  return step.Done();
}

absl::StatusOr<Draft> ReinstateCredential(const Call& call, const Message& request,
                                          const StoredRecord& stored, StoreView* view) {
  Step<v1::ReinstateCredentialRequest> step(call, request, stored, view);
  if (absl::Status status = step.CheckMayChange(); !status.ok()) return status;
  if (!step.request.has_end_date()) *step.request.mutable_end_date() = Today(call.now);
  const bool is_suspended = IsSuspended(*step.after);
  if (is_suspended && IsDay(step.request.end_date())) {
    const absl::CivilDay first = ToDay(step.after->suspensions().rbegin()->start_date());
    const absl::CivilDay last = ToDay(step.request.end_date());
    if (last < first - 1) {
      step.violations.Add(
          FieldPath() / "end_date",
          absl::StrCat("must not be before ", absl::FormatCivilTime(first - 1),
                       ", the day before the suspension's first, is ", absl::FormatCivilTime(last)));
    }
    if (step.after->has_expire_date() && last > ToDay(step.after->expire_date())) {
      step.violations.Add(FieldPath() / "end_date",
                          absl::StrCat("must not be after the credential's last day, ",
                                       absl::FormatCivilTime(ToDay(step.after->expire_date())), ", is ",
                                       absl::FormatCivilTime(last)));
    }
  }
  if (!step.violations.empty()) return step.violations.ToStatus();
  if (!is_suspended) return StateForbids("CREDENTIAL_NOT_SUSPENDED", step.after->name(), "is not suspended");
  *step.after->mutable_suspensions()->rbegin()->mutable_end_date() = step.request.end_date();
  return step.Done();
}

absl::StatusOr<Draft> RenewCredential(const Call& call, const Message& request, const StoredRecord& stored,
                                      StoreView* view) {
  Step<v1::RenewCredentialRequest> step(call, request, stored, view);
  if (absl::Status status = step.CheckMayChange(); !status.ok()) return status;
  const google::type::Date today = Today(call.now);
  const google::type::Date& last = step.request.expire_date();
  const FieldPath root;
  const FieldPath at = root / "expire_date";
  if (step.after->has_expire_date() && IsDay(last)) {
    const absl::CivilDay before = ToDay(step.after->expire_date());
    if (ToDay(last) <= before) {
      step.violations.Add(
          at, absl::StrCat("must be after the last day that it has, ", absl::FormatCivilTime(before), ", is ",
                           absl::FormatCivilTime(ToDay(last))));
    } else if (ToDay(last) < ToDay(today)) {
      step.violations.Add(at, absl::StrCat("must not be before today, ", absl::FormatCivilTime(ToDay(today)),
                                           ", is ", absl::FormatCivilTime(ToDay(last))));
    }
  }
  if (!step.violations.empty()) return step.violations.ToStatus();
  if (!step.after->has_expire_date()) {
    return StateForbids("CREDENTIAL_UNLIMITED", step.after->name(),
                        "does not expire: there is nothing to renew");
  }
  if (step.after->renewals_size() >= kRenewalsMax) {
    return StateForbids("TOO_MANY_RENEWALS", step.after->name(),
                        absl::StrCat("was renewed ", step.after->renewals_size(),
                                     " times: issue another one with CreateCredential"));
  }
  v1::Renewal* renewal = step.after->add_renewals();
  *renewal->mutable_renew_date() = today;
  *renewal->mutable_expire_date() = step.after->expire_date();
  renewal->set_evidence(step.request.evidence());
  *step.after->mutable_expire_date() = step.request.expire_date();
  return step.Done();
}

absl::StatusOr<Draft> RevokeCredential(const Call& call, const Message& request, const StoredRecord& stored,
                                       StoreView* view) {
  Step<v1::RevokeCredentialRequest> step(call, request, stored, view);
  if (absl::Status status = step.CheckMayChange(); !status.ok()) return status;
  if (!step.request.has_revoke_date()) *step.request.mutable_revoke_date() = Today(call.now);
  step.CheckWithin(step.request.revoke_date(), "revoke_date");
  if (!step.violations.empty()) return step.violations.ToStatus();
  *step.after->mutable_revoke_date() = step.request.revoke_date();
  step.after->set_revoke_reason(step.request.reason());
  return step.Done();
}

}  // namespace ayni::services
