// A fairness report as tables for a terminal, and as a sheet.
#ifndef AYNI_SERVICES_CLI_FAIRNESS_TEXT_H_
#define AYNI_SERVICES_CLI_FAIRNESS_TEXT_H_

#include <string>

#include "ayni/v1/fairness.pb.h"
#include "services/cli/table.h"
#include "services/page/fairness_words.h"
#include "services/page/naming.h"

namespace ayni::cli {

// Of one dimension all groups; of FAIRNESS_DIMENSION_UNSPECIFIED the summary and the tables of few groups.
std::string FairnessText(const v1::FairnessReport& report, v1::FairnessDimension dimension,
                         page::Language language, const page::Naming& naming, const TableStyle& style);

// A line a group, of all dimensions or one. Shares and ratios are in parts per million, as in the API.
std::string FairnessCsv(const v1::FairnessReport& report, v1::FairnessDimension dimension);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_FAIRNESS_TEXT_H_
