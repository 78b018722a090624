#include "services/fairness/fairness_groups.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/market/engine_day.h"

namespace ayni::services {
namespace {

constexpr int kDaysPerYear = 365;

// In their order.
constexpr const char* kBands[] = {"1-24",          "25-99",   "100-499", "500+",       "0-19", "20-31",
                                  "32-49",         "50-100",  "under_1", "1-4",        "5-9",  "10+",
                                  "within_a_year", "earlier", "none",    kUnknownGroup};

std::string SizeBand(int32_t members) {
  if (members <= 0) return kUnknownGroup;
  if (members < 25) return "1-24";
  if (members < 100) return "25-99";
  return members < 500 ? "100-499" : "500+";
}

std::string WomenBand(const v1::Cooperative& cooperative) {
  if (cooperative.member_count() <= 0) return kUnknownGroup;
  const int64_t per_cent = int64_t{100} * cooperative.woman_member_count() / cooperative.member_count();
  if (per_cent < 20) return "0-19";
  if (per_cent < 32) return "20-31";
  return per_cent < 50 ? "32-49" : "50-100";
}

std::string ExperienceBand(const v1::Tap& tap, matcher::Day today) {
  if (!tap.has_practising_since()) return kUnknownGroup;
  const int years = (today - DayOf(tap.practising_since())) / kDaysPerYear;
  if (years < 1) return "under_1";
  if (years < 5) return "1-4";
  return years < 10 ? "5-9" : "10+";
}

std::string CertificationBand(const TapStanding& standing) {
  if (standing.certified > standing.today) return "none";
  return standing.today - standing.certified <= kDaysPerYear ? "within_a_year" : "earlier";
}

}  // namespace

void SetNeedGroups(const v1::Need& need, const v1::Party& cooperative, bool has_lender,
                   FairnessGroups* groups) {
  (*groups)[v1::FAIRNESS_DIMENSION_DISTRICT] = need.district().empty() ? kUnknownGroup : need.district();
  (*groups)[v1::FAIRNESS_DIMENSION_VALUE_CHAIN] = need.value_chain();
  std::vector<std::string> languages(need.languages().begin(), need.languages().end());
  std::sort(languages.begin(), languages.end());
  (*groups)[v1::FAIRNESS_DIMENSION_LANGUAGE] =
      languages.empty() ? kUnknownGroup : absl::StrJoin(languages, "+");
  const v1::Cooperative& of = cooperative.cooperative();
  (*groups)[v1::FAIRNESS_DIMENSION_COOPERATIVE_SIZE] = SizeBand(of.member_count());
  (*groups)[v1::FAIRNESS_DIMENSION_COOPERATIVE_FORM] =
      of.form() == v1::Cooperative::FORM_UNSPECIFIED ? kUnknownGroup : v1::Cooperative::Form_Name(of.form());
  (*groups)[v1::FAIRNESS_DIMENSION_WOMEN_MEMBERS] = WomenBand(of);
  (*groups)[v1::FAIRNESS_DIMENSION_CREDIT] = has_lender ? "yes" : "no";
}

void SetTapGroups(const v1::Party& tap, const TapStanding& standing, FairnessGroups* groups) {
  const auto or_unknown = [](int number, const std::string& name) {
    return number == 0 ? std::string(kUnknownGroup) : name;
  };
  (*groups)[v1::FAIRNESS_DIMENSION_TAP_GENDER] =
      or_unknown(tap.tap().gender(), v1::Gender_Name(tap.tap().gender()));
  (*groups)[v1::FAIRNESS_DIMENSION_TAP_MODEL] =
      or_unknown(tap.tap().model(), v1::TapModel_Name(tap.tap().model()));
  (*groups)[v1::FAIRNESS_DIMENSION_TAP_EXPERIENCE] = ExperienceBand(tap.tap(), standing.today);
  (*groups)[v1::FAIRNESS_DIMENSION_TAP_CERTIFICATION] = CertificationBand(standing);
  (*groups)[v1::FAIRNESS_DIMENSION_TAP_DISTRICT] = tap.district().empty() ? kUnknownGroup : tap.district();
}

const std::string& GroupOf(const FairnessGroups& groups, v1::FairnessDimension dimension) {
  static const auto* const unknown = new std::string(kUnknownGroup);
  return groups[dimension].empty() ? *unknown : groups[dimension];
}

std::string SortKey(v1::FairnessDimension dimension, const std::string& group) {
  if (dimension != v1::FAIRNESS_DIMENSION_COOPERATIVE_SIZE &&
      dimension != v1::FAIRNESS_DIMENSION_WOMEN_MEMBERS &&
      dimension != v1::FAIRNESS_DIMENSION_TAP_EXPERIENCE &&
      dimension != v1::FAIRNESS_DIMENSION_TAP_CERTIFICATION)
    return group;
  const auto* const at = std::find(std::begin(kBands), std::end(kBands), group);
  return absl::StrCat(100 + (at - std::begin(kBands)));
}

}  // namespace ayni::services
