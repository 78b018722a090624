#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/errors.h"
#include "services/resource/form.h"
#include "services/rules/day.h"
#include "services/rules/roles.h"
#include "services/rules/rules.h"
#include "services/rules/waiver_changes.h"

namespace ayni::services {
namespace {

constexpr int64_t kWaiverDaysMax = 3'660;

// The rule in the active policy; null where that has none of the id. Adds what is then wrong.
const v1::ConflictRule* FindRule(const Admission& admission, const v1::Waiver& waiver) {
  const std::string active = admission.view.ActivePolicy();
  const v1::Policy* policy = active.empty() ? nullptr : admission.view.Find<v1::Policy>(active);
  if (policy == nullptr) {
    admission.violations->Add(admission.path / "rule",
                              "names a rule, and no policy is active: activate one first");
    return nullptr;
  }
  std::vector<std::string> ids;
  for (const v1::ConflictRule& rule : policy->conflict_rules()) {
    if (rule.id() == waiver.rule()) return &rule;
    ids.push_back(rule.id());
  }
  admission.violations->Add(
      admission.path / "rule",
      absl::StrCat("must be a conflict rule of ", active, ", the active policy, is ", Quoted(waiver.rule()),
                   "; it has ", ids.empty() ? "none" : absl::StrJoin(ids, ", ")));
  return nullptr;
}

void CheckRole(const Admission& admission, const std::string& party, v1::PartyRole role, const char* field) {
  const v1::Party* found = party.empty() ? nullptr : admission.view.Find<v1::Party>(party);
  if (found == nullptr || HasRole(*found, role)) return;
  admission.violations->Add(
      admission.path / field,
      absl::StrCat("must be a party in ", v1::PartyRole_Name(role), "; ", party, " is not"));
}

void AdmitWaiver(const Admission& admission, const v1::Waiver* before, v1::Waiver* after) {
  CheckRole(admission, after->tap(), v1::PARTY_ROLE_TAP, "tap");
  CheckRole(admission, after->cooperative(), v1::PARTY_ROLE_COOPERATIVE, "cooperative");
  if (IsDay(after->start_date()) && IsDay(after->end_date())) {
    CheckOrder(after->start_date(), "start_date", after->end_date(), admission.path / "end_date",
               admission.violations);
    if (ToDay(after->end_date()) - ToDay(after->start_date()) >= kWaiverDaysMax) {
      admission.violations->Add(admission.path / "end_date",
                                absl::StrCat("must be at most ", kWaiverDaysMax,
                                             " days, both included, after "
                                             "start_date: a waiver is looked at again"));
    }
  }
  if (before != nullptr || after->rule().empty()) return;
  after->set_proposed_by(admission.caller.principal);
  const v1::ConflictRule* rule = FindRule(admission, *after);
  if (rule == nullptr) return;
  if (rule->severity() == v1::CONFLICT_SEVERITY_BLOCK) {
    after->set_state(v1::Waiver::STATE_PROPOSED);
  } else {
    Grant(admission.caller, admission.now, after);
  }
}

absl::Status PermitWaiver(const Admission& admission, const v1::Waiver* before, const v1::Waiver* after) {
  if (before != nullptr || after == nullptr) return absl::OkStatus();
  return CheckUnconcerned(admission.caller, *after);
}

}  // namespace

RulesOf<v1::Waiver> WaiverRules() {
  RulesOf<v1::Waiver> rules;
  rules.admit = AdmitWaiver;
  rules.permit = PermitWaiver;
  rules.filter_fields = {"rule", "cooperative", "tap", "kind", "state"};
  return rules;
}

}  // namespace ayni::services
