#include "matcher/assignment.h"

#include <algorithm>

namespace ayni::matcher {

Assignment::Assignment(const Problem& problem, const Slots& slots)
    : problem_(problem),
      slots_(slots),
      edge_units_(problem.edge_offer.size(), 0),
      edge_need_(problem.edge_offer.size()),
      need_left_(problem.need_demand),
      resource_left_(slots.resource_room),
      edges_on_(slots.resource_room.size()),
      listed_(problem.edge_offer.size(), false) {
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    std::fill(edge_need_.begin() + problem.need_edge_begin[n],
              edge_need_.begin() + problem.need_edge_begin[n + 1], n);
  }
}

Units Assignment::ResourceRoom(int64_t edge) const {
  Units room = problem_.edge_bound[edge] - edge_units_[edge];
  for (const int32_t r : slots_.resources(slots_.edge_slot[edge])) room = std::min(room, resource_left_[r]);
  return room;
}

Units Assignment::Room(int64_t edge) const {
  const Units room = std::min(need_left_[edge_need_[edge]], ResourceRoom(edge));
  return edge_units_[edge] + room < slots_.slot_lot[slots_.edge_slot[edge]] ? 0 : room;
}

void Assignment::Change(int64_t edge, Units delta) {
  edge_units_[edge] += delta;
  need_left_[edge_need_[edge]] -= delta;
  const int32_t slot = slots_.edge_slot[edge];
  if (slots_.has_floors()) ChangeFloors(slot, delta);
  for (const int32_t r : slots_.resources(slot)) resource_left_[r] -= delta;
  if (!listed_[edge]) {
    listed_[edge] = true;
    for (const int32_t r : slots_.resources(slot)) edges_on_[r].push_back(edge);
  }
}

void Assignment::ChangeFloors(int32_t slot, Units delta) {
  for (const int32_t r : slots_.resources(slot)) {
    const Units lacks = resource_lacks(r);
    floor_gain_ += slots_.penalty(r) * (std::max<Units>(0, lacks) - std::max<Units>(0, lacks - delta));
  }
}

void Assignment::Add(int64_t edge, Units units) {
  Change(edge, units);
  history_.push_back({edge, units});
}

Units Assignment::Take(int64_t edge, Units units) {
  const Units rest = edge_units_[edge] - units;
  const Units taken = rest < slots_.slot_lot[slots_.edge_slot[edge]] ? edge_units_[edge] : units;
  Change(edge, -taken);
  history_.push_back({edge, -taken});
  return taken;
}

void Assignment::Relist(const std::function<std::pair<int64_t, uint64_t>(int64_t edge)>& key_of) {
  for (std::vector<int64_t>& edges : edges_on_) {
    std::erase_if(edges, [this](int64_t edge) {
      if (edge_units_[edge] > 0) return false;
      listed_[edge] = false;
      return true;
    });
    keyed_.clear();
    for (const int64_t edge : edges) keyed_.emplace_back(key_of(edge), edge);
    std::sort(keyed_.rbegin(), keyed_.rend());
    for (size_t i = 0; i < edges.size(); ++i) edges[i] = keyed_[i].second;
  }
}

void Assignment::BackTo(size_t mark) {
  while (history_.size() > mark) {
    Change(history_.back().edge, -history_.back().delta);
    history_.pop_back();
  }
}

int64_t Assignment::HistoryGain() const {
  int64_t gain = floor_gain_ - forgotten_floor_gain_;
  for (const Step& step : history_) gain += step.delta * problem_.edge_weight[step.edge];
  return gain;
}

}  // namespace ayni::matcher
