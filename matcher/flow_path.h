// Cheapest ways for units that are too many at one node of a network, or too few.
#ifndef AYNI_MATCHER_FLOW_PATH_H_
#define AYNI_MATCHER_FLOW_PATH_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "matcher/flow_network.h"

namespace ayni::matcher {

// From a resource with too many units to the nearest one with too few, or to the ground; kBackward: against
// the flow, from one with too few.
enum class FlowWay { kForward, kBackward };

struct FlowPath {
  struct Arc {
    int32_t from, to;  // nodes, as the search went
    int32_t edge;      // -1 where there is none
  };
  std::vector<std::pair<int32_t, int64_t>>
      passed;             // nodes nearer than the end, the source first, with their distances
  std::vector<Arc> arcs;  // from the end to the source; none where no end was found
  int64_t distance = 0;   // of the end, or as far as it was looked
  int64_t looks = 0;      // at arcs
  int32_t end(int32_t source) const { return arcs.empty() ? source : arcs.front().to; }
};

// Dijkstra's algorithm on costs less prices. Reads the network only, so that several may search at once.
class FlowSearch {
 public:
  // Borrows the network for its life.
  explicit FlowSearch(const FlowNetwork& network);

  // Looks no further than `distance_max`, and not at many more arcs than `looks_max`.
  // REQUIRES: distance_max < 2^31.
  void Find(FlowWay way, int32_t source, int64_t distance_max, int64_t looks_max, FlowPath& path);

 private:
  struct Mark {
    int64_t distance = 0;
    uint32_t search = 0;  // that reached the node last
    int32_t from = 0, edge = 0;
    bool passed = false;
  };
  template <FlowWay kWay>
  void Search(int32_t source, int64_t looks_max, FlowPath& path);
  template <FlowWay kWay>
  void PassNeed(int32_t node, int64_t distance);
  template <FlowWay kWay>
  void PassResource(int32_t node, int64_t distance);
  void Reach(int32_t node, int64_t distance, int32_t from, int32_t edge);

  const FlowNetwork& network_;
  std::vector<Mark> marks_;     // by node
  std::vector<uint64_t> heap_;  // distance, then node
  uint32_t search_ = 0;
  int64_t distance_max_ = 0;
  int64_t looks_ = 0;
};

// Of what a path's arc could take, and taking it.
int64_t FlowRoom(const FlowNetwork& network, FlowWay way, const FlowPath::Arc& arc);
void Push(FlowNetwork& network, FlowWay way, const FlowPath::Arc& arc, int32_t units);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_FLOW_PATH_H_
