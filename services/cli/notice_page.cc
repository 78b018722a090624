#include "services/cli/notice_page.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cli/resource_name.h"
#include "services/cli/value_text.h"
#include "services/money_text.h"
#include "services/page/markup.h"

namespace ayni::cli {

using page::Escaped;
using page::Grouped;

using services::CooperativeOf;
using services::NoticeTimeZone;
using services::TextLanguage;
using services::UnitWord;

namespace {

struct Label {
  const char* in[3];  // by language

  const char* Of(TextLanguage language) const { return in[static_cast<int>(language)]; }
};

constexpr Label kNeedTitle = {
    {"Se pide asistencia técnica", "Technical assistance is asked for", "Yanapakuy mañakuy"}};
constexpr Label kProposalTitle = {{"Propuesta de visita", "A visit is proposed", "Watukuy rimanakuy"}};
constexpr Label kVisitTitle = {{"Visita aceptada", "A visit is agreed", "Watukuy ari nisqa"}};
constexpr Label kRouteTitle = {{"Hoja de ruta", "Route sheet", "Puriy qillqa"}};
constexpr Label kService = {{"Servicio", "Service", "Llamk'ay"}};
constexpr Label kChain = {{"Cadena", "Value chain", "Cadena"}};
constexpr Label kQuantity = {{"Cantidad", "Quantity", "Hayk'a"}};
constexpr Label kPlace = {{"Distrito", "District", "Distrito"}};
constexpr Label kDays = {{"Días", "Days", "P'unchaykuna"}};
constexpr Label kHighestPrice = {{"Precio máximo por unidad", "Highest price a unit", "Aswan hatun chanin"}};
constexpr Label kPrice = {{"Precio por unidad", "Price a unit", "Chanin"}};
constexpr Label kCooperative = {{"Cooperativa", "Cooperative", "Cooperativa"}};
constexpr Label kTap = {{"Proveedor", "Provider", "Yanapaq"}};
constexpr Label kNote = {{"Nota", "Note", "Willay"}};
constexpr Label kPosition = {{"Posición", "Position", "Maypi"}};
constexpr Label kConflicts = {
    {"Conflictos de interés declarados", "Conflicts of interest", "Conflictos de interés"}};
constexpr Label kUntil = {{"Responder hasta", "Answer until", "Kutichiy"}};
constexpr Label kYes = {{"SÍ, acepto", "YES, I accept", "ARI"}};
constexpr Label kNo = {{"NO, porque:", "NO, because:", "MANA, imarayku:"}};
constexpr Label kSignature = {{"Nombre, firma o huella, y fecha", "Name, signature or fingerprint, and date",
                               "Suti, firma utaq huella, p'unchaw"}};
constexpr Label kDone = {{"Hecho", "Done", "Ruwasqa"}};

constexpr char kStyle[] = R"(
@page { size: A4; margin: 18mm }
body { margin: 0 auto; max-width: 174mm; padding: 8mm; color: #111; background: #fff; font: 18px/1.4 "DejaVu Sans", Arial, sans-serif }
h1 { font-size: 30px; margin: 0 0 2mm } .id { font: 20px "DejaVu Sans Mono", monospace; margin: 0 0 6mm }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; vertical-align: top; padding: 2.2mm 3mm; border-bottom: 1px solid #999 }
td:first-child { width: 34% } .big td { font-size: 21px } .big td:last-child { font-weight: 700 }
.answer { margin-top: 8mm; border: 2px solid #111; padding: 5mm } .box { display: inline-block; width: 8mm; height: 8mm; border: 2px solid #111;
  margin-right: 3mm; vertical-align: middle } .answer p { margin: 0 0 7mm } .line { border-top: 1px solid #111; padding-top: 1mm; margin-top: 16mm; font-size: 14px }
.route { font-size: 13px } .route td, .route th { padding: 1.6mm 2mm } h2 { font-size: 19px; margin: 6mm 0 1mm } tr { page-break-inside: avoid }
.quiet { color: #444; font-size: 13px }
@media (max-width: 600px) { body { padding: 4mm; font-size: 16px } .scroll { overflow-x: auto } }
)";

std::string DateText(const google::type::Date& date) {
  return absl::StrFormat("%02d/%02d/%04d", date.day(), date.month(), date.year());
}

std::string DaysText(const v1::DateWindow& window) {
  return absl::StrCat(DateText(window.start_date()), " \u2013 ", DateText(window.end_date()));
}

std::string QuantityText(int64_t quantity, v1::Unit unit, TextLanguage language) {
  return absl::StrCat(Grouped(quantity), " ", UnitWord(unit, quantity, language));
}

class Page {
 public:
  Page(const char* title, TextLanguage language) : language_(language) {
    constexpr const char* kCodes[] = {"es", "en", "quz"};
    html_ = absl::StrCat("<!DOCTYPE html>\n<html lang=\"", kCodes[static_cast<int>(language)],
                         "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                         "content=\"width=device-width, initial-scale=1\"><title>",
                         Escaped(title), "</title><style>", kStyle, "</style></head><body>\n<h1>",
                         Escaped(title), "</h1>\n");
    if (language == TextLanguage::kQuechua)
      Add(absl::StrCat("<p class=\"quiet\">", services::kReviewMark, "</p>\n"));
  }

  void Add(const std::string& html) { html_ += html; }
  void AddId(const std::string& id) { Add(absl::StrCat("<p class=\"id\">", Escaped(id), "</p>\n")); }
  void AddRow(const Label& label, const std::string& value) {
    if (value.empty()) return;
    Add(absl::StrCat("<tr><td>", label.Of(language_), "</td><td>", Escaped(value), "</td></tr>\n"));
  }
  std::string Finish() { return html_ + "</body></html>\n"; }

 private:
  const TextLanguage language_;
  std::string html_;
};

std::string ConflictsText(const v1::Match& match, TextLanguage language) {
  std::string text;
  for (const v1::Conflict& conflict : match.conflicts()) {
    const auto& texts = conflict.texts();
    const auto own = texts.find(language == TextLanguage::kEnglish ? "eng" : "spa");
    absl::StrAppend(&text, text.empty() ? "" : " ", own == texts.end() ? conflict.reason() : own->second);
  }
  return text;
}

void AddAnswer(const v1::Match& match, TextLanguage language, Page* page) {
  page->Add("<div class=\"answer\">");
  if (match.has_answer_by_time()) {
    page->Add(absl::StrCat(
        "<p>", kUntil.Of(language), " ",
        absl::FormatTime("%d/%m/%Y %H:%M", absl::FromUnixSeconds(match.answer_by_time().seconds()),
                         NoticeTimeZone()),
        " (UTC-5)</p>"));
  }
  page->Add(absl::StrCat("<p><span class=\"box\"></span>", kYes.Of(language),
                         "</p><p><span class=\"box\"></span>", kNo.Of(language),
                         "</p><div class=\"line\"></div><div class=\"line\">", kSignature.Of(language),
                         "</div></div>\n"));
}

// A latitude and longitude as people type them into a map.
std::string PositionText(const v1::Match& match) {
  if (!match.has_position()) return "";
  return absl::StrFormat("%.5f, %.5f", match.position().latitude(), match.position().longitude());
}

}  // namespace

std::string NeedPage(const v1::Need& need, v1::Unit unit, TextLanguage language, const Naming& naming) {
  Page page(kNeedTitle.Of(language), language);
  page.AddId(ShortName(*Api::Get().FindResource(v1::Need::descriptor()), need.name()));
  page.Add("<table class=\"big\">\n");
  page.AddRow(kService, naming(need.service()));
  page.AddRow(kChain, naming(need.value_chain()));
  page.AddRow(kQuantity, QuantityText(need.quantity(), unit, language));
  page.AddRow(kPlace, naming(need.district()));
  page.AddRow(kDays, DaysText(need.window()));
  page.AddRow(kHighestPrice, services::MoneyText(need.highest_unit_price()));
  page.AddRow(kCooperative, naming(CooperativeOf(need)));
  page.AddRow(kNote, need.note());
  page.Add("</table>\n");
  return page.Finish();
}

std::string MatchPage(const v1::Match& match, v1::Unit unit, TextLanguage language, const Naming& naming) {
  const bool is_proposal = match.state() == v1::Match::STATE_PROPOSED;
  Page page((is_proposal ? kProposalTitle : kVisitTitle).Of(language), language);
  page.AddId(ShortName(*Api::Get().FindResource(v1::Match::descriptor()), match.name()));
  page.Add("<table class=\"big\">\n");
  page.AddRow(kTap, naming(match.tap()));
  page.AddRow(kCooperative, naming(match.cooperative()));
  page.AddRow(kService, naming(match.service()));
  page.AddRow(kQuantity, QuantityText(match.quantity(), unit, language));
  page.AddRow(kPrice, services::MoneyText(match.unit_price()));
  page.AddRow(kPlace, naming(match.district()));
  page.AddRow(kPosition, PositionText(match));
  page.AddRow(kDays, DaysText(match.window()));
  page.AddRow(kNote, match.note());
  page.AddRow(kConflicts, ConflictsText(match, language));
  page.Add("</table>\n");
  if (is_proposal) AddAnswer(match, language, &page);
  return page.Finish();
}

std::string RouteSheetPage(const std::vector<v1::Match>& matches,
                           const std::function<v1::Unit(const std::string&)>& unit_of, TextLanguage language,
                           const Naming& naming) {
  Page page(kRouteTitle.Of(language), language);
  page.Add(absl::StrCat("<div class=\"scroll\"><table class=\"route\"><tr><th>", kDays.Of(language),
                        "</th><th>", kPlace.Of(language), "</th><th>", kCooperative.Of(language), "</th><th>",
                        kService.Of(language), "</th><th>", kQuantity.Of(language), "</th><th>",
                        kPrice.Of(language), "</th><th>", kNote.Of(language), "</th><th>", kDone.Of(language),
                        "</th></tr>\n"));
  for (const v1::Match& match : matches) {
    const std::string position = PositionText(match);
    page.Add("<tr>");
    for (const std::string& cell :
         {DaysText(match.window()),
          position.empty() ? naming(match.district())
                           : absl::StrCat(naming(match.district()), " (", position, ")"),
          naming(match.cooperative()), naming(match.service()),
          QuantityText(match.quantity(), unit_of(match.service()), language),
          services::MoneyText(match.unit_price()),
          absl::StrCat(LastId(match.name()), match.note().empty() ? "" : ": ", match.note())})
      page.Add(absl::StrCat("<td>", Escaped(cell), "</td>"));
    page.Add("<td><span class=\"box\"></span></td></tr>\n");
  }
  page.Add("</table></div>\n");
  return page.Finish();
}

}  // namespace ayni::cli
