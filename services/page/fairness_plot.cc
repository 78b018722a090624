#include "services/page/fairness_plot.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/page/markup.h"
#include "services/page/utf8.h"

namespace ayni::page {
namespace {

constexpr double kWidth = 720;
constexpr double kLabels = 214;  // room for the groups' names
constexpr double kRight = 76;    // and for the rate as a number
constexpr double kTop = 34;
constexpr double kLinePitch = 24;
constexpr int kLabelColumnsMax = 30;
constexpr double kWhole = 1e6;
constexpr double kFourFifths = 0.8;
constexpr int kExposureShown = 2;  // the axis ends there
constexpr double kLorenzSide = 300;
constexpr double kLorenzLeft = 52;

class Svg {
 public:
  Svg(double width, double height, const std::string& title)
      : text_(absl::StrFormat("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">\n", width,
                              height, Escaped(title))) {}

  void Text(const char* css, const char* anchor, double x, double y, const std::string& text) {
    text_ += SvgText(css, anchor, x, y, text);
  }
  void Line(const std::string& css, double x1, double y1, double x2, double y2) {
    text_ += SvgLine(css, x1, y1, x2, y2);
  }
  void Add(const std::string& element) { text_ += element; }
  std::string End() { return text_ + "</svg>\n"; }

 private:
  std::string text_;
};

double RateX(int64_t ppm) {
  return kLabels + (kWidth - kLabels - kRight) * std::clamp(static_cast<double>(ppm) / kWhole, 0.0, 1.0);
}

std::string Dot(double x, double y) {
  return absl::StrFormat("<circle class=\"mark\" r=\"5\" cx=\"%.1f\" cy=\"%.1f\"/>\n", x, y);
}

// A diamond where the rate is below four fifths, so that nobody needs to tell colours apart.
std::string MarkOf(const v1::FairnessCell& cell, double x, double y) {
  if (cell.four_fifths() == v1::FOUR_FIFTHS_BELOW || cell.four_fifths() == v1::FOUR_FIFTHS_BELOW_UNSURE) {
    return absl::StrFormat("<path class=\"%s\" d=\"M%.1f %.1fl6.5 6.5l-6.5 6.5l-6.5 -6.5z\"/>\n",
                           cell.four_fifths() == v1::FOUR_FIFTHS_BELOW ? "mark below" : "mark unsure", x,
                           y - 6.5);
  }
  return Dot(x, y);
}

}  // namespace

std::string RatePlot(const std::string& title, const std::vector<RateMark>& marks, Language language) {
  const double bottom = kTop + kLinePitch * static_cast<double>(marks.size());
  Svg svg(kWidth, bottom + 26, title);
  for (int share = 0; share <= 100; share += 20) {
    svg.Line("grid", RateX(share * 10'000), kTop - 4, RateX(share * 10'000), bottom);
    svg.Text("quiet", "middle", RateX(share * 10'000), bottom + 17, absl::StrCat(share, " %"));
  }
  for (const RateMark& mark : marks) {
    if (mark.cell->four_fifths() != v1::FOUR_FIFTHS_REFERENCE) continue;
    const int64_t best = mark.cell->reached_rate_ppm();
    const auto four_fifths = static_cast<int64_t>(kFourFifths * static_cast<double>(best));
    svg.Line("best", RateX(best), kTop - 8, RateX(best), bottom);
    svg.Line("fifths", RateX(four_fifths), kTop - 8, RateX(four_fifths), bottom);
    svg.Text("quiet", "end", RateX(four_fifths) + 4, kTop - 14,
             Words{"4/5 of the best", "4/5 de la mejor"}.In(language));
    svg.Text("quiet", "start", RateX(best) - 4, kTop - 14, Words{"best", "mejor"}.In(language));
  }
  double y = kTop + kLinePitch / 2;
  for (const RateMark& mark : marks) {
    svg.Text("label", "end", kLabels - 12, y + 4, Truncated(mark.label, kLabelColumnsMax));
    const v1::FairnessCell& cell = *mark.cell;
    if (cell.suppressed()) {
      svg.Text("quiet", "start", kLabels + 6, y + 4, Words{"kept back", "no se publica"}.In(language));
    } else if (cell.asked_count() > 0) {
      svg.Line("whisker", RateX(cell.reached_rate_interval().low_ppm()), y,
               RateX(cell.reached_rate_interval().high_ppm()), y);
      svg.Add(MarkOf(cell, RateX(cell.reached_rate_ppm()), y));
      svg.Text("label", "end", kWidth - 4, y + 4, PercentText(cell.reached_rate_ppm()));
    }
    y += kLinePitch;
  }
  return svg.End();
}

std::string ExposurePlot(const std::string& title, const std::vector<RateMark>& marks, Language language) {
  const double bottom = kTop + kLinePitch * static_cast<double>(marks.size());
  Svg svg(kWidth, bottom + 26, title);
  const auto x = [](int64_t ppm) { return RateX(ppm / kExposureShown); };
  for (int tenths = 0; tenths <= 20; tenths += 5) {
    svg.Line(tenths == 10 ? "best" : "grid", x(tenths * 100'000), kTop - 4, x(tenths * 100'000), bottom);
    svg.Text("quiet", "middle", x(tenths * 100'000), bottom + 17, RatioText(tenths * 100'000));
  }
  svg.Text("quiet", "middle", x(1'000'000), kTop - 14,
           Words{"given as relevant", "recibe según su relevancia"}.In(language));
  double y = kTop + kLinePitch / 2;
  for (const RateMark& mark : marks) {
    svg.Text("label", "end", kLabels - 12, y + 4, Truncated(mark.label, kLabelColumnsMax));
    const v1::FairnessCell& cell = *mark.cell;
    if (cell.suppressed()) {
      svg.Text("quiet", "start", kLabels + 6, y + 4, Words{"kept back", "no se publica"}.In(language));
    } else if (cell.relevance_ppm() > 0) {
      svg.Line("whisker", x(1'000'000), y, x(cell.exposure_ratio_ppm()), y);
      svg.Add(Dot(x(cell.exposure_ratio_ppm()), y));
      svg.Text("label", "end", kWidth - 4, y + 4, RatioText(cell.exposure_ratio_ppm()));
    }
    y += kLinePitch;
  }
  return svg.End();
}

std::string LorenzPlot(const std::string& title, const std::vector<LorenzCurve>& curves, Language language) {
  const double bottom = 14 + kLorenzSide;
  const auto x = [](int64_t ppm) { return kLorenzLeft + kLorenzSide * static_cast<double>(ppm) / kWhole; };
  const auto y = [&](int64_t ppm) { return bottom - kLorenzSide * static_cast<double>(ppm) / kWhole; };
  Svg svg(kWidth, bottom + 50, title);
  for (int share = 0; share <= 100; share += 25) {
    svg.Line("grid", x(0), y(share * 10'000), x(1'000'000), y(share * 10'000));
    svg.Line("grid", x(share * 10'000), y(0), x(share * 10'000), y(1'000'000));
    svg.Text("quiet", "end", x(0) - 8, y(share * 10'000) + 4, absl::StrCat(share, " %"));
    svg.Text("quiet", "middle", x(share * 10'000), bottom + 17, absl::StrCat(share, " %"));
  }
  svg.Line("fifths", x(0), y(0), x(1'000'000), y(1'000'000));
  svg.Text("quiet", "middle", x(500'000), bottom + 38,
           Words{"TAPs, the least-given first", "proveedores, del que menos recibe al que más"}.In(language));
  double legend = 60;
  const double legend_x = x(1'000'000) + 40;
  svg.Line("fifths", legend_x, legend - 4, legend_x + 28, legend - 4);
  svg.Text("label", "start", legend_x + 38, legend, Words{"all alike", "todos igual"}.In(language));
  for (const LorenzCurve& curve : curves) {
    std::vector<std::string> points;
    for (const v1::LorenzPoint& point : curve.spread->lorenz()) {
      points.push_back(absl::StrFormat("%.1f,%.1f", x(point.tap_share_ppm()), y(point.quantity_share_ppm())));
    }
    const std::string css = absl::StrFormat("curve %c", curve.tint);
    svg.Add(absl::StrFormat("<polyline class=\"%s\" points=\"%s\"/>\n", css, absl::StrJoin(points, " ")));
    legend += 46;
    svg.Line(css, legend_x, legend - 4, legend_x + 28, legend - 4);
    svg.Text("label", "start", legend_x + 38, legend, curve.label);
    svg.Text("quiet", "start", legend_x + 38, legend + 17,
             absl::StrCat("Gini ", RatioText(curve.spread->gini_ppm())));
  }
  return svg.End();
}

}  // namespace ayni::page
