#include "services/cli/line_plot.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/page/markup.h"

namespace ayni::cli {
namespace {

using page::Escaped;
using page::Grouped;
using page::SvgLine;
using page::SvgText;

constexpr double kWidth = 760;
constexpr double kLeft = 74;
constexpr double kTop = 104;
constexpr double kPanelHeight = 190;
constexpr double kPanelPitch = 266;
constexpr double kLabelPitch = 15;
constexpr int kTicks = 5;

constexpr char kStyle[] = R"(
  text { font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 12px; fill: #333a40 }
  .paper { fill: #ffffff }
  .title { font-size: 18px; font-weight: 600; fill: #14181c }
  .panel { font-size: 13px; font-weight: 600; fill: #14181c }
  .quiet { fill: #5b656e }
  .grid { stroke: #e3e7ea; stroke-width: 1 }
  .axis { stroke: #8a949c; stroke-width: 1 }
  .free { stroke: #5b656e; stroke-width: 1.25; stroke-dasharray: 6 4; fill: none }
  .cap { stroke: #8a949c; stroke-width: 1.5; stroke-dasharray: 2 3; fill: none }
  .line { stroke-linejoin: round; stroke-linecap: round; fill: none }
  .band { stroke: none; fill-opacity: 0.16 }
  .wide { stroke-width: 5.5 } .fine { stroke-width: 2.25 }
  .dot { stroke: #ffffff; stroke-width: 1.5 }
  .a { stroke: #0b6e99 } .fa { fill: #0b6e99 } text.fa { font-weight: 600 }
  .b { stroke: #b4530a } .fb { fill: #b4530a } text.fb { font-weight: 600 }
  .c { stroke: #7b3fa0 } .fc { fill: #7b3fa0 } text.fc { font-weight: 600 }
  .d { stroke: #2f7d32 } .fd { fill: #2f7d32 } text.fd { font-weight: 600 }
  circle.dot { stroke: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #c3cbd2 }
    .paper { fill: #14181c }
    .title, .panel { fill: #f2f5f7 }
    .quiet { fill: #97a2ab }
    .grid { stroke: #2b3238 }
    .axis { stroke: #6c7780 }
    .free { stroke: #97a2ab }
    .cap { stroke: #6c7780 }
    .a { stroke: #5cb8e0 } .fa { fill: #5cb8e0 }
    .b { stroke: #f0a35e } .fb { fill: #f0a35e }
    .c { stroke: #c79be3 } .fc { fill: #c79be3 }
    .d { stroke: #84c987 } .fd { fill: #84c987 }
    circle.dot { stroke: #14181c }
  }
)";

// The least of 1, 2 and 5 times a power of ten that is at least `least`.
double RoundStep(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least) return factor * power;
  }
  return 10 * power;
}

// Between the numbers of an axis, which are whole.
double StepOf(double span) { return std::max(1.0, RoundStep(span / kTicks)); }

// Numbers of an axis: round ones around all values, from 0 where they come near it.
struct ValueRange {
  double low = 0;
  double high = 1;
};

ValueRange RangeOf(const PlotPanel& panel) {
  double low = panel.series[0].points[0].value;
  double high = low;
  const auto widen = [&](const PlotPoint& point) {
    const auto [least, greatest] = point.range.value_or(std::pair(point.value, point.value));
    low = std::min(low, least);
    high = std::max(high, greatest);
  };
  for (const PlotSeries& series : panel.series)
    std::for_each(series.points.begin(), series.points.end(), widen);
  for (const PlotGuide& guide : panel.guides) {
    if (guide.level.has_value()) widen({0, *guide.level, "", {}});
  }
  if (low < 0.75 * high) low = 0;
  const double step = StepOf(std::max(high - low, 1.0));
  ValueRange range{std::floor(low / step) * step, 0};
  range.high = std::max(std::ceil(high / step) * step, range.low + step);
  return range;
}

class Drawing {
 public:
  explicit Drawing(const LinePlot& plot) : plot_(plot) {}

  std::string Run() {
    const double height = kTop + kPanelPitch * static_cast<double>(plot_.panels.size()) - 8;
    absl::StrAppendFormat(
        &svg_,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
        "height=\"%.0f\" role=\"img\" aria-labelledby=\"title subtitle\">\n<style>%s</style>\n",
        kWidth, height, kWidth, height, kStyle);
    absl::StrAppendFormat(&svg_, "<rect class=\"paper\" width=\"%.0f\" height=\"%.0f\"/>\n", kWidth, height);
    absl::StrAppendFormat(&svg_, "<text id=\"title\" class=\"title\" x=\"24\" y=\"34\">%s</text>\n",
                          Escaped(plot_.title));
    absl::StrAppendFormat(&svg_, "<text id=\"subtitle\" class=\"quiet\" x=\"24\" y=\"54\">%s</text>\n",
                          Escaped(plot_.subtitle));
    for (size_t i = 0; i < plot_.panels.size(); ++i) {
      range_ = RangeOf(plot_.panels[i]);
      DrawPanel(plot_.panels[i], kTop + kPanelPitch * static_cast<double>(i));
    }
    return svg_ + "</svg>\n";
  }

 private:
  double X(double along) const { return kLeft + (kWidth - kLeft - plot_.label_width) * along; }
  double Y(double top, double value) const {
    const double share = (value - range_.low) / (range_.high - range_.low);
    return top + kPanelHeight * (1 - std::clamp(share, 0.0, 1.0));
  }

  void Text(const std::string& css, const char* anchor, double x, double y, const std::string& text) {
    svg_ += SvgText(css, anchor, x, y, text);
  }
  void Line(const std::string& css, double x1, double y1, double x2, double y2) {
    svg_ += SvgLine(css, x1, y1, x2, y2);
  }

  void DrawPanel(const PlotPanel& panel, double top) {
    Text("panel", "start", kLeft, top - 24, panel.title);
    const double step = StepOf(range_.high - range_.low);
    for (double tick = range_.low; tick <= range_.high + step / 2; tick += step) {
      Line("grid", kLeft, Y(top, tick), X(1), Y(top, tick));
      Text("quiet", "end", kLeft - 8, Y(top, tick) + 4, Grouped(std::llround(tick)) + panel.unit);
    }
    const double bottom = top + kPanelHeight;
    Line("axis", kLeft, bottom, X(1), bottom);
    for (const auto& [along, text] : plot_.ticks) {
      Line("axis", X(along), bottom, X(along), bottom + 4);
      Text("quiet", "middle", X(along), bottom + 18, text);
    }
    if (&panel == &plot_.panels.back()) Text("quiet", "middle", X(0.5), bottom + 38, plot_.axis_title);
    for (const PlotGuide& guide : panel.guides) DrawGuide(panel, guide, top);
    for (const PlotSeries& series : panel.series) DrawBand(series, top);
    for (const PlotSeries& series : panel.series) DrawSeries(panel, series, top);
    DrawLabels(panel, top);
  }

  // There along the greatest values, and back along the least.
  void DrawBand(const PlotSeries& series, double top) {
    std::vector<std::string> points;
    const auto add = [&](const PlotPoint& point, double value) {
      points.push_back(absl::StrFormat("%.1f,%.1f", X(point.along), Y(top, value)));
    };
    for (const PlotPoint& point : series.points) {
      if (!point.range.has_value()) return;
      add(point, point.range->second);
    }
    for (auto point = series.points.rbegin(); point != series.points.rend(); ++point)
      add(*point, point->range->first);
    absl::StrAppendFormat(&svg_, "<polygon class=\"band f%c\" points=\"%s\"/>\n", series.tint,
                          absl::StrJoin(points, " "));
  }

  void DrawGuide(const PlotPanel& panel, const PlotGuide& guide, double top) {
    if (guide.level.has_value()) {
      const double y = Y(top, *guide.level);
      Line("free", kLeft, y, X(1), y);
      // On the side where the lines do not begin.
      const bool is_under = panel.series.front().points.front().value >= *guide.level;
      Text("quiet", "start", kLeft + 8, is_under ? y + 16 : y - 6, guide.label);
      return;
    }
    const double end = std::min(100.0, range_.high);
    Line("cap", X(range_.low / 100), Y(top, range_.low), X(end / 100), Y(top, end));
    Text("quiet", "end", X(end / 100) - 8, Y(top, end) + 12, guide.label);
  }

  void DrawSeries(const PlotPanel& panel, const PlotSeries& series, double top) {
    // Lines that run together are both seen.
    const bool is_wide = panel.series.size() > 1 && &series == &panel.series.front();
    std::vector<std::string> points;
    for (const PlotPoint& point : series.points)
      points.push_back(absl::StrFormat("%.1f,%.1f", X(point.along), Y(top, point.value)));
    absl::StrAppendFormat(&svg_, "<polyline class=\"line %s %c\" points=\"%s\"/>\n",
                          is_wide ? "wide" : "fine", series.tint, absl::StrJoin(points, " "));
    for (const PlotPoint& point : series.points) {
      absl::StrAppendFormat(
          &svg_, "<circle class=\"dot f%c\" r=\"%.1f\" cx=\"%.1f\" cy=\"%.1f\"><title>%s</title></circle>\n",
          series.tint, is_wide ? 5.5 : 3.75, X(point.along), Y(top, point.value), Escaped(point.tip));
    }
  }

  // Beside the ends of the lines, and apart from one another.
  void DrawLabels(const PlotPanel& panel, double top) {
    struct Label {
      double y;
      std::string css;
      std::string text;
    };
    std::vector<Label> labels;
    for (const PlotSeries& series : panel.series) {
      labels.push_back(
          {Y(top, series.points.back().value), absl::StrCat("f", std::string(1, series.tint)), series.label});
    }
    std::stable_sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.y < b.y; });
    double next = top - kLabelPitch;
    for (Label& label : labels) {
      label.y = std::max(label.y, next);
      next = label.y + kLabelPitch;
    }
    const double past = next - kLabelPitch - (top + kPanelHeight);
    for (const Label& label : labels)
      Text(label.css, "start", X(1) + 10, label.y + 4 - std::max(0.0, past), label.text);
  }

  const LinePlot& plot_;
  ValueRange range_;  // of the panel that is drawn
  std::string svg_;
};

}  // namespace

std::string SvgOf(const LinePlot& plot) { return Drawing(plot).Run(); }

}  // namespace ayni::cli
