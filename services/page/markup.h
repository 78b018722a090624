// Texts in HTML and SVG.
#ifndef AYNI_SERVICES_PAGE_MARKUP_H_
#define AYNI_SERVICES_PAGE_MARKUP_H_

#include <cstdint>
#include <string>

namespace ayni::page {

std::string Escaped(const std::string& text);

// Elements of a picture, with places in its own units and a class that its style knows. The text is escaped;
// the class and the anchor (start, middle or end) are not.
std::string SvgText(const std::string& css, const char* anchor, double x, double y, const std::string& text);
std::string SvgLine(const std::string& css, double x1, double y1, double x2, double y2);

// 12,345.
std::string Grouped(int64_t number);

// 12.3 % of 123,456 parts per million.
std::string PercentText(int64_t ppm);
// 0.80 of 800,000.
std::string RatioText(int64_t ppm);

}  // namespace ayni::page

#endif  // AYNI_SERVICES_PAGE_MARKUP_H_
