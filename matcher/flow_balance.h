// Brings the balances of a flow network to 0 along cheapest paths, many at a time.
#ifndef AYNI_MATCHER_FLOW_BALANCE_H_
#define AYNI_MATCHER_FLOW_BALANCE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "matcher/flow_network.h"
#include "matcher/flow_path.h"
#include "matcher/workers.h"

namespace ayni::matcher {

struct BalanceEffort {
  int64_t distance_max = 0;      // of one path; less than 2^31
  int64_t search_looks_max = 0;  // at arcs, for one path
  int64_t looks_max = 0;         // at arcs, since the balancer was made
};

// Each path is looked for from a network that stands still, by any thread; paths are carried out in the order
// of their sources, and those that meet a node that one before them has changed are looked for again. All
// prices of a batch move the same way, so that a path beside others is as good as if it had been alone, and
// the outcome is the same with any number of threads.
class FlowBalancer {
 public:
  // Borrows all for its life.
  FlowBalancer(FlowNetwork& network, Workers& workers, const std::function<bool()>& stop);

  // Balances what it can with that effort. False where `stop` said so, or looks_max was reached: what was
  // done until then stands.
  bool Balance(const BalanceEffort& effort);
  // Whether all is balanced.
  bool Balanced() const;

 private:
  bool BalanceAll(FlowWay way, const BalanceEffort& effort);
  // Arcs that were looked at.
  int64_t SearchBatch(FlowWay way, const BalanceEffort& effort);
  // How many met what had changed. Sources that are not done with wait again.
  int32_t CarryOutBatch(FlowWay way);
  // False where the path meets what the batch has changed.
  bool Claim(int32_t source, const FlowPath& path);
  void CarryOut(FlowWay way, int32_t source, const FlowPath& path);
  Units Wrong(FlowWay way, int32_t node) const;

  FlowNetwork& network_;
  Workers& workers_;
  const std::function<bool()>& stop_;
  std::vector<FlowSearch> lanes_;
  std::deque<int32_t> waiting_;
  std::vector<int32_t> batch_;     // sources
  std::vector<FlowPath> paths_;    // by place in the batch
  std::vector<uint32_t> changed_;  // by node: the last batch that did so
  uint32_t batch_count_ = 0;
  int64_t looks_ = 0;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_FLOW_BALANCE_H_
