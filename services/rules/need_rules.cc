#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/resource/time.h"
#include "services/rules/country_profiles.h"
#include "services/rules/day.h"
#include "services/rules/need_turns.h"
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

// Of a need and of a template alike.
template <typename Record>
void CheckPlace(const Admission& admission, const Record& record) {
  const v1::Territory* district = admission.view.Find<v1::Territory>(record.district());
  if (district != nullptr && district->level() != v1::TERRITORY_LEVEL_DISTRICT) {
    admission.violations->Add(
        admission.path / "district",
        absl::StrCat("must be a territory of TERRITORY_LEVEL_DISTRICT; ", record.district(), " is a ",
                     TerritoryLevel_Name(district->level())));
  }
  if (district != nullptr && record.has_position()) {
    CheckInDistrict(record.position(), *district, admission.path / "position", admission.violations);
  }
}

// Null where the record names none that it may be asked for under.
template <typename Record>
const v1::Agreement* CheckAgreement(const Admission& admission, const Record& record) {
  const v1::Agreement* agreement =
      record.agreement().empty() ? nullptr : admission.view.Find<v1::Agreement>(record.agreement());
  if (agreement == nullptr || record.name().empty()) return nullptr;
  const FieldPath at = admission.path / "agreement";
  if (agreement->cooperative() != PartyOf(record.name())) {
    admission.violations->Add(at, absl::StrCat("must be an agreement of ", PartyOf(record.name()), "; ",
                                               agreement->name(), " is not"));
    return nullptr;
  }
  const auto& chains = agreement->value_chains();
  const bool covers = agreement->service() == record.service() &&
                      std::find(chains.begin(), chains.end(), record.value_chain()) != chains.end();
  if (!covers) {
    admission.violations->Add(at, absl::StrCat("must be for ", record.service(), " and ",
                                               record.value_chain(), "; ", agreement->name(), " is not"));
  }
  const std::string& currency = agreement->unit_price().currency();
  if (record.has_highest_unit_price() && record.highest_unit_price().currency() != currency) {
    admission.violations->Add(admission.path / "highest_unit_price" / "currency",
                              absl::StrCat("must be that of ", agreement->name(), ", ", currency, ", is ",
                                           record.highest_unit_price().currency()));
  }
  if (agreement->state() == v1::Agreement::STATE_ENDED && !agreement->has_last_date())
    admission.violations->Add(at,
                              absl::StrCat("must be in force or proposed; ", agreement->name(), " is ended"));
  return agreement;
}

bool IsWindow(const v1::DateWindow& window) { return IsDay(window.start_date()) && IsDay(window.end_date()); }

// Whether it is the same as before: what has changed since of what it names is not its matter.
bool AsksAlike(const v1::Need* before, const v1::Need& after) {
  if (before == nullptr) return false;
  return before->agreement() == after.agreement() && before->joined_to() == after.joined_to() &&
         before->window().SerializeAsString() == after.window().SerializeAsString() &&
         before->highest_unit_price().currency() == after.highest_unit_price().currency();
}

void CheckWithinAgreement(const Admission& admission, const v1::Need& need) {
  const v1::Agreement* agreement = CheckAgreement(admission, need);
  if (agreement == nullptr || !IsWindow(need.window())) return;
  const google::type::Date& last =
      agreement->has_last_date() ? agreement->last_date() : agreement->window().end_date();
  if (ToDay(need.window().start_date()) >= ToDay(agreement->window().start_date()) &&
      ToDay(need.window().end_date()) <= ToDay(last))
    return;
  admission.violations->Add(admission.path / "window",
                            absl::StrCat("must lie within the days on which ", agreement->name(), " holds, ",
                                         absl::FormatCivilTime(ToDay(agreement->window().start_date())),
                                         " to ", absl::FormatCivilTime(ToDay(last))));
}

// The need that is asked for together with others stands for all of them: nobody joins what joined.
void CheckJoined(const Admission& admission, const v1::Need* before, const v1::Need& need) {
  if (need.joined_to().empty()) return;
  const FieldPath at = admission.path / "joined_to";
  if (!need.agreement().empty())
    admission.violations->Add(at, "must be left out under an agreement, whose price is for any quantity");
  if (need.joined_to() == need.name()) return admission.violations->Add(at, "must be another need");
  if (before != nullptr && before->joined_to().empty() &&
      !admission.view.FirstReferrer({&ResourceType::Of<v1::Need>(), "joined_to"}, need.name()).empty())
    admission.violations->Add(at, "must be left out: other needs are joined to this one");
  const v1::Need* lead = admission.view.Find<v1::Need>(need.joined_to());
  if (lead == nullptr) return;
  if (!lead->joined_to().empty() || !lead->agreement().empty()) {
    admission.violations->Add(
        at,
        absl::StrCat("must be a need that is joined to none and under no agreement; ", lead->name(), " is ",
                     lead->joined_to().empty() ? "under one" : "joined to another: join that one"));
  }
  const bool is_alike = lead->service() == need.service() && lead->value_chain() == need.value_chain() &&
                        lead->highest_unit_price().currency() == need.highest_unit_price().currency();
  if (!is_alike) {
    admission.violations->Add(
        at, absl::StrCat("must be a need of the same service, value chain and currency; ", lead->name(),
                         " is not"));
  }
  const bool meets =
      !IsWindow(need.window()) || (ToDay(need.window().start_date()) <= ToDay(lead->window().end_date()) &&
                                   ToDay(need.window().end_date()) >= ToDay(lead->window().start_date()));
  if (!meets)
    admission.violations->Add(admission.path / "window",
                              absl::StrCat("must have a day in common with that of ", lead->name()));
}

void AdmitNeed(const Admission& admission, const v1::Need* before, v1::Need* after) {
  if (before == nullptr || AsksForMore(*before, *after)) {
    *after->mutable_wait_start_time() = ToTimestamp(admission.now);
  }
  if (before == nullptr) CheckParent(admission, after->name(), v1::PARTY_ROLE_COOPERATIVE);
  CheckPlace(admission, *after);
  if (!AsksAlike(before, *after)) {
    CheckWithinAgreement(admission, *after);
    CheckJoined(admission, before, *after);
  }
  if (before != nullptr && after->quantity() < before->matched_quantity()) {
    admission.violations->Add(admission.path / "quantity",
                              absl::StrCat("must not be below matched_quantity, ", before->matched_quantity(),
                                           ", is ", after->quantity()));
  }
  // What was priced before a policy came into force stays as it is.
  const bool is_priced = before != nullptr && before->district() == after->district() &&
                         before->highest_unit_price().currency() == after->highest_unit_price().currency();
  if (!is_priced) {
    CheckCurrencyAt(admission, after->district(), after->highest_unit_price(),
                    admission.path / "highest_unit_price");
  }
  after->set_state(after->matched_quantity() < after->quantity() ? v1::Need::STATE_OPEN
                                                                 : v1::Need::STATE_MATCHED);
}

// Those who joined it did so for its days and its currency.
absl::Status PermitLead(const Admission& admission, const v1::Need& before, const v1::Need& after) {
  const bool stays = before.window().SerializeAsString() == after.window().SerializeAsString() &&
                     before.highest_unit_price().currency() == after.highest_unit_price().currency() &&
                     before.agreement() == after.agreement();
  if (stays || !before.joined_to().empty()) return absl::OkStatus();
  const Reference joined{&ResourceType::Of<v1::Need>(), "joined_to"};
  if (admission.view.FirstReferrer(joined, before.name()).empty()) return absl::OkStatus();
  return StateForbids(
      "NEED_JOINED", before.name(),
      "can't change window, agreement or currency while others are joined to it: make another "
      "need and delete this one");
}

// What is not matched yet may still grow and shrink.
absl::Status PermitNeed(const Admission& admission, const v1::Need* before, const v1::Need* after) {
  if (before == nullptr || after == nullptr) return absl::OkStatus();
  if (absl::Status status = PermitLead(admission, *before, *after); !status.ok()) return status;
  if (before->matched_quantity() == 0) return absl::OkStatus();
  std::vector<const char*> terms = {"district", "position", "window", "highest_unit_price", "agreement"};
  if (before->state() == v1::Need::STATE_MATCHED) terms.push_back("quantity");
  return PermitTerms(admission, *before, *after, terms, MatchesOf("need"));
}

void CheckSchedule(const Admission& admission, const v1::NeedTemplate& record) {
  const google::type::Date& start = record.first_window().start_date();
  if (record.has_last_date())
    CheckOrder(start, "first_window.start_date", record.last_date(), admission.path / "last_date",
               admission.violations);
  if (!record.has_last_date() && record.turn_count() == 0)
    admission.violations->Add(admission.path / "turn_count",
                              absl::StrCat("is required without last_date: 1 to ", kTurnsMax));
}

void AdmitNeedTemplate(const Admission& admission, const v1::NeedTemplate* before, v1::NeedTemplate* after) {
  if (before == nullptr) {
    CheckParent(admission, after->name(), v1::PARTY_ROLE_COOPERATIVE);
    if (LastId(after->name()).size() > kTemplateIdBytesMax) {
      admission.violations->Add(admission.name_path,
                                absl::StrCat("must have at most ", kTemplateIdBytesMax,
                                             " characters, so that -yyyymmdd can follow"));
    }
  }
  CheckPlace(admission, *after);
  CheckAgreement(admission, *after);
  CheckSchedule(admission, *after);
  if (admission.violations->empty()) SetNextPostDate(after);
}

}  // namespace

RulesOf<v1::NeedTemplate> NeedTemplateRules() {
  RulesOf<v1::NeedTemplate> rules;
  rules.admit = AdmitNeedTemplate;
  rules.filter_fields = {"service", "value_chain", "district", "agreement", "paused"};
  return rules;
}

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
