#include "absl/strings/str_cat.h"
#include "services/rules/credential_changes.h"
#include "services/rules/day.h"
#include "services/rules/roles.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

void CheckNotBefore(const google::type::Date& day, const FieldPath& at, const google::type::Date& least,
                    const char* what, Violations* violations) {
  if (!IsDay(day) || ToDay(day) >= ToDay(least)) return;
  violations->Add(at, absl::StrCat("must not be before ", what, ", ", absl::FormatCivilTime(ToDay(least)),
                                   ", is ", absl::FormatCivilTime(ToDay(day))));
}

void CheckNotAfter(const google::type::Date& day, const FieldPath& at, const google::type::Date& most,
                   const char* what, Violations* violations) {
  if (!IsDay(day) || ToDay(day) <= ToDay(most)) return;
  violations->Add(at, absl::StrCat("must not be after ", what, ", ", absl::FormatCivilTime(ToDay(most)),
                                   ", is ", absl::FormatCivilTime(ToDay(day))));
}

void CheckCertifier(const Admission& admission, const v1::Credential& credential) {
  const FieldPath at = admission.path / "certifier";
  if (!credential.certifier().empty() && credential.certifier() == credential.holder()) {
    admission.violations->Add(at, "must be another party than the holder: nobody certifies themselves");
  }
  // Whoever teaches may give a module: firms, academies, public bodies.
  if (credential.curriculum() != v1::CURRICULUM_UNSPECIFIED) return;
  const v1::Party* certifier = admission.view.Find<v1::Party>(credential.certifier());
  if (certifier != nullptr && !HasRole(*certifier, v1::PARTY_ROLE_CERTIFIER)) {
    admission.violations->Add(at, absl::StrCat("must be a party in the role PARTY_ROLE_CERTIFIER; ",
                                               credential.certifier(), " is not"));
  }
}

// What was suspended and renewed stays within its days, whatever an administrator corrects.
void CheckHistory(const Admission& admission, const v1::Credential& credential) {
  if (!credential.suspensions().empty()) {
    const google::type::Date& first = credential.suspensions(0).start_date();
    const google::type::Date& last = credential.suspensions().rbegin()->start_date();
    CheckNotAfter(credential.issue_date(), admission.path / "issue_date", first, "its first suspension",
                  admission.violations);
    if (credential.has_expire_date()) {
      CheckNotBefore(credential.expire_date(), admission.path / "expire_date", last, "its last suspension",
                     admission.violations);
    }
  }
  if (credential.renewals().empty()) return;
  const v1::Renewal& last = *credential.renewals().rbegin();
  if (credential.has_expire_date()) {
    CheckNotBefore(credential.expire_date(), admission.path / "expire_date", last.expire_date(),
                   "its last day before it was renewed", admission.violations);
  } else {
    admission.violations->Add(admission.path / "expire_date",
                              "is required for what was renewed: the last day of the last renewal");
  }
}

void AdmitCredential(const Admission& admission, const v1::Credential*, v1::Credential* after) {
  CheckCertifier(admission, *after);
  CheckHistory(admission, *after);
  after->set_state(StateOf(*after));
  if (after->has_expire_date()) {
    CheckOrder(after->issue_date(), "issue_date", after->expire_date(), admission.path / "expire_date",
               admission.violations);
  }
  if (after->has_revoke_date()) {
    CheckOrder(after->issue_date(), "issue_date", after->revoke_date(), admission.path / "revoke_date",
               admission.violations);
  }
  if (after->has_revoke_date() && after->revoke_reason().empty()) {
    admission.violations->Add(admission.path / "revoke_reason", "is required with revoke_date");
  }
  if (!after->has_revoke_date() && !after->revoke_reason().empty()) {
    admission.violations->Add(admission.path / "revoke_date", "is required with revoke_reason");
  }
}

}  // namespace

RulesOf<v1::Credential> CredentialRules() {
  RulesOf<v1::Credential> rules;
  rules.admit = AdmitCredential;
  rules.filter_fields = {"holder", "certifier", "scheme", "state"};
  rules.own_fields = {{v1::ROLE_COOPERATIVE, "holder"}, {v1::ROLE_TAP, "holder"}};
  return rules;
}

}  // namespace ayni::services
