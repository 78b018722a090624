// A clearing problem whose resources nest, over some of its edges, as a network: units flow from needs along
// edges into resources, up the forest, and into the ground, which takes whatever comes.
//
// Every node has a price. Units and prices always fit each other (complementary slackness): what pays more
// than it costs is full, what costs more than it pays is empty. What may be wrong is the balance of a
// resource, what flows in less what flows on; once all are 0 the flow is the best there is, and the prices
// prove it. Prices, like weights, are whole numbers.
#ifndef AYNI_MATCHER_FLOW_NETWORK_H_
#define AYNI_MATCHER_FLOW_NETWORK_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "matcher/forest.h"
#include "matcher/near.h"
#include "matcher/problem.h"
#include "matcher/slots.h"
#include "matcher/solution.h"

namespace ayni::matcher {

// Needs are nodes from 0 on, in the order in which the problem's slots have them, so that what is near in the
// market is near in memory; resources follow, then the ground.
class FlowNetwork {
 public:
  struct Need {
    int64_t price = 0;  // of one unit here: less than 0, as much as a unit of demand is worth
    Units left = 0;     // of the demand, unmatched
    int32_t begin = 0;  // of its edges; they end where the next need's begin
  };
  struct Resource {
    int64_t price = 0;  // of one unit here: its own and those of all above it
    Units balance = 0;
    int32_t room = 0;
    int32_t up = 0;           // units that flow on to its parent
    int32_t parent = 0;       // by node
    int32_t in_begin = 0;     // of the edges in edges_in
    int32_t child_begin = 0;  // of the resources in children
  };
  struct Edge {
    int32_t need;   // by node
    int32_t entry;  // by node
    int32_t weight;
    int32_t most;
    int32_t units;
  };

  // Borrows all but the prices for its life. REQUIRES: these are whole units of weight.
  FlowNetwork(const Problem& problem, const Slots& slots, const Forest& forest, const Prices& prices);

  // Takes these edges, some of which it may have had. Needs that a new one pays more choose anew.
  // False where `stop` said so: then it is of no more use.
  bool SetEdges(const NearEdges& near, const std::function<bool()>& stop);

  int32_t first_resource() const { return static_cast<int32_t>(needs_.size()) - 1; }
  int32_t ground() const { return first_resource() + static_cast<int32_t>(resources_.size()) - 1; }
  bool IsNeed(int32_t node) const { return node < first_resource(); }
  const Need& need(int32_t node) const { return needs_[node]; }
  Need& need(int32_t node) { return needs_[node]; }
  const Resource& resource(int32_t node) const { return resources_[node - first_resource()]; }
  Resource& resource(int32_t node) { return resources_[node - first_resource()]; }
  int64_t price(int32_t node) const { return IsNeed(node) ? need(node).price : resource(node).price; }
  void Reprice(int32_t node, int64_t change) {
    (IsNeed(node) ? need(node).price : resource(node).price) += change;
  }

  const Edge& edge(int32_t i) const { return edges_[i]; }
  Edge& edge(int32_t i) { return edges_[i]; }
  int32_t edge_count() const { return static_cast<int32_t>(edges_.size()); }
  const std::vector<int32_t>& edges_in() const { return edges_in_; }
  const std::vector<int32_t>& children() const { return children_; }
  // Of the problem.
  int64_t edge_id(int32_t i) const { return edge_id_[i]; }

  // In the problem's order, and none negative.
  Prices PricesOfProblem() const;

 private:
  // Whether a new one pays the need more than what it has.
  bool TakeEdges(int32_t node, const NearEdges& near, int32_t begin, int32_t end);
  void SortEdgesIn();
  void Choose(int32_t node, std::vector<Units>& inflow);
  void PassOn(const std::vector<Units>& inflow);

  const Problem& problem_;
  const Slots& slots_;
  const Forest& forest_;
  std::vector<Need> needs_;          // and one more, where the last one's edges end
  std::vector<Resource> resources_;  // as the problem has them; and the ground
  std::vector<Edge> edges_;          // by need
  std::vector<int64_t> edge_id_;
  // What edges_ and edge_id_ were while they are set, and the first that has not come up again.
  std::vector<Edge> before_;
  std::vector<int64_t> before_id_;
  size_t next_before_ = 0;
  std::vector<int32_t> edges_in_, children_;
  std::vector<int32_t> parents_first_;                // resources
  std::vector<std::pair<int64_t, int32_t>> by_gain_;  // of the need at hand
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_FLOW_NETWORK_H_
