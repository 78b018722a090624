#include "services/cli/fairness_text.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/cli/csv.h"
#include "services/cli/value_text.h"
#include "services/fairness_dimension.h"
#include "services/page/fairness_names.h"
#include "services/page/markup.h"

namespace ayni::cli {
namespace {

using page::DaysText;
using page::DimensionTitle;
using page::FourFifthsText;
using page::GroupName;
using page::Language;
using page::Naming;
using page::PercentText;
using page::RatioText;
using page::ScopeText;
using page::Words;
using services::IsOfNeeds;

using Cell = v1::FairnessCell;

// Tables of more are asked for by name.
constexpr int kGroupsShownMax = 40;

std::string WaitText(int64_t hours) { return DaysText(hours) + " d"; }

struct Column {
  Words title;
  std::function<std::string(const Cell&)> text;
};

std::string IntervalText(const v1::FairnessInterval& interval) {
  return absl::StrCat(PercentText(interval.low_ppm()), " - ", PercentText(interval.high_ppm()));
}

std::vector<Column> CommonColumns(Language language) {
  return {
      {{"rate", "tasa"}, [](const Cell& cell) { return PercentText(cell.reached_rate_ppm()); }},
      {{"95 %", "95 %"}, [](const Cell& cell) { return IntervalText(cell.reached_rate_interval()); }},
      {{"of best", "de la mejor"},
       [](const Cell& cell) { return cell.has_ratio_interval() ? RatioText(cell.ratio_ppm()) : ""; }},
      {{"four fifths", "cuatro quintos"},
       [language](const Cell& cell) { return FourFifthsText(cell.four_fifths()).In(language); }},
  };
}

std::vector<Column> NeedColumns(Language language) {
  std::vector<Column> columns = {
      {{"needs", "necesidades"}, [](const Cell& cell) { return absl::StrCat(cell.asked_count()); }},
      {{"reached", "alcanzadas"}, [](const Cell& cell) { return absl::StrCat(cell.reached_count()); }}};
  for (Column& column : CommonColumns(language)) columns.push_back(std::move(column));
  columns.push_back(
      {{"served", "atendidas"}, [](const Cell& cell) { return PercentText(cell.served_rate_ppm()); }});
  columns.push_back(
      {{"95 %", "95 %"}, [](const Cell& cell) { return IntervalText(cell.served_rate_interval()); }});
  columns.push_back(
      {{"units", "unidades"}, [](const Cell& cell) { return PercentText(cell.unit_rate_ppm()); }});
  columns.push_back(
      {{"wait p50", "espera p50"}, [](const Cell& cell) { return WaitText(cell.wait_p50_hours()); }});
  columns.push_back({{"p90", "p90"}, [](const Cell& cell) { return WaitText(cell.wait_p90_hours()); }});
  columns.push_back({{"price", "precio"}, [](const Cell& cell) {
                       return cell.price_ratio_ppm() == 0 ? "-" : RatioText(cell.price_ratio_ppm());
                     }});
  return columns;
}

std::vector<Column> TapColumns(Language language) {
  std::vector<Column> columns = {
      {{"TAPs", "proveedores"}, [](const Cell& cell) { return absl::StrCat(cell.asked_count()); }},
      {{"with work", "con trabajo"}, [](const Cell& cell) { return absl::StrCat(cell.reached_count()); }}};
  for (Column& column : CommonColumns(language)) columns.push_back(std::move(column));
  columns.push_back(
      {{"of units", "de unidades"}, [](const Cell& cell) { return PercentText(cell.unit_share_ppm()); }});
  columns.push_back(
      {{"exposure", "exposición"}, [](const Cell& cell) { return RatioText(cell.exposure_ratio_ppm()); }});
  return columns;
}

std::string TableOf(const v1::FairnessTable& table, Language language, const Naming& naming,
                    const TableStyle& style) {
  const std::vector<Column> columns =
      IsOfNeeds(table.dimension()) ? NeedColumns(language) : TapColumns(language);
  std::vector<TableColumn> titles = {{Words{"group", "grupo"}.In(language)}};
  for (const Column& column : columns) titles.push_back({column.title.In(language), true});
  std::vector<std::vector<std::string>> rows;
  for (const Cell& cell : table.cells()) {
    std::string name = GroupName(table.dimension(), cell.group(), language, naming);
    if (cell.small()) absl::StrAppend(&name, " *");
    std::vector<std::string>& row = rows.emplace_back(std::vector<std::string>{std::move(name)});
    for (const Column& column : columns) row.push_back(cell.suppressed() ? "." : column.text(cell));
  }
  return absl::StrCat("\n", DimensionTitle(table.dimension()).In(language), "\n",
                      TableText(titles, rows, style));
}

Words ContractTitle(v1::ContractKind kind) {
  switch (kind) {
    case v1::CONTRACT_KIND_PER_SERVICE:
      return {"paid per service", "pago por servicio"};
    case v1::CONTRACT_KIND_RETAINER:
      return {"on a retainer", "con pago fijo"};
    case v1::CONTRACT_KIND_EMPLOYED:
      return {"employed", "en planilla"};
    default:
      return {"under no agreement", "sin acuerdo"};
  }
}

std::string ContractText(const v1::ContractOutcome& contract, Language language) {
  std::string text =
      absl::StrCat(contract.match_count(), Words{" proposed, ", " propuestos, "}.In(language),
                   contract.accepted_count(), Words{" accepted, ", " aceptados, "}.In(language),
                   contract.delivered_count(), Words{" delivered, ", " entregados, "}.In(language),
                   contract.confirmed_count(), Words{" confirmed, ", " confirmados, "}.In(language),
                   contract.cancelled_count(), Words{" cancelled", " cancelados"}.In(language));
  if (contract.rating_count() > 0) {
    absl::StrAppendFormat(&text, "; %s %d.%02d", Words{"rating", "calificación"}.In(language),
                          contract.mean_rating_hundredths() / 100, contract.mean_rating_hundredths() % 100);
  }
  return text;
}

std::string SummaryText(const v1::FairnessReport& report, Language language) {
  const auto line = [&](Words title, const std::string& text) {
    return absl::StrFormat("  %-22s %s\n", title.In(language), text);
  };
  const Cell& needs = report.needs();
  const v1::EnvySummary& envy = report.envy();
  const auto rate = [&](int64_t count, int64_t ppm, const v1::FairnessInterval& interval) {
    return absl::StrCat(count, " / ", needs.asked_count(), ", ", PercentText(ppm), " (",
                        IntervalText(interval), ")");
  };
  std::string text =
      line({"needs reached", "necesidades alcanzadas"},
           absl::StrCat(rate(needs.reached_count(), needs.reached_rate_ppm(), needs.reached_rate_interval()),
                        Words{": given some units or all", ": recibieron algo o todo"}.In(language)));
  text += line({"needs served", "necesidades atendidas"},
               absl::StrCat(rate(needs.served_count(), needs.served_rate_ppm(), needs.served_rate_interval()),
                            Words{": given all units", ": recibieron todo"}.In(language)));
  text += line({"units given", "unidades entregadas"}, PercentText(needs.unit_rate_ppm()));
  text += line({"waited, p50 and p90", "espera, p50 y p90"},
               absl::StrCat(WaitText(needs.wait_p50_hours()), ", ", WaitText(needs.wait_p90_hours())));
  text += line({"TAPs with work", "con trabajo"},
               absl::StrCat(report.taps().reached_count(), " / ", report.taps().asked_count()));
  text += line(
      {"Gini of units", "Gini de unidades"},
      absl::StrCat(RatioText(report.units().gini_ppm()), "; ",
                   Words{"of income ", "de ingresos "}.In(language), RatioText(report.income().gini_ppm())));
  text +=
      line({"amortised unfairness", "inequidad amortizada"}, PercentText(report.amortised_unfairness_ppm()));
  text += line(
      {"justified envy", "envidia justificada"},
      absl::StrCat(
          envy.lacking_count(), Words{" lacking, ", " con carencia, "}.In(language), envy.better_count(),
          Words{" for a better match; needs that envy: ", " por una mejor; necesidades que envidian: "}.In(
              language),
          envy.envious_need_count(), " / ", envy.need_count()));
  text +=
      line({"concentration", "concentración"},
           absl::StrCat(
               "HHI ", report.concentration().mean_hhi(), "; ", report.concentration().high_segment_count(),
               Words{" high, ", " altos, "}.In(language), report.concentration().thin_segment_count(),
               Words{" thin of ", " delgados de "}.In(language), report.concentration().segment_count()));
  text += line(
      {"conflicts shown", "conflictos mostrados"},
      absl::StrCat(report.conflicts().match_with_conflict_count(), " / ", report.conflicts().match_count(),
                   "; ", Words{"waivers ", "excepciones "}.In(language), report.conflicts().waiver_count()));
  // Where there are no agreements there is nothing to compare.
  const bool compares = std::any_of(
      report.contracts().begin(), report.contracts().end(),
      [](const v1::ContractOutcome& each) { return each.kind() != v1::CONTRACT_KIND_UNSPECIFIED; });
  for (const v1::ContractOutcome& contract : report.contracts()) {
    if (compares) text += line(ContractTitle(contract.kind()), ContractText(contract, language));
  }
  return text;
}

}  // namespace

std::string FairnessText(const v1::FairnessReport& report, v1::FairnessDimension dimension, Language language,
                         const Naming& naming, const TableStyle& style) {
  std::string text =
      absl::StrCat(Words{"Fairness: ", "Equidad: "}.In(language), ScopeText(report, language), "\n");
  if (dimension == v1::FAIRNESS_DIMENSION_UNSPECIFIED) text += SummaryText(report, language);
  for (const std::string& round : report.rounds_without_market()) {
    absl::StrAppend(
        &text, "  ", round,
        Words{" keeps no market, and is not counted\n", " no guarda su mercado y no se cuenta\n"}.In(
            language));
  }
  bool any_small = false;
  bool any_suppressed = false;
  for (const v1::FairnessTable& table : report.tables()) {
    if (table.dimension() != dimension && (dimension != v1::FAIRNESS_DIMENSION_UNSPECIFIED ||
                                           table.cells_size() > kGroupsShownMax || table.cells_size() == 0))
      continue;
    text += TableOf(table, language, naming, style);
    for (const Cell& cell : table.cells()) {
      any_small |= cell.small();
      any_suppressed |= cell.suppressed();
    }
  }
  if (any_small)
    absl::StrAppend(&text, "\n* ",
                    Words{"fewer than 5 producers or 3 cooperatives: not for publication",
                          "menos de 5 productores o 3 cooperativas: no se publica"}
                        .In(language),
                    "\n");
  if (any_suppressed)
    absl::StrAppend(&text, "\n. ",
                    Words{"kept back: fewer than 5 producers or 3 cooperatives, or what would give them away",
                          "no se publica: menos de 5 productores o 3 cooperativas, o lo que los revelaría"}
                        .In(language),
                    "\n");
  return text;
}

std::string FairnessCsv(const v1::FairnessReport& report, v1::FairnessDimension dimension) {
  const auto* type = Cell::descriptor();
  std::vector<std::string> header = {"dimension"};
  for (int i = 0; i < type->field_count(); ++i) {
    if (HasText(*type->field(i))) header.push_back(type->field(i)->name());
  }
  for (const char* more : {"reached_rate_low_ppm", "reached_rate_high_ppm", "ratio_low_ppm", "ratio_high_ppm",
                           "served_rate_low_ppm", "served_rate_high_ppm"})
    header.emplace_back(more);
  std::string text = CsvLine(header);
  for (const v1::FairnessTable& table : report.tables()) {
    if (dimension != v1::FAIRNESS_DIMENSION_UNSPECIFIED && table.dimension() != dimension) continue;
    for (const Cell& cell : table.cells()) {
      std::vector<std::string> line = {
          EnumeratorText(*v1::FairnessDimension_descriptor()->FindValueByNumber(table.dimension()))};
      for (int i = 0; i < type->field_count(); ++i) {
        const auto* field = type->field(i);
        if (!HasText(*field)) continue;
        // What is kept back is empty, not 0.
        const bool is_known = !cell.suppressed() || field->name() == "group" || field->name() == "parent" ||
                              field->name() == "suppressed";
        line.push_back(is_known ? Guarded(ValueText(cell, *field, -1, ValueStyle::kExact)) : "");
      }
      const auto add = [&](const v1::FairnessInterval& interval, bool is_set) {
        line.push_back(is_set ? absl::StrCat(interval.low_ppm()) : "");
        line.push_back(is_set ? absl::StrCat(interval.high_ppm()) : "");
      };
      add(cell.reached_rate_interval(), cell.has_reached_rate_interval());
      add(cell.ratio_interval(), cell.has_ratio_interval());
      add(cell.served_rate_interval(), cell.has_served_rate_interval());
      text += CsvLine(line);
    }
  }
  return text;
}

}  // namespace ayni::cli
