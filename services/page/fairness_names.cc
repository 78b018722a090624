#include "services/page/fairness_names.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/page/date_text.h"

namespace ayni::page {
namespace {

absl::string_view RoundId(const v1::FairnessReport& report) {
  return absl::StripPrefix(report.round(), "rounds/");
}

}  // namespace

std::string GroupName(v1::FairnessDimension dimension, const std::string& group, Language language,
                      const Naming& naming) {
  const std::vector<std::string> parts = absl::StrSplit(group, ' ');
  std::vector<std::string> names;
  for (const std::string& part : parts) {
    names.push_back(absl::StrContains(part, '/') ? naming(part) : GroupText(dimension, part, language));
  }
  return absl::StrJoin(names, ", ");
}

std::string DaysText(int64_t hours) { return absl::StrFormat("%.1f", static_cast<double>(hours) / 24); }

std::string ScopeText(const v1::FairnessReport& report, Language language) {
  if (!report.round().empty()) return absl::StrCat(Words{"Round ", "Ronda "}.In(language), RoundId(report));
  std::string text = absl::StrCat(report.rounds_size(), Words{" rounds", " rondas"}.In(language));
  if (report.has_start_date())
    absl::StrAppend(&text, Words{" from ", " desde "}.In(language), DateText(report.start_date()));
  if (report.has_end_date())
    absl::StrAppend(&text, Words{" until ", " hasta "}.In(language), DateText(report.end_date()));
  return text;
}

std::string MatchesCommand(const v1::FairnessReport& report, v1::FairnessDimension dimension,
                           const std::string& group) {
  std::string scope;
  if (!report.round().empty()) absl::StrAppend(&scope, " --round ", RoundId(report));
  if (report.has_start_date()) absl::StrAppend(&scope, " --start-date ", DateText(report.start_date()));
  if (report.has_end_date()) absl::StrAppend(&scope, " --end-date ", DateText(report.end_date()));
  const std::string name(absl::StripPrefix(v1::FairnessDimension_Name(dimension), "FAIRNESS_DIMENSION_"));
  return absl::StrCat("ayni fairness matches", scope, " --dimension ", name, " --group '", group, "'");
}

}  // namespace ayni::page
