#include <string>

#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/rules/roles.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

void AdmitPrincipal(const Admission& admission, const v1::Principal*, v1::Principal* after) {
  const FieldPath at = admission.path / "party";
  const bool is_member = after->role() == v1::ROLE_COOPERATIVE || after->role() == v1::ROLE_TAP;
  if (is_member && after->party().empty()) {
    admission.violations->Add(at, absl::StrCat("is required for ", Role_Name(after->role()),
                                               ": the party on whose behalf it calls"));
    return;
  }
  const v1::Party* party = admission.view.Find<v1::Party>(after->party());
  if (!is_member || party == nullptr) return;
  const v1::PartyRole needed =
      after->role() == v1::ROLE_COOPERATIVE ? v1::PARTY_ROLE_COOPERATIVE : v1::PARTY_ROLE_TAP;
  if (HasRole(*party, needed)) return;
  admission.violations->Add(at, absl::StrCat("must be a party in the role ", PartyRole_Name(needed), "; ",
                                             after->party(), " is not"));
}

// A token is never deleted, so neither is whose it was.
absl::Status PermitPrincipal(const Admission& admission, const v1::Principal* before,
                             const v1::Principal* after) {
  if (before == nullptr || after != nullptr) return absl::OkStatus();
  const std::string token =
      admission.view.FirstReferrer({&ResourceType::Of<v1::Token>(), ""}, before->name());
  if (token.empty()) return absl::OkStatus();
  return StateForbids("RESOURCE_IN_USE", before->name(),
                      absl::StrCat("can't be deleted, since it has tokens, as ", token,
                                   ", and the ledger names both for ever, revoked or not. Disable it with "
                                   "DisablePrincipal: its tokens and certificates then end at once"));
}

// The digest is stored, and never sent to anyone.
void ShowToken(const Caller&, v1::Token* token) { token->clear_secret_digest(); }

}  // namespace

RulesOf<v1::Principal> PrincipalRules() {
  RulesOf<v1::Principal> rules;
  rules.admit = AdmitPrincipal;
  rules.permit = PermitPrincipal;
  rules.referrers = {{&ResourceType::Of<v1::Token>(), ""}};
  rules.filter_fields = {"role", "party"};
  return rules;
}

RulesOf<v1::Token> TokenRules() {
  RulesOf<v1::Token> rules;
  rules.show = ShowToken;
  rules.filter_fields = {"display_name"};
  return rules;
}

}  // namespace ayni::services
