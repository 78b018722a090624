// A fairness report as tables for a terminal, and as a sheet.
#ifndef AYNI_SERVICES_CLI_FAIRNESS_TEXT_H_
#define AYNI_SERVICES_CLI_FAIRNESS_TEXT_H_

#include <cstdint>
#include <string>

#include "ayni/v1/fairness.pb.h"
#include "services/cli/fairness_words.h"
#include "services/cli/round_report.h"
#include "services/cli/table.h"

namespace ayni::cli {

// Of one dimension all groups; of FAIRNESS_DIMENSION_UNSPECIFIED the summary and the tables of few groups.
std::string FairnessText(const v1::FairnessReport& report, v1::FairnessDimension dimension, Language language,
                         const Naming& naming, const TableStyle& style);

// A line a group, of all dimensions or one. Shares and ratios are in parts per million, as in the API.
std::string FairnessCsv(const v1::FairnessReport& report, v1::FairnessDimension dimension);

// The words that list the matches behind a cell.
std::string MatchesCommand(const v1::FairnessReport& report, v1::FairnessDimension dimension,
                           const std::string& group);

// What people call a group.
std::string GroupName(v1::FairnessDimension dimension, const std::string& group, Language language,
                      const Naming& naming);

// 1.5 of 36 hours.
std::string DaysText(int64_t hours);

// Whose rounds it counts, and of which days.
std::string ScopeText(const v1::FairnessReport& report, Language language);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_FAIRNESS_TEXT_H_
