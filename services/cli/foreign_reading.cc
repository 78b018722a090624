#include "services/cli/foreign_reading.h"

#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/cli/bods_records.h"
#include "services/cli/bods_statement.h"
#include "services/cli/failure.h"
#include "services/cli/file_parts.h"
#include "services/cli/foreign_rows.h"
#include "services/cli/ftm_entities.h"
#include "services/cli/json_fields.h"
#include "services/cli/json_values.h"

namespace ayni::cli {
namespace {

constexpr int64_t kShownEach = 10'000;

// All values of all files.
class ForeignFiles {
 public:
  ForeignFiles(std::istream* in, Progress* progress) : in_(*in), progress_(*progress) {}

  absl::Status Read(const std::string& path, MarketReading* reading);
  void AddTo(ForeignRows* rows) {
    rows->Append(std::move(rows_));
    bods_.AddTo(rows);
    ftm_.AddTo(rows);
  }

 private:
  void Take(ForeignPlace place, absl::string_view text, std::string wrong);

  std::istream& in_;
  Progress& progress_;
  ForeignRows rows_;  // what is wrong by itself
  BodsRecords bods_;
  FtmEntities ftm_;
  int64_t count_ = 0;
};

void ForeignFiles::Take(ForeignPlace place, absl::string_view text, std::string wrong) {
  if (count_ % kShownEach == 0) progress_.Show(absl::StrCat("reading ", place.file, ":", place.line));
  ++count_;
  std::optional<nlohmann::json> object;
  if (wrong.empty()) object = ParseJsonObject(text, &wrong);
  if (!object) return rows_.AddWrong(place, "", wrong);
  if (IsBodsStatement(*object)) {
    std::vector<JsonProblem> problems;
    BodsStatement statement = ReadBodsStatement(*object, &problems);
    statement.place.file = std::move(place.file);
    statement.place.line = place.line;
    bods_.Add(std::move(statement), std::move(problems));
  } else if (IsFtmEntity(*object)) {
    ftm_.Add(std::move(place), *object);
  } else {
    rows_.AddWrong(
        place, "",
        "is neither a statement of the Beneficial Ownership Data Standard (with statementId and recordType, "
        "or statementID and statementType) nor an entity of FollowTheMoney (with id, schema and properties)");
  }
}

absl::Status ForeignFiles::Read(const std::string& path, MarketReading* reading) {
  const std::string file = path == kStandard ? "standard input" : TidyText(path, kFileNameCharactersMax);
  JsonValues values([&](int64_t line, absl::string_view text, const std::string& wrong) {
    Take({file, line, ""}, text, wrong);
  });
  bool is_whole = true;
  const absl::Status status = ReadParts(path, in_, [&](absl::string_view part) {
    is_whole = is_whole && values.Feed(part);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  reading->foreign_files.push_back(file);
  if (is_whole && values.Finish()) return absl::OkStatus();
  reading->problems.push_back({file, values.line(), "", values.error()});
  reading->unread.push_back(file);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MarketReading> ReadForeign(const std::vector<std::string>& paths, std::istream& in,
                                          Progress* progress) {
  MarketReading reading;
  ForeignFiles files(&in, progress);
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    if (!seen.insert(path).second) return LocalFileError(path, "is given twice");
    const absl::Status status = files.Read(path, &reading);
    if (!status.ok()) return status;
  }
  files.AddTo(&reading.foreign);
  reading.row_count = static_cast<int64_t>(reading.foreign.rows().size());
  if (reading.row_count > kRowsMax) {
    return LocalFileError(paths.front(),
                          absl::StrCat("and what is imported with it come to ", reading.row_count,
                                       " rows; an import takes at most ", kRowsMax, ": split it"));
  }
  for (const RowProblem& wrong : reading.foreign.wrong()) {
    reading.wrong_rows.emplace(wrong.file, wrong.line);
    if (reading.problems.size() < kProblemsMax) reading.problems.push_back(wrong);
  }
  reading.problem_count = static_cast<int64_t>(reading.foreign.wrong().size() + reading.unread.size());
  return reading;
}

}  // namespace ayni::cli
