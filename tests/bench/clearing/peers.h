// Other solvers on the same problem, each in a process of its own.
//
//   greedy       edges by weight, each given all the room it has
//   clp-dual     COIN-OR CLP, dual simplex     } the linear programme: its optimum bounds every
//   clp-barrier  the same, barrier, crossover  } solution in whole units, and is none
//   highs-ds     HiGHS, dual simplex           }
//   highs-ipm    HiGHS, interior point         }
//   lemon-ns     LEMON, network simplex  } the market's optimum, in whole units;
//   lemon-cs     LEMON, cost scaling     } only where constraints nest
//   cbc          COIN-OR CBC, whole units, to the gap that is asked for
//   highs-mip    HiGHS, the same
#ifndef AYNI_TESTS_BENCH_CLEARING_PEERS_H_
#define AYNI_TESTS_BENCH_CLEARING_PEERS_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "matcher/problem.h"
#include "tests/bench/clearing/own_process.h"

namespace ayni::bench {

struct PeerRun {
  Ending ending = Ending::kFailed;
  double value = 0;  // NaN where none was found
  double bound = 0;  // that the peer states; NaN where none
  double seconds = 0;
  double processor_seconds = 0;
  int64_t bytes = 0;  // at its peak, beyond what it held when it had the problem
};

const std::vector<std::string>& PeerNames();

// Why a peer can't run here on markets of the kind, and how to get it; empty where it can.
std::string Missing(const std::string& peer, bool flow);

// Peers, one after another, on one problem.
class Peers {
 public:
  // REQUIRES: `problem` outlives it. `gap` is a fraction.
  Peers(const matcher::Problem& problem, double gap, double seconds_max);
  Peers(const Peers&) = delete;
  Peers& operator=(const Peers&) = delete;
  ~Peers();

  // REQUIRES: `peer` is one of PeerNames(), and not Missing.
  PeerRun Run(const std::string& peer);

 private:
  // The path of a file with the problem, written when first asked for. It has no name, so that it is gone
  // with us.
  std::string File();

  const matcher::Problem& problem_;
  const double gap_, seconds_max_;
  std::FILE* file_ = nullptr;
};

}  // namespace ayni::bench

#endif  // AYNI_TESTS_BENCH_CLEARING_PEERS_H_
