// UTF-8 text on a terminal.
#ifndef AYNI_SERVICES_PAGE_UTF8_H_
#define AYNI_SERVICES_PAGE_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace ayni::page {

// The place of the first byte that is not part of a UTF-8 character; npos where all are.
size_t FirstInvalidUtf8(absl::string_view text);

// Columns of a terminal that the text takes: none for a combining mark, two for a wide character. REQUIRES:
// UTF-8 without control characters (Printable).
int DisplayWidth(absl::string_view text);

// At most so many columns, the last of them an ellipsis where something was cut. REQUIRES: as DisplayWidth;
// width > 0.
std::string Truncated(const std::string& text, int width);

// Line ends and tabs as blanks; other control characters, marks that change the direction of writing, and
// bytes that are not UTF-8 as U+FFFD: so that a name from elsewhere can't move the cursor, colour the screen
// or lie about its order.
std::string Printable(absl::string_view text);

}  // namespace ayni::page

#endif  // AYNI_SERVICES_PAGE_UTF8_H_
