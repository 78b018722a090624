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

void MarketSheet::ReadHeader(const CsvRecord& record, std::vector<RowProblem>* problems) {
  const auto& type = *file_.resource->message;
  const int64_t line = record.line;
  for (const std::string& cell : record.cells) {
    const std::string name(absl::StripAsciiWhitespace(cell));
    const bool again = !name.empty() && std::find(header_.begin(), header_.end(), name) != header_.end();
    header_.push_back(name);
    columns_.emplace_back();
    if (name.empty() || name == kFailedBecause) continue;
    if (again) {
      problems->push_back(Problem(line, name, "is a column twice"));
      continue;
    }
    absl::StatusOr<MessagePath> path = MessagePath::Parse(type, name);
    if (!path.ok()) {
      const std::string hint = DidYouMean(name, FieldFlags(type));
      problems->push_back(Problem(line, name,
                                  hint.empty() ? std::string(path.status().message())
                                               : absl::StrCat("is no field of ", type.name(), hint)));
    } else if (path->output_only() || name == "etag") {
      problems->push_back(Problem(line, name, "is filled by the server: take the column out"));
    } else {
      columns_.back().push_back(*std::move(path));
    }
  }
  if (std::find(header_.begin(), header_.end(), "name") == header_.end()) {
    problems->push_back(Problem(line, "name", "is missing: each row must name its resource"));
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
