// What a fairness report says to people, in Spanish and in English.
#ifndef AYNI_SERVICES_PAGE_FAIRNESS_WORDS_H_
#define AYNI_SERVICES_PAGE_FAIRNESS_WORDS_H_

#include <string>

#include "absl/types/span.h"
#include "ayni/v1/fairness.pb.h"

namespace ayni::page {

enum class Language { kEnglish, kSpanish };

// One thing in both.
struct Words {
  const char* english;
  const char* spanish;

  const char* In(Language language) const { return language == Language::kSpanish ? spanish : english; }
};

// What a measure is: shown with the report, so that every number in it has one.
struct Definition {
  const char* id;  // of the anchor
  Words name;
  Words text;
  const char* formula;
  const char* source;
};

absl::Span<const Definition> Definitions();

Words DimensionTitle(v1::FairnessDimension dimension);
// Of a band or an enumerator; the group itself where it is neither.
std::string GroupText(v1::FairnessDimension dimension, const std::string& group, Language language);
Words FourFifthsText(v1::FourFifths verdict);

}  // namespace ayni::page

#endif  // AYNI_SERVICES_PAGE_FAIRNESS_WORDS_H_
