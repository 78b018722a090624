#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/rules/conflict_rules.h"
#include "services/rules/country_profiles.h"
#include "services/rules/day.h"
#include "services/rules/family_units.h"
#include "services/rules/roles.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

constexpr int kWeightsSum = 1000;

// Each id once in its list, and in no other list that shares `seen`.
template <typename List>
void CheckIds(const Admission& admission, const char* field, const List& list,
              absl::flat_hash_set<std::string>* seen) {
  for (int i = 0; i < list.size(); ++i) {
    if (list[i].id().empty() || seen->insert(list[i].id()).second) continue;
    admission.violations->Add(admission.path.Element(field, i) / "id",
                              absl::StrCat("stands already: ", list[i].id()));
  }
}

void CheckExceptions(const Admission& admission, const FieldPath& at, const v1::Limit& limit) {
  for (int i = 0; i < limit.exceptions_size(); ++i) {
    const v1::LimitException& exception = limit.exceptions(i);
    const FieldPath place = at.Element("exceptions", i);
    if (exception.has_start_date() && exception.has_end_date()) {
      CheckOrder(exception.start_date(), "start_date", exception.end_date(), place / "end_date",
                 admission.violations);
    }
    if (!exception.value_chain().empty() && !limit.by_value_chain()) {
      admission.violations->Add(place / "value_chain",
                                "must be empty: the limit does not tell value chains apart");
    }
  }
}

void CheckLimits(const Admission& admission, const v1::Policy& policy) {
  for (int i = 0; i < policy.limits_size(); ++i) {
    const v1::Limit& limit = policy.limits(i);
    const FieldPath at = admission.path.Element("limits", i);
    if (limit.measure() == v1::LIMIT_MEASURE_MONEY && limit.basis() != v1::LIMIT_BASIS_UNSPECIFIED &&
        limit.basis() != v1::LIMIT_BASIS_MATCHED) {
      admission.violations->Add(
          at / "basis",
          "must be LIMIT_BASIS_MATCHED with LIMIT_MEASURE_MONEY: what is only asked for has no price");
    }
    CheckExceptions(admission, at, limit);
    if (CountsUnitsOfFamilies(limit)) {
      std::string unlike = UnlikeUnits(limit, admission.view.Services());
      if (!unlike.empty()) admission.violations->Add(at / "measure", std::move(unlike));
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

void CheckPublicRoles(const Admission& admission, const v1::Policy& policy) {
  absl::flat_hash_set<std::string> seen;
  CheckIds(admission, "public_roles", policy.public_roles(), &seen);
  for (int i = 0; i < policy.public_roles_size(); ++i) {
    const v1::PublicRole& role = policy.public_roles(i);
    const FieldPath at = admission.path.Element("public_roles", i);
    if (role.has_start_date() && role.has_end_date())
      CheckOrder(role.start_date(), "start_date", role.end_date(), at / "end_date", admission.violations);
    const v1::Party* tap = admission.view.Find<v1::Party>(role.tap());
    if (tap == nullptr) continue;
    const bool is_public = HasRole(*tap, v1::PARTY_ROLE_PUBLIC_BODY) ||
                           (tap->has_tap() && tap->tap().model() == v1::TAP_MODEL_PUBLIC);
    if (HasRole(*tap, v1::PARTY_ROLE_TAP) && is_public) continue;
    admission.violations->Add(
        at / "tap", absl::StrCat("must be a TAP that is in the role PARTY_ROLE_PUBLIC_BODY too, or of "
                                 "TAP_MODEL_PUBLIC; ",
                                 role.tap(), " is not"));
  }
}

// A class of all TAPs keeps nothing for anybody.
void CheckClasses(const Admission& admission, const v1::Policy& policy) {
  for (int i = 0; i < policy.reserves_size(); ++i) {
    const v1::TapClass& taps = policy.reserves(i).taps();
    const bool is_set = taps.model() != v1::TAP_MODEL_UNSPECIFIED ||
                        taps.gender() != v1::GENDER_UNSPECIFIED || taps.certified_days_max() > 0 ||
                        taps.has_outcome_count_max();
    if (policy.reserves(i).has_taps() && !is_set) {
      admission.violations->Add(admission.path.Element("reserves", i) / "taps",
                                "must say for which TAPs: a model, a gender, certified_days_max or "
                                "outcome_count_max");
    }
  }
}

void CheckWeights(const Admission& admission, const v1::Policy& policy) {
  if (!policy.has_score_weights()) return;
  const v1::ScoreWeights& weights = policy.score_weights();
  const int64_t sum = int64_t{weights.fit()} + weights.distance() + weights.price() +
                      weights.expected_success() + weights.language() + weights.waiting_time() +
                      weights.wishes() + weights.urgency() + weights.training() + weights.origin();
  if (sum == kWeightsSum) return;
  admission.violations->Add(admission.path / "score_weights",
                            absl::StrCat("must sum to ", kWeightsSum, ", sum to ", sum));
}

void AdmitPolicy(const Admission& admission, const v1::Policy* before, v1::Policy* after) {
  // Prices name limits, reserves and floors alike.
  absl::flat_hash_set<std::string> seen;
  CheckIds(admission, "limits", after->limits(), &seen);
  CheckIds(admission, "reserves", after->reserves(), &seen);
  CheckIds(admission, "floors", after->floors(), &seen);
  CheckLimits(admission, *after);
  CheckClasses(admission, *after);
  CheckPublicRoles(admission, *after);
  CheckWeights(admission, *after);
  CheckConflictRules(admission, *after);
  CheckCountryProfiles(admission, *after);
  // Whoever wrote it last, or two could take turns at one's own policy.
  after->set_author(admission.caller.principal);
  if (before == nullptr) after->set_state(v1::Policy::STATE_DRAFT);
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
