// What an import reads here, before a server is asked.
#ifndef AYNI_SERVICES_CLI_MARKET_READING_H_
#define AYNI_SERVICES_CLI_MARKET_READING_H_

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/cli/foreign_rows.h"
#include "services/cli/market_file.h"
#include "services/cli/progress.h"

namespace ayni::cli {

// A row, by its file and line.
using RowPlace = std::pair<std::string, int64_t>;

// Of all files together; a server takes as many.
inline constexpr int64_t kRowsMax = 2'000'000;
// Of all files; others are counted.
inline constexpr size_t kProblemsMax = 100'000;

struct MarketReading {
  // Of files whose first row is right.
  std::vector<MarketSheet> sheets;
  // Files whose first row is wrong: without its columns no row can be told right from wrong.
  std::vector<std::string> unread;
  std::vector<RowProblem> problems;
  int64_t problem_count = 0;  // of those found here, also the ones beyond kProblemsMax
  // Of `sheets`. A row that is wrong need not be among the problems, of which a server describes so many.
  std::set<RowPlace> wrong_rows;
  int64_t row_count = 0;
  // Files of other publishers, in place of sheets, and what comes of them.
  std::vector<std::string> foreign_files;
  ForeignRows foreign;
};

// The names of the files of a market.
std::vector<std::string> MarketFileNames();

// Reads the files of a folder and checks each row by itself. A file of another name is more likely a slip
// than something to pass over, and fails all; so does a folder with no file of a market, and one of its files
// that is none: a link that leads nowhere, a pipe.
absl::StatusOr<MarketReading> ReadMarket(const std::string& folder, Progress* progress);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_MARKET_READING_H_
