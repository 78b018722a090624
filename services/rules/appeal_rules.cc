#include "services/rules/rules.h"

namespace ayni::services {
namespace {

void AdmitAppeal(const Admission& admission, const v1::Appeal* before, v1::Appeal* after) {
  if (after->subject_case() == v1::Appeal::SUBJECT_NOT_SET) {
    admission.violations->Add(admission.path / "subject",
                              "is required: one of match, finding, refusal, which say what is contested");
  }
  if (before == nullptr) after->set_state(v1::Appeal::STATE_OPEN);
}

}  // namespace

// Who may contest what, until when, and who decides it: services/appeal.
RulesOf<v1::Appeal> AppealRules() {
  RulesOf<v1::Appeal> rules;
  rules.admit = AdmitAppeal;
  rules.filter_fields = {"appellant",    "state",         "match",        "finding.need",  "finding.tap",
                         "finding.rule", "refusal.round", "refusal.need", "decide_by_time"};
  rules.own_fields = {{v1::ROLE_COOPERATIVE, "appellant"}, {v1::ROLE_TAP, "appellant"}};
  return rules;
}

}  // namespace ayni::services
