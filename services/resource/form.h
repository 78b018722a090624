// Forms that a text may have to follow. Each says what is wrong with a value, so that the reason reads on
// from the field's name: 'must be 2 digits, is "7"'. An empty reason means that the value is right.
#ifndef AYNI_SERVICES_RESOURCE_FORM_H_
#define AYNI_SERVICES_RESOURCE_FORM_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace ayni::services {

using Form = std::string (*)(absl::string_view value);

// The value in quotes, cut at 60 characters, with what does not print escaped: fit for a message to a person.
std::string Quoted(absl::string_view value);

// Characters of a UTF-8 text; -1 where it is not UTF-8.
int64_t CountCharacters(absl::string_view text);

// UTF-8 without control characters other than line feeds and tabs, and neither beginning nor ending in a
// blank.
std::string WrongText(absl::string_view value);
// 1 to 63 lower-case letters, digits and hyphens, first a letter or digit.
std::string WrongSlug(absl::string_view value);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_FORM_H_
