#include "matcher/flow_network.h"

#include <algorithm>
#include <numeric>

namespace ayni::matcher {
namespace {

constexpr int32_t kStopEvery = 4'096;  // needs between two looks at `stop`

}  // namespace

FlowNetwork::FlowNetwork(const Problem& problem, const Slots& slots, const Forest& forest,
                         const Prices& prices)
    : problem_(problem),
      slots_(slots),
      forest_(forest),
      needs_(problem.need_demand.size() + 1),
      resources_(slots.resource_room.size() + 1) {
  const int32_t count = slots.resource_count();
  for (int32_t i = 0; i < problem.need_count(); ++i)
    needs_[i].left = problem.need_demand[slots.need_order[i]];
  for (int32_t r = 0; r < count; ++r) {
    const int32_t parent = forest.parent[r];
    resources_[r].room = static_cast<int32_t>(slots.resource_room[r]);
    resources_[r].parent = parent < 0 ? ground() : first_resource() + parent;
    if (parent < 0) parents_first_.push_back(r);
    if (parent >= 0) ++resources_[parent + 1].child_begin;
  }
  for (int32_t r = 0; r < count; ++r) resources_[r + 1].child_begin += resources_[r].child_begin;
  children_.resize(resources_[count].child_begin);
  std::vector<int32_t> given(count, 0);
  for (int32_t r = 0; r < count; ++r) {
    const int32_t parent = forest.parent[r];
    if (parent >= 0) children_[resources_[parent].child_begin + given[parent]++] = first_resource() + r;
  }
  const std::vector<int64_t> price = ByResource(prices);
  for (size_t i = 0; i < parents_first_.size(); ++i) {
    const int32_t r = parents_first_[i];
    resources_[r].price = price[r] / kPriceScale + resource(resources_[r].parent).price;
    for (int32_t c = resources_[r].child_begin; c < resources_[r + 1].child_begin; ++c) {
      parents_first_.push_back(children_[c] - first_resource());
    }
  }
}

bool FlowNetwork::SetEdges(const NearEdges& near, const std::function<bool()>& stop) {
  before_.swap(edges_);
  before_id_.swap(edge_id_);
  edges_.clear();
  edge_id_.clear();
  next_before_ = 0;
  std::vector<int32_t> first(needs_.size(), 0);  // of near, by need of the problem
  for (const int32_t n : near.need) ++first[n + 1];
  std::partial_sum(first.begin(), first.end(), first.begin());
  edges_.reserve(near.count());
  edge_id_.reserve(near.count());
  std::vector<Units> inflow(slots_.resource_count(), 0);
  for (int32_t i = 0; i < first_resource(); ++i) {
    if (i % kStopEvery == 0 && stop()) return false;
    const int32_t n = slots_.need_order[i];
    if (TakeEdges(i, near, first[n], first[n + 1])) Choose(i, inflow);
  }
  SortEdgesIn();
  PassOn(inflow);
  return true;
}

bool FlowNetwork::TakeEdges(int32_t node, const NearEdges& near, int32_t begin, int32_t end) {
  bool better = false;
  for (int32_t i = begin; i < end; ++i) {
    const int64_t e = near.edge[i];
    const int32_t entry = forest_.entry[slots_.edge_slot[e]];
    const Units most = std::min(problem_.edge_bound[e], problem_.need_demand[near.need[i]]);
    Edge edge{node, entry < 0 ? ground() : first_resource() + entry, problem_.edge_weight[e],
              static_cast<int32_t>(most), 0};
    if (next_before_ < before_.size() && before_id_[next_before_] == e) {
      edge.units = before_[next_before_++].units;
    } else {
      better |= edge.weight - resource(edge.entry).price + needs_[node].price > 0;
    }
    edges_.push_back(edge);
    edge_id_.push_back(e);
  }
  needs_[node].begin = edge_count() - (end - begin);
  needs_[node + 1].begin = edge_count();
  return better;
}

void FlowNetwork::SortEdgesIn() {
  for (Resource& resource : resources_) resource.in_begin = 0;
  for (const Edge& edge : edges_) ++resource(edge.entry).in_begin;
  int32_t begin = 0;
  for (Resource& resource : resources_) {
    const int32_t own = resource.in_begin;
    resource.in_begin = begin;
    begin += own;
  }
  edges_in_.resize(edges_.size());
  std::vector<int32_t> given(resources_.size(), 0);
  for (int32_t i = 0; i < edge_count(); ++i) {
    const int32_t r = edges_[i].entry - first_resource();
    edges_in_[resources_[r].in_begin + given[r]++] = i;
  }
}

// The best edges at the prices as they are.
void FlowNetwork::Choose(int32_t node, std::vector<Units>& inflow) {
  Need& need = needs_[node];
  by_gain_.clear();
  Units left = need.left;
  const int32_t end = edge_count();
  for (int32_t i = need.begin; i < end; ++i) {
    Edge& edge = edges_[i];
    const int64_t gain = edge.weight - resource(edge.entry).price;
    if (gain > 0) by_gain_.emplace_back(-gain, i);
    left += edge.units;
    if (edge.entry != ground()) inflow[edge.entry - first_resource()] -= edge.units;
    edge.units = 0;
  }
  std::sort(by_gain_.begin(), by_gain_.end());
  need.price = 0;
  for (const auto& [minus_gain, i] : by_gain_) {
    Edge& edge = edges_[i];
    edge.units = static_cast<int32_t>(std::min<Units>(left, edge.most));
    left -= edge.units;
    if (edge.entry != ground()) inflow[edge.entry - first_resource()] += edge.units;
    if (left > 0) continue;
    need.price = minus_gain;
    break;
  }
  need.left = left;
}

// What more flows in flows on as far as the prices let it.
void FlowNetwork::PassOn(const std::vector<Units>& inflow) {
  for (size_t i = parents_first_.size(); i-- > 0;) {
    const int32_t r = parents_first_[i];
    Resource& resource = resources_[r];
    Resource& parent = this->resource(resource.parent);
    resource.balance += inflow[r];
    Units up = std::clamp<Units>(resource.up + resource.balance, 0, resource.room);
    if (resource.price > parent.price) up = resource.room;
    if (resource.price < parent.price) up = 0;
    resource.balance -= up - resource.up;
    if (forest_.parent[r] >= 0) parent.balance += up - resource.up;
    resource.up = static_cast<int32_t>(up);
  }
}

Prices FlowNetwork::PricesOfProblem() const {
  // A resource that costs less than its parent has no units: it could as well cost as much.
  std::vector<int64_t> all(resources_.size(), 0);
  std::vector<int64_t> own(resources_.size() - 1, 0);
  for (const int32_t r : parents_first_) {
    const int64_t above = all[resources_[r].parent - first_resource()];
    all[r] = std::max(resources_[r].price, above);
    own[r] = (all[r] - above) * kPriceScale;
  }
  Prices prices;
  prices.need.resize(problem_.need_demand.size());
  for (int32_t i = 0; i < first_resource(); ++i)
    prices.need[slots_.need_order[i]] = -needs_[i].price * kPriceScale;
  prices.offer.assign(own.begin(), own.begin() + slots_.tap_begin);
  prices.tap.assign(own.begin() + slots_.tap_begin, own.begin() + slots_.cell_begin);
  prices.cell.assign(own.begin() + slots_.cell_begin, own.end());
  return prices;
}

}  // namespace ayni::matcher
