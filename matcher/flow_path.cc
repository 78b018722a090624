#include "matcher/flow_path.h"

#include <algorithm>
#include <functional>

namespace ayni::matcher {
namespace {

constexpr int32_t kNone = -1;

}  // namespace

FlowSearch::FlowSearch(const FlowNetwork& network) : network_(network), marks_(network.ground() + 1) {}

void FlowSearch::Reach(int32_t node, int64_t distance, int32_t from, int32_t edge) {
  ++looks_;
  if (distance > distance_max_) return;
  Mark& mark = marks_[node];
  if (mark.search == search_ && mark.distance <= distance) return;
  mark = {distance, search_, from, edge, false};
  heap_.push_back(static_cast<uint64_t>(distance) << 32 | static_cast<uint32_t>(node));
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
}

template <FlowWay kWay>
void FlowSearch::PassNeed(int32_t node, int64_t distance) {
  constexpr bool kForward = kWay == FlowWay::kForward;
  constexpr int64_t kSign = kForward ? 1 : -1;
  const FlowNetwork::Need& need = network_.need(node);
  const int32_t end = network_.need(node + 1).begin;
  for (int32_t i = need.begin; i < end; ++i) {
    const FlowNetwork::Edge& edge = network_.edge(i);
    if (edge.units == (kForward ? edge.most : 0)) continue;
    const int64_t cost = network_.resource(edge.entry).price - need.price - edge.weight;
    Reach(edge.entry, distance + kSign * cost, node, i);
  }
  if (kForward || need.left > 0) Reach(network_.ground(), distance - kSign * need.price, node, kNone);
}

template <FlowWay kWay>
void FlowSearch::PassResource(int32_t node, int64_t distance) {
  constexpr bool kForward = kWay == FlowWay::kForward;
  constexpr int64_t kSign = kForward ? 1 : -1;
  const FlowNetwork::Resource& resource = network_.resource(node);
  const FlowNetwork::Resource& next = (&resource)[1];
  if (resource.up != (kForward ? resource.room : 0)) {
    const int64_t cost = network_.resource(resource.parent).price - resource.price;
    Reach(resource.parent, distance + kSign * cost, node, kNone);
  }
  for (int32_t i = resource.child_begin; i < next.child_begin; ++i) {
    const int32_t child_node = network_.children()[i];
    const FlowNetwork::Resource& child = network_.resource(child_node);
    if (child.up == (kForward ? 0 : child.room)) continue;
    Reach(child_node, distance + kSign * (child.price - resource.price), node, kNone);
  }
  for (int32_t i = resource.in_begin; i < next.in_begin; ++i) {
    const FlowNetwork::Edge& edge = network_.edge(network_.edges_in()[i]);
    if (edge.units == (kForward ? 0 : edge.most)) continue;
    const int64_t cost = resource.price - network_.need(edge.need).price - edge.weight;
    Reach(edge.need, distance - kSign * cost, node, network_.edges_in()[i]);
  }
}

template <FlowWay kWay>
void FlowSearch::Search(int32_t source, int64_t looks_max, FlowPath& path) {
  const auto is_end = [&](int32_t node) {
    if (network_.IsNeed(node)) return false;
    const Units balance = network_.resource(node).balance;
    return node == network_.ground() || (kWay == FlowWay::kForward ? balance < 0 : balance > 0);
  };
  Reach(source, 0, kNone, kNone);
  while (true) {
    if (heap_.empty()) {
      path.distance = distance_max_;
      return;
    }
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    const auto node = static_cast<int32_t>(heap_.back() & UINT32_MAX);
    path.distance = static_cast<int64_t>(heap_.back() >> 32);
    heap_.pop_back();
    if (marks_[node].passed) continue;
    if (is_end(node)) {
      for (int32_t at = node; at != source; at = marks_[at].from) {
        path.arcs.push_back({marks_[at].from, at, marks_[at].edge});
      }
      return;
    }
    if (looks_ > looks_max) return;
    marks_[node].passed = true;
    path.passed.emplace_back(node, path.distance);
    if (network_.IsNeed(node)) {
      PassNeed<kWay>(node, path.distance);
    } else {
      PassResource<kWay>(node, path.distance);
    }
  }
}

void FlowSearch::Find(FlowWay way, int32_t source, int64_t distance_max, int64_t looks_max, FlowPath& path) {
  ++search_;
  heap_.clear();
  distance_max_ = distance_max;
  looks_ = 0;
  path.passed.clear();
  path.arcs.clear();
  if (way == FlowWay::kForward) {
    Search<FlowWay::kForward>(source, looks_max, path);
  } else {
    Search<FlowWay::kBackward>(source, looks_max, path);
  }
  path.looks = looks_;
}

int64_t FlowRoom(const FlowNetwork& network, FlowWay way, const FlowPath::Arc& arc) {
  const bool forward = way == FlowWay::kForward;
  if (arc.edge >= 0) {
    const FlowNetwork::Edge& edge = network.edge(arc.edge);
    return network.IsNeed(arc.from) == forward ? edge.most - edge.units : edge.units;
  }
  if (network.IsNeed(arc.from)) return forward ? kUnitsMax : network.need(arc.from).left;
  const FlowNetwork::Resource& from = network.resource(arc.from);
  if (from.parent == arc.to) return forward ? from.room - from.up : from.up;
  const FlowNetwork::Resource& to = network.resource(arc.to);
  return forward ? to.up : to.room - to.up;
}

void Push(FlowNetwork& network, FlowWay way, const FlowPath::Arc& arc, int32_t units) {
  if (way == FlowWay::kBackward) units = -units;
  if (arc.edge >= 0) {
    network.edge(arc.edge).units += network.IsNeed(arc.from) ? units : -units;
  } else if (network.IsNeed(arc.from)) {
    network.need(arc.from).left += units;
  } else if (network.resource(arc.from).parent == arc.to) {
    network.resource(arc.from).up += units;
  } else {
    network.resource(arc.to).up -= units;
  }
}

}  // namespace ayni::matcher
