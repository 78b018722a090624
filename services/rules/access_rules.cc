#include "services/rules/access_rules.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/access/directory.h"
#include "services/errors.h"
#include "services/rules/roles.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

// One administrator alone makes no second pair of eyes, but where there never was a second one: also those
// that are disabled count, or one could end the others in order to be alone.
void FillState(const Admission& admission, v1::Principal* principal) {
  principal->set_created_by(admission.caller.principal);
  principal->set_state(v1::Principal::STATE_ACTIVE);
  if (principal->role() != v1::ROLE_ADMINISTRATOR) return;
  principal->set_single_handed(admission.single_administrator ||
                               admission.view.OtherAdministrator(admission.caller.principal).empty());
  if (!principal->single_handed()) principal->set_state(v1::Principal::STATE_PENDING_APPROVAL);
}

// What the party of a caller in that role must be; unspecified: anything, as whoever pays may be of any kind.
v1::PartyRole PartyRoleFor(v1::Role role) {
  switch (role) {
    case v1::ROLE_COOPERATIVE:
      return v1::PARTY_ROLE_COOPERATIVE;
    case v1::ROLE_TAP:
      return v1::PARTY_ROLE_TAP;
    case v1::ROLE_CERTIFIER:
      return v1::PARTY_ROLE_CERTIFIER;
    default:
      return v1::PARTY_ROLE_UNSPECIFIED;
  }
}

void AdmitPrincipal(const Admission& admission, const v1::Principal* before, v1::Principal* after) {
  if (before == nullptr) FillState(admission, after);
  const FieldPath at = admission.path / "party";
  if (IsMember(after->role()) && after->party().empty()) {
    admission.violations->Add(at, absl::StrCat("is required for ", Role_Name(after->role()),
                                               ": the party on whose behalf it calls"));
    return;
  }
  const v1::Party* party = admission.view.Find<v1::Party>(after->party());
  const v1::PartyRole needed = PartyRoleFor(after->role());
  if (party == nullptr || needed == v1::PARTY_ROLE_UNSPECIFIED || HasRole(*party, needed)) return;
  admission.violations->Add(at, absl::StrCat("must be a party in the role ", PartyRole_Name(needed), "; ",
                                             after->party(), " is not"));
}

// A token is never deleted, so neither is whose it was.
absl::Status PermitPrincipal(const Admission& admission, const v1::Principal* before,
                             const v1::Principal* after) {
  if (before == nullptr || after != nullptr) return absl::OkStatus();
  if (before->role() == v1::ROLE_ADMINISTRATOR && before->state() != v1::Principal::STATE_PENDING_APPROVAL) {
    return StateForbids(
        "ADMINISTRATOR_STAYS", before->name(),
        "can't be deleted: that there was another administrator is why those who are made now "
        "need approval. Disable it with DisablePrincipal");
  }
  const std::string token =
      admission.view.FirstReferrer({&ResourceType::Of<v1::Token>(), ""}, before->name());
  if (token.empty()) return absl::OkStatus();
  return StateForbids("RESOURCE_IN_USE", before->name(),
                      absl::StrCat("can't be deleted, since it has tokens, as ", token,
                                   ", and the ledger names both for ever, revoked or not. Disable it with "
                                   "DisablePrincipal: its tokens and certificates then end at once"));
}

void AdmitIdentity(const Admission& admission, const v1::Identity* before, v1::Identity* after) {
  if (before != nullptr) return;
  const std::string owner_name = PrincipalOf(after->name());
  const auto* owner = admission.view.Find<v1::Principal>(owner_name);
  if (owner == nullptr && !after->name().empty())
    admission.violations->Add(admission.parent_path,
                              absl::StrCat("is ", owner_name, ", which does not exist"));
  const Making making = MakingFor(admission.caller, owner, admission.single_administrator);
  after->set_created_by(admission.caller.principal);
  after->set_single_handed(making == Making::kSingleHanded);
  after->set_state(making == Making::kWaitsForApproval ? v1::Identity::STATE_PENDING_APPROVAL
                                                       : v1::Identity::STATE_ACTIVE);
  const std::string same = admission.view.IdentityOf(after->issuer(), after->subject());
  if (same.empty()) return;
  admission.violations->Add(admission.path / "subject",
                            absl::StrCat("is the account of ", same, " already: one account opens one ",
                                         "principal. Delete that one first, or take another account"));
}

// The digest is stored, and never sent to anyone.
void ShowToken(const Caller&, v1::Token* token) { token->clear_secret_digest(); }

}  // namespace

Making MakingFor(const Caller& maker, const v1::Principal* owner, bool single_administrator) {
  if (owner == nullptr || owner->role() != v1::ROLE_ADMINISTRATOR || owner->name() == maker.principal)
    return Making::kAtOnce;
  return single_administrator ? Making::kSingleHanded : Making::kWaitsForApproval;
}

RulesOf<v1::Principal> PrincipalRules() {
  RulesOf<v1::Principal> rules;
  rules.admit = AdmitPrincipal;
  rules.permit = PermitPrincipal;
  rules.referrers = {{&ResourceType::Of<v1::Token>(), ""}, {&ResourceType::Of<v1::Identity>(), ""}};
  rules.filter_fields = {"role", "party", "state"};
  return rules;
}

RulesOf<v1::Token> TokenRules() {
  RulesOf<v1::Token> rules;
  rules.show = ShowToken;
  rules.filter_fields = {"display_name", "state"};
  return rules;
}

RulesOf<v1::Identity> IdentityRules() {
  RulesOf<v1::Identity> rules;
  rules.admit = AdmitIdentity;
  rules.filter_fields = {"display_name", "issuer", "subject", "state"};
  return rules;
}

}  // namespace ayni::services
