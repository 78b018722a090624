#include "matcher/assignment.h"

#include <algorithm>
#include <tuple>

namespace ayni::matcher {
namespace {

constexpr int64_t kResourcesAtOnce = 1'024;

}  // namespace

Assignment::Assignment(const Problem& problem, const Slots& slots)
    : problem_(problem),
      slots_(slots),
      edge_units_(problem.edge_offer.size(), 0),
      need_left_(problem.need_demand),
      resource_left_(slots.resource_room),
      edges_on_(slots.resource_room.size()),
      listed_(problem.edge_offer.size(), false) {}

int32_t Assignment::need_of(int64_t edge) const {
  const std::vector<int64_t>& begin = problem_.need_edge_begin;
  return static_cast<int32_t>(std::upper_bound(begin.begin(), begin.end(), edge) - begin.begin()) - 1;
}

Units Assignment::Room(NeedEdge edge) const {
  const int32_t slot = slots_.edge_slot[edge.edge];
  const Units has = edge_units_[edge.edge];
  Units room = std::min(need_left_[edge.need], problem_.edge_bound[edge.edge] - has);
  for (const int32_t r : slots_.resources(slot)) room = std::min(room, resource_left_[r]);
  return has + room < slots_.slot_lot[slot] ? 0 : room;
}

void Assignment::Change(NeedEdge edge, Units delta) {
  edge_units_[edge.edge] += static_cast<int32_t>(delta);
  gain_ += delta * problem_.edge_weight[edge.edge];
  need_left_[edge.need] -= delta;
  const int32_t slot = slots_.edge_slot[edge.edge];
  if (slots_.has_floors()) ChangeFloors(slot, delta);
  for (const int32_t r : slots_.resources(slot)) resource_left_[r] -= delta;
  if (listed_[edge.edge]) return;
  listed_[edge.edge] = true;
  edges_.push_back(edge);
  for (const int32_t r : slots_.resources(slot)) edges_on_[r].push_back(edge);
}

void Assignment::ChangeFloors(int32_t slot, Units delta) {
  for (const int32_t r : slots_.resources(slot)) {
    const Units lacks = resource_lacks(r);
    gain_ += slots_.penalty(r) * (std::max<Units>(0, lacks) - std::max<Units>(0, lacks - delta));
  }
}

void Assignment::Add(NeedEdge edge, Units units) {
  Change(edge, units);
  history_.push_back({edge, units});
}

Units Assignment::Take(NeedEdge edge, Units units) {
  const Units has = edge_units_[edge.edge], rest = has - units;
  const Units taken = rest < slots_.slot_lot[slots_.edge_slot[edge.edge]] ? has : units;
  Change(edge, -taken);
  history_.push_back({edge, -taken});
  return taken;
}

void Assignment::Relist(Workers& workers,
                        absl::FunctionRef<std::pair<int64_t, uint64_t>(const NeedEdge& edge)> key_of) {
  const auto is_idle = [this](const NeedEdge& edge) { return edge_units_[edge.edge] == 0; };
  const auto resources = static_cast<int64_t>(edges_on_.size());
  workers.ForEach((resources + kResourcesAtOnce - 1) / kResourcesAtOnce, [&](int64_t chunk) {
    std::vector<std::tuple<std::pair<int64_t, uint64_t>, int64_t, int32_t>> keyed;
    const int64_t end = std::min(resources, (chunk + 1) * kResourcesAtOnce);
    for (int64_t r = chunk * kResourcesAtOnce; r < end; ++r) {
      std::vector<NeedEdge>& edges = edges_on_[r];
      std::erase_if(edges, is_idle);
      keyed.clear();
      for (const NeedEdge& edge : edges) keyed.emplace_back(key_of(edge), edge.edge, edge.need);
      std::sort(keyed.rbegin(), keyed.rend());
      for (size_t i = 0; i < edges.size(); ++i) edges[i] = {std::get<1>(keyed[i]), std::get<2>(keyed[i])};
    }
  });
  std::erase_if(edges_, [&](const NeedEdge& edge) {
    if (is_idle(edge)) listed_[edge.edge] = false;
    return is_idle(edge);
  });
}

void Assignment::BackTo(size_t mark) {
  while (history_.size() > mark) {
    Change(history_.back().edge, -history_.back().delta);
    history_.pop_back();
  }
}

}  // namespace ayni::matcher
