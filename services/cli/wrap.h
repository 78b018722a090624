// Text in lines.
#ifndef AYNI_SERVICES_CLI_WRAP_H_
#define AYNI_SERVICES_CLI_WRAP_H_

#include <string>

namespace ayni::cli {

// The width where the output is no terminal.
inline constexpr int kTextWidth = 100;

// The words of the text in lines of at most `width` columns, each after `indent` blanks and with a line feed
// at its end. A longer word stands alone. Empty for an empty text.
std::string Wrapped(const std::string& text, int indent, int width);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_WRAP_H_
