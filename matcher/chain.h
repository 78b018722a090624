// Ejection chains: needs that lose units look for others, and what nobody holds looks for a taker.
//
// At prices p, let the slack of an edge be what its need could gain elsewhere: need price - (weight - price
// of its slot). Near the optimum all that is matched has no slack, needs with a price are served in full and
// resources with a price are used up; where one of these fails the solution loses value. A chain begins at
// such a loss and follows small slack to another one, or to where it costs nothing:
//   - from a need: it takes an edge, an edge on the same full resource gives way, its need takes another...
//   - from a resource left over: a need leaves an edge for one on it, another fills what that leaves...
// Both are best-first searches whose key, what the chain gained so far and the price of what it still has to
// find, is the most it can come to. A chain is kept when weight is gained, whatever the prices say.
#ifndef AYNI_MATCHER_CHAIN_H_
#define AYNI_MATCHER_CHAIN_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "matcher/assignment.h"
#include "matcher/problem.h"
#include "matcher/slots.h"
#include "matcher/solution.h"

namespace ayni::matcher {

class ChainSearch {
 public:
  // Borrows all but the prices for its life.
  ChainSearch(const Problem& problem, const Slots& slots, const Prices& prices, uint64_t seed,
              Assignment& assignment, const std::function<bool()>& stop);

  // Gives every need what its edges have room for, the least slack first. Never worse.
  void Fill();

  // One chain from every loss, the greatest first, each looking at no more than `nodes_max` places, and
  // all together at no more than some 2,000 and twice the needs. Returns the weight x units gained. Ends
  // early when `stop` says so.
  int64_t Sweep(int nodes_max);

 private:
  // An edge of little slack. Those of need n stand in [need_begin_[n], need_begin_[n + 1]), least slack
  // first.
  struct Near {
    int64_t edge;
    int64_t slack;
    int32_t slot;
    int32_t need;
  };
  // A need that lost units of `released` to an edge `taken` by the need of the node before; or one that left
  // `released` for `taken`.
  struct Node {
    int32_t need;
    int32_t parent;
    int64_t released;
    int64_t taken;
    int64_t gain;  // in fixed point, for each unit
  };
  struct Loss {
    int64_t size;
    uint64_t tie;
    int32_t need;      // or -1
    int32_t resource;  // or -1
  };
  struct Step {
    int64_t release;  // or -1
    int64_t add;      // or -1
  };

  void FindNear();
  void IndexByResource();
  std::vector<Loss> Losses() const;
  void PriceSlots();
  int64_t Slack(int64_t edge) const;
  int64_t Weight(int64_t edge) const { return problem_.edge_weight[edge] * kPriceScale; }
  bool On(int64_t edge, int32_t resource) const;
  // Whether the resource has a unit to give, at the end of a chain that released one edge and took another.
  bool Free(int32_t resource, const Node& node) const;
  // Whether the node left a unit of the resource that nobody has taken.
  bool Left(int32_t resource, const Node& node) const;
  // In fixed point: the penalties that a unit on `taken` saves at the end of the node's chain, and those that
  // one less on `released` costs, but for the floors on which the other edge (or -1) makes up for it.
  int64_t FloorsSaved(int64_t taken, const Node& node, int64_t released) const;
  int64_t FloorsLost(int64_t released, int64_t taken) const;
  int64_t FloorLost(int32_t resource) const;
  absl::Span<const Near> NearOf(int32_t need) const;

  int64_t ServeNeed(int32_t need, int nodes_max);
  int64_t SearchFromNeed(int32_t need, int64_t released, int nodes_max);
  void ExpandNeed(int32_t at);
  void ReleaseFrom(int32_t at, const Near& near);
  // Whether the victim could give way at all; pushes it where it frees all that is blocked.
  bool Weigh(int32_t at, const Near& near, int64_t victim);
  // From what is left of a resource, or, where that is -1, from what a released edge would leave.
  int64_t SearchFromHole(int32_t resource, int64_t released, int nodes_max);
  void ExpandHole(int32_t at, int32_t resource);
  // Whether the edge could take part of the hole with a gain still possible.
  bool FillHole(int32_t at, const Near& near);
  // Of the resources that the node leaves with room, the one with most to gain; -1 where none has a price.
  int32_t DearestLeft(const Node& node) const;

  void BeginSearch();
  void Push(Node node, int64_t key);
  // The next node whose key can still beat the best end; -1 where there is none.
  int32_t Pop();
  void End(int32_t node, int64_t edge, int64_t gain);
  bool Seen(int32_t need) const { return seen_[need] == stamp_; }

  // Carries the steps out as far as rooms go; takes all back unless weight was gained.
  int64_t Apply(const std::vector<Step>& steps, Units units);
  bool Carry(const std::vector<Step>& steps, Units units);
  int64_t PlaceLeftover(int32_t need);

  const Problem& problem_;
  const Slots& slots_;
  const uint64_t seed_;
  Assignment& assignment_;
  const std::function<bool()>& stop_;
  std::vector<int64_t> need_price_, resource_price_, slot_price_;

  std::vector<int64_t> need_begin_;
  std::vector<Near> near_;
  std::vector<int64_t> resource_begin_;
  std::vector<int32_t> resource_near_;  // positions in near_, of resources with a price

  // Of the search at hand.
  std::vector<Node> nodes_;
  std::vector<std::pair<int64_t, int32_t>> queue_;  // a heap of (key, node)
  std::vector<int32_t> seen_;
  int32_t stamp_ = 0;
  std::vector<int32_t> blocked_;
  int64_t nodes_left_ = 0;  // of the sweep
  int64_t best_gain_ = 0;
  int32_t best_node_ = -1;
  int64_t best_edge_ = -1;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CHAIN_H_
