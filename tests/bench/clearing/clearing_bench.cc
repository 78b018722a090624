// Clears generated markets and prints how near to the bound, how fast, beside greedy and COIN-OR CLP's dual
// simplex.
//   clearing_bench [S] [M] [L]      (S and M without arguments)
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "matcher/clear.h"
#include "matcher/verify.h"
#include "tests/bench/clearing/generate.h"
#include "tests/matcher/linear_programme.h"

namespace {

using Clock = std::chrono::steady_clock;

double Since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void Run(const char* name, ayni::bench::MarketShape shape, bool with_peer) {
  const ayni::matcher::Problem problem = ayni::bench::GenerateMarket(shape);
  ayni::matcher::ClearOptions options;
  options.target_gap_ppm = 100;
  const Clock::time_point start = Clock::now();
  const auto clearing = ayni::matcher::Clear(problem, options);
  const double seconds = Since(start);
  if (!clearing.ok()) return void(std::printf("%s: %s\n", name, clearing.status().ToString().c_str()));
  const auto certificate = ayni::matcher::Verify(problem, clearing->solution);
  if (!certificate.ok()) return void(std::printf("%s: %s\n", name, certificate.status().ToString().c_str()));
  const double greedy =
      100.0 * (1 - static_cast<double>(ayni::bench::GreedyValue(problem)) / certificate->upper_bound);
  std::printf(
      "%-3s share %.2f capacity %.1f %s seed %llu  edges %8lld  gap %.4f %%  %7.2f s  greedy -%.2f %%", name,
      shape.share, shape.capacity_ratio, shape.tied_weights ? "tied" : "    ",
      static_cast<unsigned long long>(shape.seed), static_cast<long long>(problem.edge_count()),
      certificate->gap_ppm / 1e4, seconds, greedy);
  if (with_peer) {
    const Clock::time_point peer = Clock::now();
    const double optimum = ayni::matcher::LinearOptimum(problem);
    std::printf("  CLP %.2f s  ours -%.4f %%  bound +%.4f %%", Since(peer),
                100 * (1 - certificate->value / optimum), 100 * (certificate->upper_bound / optimum - 1));
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> sizes(argv + 1, argv + argc);
  if (sizes.empty()) sizes = {"S", "M"};
  for (const std::string& size : sizes) {
    ayni::bench::MarketShape shape;
    if (size == "M") shape.needs = 10'000, shape.edges = 200'000;
    if (size == "L") shape.needs = 100'000, shape.edges = 2'000'000;
    for (const double share : {0.1, 0.25, 0.5}) {
      for (const double ratio : {0.6, 1.0, 1.5}) {
        shape.share = share;
        shape.capacity_ratio = ratio;
        Run(size.c_str(), shape, size != "L");
        if (size == "L") break;
        shape.seed += 1;
      }
    }
    shape.tied_weights = true;
    Run(size.c_str(), shape, size != "L");
  }
}
