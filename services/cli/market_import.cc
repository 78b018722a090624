#include "services/cli/market_import.h"

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ayni/v1/market_service.pb.h"
#include "services/cli/connection.h"
#include "services/cli/failed_rows.h"
#include "services/cli/file_parts.h"
#include "services/cli/foreign_reading.h"
#include "services/cli/import_outcome.h"
#include "services/cli/market_file.h"
#include "services/cli/market_reading.h"
#include "services/cli/method_run.h"
#include "services/cli/output.h"
#include "services/cli/progress.h"

namespace ayni::cli {
namespace {

constexpr int kRowsPerMessage = 1000;
// Under the 4 MiB that a server takes where it is not told otherwise.
constexpr size_t kMessageBytes = 1 << 20;
// A national market is checked and stored in one commit.
constexpr absl::Duration kImportTimeout = absl::Minutes(30);

// So that rows which refer to a row that is wrong are told where it stands. False where it has no name.
bool LeaveOnlyTheName(const MarketSheet& sheet, v1::ImportRow* row) {
  google::protobuf::Message* resource = row->GetReflection()->MutableMessage(row, sheet.file().row_field);
  const auto* field = resource->GetDescriptor()->FindFieldByName("name");
  const std::string name = resource->GetReflection()->GetString(*resource, field);
  resource->Clear();
  resource->GetReflection()->SetString(resource, field, name);
  row->set_wrong(true);
  return !name.empty();
}

// The messages of one attempt: all rows in batches, and of those that are wrong their names.
class RowStream {
 public:
  RowStream(const MarketReading& reading, const v1::ImportMarketRequest& first, Progress* progress)
      : reading_(reading), first_(first), progress_(*progress) {}

  const v1::ImportMarketRequest* Next() {
    if (ended_) {
      progress_.Show(absl::StrCat(sent_, " rows sent, the server checks them"));
      return nullptr;
    }
    request_ = begun_ ? v1::ImportMarketRequest() : first_;
    size_t bytes = 0;
    while (request_.rows_size() < kRowsPerMessage && bytes < kMessageBytes) {
      v1::ImportRow* row = NextRow();
      if (row == nullptr) {
        ended_ = true;
        break;
      }
      bytes += row->ByteSizeLong();
    }
    request_.set_last(ended_);
    sent_ += request_.rows_size();
    begun_ = true;
    progress_.Show(absl::StrCat(sent_, " of ", reading_.row_count, " rows sent"));
    return &request_;
  }

 private:
  // Into the request; null after the last.
  v1::ImportRow* NextRow() {
    for (; sheet_ < reading_.sheets.size(); ++sheet_, pass_.reset()) {
      const MarketSheet& sheet = reading_.sheets[sheet_];
      if (!pass_) pass_ = std::make_unique<MarketSheet::Pass>(sheet);
      while (pass_->Next()) {
        v1::ImportRow row;
        std::vector<RowProblem> problems;
        pass_->Parse(&row, &problems);
        if (!problems.empty() && !LeaveOnlyTheName(sheet, &row)) continue;
        *request_.add_rows() = std::move(row);
        return request_.mutable_rows(request_.rows_size() - 1);
      }
    }
    if (foreign_ == reading_.foreign.rows().size()) return nullptr;
    *request_.add_rows() = reading_.foreign.rows()[foreign_++];
    return request_.mutable_rows(request_.rows_size() - 1);
  }

  const MarketReading& reading_;
  const v1::ImportMarketRequest& first_;
  Progress& progress_;
  v1::ImportMarketRequest request_;
  std::unique_ptr<MarketSheet::Pass> pass_;
  size_t sheet_ = 0;
  size_t foreign_ = 0;
  int64_t sent_ = 0;
  bool begun_ = false;
  bool ended_ = false;
};

absl::Status Send(const v1::ImportMarketRequest& first, const MarketReading& reading,
                  const Invocation& invocation, v1::ImportMarketResponse* response) {
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  absl::Duration timeout = kImportTimeout;
  if (invocation.arguments.Has("timeout"))
    absl::ParseDuration(invocation.arguments.Value("timeout"), &timeout);
  Progress progress(&invocation.environment);
  progress.Show("reaching the server");
  const auto restart = [&]() -> Connection::Source {
    const auto stream = std::make_shared<RowStream>(reading, first, &progress);
    return [stream] { return stream->Next(); };
  };
  return (*connection)
      ->CallStreaming(
          FindMethod("ayni.v1.MarketService.ImportMarket"), restart, [&] { progress.ShowAgain(); }, timeout,
          response);
}

std::string FailedFolder(const Invocation& invocation) {
  return invocation.arguments.Has("failed") ? invocation.arguments.Value("failed")
                                            : absl::StrCat(invocation.arguments.Word(0), "/failed");
}

v1::ImportMarketRequest FirstMessage(const Invocation& invocation, const MarketReading& reading) {
  v1::ImportMarketRequest first;
  first.set_valid_rows_only(invocation.arguments.Has("valid-rows"));
  // With a row wrong here, and all or nothing asked for, the server only says what else is wrong.
  first.set_validate_only(invocation.arguments.Has("validate-only") ||
                          (!reading.wrong_rows.empty() && !first.valid_rows_only()));
  first.set_request_id(invocation.arguments.Has("request-id") ? invocation.arguments.Value("request-id")
                                                              : NewRequestId());
  for (const MarketSheet& sheet : reading.sheets) {
    auto* file = first.add_file_fields();
    file->set_file(sheet.file().name);
    *file->mutable_fields() = sheet.GivenFields();
  }
  return first;
}

// Writes the rows that failed, and prints what came of all: also where they can't be written, since what was
// imported is.
absl::StatusOr<ExitCode> Conclude(const MarketReading& reading, const v1::ImportMarketResponse& response,
                                  const Invocation& invocation) {
  // Of other publishers' files nobody here corrects rows.
  const bool writes = !invocation.arguments.Has("validate-only") && reading.foreign_files.empty();
  const std::string failed_folder = FailedFolder(invocation);
  const absl::Status written =
      writes ? WriteFailedRows(failed_folder, reading.sheets, reading.problems, reading.wrong_rows)
             : absl::OkStatus();
  const absl::StatusOr<OutputForm> form = ReadOutputForm(invocation.arguments);
  if (form.ok() && *form == OutputForm::kTable) {
    invocation.environment.out << OutcomeText({reading, response, writes && written.ok() ? failed_folder : "",
                                               invocation.arguments.Has("validate-only")});
  } else {
    const absl::Status printed =
        PrintMessage(WithAllProblems(reading, response), invocation.arguments, &invocation.environment);
    if (!printed.ok()) return printed;
  }
  if (!written.ok()) return written;
  return reading.problems.empty() && reading.wrong_rows.empty() ? kDone : kRowsFailed;
}

absl::StatusOr<MarketReading> Read(const Invocation& invocation) {
  const std::vector<std::string>& paths = invocation.arguments.words();
  const std::string& folder = paths.front();
  std::error_code error;
  Progress progress(&invocation.environment);
  const bool is_folder = std::filesystem::is_directory(folder, error);
  if (folder == kStandard || (!is_folder && std::filesystem::exists(folder, error))) {
    if (!invocation.arguments.Has("failed")) return ReadForeign(paths, invocation.environment.in, &progress);
    return absl::InvalidArgumentError("--failed is of a folder's CSV files: of others no rows are written");
  }
  if (paths.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("takes one folder, or files, and not ",
                                                   is_folder ? "both" : folder + ", which is none"));
  }
  if (std::filesystem::equivalent(folder, FailedFolder(invocation), error)) {
    return absl::InvalidArgumentError(
        "--failed must be another folder than the one that is imported, whose files would be put aside");
  }
  return ReadMarket(folder, &progress);
}

absl::StatusOr<ExitCode> RunMarketImport(const Invocation& invocation) {
  const absl::StatusOr<OutputForm> form = ReadOutputForm(invocation.arguments);
  if (!form.ok()) return form.status();
  absl::StatusOr<MarketReading> reading = Read(invocation);
  if (!reading.ok()) return reading.status();
  v1::ImportMarketResponse response;
  // What refers to rows of a file that was not read would be told that they do not exist.
  const bool sends = reading->unread.empty();
  const absl::Status sent =
      sends ? Send(FirstMessage(invocation, *reading), *reading, invocation, &response) : absl::OkStatus();
  if (sends && sent.ok()) AddServerProblems(response, &*reading);
  TellProblems(*reading, &invocation.environment);
  if (!sent.ok()) return sent;
  return Conclude(*reading, response, invocation);
}

}  // namespace

Command MarketImportCommand() {
  Command command;
  command.noun = "market";
  command.verb = "import";
  command.summary = absl::StrCat(
      "Makes or changes what the CSV files of a folder hold, or files of other publishers, all of it or "
      "nothing. May be repeated: a row that stands as it is changes nothing. The files of a folder are ",
      absl::StrJoin(MarketFileNames(), ", "),
      ". Columns are named as fields are, as in window.start_date (`ayni explain need`). Of what exists, "
      "fields without a column stay as they are, and an empty cell empties its field. Other publishers' "
      "files "
      "are statements of the Beneficial Ownership Data Standard (0.2 to 0.4; JSON, or JSON lines) and "
      "entities "
      "of FollowTheMoney (JSON lines), told by what they hold: people and organisations become parties, and "
      "who owns, controls, directs, employs or lends to whom relations. Who has a RUC, DNI or LEI of a party "
      "here is that party. What is no party and no tie in this market is left out with its reason.");
  command.grammar.positionals = {
      {"PATH", "the folder; or files of other publishers, - for standard input", true, true}};
  command.grammar.flags = {
      {"valid-rows", "", "take the rows that are right and leave the others out", {}, false, false},
      {"validate-only", "", "check all and change nothing", {}, false, false},
      {"failed", "DIR", "where files of the rows that are wrong go (DIR/failed)", {}, true, false},
      {"request-id",
       "TEXT",
       "repeating an import with the same one gives the first answer",
       {},
       false,
       false},
  };
  for (Flag& flag : OutputFlags()) command.grammar.flags.push_back(std::move(flag));
  for (Flag& flag : ConnectionFlags()) command.grammar.flags.push_back(std::move(flag));
  for (Flag& flag : GeneralFlags()) command.grammar.flags.push_back(std::move(flag));
  command.example = "ayni market import sample/ --validate-only";
  command.run = RunMarketImport;
  return command;
}

}  // namespace ayni::cli
