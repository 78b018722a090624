#include "services/cli/simulated_market.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/cli/failure.h"
#include "services/cli/market_reading.h"
#include "services/cli/policy_source.h"

namespace ayni::cli {
namespace {

// More are counted.
constexpr size_t kMistakesShown = 100;

absl::Status Mistakes(const std::string& path, const std::vector<std::string>& lines) {
  std::string text = absl::StrCat(lines.size(), lines.size() == 1 ? " mistake" : " mistakes");
  for (size_t at = 0; at < std::min(lines.size(), kMistakesShown); ++at)
    absl::StrAppend(&text, "\n  ", lines[at]);
  if (lines.size() > kMistakesShown)
    absl::StrAppend(&text, "\n  and ", lines.size() - kMistakesShown, " more");
  return LocalFileError(path, text);
}

// The rows that are right in themselves.
std::vector<v1::ImportRow> RowsOf(const MarketReading& reading) {
  std::vector<v1::ImportRow> rows;
  rows.reserve(reading.row_count);
  std::vector<RowProblem> problems;
  for (const MarketSheet& sheet : reading.sheets) {
    MarketSheet::Pass pass(sheet);
    while (pass.Next()) pass.Parse(&rows.emplace_back(), &problems);
  }
  return rows;
}

RowProblem ProblemOf(const services::WrongRow& row, const MarketReading& reading) {
  RowProblem problem{row.file, row.line, row.wrong.field, row.wrong.description};
  for (const MarketSheet& sheet : reading.sheets) {
    if (sheet.file().name == row.file) problem.column = ColumnOf(sheet.header(), row.wrong.field);
  }
  return problem;
}

}  // namespace

absl::StatusOr<services::StartingMarket> ReadSimulatedMarket(const std::string& folder, Progress* progress) {
  const absl::StatusOr<MarketReading> reading = ReadMarket(folder, progress);
  if (!reading.ok()) return reading.status();
  std::vector<std::string> lines;
  for (const RowProblem& problem : reading->problems) lines.push_back(problem.Text());
  if (!lines.empty()) return Mistakes(folder, lines);
  progress->Show("checking the market");
  std::vector<services::WrongRow> wrong;
  absl::StatusOr<services::StartingMarket> market = services::AdmitMarket(RowsOf(*reading), &wrong);
  for (const services::WrongRow& row : wrong) lines.push_back(ProblemOf(row, *reading).Text());
  if (!lines.empty()) return Mistakes(folder, lines);
  if (!market.ok()) return LocalFileError(folder, std::string(market.status().message()));
  return market;
}

absl::StatusOr<v1::Policy> ReadSimulatedPolicy(const std::string& file,
                                               const services::StartingMarket& market,
                                               const std::string& folder, const Environment& environment) {
  if (file.empty()) {
    if (!market.policies.empty()) return market.policies.back();
    return absl::InvalidArgumentError(
        absl::StrCat("--policy is required: ", folder, " has no policies.csv with one"));
  }
  absl::StatusOr<PolicyFile> opened = OpenPolicyFile(file, environment);
  if (!opened.ok()) return opened.status();
  v1::Policy policy = std::move(opened->policy);
  if (policy.name().empty()) policy.set_name("policies/simulated");
  std::vector<std::string> lines;
  for (const services::WrongField& wrong : services::CheckPolicy(market, policy)) {
    const FilePlace place = PlaceOf(opened->notes, wrong.field);
    lines.push_back(
        ErrorText(file, {place.line, place.column, absl::StrCat(wrong.field, " ", wrong.description)}));
  }
  if (!lines.empty()) return Mistakes(file, lines);
  return policy;
}

}  // namespace ayni::cli
