#include "services/cli/simulate_plot.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/cli/line_plot.h"

namespace ayni::cli {
namespace {

using services::Figure;
using services::YearFigures;

constexpr char kTints[] = {'a', 'b'};
constexpr int kYearTicksMax = 12;

double ValueOf(const Figure& figure, int64_t value) {
  return figure.kind == Figure::Kind::kCount ? static_cast<double>(value) : static_cast<double>(value) / 100;
}

// What a panel shows.
struct Shown {
  std::string title;
  std::string unit;
  int64_t YearFigures::*value;
  std::vector<PlotGuide> guides;
};

class Picture {
 public:
  Picture(const SimulationTitle& title, const services::Simulation& simulation) : title_(title) {
    for (const PairedYear& paired : CompleteYears(simulation)) {
      last_year_ = std::max(last_year_, paired.year);
      years_[paired.year].push_back(paired);
    }
  }

  int last_year() const { return last_year_; }
  size_t seed_count() const { return years_.begin()->second.size(); }

  PlotPanel Panel(const Shown& shown) const {
    const Figure& figure = *std::find_if(services::Figures().begin(), services::Figures().end(),
                                         [&](const Figure& each) { return each.value == shown.value; });
    PlotPanel panel{shown.title, shown.unit, {}, shown.guides};
    for (const size_t policy : {0, 1}) panel.series.push_back(Series(figure, shown.unit, policy));
    return panel;
  }

  std::vector<std::pair<double, std::string>> Ticks() const {
    std::vector<std::pair<double, std::string>> ticks;
    const int step = (last_year_ + kYearTicksMax - 1) / kYearTicksMax;
    for (int year = 1; year <= last_year_; year += step) ticks.emplace_back(Along(year), absl::StrCat(year));
    return ticks;
  }

 private:
  double Along(int year) const {
    return last_year_ == 1 ? 0 : static_cast<double>(year - 1) / (last_year_ - 1);
  }

  PlotSeries Series(const Figure& figure, const std::string& unit, size_t policy) const {
    PlotSeries series{PolicyLabelOf(title_, policy), kTints[policy], {}};
    for (const auto& [year, of_seeds] : years_) {
      std::vector<int64_t> values;
      for (const PairedYear& paired : of_seeds) values.push_back(paired.figures[policy]->*figure.value);
      const services::Spread spread = services::SpreadOf(values);
      const auto text = [&](int64_t value) { return absl::StrCat(FigureText(figure, value), unit); };
      series.points.push_back({Along(year), ValueOf(figure, spread.median),
                               absl::StrCat(series.label, ", year ", year, ": ", text(spread.median), " (",
                                            text(spread.least), " to ", text(spread.greatest), ")"),
                               std::pair(ValueOf(figure, spread.least), ValueOf(figure, spread.greatest))});
    }
    return series;
  }

  const SimulationTitle& title_;
  std::map<int, std::vector<PairedYear>> years_;
  int last_year_ = 0;
};

}  // namespace

std::string SimulationPlot(const SimulationTitle& title, const v1::Policy& policy,
                           const services::Simulation& simulation) {
  const Picture picture(title, simulation);
  const std::string policy_name =
      title.policy.empty() ? "the folder's" : std::filesystem::path(title.policy).filename().string();
  LinePlot plot;
  plot.title = absl::StrCat("What ", title.without, " cost and bring over ", picture.last_year(),
                            picture.last_year() == 1 ? " year" : " years");
  plot.subtitle =
      absl::StrCat("Policy ", policy_name, "; ",
                   picture.seed_count() == 1 ? "one seed"
                                             : absl::StrCat("lines: the middle of ", picture.seed_count(),
                                                            " seeds; bands: the least to the greatest"),
                   "; a simulation, with assumptions");
  plot.axis_title = "year of the simulation";
  plot.ticks = picture.Ticks();
  std::vector<PlotGuide> high;
  if (policy.thresholds().high_hhi() > 0)
    high.push_back({"highly concentrated", policy.thresholds().high_hhi()});
  const std::string of_limit = absl::StrCat(", limit ", simulation.shown_limit);
  for (const Shown& shown :
       {Shown{"Served: what was done, of what was asked for, by worth",
              " %",
              &YearFigures::served_basis_points,
              {}},
        Shown{"Concentration: HHI, 0 to 10,000, mean by volume" + of_limit, "", &YearFigures::hhi, high},
        Shown{"Largest controller's share, mean by volume" + of_limit,
              " %",
              &YearFigures::largest_basis_points,
              {}},
        Shown{"Price paid, of what the same units cost at the start",
              " %",
              &YearFigures::price_basis_points,
              {}},
        Shown{"TAPs of the start that still work", " %", &YearFigures::survival_basis_points, {}}}) {
    plot.panels.push_back(picture.Panel(shown));
  }
  return SvgOf(plot);
}

}  // namespace ayni::cli
