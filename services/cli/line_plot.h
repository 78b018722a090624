// Lines over one axis as a picture, in panels one below the other: an SVG that stands alone, with no script
// and no font or picture from elsewhere; dark where its reader prefers that.
#ifndef AYNI_SERVICES_CLI_LINE_PLOT_H_
#define AYNI_SERVICES_CLI_LINE_PLOT_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ayni::cli {

struct PlotPoint {
  double along = 0;  // of the axis, 0 to 1
  double value = 0;
  std::string tip;  // what a pointer over it reads
  // Around the value, as a band behind the line. Of all points of a line, or of none.
  std::optional<std::pair<double, double>> range = std::nullopt;
};

struct PlotSeries {
  std::string label;
  char tint = 'a';                // a to d
  std::vector<PlotPoint> points;  // one at least
};

// Something to compare lines with.
struct PlotGuide {
  std::string label;
  // Absent: where the value is the axis itself, in per cent.
  std::optional<double> level;
};

struct PlotPanel {
  std::string title;
  std::string unit;  // after the numbers beside it
  std::vector<PlotSeries> series;
  std::vector<PlotGuide> guides;
};

struct LinePlot {
  std::string title;
  std::string subtitle;
  std::string axis_title;
  std::vector<std::pair<double, std::string>> ticks;  // of the axis, 0 to 1
  double label_width = 136;                           // room for what the lines are
  std::vector<PlotPanel> panels;
};

std::string SvgOf(const LinePlot& plot);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_LINE_PLOT_H_
