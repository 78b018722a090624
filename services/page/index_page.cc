#include "services/page/index_page.h"

#include "absl/strings/str_cat.h"
#include "services/page/fairness_style.h"
#include "services/page/markup.h"

namespace ayni::page {
namespace {

constexpr Words kTitle = {"Ayni: what anybody may check", "Ayni: lo que cualquiera puede comprobar"};
constexpr Words kOther = {"Castellano", "English"};
constexpr Words kRounds = {"How fair each round was", "Cuán equitativa fue cada ronda"};
constexpr Words kNoRounds = {"No round stands yet.", "Aún no hay rondas publicadas."};
constexpr Words kRound = {"round", "ronda"};
constexpr Words kPublished = {"published on", "publicada el"};
constexpr Words kLedger = {"The ledger", "El registro"};
constexpr Words kWhatItIs = {
    "Every change of this market left a leaf in an append-only log. Here are its signed checkpoint and the "
    "hashes of its leaves, as C2SP tlog-tiles lays them out; the leaves themselves say who did what, and are "
    "for auditors.",
    "Cada cambio de este mercado dejó una hoja en un registro al que sólo se agrega. Aquí están su punto de "
    "control firmado y los resúmenes (hashes) de sus hojas, según C2SP tlog-tiles; las hojas mismas dicen "
    "quién hizo qué, y son para auditores."};
constexpr Words kKey = {
    "Its key, to be compared with what the operator published elsewhere, as in a newspaper:",
    "Su clave, que debe compararse con la que el operador publicó por otro medio, como un periódico:"};

}  // namespace

std::string IndexPage(const MarketIndex& index, Language language) {
  const bool is_spanish = language == Language::kSpanish;
  const std::string suffix = is_spanish ? "?language=spa" : "?language=eng";
  std::string html = absl::StrCat(
      "<!doctype html>\n<html lang=\"", is_spanish ? "es" : "en",
      "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\"><title>",
      kTitle.In(language), "</title>\n<style>", kFairnessStyle, "</style></head><body>\n<h1>",
      kTitle.In(language), "</h1>\n<nav><a href=\"/", is_spanish ? "?language=eng" : "?language=spa", "\">",
      kOther.In(language), "</a></nav>\n<h2>", kRounds.In(language), "</h2>\n");
  if (index.rounds.empty()) absl::StrAppend(&html, "<p>", kNoRounds.In(language), "</p>\n");
  if (!index.rounds.empty()) {
    absl::StrAppend(&html, "<table><thead><tr><th>", kRound.In(language), "</th><th class=\"words\">",
                    kPublished.In(language), "</th></tr></thead><tbody>\n");
  }
  for (const IndexedRound& round : index.rounds) {
    absl::StrAppend(&html, "<tr><td><a href=\"/fairness/", Escaped(round.id), suffix, "\">",
                    Escaped(round.id), "</a></td><td class=\"words\">", Escaped(round.publish_day),
                    "</td></tr>\n");
  }
  if (!index.rounds.empty()) absl::StrAppend(&html, "</tbody></table>\n");
  absl::StrAppend(&html, "<h2>", kLedger.In(language), "</h2>\n<p>", kWhatItIs.In(language),
                  "</p>\n<p><a href=\"/checkpoint\">/checkpoint</a> · /tile/L/N · <a href=\"/key\">/key</a>"
                  "</p>\n<p>",
                  kKey.In(language), "<br><code>", Escaped(index.ledger_key),
                  "</code></p>\n</body></html>\n");
  return html;
}

}  // namespace ayni::page
