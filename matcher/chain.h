// Ejection chains: needs that lose units look for others, and what nobody holds looks for a taker.
//
// At prices p, let the slack of an edge be what its need could gain elsewhere: need price - (weight - price
// of its slot). Near the optimum all that is matched has no slack, needs with a price are served in full and
// resources with a price are used up; where one of these fails the solution loses value. A chain begins at
// such a loss and follows small slack to another one, or to where it costs nothing:
//   - from a need: it takes an edge, an edge on the same full resource gives way, its need takes another...
//   - from a resource left over: a need leaves an edge for one on it, another fills what that leaves...
// Both are best-first searches (chain_finder.h) whose key, what the chain gained so far and the price of what
// it still has to find, is the most it can come to. A chain is kept when weight is gained, whatever the
// prices say.
#ifndef AYNI_MATCHER_CHAIN_H_
#define AYNI_MATCHER_CHAIN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "matcher/assignment.h"
#include "matcher/chain_finder.h"
#include "matcher/chain_graph.h"
#include "matcher/problem.h"
#include "matcher/slots.h"
#include "matcher/solution.h"
#include "matcher/workers.h"

namespace ayni::matcher {

class ChainSearch {
 public:
  // Borrows all but the prices for its life.
  ChainSearch(const Problem& problem, const Slots& slots, Workers& workers, const Prices& prices,
              uint64_t seed, Assignment& assignment, const std::function<bool()>& stop);

  // Gives every need what its edges have room for, the least slack first. Never worse.
  void Fill();

  // Chains from every loss, the greatest first, each looking at no more than `nodes_max` places, and all
  // together at no more than some 2,000 and twice the needs. They are searched from several losses at the
  // same time, on the units as they then are, and carried out one after another. Returns the weight x units
  // gained. Ends early when `stop` says so.
  int64_t Sweep(int nodes_max);

 private:
  enum class LossAt : uint8_t { kNeed, kEdge, kResource };
  struct Loss {
    int64_t size;
    uint64_t tie;
    LossAt at;
    int64_t index;
    int32_t need;   // or -1
    int tries = 0;  // in vain
  };

  std::vector<Loss> Losses() const;
  bool Stands(const Loss& loss) const;
  Chain Find(const Loss& loss, int nodes_max, ChainFinder& finder) const;
  std::vector<Chain> FindAll(const std::vector<Loss>& losses, int nodes_max);
  std::unique_ptr<ChainFinder> TakeFinder();
  // Carries the steps out as far as rooms go; takes all back unless weight was gained.
  int64_t Apply(const std::vector<ChainStep>& steps, Units units);
  bool Carry(const std::vector<ChainStep>& steps, Units units);
  int64_t PlaceLeftover(int32_t need);

  const Problem& problem_;
  const Slots& slots_;
  Workers& workers_;
  const uint64_t seed_;
  Assignment& assignment_;
  const std::function<bool()>& stop_;
  const ChainGraph graph_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ChainFinder>> finders_;  // that no thread has; guarded by mutex_
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CHAIN_H_
