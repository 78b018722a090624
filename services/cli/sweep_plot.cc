#include "services/cli/sweep_plot.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace ayni::cli {
namespace {

constexpr double kWidth = 760;
constexpr double kLeft = 74;
constexpr double kRight = 136;  // room for what the lines are
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

std::string Escaped(const std::string& text) {
  return absl::StrReplaceAll(text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

// 12,345.
std::string Grouped(int64_t number) {
  std::string digits = absl::StrCat(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
    digits.insert(at, ",");
  return digits;
}

struct Series {
  std::string label;
  char tint;                   // a to d
  std::vector<double> values;  // by point, the first one without the limit
};

struct Panel {
  std::string title;
  std::string unit;  // after the numbers of the axis
  std::vector<Series> series;
  double low = 0;
  double high = 0;
  bool with_cap = false;  // the share itself as a line
};

// The least of 1, 2 and 5 times a power of ten that is at least `least`.
double RoundStep(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least) return factor * power;
  }
  return 10 * power;
}

// A range of round numbers around all values; from 0 where they come near it.
void SetRange(Panel* panel) {
  double low = panel->series[0].values[0];
  double high = low;
  for (const Series& series : panel->series) {
    low = std::min(low, *std::min_element(series.values.begin(), series.values.end()));
    high = std::max(high, *std::max_element(series.values.begin(), series.values.end()));
  }
  if (low < 0.75 * high) low = 0;
  const double step = RoundStep(std::max(high - low, 1.0) / kTicks);
  panel->low = std::floor(low / step) * step;
  panel->high = std::max(std::ceil(high / step) * step, panel->low + step);
}

class Drawing {
 public:
  Drawing(const v1::SweepPolicyResponse& answer, const std::vector<Panel>& panels)
      : answer_(answer), panels_(panels) {}

  std::string Run(const std::string& title, const std::string& subtitle) {
    const double height = kTop + kPanelPitch * static_cast<double>(panels_.size()) - 8;
    absl::StrAppendFormat(
        &svg_,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
        "height=\"%.0f\" role=\"img\" aria-labelledby=\"title subtitle\">\n<style>%s</style>\n",
        kWidth, height, kWidth, height, kStyle);
    absl::StrAppendFormat(&svg_, "<rect class=\"paper\" width=\"%.0f\" height=\"%.0f\"/>\n", kWidth, height);
    absl::StrAppendFormat(&svg_, "<text id=\"title\" class=\"title\" x=\"24\" y=\"34\">%s</text>\n",
                          Escaped(title));
    absl::StrAppendFormat(&svg_, "<text id=\"subtitle\" class=\"quiet\" x=\"24\" y=\"54\">%s</text>\n",
                          Escaped(subtitle));
    for (size_t i = 0; i < panels_.size(); ++i)
      DrawPanel(panels_[i], kTop + kPanelPitch * static_cast<double>(i));
    return svg_ + "</svg>\n";
  }

 private:
  static double X(double share_percent) { return kLeft + (kWidth - kLeft - kRight) * share_percent / 100; }
  static double Y(const Panel& panel, double top, double value) {
    const double share = (value - panel.low) / (panel.high - panel.low);
    return top + kPanelHeight * (1 - std::clamp(share, 0.0, 1.0));
  }

  void Text(const std::string& css, const char* anchor, double x, double y, const std::string& text) {
    absl::StrAppendFormat(&svg_, "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
                          css, anchor, x, y, Escaped(text));
  }
  void Line(const std::string& css, double x1, double y1, double x2, double y2) {
    absl::StrAppendFormat(&svg_, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                          css, x1, y1, x2, y2);
  }

  void DrawPanel(const Panel& panel, double top) {
    Text("panel", "start", kLeft, top - 24, panel.title);
    const double step = RoundStep((panel.high - panel.low) / kTicks);
    for (double tick = panel.low; tick <= panel.high + step / 2; tick += step) {
      const double y = Y(panel, top, tick);
      Line("grid", kLeft, y, X(100), y);
      Text("quiet", "end", kLeft - 8, y + 4, Grouped(std::llround(tick)) + panel.unit);
    }
    const double bottom = top + kPanelHeight;
    Line("axis", kLeft, bottom, X(100), bottom);
    for (int share = 0; share <= 100; share += 20) {
      Line("axis", X(share), bottom, X(share), bottom + 4);
      Text("quiet", "middle", X(share), bottom + 18, absl::StrCat(share, " %"));
    }
    if (&panel == &panels_.back())
      Text("quiet", "middle", X(50), bottom + 38, "largest share of a segment that one controller may hold");
    if (panel.with_cap) {
      const double end = std::min(100.0, panel.high);
      Line("cap", X(panel.low), Y(panel, top, panel.low), X(end), Y(panel, top, end));
      Text("quiet", "end", X(end) - 8, Y(panel, top, end) + 12, "the limit itself");
    }
    const double free = Y(panel, top, panel.series[0].values[0]);
    Line("free", kLeft, free, X(100), free);
    Text("quiet", "start", kLeft + 8, free - 6, "without the limit");
    for (const Series& series : panel.series) DrawSeries(panel, series, top);
    DrawLabels(panel, top);
  }

  void DrawSeries(const Panel& panel, const Series& series, double top) {
    // Lines that run together are both seen.
    const bool is_wide = panel.series.size() > 1 && &series == &panel.series.front();
    std::vector<std::string> points;
    for (size_t i = 1; i < series.values.size(); ++i) {
      points.push_back(absl::StrFormat("%.1f,%.1f", X(SharePercent(i)), Y(panel, top, series.values[i])));
    }
    absl::StrAppendFormat(&svg_, "<polyline class=\"line %s %c\" points=\"%s\"/>\n",
                          is_wide ? "wide" : "fine", series.tint, absl::StrJoin(points, " "));
    for (size_t i = 1; i < series.values.size(); ++i) {
      absl::StrAppendFormat(
          &svg_,
          "<circle class=\"dot f%c\" r=\"%.1f\" cx=\"%.1f\" cy=\"%.1f\"><title>%s at %g %%: "
          "%s%s</title></circle>\n",
          series.tint, is_wide ? 5.5 : 3.75, X(SharePercent(i)), Y(panel, top, series.values[i]),
          Escaped(series.label), SharePercent(i), ValueText(series.values[i], panel), panel.unit);
    }
  }

  static std::string ValueText(double value, const Panel& panel) {
    return panel.unit.empty() ? Grouped(std::llround(value)) : absl::StrFormat("%.1f", value);
  }

  double SharePercent(size_t point) const {
    return answer_.points(static_cast<int>(point)).share_basis_points() / 100.0;
  }

  // Beside the ends of the lines, and apart from one another.
  void DrawLabels(const Panel& panel, double top) {
    struct Label {
      double y;
      std::string css;
      std::string text;
    };
    std::vector<Label> labels;
    for (const Series& series : panel.series) {
      labels.push_back({Y(panel, top, series.values.back()), absl::StrCat("f", std::string(1, series.tint)),
                        series.label});
    }
    std::stable_sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.y < b.y; });
    double next = top - kLabelPitch;
    for (Label& label : labels) {
      label.y = std::max(label.y, next);
      next = label.y + kLabelPitch;
    }
    const double past = next - kLabelPitch - (top + kPanelHeight);
    for (const Label& label : labels)
      Text(label.css, "start", X(100) + 10, label.y + 4 - std::max(0.0, past), label.text);
  }

  const v1::SweepPolicyResponse& answer_;
  const std::vector<Panel>& panels_;
  std::string svg_;
};

double PercentOf(int64_t part, int64_t whole) {
  return whole == 0 ? 100 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

std::vector<Panel> PanelsOf(const v1::SweepPolicyResponse& answer) {
  const v1::SweepPoint& free = answer.points(0);
  Series units{"units served", 'a', {}};
  Series welfare{"welfare", 'b', {}};
  Series hhi{"mean HHI", 'c', {}};
  Series cr1{"mean share", 'd', {}};
  for (const v1::SweepPoint& point : answer.points()) {
    units.values.push_back(PercentOf(point.summary().matched_quantity(), free.summary().matched_quantity()));
    welfare.values.push_back(PercentOf(point.welfare(), free.welfare()));
    hhi.values.push_back(point.concentration().mean_hhi());
    cr1.values.push_back(point.concentration().mean_cr1_basis_points() / 100.0);
  }
  std::vector<Panel> panels = {
      {"Served, of what is served without the limit", " %", {units, welfare}},
      {"Concentration: HHI, 0 to 10,000, mean over segments by volume", "", {hhi}},
      {"Largest controller's share, mean over segments by volume", " %", {cr1}},
  };
  for (Panel& panel : panels) SetRange(&panel);
  panels[2].with_cap = true;
  return panels;
}

}  // namespace

std::string SweepPlot(const TrialTitle& title, const std::string& limit,
                      const v1::SweepPolicyResponse& answer) {
  const std::string subtitle = absl::StrCat(
      "Policy ", title.policy, "; ", MarketText(title, answer.snapshot_time()), "; nothing was stored");
  return Drawing(answer, PanelsOf(answer))
      .Run(absl::StrCat("What the limit ", limit, " costs and brings"), subtitle);
}

}  // namespace ayni::cli
