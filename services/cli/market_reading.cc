#include "services/cli/market_reading.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/failure.h"
#include "services/cli/file.h"
#include "services/cli/nearest.h"

namespace ayni::cli {
namespace {

absl::Status CheckFile(const std::filesystem::directory_entry& entry) {
  std::error_code error;
  const std::filesystem::file_status status = entry.status(error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return LocalFileError(entry.path(), "is a link that leads nowhere");
  }
  if (error) return LocalFileError(entry.path(), error.message());
  // What waits for a writer, or never ends, is no file of a folder.
  if (std::filesystem::is_regular_file(status)) return absl::OkStatus();
  return LocalFileError(entry.path(), std::filesystem::is_directory(status)
                                          ? "is a folder"
                                          : "is a pipe, socket or device, and no file");
}

absl::Status CheckFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error) return LocalFileError(folder, error.message());
  const std::vector<std::string> names = MarketFileNames();
  bool any = false;
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename();
    const std::string lower = absl::AsciiStrToLower(name);
    if (!absl::EndsWith(lower, ".csv")) continue;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return LocalFileError(entry.path(), absl::StrCat("is no file of a market", DidYouMean(lower, names),
                                                       " Those are ", absl::StrJoin(names, ", ")));
    }
    const absl::Status file = CheckFile(entry);
    if (!file.ok()) return file;
    any = true;
  }
  return any ? absl::OkStatus()
             : LocalFileError(folder, absl::StrCat("holds none of ", absl::StrJoin(names, ", ")));
}

absl::Status OpenSheets(const std::string& folder, MarketReading* reading) {
  for (const MarketFile& file : MarketFiles()) {
    const std::string path = absl::StrCat(folder, "/", file.name);
    std::error_code error;
    if (!std::filesystem::exists(path, error)) continue;
    absl::StatusOr<std::string> text = ReadFile(path);
    if (!text.ok()) return text.status();
    const size_t before = reading->problems.size();
    MarketSheet sheet(file, *std::move(text), &reading->problems);
    if (reading->problems.size() == before) {
      reading->sheets.push_back(std::move(sheet));
    } else {
      reading->unread.push_back(file.name);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRows(Progress* progress, MarketReading* reading) {
  v1::ImportRow row;
  for (const MarketSheet& sheet : reading->sheets) {
    progress->Show(absl::StrCat("reading ", sheet.file().name));
    MarketSheet::Pass pass(sheet);
    for (; pass.Next(); ++reading->row_count) {
      if (reading->row_count == kRowsMax) {
        return LocalFileError(absl::StrCat(sheet.file().name, ":", pass.record().line),
                              absl::StrCat("an import takes at most ", kRowsMax, " rows: split it"));
      }
      const size_t before = reading->problems.size();
      pass.Parse(&row, &reading->problems);
      const size_t found = reading->problems.size() - before;
      if (found == 0) continue;
      reading->problem_count += static_cast<int64_t>(found);
      reading->wrong_rows.emplace(sheet.file().name, pass.record().line);
      if (reading->problems.size() > kProblemsMax) reading->problems.resize(std::max(before, kProblemsMax));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> MarketFileNames() {
  std::vector<std::string> names;
  for (const MarketFile& file : MarketFiles()) names.push_back(file.name);
  return names;
}

absl::StatusOr<MarketReading> ReadMarket(const std::string& folder, Progress* progress) {
  MarketReading reading;
  absl::Status status = CheckFolder(folder);
  if (status.ok()) status = OpenSheets(folder, &reading);
  if (!status.ok()) return status;
  reading.problem_count = static_cast<int64_t>(reading.problems.size());
  status = CheckRows(progress, &reading);
  if (!status.ok()) return status;
  return reading;
}

}  // namespace ayni::cli
