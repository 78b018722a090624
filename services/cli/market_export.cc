#include "services/cli/market_export.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/cli/connection.h"
#include "services/cli/csv.h"
#include "services/cli/failure.h"
#include "services/cli/file.h"
#include "services/cli/market_file.h"
#include "services/cli/method_run.h"
#include "services/cli/output.h"
#include "services/cli/resource_name.h"
#include "services/invariant.h"

namespace ayni::cli {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

const MethodDescriptor& ListMethodOf(const Resource& resource) {
  for (const MethodDescriptor* method : Api::Get().methods()) {
    if (method->output_type()->FindFieldByName("next_page_token") == nullptr) continue;
    if (ListedField(*method).message_type() == resource.message) return *method;
  }
  INVARIANT(false, resource.type);
}

absl::StatusOr<std::vector<MessagePointer>> ReadAll(const Resource& resource, Connection* connection) {
  const MethodDescriptor& method = ListMethodOf(resource);
  const MessagePointer request = NewMessage(*method.input_type());
  if (const auto* parent = method.input_type()->FindFieldByName("parent")) {
    request->GetReflection()->SetString(request.get(), parent, *CompleteParent(resource, "-"));
  }
  std::vector<MessagePointer> rows;
  const absl::Status listed = ForEachListed(method, request.get(), 0, connection, [&](const Message& row) {
    rows.emplace_back(row.New());
    rows.back()->CopyFrom(row);
  });
  if (!listed.ok()) return listed;
  return rows;
}

bool IsNotForTheCaller(const absl::Status& status) {
  return ExitCodeOf(status) == kNotAllowed && absl::IsPermissionDenied(status);
}

void TellLeftOut(const MarketFile& file, const std::string& folder, std::ostream* err) {
  std::error_code error;
  const bool older = std::filesystem::exists(absl::StrCat(folder, "/", file.name), error);
  *err << file.name << " is left out: the caller may not list what belongs in it"
       << (older ? "; the file of that name is an older one" : "") << "\n";
}

absl::StatusOr<ExitCode> RunMarketExport(const Invocation& invocation) {
  const std::string folder = invocation.arguments.Word(0);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return LocalFileError(folder, error.message());
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  // What refers is read before what it refers to, which was there then and, referred to, can't be deleted: an
  // export taken while others write names nothing that it does not hold.
  const std::vector<MarketFile>& files = MarketFiles();
  absl::Status refused;
  bool any = false;
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    const absl::StatusOr<std::vector<MessagePointer>> rows = ReadAll(*file->resource, connection->get());
    if (!rows.ok() && !IsNotForTheCaller(rows.status())) return rows.status();
    if (!rows.ok()) {
      refused = rows.status();
      TellLeftOut(*file, folder, &invocation.environment.err);
      continue;
    }
    any = true;
    std::vector<const Message*> pointers;
    for (const MessagePointer& row : *rows) pointers.push_back(row.get());
    const std::string mark = invocation.arguments.Has("byte-order-mark") ? kByteOrderMark : "";
    const absl::Status written = WriteFile(absl::StrCat(folder, "/", file->name),
                                           mark + MarketFileText(*file->resource->message, pointers));
    if (!written.ok()) return written;
    invocation.environment.out << file->name << "  " << rows->size() << "\n";
  }
  if (!any) return refused;
  return kDone;
}

}  // namespace

Command MarketExportCommand() {
  Command command;
  command.noun = "market";
  command.verb = "export";
  command.summary =
      "Writes all that the caller may see into the CSV files that import reads, and says which file it "
      "leaves out. Importing them again changes nothing.";
  command.grammar.positionals = {
      {"DIR", "the folder, made where there is none; its files of these names are replaced", true}};
  command.grammar.flags = {{"byte-order-mark",
                            "",
                            "begin each file with the mark by which Excel tells UTF-8 (import takes both)",
                            {},
                            false,
                            false}};
  for (Flag& flag : ConnectionFlags()) command.grammar.flags.push_back(std::move(flag));
  for (Flag& flag : GeneralFlags()) command.grammar.flags.push_back(std::move(flag));
  command.example = "ayni market export market-2026-12/";
  command.run = RunMarketExport;
  return command;
}

std::string MarketFileText(const google::protobuf::Descriptor& type,
                           const std::vector<const Message*>& rows) {
  std::vector<MessagePath> columns = FilledPaths(type, rows, false);
  columns.erase(std::remove_if(columns.begin(), columns.end(),
                               [](const MessagePath& path) { return path.text() == "etag"; }),
                columns.end());
  if (columns.empty()) columns.push_back(*MessagePath::Parse(type, "name"));
  std::vector<std::string> header;
  for (const MessagePath& column : columns) header.push_back(column.text());
  std::string text = CsvLine(header);
  for (const Message* row : rows) text += CsvLine(CsvCells(columns, *row));
  return text;
}

}  // namespace ayni::cli
