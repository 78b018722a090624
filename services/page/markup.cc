#include "services/page/markup.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace ayni::page {

std::string Escaped(const std::string& text) {
  return absl::StrReplaceAll(text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

std::string SvgText(const std::string& css, const char* anchor, double x, double y, const std::string& text) {
  return absl::StrFormat("<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", css,
                         anchor, x, y, Escaped(text));
}

std::string SvgLine(const std::string& css, double x1, double y1, double x2, double y2) {
  return absl::StrFormat("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", css, x1,
                         y1, x2, y2);
}

std::string Grouped(int64_t number) {
  std::string digits = absl::StrCat(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
    digits.insert(at, ",");
  return digits;
}

std::string PercentText(int64_t ppm) {
  const int64_t tenths = (ppm + 500) / 1'000;
  return absl::StrFormat("%d.%d %%", tenths / 10, tenths % 10);
}

std::string RatioText(int64_t ppm) {
  const int64_t hundredths = (ppm + 5'000) / 10'000;
  return absl::StrFormat("%d.%02d", hundredths / 100, hundredths % 100);
}

}  // namespace ayni::page
