#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/policy.pb.h"
#include "services/rules/family_units.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

// What is taught is taught to people, for a time.
void CheckCurriculum(const Admission& admission, const v1::Service& service) {
  if (service.curriculum() == v1::CURRICULUM_UNSPECIFIED || service.unit() == v1::UNIT_UNSPECIFIED) return;
  for (const v1::Unit unit : {v1::UNIT_HOUR, v1::UNIT_PARTICIPANT, v1::UNIT_PARTICIPANT_HOUR}) {
    if (service.unit() == unit) return;
  }
  admission.violations->Add(
      admission.path / "unit",
      absl::StrCat("must be UNIT_HOUR, UNIT_PARTICIPANT or UNIT_PARTICIPANT_HOUR with a curriculum, is ",
                   v1::Unit_Name(service.unit())));
}

// A family whose units the active policy adds up takes no service of another unit.
void AdmitService(const Admission& admission, const v1::Service* before, v1::Service* after) {
  CheckCurriculum(admission, *after);
  if (before != nullptr && before->family() == after->family() && before->unit() == after->unit()) return;
  if (after->family().empty() || after->unit() == v1::UNIT_UNSPECIFIED) return;
  const std::string active = admission.view.ActivePolicy();
  const auto* policy = active.empty() ? nullptr : admission.view.Find<v1::Policy>(active);
  if (policy == nullptr) return;
  std::string kept_out = KeptOutOfFamily(*policy, *after, admission.view.Services());
  if (!kept_out.empty()) admission.violations->Add(admission.path / "family", std::move(kept_out));
}

}  // namespace

RulesOf<v1::Service> ServiceRules() {
  RulesOf<v1::Service> rules;
  rules.admit = AdmitService;
  rules.referrers = {
      {&ResourceType::Of<v1::Need>(), "service"},    {&ResourceType::Of<v1::Offer>(), "service"},
      {&ResourceType::Of<v1::Budget>(), "services"}, {&ResourceType::Of<v1::Credential>(), "services"},
      {&ResourceType::Of<v1::Skill>(), "services"},  {&ResourceType::Of<v1::Match>(), "service"}};
  rules.filter_fields = {"family", "unit"};
  return rules;
}

RulesOf<v1::ValueChain> ValueChainRules() {
  RulesOf<v1::ValueChain> rules;
  rules.referrers = {{&ResourceType::Of<v1::Need>(), "value_chain"},
                     {&ResourceType::Of<v1::Offer>(), "value_chains"},
                     {&ResourceType::Of<v1::Credential>(), "value_chains"},
                     {&ResourceType::Of<v1::Skill>(), "value_chains"},
                     {&ResourceType::Of<v1::Match>(), "value_chain"}};
  rules.filter_fields = {"kind"};
  return rules;
}

}  // namespace ayni::services
