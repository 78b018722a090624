#include "services/page/fairness_page.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/page/fairness_names.h"
#include "services/page/fairness_plot.h"
#include "services/page/fairness_style.h"
#include "services/page/fairness_tables.h"
#include "services/page/markup.h"

namespace ayni::page {
namespace {

using Cell = v1::FairnessCell;

constexpr int kEnvyShownMax = 40;

// loan, FLAG of loan CONFLICT_SEVERITY_FLAG.
std::string RuleText(const std::string& key) {
  return absl::StrReplaceAll(key, {{" CONFLICT_SEVERITY_", ", "}});
}

class Page {
 public:
  Page(const v1::FairnessReport& report, Language language, const Naming& naming,
       const std::vector<PageLink>& links)
      : report_(report),
        language_(language),
        naming_(naming),
        links_(links),
        tables_(report, language, naming) {}

  std::string Run() {
    Head();
    Tiles();
    WhatToLookAt();
    Groups(true, {"served", "Who is reached and served", "Quién recibe atención"});
    Groups(false, {"taps", "What TAPs are given", "Qué reciben los proveedores"});
    Spread();
    Envy();
    Concentration();
    ConflictsAndGaps();
    Meaning();
    Commands();
    return html_ + "</body></html>\n";
  }

 private:
  struct Heading {
    const char* id;
    const char* english;
    const char* spanish;
  };

  const char* In(const char* english, const char* spanish) const {
    return language_ == Language::kSpanish ? spanish : english;
  }
  bool IsFull() const { return report_.view() == v1::FAIRNESS_VIEW_FULL; }
  void Add(const std::string& html) { html_ += html; }
  void AddHeading(const Heading& heading) {
    Add(absl::StrCat("<h2 id=\"", heading.id, "\">", In(heading.english, heading.spanish), "</h2>\n"));
  }
  std::string Defined(const char* id, const char* english, const char* spanish) const {
    return DefinedTitle(id, {english, spanish}, language_);
  }

  void Head() {
    const std::string title = absl::StrCat(In("Fairness: ", "Equidad: "), ScopeText(report_, language_));
    Add(absl::StrCat("<!doctype html>\n<html lang=\"", In("en", "es"),
                     "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                     "content=\"width=device-width, initial-scale=1\"><title>",
                     Escaped(title), "</title>\n<style>", kFairnessStyle, "</style></head><body>\n<h1>",
                     Escaped(title), "</h1>\n"));
    Add(absl::StrCat("<p class=\"quiet\">", Escaped(absl::StrJoin(report_.rounds(), ", ")), "</p>\n"));
    Add(absl::StrCat(
        "<p class=\"banner", IsFull() ? "" : " open", "\">",
        IsFull()
            ? In("Full view, not for publication: cells marked * hold fewer than 5 producers or 3 "
                 "cooperatives.",
                 "Vista completa, no publicable: las celdas con * tienen menos de 5 productores o 3 "
                 "cooperativas.")
            : In("Public view: cells of fewer than 5 producers or 3 cooperatives, and what would give "
                 "them away, are kept back.",
                 "Vista pública: no se publican celdas de menos de 5 productores o 3 cooperativas, ni lo "
                 "que las revelaría."),
        "</p>\n"));
    for (const std::string& round : report_.rounds_without_market()) {
      Add(absl::StrCat("<p class=\"banner\">", Escaped(round),
                       In(" keeps no market, and is not counted.", " no guarda su mercado y no se cuenta."),
                       "</p>\n"));
    }
    Add("<nav>");
    for (const PageLink& link : links_) {
      Add(absl::StrCat("<a href=\"", Escaped(link.address), "\">", Escaped(link.text), "</a>"));
    }
    for (const Heading& to :
         {Heading{"served", "Who is served", "Atención"}, Heading{"taps", "TAPs", "Proveedores"},
          Heading{"spread", "Spread", "Reparto"}, Heading{"envy", "Envy", "Envidia"},
          Heading{"concentration", "Concentration", "Concentración"},
          Heading{"conflicts", "Conflicts", "Conflictos"},
          Heading{"meaning", "Definitions", "Definiciones"}}) {
      Add(absl::StrCat("<a href=\"#", to.id, "\">", In(to.english, to.spanish), "</a>"));
    }
    Add("</nav>\n");
  }

  void Tile(const char* definition, const Heading& title, const std::string& number,
            const std::string& more) {
    Add(absl::StrCat("<div class=\"tile\"><span><a href=\"#def-", definition, "\">",
                     In(title.english, title.spanish), "</a></span><b>", Escaped(number), "</b><span>",
                     Escaped(more), "</span></div>\n"));
  }

  void Tiles() {
    const Cell& needs = report_.needs();
    const Cell& taps = report_.taps();
    Add("<div class=\"tiles\">\n");
    if (!needs.suppressed()) {
      const auto of_asked = [&](int64_t count, const char* what) {
        return absl::StrCat(Grouped(count), " / ", Grouped(needs.asked_count()), what);
      };
      Tile("rate", {"", "needs reached", "necesidades alcanzadas"}, PercentText(needs.reached_rate_ppm()),
           of_asked(needs.reached_count(), In(": some units or all", ": algo o todo")));
      Tile("rate", {"", "needs served", "necesidades atendidas"}, PercentText(needs.served_rate_ppm()),
           of_asked(needs.served_count(), In(": all units", ": todo lo pedido")));
      Tile("rate", {"", "units given", "unidades entregadas"}, PercentText(needs.unit_rate_ppm()),
           In("of those asked for", "de las pedidas"));
      Tile("wait", {"", "days waited, median", "días de espera, mediana"}, DaysText(needs.wait_p50_hours()),
           absl::StrCat(In("nine tenths: ", "nueve décimos: "), DaysText(needs.wait_p90_hours())));
    }
    if (!taps.suppressed()) {
      Tile("exposure", {"", "TAPs with work", "proveedores con trabajo"},
           PercentText(taps.reached_rate_ppm()),
           absl::StrCat(Grouped(taps.reached_count()), " / ", Grouped(taps.asked_count())));
    }
    Tile("gini", {"", "Gini of units", "Gini de unidades"}, RatioText(report_.units().gini_ppm()),
         absl::StrCat(In("of income ", "de ingresos "), RatioText(report_.income().gini_ppm())));
    Tile("exposure", {"", "amortised unfairness", "inequidad amortizada"},
         PercentText(report_.amortised_unfairness_ppm()), In("0 % is fair", "0 % es equitativo"));
    Tile("envy", {"", "justified envy, lacking", "envidia justificada, con carencia"},
         Grouped(report_.envy().lacking_count()),
         absl::StrCat(In("target 0; for a better match ", "meta 0; por una mejor "),
                      Grouped(report_.envy().better_count())));
    Tile("concentration", {"", "mean HHI", "HHI medio"}, Grouped(report_.concentration().mean_hhi()),
         absl::StrCat(Grouped(report_.concentration().thin_segment_count()), In(" thin of ", " delgados de "),
                      Grouped(report_.concentration().segment_count()), In(" segments", " segmentos")));
    Tile("conflicts", {"", "matches with a conflict shown", "asignaciones con conflicto mostrado"},
         Grouped(report_.conflicts().match_with_conflict_count()),
         absl::StrCat("/ ", Grouped(report_.conflicts().match_count()), In("; waivers ", "; excepciones "),
                      report_.conflicts().waiver_count()));
    Add("</div>\n");
  }

  void WhatToLookAt() {
    std::vector<std::string> below;
    int64_t places_below = 0;
    int64_t unsure = 0;
    for (const v1::FairnessTable& table : report_.tables()) {
      for (const Cell& cell : table.cells()) {
        unsure += cell.four_fifths() == v1::FOUR_FIFTHS_BELOW_UNSURE ? 1 : 0;
        if (cell.four_fifths() != v1::FOUR_FIFTHS_BELOW) continue;
        if (IsLongTable(table.dimension())) {
          ++places_below;
          continue;
        }
        below.push_back(absl::StrCat(DimensionTitle(table.dimension()).In(language_), ": <b>",
                                     Escaped(GroupName(table.dimension(), cell.group(), language_, naming_)),
                                     "</b>, ", PercentText(cell.reached_rate_ppm()), ", ",
                                     RatioText(cell.ratio_ppm()), In(" of the best", " de la mejor")));
      }
    }
    Add(absl::StrCat(
        "<h3>", In("What to look at", "Qué mirar"), "</h3>\n<p>",
        below.empty()
            ? In("No group is significantly below four fifths of the one reached best.",
                 "Ningún grupo está significativamente debajo de cuatro quintos del mejor alcanzado.")
            : In("Significantly below four fifths of the group reached best:",
                 "Significativamente debajo de cuatro quintos del grupo mejor alcanzado:"),
        "</p>\n"));
    if (!below.empty()) Add("<ul class=\"look\">\n");
    for (const std::string& each : below) Add(absl::StrCat("<li>", each, "</li>\n"));
    if (!below.empty()) Add("</ul>\n");
    Add(absl::StrCat(
        "<p class=\"quiet\">", Grouped(unsure),
        In(" more groups are below, which may be chance. ",
           " grupos más están debajo, lo que puede ser azar. "),
        Grouped(places_below),
        In(" provinces and districts are below, and listed there. A low rate says where to look, not why: "
           "distance, prices, languages and the number of TAPs differ between groups.",
           " provincias y distritos están debajo, y se listan en su lugar. Una tasa baja dice dónde mirar, "
           "no por "
           "qué: distancias, precios, idiomas y número de proveedores difieren entre grupos."),
        "</p>\n"));
  }

  void Groups(bool of_needs, const Heading& heading) {
    AddHeading(heading);
    Add(tables_.Html(of_needs));
  }

  void Spread() {
    AddHeading({"spread", "How the work is spread", "Cómo se reparte el trabajo"});
    if (report_.units().lorenz_size() == 0) {
      Add(absl::StrCat("<p>", In("Too few TAPs to show.", "Muy pocos proveedores para mostrarlo."),
                       "</p>\n"));
      return;
    }
    std::vector<LorenzCurve> curves = {{In("units", "unidades"), 'a', &report_.units()}};
    if (report_.income().lorenz_size() > 0) {
      curves.push_back(
          {absl::StrCat(In("income, ", "ingresos, "), report_.income_currency()), 'b', &report_.income()});
    }
    Add(absl::StrCat("<figure>", LorenzPlot(In("Lorenz curves", "Curvas de Lorenz"), curves, language_),
                     "<figcaption>", Defined("gini", "Lorenz curve", "Curva de Lorenz"), ", ",
                     Grouped(report_.units().tap_count()),
                     In(" TAPs with a candidate. The most-given tenth has ",
                        " proveedores con candidato. El décimo que más recibe tiene "),
                     PercentText(report_.units().top_tenth_ppm()), In(" of units and ", " de unidades y "),
                     PercentText(report_.income().top_tenth_ppm()), In(" of income.", " de ingresos."),
                     "</figcaption></figure>\n"));
  }

  void Envy() {
    AddHeading({"envy", "Justified envy", "Envidia justificada"});
    const v1::EnvySummary& envy = report_.envy();
    Add(absl::StrCat(
        "<p>", Defined("envy", "Pairs", "Pares"), ": <b>", Grouped(envy.lacking_count()), "</b>",
        In(" of needs that lack units (target 0), ", " de necesidades con carencia (meta 0), "), "<b>",
        Grouped(envy.better_count()), "</b>",
        In(" of needs that would change to a better match. ", " de necesidades que cambiarían a una mejor. "),
        Grouped(envy.envious_need_count()), " / ", Grouped(envy.need_count()),
        In(" needs envy.", " necesidades envidian."), "</p>\n"));
    if (envy.pairs_size() == 0) return;
    Add(absl::StrCat("<details><summary>", std::min(envy.pairs_size(), kEnvyShownMax), " / ",
                     Grouped(envy.lacking_count() + envy.better_count()),
                     "</summary><div class=\"scroll\"><table><thead><tr><th>", In("need", "necesidad"),
                     "</th><th class=\"words\">", In("envied match", "asignación envidiada"), "</th><th>",
                     In("score", "puntaje"), "</th><th>", In("of the match", "de la asignación"), "</th><th>",
                     In("units", "unidades"), "</th><th>", In("kind", "tipo"),
                     "</th></tr></thead><tbody>\n"));
    int shown = 0;
    for (const v1::JustifiedEnvy& pair : envy.pairs()) {
      if (++shown > kEnvyShownMax) break;
      Add(absl::StrCat("<tr><td>", Escaped(pair.need()), "</td><td class=\"words\">", Escaped(pair.match()),
                       "</td><td>", Grouped(pair.score()), "</td><td>", Grouped(pair.match_score()),
                       "</td><td>", Grouped(pair.quantity()), "</td><td>",
                       pair.lacking() ? In("lacking", "carencia") : In("better", "mejor"), "</td></tr>\n"));
    }
    Add("</tbody></table></div></details>\n");
  }

  void Segments(const char* title, const google::protobuf::RepeatedPtrField<v1::FairnessSegment>& segments) {
    if (segments.empty()) return;
    Add(absl::StrCat("<h3>", title, "</h3>\n<div class=\"scroll\"><table><thead><tr><th>",
                     In("service", "servicio"), "</th><th class=\"words\">", In("territory", "territorio"),
                     "</th><th class=\"words\">", In("limit", "límite"), "</th><th>HHI</th><th>CR1</th><th>",
                     IsFull() ? absl::StrCat(In("units", "unidades"), "</th><th>") : "",
                     In("controllers", "controladores"), "</th></tr></thead><tbody>\n"));
    for (const v1::FairnessSegment& segment : segments) {
      Add(absl::StrCat("<tr><td>", Escaped(naming_(segment.service())), "</td><td class=\"words\">",
                       Escaped(naming_(segment.territory())), "</td><td class=\"words\">",
                       Escaped(segment.limit()), "</td><td>", Grouped(segment.hhi()), "</td><td>",
                       PercentText(int64_t{100} * segment.cr1_basis_points()), "</td><td>",
                       IsFull() ? absl::StrCat(Grouped(segment.matched_quantity()), "</td><td>") : "",
                       segment.eligible_controller_count(), "</td></tr>\n"));
    }
    Add("</tbody></table></div>\n");
  }

  void Concentration() {
    AddHeading({"concentration", "Concentration", "Concentración"});
    const v1::FairnessConcentration& concentration = report_.concentration();
    Add(absl::StrCat("<p>", Defined("concentration", "Mean HHI", "HHI medio"), " <b>",
                     Grouped(concentration.mean_hhi()), "</b>; ", Grouped(concentration.high_segment_count()),
                     In(" segments are highly concentrated and ", " segmentos muy concentrados y "),
                     Grouped(concentration.thin_segment_count()), In(" thin, of ", " delgados, de "),
                     Grouped(concentration.segment_count()), ".</p>\n"));
    Segments(In("Most concentrated under a limit", "Los más concentrados con límite"),
             concentration.highest());
    Segments(In("Thin, with the most unmet: a call for new TAPs",
                "Delgados, con más necesidades sin atender: hacen falta proveedores"),
             concentration.thin());
  }

  void ConflictsAndGaps() {
    AddHeading({"conflicts", "Conflicts of interest and exceptions", "Conflictos de interés y excepciones"});
    const v1::FairnessConflicts& conflicts = report_.conflicts();
    Add(absl::StrCat(
        "<p>", Grouped(conflicts.match_with_conflict_count()), " / ", Grouped(conflicts.match_count()),
        In(" matches show a conflict; ", " asignaciones muestran un conflicto; "),
        Grouped(conflicts.sole_source_count()), In(" rest on a sole source, ", " tienen fuente única, "),
        Grouped(conflicts.single_offer_count()), In(" on a single offer; ", " una sola oferta; "),
        Grouped(conflicts.waiver_count()), In(" waivers were in force.", " excepciones estaban vigentes."),
        "</p>\n"));
    if (conflicts.by_rule_size() > 0) {
      Add(absl::StrCat("<table><thead><tr><th>", In("rule, severity", "regla, severidad"), "</th><th>",
                       In("findings", "hallazgos"), "</th></tr></thead><tbody>\n"));
      for (const v1::FairnessCount& each : conflicts.by_rule()) {
        Add(absl::StrCat("<tr><td>", Escaped(RuleText(each.key())), "</td><td>", Grouped(each.count()),
                         "</td></tr>\n"));
      }
      Add("</tbody></table>\n");
    }
    for (const std::string& missing : report_.no_data()) {
      Add(absl::StrCat(
          "<p><b>", missing == "farm_size" ? In("Farm size", "Tamaño de la finca") : Escaped(missing),
          "</b>: ", In("no data. No record holds it.", "sin datos. Ningún registro lo guarda."), "</p>\n"));
    }
  }

  void Meaning() {
    AddHeading({"meaning", "What the numbers mean", "Qué significan los números"});
    Add("<dl>\n");
    for (const Definition& each : Definitions()) {
      Add(absl::StrCat("<dt id=\"def-", each.id, "\">", each.name.In(language_), "</dt><dd>",
                       Escaped(each.text.In(language_)), "</dd><dd><code>", Escaped(each.formula),
                       "</code> <small>", Escaped(each.source), "</small></dd>\n"));
    }
    Add("</dl>\n");
  }

  void Commands() {
    Add(absl::StrCat(
        "<h2 id=\"matches\">", In("The matches behind each number", "Las asignaciones detrás de cada número"),
        "</h2>\n<p>", In("For administrators and auditors:", "Para administradores y auditores:"),
        "</p>\n<ol class=\"commands\">\n"));
    for (size_t at = 0; at < tables_.commands().size(); ++at)
      Add(absl::StrCat("<li id=\"m", at + 1, "\"><code>", Escaped(tables_.commands()[at]), "</code></li>\n"));
    Add("</ol>\n");
  }

  const v1::FairnessReport& report_;
  const Language language_;
  const Naming& naming_;
  const std::vector<PageLink>& links_;
  std::string html_;
  FairnessTables tables_;
};

}  // namespace

std::string FairnessPage(const v1::FairnessReport& report, Language language, const Naming& naming,
                         const std::vector<PageLink>& links) {
  return Page(report, language, naming, links).Run();
}

}  // namespace ayni::page
