// Clears generated markets and prints how near to the bound, how fast and in how much memory, beside other
// solvers on the same markets in the same run. Every value of ours is confirmed by Verify.
//
//   clearing_bench --help
//
// One solver runs at a time, each market in a process of its own, and each peer in one of its own. A peer's
// seconds begin where it has the problem in memory, as ours do, and its memory is what it takes beyond it.
// What solves the linear programme may cut units into parts: where it stands above our value, no whole units
// may reach it.
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "matcher/invariant.h"
#include "tests/bench/clearing/clear_run.h"
#include "tests/bench/clearing/generate.h"
#include "tests/bench/clearing/markets.h"
#include "tests/bench/clearing/peers.h"
#include "tests/bench/clearing/table.h"

namespace ayni::bench {
namespace {

// Above it peers take minutes, so that they must be asked for.
constexpr int64_t kEdgesUnasked = 500'000;

struct Wish {
  MarketWish market;
  ClearWish clear;
  std::optional<std::vector<std::string>> peers;  // none: as the market's size lets
  double peer_seconds_max = 600;
  std::string csv;
};

// What a market's process tells the one that prints.
struct Told {
  int64_t peer = -1;  // by its place among the peers; -1: ours
  ClearRun ours;
  PeerRun theirs;
};
static_assert(std::is_trivially_copyable_v<Told>);

void Tell(int pipe, const Told& told) {
  INVARIANT(write(pipe, &told, sizeof told) == sizeof told, "the table takes no figures");
}

void RunMarket(const Market& market, const Wish& wish, const std::vector<std::string>& peers, int pipe) {
  const matcher::Problem problem = GenerateMarket(market.shape);
  Told told;
  told.ours = RunClear(problem, wish.clear);
  Tell(pipe, told);
  Peers runs(problem, static_cast<double>(wish.clear.target_gap_ppm) / 1e6, wish.peer_seconds_max);
  for (const std::string& peer : peers) {
    told.peer += 1;
    told.theirs = runs.Run(peer);
    Tell(pipe, told);
  }
}

void AddMarket(const Market& market, const Wish& wish, Table& table) {
  const bool small = market.shape.edges < kEdgesUnasked;
  const std::vector<std::string> peers = wish.peers ? *wish.peers
                                         : small    ? std::vector<std::string>{"greedy", "clp-dual"}
                                                    : std::vector<std::string>{"greedy"};
  int ends[2];
  INVARIANT(pipe(ends) == 0, "no pipe");
  std::fflush(stdout);
  const pid_t child = fork();
  INVARIANT(child >= 0, "no process");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    RunMarket(market, wish, peers, ends[1]);
    _exit(0);
  }
  close(ends[1]);
  Told told;
  while (read(ends[0], &told, sizeof told) == sizeof told) {
    if (told.peer < 0) {
      table.AddOurs(market, told.ours);
    } else {
      table.AddPeer(peers[static_cast<size_t>(told.peer)], told.theirs);
    }
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) std::printf("the market's process ended early, with status %d\n", status);
}

// Those of the peers that can run here; says of the others why not.
std::vector<std::string> Present(std::vector<std::string> peers, bool flow) {
  if (peers == std::vector<std::string>{"all"}) peers = PeerNames();
  std::erase_if(peers, [flow](const std::string& peer) {
    if (peer == "none") return true;
    const std::string missing = Missing(peer, flow);
    if (!missing.empty()) std::printf("without %s: %s\n", peer.c_str(), missing.c_str());
    return !missing.empty();
  });
  return peers;
}

int Main(int argc, char** argv) {
  Wish wish;
  CLI::App app("Clears generated markets and measures it beside other solvers");
  app.add_option("sizes", wish.market.sizes, "S M C L XL: 10k, 200k, 1M, 2M and 20M edges (else S and M)")
      ->check(CLI::IsMember(SizeNames()));
  const auto list = [&app](const char* name, auto& values, const char* what) {
    return app.add_option(name, values, what)->delimiter(',')->allow_extra_args(false);
  };
  list("--seeds", wish.market.seeds, "of the markets; medians over several are printed at the end");
  list("--shares", wish.market.shares, "caps, of a segment's demand: 0.1,0.25,0.5");
  list("--capacities", wish.market.capacity_ratios, "of all offers, over demand: 0.6,1.0,1.5");
  list("--weights", wish.market.weights, "of edges: uniform,tied")->check(CLI::IsMember({"uniform", "tied"}));
  app.add_flag("--flow", wish.market.flow,
               "one limit level alone: constraints nest, so that the market is a flow");
  app.add_option("--gap", wish.clear.target_gap_ppm,
                 "aimed at by ours, cbc and highs-mip, parts per million");
  app.add_option("--threads", wish.clear.threads, "of ours; peers have one");
  app.add_option("--seconds", wish.clear.seconds_max, "of ours at most, each clearing");
  std::vector<std::string> names = PeerNames();
  names.insert(names.end(), {"all", "none"});
  std::vector<std::string> peers;
  list("--peers", peers, "all, none or any of the names (else greedy, and clp-dual on S and M)")
      ->check(CLI::IsMember(names));
  app.add_option("--peer-limit", wish.peer_seconds_max, "seconds after which a peer is ended");
  app.add_option("--csv", wish.csv, "a file for a line a solver and market");
  CLI11_PARSE(app, argc, argv);

  if (!peers.empty()) wish.peers = Present(peers, wish.market.flow);
  Table table(wish.csv);
  table.PrintHead();
  for (const Market& market : Markets(wish.market)) AddMarket(market, wish, table);
  if (wish.market.seeds.size() > 1) table.PrintMedians();
  return 0;
}

}  // namespace
}  // namespace ayni::bench

int main(int argc, char** argv) { return ayni::bench::Main(argc, argv); }
