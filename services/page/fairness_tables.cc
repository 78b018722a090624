#include "services/page/fairness_tables.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/fairness_dimension.h"
#include "services/page/fairness_names.h"
#include "services/page/fairness_plot.h"
#include "services/page/markup.h"

namespace ayni::page {

using services::IsOfNeeds;

namespace {

using Cell = v1::FairnessCell;

// Of long tables those that are reached least; the rest is in the sheet.
constexpr size_t kRowsMax = 25;

std::string Interval(const v1::FairnessInterval& interval, bool is_ratio) {
  const auto text = [&](int64_t ppm) {
    return is_ratio ? RatioText(ppm) : absl::StrFormat("%.1f", static_cast<double>(ppm) / 1e4);
  };
  return absl::StrCat("<small>", text(interval.low_ppm()), "–", text(interval.high_ppm()), "</small>");
}

std::string ChanceText(int64_t ppm) {
  return ppm < 1'000 ? "&lt;0.001" : absl::StrFormat("%.3f", static_cast<double>(ppm) / 1e6);
}

}  // namespace

bool IsLongTable(v1::FairnessDimension dimension) {
  return dimension == v1::FAIRNESS_DIMENSION_PROVINCE || dimension == v1::FAIRNESS_DIMENSION_DISTRICT ||
         dimension == v1::FAIRNESS_DIMENSION_TAP_DISTRICT;
}

std::string DefinedTitle(const char* id, const Words& title, Language language) {
  return absl::StrCat("<a href=\"#def-", id, "\">", title.In(language), "</a>");
}

std::string FairnessTables::Html(bool of_needs) {
  html_.clear();
  for (const v1::FairnessTable& table : report_.tables()) {
    if (IsOfNeeds(table.dimension()) == of_needs && table.cells_size() > 0) AddTable(table);
  }
  return html_;
}

void FairnessTables::AddTable(const v1::FairnessTable& table) {
  const std::string title = DimensionTitle(table.dimension()).In(language_);
  std::vector<const Cell*> cells;
  for (const Cell& cell : table.cells()) cells.push_back(&cell);
  const bool is_long = IsLongTable(table.dimension());
  if (is_long) {
    // What is kept back has no rate to stand by.
    cells.erase(
        std::remove_if(cells.begin(), cells.end(), [](const Cell* cell) { return cell->suppressed(); }),
        cells.end());
    std::stable_sort(cells.begin(), cells.end(), [](const Cell* a, const Cell* b) {
      return std::make_pair(a->reached_rate_ppm(), -a->asked_count()) <
             std::make_pair(b->reached_rate_ppm(), -b->asked_count());
    });
    if (cells.size() > kRowsMax) cells.resize(kRowsMax);
    Add(absl::StrCat("<details><summary>", title, ": ", cells.size(), " / ", table.cells_size(),
                     In(", reached least first", ", primero las menos alcanzadas"), "</summary>\n"));
  } else {
    Add(absl::StrCat("<section><h3>", title, "</h3>\n"));
    if (table.dimension() != v1::FAIRNESS_DIMENSION_TAP_CHAIN_GENDER)
      AddPicture(title, table.dimension(), cells);
  }
  AddRows(table.dimension(), cells);
  Add(is_long ? "</details>\n" : "</section>\n");
}

void FairnessTables::AddPicture(const std::string& title, v1::FairnessDimension dimension,
                                const Cells& cells) {
  std::vector<RateMark> marks;
  for (const Cell* cell : cells)
    marks.push_back({GroupName(dimension, cell->group(), language_, naming_), cell});
  Add(absl::StrCat(
      "<figure>",
      IsOfNeeds(dimension) ? RatePlot(title, marks, language_) : ExposurePlot(title, marks, language_),
      "</figure>\n"));
}

void FairnessTables::AddRows(v1::FairnessDimension dimension, const Cells& cells) {
  const bool of_needs = IsOfNeeds(dimension);
  Add("<div class=\"scroll\"><table><thead><tr><th></th>");
  const auto title = [&](const std::string& text) { Add(absl::StrCat("<th>", text, "</th>")); };
  title(of_needs ? DefinedTitle("rate", {"reached", "alcanzadas"}, language_)
                 : In("with work", "con trabajo"));
  title(DefinedTitle("rate", {"rate, 95\u00a0%", "tasa, 95\u00a0%"}, language_));
  title(DefinedTitle("ratio", {"of best, 95\u00a0%", "de la mejor, 95\u00a0%"}, language_));
  title("p");
  title(DefinedTitle("ratio", {"four fifths", "cuatro quintos"}, language_));
  if (of_needs) {
    title(DefinedTitle("rate", {"served, 95\u00a0%", "atendidas, 95\u00a0%"}, language_));
    title(In("units", "unidades"));
    title(DefinedTitle("wait", {"days p50, p90", "días p50, p90"}, language_));
  } else {
    title(In("of units", "de unidades"));
    title(DefinedTitle("exposure", {"exposure", "exposición"}, language_));
  }
  title(DefinedTitle("price", {"price", "precio"}, language_));
  title(In("matches", "asignac."));
  Add("</tr></thead><tbody>\n");
  for (const Cell* cell : cells) AddRow(dimension, *cell);
  Add("</tbody></table></div>\n");
}

std::string FairnessTables::Verdict(v1::FourFifths verdict) const {
  const char* css = verdict == v1::FOUR_FIFTHS_BELOW          ? "bad"
                    : verdict == v1::FOUR_FIFTHS_BELOW_UNSURE ? "unsure"
                    : verdict == v1::FOUR_FIFTHS_REFERENCE    ? "good"
                                                              : "quiet";
  return absl::StrCat("<span class=\"", css, "\">", FourFifthsText(verdict).In(language_), "</span>");
}

void FairnessTables::AddRow(v1::FairnessDimension dimension, const Cell& cell) {
  const std::string name = Escaped(GroupName(dimension, cell.group(), language_, naming_));
  if (cell.suppressed()) {
    Add(absl::StrCat("<tr><td>", name, "</td><td class=\"kept\" colspan=\"", IsOfNeeds(dimension) ? 10 : 9,
                     "\"><a href=\"#def-small\">", In("kept back", "no se publica"), "</a></td></tr>\n"));
    return;
  }
  Add(absl::StrCat("<tr><td>", name, cell.small() ? " *" : "", "</td>"));
  const auto put = [&](const std::string& text) { Add(absl::StrCat("<td>", text, "</td>")); };
  commands_.push_back(MatchesCommand(report_, dimension, cell.group()));
  const auto linked = [&](const std::string& number) {
    return absl::StrCat("<a href=\"#m", commands_.size(), "\">", number, "</a>");
  };
  put(linked(absl::StrCat(Grouped(cell.reached_count()), " / ", Grouped(cell.asked_count()))));
  const auto rate = [](int64_t ppm, const v1::FairnessInterval& interval) {
    return absl::StrCat(PercentText(ppm), " ", Interval(interval, false));
  };
  put(cell.has_reached_rate_interval() ? rate(cell.reached_rate_ppm(), cell.reached_rate_interval()) : "–");
  const bool is_compared = cell.has_ratio_interval();
  put(is_compared ? absl::StrCat(RatioText(cell.ratio_ppm()), " ", Interval(cell.ratio_interval(), true))
                  : "–");
  put(is_compared ? ChanceText(cell.fisher_ppm()) : "–");
  put(Verdict(cell.four_fifths()));
  if (IsOfNeeds(dimension)) {
    put(cell.has_served_rate_interval() ? rate(cell.served_rate_ppm(), cell.served_rate_interval()) : "–");
    put(PercentText(cell.unit_rate_ppm()));
    put(absl::StrCat(DaysText(cell.wait_p50_hours()), ", ", DaysText(cell.wait_p90_hours())));
  } else {
    put(PercentText(cell.unit_share_ppm()));
    put(RatioText(cell.exposure_ratio_ppm()));
  }
  put(cell.price_ratio_ppm() == 0 ? "–" : RatioText(cell.price_ratio_ppm()));
  put(linked(Grouped(cell.match_count())));
  Add("</tr>\n");
}

}  // namespace ayni::page
