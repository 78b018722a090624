#include <vector>

#include "absl/strings/str_cat.h"
#include "services/resource/time.h"
#include "services/rules/place.h"
#include "services/rules/roles.h"
#include "services/rules/rules.h"
#include "services/rules/terms.h"

namespace ayni::services {
namespace {

// What was not asked for then has not waited since.
bool AsksForMore(const v1::Need& before, const v1::Need& after) {
  return after.quantity() > before.quantity() || after.district() != before.district();
}

void AdmitNeed(const Admission& admission, const v1::Need* before, v1::Need* after) {
  if (before == nullptr || AsksForMore(*before, *after)) {
    *after->mutable_wait_start_time() = ToTimestamp(admission.now);
  }
  if (before == nullptr) CheckParent(admission, after->name(), v1::PARTY_ROLE_COOPERATIVE);
  const v1::Territory* district = admission.view.Find<v1::Territory>(after->district());
  if (district != nullptr && district->level() != v1::TERRITORY_LEVEL_DISTRICT) {
    admission.violations->Add(
        admission.path / "district",
        absl::StrCat("must be a territory of TERRITORY_LEVEL_DISTRICT; ", after->district(), " is a ",
                     TerritoryLevel_Name(district->level())));
  }
  if (district != nullptr && after->has_position()) {
    CheckInDistrict(after->position(), *district, admission.path / "position", admission.violations);
  }
  if (before != nullptr && after->quantity() < before->matched_quantity()) {
    admission.violations->Add(admission.path / "quantity",
                              absl::StrCat("must not be below matched_quantity, ", before->matched_quantity(),
                                           ", is ", after->quantity()));
  }
  after->set_state(after->matched_quantity() < after->quantity() ? v1::Need::STATE_OPEN
                                                                 : v1::Need::STATE_MATCHED);
}

// What is not matched yet may still grow and shrink.
absl::Status PermitNeed(const Admission& admission, const v1::Need* before, const v1::Need* after) {
  if (before == nullptr || after == nullptr || before->matched_quantity() == 0) return absl::OkStatus();
  std::vector<const char*> terms = {"district", "position", "window", "highest_unit_price"};
  if (before->state() == v1::Need::STATE_MATCHED) terms.push_back("quantity");
  return PermitTerms(admission, *before, *after, terms, MatchesOf("need"));
}

}  // namespace

RulesOf<v1::Need> NeedRules() {
  RulesOf<v1::Need> rules;
  rules.admit = AdmitNeed;
  rules.permit = PermitNeed;
  rules.referrers = {MatchesOf("need")};
  rules.filter_fields = {"service", "value_chain",       "district",       "state",
                         "urgency", "window.start_date", "window.end_date"};
  return rules;
}

}  // namespace ayni::services
