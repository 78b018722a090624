#include "services/cli/market_import.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ayni/v1/market_service.pb.h"
#include "services/cli/connection.h"
#include "services/cli/failed_rows.h"
#include "services/cli/market_file.h"
#include "services/cli/market_reading.h"
#include "services/cli/method_run.h"
#include "services/cli/output.h"
#include "services/cli/progress.h"
#include "services/cli/utf8.h"

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
    return nullptr;
  }

  const MarketReading& reading_;
  const v1::ImportMarketRequest& first_;
  Progress& progress_;
  v1::ImportMarketRequest request_;
  std::unique_ptr<MarketSheet::Pass> pass_;
  size_t sheet_ = 0;
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

void AddServerProblems(const v1::ImportMarketResponse& response, MarketReading* reading) {
  for (const auto& error : response.errors()) {
    std::string column = error.field();
    for (const MarketSheet& sheet : reading->sheets) {
      if (sheet.file().name == error.file()) column = ColumnOf(sheet.header(), error.field());
    }
    const std::string detail = column == error.field() || error.field().empty() ? "" : error.field() + " ";
    reading->problems.push_back({error.file(), error.line(), column, detail + error.description()});
  }
  for (const auto& wrong : response.wrong_rows()) {
    for (const int64_t line : wrong.lines()) reading->wrong_rows.emplace(wrong.file(), line);
  }
  const std::vector<std::string> order = MarketFileNames();
  const auto place = [&](const std::string& file) { return std::find(order.begin(), order.end(), file); };
  std::stable_sort(reading->problems.begin(), reading->problems.end(),
                   [&](const RowProblem& a, const RowProblem& b) {
                     return std::make_pair(place(a.file), a.line) < std::make_pair(place(b.file), b.line);
                   });
}

// Of a file, on the screen: what is wrong with so many rows, in so many lines, each of so many columns.
constexpr size_t kToldRowsMax = 10'000;
constexpr size_t kToldLinesMax = 50'000;
constexpr int kToldWidthMax = 500;

void TellFile(const std::string& file, const MarketReading& reading, std::ostream* err) {
  std::set<int64_t> told;
  size_t lines = 0;
  for (const RowProblem& problem : reading.problems) {
    if (problem.file != file) continue;
    if (told.count(problem.line) == 0 && told.size() == kToldRowsMax) break;
    if (++lines > kToldLinesMax) break;
    told.insert(problem.line);
    *err << Truncated(Printable(problem.Text()), kToldWidthMax) << "\n";
  }
  const auto rows =
      std::count_if(reading.wrong_rows.begin(), reading.wrong_rows.end(),
                    [&](const RowPlace& row) { return row.first == file && told.count(row.second) == 0; });
  if (rows > 0)
    *err << file << ": " << rows << (rows == 1 ? " more row is wrong\n" : " more rows are wrong\n");
  if (rows == 0 && lines > kToldLinesMax) *err << file << ": and more of the same\n";
}

void TellProblems(const MarketReading& reading, Environment* environment) {
  for (const std::string& file : MarketFileNames()) TellFile(file, reading, &environment->err);
}

std::string FailedFolder(const Invocation& invocation) {
  return invocation.arguments.Has("failed") ? invocation.arguments.Value("failed")
                                            : absl::StrCat(invocation.arguments.Word(0), "/failed");
}

std::string RowsAreWrong(size_t count, const std::string& failed_folder) {
  return absl::StrCat(count, count == 1 ? " row is" : " rows are", " wrong",
                      failed_folder.empty() ? "" : absl::StrCat(", and in ", failed_folder, "/"));
}

// `failed_folder` is empty where the rows that are wrong were not written.
std::string OutcomeText(const MarketReading& reading, const v1::ImportMarketResponse& response,
                        const std::string& failed_folder, const Invocation& invocation) {
  const size_t wrong = reading.wrong_rows.size();
  if (!reading.unread.empty()) {
    return absl::StrCat("The first row of ", absl::StrJoin(reading.unread, ", "),
                        " is wrong, and no other row there was looked at; ",
                        wrong == 0 ? "" : RowsAreWrong(wrong, failed_folder) + " besides; ",
                        "nothing was sent.\n");
  }
  const std::string counts = absl::StrCat(response.created_count(), " made, ", response.updated_count(),
                                          " changed, ", response.unchanged_count(), " as they were");
  const bool checked_only = invocation.arguments.Has("validate-only");
  if (wrong == 0)
    return checked_only ? absl::StrCat("all rows are right; nothing was changed (", counts, ")\n")
                        : counts + "\n";
  std::string text = RowsAreWrong(wrong, failed_folder) + "; ";
  if (response.applied()) {
    return absl::StrCat(text, "of the others ", counts, ".\nCorrect them",
                        failed_folder.empty() ? "" : " there, then: ayni market import " + failed_folder,
                        failed_folder.empty() ? " and repeat.\n" : "\n");
  }
  text += "nothing was changed.\n";
  if (checked_only) return text;
  return absl::StrCat(text, "Correct them and repeat, or take the others with --valid-rows.\n");
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

// For programs: what is wrong here stands among what the server found.
v1::ImportMarketResponse WithAllProblems(const MarketReading& reading,
                                         const v1::ImportMarketResponse& response) {
  v1::ImportMarketResponse all = response;
  all.clear_errors();
  for (const RowProblem& problem : reading.problems) {
    auto* error = all.add_errors();
    error->set_file(problem.file);
    error->set_line(problem.line);
    error->set_field(problem.column);
    error->set_description(problem.description);
  }
  all.set_error_count(response.error_count() + reading.problem_count);
  all.clear_wrong_rows();
  for (const auto& [file, line] : reading.wrong_rows) {
    const int last = all.wrong_rows_size() - 1;
    auto* rows = last >= 0 && all.wrong_rows(last).file() == file ? all.mutable_wrong_rows(last)
                                                                  : all.add_wrong_rows();
    rows->set_file(file);
    rows->add_lines(line);
  }
  return all;
}

// Writes the rows that failed, and prints what came of all: also where they can't be written, since what was
// imported is.
absl::StatusOr<ExitCode> Conclude(const MarketReading& reading, const v1::ImportMarketResponse& response,
                                  const Invocation& invocation) {
  const bool writes = !invocation.arguments.Has("validate-only");
  const std::string failed_folder = FailedFolder(invocation);
  const absl::Status written =
      writes ? WriteFailedRows(failed_folder, reading.sheets, reading.problems, reading.wrong_rows)
             : absl::OkStatus();
  const absl::StatusOr<OutputForm> form = ReadOutputForm(invocation.arguments);
  if (form.ok() && *form == OutputForm::kTable) {
    invocation.environment.out << OutcomeText(reading, response, writes && written.ok() ? failed_folder : "",
                                              invocation);
  } else {
    const absl::Status printed =
        PrintMessage(WithAllProblems(reading, response), invocation.arguments, &invocation.environment);
    if (!printed.ok()) return printed;
  }
  if (!written.ok()) return written;
  return reading.problems.empty() && reading.wrong_rows.empty() ? kDone : kRowsFailed;
}

absl::StatusOr<ExitCode> RunMarketImport(const Invocation& invocation) {
  const absl::StatusOr<OutputForm> form = ReadOutputForm(invocation.arguments);
  if (!form.ok()) return form.status();
  const std::string folder = invocation.arguments.Word(0);
  std::error_code error;
  if (std::filesystem::equivalent(folder, FailedFolder(invocation), error)) {
    return absl::InvalidArgumentError(
        "--failed must be another folder than the one that is imported, whose files would be put aside");
  }
  absl::StatusOr<MarketReading> reading;
  {
    Progress progress(&invocation.environment);
    reading = ReadMarket(folder, &progress);
  }
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
      "Makes or changes what the CSV files of a folder hold, all of it or nothing: ",
      absl::StrJoin(MarketFileNames(), ", "),
      ". Columns are named as fields are, as in window.start_date (`ayni explain need`). May be "
      "repeated: a row that stands as it is changes nothing. Of what exists, fields without a column stay as "
      "they are, and an empty cell empties its field.");
  command.grammar.positionals = {{"DIR", "the folder", true}};
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
