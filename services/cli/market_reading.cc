#include "services/cli/market_reading.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/failure.h"
#include "services/cli/file.h"
#include "services/cli/nearest.h"

namespace ayni::cli {
namespace {

absl::Status CheckFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error) return LocalFileError(folder, error.message());
  const std::vector<std::string> names = MarketFileNames();
  bool any = false;
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename();
    if (!absl::EndsWith(name, ".csv")) continue;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return LocalFileError(entry.path(), absl::StrCat("is no file of a market", DidYouMean(name, names),
                                                       " Those are ", absl::StrJoin(names, ", ")));
    }
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

void CheckRows(Progress* progress, MarketReading* reading) {
  v1::ImportRow row;
  for (const MarketSheet& sheet : reading->sheets) {
    progress->Show(absl::StrCat("reading ", sheet.file().name));
    MarketSheet::Pass pass(sheet);
    for (; pass.Next(); ++reading->row_count) {
      const size_t before = reading->problems.size();
      pass.Parse(&row, &reading->problems);
      if (reading->problems.size() > before) {
        reading->wrong_rows.emplace(sheet.file().name, pass.record().line);
      }
    }
  }
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
  CheckRows(progress, &reading);
  return reading;
}

}  // namespace ayni::cli
