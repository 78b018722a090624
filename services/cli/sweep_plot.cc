#include "services/cli/sweep_plot.h"

#include <cmath>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cli/line_plot.h"
#include "services/page/markup.h"

namespace ayni::cli {
namespace {

using page::Grouped;

double PercentOf(int64_t part, int64_t whole) {
  return whole == 0 ? 100 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

using ValueOf = std::function<double(const v1::SweepPoint&)>;

// A line over the shares; the first point is the one without the limit.
PlotSeries SeriesOf(const v1::SweepPolicyResponse& answer, const std::string& label, char tint,
                    const std::string& unit, const ValueOf& value_of) {
  PlotSeries series{label, tint, {}};
  for (int at = 1; at < answer.points_size(); ++at) {
    const double share = answer.points(at).share_basis_points() / 100.0;
    const double value = value_of(answer.points(at));
    const std::string text = unit.empty() ? Grouped(std::llround(value)) : absl::StrFormat("%.1f", value);
    series.points.push_back(
        {share / 100, value, absl::StrFormat("%s at %g %%: %s%s", label, share, text, unit)});
  }
  return series;
}

std::vector<PlotPanel> PanelsOf(const v1::SweepPolicyResponse& answer) {
  const v1::SweepPoint& free = answer.points(0);
  const ValueOf units = [&](const v1::SweepPoint& point) {
    return PercentOf(point.summary().matched_quantity(), free.summary().matched_quantity());
  };
  const ValueOf welfare = [&](const v1::SweepPoint& point) {
    return PercentOf(point.welfare(), free.welfare());
  };
  const ValueOf hhi = [](const v1::SweepPoint& point) { return point.concentration().mean_hhi(); };
  const ValueOf cr1 = [](const v1::SweepPoint& point) {
    return point.concentration().mean_cr1_basis_points() / 100.0;
  };
  const std::string without = "without the limit";
  return {
      {"Served, of what is served without the limit",
       " %",
       {SeriesOf(answer, "units served", 'a', " %", units), SeriesOf(answer, "welfare", 'b', " %", welfare)},
       {{without, 100}}},
      {"Concentration: HHI, 0 to 10,000, mean over segments by volume",
       "",
       {SeriesOf(answer, "mean HHI", 'c', "", hhi)},
       {{without, hhi(free)}}},
      {"Largest controller's share, mean over segments by volume",
       " %",
       {SeriesOf(answer, "mean share", 'd', " %", cr1)},
       {{"the limit itself", {}}, {without, cr1(free)}}}};
}

}  // namespace

std::string SweepPlot(const TrialTitle& title, const std::string& limit,
                      const v1::SweepPolicyResponse& answer) {
  LinePlot plot;
  plot.title = absl::StrCat("What the limit ", limit, " costs and brings");
  plot.subtitle = absl::StrCat("Policy ", title.policy, "; ", MarketText(title, answer.snapshot_time()),
                               "; nothing was stored");
  plot.axis_title = "largest share of a segment that one controller may hold";
  for (int share = 0; share <= 100; share += 20)
    plot.ticks.emplace_back(share / 100.0, absl::StrCat(share, " %"));
  plot.panels = PanelsOf(answer);
  return SvgOf(plot);
}

}  // namespace ayni::cli
