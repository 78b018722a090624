#include "matcher/solution_text.h"

#include <algorithm>
#include <iterator>
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
constexpr char kMinimumForm[] = "m MEASURE OVER SMALLEST UPPER_BOUND";
constexpr char kShare[] = "share", kScore[] = "score", kNeeds[] = "needs", kGroups[] = "groups";
constexpr char kKinds[] =
    "expected a line that begins with one of s, x, pn, po, pt, pk, m, pm, g, qn, qo, qt, qk and c";

absl::Status WritePrices(const char* kind, const std::vector<int64_t>& prices, TextGatherer& text) {
  absl::Status status;
  for (size_t i = 0; i < prices.size() && status.ok(); ++i) {
    if (prices[i] == 0) continue;
    status = text.Word(kind).Number(static_cast<int64_t>(i) + 1).Number(prices[i]).End();
  }
  return status;
}

absl::Status WriteMinimum(const WrittenMinimum& written, TextGatherer& text) {
  const Minimum& minimum = written.minimum;
  text.Word("m ").Word(minimum.measure == Measure::kServedShare ? kShare : kScore).Word(" ");
  text.Word(written.over_groups ? kGroups : kNeeds);
  absl::Status status = text.Number(minimum.smallest).Number(minimum.upper_bound).End();
  if (status.ok()) status = WritePrices("pm", minimum.promise_price, text);
  if (status.ok()) status = WritePrices("g", minimum.proof.group_weight, text);
  if (status.ok()) status = WritePrices("qn", minimum.proof.prices.need, text);
  if (status.ok()) status = WritePrices("qo", minimum.proof.prices.offer, text);
  if (status.ok()) status = WritePrices("qt", minimum.proof.prices.tap, text);
  if (status.ok()) status = WritePrices("qk", minimum.proof.prices.cell, text);
  return status;
}

}  // namespace

SolutionTextReader::SolutionTextReader(const Problem& problem, int32_t group_count)
    : problem_(problem), group_count_(group_count) {
  stated_.solution.edge_units.resize(problem.edge_offer.size());
  for (Prices* prices : {&stated_.solution.prices, &stated_.minimum.proof.prices}) {
    prices->need.resize(problem.need_demand.size());
    prices->offer.resize(problem.offer_capacity.size());
    prices->tap.resize(problem.tap_capacity.size());
    prices->cell.resize(problem.cell_room.size());
  }
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
  const auto kind_of_minimum = [](const auto& of) { return of.first[0] != 'p' || of.first == "pm"; };
  if (stated_.minimum_line == 0 && std::any_of(priced_.begin(), priced_.end(), kind_of_minimum)) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected '", kMinimumForm, "': the text has no such line, but lines that go with it"));
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
  if (kind == "m") return TakeMinimum(words);
  return TakePrice(kind, words);
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

absl::Status SolutionTextReader::TakeMinimum(absl::string_view words) {
  LineFields fields(cutter_.line(), kMinimumForm, words);
  if (stated_.minimum_line > 0) {
    fields.Fail(absl::StrCat("there is one already on line ", stated_.minimum_line));
  }
  Minimum& minimum = stated_.minimum;
  minimum.measure = fields.IsSecond("MEASURE", kShare, kScore) ? Measure::kScoreSum : Measure::kServedShare;
  stated_.over_groups = fields.IsSecond("OVER", kNeeds, kGroups);
  const int64_t most = minimum.measure == Measure::kServedShare ? kShareMax : kMost;
  minimum.smallest = fields.Number("SMALLEST", 0, most);
  minimum.upper_bound = fields.Number("UPPER_BOUND", 0, most);
  if (stated_.over_groups && group_count_ == 0) fields.Fail("OVER is groups: the problem has none");
  stated_.minimum_line = cutter_.line();
  const int32_t count = stated_.over_groups ? group_count_ : problem_.need_count();
  minimum.proof.group_weight.resize(count);
  minimum.promise_price.resize(count);
  return fields.Finish();
}

absl::Status SolutionTextReader::TakePrice(absl::string_view kind, absl::string_view words) {
  struct Kind {
    const char* kind;
    const char* form;
    const char* id;
    const char* number;
    int64_t least, most;
    std::vector<int64_t>& column;
    std::vector<StatedSolution::At>* lines;  // null where nothing can be wrong with the number but its range
  };
  Prices& prices = stated_.solution.prices;
  Prices& proof = stated_.minimum.proof.prices;
  const int64_t least_promise = PromisePriceLeast(stated_.minimum.measure);
  const Kind kinds[] = {
      {"pn", "pn NEED PRICE", "NEED", "PRICE", kLeast, kMost, prices.need, &stated_.need_price_lines},
      {"po", "po OFFER PRICE", "OFFER", "PRICE", kLeast, kMost, prices.offer, &stated_.offer_price_lines},
      {"pt", "pt TAP PRICE", "TAP", "PRICE", kLeast, kMost, prices.tap, &stated_.tap_price_lines},
      {"pk", "pk CELL PRICE", "CELL", "PRICE", kLeast, kMost, prices.cell, &stated_.cell_price_lines},
      {"pm", "pm GROUP PRICE", "GROUP", "PRICE", least_promise, 0, stated_.minimum.promise_price, nullptr},
      {"g", "g GROUP WEIGHT", "GROUP", "WEIGHT", 0, kWeightMax, stated_.minimum.proof.group_weight, nullptr},
      {"qn", "qn NEED PRICE", "NEED", "PRICE", 0, kPriceMax, proof.need, nullptr},
      {"qo", "qo OFFER PRICE", "OFFER", "PRICE", 0, kPriceMax, proof.offer, nullptr},
      {"qt", "qt TAP PRICE", "TAP", "PRICE", 0, kPriceMax, proof.tap, nullptr},
      {"qk", "qk CELL PRICE", "CELL", "PRICE", 0, kPriceMax, proof.cell, nullptr},
  };
  const auto of =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& k) { return kind == k.kind; });
  if (of == std::end(kinds)) return WrongLine(cutter_.line(), kKinds);
  if (absl::string_view(of->id) == "GROUP" && stated_.minimum_line == 0) {
    return WrongLine(cutter_.line(), absl::StrCat("expected '", kMinimumForm, "' before '", of->form, "'"));
  }
  LineFields fields(cutter_.line(), of->form, words);
  const int64_t id = fields.Number(of->id, 1, static_cast<int64_t>(of->column.size()));
  const int64_t number = fields.Number(of->number, of->least, of->most);
  if (absl::Status status = fields.Finish(); !status.ok()) return status;
  std::vector<bool>& priced = priced_[of->kind];
  priced.resize(of->column.size());
  if (priced[id - 1]) fields.Fail(absl::StrCat("there is one of ", of->id, " ", id, " already"));
  priced[id - 1] = true;
  of->column[id - 1] = number;
  if (of->lines != nullptr) of->lines->push_back({id - 1, cutter_.line()});
  return fields.Finish();
}

absl::Status WriteSolutionText(const Problem& problem, const Solution& solution, int64_t value,
                               int64_t upper_bound, const WrittenMinimum* minimum, TextSink sink) {
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
  if (status.ok() && minimum != nullptr) status = WriteMinimum(*minimum, text);
  return status.ok() ? text.Finish() : status;
}

}  // namespace ayni::matcher
