// What ejection chains walk on: the edges of little slack under some prices, by need and by resource.
//
// The slack of an edge is what its need could gain elsewhere: need price - (weight - price of its slot).
#ifndef AYNI_MATCHER_CHAIN_GRAPH_H_
#define AYNI_MATCHER_CHAIN_GRAPH_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/types/span.h"
#include "matcher/assignment.h"
#include "matcher/problem.h"
#include "matcher/slots.h"
#include "matcher/solution.h"
#include "matcher/workers.h"

namespace ayni::matcher {

struct ChainGraph {
  struct Near {
    int64_t edge;
    int64_t slack;
    int32_t slot;
    int32_t need;
  };

  // Edges with units are near whatever their slack. Without edges where `stop` said so. Linear in the size of
  // the problem.
  ChainGraph(const Problem& problem, const Slots& slots, Workers& workers, const Prices& prices,
             uint64_t seed, const Assignment& assignment, const std::function<bool()>& stop);

  absl::Span<const Near> OfNeed(int32_t need) const {
    return absl::MakeConstSpan(near).subspan(need_begin[need], need_begin[need + 1] - need_begin[need]);
  }
  int64_t Slack(const NeedEdge& edge) const {
    return need_price[edge.need] + slot_price_[slots_.edge_slot[edge.edge]] -
           problem_.edge_weight[edge.edge] * kPriceScale;
  }
  // Places in `near`.
  absl::Span<const int32_t> OfResource(int32_t resource) const {
    return absl::MakeConstSpan(resource_near_)
        .subspan(resource_begin_[resource], resource_begin_[resource + 1] - resource_begin_[resource]);
  }

  // In fixed point.
  std::vector<int64_t> need_price, resource_price;
  // Of need n: [need_begin[n], need_begin[n + 1]), least slack first.
  std::vector<int64_t> need_begin = {0};
  std::vector<Near> near;

 private:
  void FindNear(Workers& workers, const std::function<bool()>& stop);
  void TakeNeeds(int32_t begin, int32_t end, std::vector<Near>& taken, std::vector<int64_t>& counts) const;
  void IndexByResource(Workers& workers);

  const Problem& problem_;
  const Slots& slots_;
  const Assignment& assignment_;
  const uint64_t seed_;
  std::vector<int64_t> slot_price_;
  // Of resources with a price or a floor, least slack first.
  std::vector<int64_t> resource_begin_;
  std::vector<int32_t> resource_near_;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CHAIN_GRAPH_H_
