#include "matcher/chain_finder.h"

#include <algorithm>
#include <limits>

#include "absl/types/span.h"
#include "matcher/rounding.h"

namespace ayni::matcher {
namespace {

constexpr int kPlacesMax = 12;             // edges that a need looks at in one place of a chain
constexpr int kVictimsMax = 64;            // edges on one resource that are weighed against one another
constexpr int kFillersMax = 96;            // edges that may fill what a chain leaves
constexpr size_t kFillersSeenMax = 1'024;  // edges that are asked whether they may

}  // namespace

ChainFinder::ChainFinder(const Problem& problem, const Slots& slots, const ChainGraph& graph,
                         const Assignment& assignment, uint64_t seed)
    : problem_(problem),
      slots_(slots),
      graph_(graph),
      assignment_(assignment),
      seed_(seed),
      seen_(problem.need_demand.size(), 0) {}

bool ChainFinder::On(int64_t edge, int32_t resource) const {
  const auto resources = slots_.resources(slots_.edge_slot[edge]);
  return std::find(resources.begin(), resources.end(), resource) != resources.end();
}

bool ChainFinder::Free(int32_t resource, const Node& node) const {
  return assignment_.resource_left(resource) > 0 || Left(resource, node);
}

bool ChainFinder::Left(int32_t resource, const Node& node) const {
  if (node.released < 0 || !On(node.released, resource)) return false;
  return node.taken < 0 || !On(node.taken, resource);
}

int64_t ChainFinder::FloorLost(int32_t resource) const {
  return assignment_.resource_lacks(resource) >= 0 ? slots_.penalty(resource) * kPriceScale : 0;
}

int64_t ChainFinder::FloorsLost(int64_t released, int64_t taken) const {
  if (!slots_.has_floors()) return 0;
  int64_t lost = 0;
  for (const int32_t r : slots_.resources(slots_.edge_slot[released])) {
    if (slots_.penalty(r) > 0 && (taken < 0 || !On(taken, r))) lost += FloorLost(r);
  }
  return lost;
}

int64_t ChainFinder::FloorsSaved(int64_t taken, const Node& node, int64_t released) const {
  if (!slots_.has_floors()) return 0;
  int64_t saved = 0;
  for (const int32_t r : slots_.resources(slots_.edge_slot[taken])) {
    if (slots_.penalty(r) == 0 || (released >= 0 && On(released, r))) continue;
    if (assignment_.resource_lacks(r) + (Left(r, node) ? 1 : 0) > 0) saved += slots_.penalty(r) * kPriceScale;
  }
  return saved;
}

void ChainFinder::Begin() {
  nodes_.clear();
  queue_.clear();
  ++stamp_;
  best_gain_ = 0;
  best_node_ = -1;
  best_edge_ = -1;
}

void ChainFinder::Push(Node node, int64_t key) {
  if (key <= best_gain_) return;
  nodes_.push_back(node);
  queue_.emplace_back(key, -static_cast<int32_t>(nodes_.size() - 1));
  std::push_heap(queue_.begin(), queue_.end());
}

int32_t ChainFinder::Pop() {
  while (!queue_.empty()) {
    std::pop_heap(queue_.begin(), queue_.end());
    const auto [key, minus_node] = queue_.back();
    queue_.pop_back();
    if (key <= best_gain_) return -1;
    if (Seen(nodes_[-minus_node].need)) continue;
    seen_[nodes_[-minus_node].need] = stamp_;
    return -minus_node;
  }
  return -1;
}

void ChainFinder::End(int32_t node, int64_t edge, int64_t gain) {
  if (gain <= best_gain_) return;
  best_gain_ = gain;
  best_node_ = node;
  best_edge_ = edge;
}

Chain ChainFinder::FromNeed(int32_t need, int64_t released, int nodes_max) {
  Begin();
  const int64_t gain = released >= 0 ? -Weight(released) - FloorsLost(released, -1) : 0;
  Push({need, -1, released, -1, gain}, std::numeric_limits<int64_t>::max());
  Chain chain;
  for (int32_t at = 0; chain.nodes < nodes_max && (at = Pop()) >= 0; ++chain.nodes) ExpandNeed(at);
  if (best_node_ < 0) return chain;
  chain.units = released >= 0 ? assignment_.units(released) : assignment_.need_left(need);
  chain.steps.push_back({-1, best_edge_});
  for (int32_t at = best_node_; nodes_[at].parent >= 0; at = nodes_[at].parent) {
    chain.steps.push_back({nodes_[at].released, nodes_[at].taken});
  }
  if (released >= 0) chain.steps.push_back({released, -1});
  std::reverse(chain.steps.begin(), chain.steps.end());
  return chain;
}

Chain ChainFinder::FromHole(int32_t resource, int64_t released, int nodes_max) {
  Chain chain;
  if (released < 0 && assignment_.resource_left(resource) == 0) return chain;
  Begin();
  nodes_.push_back({-1, -1, released, -1, released < 0 ? 0 : -Weight(released) - FloorsLost(released, -1)});
  ExpandHole(0, resource);
  for (int32_t at = 0; ++chain.nodes < nodes_max && (at = Pop()) >= 0;) ExpandHole(at, -1);
  if (best_node_ < 0) return chain;
  if (best_edge_ >= 0) chain.steps.push_back({-1, best_edge_});
  for (int32_t at = best_node_; at > 0; at = nodes_[at].parent) {
    chain.steps.push_back({nodes_[at].released, nodes_[at].taken});
  }
  if (released >= 0) chain.steps.push_back({released, -1});
  std::reverse(chain.steps.begin(), chain.steps.end());
  if (released >= 0) {
    chain.units = assignment_.units(released);
    return chain;
  }
  const Units left = assignment_.resource_left(resource), lacks = assignment_.resource_lacks(resource);
  chain.units = lacks > 0 ? std::min(left, lacks) : left;
  return chain;
}

void ChainFinder::ExpandNeed(int32_t at) {
  const Node node = nodes_[at];
  int places = 0;
  for (const Near& near : graph_.OfNeed(node.need)) {
    if (near.edge == node.released || assignment_.units(near.edge) >= problem_.edge_bound[near.edge])
      continue;
    if (++places > kPlacesMax) break;
    blocked_.clear();
    for (const int32_t r : slots_.resources(near.slot)) {
      if (!Free(r, node)) blocked_.push_back(r);
    }
    if (blocked_.empty()) {
      End(at, near.edge, node.gain + Weight(near.edge) + FloorsSaved(near.edge, node, -1));
    } else {
      ReleaseFrom(at, near);
    }
  }
}

// One edge that lies on all of the blocked resources has to give way.
void ChainFinder::ReleaseFrom(int32_t at, const Near& near) {
  const int32_t narrowest = *std::min_element(blocked_.begin(), blocked_.end(), [this](int32_t a, int32_t b) {
    return assignment_.edges_on(a).size() < assignment_.edges_on(b).size();
  });
  const std::vector<NeedEdge>& edges = assignment_.edges_on(narrowest);
  // Half of those weighed have the most slack, half stand anywhere in the list.
  int weighed = 0;
  size_t next = 0;
  for (; next < edges.size() && weighed < kVictimsMax / 2; ++next) weighed += Weigh(at, near, edges[next]);
  const size_t rest = edges.size() - next;
  const size_t start = rest == 0 ? 0 : TieOf(seed_, near.edge) % rest;
  for (size_t i = 0; i < rest && weighed < kVictimsMax; ++i) {
    weighed += Weigh(at, near, edges[next + (start + i < rest ? start + i : start + i - rest)]);
  }
}

bool ChainFinder::Weigh(int32_t at, const Near& near, const NeedEdge& victim) {
  if (assignment_.units(victim.edge) == 0 || Seen(victim.need)) return false;
  const int64_t gain = nodes_[at].gain + Weight(near.edge) + FloorsSaved(near.edge, nodes_[at], victim.edge) -
                       Weight(victim.edge) - FloorsLost(victim.edge, near.edge);
  const int64_t key = gain + graph_.need_price[victim.need];
  if (key <= best_gain_) return true;
  if (!std::all_of(blocked_.begin(), blocked_.end(), [&](int32_t r) { return On(victim.edge, r); }))
    return true;
  Push({victim.need, at, victim.edge, near.edge, gain}, key);
  if (gain > best_gain_) End(static_cast<int32_t>(nodes_.size()) - 1, -1, gain);
  return true;
}

int32_t ChainFinder::DearestLeft(const Node& node) const {
  int64_t dearest = 0;
  int32_t resource = -1;
  for (const int32_t r : slots_.resources(slots_.edge_slot[node.released])) {
    const int64_t price = std::max<int64_t>(0, graph_.resource_price[r]) + FloorLost(r);
    if (price <= dearest || (node.taken >= 0 && On(node.taken, r))) continue;
    dearest = price;
    resource = r;
  }
  return resource;
}

void ChainFinder::ExpandHole(int32_t at, int32_t resource) {
  const Node node = nodes_[at];
  if (resource < 0) resource = DearestLeft(node);
  if (resource < 0) return;
  int fillers = 0;
  for (const int32_t place : graph_.OfResource(resource).subspan(0, kFillersSeenMax)) {
    if (fillers == kFillersMax) break;
    const Near& near = graph_.near[place];
    if (Seen(near.need) || assignment_.units(near.edge) >= problem_.edge_bound[near.edge]) continue;
    blocked_.clear();
    for (const int32_t r : slots_.resources(near.slot)) {
      if (!Free(r, node)) blocked_.push_back(r);
    }
    fillers += FillHole(at, near);
  }
}

bool ChainFinder::FillHole(int32_t at, const Near& near) {
  const int64_t gain = nodes_[at].gain + Weight(near.edge);
  const size_t nodes_before = nodes_.size();
  const int64_t best_before = best_gain_;
  if (assignment_.need_left(near.need) > 0 && blocked_.empty()) {
    End(at, near.edge, gain + FloorsSaved(near.edge, nodes_[at], -1));
  }
  for (const Near& own : graph_.OfNeed(near.need)) {
    if (own.edge == near.edge || assignment_.units(own.edge) == 0) continue;
    if (!std::all_of(blocked_.begin(), blocked_.end(), [&](int32_t r) { return On(own.edge, r); })) continue;
    const int64_t after = gain + FloorsSaved(near.edge, nodes_[at], own.edge) - Weight(own.edge) -
                          FloorsLost(own.edge, near.edge);
    int64_t left_price = 0;
    for (const int32_t r : slots_.resources(own.slot)) {
      if (!On(near.edge, r)) left_price += std::max<int64_t>(0, graph_.resource_price[r]) + FloorLost(r);
    }
    if (after + left_price <= best_gain_) continue;
    Push({near.need, at, own.edge, near.edge, after}, after + left_price);
    if (after > best_gain_) End(static_cast<int32_t>(nodes_.size()) - 1, -1, after);
  }
  return nodes_.size() > nodes_before || best_gain_ > best_before;
}

}  // namespace ayni::matcher
