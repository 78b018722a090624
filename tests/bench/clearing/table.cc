#include "tests/bench/clearing/table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "matcher/invariant.h"

namespace ayni::bench {
namespace {

constexpr char kEndings[][8] = {"done", "limit", "failed"};

const char* Word(Ending ending) { return kEndings[static_cast<int>(ending)]; }

// A number in so many places, or a dash.
std::string Number(double number, int width, int digits) {
  char text[64];
  if (std::isnan(number)) {
    std::snprintf(text, sizeof text, "%*s", width, "-");
  } else {
    std::snprintf(text, sizeof text, "%*.*f", width, digits, number);
  }
  return text;
}

// NaN where most are none.
double Median(std::vector<double> numbers) {
  for (double& number : numbers) number = std::isnan(number) ? HUGE_VAL : number;
  std::sort(numbers.begin(), numbers.end());
  const size_t half = numbers.size() / 2;
  const double median = numbers.size() % 2 == 1 ? numbers[half] : (numbers[half - 1] + numbers[half]) / 2;
  return std::isfinite(median) ? median : NAN;
}

template <typename Run, typename Figure>
double Median(const std::vector<Run>& runs, const Figure& figure) {
  std::vector<double> numbers;
  for (const Run& run : runs) numbers.push_back(figure(run));
  return Median(std::move(numbers));
}

// What only ours has.
void PrintOurs(const std::vector<ClearRun>& runs) {
  std::printf(" |");
  for (size_t i = 0; i < kMilestonesPpm.size(); ++i) {
    std::printf("%s",
                Number(Median(runs, [i](const ClearRun& run) { return run.until_gap[i]; }), 7, 2).c_str());
  }
  const double bytes = Median(runs, [](const ClearRun& run) {
    return static_cast<double>(run.bytes) / static_cast<double>(run.edges);
  });
  const double again =
      Median(runs, [](const ClearRun& run) { return static_cast<double>(run.again_gap_ppm) / 1e4; });
  const auto median = [&runs](double ClearRun::*figure) {
    return Median(runs, [figure](const ClearRun& run) { return run.*figure; });
  };
  std::printf(" | %6.0f %7.0f %6.2f %8.1f | %s: %s %s", bytes, 1e3 * median(&ClearRun::longest_silence),
              median(&ClearRun::pass_nanoseconds), median(&ClearRun::slots_nanoseconds),
              Number(again, 7, 4).c_str(), Number(median(&ClearRun::cold_seconds), 6, 2).c_str(),
              Number(median(&ClearRun::warm_seconds), 6, 2).c_str());
}

}  // namespace

Table::Table(const std::string& csv) : csv_(csv.empty() ? nullptr : std::fopen(csv.c_str(), "w")) {
  INVARIANT(csv.empty() || csv_ != nullptr, csv + " can't be written");
  if (csv_ != nullptr) {
    std::fputs(
        "size,share,capacity_ratio,weights,kind,seed,edges,solver,ending,value,bound,below_our_bound_percent,"
        "own_gap_percent,seconds,processor_seconds,bytes",
        csv_);
    for (const int64_t ppm : kMilestonesPpm)
      std::fprintf(csv_, ",until_%g_percent", static_cast<double>(ppm) / 1e4);
    std::fputs(",pass_nanoseconds,cold_seconds,warm_seconds,again_gap_percent\n", csv_);
  }
}

Table::~Table() {
  if (csv_ != nullptr) std::fclose(csv_);
}

std::string Table::Name() const {
  char name[64];
  std::snprintf(name, sizeof name, "%-2s %5.2f %5.1f %-7s", market_.size.c_str(), market_.shape.share,
                market_.shape.capacity_ratio, market_.shape.tied_weights ? "tied" : "uniform");
  return name;
}

void Table::PrintHead() const {
  std::printf(
      "%-36s %-11s %9s %9s %8s %8s %8s |   seconds until a gap of                  | %6s %7s %6s %8s | "
      "5 %% of needs replaced\n",
      "", "", "below our", "own", "", "", "", "", "", "", "");
  std::printf("%-2s %5s %5s %-7s %9s %4s %-11s %9s %9s %8s %8s %8s |", "", "share", "cap/d", "weights",
              "edges", "seed", "solver", "bound, %", "gap, %", "s", "cpu s", "MB");
  for (const int64_t ppm : kMilestonesPpm) std::printf(" %5g%%", static_cast<double>(ppm) / 1e4);
  std::printf(" | %6s %7s %6s %8s | %s\n", "B/edge", "stop ms", "ns/e,p", "slots ns",
              "until %: cold s warm s");
}

void Table::AddOurs(const Market& market, const ClearRun& run) {
  market_ = market;
  edges_ = run.edges;
  bound_ = static_cast<double>(run.bound);
  if (!run.verified) {
    std::printf("%s: a solution of ours was refused by Verify\n", Name().c_str());
    return;
  }
  std::printf("%s %9lld %4llu", Name().c_str(), static_cast<long long>(edges_),
              static_cast<unsigned long long>(market.seed));
  Row& row = Add("ayni", {.ending = Ending::kDone,
                          .value = static_cast<double>(run.value),
                          .bound = bound_,
                          .seconds = run.seconds,
                          .processor_seconds = run.processor_seconds,
                          .bytes = run.bytes});
  row.ours.push_back(run);
  PrintOurs({run});
  std::printf("\n");
  std::fflush(stdout);
  if (csv_ == nullptr) return;
  for (const double seconds : run.until_gap) std::fprintf(csv_, ",%.3f", seconds);
  std::fprintf(csv_, ",%.3f,%.3f,%.3f,%.6f\n", run.pass_nanoseconds, run.cold_seconds, run.warm_seconds,
               static_cast<double>(run.again_gap_ppm) / 1e4);
}

void Table::AddPeer(const std::string& peer, const PeerRun& run) {
  std::printf("%36s", "");
  Add(peer, run);
  std::printf(" %s\n", Word(run.ending));
  std::fflush(stdout);
  if (csv_ == nullptr) return;
  constexpr size_t kOurColumns = kMilestonesPpm.size() + 4;
  std::fprintf(csv_, "%s\n", std::string(kOurColumns, ',').c_str());
}

Table::Row& Table::Add(const std::string& solver, const PeerRun& run) {
  const Figures figures{.below_bound = 100 * (1 - run.value / bound_),
                        .gap = 100 * (1 - run.value / run.bound),
                        .seconds = run.seconds,
                        .processor_seconds = run.processor_seconds,
                        .megabytes = static_cast<double>(run.bytes) / 1e6,
                        .ending = run.ending};
  PrintFigures(solver, figures);
  const std::string market = Name();
  auto row = std::find_if(rows_.begin(), rows_.end(),
                          [&](const Row& row) { return row.market == market && row.solver == solver; });
  if (row == rows_.end())
    row = rows_.insert(row, {.market = market, .solver = solver, .seeds = {}, .ours = {}});
  row->seeds.push_back(figures);
  if (csv_ == nullptr) return *row;
  std::fprintf(csv_, "%s,%g,%g,%s,%s,%llu,%lld,%s,%s,%.17g,%.17g,%.6f,%.6f,%.3f,%.3f,%lld",
               market_.size.c_str(), market_.shape.share, market_.shape.capacity_ratio,
               market_.shape.tied_weights ? "tied" : "uniform", market_.shape.flow ? "flow" : "limits",
               static_cast<unsigned long long>(market_.seed), static_cast<long long>(edges_), solver.c_str(),
               Word(run.ending), run.value, run.bound, figures.below_bound, figures.gap, run.seconds,
               run.processor_seconds, static_cast<long long>(run.bytes));
  return *row;
}

void Table::PrintFigures(const std::string& solver, const Figures& figures) {
  std::printf(" %-11s %s %s %s %s %s", solver.c_str(), Number(figures.below_bound, 9, 4).c_str(),
              Number(figures.gap, 9, 4).c_str(), Number(figures.seconds, 8, 2).c_str(),
              Number(figures.processor_seconds, 8, 2).c_str(), Number(figures.megabytes, 8, 1).c_str());
}

void Table::PrintMedians() const {
  std::printf("\nMedians over seeds\n");
  for (const Row& row : rows_) {
    const std::vector<Figures>& seeds = row.seeds;
    const auto median = [&seeds](double Figures::*figure) {
      return Median(seeds, [figure](const Figures& of_seed) { return of_seed.*figure; });
    };
    std::printf("%s", row.market.c_str());
    PrintFigures(row.solver, {.below_bound = median(&Figures::below_bound),
                              .gap = median(&Figures::gap),
                              .seconds = median(&Figures::seconds),
                              .processor_seconds = median(&Figures::processor_seconds),
                              .megabytes = median(&Figures::megabytes)});
    const auto ended = std::count_if(seeds.begin(), seeds.end(),
                                     [](const Figures& figures) { return figures.ending == Ending::kDone; });
    std::printf(" %lld of %zu done", static_cast<long long>(ended), seeds.size());
    if (!row.ours.empty()) PrintOurs(row.ours);
    std::printf("\n");
  }
}

}  // namespace ayni::bench
