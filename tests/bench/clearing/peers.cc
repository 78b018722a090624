#include "tests/bench/clearing/peers.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "matcher/invariant.h"
#include "matcher/problem_binary.h"
#include "tests/bench/clearing/flow_network.h"
#include "tests/bench/clearing/flow_peer.h"
#include "tests/bench/clearing/generate.h"
#include "tests/matcher/linear_programme.h"

namespace ayni::bench {
namespace {

using matcher::LinearMethod;
using matcher::Problem;

constexpr char kPython[] = "/usr/bin/python3";  // Debian's, which has Debian's SciPy
// For solvers that end by themselves, so that they can still say what they have found.
constexpr double kGraceSeconds = 15;

#ifdef AYNI_HAS_LEMON
constexpr bool kHasLemon = true;

int64_t FlowOptimum(const std::string& peer, const Problem& problem) {
  const FlowNetwork network = NetworkOf(problem);
  return peer == "lemon-ns" ? ByNetworkSimplex(network) : ByCostScaling(network);
}
#else
constexpr bool kHasLemon = false;

int64_t FlowOptimum(const std::string&, const Problem&) { return 0; }
#endif

bool IsLemon(const std::string& peer) { return peer.starts_with("lemon-"); }
bool IsHighs(const std::string& peer) { return peer.starts_with("highs-"); }

// A value and the bound that goes with it.
std::string Words(double value, double bound) {
  char words[64];
  std::snprintf(words, sizeof words, "%.17g %.17g", value, bound);
  return words;
}

std::string Solve(const std::string& peer, const Problem& problem, double gap, double seconds_max) {
  if (peer == "greedy") return Words(static_cast<double>(GreedyValue(problem)), NAN);
  if (IsLemon(peer)) {
    const auto optimum = static_cast<double>(FlowOptimum(peer, problem));
    return Words(optimum, optimum);
  }
  if (peer == "cbc") {
    const matcher::WholeSearch found = matcher::SearchWhole(problem, gap, seconds_max);
    // CBC states 1e50 where it has found nothing.
    return Words(std::fabs(found.value) < 1e30 ? found.value : NAN,
                 std::fabs(found.upper_bound) < 1e30 ? found.upper_bound : NAN);
  }
  const double optimum =
      matcher::LinearOptimum(problem, peer == "clp-dual" ? LinearMethod::kDual : LinearMethod::kBarrier);
  return Words(optimum, optimum);
}

}  // namespace

const std::vector<std::string>& PeerNames() {
  static const auto* const names =
      new std::vector<std::string>{"greedy", "clp-dual", "clp-barrier", "lemon-ns", "lemon-cs",
                                   "cbc",    "highs-ds", "highs-ipm",   "highs-mip"};
  return *names;
}

std::string Missing(const std::string& peer, bool flow) {
  if (IsLemon(peer) && !kHasLemon) {
    return "Debian's liblemon-dev is missing: run deploy/bootstrap --bench, then build again";
  }
  if (IsLemon(peer) && !flow) return "it solves flows alone: see --flow";
  if (!IsHighs(peer)) return "";
  const std::string ask = std::string(kPython) + " -c 'from scipy.optimize import milp' 2>/dev/null";
  static const bool has_scipy = std::system(ask.c_str()) == 0;
  return has_scipy ? "" : "Debian's python3-scipy is missing: run deploy/bootstrap --bench";
}

Peers::Peers(const Problem& problem, double gap, double seconds_max)
    : problem_(problem), gap_(gap), seconds_max_(seconds_max) {}

Peers::~Peers() {
  if (file_ != nullptr) std::fclose(file_);
}

PeerRun Peers::Run(const std::string& peer) {
  const double limit = seconds_max_ + (peer == "cbc" || peer == "highs-mip" ? kGraceSeconds : 0);
  const Ran ran = IsHighs(peer) ? RunProgram({kPython, AYNI_HIGHS_PEER, peer, File(), std::to_string(gap_),
                                              std::to_string(seconds_max_)},
                                             limit)
                                : RunForked([&] { return Solve(peer, problem_, gap_, seconds_max_); }, limit);
  PeerRun run{.ending = ran.ending,
              .value = NAN,
              .bound = NAN,
              .seconds = ran.seconds,
              .processor_seconds = ran.processor_seconds,
              .bytes = ran.bytes};
  if (std::sscanf(ran.answer.c_str(), "%lf %lf", &run.value, &run.bound) != 2) {
    run.ending = run.ending == Ending::kDone ? Ending::kFailed : run.ending;
  }
  // One that ended by itself at its limit.
  if (run.ending == Ending::kDone && run.seconds >= seconds_max_) run.ending = Ending::kLimit;
  return run;
}

std::string Peers::File() {
  if (file_ == nullptr) {
    file_ = std::tmpfile();
    INVARIANT(file_ != nullptr, "the temporary folder takes no file");
    const absl::Status written = matcher::WriteProblemBinary(problem_, [this](absl::string_view part) {
      return std::fwrite(part.data(), 1, part.size(), file_) == part.size()
                 ? absl::OkStatus()
                 : absl::ResourceExhaustedError("the temporary folder is full");
    });
    INVARIANT(written.ok() && std::fflush(file_) == 0, written.message());
  }
  return "/proc/self/fd/" + std::to_string(fileno(file_));
}

}  // namespace ayni::bench
