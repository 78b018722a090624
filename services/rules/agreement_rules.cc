#include <string>

#include "absl/strings/str_cat.h"
#include "services/resource/time.h"
#include "services/rules/roles.h"
#include "services/rules/rules.h"
#include "services/rules/terms.h"

namespace ayni::services {
namespace {

void CheckRole(const Admission& admission, const std::string& party, v1::PartyRole role, const char* field) {
  const v1::Party* found = party.empty() ? nullptr : admission.view.Find<v1::Party>(party);
  if (found == nullptr || HasRole(*found, role)) return;
  admission.violations->Add(
      admission.path / field,
      absl::StrCat("must be a party in the role ", v1::PartyRole_Name(role), "; ", party, " is not"));
}

// Whoever proposes it has said yes by that.
void FillYes(const Admission& admission, v1::Agreement* agreement) {
  const Caller& caller = admission.caller;
  v1::Word word;
  *word.mutable_time() = ToTimestamp(admission.now);
  word.set_principal(caller.principal);
  if (caller.role == v1::ROLE_COOPERATIVE && caller.party == agreement->cooperative())
    *agreement->mutable_cooperative_yes() = word;
  if (caller.role == v1::ROLE_TAP && caller.party == agreement->tap()) *agreement->mutable_tap_yes() = word;
}

void AdmitAgreement(const Admission& admission, const v1::Agreement* before, v1::Agreement* after) {
  CheckRole(admission, after->cooperative(), v1::PARTY_ROLE_COOPERATIVE, "cooperative");
  CheckRole(admission, after->tap(), v1::PARTY_ROLE_TAP, "tap");
  if (!after->tap().empty() && after->tap() == after->cooperative())
    admission.violations->Add(admission.path / "tap", "must be another party than cooperative");
  if (after->has_unit_price() && after->unit_price().minor_units() == 0)
    admission.violations->Add(admission.path / "unit_price" / "minor_units", "must be at least 1");
  if (before != nullptr) return;
  after->set_state(v1::Agreement::STATE_PROPOSED);
  FillYes(admission, after);
}

}  // namespace

RulesOf<v1::Agreement> AgreementRules() {
  RulesOf<v1::Agreement> rules;
  rules.admit = AdmitAgreement;
  rules.referrers = {{&ResourceType::Of<v1::Need>(), "agreement"},
                     {&ResourceType::Of<v1::NeedTemplate>(), "agreement"},
                     {&ResourceType::Of<v1::Match>(), "agreement", nullptr, "what was matched keeps it"}};
  rules.filter_fields = {"cooperative", "tap", "service", "kind", "state"};
  rules.own_fields = {{v1::ROLE_COOPERATIVE, "cooperative"}, {v1::ROLE_TAP, "tap"}};
  return rules;
}

}  // namespace ayni::services
