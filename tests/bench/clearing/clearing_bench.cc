// Clears generated markets and prints how near to the bound and how fast, beside greedy and COIN-OR CLP's
// dual simplex on the same markets in the same run. Every value is confirmed by Verify.
//
//   clearing_bench [--gap PPM] [--threads N] [--seconds S] [--no-peer] [S] [M] [C] [L] [XL]   (else S and M)
//
// S 1k needs, 10k edges; M 10k, 200k; C (a country) 30k, 1M; L 100k, 2M; XL 1M, 20M. The peer runs on S and M
// only: on L it takes a minute and 1.2 GB. Each market has a process of its own, so that its memory is its
// own: bytes an edge are what Clear added to the problem at its peak, the answer included. A gap's time is
// the wall time from the problem in memory until that gap was first certified.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "matcher/clear.h"
#include "matcher/dual.h"
#include "matcher/slots.h"
#include "matcher/verify.h"
#include "matcher/workers.h"
#include "tests/bench/clearing/generate.h"
#include "tests/matcher/linear_programme.h"

namespace ayni::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kMilestonesPpm[] = {1'000, 500, 200, 100, 50, 0};

struct Wish {
  int64_t target_gap_ppm = 1'000;
  int threads = 2;
  double seconds = 1e9;
  bool peer = true;
  std::vector<std::string> sizes;
};

double Since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

int64_t StatusBytes(const std::string& field) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(field)) return 1024 * std::atoll(line.c_str() + field.size() + 1);
  }
  return 0;
}

void ForgetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

double ProcessorSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Every twentieth edge gets another weight, as when a market has moved on since the last round.
void Change(matcher::Problem& problem) {
  for (int64_t e = 0; e < problem.edge_count(); e += 20) {
    problem.edge_weight[e] = 1 + (problem.edge_weight[e] * 7 + 13) % matcher::kWeightMax;
  }
}

// What a pass over all edges costs, each edge, and the making of slots before.
std::pair<double, double> NanosecondsAnEdge(const matcher::Problem& problem, int threads) {
  const std::function<bool()> never = [] { return false; };
  matcher::Workers workers(threads);
  const auto edges = static_cast<double>(problem.edge_count());
  Clock::time_point start = Clock::now();
  const std::optional<matcher::Slots> slots = matcher::MakeSlots(problem, workers, never);
  const double slots_seconds = Since(start);
  // The least of a few, since whoever else works on the machine only adds.
  double seconds[2] = {1e9, 1e9};
  constexpr int kFew = 4, kMany = 20, kTries = 3;
  for (int i = 0; i < kTries; ++i) {
    for (const int passes : {kFew, kMany}) {
      matcher::Dual dual(problem, *slots, workers);
      start = Clock::now();
      dual.Anneal(250'000, 125'000, passes, never);
      seconds[passes == kMany] = std::min(seconds[passes == kMany], Since(start));
    }
  }
  return {1e9 * (seconds[1] - seconds[0]) / (kMany - kFew) / edges, 1e9 * slots_seconds / edges};
}

// When each milestone was reached; negative where never.
class Milestones {
 public:
  Milestones() : at_(std::size(kMilestonesPpm), -1.0), start_(Clock::now()) {}

  void Note(const matcher::ClearProgress& progress) {
    const double gap_ppm =
        1e6 * (1 - static_cast<double>(progress.value) / static_cast<double>(progress.upper_bound));
    for (size_t i = 0; i < at_.size(); ++i) {
      if (at_[i] < 0 && gap_ppm <= static_cast<double>(kMilestonesPpm[i])) at_[i] = Since(start_);
    }
  }

  void Print() const {
    for (const double at : at_) at < 0 ? std::printf("      -") : std::printf(" %6.2f", at);
  }

 private:
  std::vector<double> at_;
  Clock::time_point start_;
};

void PrintWarm(matcher::Problem& problem, matcher::ClearOptions options, const matcher::Prices& prices) {
  Change(problem);
  Clock::time_point again = Clock::now();
  matcher::Clear(problem, options).IgnoreError();
  const double cold = Since(again);
  options.warm_prices = &prices;
  again = Clock::now();
  matcher::Clear(problem, options).IgnoreError();
  std::printf("   %.2f -> %.2f", cold, Since(again));
}

void Row(const std::string& size, const MarketShape& shape, const Wish& wish) {
  matcher::Problem problem = GenerateMarket(shape);
  ForgetPeak();
  const int64_t before = StatusBytes("VmRSS");
  matcher::ClearOptions options{.target_gap_ppm = wish.target_gap_ppm, .threads = wish.threads};
  double longest_silence = 0;
  const double processor_start = ProcessorSeconds();
  const Clock::time_point start = Clock::now();
  Clock::time_point asked = start;
  options.stop = [&] {
    longest_silence = std::max(longest_silence, Since(asked));
    asked = Clock::now();
    return Since(start) > wish.seconds;
  };
  Milestones milestones;
  options.progress = [&](const matcher::ClearProgress& progress) { milestones.Note(progress); };
  const auto clearing = matcher::Clear(problem, options);
  const double seconds = Since(start), processor = ProcessorSeconds() - processor_start;
  const int64_t bytes = StatusBytes("VmHWM") - before;
  const auto certificate = matcher::Verify(problem, clearing->solution);
  if (!certificate.ok()) {
    std::printf("%s: %s\n", size.c_str(), certificate.status().ToString().c_str());
    return;
  }
  const auto bound = static_cast<double>(certificate->upper_bound);
  std::printf("%-2s %5.2f %5.1f %-4s %9lld %8.4f %7.2f %7.2f |", size.c_str(), shape.share,
              shape.capacity_ratio, shape.tied_weights ? "tied" : "",
              static_cast<long long>(problem.edge_count()), static_cast<double>(certificate->gap_ppm) / 1e4,
              seconds, processor);
  milestones.Print();
  const auto [pass, slots] = NanosecondsAnEdge(problem, wish.threads);
  std::printf(" | %6lld %7.0f %6.2f %6.1f %8.2f", static_cast<long long>(bytes / problem.edge_count()),
              1e3 * longest_silence, pass, slots,
              100 * (1 - static_cast<double>(GreedyValue(problem)) / bound));
  if (wish.peer && problem.edge_count() < 500'000) {
    const Clock::time_point peer = Clock::now();
    const double optimum = matcher::LinearOptimum(problem);
    std::printf(" %8.2f %9.4f %9.4f", Since(peer),
                100 * (1 - static_cast<double>(certificate->value) / optimum), 100 * (bound / optimum - 1));
  }
  options.progress = [](const matcher::ClearProgress&) {};
  options.stop = [asked_since = Clock::now(), &wish] { return Since(asked_since) > wish.seconds; };
  if (problem.edge_count() < 5'000'000) PrintWarm(problem, options, clearing->solution.prices);
  std::printf("\n");
}

void RowInItsOwnProcess(const std::string& size, const MarketShape& shape, const Wish& wish) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    Row(size, shape, wish);
    std::fflush(stdout);
    _exit(0);
  }
  waitpid(child, nullptr, 0);
}

MarketShape ShapeOf(const std::string& size) {
  MarketShape shape;
  if (size == "M") shape.needs = 10'000, shape.edges = 200'000;
  if (size == "C") shape.needs = 30'000, shape.edges = 1'000'000;
  if (size == "L") shape.needs = 100'000, shape.edges = 2'000'000;
  if (size == "XL") shape.needs = 1'000'000, shape.edges = 20'000'000;
  return shape;
}

void Table(const Wish& wish) {
  std::printf("%d threads; seconds until a gap of\n", wish.threads);
  std::printf(
      "   share cap/d          edges    gap %%       s   cpu s |   0.1%%  0.05%%  0.02%%  0.01%% 0.005%%  "
      "exact |"
      " B/edge poll ms  ns/e,p slots ns greedy -%%    CLP s below LP%%    bound+%%   5 %% changed: cold -> "
      "warm s\n");
  for (const std::string& size : wish.sizes) {
    MarketShape shape = ShapeOf(size);
    const bool large = size == "C" || size == "L" || size == "XL";
    for (const double share : {0.1, 0.25, 0.5}) {
      for (const double ratio : {0.6, 1.0, 1.5}) {
        if (large && (share == 0.5 || ratio == 0.6)) continue;
        if (size == "XL" && ratio == 1.5) continue;
        shape.share = share;
        shape.capacity_ratio = ratio;
        shape.seed += 1;
        RowInItsOwnProcess(size, shape, wish);
      }
    }
    if (size == "XL") continue;
    shape.tied_weights = true;
    RowInItsOwnProcess(size, shape, wish);
  }
}

}  // namespace
}  // namespace ayni::bench

int main(int argc, char** argv) {
  ayni::bench::Wish wish;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--gap" && i + 1 < argc) {
      wish.target_gap_ppm = std::atoll(argv[++i]);
    } else if (word == "--threads" && i + 1 < argc) {
      wish.threads = std::atoi(argv[++i]);
    } else if (word == "--seconds" && i + 1 < argc) {
      wish.seconds = std::atof(argv[++i]);
    } else if (word == "--no-peer") {
      wish.peer = false;
    } else {
      wish.sizes.push_back(word);
    }
  }
  if (wish.sizes.empty()) wish.sizes = {"S", "M"};
  ayni::bench::Table(wish);
}
