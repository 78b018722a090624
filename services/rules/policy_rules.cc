#include <utility>

#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

constexpr int kWeightsSum = 1000;

void CheckLimits(const Admission& admission, const v1::Policy& policy) {
  for (int i = 0; i < policy.limits_size(); ++i) {
    const v1::Limit& limit = policy.limits(i);
    const FieldPath at = admission.path.Element("limits", i);
    for (int j = 0; j < i; ++j) {
      if (!limit.id().empty() && policy.limits(j).id() == limit.id()) {
        admission.violations->Add(at / "id", absl::StrCat("stands in the list already: ", limit.id()));
      }
    }
    const bool has_rule = limit.thin_market_rule() != v1::THIN_MARKET_RULE_UNSPECIFIED;
    if (limit.min_controllers() > 0 && !has_rule) {
      admission.violations->Add(
          at / "thin_market_rule",
          "is required with min_controllers: THIN_MARKET_RULE_WAIVE or THIN_MARKET_RULE_ENFORCE");
    }
    if (limit.min_controllers() == 0 && has_rule) {
      admission.violations->Add(at / "min_controllers", "is required with thin_market_rule: 1 to 1000");
    }
  }
}

// What the API has a place for, and rounds can't do yet.
void CheckSupported(const Admission& admission, const v1::Policy& policy) {
  for (int i = 0; i < policy.limits_size(); ++i) {
    const v1::Limit& limit = policy.limits(i);
    const FieldPath at = admission.path.Element("limits", i);
    if (limit.controller_level() > v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP) {
      admission.violations->Add(
          at / "controller_level",
          absl::StrCat("must be CONTROLLER_LEVEL_TAP or CONTROLLER_LEVEL_OWNERSHIP_GROUP, to which rounds "
                       "hold limits so far, is ",
                       v1::ControllerLevel_Name(limit.controller_level())));
    }
    if (limit.basis() == v1::LIMIT_BASIS_MATCHED) {
      admission.violations->Add(at / "basis",
                                "must be LIMIT_BASIS_DEMAND, which rounds support so far, is "
                                "LIMIT_BASIS_MATCHED");
    }
  }
  for (int i = 0; i < policy.limits_size(); ++i) {
    const v1::Limit& limit = policy.limits(i);
    const FieldPath at = admission.path.Element("limits", i);
    if (limit.by_service_family())
      admission.violations->Add(at / "by_service_family", "must be false so far");
    if (limit.measure() == v1::LIMIT_MEASURE_MONEY)
      admission.violations->Add(at / "measure", "must be LIMIT_MEASURE_UNITS so far");
    if (limit.exceptions_size() > 0) admission.violations->Add(at / "exceptions", "must be empty so far");
  }
  const std::pair<const char*, int> lists[] = {{"reserves", policy.reserves_size()},
                                               {"floors", policy.floors_size()},
                                               {"conflict_rules", policy.conflict_rules_size()}};
  for (const auto& [field, count] : lists) {
    if (count == 0) continue;
    admission.violations->Add(admission.path / field,
                              "must be empty: of a policy rounds support limits and scores so far");
  }
}

void CheckWeights(const Admission& admission, const v1::Policy& policy) {
  if (!policy.has_score_weights()) return;
  const v1::ScoreWeights& weights = policy.score_weights();
  const int64_t sum = int64_t{weights.fit()} + weights.distance() + weights.price() +
                      weights.expected_success() + weights.language() + weights.waiting_time() +
                      weights.wishes() + weights.urgency();
  if (sum == kWeightsSum) return;
  admission.violations->Add(admission.path / "score_weights",
                            absl::StrCat("must sum to ", kWeightsSum, ", sum to ", sum));
}

void AdmitPolicy(const Admission& admission, const v1::Policy* before, v1::Policy* after) {
  CheckLimits(admission, *after);
  CheckSupported(admission, *after);
  CheckWeights(admission, *after);
  if (before != nullptr) return;
  after->set_state(v1::Policy::STATE_DRAFT);
  after->set_author(admission.caller.principal);
}

absl::Status PermitPolicy(const Admission&, const v1::Policy* before, const v1::Policy* after) {
  if (before == nullptr || before->state() == v1::Policy::STATE_DRAFT) return absl::OkStatus();
  return StateForbids("POLICY_NOT_DRAFT", before->name(),
                      absl::StrCat("is ", v1::Policy::State_Name(before->state()), ": a policy can be ",
                                   after == nullptr ? "deleted" : "changed",
                                   " while it is a draft only; make a new version instead"));
}

}  // namespace

RulesOf<v1::Policy> PolicyRules() {
  RulesOf<v1::Policy> rules;
  rules.admit = AdmitPolicy;
  rules.permit = PermitPolicy;
  rules.referrers = {{&ResourceType::Of<v1::Round>(), "policy"}};
  rules.filter_fields = {"state"};
  return rules;
}

}  // namespace ayni::services
