// The search for one ejection chain, best first. chain.h says what chains are.
#ifndef AYNI_MATCHER_CHAIN_FINDER_H_
#define AYNI_MATCHER_CHAIN_FINDER_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "matcher/assignment.h"
#include "matcher/chain_graph.h"
#include "matcher/problem.h"
#include "matcher/slots.h"

namespace ayni::matcher {

// Units go from edge to edge: released first, then added; -1 for none.
struct ChainStep {
  int64_t release;
  int64_t add;
};

struct Chain {
  std::vector<ChainStep> steps;  // empty where none was found
  Units units = 0;               // that it may begin with
  int64_t nodes = 0;             // that were looked at
};

// Reads the assignment, and changes nothing: as many as there are threads may search at the same time.
class ChainFinder {
 public:
  // Borrows all for its life.
  ChainFinder(const Problem& problem, const Slots& slots, const ChainGraph& graph,
              const Assignment& assignment, uint64_t seed);

  // From what a need still lacks or, where `released` is an edge of its, from what that gives up.
  Chain FromNeed(int32_t need, int64_t released, int nodes_max);
  // From what is left of a resource or, where that is -1, from what a released edge would leave.
  Chain FromHole(int32_t resource, int64_t released, int nodes_max);

 private:
  // A need that lost units of `released` to an edge `taken` by the need of the node before; or one that left
  // `released` for `taken`.
  struct Node {
    int32_t need;
    int32_t parent;
    int64_t released;
    int64_t taken;
    int64_t gain;  // in fixed point, for each unit
  };
  using Near = ChainGraph::Near;

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

  void ExpandNeed(int32_t at);
  void ReleaseFrom(int32_t at, const Near& near);
  // Whether the victim could give way at all; pushes it where it frees all that is blocked.
  bool Weigh(int32_t at, const Near& near, const NeedEdge& victim);
  void ExpandHole(int32_t at, int32_t resource);
  // Whether the edge could take part of the hole with a gain still possible.
  bool FillHole(int32_t at, const Near& near);
  // Of the resources that the node leaves with room, the one with most to gain; -1 where none has a price.
  int32_t DearestLeft(const Node& node) const;

  void Begin();
  void Push(Node node, int64_t key);
  // The next node whose key can still beat the best end; -1 where there is none.
  int32_t Pop();
  void End(int32_t node, int64_t edge, int64_t gain);
  bool Seen(int32_t need) const { return seen_[need] == stamp_; }

  const Problem& problem_;
  const Slots& slots_;
  const ChainGraph& graph_;
  const Assignment& assignment_;
  const uint64_t seed_;

  std::vector<Node> nodes_;
  std::vector<std::pair<int64_t, int32_t>> queue_;  // a heap of (key, node)
  std::vector<int32_t> seen_;                       // by need: the stamp of the last search that saw it
  int32_t stamp_ = 0;
  std::vector<int32_t> blocked_;
  int64_t best_gain_ = 0;
  int32_t best_node_ = -1;
  int64_t best_edge_ = -1;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CHAIN_FINDER_H_
