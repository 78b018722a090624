#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "services/rules/day.h"
#include "services/rules/roles.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

void AdmitSkill(const Admission& admission, const v1::Skill* before, v1::Skill* after) {
  if (before == nullptr) {
    CheckParent(admission, after->name(), v1::PARTY_ROLE_TAP);
    after->set_standing(IsMember(admission.caller.role) ? v1::RELATION_STANDING_CLAIMED
                                                        : v1::RELATION_STANDING_CONFIRMED);
  }
  if (!after->name().empty() && after->partner() == PartyOf(after->name()))
    admission.violations->Add(admission.path / "partner", "must be another party than the TAP");
  const FieldPath last_day = admission.path / "refresh_by_date";
  CheckOrder(after->learn_date(), "learn_date", after->refresh_by_date(), last_day, admission.violations);
  if (after->refreshes().empty() || !IsDay(after->refresh_by_date())) return;
  const google::type::Date& refreshed = after->refreshes().rbegin()->refresh_by_date();
  if (ToDay(after->refresh_by_date()) >= ToDay(refreshed)) return;
  admission.violations->Add(last_day,
                            absl::StrCat("must not be before its last day before it was refreshed, ",
                                         absl::FormatCivilTime(ToDay(refreshed)), ", is ",
                                         absl::FormatCivilTime(ToDay(after->refresh_by_date()))));
}

}  // namespace

RulesOf<v1::Skill> SkillRules() {
  RulesOf<v1::Skill> rules;
  rules.admit = AdmitSkill;
  rules.filter_fields = {"technology",      "partner",  "standing",    "learn_date",
                         "refresh_by_date", "services", "value_chains"};
  return rules;
}

}  // namespace ayni::services
