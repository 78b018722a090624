#include "matcher/flow_balance.h"

#include <algorithm>
#include <atomic>

namespace ayni::matcher {
namespace {

constexpr int kLanesMax = 8;  // searches at the same time: each has marks for all nodes
constexpr int32_t kBatchMin = 4, kBatchMax = 512;
constexpr int64_t kBatchLooks = 200'000;  // some ms, between two looks at `stop`
// A batch grows where fewer than one part of so many met what had changed, and shrinks where more did.
constexpr int32_t kFewMet = 16, kManyMet = 4;

}  // namespace

FlowBalancer::FlowBalancer(FlowNetwork& network, Workers& workers, const std::function<bool()>& stop)
    : network_(network),
      workers_(workers),
      stop_(stop),
      lanes_(std::min(workers.count(), kLanesMax), FlowSearch(network)),
      changed_(network.ground() + 1, 0) {}

bool FlowBalancer::Balance(const BalanceEffort& effort) {
  return BalanceAll(FlowWay::kForward, effort) && BalanceAll(FlowWay::kBackward, effort);
}

bool FlowBalancer::Balanced() const {
  for (int32_t node = network_.first_resource(); node < network_.ground(); ++node) {
    if (network_.resource(node).balance != 0) return false;
  }
  return true;
}

Units FlowBalancer::Wrong(FlowWay way, int32_t node) const {
  const Units balance = network_.resource(node).balance;
  return way == FlowWay::kForward ? balance : -balance;
}

bool FlowBalancer::BalanceAll(FlowWay way, const BalanceEffort& effort) {
  waiting_.clear();
  for (int32_t node = network_.first_resource(); node < network_.ground(); ++node) {
    if (Wrong(way, node) > 0) waiting_.push_back(node);
  }
  for (int32_t size = kBatchMin; !waiting_.empty();) {
    if (stop_() || looks_ > effort.looks_max) return false;
    const auto count = std::min(size, static_cast<int32_t>(waiting_.size()));
    batch_.assign(waiting_.begin(), waiting_.begin() + count);
    waiting_.erase(waiting_.begin(), waiting_.begin() + count);
    const int64_t looks = SearchBatch(way, effort);
    const int32_t met = CarryOutBatch(way);
    looks_ += looks;
    if (met > count / kManyMet || looks > kBatchLooks) {
      size = std::max(kBatchMin, size / 2);
    } else if (met <= count / kFewMet) {
      size = std::min(kBatchMax, size * 2);
    }
  }
  return true;
}

int64_t FlowBalancer::SearchBatch(FlowWay way, const BalanceEffort& effort) {
  if (paths_.size() < batch_.size()) paths_.resize(batch_.size());
  std::atomic<size_t> next = 0;
  workers_.ForEach(static_cast<int64_t>(lanes_.size()), [&](int64_t lane) {
    for (size_t i = next++; i < batch_.size(); i = next++) {
      lanes_[lane].Find(way, batch_[i], effort.distance_max, effort.search_looks_max, paths_[i]);
    }
  });
  int64_t looks = 0;
  for (size_t i = 0; i < batch_.size(); ++i) looks += paths_[i].looks;
  return looks;
}

int32_t FlowBalancer::CarryOutBatch(FlowWay way) {
  ++batch_count_;
  int32_t met = 0;
  for (size_t i = 0; i < batch_.size(); ++i) {
    const int32_t source = batch_[i];
    const FlowPath& path = paths_[i];
    const bool claimed = Claim(source, path);
    if (claimed) CarryOut(way, source, path);
    met += claimed ? 0 : 1;
    // Where there was no path within the effort, there will be none now.
    const bool done = claimed && (path.arcs.empty() || Wrong(way, source) == 0);
    if (!done) waiting_.push_back(source);
  }
  return met;
}

bool FlowBalancer::Claim(int32_t source, const FlowPath& path) {
  const int32_t end = path.end(source);
  bool met = end != network_.ground() && changed_[end] == batch_count_;
  for (const auto& [node, distance] : path.passed) met |= changed_[node] == batch_count_;
  if (met) return false;
  changed_[end] = batch_count_;
  for (const auto& [node, distance] : path.passed) changed_[node] = batch_count_;
  return true;
}

void FlowBalancer::CarryOut(FlowWay way, int32_t source, const FlowPath& path) {
  const int sign = way == FlowWay::kForward ? 1 : -1;
  for (const auto& [node, distance] : path.passed) network_.Reprice(node, sign * (path.distance - distance));
  if (path.arcs.empty()) return;
  const int32_t end = path.end(source);
  Units units = Wrong(way, source);
  if (end != network_.ground()) units = std::min(units, -Wrong(way, end));
  for (const FlowPath::Arc& arc : path.arcs) units = std::min(units, FlowRoom(network_, way, arc));
  for (const FlowPath::Arc& arc : path.arcs) Push(network_, way, arc, static_cast<int32_t>(units));
  network_.resource(source).balance -= sign * units;
  if (end != network_.ground()) network_.resource(end).balance += sign * units;
}

}  // namespace ayni::matcher
