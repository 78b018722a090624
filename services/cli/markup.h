// Texts in HTML and SVG.
#ifndef AYNI_SERVICES_CLI_MARKUP_H_
#define AYNI_SERVICES_CLI_MARKUP_H_

#include <cstdint>
#include <string>

namespace ayni::cli {

std::string Escaped(const std::string& text);

// 12,345.
std::string Grouped(int64_t number);

// 12.3 % of 123,456 parts per million.
std::string PercentText(int64_t ppm);
// 0.80 of 800,000.
std::string RatioText(int64_t ppm);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_MARKUP_H_
