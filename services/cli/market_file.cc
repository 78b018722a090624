#include "services/cli/market_file.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/cli/arguments.h"
#include "services/cli/nearest.h"
#include "services/cli/output.h"
#include "services/cli/resource_name.h"
#include "services/invariant.h"

namespace ayni::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::vector<MarketFile> MakeMarketFiles() {
  std::vector<MarketFile> files;
  const auto& row = *v1::ImportRow::descriptor();
  const auto& oneof = *row.FindOneofByName("resource");
  for (int i = 0; i < oneof.field_count(); ++i) {
    const Resource* resource = Api::Get().FindResource(oneof.field(i)->message_type());
    INVARIANT(resource != nullptr, oneof.field(i)->full_name());
    files.push_back({SnakeCase(resource->plural) + ".csv", resource, oneof.field(i)});
  }
  return files;
}

// The member of a oneof that a path goes through; null where it goes through none.
const FieldDescriptor* OneofMember(const MessagePath& path, const google::protobuf::Descriptor& type) {
  const FieldDescriptor* first = type.FindFieldByName(path.text().substr(0, path.text().find('.')));
  return first != nullptr && first->real_containing_oneof() != nullptr ? first : nullptr;
}

constexpr char kMeansName[] = ", did you mean 'name'?";

// What people write over columns: Highest unit price, of highest_unit_price. A name that is none is left as
// it is.
std::string ColumnName(const google::protobuf::Descriptor& type, const std::string& given) {
  if (MessagePath::Parse(type, given).ok()) return given;
  std::string plain = absl::AsciiStrToLower(given);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
  return plain == kFailedBecause || MessagePath::Parse(type, plain).ok() ? plain : given;
}

std::string WhyNoColumn(const Resource& resource, const std::string& name, const absl::Status& status) {
  const std::string plain = absl::AsciiStrToLower(name);
  if (plain == "id" || plain == SnakeCase(resource.singular) + "_id") {
    return absl::StrCat("is no field of ", resource.message->name(), kMeansName, " It holds ",
                        NameForm(resource));
  }
  const std::string hint = DidYouMean(plain, FieldFlags(*resource.message));
  return hint.empty() ? std::string(status.message())
                      : absl::StrCat("is no field of ", resource.message->name(), hint);
}

}  // namespace

const std::vector<MarketFile>& MarketFiles() {
  static const auto* const files = new std::vector<MarketFile>(MakeMarketFiles());
  return *files;
}

std::string RowProblem::Text() const {
  return absl::StrCat(file, ":", line, ": ", column, column.empty() ? "" : ": ", description);
}

MarketSheet::MarketSheet(const MarketFile& file, std::string text, std::vector<RowProblem>* problems)
    : file_(file), text_(std::move(text)) {
  CsvReader reader(text_);
  CsvRecord record;
  if (!reader.Next(&record)) {
    problems->push_back(Problem(1, "", "holds nothing, and should begin with the names of its columns"));
  } else if (!record.error.empty()) {
    problems->push_back(Problem(record.line, absl::StrCat("cell ", record.error_cell), record.error));
  } else {
    ReadHeader(record, problems);
  }
}

bool MarketSheet::IsTooLarge(const CsvRecord& record, std::vector<RowProblem>* problems) const {
  const auto add = [&](const std::string& column, size_t bytes, size_t bytes_max) {
    problems->push_back(Problem(
        record.line, column, absl::StrCat("has ", bytes, " bytes, and at most ", bytes_max, " are taken")));
    return true;
  };
  for (size_t i = 0; i < record.cells.size(); ++i) {
    const size_t bytes = record.cells[i].size();
    if (bytes > kCellBytesMax)
      return add(i < header_.size() ? header_[i] : absl::StrCat("cell ", i + 1), bytes, kCellBytesMax);
  }
  return record.source.size() > kRecordBytesMax && add("", record.source.size(), kRecordBytesMax);
}

void MarketSheet::ReadHeader(const CsvRecord& record, std::vector<RowProblem>* problems) {
  if (record.cells.size() > kSheetColumnsMax) {
    problems->push_back(Problem(
        record.line, "",
        absl::StrCat("has ", record.cells.size(), " columns, and at most ", kSheetColumnsMax, " are read")));
    return;
  }
  if (IsTooLarge(record, problems)) return;
  const size_t before = problems->size();
  for (const std::string& cell : record.cells) ReadColumn(record.line, cell, problems);
  const bool has_name = std::find(header_.begin(), header_.end(), "name") != header_.end();
  const bool told = std::any_of(
      problems->begin() + static_cast<std::ptrdiff_t>(before), problems->end(),
      [](const RowProblem& problem) { return absl::StrContains(problem.description, kMeansName); });
  if (!has_name && !told) {
    problems->push_back(Problem(record.line, "name", "is missing: each row must name its resource"));
  }
}

void MarketSheet::ReadColumn(int64_t line, const std::string& cell, std::vector<RowProblem>* problems) {
  const auto& type = *file_.resource->message;
  const std::string given(absl::StripAsciiWhitespace(cell));
  const std::string name = ColumnName(type, given);
  const bool again = !name.empty() && std::find(header_.begin(), header_.end(), name) != header_.end();
  header_.push_back(name);
  columns_.emplace_back();
  if (name.empty() || name == kFailedBecause) return;
  if (again) {
    problems->push_back(Problem(line, given, "is a column twice"));
    return;
  }
  absl::StatusOr<MessagePath> path = MessagePath::Parse(type, name);
  if (!path.ok()) {
    problems->push_back(Problem(line, given, WhyNoColumn(*file_.resource, name, path.status())));
  } else if (path->output_only() || name == "etag") {
    problems->push_back(Problem(line, given, "is filled by the server: take the column out"));
  } else {
    columns_.back().push_back(*std::move(path));
  }
}

google::protobuf::FieldMask MarketSheet::GivenFields() const {
  std::set<std::string> paths;
  for (const std::vector<MessagePath>& column : columns_) {
    // That a message is there is told by the row, which has it then.
    if (!column.empty() && column.front().has_value()) paths.insert(column.front().GivenPath());
  }
  google::protobuf::FieldMask mask;
  for (const std::string& path : paths) mask.add_paths(path);
  return mask;
}

RowProblem MarketSheet::Problem(int64_t line, const std::string& column,
                                const std::string& description) const {
  return {file_.name, line, column, description};
}

MarketSheet::Pass::Pass(const MarketSheet& sheet) : sheet_(sheet), reader_(sheet.text_) {
  reader_.Next(&record_);
}

bool MarketSheet::Pass::Next() { return reader_.Next(&record_); }

void MarketSheet::Pass::Parse(v1::ImportRow* row, std::vector<RowProblem>* problems) const {
  const auto fail = [&](const std::string& column, const std::string& description) {
    problems->push_back(sheet_.Problem(record_.line, column, description));
  };
  row->Clear();
  row->set_file(sheet_.file_.name);
  row->set_line(record_.line);
  const size_t width = sheet_.header_.size();
  if (!record_.error.empty()) {
    const size_t cell = static_cast<size_t>(record_.error_cell);
    return fail(cell <= width ? sheet_.header_[cell - 1] : absl::StrCat("cell ", cell), record_.error);
  }
  if (sheet_.IsTooLarge(record_, problems)) return;
  const bool surplus =
      std::any_of(record_.cells.begin() + std::min(width, record_.cells.size()), record_.cells.end(),
                  [](const std::string& cell) { return !cell.empty(); });
  if (surplus) {
    return fail("", absl::StrCat("has ", record_.cells.size(), " cells, and the first row ", width));
  }
  Message* resource = row->GetReflection()->MutableMessage(row, sheet_.file_.row_field);
  const FieldDescriptor* chosen = nullptr;
  for (size_t i = 0; i < width; ++i) {
    if (sheet_.columns_[i].empty()) continue;
    const MessagePath& path = sheet_.columns_[i].front();
    // Spreadsheets leave out the cells at a row's end that are empty.
    const std::string text = i < record_.cells.size() ? TextOfCell(path, record_.cells[i]) : "";
    const FieldDescriptor* member = OneofMember(path, *sheet_.file_.resource->message);
    const bool sets = !text.empty() && text != "no";
    if (member != nullptr && sets && chosen != nullptr && member != chosen) {
      fail(sheet_.header_[i], absl::StrCat("can't be given together with ", chosen->name()));
      continue;
    }
    if (member != nullptr && sets) chosen = member;
    const absl::Status put = path.Put(text, resource);
    if (!put.ok()) fail(sheet_.header_[i], std::string(put.message()));
  }
}

std::string ColumnOf(const std::vector<std::string>& header, const std::string& field) {
  // Elements are limits[0].id to the server, and limits.1.id to a sheet.
  std::string path = field;
  for (size_t open = path.find('['); open != std::string::npos; open = path.find('[')) {
    const size_t close = path.find(']', open);
    if (close == std::string::npos) break;
    const int element = std::atoi(path.c_str() + open + 1) + 1;
    path = absl::StrCat(path.substr(0, open), ".", element, path.substr(close + 1));
  }
  for (;;) {
    if (std::find(header.begin(), header.end(), path) != header.end()) return path;
    const size_t dot = path.rfind('.');
    if (dot == std::string::npos) return field;
    path.resize(dot);
  }
}

}  // namespace ayni::cli
