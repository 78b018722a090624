#include "services/cli/simulate_report.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cli/csv.h"
#include "services/page/markup.h"

namespace ayni::cli {
namespace {

using page::Grouped;
using services::Figure;
using services::Simulation;
using services::Spread;
using services::YearFigures;
using Rows = std::vector<std::vector<std::string>>;

// Of all figures, those of a person's first question, by name.
constexpr const char* kShownByYear[] = {"needs",           "served",   "hhi",   "largest", "taps",
                                        "new_taps",        "survival", "women", "price",   "blocked",
                                        "lender_capacity", "public"};
constexpr const char* kShownCompared[] = {"served",
                                          "matched",
                                          "welfare",
                                          "hhi",
                                          "largest",
                                          "providers",
                                          "taps",
                                          "community_survival",
                                          "enterprise_survival",
                                          "women",
                                          "price",
                                          "blocked",
                                          "lenders"};

const Figure& FigureOf(const char* name) {
  return *std::find_if(services::Figures().begin(), services::Figures().end(),
                       [&](const Figure& figure) { return std::string(figure.name) == name; });
}

std::string Heading(const Figure& figure) {
  return absl::StrCat(figure.title, figure.kind == Figure::Kind::kBasisPoints ? " %" : "");
}

std::string Shown(const Figure& figure, int64_t value) {
  if (figure.kind == Figure::Kind::kBasisPoints)
    return absl::StrFormat("%.1f", static_cast<double>(value) / 100);
  return figure.kind == Figure::Kind::kCount ? Grouped(value) : FigureText(figure, value);
}

std::string Signed(const Figure& figure, int64_t value) {
  const std::string text = figure.kind == Figure::Kind::kCount ? Grouped(value) : FigureText(figure, value);
  return absl::StrCat(value > 0 ? "+" : "", text);
}

// The middle of the seeds, year by year.
std::string YearTable(const std::vector<PairedYear>& years, size_t policy, const TableStyle& style) {
  std::map<int, std::vector<const YearFigures*>> by_year;
  for (const PairedYear& year : years) by_year[year.year].push_back(year.figures[policy]);
  std::vector<TableColumn> columns = {{"YEAR", true}};
  for (const char* name : kShownByYear) columns.push_back({Heading(FigureOf(name)), true});
  Rows rows;
  for (const auto& [year, all] : by_year) {
    std::vector<std::string>& row = rows.emplace_back();
    row.push_back(absl::StrCat(year));
    for (const char* name : kShownByYear) {
      const Figure& figure = FigureOf(name);
      std::vector<int64_t> values;
      for (const YearFigures* each : all) values.push_back(each->*figure.value);
      row.push_back(Shown(figure, services::SpreadOf(values).median));
    }
  }
  return TableText(columns, rows, style);
}

// Of each seed the mean of its years, under each policy and between the first two; of the seeds the spread.
std::string ComparedTable(const SimulationTitle& title, const std::vector<PairedYear>& years,
                          const TableStyle& style) {
  std::map<uint64_t, std::vector<const PairedYear*>> by_seed;
  for (const PairedYear& year : years) by_seed[year.seed].push_back(&year);
  const std::vector<TableColumn> columns = {{"MEAN OF YEARS"},
                                            {PolicyLabelOf(title, 0), true},
                                            {PolicyLabelOf(title, 1), true},
                                            {"difference", true},
                                            {"least", true},
                                            {"greatest", true}};
  Rows rows;
  for (const char* name : kShownCompared) {
    const Figure& figure = FigureOf(name);
    std::vector<int64_t> with;
    std::vector<int64_t> without;
    std::vector<int64_t> difference;
    for (const auto& [seed, of_seed] : by_seed) {
      int64_t sums[2] = {};
      for (const PairedYear* year : of_seed) {
        for (size_t policy : {0, 1}) sums[policy] += year->figures[policy]->*figure.value;
      }
      const auto count = static_cast<int64_t>(of_seed.size());
      with.push_back(sums[0] / count);
      without.push_back(sums[1] / count);
      difference.push_back(with.back() - without.back());
    }
    const Spread spread = services::SpreadOf(difference);
    rows.push_back({Heading(figure), Shown(figure, services::SpreadOf(with).median),
                    Shown(figure, services::SpreadOf(without).median), Signed(figure, spread.median),
                    Signed(figure, spread.least), Signed(figure, spread.greatest)});
  }
  return TableText(columns, rows, style);
}

size_t SeedCount(const std::vector<PairedYear>& years) {
  std::set<uint64_t> seeds;
  for (const PairedYear& year : years) seeds.insert(year.seed);
  return seeds.size();
}

}  // namespace

std::string PolicyLabelOf(const SimulationTitle& title, size_t policy) {
  return absl::StrCat(policy == 0 ? "with " : "without ", title.without);
}

std::vector<PairedYear> CompleteYears(const Simulation& simulation) {
  struct Seed {
    std::vector<const services::SimulatedRun*> runs;
    size_t years = SIZE_MAX;
  };
  std::map<uint64_t, Seed> by_seed;
  for (const services::SimulatedRun& run : simulation.runs) {
    Seed& seed = by_seed[run.seed];
    seed.runs.push_back(&run);
    seed.years = std::min(seed.years, run.years.size());
  }
  size_t most = 0;
  for (const auto& [number, seed] : by_seed) most = std::max(most, seed.years);
  std::vector<PairedYear> complete;
  for (const auto& [number, seed] : by_seed) {
    for (size_t year = 0; year < most && seed.years == most; ++year) {
      PairedYear& paired = complete.emplace_back();
      paired.seed = number;
      paired.year = static_cast<int>(year) + 1;
      for (const services::SimulatedRun* run : seed.runs) paired.figures.push_back(&run->years[year]);
    }
  }
  return complete;
}

std::string FigureText(const Figure& figure, int64_t value) {
  if (figure.kind == Figure::Kind::kCount) return absl::StrCat(value);
  const int64_t size = value < 0 ? -value : value;
  return absl::StrFormat("%s%d.%02d", value < 0 ? "-" : "", size / 100, size % 100);
}

std::string SimulationText(const SimulationTitle& title, const Simulation& simulation,
                           const TableStyle& style) {
  const std::vector<PairedYear> years = CompleteYears(simulation);
  if (years.empty()) return "no year was ended under both policies\n";
  const size_t seeds = SeedCount(years);
  const std::string of_seeds = seeds == 1 ? "one seed" : absl::StrCat("the middle of ", seeds, " seeds");
  std::string text;
  for (const size_t policy : {0, 1}) {
    absl::StrAppend(&text, policy == 0 ? "With " : "\nWithout ", title.without, ", ", of_seeds, "\n",
                    YearTable(years, policy, style));
  }
  absl::StrAppend(&text, "\nWhat ", title.without, " cost and bring, seed by seed\n",
                  ComparedTable(title, years, style), "\nHHI, largest and providers are of limit ",
                  simulation.shown_limit,
                  ", over each year's rounds. served: what was done, of what was asked for, by worth.\n"
                  "survive: TAPs of the start that still work. price: of what the same units cost at the "
                  "start. What is assumed: services/simulation/README.md.\n");
  return text;
}

std::string SimulationCsv(const SimulationTitle& title, const Simulation& simulation) {
  std::vector<std::string> cells = {"policy", "seed", "year"};
  for (const Figure& figure : services::Figures()) cells.emplace_back(figure.name);
  const auto any = std::find_if(simulation.runs.begin(), simulation.runs.end(),
                                [](const services::SimulatedRun& run) { return !run.years.empty(); });
  if (any != simulation.runs.end()) {
    for (const services::YearConcentration& each : any->years.front().concentrations) {
      cells.push_back(absl::StrCat("hhi.", each.limit));
      cells.push_back(absl::StrCat("largest.", each.limit));
    }
  }
  std::string csv = CsvLine(cells);
  const Figure share{"", "", nullptr, Figure::Kind::kBasisPoints};
  for (const services::SimulatedRun& run : simulation.runs) {
    for (const YearFigures& year : run.years) {
      cells = {PolicyLabelOf(title, run.policy), absl::StrCat(run.seed), absl::StrCat(year.year)};
      for (const Figure& figure : services::Figures())
        cells.push_back(FigureText(figure, year.*figure.value));
      for (const services::YearConcentration& each : year.concentrations) {
        cells.push_back(absl::StrCat(each.hhi));
        cells.push_back(FigureText(share, each.largest_basis_points));
      }
      csv += CsvLine(cells);
    }
  }
  return csv;
}

}  // namespace ayni::cli
