#include "services/round/round_bundle.h"

#include <google/protobuf/io/gzip_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/bundle/bundle_file.h"
#include "services/bundle/round_columns.h"
#include "services/resource/digest.h"

namespace ayni::services {
namespace {

using google::protobuf::io::ArrayInputStream;
using google::protobuf::io::GzipInputStream;
using google::protobuf::io::GzipOutputStream;
using google::protobuf::io::StringOutputStream;

// Of a part, so that it fits a message; and of the parts in one commit.
constexpr size_t kPartBytesMax = 1 << 20;
constexpr size_t kCommitBytesMax = 8 << 20;
static_assert(8 * kColumnPartNumbers <= kPartBytesMax && kStatementPieceBytes <= kPartBytesMax);

std::string HeadKey(const std::string& round) { return absl::StrCat("bundle:", round); }
std::string PartKey(const std::string& round, int64_t part) {
  return absl::StrCat("bundle:", round, "/", absl::StrFormat("%06d", part));
}

std::string Compressed(const v1::RoundBundle& part) {
  std::string bytes;
  {
    StringOutputStream out(&bytes);
    GzipOutputStream gzip(&out, GzipOutputStream::Options());
    part.SerializeToZeroCopyStream(&gzip);
  }
  return bytes;
}

// Writes parts as columns come.
class ColumnKeeping {
 public:
  ColumnKeeping(const std::string& round, storage::Store* store) : round_(round), store_(*store) {}

  template <typename Number>
  void Add(const char* name, const std::vector<Number>& column) {
    if (!status_.ok()) return;
    v1::RoundBundle added;
    std::vector<int64_t> numbers;
    numbers.reserve(column.size());
    for (const Number& number : column) numbers.push_back(NumberOf(number));
    AddColumn(name, numbers, &added);
    for (v1::BundleColumn& each : *added.mutable_columns()) {
      const size_t size = each.numbers().size();
      if (part_bytes_ > 0 && part_bytes_ + size > kPartBytesMax) EndPart();
      part_bytes_ += size;
      *part_.add_columns() = std::move(each);
    }
  }

  absl::StatusOr<int64_t> Finish() {
    if (part_.columns_size() > 0) EndPart();
    Commit();
    if (!status_.ok()) return status_;
    return part_count_;
  }

 private:
  void EndPart() {
    std::string bytes = Compressed(std::exchange(part_, {}));
    part_bytes_ = 0;
    change_bytes_ += bytes.size();
    change_.puts.push_back({PartKey(round_, part_count_++), std::move(bytes)});
    if (change_bytes_ >= kCommitBytesMax) Commit();
  }

  void Commit() {
    if (!status_.ok() || change_.puts.empty()) return;
    change_bytes_ = 0;
    status_ = store_.CommitAndWait(std::exchange(change_, {})).status();
  }

  const std::string& round_;
  storage::Store& store_;
  v1::RoundBundle part_;
  size_t part_bytes_ = 0;
  int64_t part_count_ = 0;
  storage::Change change_;
  size_t change_bytes_ = 0;
  absl::Status status_;
};

// Pieces end where a character does: each is a text of its own.
size_t PieceEnd(const std::string& text, size_t begin) {
  size_t end = std::min(begin + kStatementPieceBytes, text.size());
  while (end < text.size() && end > begin + 1 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  return end;
}

// What was left out, and what counts as held since the snapshot.
void AddStanding(const ClearedRound& cleared, const StandingMatches& standing,
                 v1::RoundStatement* statement) {
  std::vector<matcher::Units> left = cleared.solution.edge_units;
  for (const MatchedEdge& each : standing.matched) left[each.edge] -= each.units;
  for (size_t edge = 0; edge < left.size(); ++edge) {
    if (left[edge] == 0) continue;
    statement->add_left_out_edges(static_cast<int64_t>(edge));
    statement->add_left_out_units(left[edge]);
  }
  for (const v1::LeftOutUnits& units : standing.left_out_units) *statement->add_left_out_by_reason() = units;
  const matcher::SegmentTable& before = cleared.posed.segments;
  for (size_t at = 0; at < before.segments.size(); ++at) {
    const matcher::Amount since = standing.segments.segments[at].held - before.segments[at].held;
    if (since == 0) continue;
    statement->add_held_since_segments(static_cast<int64_t>(at));
    statement->add_segment_held_since(since);
  }
  for (size_t row = 0; row < before.controllers.size(); ++row) {
    const matcher::Amount since = standing.segments.controllers[row].held - before.controllers[row].held;
    if (since == 0) continue;
    statement->add_held_since_rows(static_cast<int64_t>(row));
    statement->add_row_held_since(since);
  }
}

}  // namespace

absl::StatusOr<KeptColumns> KeepColumns(const ClearedRound& cleared, const std::string& round,
                                        const Pseudonyms& pseudonyms, storage::Store* store) {
  ColumnKeeping keeping(round, store);
  const auto add = [&](const char* name, const auto& column) { keeping.Add(name, column); };
  VisitProblem(cleared.posed.problem, add);
  if (cleared.posed.problem.has_floors()) VisitFloors(cleared.posed.problem, add);
  VisitSolution(cleared.solution, add);
  if (cleared.maxmin.has_value()) {
    add("need_group", cleared.maxmin->cooperatives.groups.need_group);
    add("maxmin_measure", std::vector<int64_t>{MeasureNumber(cleared.maxmin->measure)});
    VisitMinimum(cleared.maxmin->minimum, add);
  }
  const BundleMarket market = MarketColumns(cleared, pseudonyms);
  VisitMarket(market, [&](const char* name, const auto& column) {
    // Those who check bundles by what they knew before read those without it.
    if (&column != &market.edge_price || !column.empty()) add(name, column);
  });
  const absl::StatusOr<int64_t> part_count = keeping.Finish();
  if (!part_count.ok()) return part_count.status();
  return KeptColumns{DigestOf(market), *part_count};
}

absl::StatusOr<std::string> StatementText(const ClearedRound& cleared, const v1::Round& round,
                                          const std::string& policy, const StandingMatches& standing,
                                          const ReportsOfSegments& reports, const KeptColumns& columns,
                                          const Pseudonyms& pseudonyms) {
  v1::RoundStatement statement;
  *statement.mutable_round() = round;
  pseudonyms.Hide(statement.mutable_round());
  statement.set_policy_digest(Sha256(policy));
  statement.set_market_digest(columns.market_digest);
  for (size_t at = 0; at < reports.reports.size(); ++at) statement.add_segment_reports();
  for (size_t at = 0; at < reports.reports.size(); ++at) {
    v1::SegmentReport& report = *statement.mutable_segment_reports(reports.of[at].value);
    report = reports.reports[at];
    pseudonyms.Hide(&report);
  }
  const std::vector<v1::Cell> cells = CellRecords(cleared);
  for (const matcher::Kept& kept : cleared.posed.kept) {
    v1::Cell& cell = *statement.add_kept_cells();
    cell = cells[kept.cell.at()];
    pseudonyms.Hide(&cell);
  }
  AddStanding(cleared, standing, &statement);
  statement.set_stopped_at(cleared.course.stopped_at);
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(statement, &text).ok())
    return absl::InternalError("what the round states can't be written as JSON");
  return text;
}

v1::Round AsCreated(v1::Round round) {
  round.set_state(v1::Round::STATE_DRAFT);
  round.clear_summary();
  round.clear_snapshot_sequence();
  round.clear_snapshot_time();
  round.clear_publish_time();
  round.clear_failure();
  *round.mutable_update_time() = round.create_time();
  return round;
}

void AddStatement(const std::string& round, const std::string& statement, const BundleRecords& records,
                  const KeptColumns& columns, storage::Change* change) {
  int64_t part = columns.part_count;
  for (size_t begin = 0; begin < statement.size();) {
    const size_t end = PieceEnd(statement, begin);
    v1::RoundBundle piece;
    piece.add_statement(statement.substr(begin, end - begin));
    change->puts.push_back({PartKey(round, part++), Compressed(piece)});
    begin = end;
  }
  v1::RoundBundle head;
  head.mutable_creation()->set_record(records.created);
  head.mutable_clearing()->set_record(records.clearing);
  head.mutable_policy()->set_record(records.policy);
  change->puts.push_back({HeadKey(round), absl::StrCat(part, "\n", head.SerializeAsString())});
}

absl::StatusOr<KeptBundle> ReadKeptBundle(const storage::Reader& reader, const std::string& round) {
  const auto stored = reader.Get(HeadKey(round));
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return absl::NotFoundError(absl::StrCat(round, " has no bundle"));
  const std::string& value = (*stored)->value;
  const size_t end = value.find('\n');
  KeptBundle kept;
  v1::RoundBundle head;
  if (end == std::string::npos || !absl::SimpleAtoi(value.substr(0, end), &kept.part_count) ||
      !head.ParseFromString(value.substr(end + 1)))
    return absl::DataLossError(absl::StrCat(HeadKey(round), " can't be read"));
  kept.records = {head.creation().record(), head.clearing().record(), head.policy().record()};
  return kept;
}

absl::StatusOr<v1::RoundBundle> ReadBundlePart(const storage::Reader& reader, const std::string& round,
                                               int64_t part) {
  const std::string key = PartKey(round, part);
  const auto stored = reader.Get(key);
  if (!stored.ok()) return stored.status();
  v1::RoundBundle bundle;
  bool is_read = stored->has_value();
  if (is_read) {
    ArrayInputStream bytes((*stored)->value.data(), static_cast<int>((*stored)->value.size()));
    GzipInputStream gzip(&bytes);
    is_read = bundle.ParseFromZeroCopyStream(&gzip);
  }
  if (!is_read) return absl::DataLossError(absl::StrCat(key, " can't be read"));
  return bundle;
}

absl::StatusOr<v1::RoundStatement> ReadStatement(const storage::Reader& reader, const std::string& round) {
  const auto kept = ReadKeptBundle(reader, round);
  if (!kept.ok()) return kept.status();
  // Its pieces are the last parts, one each.
  std::vector<std::string> pieces;
  for (int64_t part = kept->part_count - 1; part >= 0; --part) {
    auto bundle = ReadBundlePart(reader, round, part);
    if (!bundle.ok()) return bundle.status();
    if (bundle->statement().empty()) break;
    pieces.push_back(std::move(*bundle->mutable_statement(0)));
  }
  std::string text;
  for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) text += *piece;
  v1::RoundStatement statement;
  if (!google::protobuf::util::JsonStringToMessage(text, &statement).ok())
    return absl::DataLossError(absl::StrCat("what ", round, " states can't be read"));
  return statement;
}

}  // namespace ayni::services
