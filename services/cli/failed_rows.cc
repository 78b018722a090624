#include "services/cli/failed_rows.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "absl/strings/str_cat.h"
#include "services/cli/failure.h"
#include "services/cli/file.h"

namespace ayni::cli {
namespace {

constexpr char kUntold[] = "the reason was not told, after so many others; import this file to read it";

void AddReason(const RowProblem& problem, std::string* reason) {
  absl::StrAppend(reason, reason->empty() ? "" : "; ", problem.column, problem.column.empty() ? "" : ": ",
                  problem.description);
}

// Of a row of which so many others kept the reason from being held: what is wrong here is found again.
std::string ReasonOf(const MarketSheet::Pass& pass) {
  v1::ImportRow row;
  std::vector<RowProblem> problems;
  pass.Parse(&row, &problems);
  std::string reason;
  for (const RowProblem& problem : problems) AddReason(problem, &reason);
  return reason.empty() ? kUntold : reason;
}

// What is wrong, by line.
std::map<int64_t, std::string> ReasonsOf(const std::string& file, const std::vector<RowProblem>& problems,
                                         const std::set<RowPlace>& wrong_rows) {
  std::map<int64_t, std::string> reasons;
  for (const RowProblem& problem : problems) {
    if (problem.file != file) continue;
    AddReason(problem, &reasons[problem.line]);
  }
  for (const auto& [wrong_file, line] : wrong_rows) {
    if (wrong_file == file) reasons.emplace(line, kUntold);
  }
  return reasons;
}

std::string FailedRowsText(const MarketSheet& sheet, const std::map<int64_t, std::string>& reasons) {
  const char separator = sheet.separator();
  std::vector<std::string> header = sheet.header();
  const auto had = std::find(header.begin(), header.end(), kFailedBecause);
  const size_t place = static_cast<size_t>(had - header.begin());
  if (had == header.end()) header.push_back(kFailedBecause);
  std::string text = absl::StrCat(sheet.marked() ? kByteOrderMark : "", CsvLine(header, separator));
  MarketSheet::Pass pass(sheet);
  while (pass.Next()) {
    const auto reason = reasons.find(pass.record().line);
    if (reason == reasons.end()) continue;
    if (!pass.record().error.empty()) {
      // As it was: its cells are what can't be told.
      absl::StrAppend(&text, std::string(pass.record().source), "\n");
      continue;
    }
    std::vector<std::string> cells = pass.record().cells;
    cells.resize(std::max(cells.size(), header.size()));
    cells[place] = Guarded(reason->second == kUntold ? ReasonOf(pass) : reason->second);
    text += CsvLine(cells, separator);
  }
  return text;
}

absl::Status PutAside(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return absl::OkStatus();
  for (int number = 1; number <= kBackupsMax; ++number) {
    const std::string backup = absl::StrCat(path, ".~", number, "~");
    if (std::filesystem::exists(backup, error)) continue;
    std::filesystem::rename(path, backup, error);
    return error ? LocalFileError(path, error.message()) : absl::OkStatus();
  }
  return LocalFileError(path, absl::StrCat("has ", kBackupsMax, " backups: take some away"));
}

}  // namespace

absl::Status WriteFailedRows(const std::string& folder, const std::vector<MarketSheet>& sheets,
                             const std::vector<RowProblem>& problems, const std::set<RowPlace>& wrong_rows) {
  std::map<std::string, std::string> text_of_file;
  for (const MarketSheet& sheet : sheets) {
    const std::map<int64_t, std::string> reasons = ReasonsOf(sheet.file().name, problems, wrong_rows);
    if (!reasons.empty()) text_of_file[sheet.file().name] = FailedRowsText(sheet, reasons);
  }
  for (const MarketFile& file : MarketFiles()) {
    const std::string path = absl::StrCat(folder, "/", file.name);
    const auto text = text_of_file.find(file.name);
    const bool fails = text != text_of_file.end();
    if (const auto before = ReadFile(path); fails && before.ok() && *before == text->second) continue;
    if (const absl::Status aside = PutAside(path); !aside.ok()) return aside;
    if (!fails) continue;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return LocalFileError(folder, error.message());
    if (const absl::Status written = WriteFile(path, text->second); !written.ok()) return written;
  }
  return absl::OkStatus();
}

}  // namespace ayni::cli
