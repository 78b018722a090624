#include "services/rules/vague.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/resource/filter.h"
#include "services/resource/form.h"

namespace ayni::services {
namespace {

// Folded: lower case, without accents.
const absl::flat_hash_set<std::string>& VagueWords() {
  static const auto* const words = new absl::flat_hash_set<std::string>{
      "a",         "all",        "also",        "an",         "and",       "any",
      "advice",    "advisory",   "aid",         "assistance", "best",      "benefit",
      "benefits",  "better",     "consulting",  "etc",        "every",     "for",
      "general",   "good",       "great",       "help",       "helps",     "in",
      "kind",      "kinds",      "more",        "needed",     "of",        "on",
      "or",        "other",      "others",      "our",        "quality",   "service",
      "services",  "several",    "some",        "support",    "the",       "things",
      "to",        "various",    "we",          "what",       "whatever",  "will",
      "with",      "work",       "your",        "al",         "apoyo",     "asesoramiento",
      "asesoria",  "asistencia", "atencion",    "ayuda",      "beneficio", "beneficios",
      "buen",      "buena",      "calidad",     "como",       "con",       "consultoria",
      "de",        "del",        "diversas",    "diversos",   "e",         "el",
      "en",        "generales",  "la",          "las",        "lo",        "los",
      "mejor",     "mejora",     "mejores",     "necesario",  "o",         "otras",
      "otros",     "para",       "por",         "que",        "segun",     "servicio",
      "servicios", "sobre",      "su",          "sus",        "tipo",      "toda",
      "todas",     "todo",       "todos",       "trabajo",    "u",         "un",
      "una",       "varias",     "varios",      "y",          "ajuda",     "apoio",
      "as",        "assessoria", "assistencia", "boa",        "bom",       "com",
      "da",        "das",        "do",          "dos",        "em",        "geral",
      "gerais",    "melhor",     "melhores",    "os",         "ou",        "outros",
      "qualidade", "seu",        "seus",        "servico",    "servicos",  "trabalho",
      "um",        "uma"};
  return *words;
}

}  // namespace

bool IsVague(absl::string_view text) {
  constexpr size_t kTellingWordsMin = 2;
  absl::flat_hash_set<std::string> telling;
  std::string word;
  const std::string folded = Folded(text) + ' ';
  for (const char c : folded) {
    // A byte above ASCII is part of a letter of some other script.
    if (absl::ascii_isalnum(c) || static_cast<unsigned char>(c) >= 0x80) {
      word += c;
      continue;
    }
    if (!word.empty() && !VagueWords().contains(word)) telling.insert(word);
    word.clear();
  }
  return telling.size() < kTellingWordsMin;
}

std::string WrongDescription(absl::string_view text) {
  if (std::string wrong = WrongText(text); !wrong.empty()) return wrong;
  if (!IsVague(text)) return "";
  return absl::StrCat(
      "must say in at least two telling words what a producer gets, as in 'dosed animals and a ",
      "signed record' or 'fewer parasites within a week': vague services do not sell; is ", Quoted(text));
}

}  // namespace ayni::services
