// Pseudonyms as they are written: party-3f9a0c5512d4e8b7.
#ifndef AYNI_SERVICES_BUNDLE_PSEUDONYM_TEXT_H_
#define AYNI_SERVICES_BUNDLE_PSEUDONYM_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/str_format.h"

namespace ayni::services {

// `kind`: need, offer or party.
inline std::string PseudonymText(const char* kind, int64_t number) {
  return absl::StrFormat("%s-%016x", kind, static_cast<uint64_t>(number));
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_BUNDLE_PSEUDONYM_TEXT_H_
