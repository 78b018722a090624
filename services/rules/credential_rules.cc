#include "absl/strings/str_cat.h"
#include "services/rules/day.h"
#include "services/rules/roles.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

void CheckCertifier(const Admission& admission, const v1::Credential& credential) {
  const FieldPath at = admission.path / "certifier";
  if (!credential.certifier().empty() && credential.certifier() == credential.holder()) {
    admission.violations->Add(at, "must be another party than the holder: nobody certifies themselves");
  }
  const v1::Party* certifier = admission.view.Find<v1::Party>(credential.certifier());
  if (certifier != nullptr && !HasRole(*certifier, v1::PARTY_ROLE_CERTIFIER)) {
    admission.violations->Add(at, absl::StrCat("must be a party in the role PARTY_ROLE_CERTIFIER; ",
                                               credential.certifier(), " is not"));
  }
}

void AdmitCredential(const Admission& admission, const v1::Credential*, v1::Credential* after) {
  CheckCertifier(admission, *after);
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
  rules.filter_fields = {"holder", "certifier", "scheme"};
  rules.own_fields = {{v1::ROLE_COOPERATIVE, "holder"}, {v1::ROLE_TAP, "holder"}};
  return rules;
}

}  // namespace ayni::services
