// Views of text across the border between abseil's string_view, which Debian builds as a type of its own, and
// the standard's.
#ifndef AYNI_SERVICES_TEXT_VIEW_H_
#define AYNI_SERVICES_TEXT_VIEW_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace ayni::services {

inline absl::string_view Absl(std::string_view text) { return absl::string_view(text.data(), text.size()); }
inline std::string_view View(absl::string_view text) { return std::string_view(text.data(), text.size()); }

}  // namespace ayni::services

#endif  // AYNI_SERVICES_TEXT_VIEW_H_
