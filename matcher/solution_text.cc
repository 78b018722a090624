#include "matcher/solution_text.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ayni::matcher {
namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

constexpr char kScaleForm[] = "h ayni PRICE_SCALE";
constexpr char kValueForm[] = "s VALUE UPPER_BOUND";
constexpr char kUnitsForm[] = "x NEED OFFER UNITS";

absl::Status WritePrices(const char* kind, const std::vector<int64_t>& prices, TextGatherer& text) {
  absl::Status status;
  for (size_t i = 0; i < prices.size() && status.ok(); ++i) {
    if (prices[i] == 0) continue;
    status = text.Word(kind).Number(static_cast<int64_t>(i) + 1).Number(prices[i]).End();
  }
  return status;
}

}  // namespace

SolutionTextReader::SolutionTextReader(const Problem& problem)
    : problem_(problem),
      need_priced_(problem.need_demand.size()),
      offer_priced_(problem.offer_capacity.size()),
      tap_priced_(problem.tap_capacity.size()),
      cell_priced_(problem.cell_room.size()) {
  stated_.solution.edge_units.resize(problem.edge_offer.size());
  stated_.solution.prices.need.resize(need_priced_.size());
  stated_.solution.prices.offer.resize(offer_priced_.size());
  stated_.solution.prices.tap.resize(tap_priced_.size());
  stated_.solution.prices.cell.resize(cell_priced_.size());
}

absl::Status SolutionTextReader::Take(absl::string_view part) {
  return cutter_.Take(part, [this](absl::string_view line) { return TakeLine(line); });
}

absl::StatusOr<StatedSolution> SolutionTextReader::Finish() && {
  absl::Status status = cutter_.Finish([this](absl::string_view line) { return TakeLine(line); });
  if (!status.ok()) return status;
  for (const auto& [form, stands] :
       {std::pair(kScaleForm, scale_stated_), {kValueForm, stated_.value_line > 0}}) {
    if (stands) continue;
    return absl::InvalidArgumentError(absl::StrCat("expected '", form, "': the text has no such line"));
  }
  return std::move(stated_);
}

absl::Status SolutionTextReader::TakeLine(absl::string_view line) {
  const auto [kind, words] = CutWord(line);
  if (kind.empty() || kind == "c") return absl::OkStatus();
  if (kind == "h") return TakeScale(words);
  if (!scale_stated_) {
    return WrongLine(cutter_.line(), absl::StrCat("expected '", kScaleForm, "' first: found ", Quoted(kind)));
  }
  if (kind == "s") return TakeValue(words);
  if (kind == "x") return TakeUnits(words);
  if (kind.size() == 2 && kind[0] == 'p') return TakePrice(kind[1], words);
  return WrongLine(cutter_.line(), "expected a line that begins with one of s, x, pn, po, pt, pk and c");
}

absl::Status SolutionTextReader::TakeScale(absl::string_view words) {
  LineFields fields(cutter_.line(), kScaleForm, words);
  if (scale_stated_) fields.Fail("there is one already");
  fields.Expect("ayni");
  fields.Number("PRICE_SCALE", kPriceScale, kPriceScale);
  scale_stated_ = true;
  return fields.Finish();
}

absl::Status SolutionTextReader::TakeValue(absl::string_view words) {
  LineFields fields(cutter_.line(), kValueForm, words);
  if (stated_.value_line > 0) fields.Fail(absl::StrCat("there is one already on line ", stated_.value_line));
  stated_.value = fields.Number("VALUE", kLeast, kMost);
  stated_.upper_bound = fields.Number("UPPER_BOUND", kLeast, kMost);
  stated_.value_line = cutter_.line();
  return fields.Finish();
}

int64_t SolutionTextReader::EdgeOf(int32_t need, OfferIndex offer) const {
  const auto begin = problem_.edge_offer.begin() + problem_.need_edge_begin[need];
  const auto end = problem_.edge_offer.begin() + problem_.need_edge_begin[need + 1];
  const auto found = std::lower_bound(begin, end, offer);
  return found == end || *found != offer ? -1 : found - problem_.edge_offer.begin();
}

absl::Status SolutionTextReader::TakeUnits(absl::string_view words) {
  LineFields fields(cutter_.line(), kUnitsForm, words);
  const int64_t need = fields.Number("NEED", 1, problem_.need_count());
  const int64_t offer = fields.Number("OFFER", 1, problem_.offer_count());
  const Units units = fields.Number("UNITS", 1, kUnitsMax);
  if (absl::Status status = fields.Finish(); !status.ok()) return status;
  const int64_t edge = EdgeOf(static_cast<int32_t>(need) - 1, OfferIndex{static_cast<int32_t>(offer) - 1});
  if (edge < 0) {
    fields.Fail(absl::StrCat("the problem has no edge of need ", need, " and offer ", offer));
  } else if (stated_.solution.edge_units[edge] > 0) {
    fields.Fail(absl::StrCat("need ", need, " with offer ", offer, " has units already"));
  } else {
    stated_.solution.edge_units[edge] = units;
    stated_.edge_lines.push_back({edge, cutter_.line()});
  }
  return fields.Finish();
}

absl::Status SolutionTextReader::TakePrice(char side, absl::string_view words) {
  struct Side {
    const char* form;
    const char* name;
    std::vector<int64_t>& prices;
    std::vector<bool>& priced;
    std::vector<StatedSolution::At>& lines;
  };
  Prices& prices = stated_.solution.prices;
  const auto take = [&](Side of) {
    LineFields fields(cutter_.line(), of.form, words);
    const int64_t id = fields.Number(of.name, 1, static_cast<int64_t>(of.prices.size()));
    const int64_t price = fields.Number("PRICE", kLeast, kMost);
    if (absl::Status status = fields.Finish(); !status.ok()) return status;
    if (of.priced[id - 1]) fields.Fail(absl::StrCat(of.name, " ", id, " has a price already"));
    of.priced[id - 1] = true;
    of.prices[id - 1] = price;
    of.lines.push_back({id - 1, cutter_.line()});
    return fields.Finish();
  };
  switch (side) {
    case 'n':
      return take({"pn NEED PRICE", "NEED", prices.need, need_priced_, stated_.need_price_lines});
    case 'o':
      return take({"po OFFER PRICE", "OFFER", prices.offer, offer_priced_, stated_.offer_price_lines});
    case 't':
      return take({"pt TAP PRICE", "TAP", prices.tap, tap_priced_, stated_.tap_price_lines});
    case 'k':
      return take({"pk CELL PRICE", "CELL", prices.cell, cell_priced_, stated_.cell_price_lines});
    default:
      return WrongLine(cutter_.line(), "expected a line that begins with one of s, x, pn, po, pt, pk and c");
  }
}

absl::Status WriteSolutionText(const Problem& problem, const Solution& solution, int64_t value,
                               int64_t upper_bound, TextSink sink) {
  TextGatherer text(sink);
  absl::Status status = text.Word("h ayni").Number(kPriceScale).End();
  if (status.ok()) status = text.Word("s").Number(value).Number(upper_bound).End();
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1] && status.ok(); ++e) {
      if (solution.edge_units[e] == 0) continue;
      text.Word("x").Number(n + 1).Number(problem.edge_offer[e].value + 1);
      status = text.Number(solution.edge_units[e]).End();
    }
  }
  if (status.ok()) status = WritePrices("pn", solution.prices.need, text);
  if (status.ok()) status = WritePrices("po", solution.prices.offer, text);
  if (status.ok()) status = WritePrices("pt", solution.prices.tap, text);
  if (status.ok()) status = WritePrices("pk", solution.prices.cell, text);
  return status.ok() ? text.Finish() : status;
}

}  // namespace ayni::matcher
