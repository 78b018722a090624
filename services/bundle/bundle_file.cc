#include "services/bundle/bundle_file.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/gzip_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "matcher/limit.h"
#include "services/bundle/column_hash.h"
#include "services/gzip.h"

namespace ayni::services {
namespace {

using Column = BundleMarket::Column;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::GzipOutputStream;
using google::protobuf::io::StringOutputStream;
using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageToJsonString;

constexpr size_t kNumberBytes = 8;

absl::Status Wrong(const std::string& what) { return absl::InvalidArgumentError(what); }

// What JSON can't be read is not said in full: it may be long, and of any bytes.
constexpr size_t kReasonBytesMax = 200;

absl::StatusOr<std::string> Uncompressed(std::string_view file) {
  if (file.size() > kBundleFileBytesMax) return Wrong("is larger than any bundle");
  absl::StatusOr<std::string> text = Gunzipped(file, kBundleTextBytesMax);
  if (absl::IsResourceExhausted(text.status())) return Wrong("holds more text than any bundle");
  if (absl::IsInvalidArgument(text.status())) return Wrong("is no gzip file, or not a whole one");
  return text;
}

// In the one form in which such a text is written: of a field that stands twice, two verifiers might each see
// another.
template <typename Message>
absl::Status ReadJson(const std::string& text, const char* what, Message* message) {
  const auto status = JsonStringToMessage(text, message);
  if (!status.ok()) {
    return Wrong(absl::StrCat(
        what, " can't be read: ",
        std::string(status.message().data(), status.message().size()).substr(0, kReasonBytesMax)));
  }
  std::string written;
  if (!MessageToJsonString(*message, &written).ok() || written != text)
    return Wrong(absl::StrCat(what, " is not as it is written: a field stands twice, or in another place"));
  return absl::OkStatus();
}

// The columns by their names, put together from their parts.
class NamedColumns {
 public:
  absl::Status Add(const v1::BundleColumn& part) {
    const std::string& numbers = part.numbers();
    if (numbers.size() % kNumberBytes != 0)
      return Wrong(absl::StrCat("column ", part.name(), ": its bytes are no whole numbers"));
    Column& column = columns_[part.name()];
    column.reserve(column.size() + numbers.size() / kNumberBytes);
    for (size_t at = 0; at < numbers.size(); at += kNumberBytes) {
      uint64_t bits = 0;
      for (size_t byte = 0; byte < kNumberBytes; ++byte)
        bits |= static_cast<uint64_t>(static_cast<unsigned char>(numbers[at + byte])) << (8 * byte);
      column.push_back(static_cast<int64_t>(bits));
    }
    return absl::OkStatus();
  }

  bool Has(const char* name) const { return columns_.contains(name); }

  // Moves it into `to`; a column that is not there is empty.
  void Take(const char* name, Column& to) {
    const auto found = columns_.find(name);
    if (found == columns_.end()) return;
    to = std::move(found->second);
    columns_.erase(found);
  }
  void Take(const char* name, std::vector<int32_t>& to) {
    TakeNarrow(name, to, [](int32_t number) { return number; });
  }
  template <typename Tag>
  void Take(const char* name, std::vector<matcher::Index<Tag>>& to) {
    TakeNarrow(name, to, [](int32_t number) { return matcher::Index<Tag>{number}; });
  }

  // What nobody took is of another format.
  absl::Status Finish() const {
    if (!wrong_.ok() || columns_.empty()) return wrong_;
    std::string least = columns_.begin()->first;
    for (const auto& [name, column] : columns_) least = std::min(least, name);
    return Wrong(absl::StrCat("column ", least.substr(0, kReasonBytesMax), " is not known"));
  }

 private:
  template <typename Number, typename Make>
  void TakeNarrow(const char* name, std::vector<Number>& to, Make make) {
    Column column;
    Take(name, column);
    to.reserve(column.size());
    for (const int64_t number : column) {
      if (number < -1 || number > std::numeric_limits<int32_t>::max()) {
        wrong_ = Wrong(absl::StrCat("column ", name, ": ", number, " is out of range"));
        return;
      }
      to.push_back(make(static_cast<int32_t>(number)));
    }
  }

  absl::flat_hash_map<std::string, Column> columns_;
  absl::Status wrong_;
};

absl::Status TakeMaxmin(NamedColumns& columns, BundleContents& contents) {
  BundleMinimum& maxmin = contents.maxmin.emplace();
  Column measure;
  columns.Take("need_group", maxmin.groups.need_group);
  columns.Take("maxmin_measure", measure);
  VisitMinimum(maxmin.minimum, [&](const char* name, auto& column) { columns.Take(name, column); });
  if (measure.size() != 1 || measure[0] < 1 || measure[0] > 2)
    return Wrong("column maxmin_measure: must be 1 or 2");
  maxmin.minimum.measure = measure[0] == 1 ? matcher::Measure::kServedShare : matcher::Measure::kScoreSum;
  if (contents.market.group_name.size() > contents.problem.need_demand.size())
    return Wrong("column group_name: more groups than needs");
  maxmin.groups.count = static_cast<int32_t>(contents.market.group_name.size());
  if (maxmin.groups.need_group.size() != contents.problem.need_demand.size())
    return Wrong("column need_group: is not one number a need");
  for (const int32_t group : maxmin.groups.need_group) {
    if (group < 0 || group >= maxmin.groups.count) return Wrong("column need_group: no such group");
  }
  return absl::OkStatus();
}

void FillDigests(BundleContents& contents) {
  const bool is_maxmin = contents.maxmin.has_value();
  ColumnHash problem(is_maxmin ? kMaxminProblemTitle : kProblemTitle);
  const auto add_to_problem = [&](const char*, const auto& column) { problem.Add(column); };
  VisitProblem(contents.problem, add_to_problem);
  if (contents.problem.has_floors()) VisitFloors(contents.problem, add_to_problem);
  ColumnHash solution(is_maxmin ? kMaxminSolutionTitle : kSolutionTitle);
  const auto add_to_solution = [&](const char*, const auto& column) { solution.Add(column); };
  VisitSolution(contents.solution, add_to_solution);
  if (is_maxmin) {
    problem.Add(contents.maxmin->groups.need_group);
    problem.Add(Column{MeasureNumber(contents.maxmin->minimum.measure)});
    VisitMinimum(contents.maxmin->minimum, add_to_solution);
  }
  contents.problem_digest = problem.Finish();
  contents.solution_digest = solution.Finish();
  contents.market_digest = DigestOf(contents.market);
}

absl::Status TakeColumns(BundleContents& contents) {
  NamedColumns columns;
  for (v1::BundleColumn& part : *contents.bundle.mutable_columns()) {
    if (absl::Status status = columns.Add(part); !status.ok()) return status;
    part.clear_numbers();
  }
  contents.bundle.clear_columns();
  const auto take = [&](const char* name, auto& column) { columns.Take(name, column); };
  VisitProblem(contents.problem, take);
  VisitFloors(contents.problem, take);
  VisitSolution(contents.solution, take);
  VisitMarket(contents.market, take);
  if (columns.Has("need_group") || columns.Has("maxmin_measure")) {
    if (absl::Status status = TakeMaxmin(columns, contents); !status.ok()) return status;
  }
  return columns.Finish();
}

using Numbers = google::protobuf::RepeatedField<int64_t>;

// Ascending places below `count`, each with an amount of 1 to `most`.
bool ArePlaces(const Numbers& places, const Numbers& amounts, size_t count, int64_t most) {
  if (places.size() != amounts.size()) return false;
  int64_t last = -1;
  for (int at = 0; at < places.size(); ++at) {
    if (places[at] <= last || places[at] >= static_cast<int64_t>(count)) return false;
    if (amounts[at] < 1 || amounts[at] > most) return false;
    last = places[at];
  }
  return true;
}

// Ascending by edge and reason, each with 1 to kUnitsMax units.
bool AreLeftOut(const v1::RoundStatement& statement, int64_t edges) {
  std::pair<int64_t, int> last = {-1, 0};
  for (const v1::LeftOutUnits& units : statement.left_out_by_reason()) {
    const std::pair<int64_t, int> place = {units.edge(), units.reason()};
    if (place <= last || units.edge() >= edges || units.reason() == v1::LeftOut::REASON_UNSPECIFIED ||
        units.quantity() < 1 || units.quantity() > matcher::kUnitsMax)
      return false;
    last = place;
  }
  return true;
}

absl::Status CheckPlaces(const BundleContents& contents) {
  const v1::RoundStatement& statement = contents.statement;
  const bool are = ArePlaces(statement.left_out_edges(), statement.left_out_units(),
                             contents.problem.edge_offer.size(), matcher::kUnitsMax) &&
                   AreLeftOut(statement, contents.problem.edge_count()) &&
                   ArePlaces(statement.held_since_segments(), statement.segment_held_since(),
                             contents.market.segment_limit.size(), matcher::kAmountMax) &&
                   ArePlaces(statement.held_since_rows(), statement.row_held_since(),
                             contents.market.row_controller.size(), matcher::kAmountMax);
  return are ? absl::OkStatus() : Wrong("the statement names an edge, a segment or a row that there is not");
}

}  // namespace

absl::StatusOr<std::string> BundleFile(const v1::RoundBundle& bundle) {
  std::string text;
  if (!MessageToJsonString(bundle, &text).ok())
    return absl::InternalError("the bundle can't be written as JSON");
  if (text.size() > kBundleTextBytesMax) return absl::ResourceExhaustedError("the bundle is too large");
  std::string file;
  StringOutputStream out(&file);
  GzipOutputStream gzip(&out, GzipOutputStream::Options());
  bool is_written = false;
  {
    CodedOutputStream coded(&gzip);
    coded.WriteRaw(text.data(), static_cast<int>(text.size()));
    is_written = !coded.HadError();
  }
  if (!is_written || !gzip.Close()) return absl::InternalError("the bundle can't be compressed");
  return file;
}

absl::StatusOr<BundleContents> ReadBundleFile(std::string_view file) {
  BundleContents contents;
  {
    const absl::StatusOr<std::string> text = Uncompressed(file);
    if (!text.ok()) return text.status();
    if (absl::Status status = ReadJson(*text, "the bundle", &contents.bundle); !status.ok()) return status;
  }
  if (contents.bundle.format() != kBundleFormat)
    return Wrong(absl::StrCat("is no bundle of the format ", kBundleFormat));
  for (const std::string& piece : contents.bundle.statement()) contents.statement_text += piece;
  absl::Status status = ReadJson(contents.statement_text, "the statement", &contents.statement);
  if (status.ok()) status = TakeColumns(contents);
  if (status.ok()) status = matcher::Validate(contents.problem);
  if (status.ok()) status = Validate(contents.market, contents.problem, contents.statement.kept_cells_size());
  if (!status.ok()) return status;
  if (static_cast<int64_t>(contents.solution.edge_units.size()) != contents.problem.edge_count())
    return Wrong("column edge_units: is not one number an edge");
  for (const matcher::Units units : contents.solution.edge_units) {
    if (units < 0 || units > matcher::kUnitsMax) return Wrong("column edge_units: units out of range");
  }
  if (absl::Status places = CheckPlaces(contents); !places.ok()) return places;
  FillDigests(contents);
  return contents;
}

void AddColumn(const char* name, const Column& numbers, v1::RoundBundle* bundle) {
  for (size_t first = 0; first < numbers.size() || first == 0; first += kColumnPartNumbers) {
    v1::BundleColumn& part = *bundle->add_columns();
    part.set_name(name);
    std::string& bytes = *part.mutable_numbers();
    const size_t end = std::min(first + kColumnPartNumbers, numbers.size());
    bytes.reserve((end - first) * kNumberBytes);
    for (size_t at = first; at < end; ++at) {
      for (size_t byte = 0; byte < kNumberBytes; ++byte)
        bytes += static_cast<char>(static_cast<uint64_t>(numbers[at]) >> (8 * byte));
    }
  }
}

}  // namespace ayni::services
