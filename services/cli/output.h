// Results: a table for people, JSON or CSV for programs.
#ifndef AYNI_SERVICES_CLI_OUTPUT_H_
#define AYNI_SERVICES_CLI_OUTPUT_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/cli/arguments.h"
#include "services/cli/environment.h"
#include "services/cli/message_path.h"

namespace ayni::cli {

enum class OutputForm { kTable, kJson, kCsv };

// --output and --columns.
std::vector<Flag> OutputFlags();

// The values of --output; kTable where it is not given.
absl::StatusOr<OutputForm> ReadOutputForm(const Arguments& arguments);

// The columns that a table of the type shows, as `path` or `path=title`: those of a person's first question.
std::vector<std::string> DefaultColumns(const google::protobuf::Descriptor& type);

// What a table says in another language than the API's names.
struct TableWords {
  std::vector<std::string> titles;  // of its columns
  std::string yes = "yes";
  std::string no = "no";
};

// Many of one type. JSON is an array, written as rows come; CSV has the column names of `ayni market export`,
// and a table's are DefaultColumns. Not thread-safe.
class RowOutput {
 public:
  static absl::StatusOr<RowOutput> Create(const google::protobuf::Descriptor& type,
                                          const Arguments& arguments, Environment* environment);

  // Other words in a table. REQUIRES: a title for each column that the table shows.
  void Reword(TableWords words) { words_ = std::move(words); }

  void Add(const google::protobuf::Message& row);
  // Once, after the last.
  void Finish();

 private:
  RowOutput() = default;

  void FinishTable();
  void FinishCsv();

  const google::protobuf::Descriptor* type_ = nullptr;
  Environment* environment_ = nullptr;
  OutputForm form_ = OutputForm::kTable;
  std::vector<MessagePath> columns_;  // none for CSV: what the rows hold
  TableWords words_;
  std::vector<std::unique_ptr<google::protobuf::Message>> rows_;
  size_t count_ = 0;
};

// One: a line a field in the table form.
absl::Status PrintMessage(const google::protobuf::Message& message, const Arguments& arguments,
                          Environment* environment);

// Proto JSON with the API's own names of fields, without a line feed at its end.
std::string JsonText(const google::protobuf::Message& message, bool indented);

// The value at a path for a person's eye; of a message that has no text, its fields.
std::string DisplayText(const MessagePath& path, const google::protobuf::Message& message);

// The cells of a CSV record.
std::vector<std::string> CsvCells(const std::vector<MessagePath>& columns,
                                  const google::protobuf::Message& message);

// What a cell of a column stands for, without blanks around it: the opposite of CsvCells.
std::string TextOfCell(const MessagePath& column, const std::string& cell);

// The paths that hold all of the messages, but those that are empty in each of them.
std::vector<MessagePath> FilledPaths(const google::protobuf::Descriptor& type,
                                     const std::vector<const google::protobuf::Message*>& messages,
                                     bool outputs);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_OUTPUT_H_
