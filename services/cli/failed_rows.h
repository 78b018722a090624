// The rows of an import that were not taken, as files to correct and import.
#ifndef AYNI_SERVICES_CLI_FAILED_ROWS_H_
#define AYNI_SERVICES_CLI_FAILED_ROWS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/cli/market_file.h"
#include "services/cli/market_reading.h"

namespace ayni::cli {

inline constexpr int kBackupsMax = 1000;  // of one file

// Into `folder`, made where there is none, a file for each sheet with wrong rows: its header and these rows,
// with a column failed_because, as spreadsheets read the sheet. A file that was there goes to NAME.csv.~1~,
// or the next number that is free, as does one of an earlier import whose sheet has no wrong rows now: so
// that the folder holds the failures of this import and nothing is lost.
absl::Status WriteFailedRows(const std::string& folder, const std::vector<MarketSheet>& sheets,
                             const std::vector<RowProblem>& problems, const std::set<RowPlace>& wrong_rows);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_FAILED_ROWS_H_
