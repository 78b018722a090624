// Where choice lacks, and what falls with money that ends, as a person reads it.
#ifndef AYNI_SERVICES_CLI_COVERAGE_TEXT_H_
#define AYNI_SERVICES_CLI_COVERAGE_TEXT_H_

#include <cstddef>
#include <string>

#include "ayni/v1/planning_service.pb.h"
#include "services/cli/round_report.h"
#include "services/cli/table.h"

namespace ayni::cli {

// Those that lack most first, `rows_max` of them. Of all pages.
std::string CoverageGapsText(const v1::ListCoverageGapsResponse& gaps, size_t rows_max, const Naming& naming,
                             const TableStyle& style);

// What falls in all, whose money it is, and then the losses in their order, `rows_max` of either. Of as many
// pages as that takes.
std::string CoverageStressText(const v1::StressCoverageResponse& stress, size_t rows_max,
                               const Naming& naming, const TableStyle& style);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_COVERAGE_TEXT_H_
