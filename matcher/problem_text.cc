#include "matcher/problem_text.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"

namespace ayni::matcher {
namespace {

constexpr int64_t kEdgeLineBytesMin = 10;  // "e 1 1 1 1" and its end
constexpr int64_t kIdMax = std::numeric_limits<int32_t>::max();
constexpr int64_t kEdgesMax = std::numeric_limits<int64_t>::max() / 64;

constexpr char kCountsForm[] = "p ayni NEEDS OFFERS TAPS CELLS EDGES";
constexpr char kNeedForm[] = "n NEED DEMAND";
constexpr char kOfferForm[] = "o OFFER CAPACITY TAP [LOT]";
constexpr char kTapForm[] = "t TAP CAPACITY";
constexpr char kCellForm[] = "k CELL CAP";
constexpr char kFloorForm[] = "f CELL FLOOR PENALTY";
constexpr char kGroupForm[] = "g GROUP NEED...";
constexpr char kEdgeForm[] = "e NEED OFFER BOUND WEIGHT [CELL...]";

int32_t Id(LineFields& fields, const char* name, int32_t count) {
  return static_cast<int32_t>(fields.Number(name, 1, count));
}

}  // namespace

absl::Status ProblemTextReader::Take(absl::string_view part) {
  return cutter_.Take(part, [this](absl::string_view line) { return TakeLine(line); });
}

absl::StatusOr<Problem> ProblemTextReader::Finish(NeedGroups* groups) && {
  absl::Status status = cutter_.Finish([this](absl::string_view line) { return TakeLine(line); });
  if (!status.ok()) return status;
  if (!rows_.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected '", kCountsForm, "': the text has no such line"));
  }
  return std::move(*rows_).Finish(groups);
}

absl::Status ProblemTextReader::TakeLine(absl::string_view line) {
  const auto [kind, words] = CutWord(line);
  if (kind.empty() || kind == "c") return absl::OkStatus();
  if (!rows_.has_value() || kind == "p")
    return kind == "p" ? TakeCounts(words)
                       : WrongLine(cutter_.line(),
                                   absl::StrCat("expected '", kCountsForm, "' first: found ", Quoted(kind)));
  if (kind == "e") return TakeEdge(words);
  if (kind == "g") return TakeGroup(words);
  if (kind.size() == 1) return TakeRow(kind.front(), words);
  return TakeRow('?', line);
}

absl::Status ProblemTextReader::TakeCounts(absl::string_view words) {
  LineFields fields(cutter_.line(), kCountsForm, words);
  if (rows_.has_value()) fields.Fail("there is one already");
  fields.Expect("ayni");
  ProblemCounts counts;
  counts.needs = static_cast<int32_t>(fields.Number("NEEDS", 0, kIdMax - 1));
  counts.offers = static_cast<int32_t>(fields.Number("OFFERS", 0, kIdMax - 1));
  counts.taps = static_cast<int32_t>(fields.Number("TAPS", 0, kIdMax - 1));
  counts.cells = static_cast<int32_t>(fields.Number("CELLS", 0, kIdMax - 1));
  counts.edges = fields.Number("EDGES", 0, kEdgesMax);
  if (absl::Status status = fields.Finish(); !status.ok()) return status;
  rows_.emplace(counts, bytes_likely_ / kEdgeLineBytesMin);
  return absl::OkStatus();
}

absl::Status ProblemTextReader::TakeRow(char kind, absl::string_view words) {
  const ProblemCounts& counts = rows_->counts();
  const int64_t line = cutter_.line();
  if (kind == 'n') {
    LineFields fields(line, kNeedForm, words);
    const int32_t need = Id(fields, "NEED", counts.needs);
    const Units demand = fields.Number("DEMAND", 0, kUnitsMax);
    const absl::Status status = fields.Finish();
    return status.ok() ? rows_->AddNeed(need, demand, line) : status;
  }
  if (kind == 'o') {
    LineFields fields(line, kOfferForm, words);
    const int32_t offer = Id(fields, "OFFER", counts.offers);
    ProblemRows::Offer row{};
    row.capacity = fields.Number("CAPACITY", 0, kUnitsMax);
    row.tap = TapIndex{static_cast<int32_t>(fields.Number("TAP", 0, counts.taps)) - 1};
    row.lot = fields.More() ? fields.Number("LOT", 1, kUnitsMax) : 1;
    const absl::Status status = fields.Finish();
    if (status.ok()) rows_->AddOffer(offer, row, line);
    return status;
  }
  if (kind == 't' || kind == 'k') {
    LineFields fields(line, kind == 't' ? kTapForm : kCellForm, words);
    const int32_t id = kind == 't' ? Id(fields, "TAP", counts.taps) : Id(fields, "CELL", counts.cells);
    const Units units = fields.Number(kind == 't' ? "CAPACITY" : "CAP", 0, kUnitsMax);
    const absl::Status status = fields.Finish();
    if (status.ok()) kind == 't' ? rows_->AddTap(id, units, line) : rows_->AddCell(id, units, line);
    return status;
  }
  if (kind == 'f') {
    LineFields fields(line, kFloorForm, words);
    const int32_t cell = Id(fields, "CELL", counts.cells);
    ProblemRows::Floor row{};
    row.floor = fields.Number("FLOOR", 0, kUnitsMax);
    row.penalty = fields.Number("PENALTY", 0, kPenaltyMax);
    const absl::Status status = fields.Finish();
    return status.ok() ? rows_->AddFloor(cell, row, line) : status;
  }
  return WrongLine(line, "expected a line that begins with one of n, o, t, k, f, g, e and c");
}

absl::Status ProblemTextReader::TakeGroup(absl::string_view words) {
  const int32_t needs = rows_->counts().needs;
  LineFields fields(cutter_.line(), kGroupForm, words);
  const int32_t group = Id(fields, "GROUP", needs);
  std::vector<int32_t> grouped = {Id(fields, "NEED", needs)};
  while (fields.More()) grouped.push_back(Id(fields, "NEED", needs));
  if (absl::Status status = fields.Finish(); !status.ok()) return status;
  for (const int32_t need : grouped) rows_->AddGroup(need, group, cutter_.line());
  return absl::OkStatus();
}

absl::Status ProblemTextReader::TakeEdge(absl::string_view words) {
  const ProblemCounts& counts = rows_->counts();
  LineFields fields(cutter_.line(), kEdgeForm, words);
  const int32_t need = Id(fields, "NEED", counts.needs);
  const int32_t offer = Id(fields, "OFFER", counts.offers);
  const Units bound = fields.Number("BOUND", 1, kUnitsMax);
  const auto weight = static_cast<int32_t>(fields.Number("WEIGHT", 1, kWeightMax));
  std::array<CellIndex, kCellsPerEdgeMax> cells;
  size_t cell_count = 0;
  while (fields.More()) {
    if (cell_count == cells.size()) {
      fields.Fail(absl::StrCat("at most ", kCellsPerEdgeMax, " cells"));
      break;
    }
    cells[cell_count++] = CellIndex{Id(fields, "CELL", counts.cells) - 1};
  }
  const auto cells_end = cells.begin() + static_cast<int64_t>(cell_count);
  std::sort(cells.begin(), cells_end);
  const auto twice = std::adjacent_find(cells.begin(), cells_end);
  if (twice != cells_end) fields.Fail(absl::StrCat("CELL ", twice->value + 1, " stands twice"));
  if (absl::Status status = fields.Finish(); !status.ok()) return status;
  return rows_->AddEdge(need, offer, bound, weight, {cells.data(), cell_count}, cutter_.line());
}

absl::Status WriteProblemText(const Problem& problem, TextSink sink, const NeedGroups* groups) {
  TextGatherer text(sink);
  text.Word("p ayni").Number(problem.need_count()).Number(problem.offer_count()).Number(problem.tap_count());
  absl::Status status = text.Number(problem.cell_count()).Number(problem.edge_count()).End();
  for (int32_t n = 0; n < problem.need_count() && status.ok(); ++n) {
    status = text.Word("n").Number(n + 1).Number(problem.need_demand[n]).End();
  }
  for (int32_t o = 0; o < problem.offer_count() && status.ok(); ++o) {
    text.Word("o").Number(o + 1).Number(problem.offer_capacity[o]).Number(problem.offer_tap[o].value + 1);
    if (problem.offer_lot[o] > 1) text.Number(problem.offer_lot[o]);
    status = text.End();
  }
  for (int32_t t = 0; t < problem.tap_count() && status.ok(); ++t) {
    status = text.Word("t").Number(t + 1).Number(problem.tap_capacity[t]).End();
  }
  for (int32_t c = 0; c < problem.cell_count() && status.ok(); ++c) {
    status = text.Word("k").Number(c + 1).Number(problem.cell_room[c]).End();
  }
  for (size_t c = 0; c < problem.cell_floor.size() && status.ok(); ++c) {
    if (problem.cell_floor[c] == 0) continue;
    text.Word("f").Number(static_cast<int64_t>(c) + 1).Number(problem.cell_floor[c]);
    status = text.Number(problem.cell_penalty[c]).End();
  }
  for (int32_t n = 0; groups != nullptr && groups->count > 0 && n < problem.need_count(); ++n) {
    if (status.ok()) status = text.Word("g").Number(groups->need_group[n] + 1).Number(n + 1).End();
  }
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1] && status.ok(); ++e) {
      text.Word("e").Number(n + 1).Number(problem.edge_offer[e].value + 1).Number(problem.edge_bound[e]);
      text.Number(problem.edge_weight[e]);
      for (int64_t i = problem.edge_cell_begin[e]; i < problem.edge_cell_begin[e + 1]; ++i) {
        text.Number(problem.edge_cell[i].value + 1);
      }
      status = text.End();
    }
  }
  return status.ok() ? text.Finish() : status;
}

}  // namespace ayni::matcher
