// How alike two names are, as a person would judge them who knows how companies and people are written.
//
//   1. Letters of Latin scripts lose case and accents; full stops and apostrophes go, so that S.A.C. is sac;
//      what is neither letter nor digit parts words, and single letters in a row are one word.
//   2. Legal forms go (sac, srl, eirl, sociedad anonima cerrada, ltd...), and words such as de, la, y.
//      A name of nothing else keeps them.
//   3. Words are put in order: Perez Quispe, Juan is Juan Perez Quispe. This is the normal form.
//   4. likeness = 1000 - ceil(1000 d / m), with d the edit distance of the two normal forms (insertions,
//      deletions and replacements of a byte) and m the length of the longer one; 0 where a word of digits or
//      of one letter stands in one of them alone: Nucleo 3 is not Nucleo 4.
//
// Whole numbers throughout, so that a likeness is the same on any machine.
#ifndef AYNI_SERVICES_RESOURCE_NAME_LIKENESS_H_
#define AYNI_SERVICES_RESOURCE_NAME_LIKENESS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ayni::services {

// Longer normal forms are cut, at a word.
inline constexpr size_t kNormalNameBytesMax = 200;

// Empty for a name without letters and digits. Holds no control character. REQUIRES: UTF-8.
std::string NormalName(absl::string_view name);
// The words of a normal form, each once.
std::vector<std::string> NormalWords(absl::string_view normal);

// 0 to 1000, of two normal forms; 0 where it would be less than `least`, which is found out sooner.
int LikenessPerMille(absl::string_view a, absl::string_view b, int least = 0);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_NAME_LIKENESS_H_
