#include "matcher/chain.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "matcher/rounding.h"

namespace ayni::matcher {
namespace {

constexpr int64_t kSlackMax =
    kWeightMax * kPriceScale / 50;          // an edge of more slack is in no solution near the bound
constexpr int kPlacesMax = 12;              // edges that a need looks at in one place of a chain
constexpr int kVictimsMax = 64;             // edges on one resource that are weighed against one another
constexpr int kFillersMax = 96;             // edges that may fill what a chain leaves
constexpr int64_t kFillersSeenMax = 1'024;  // edges that are asked whether they may
// Of one sweep: seldom a tenth of it is needed, but equal weights leave thousands of losses that nothing
// mends.
constexpr int64_t kSweepNodesMin = 2'000;
constexpr int64_t kStopEveryNodes = 256;
constexpr int kStopEveryNeeds = 2'048;
constexpr int kStopEvery = 16;  // chains between two looks at `stop`

}  // namespace

ChainSearch::ChainSearch(const Problem& problem, const Slots& slots, const Prices& prices, uint64_t seed,
                         Assignment& assignment, const std::function<bool()>& stop)
    : problem_(problem),
      slots_(slots),
      seed_(seed),
      assignment_(assignment),
      stop_(stop),
      need_price_(prices.need),
      resource_price_(prices.offer),
      seen_(problem.need_demand.size(), 0) {
  resource_price_.insert(resource_price_.end(), prices.tap.begin(), prices.tap.end());
  resource_price_.insert(resource_price_.end(), prices.cell.begin(), prices.cell.end());
  PriceSlots();
  FindNear();
  IndexByResource();
}

int64_t ChainSearch::Slack(int64_t edge) const {
  return need_price_[assignment_.need_of(edge)] + slot_price_[slots_.edge_slot[edge]] - Weight(edge);
}

void ChainSearch::PriceSlots() {
  slot_price_.resize(slots_.slot_count(), 0);
  for (int32_t s = 0; s < slots_.slot_count(); ++s) {
    for (const int32_t r : slots_.resources(s)) slot_price_[s] += resource_price_[r];
  }
}

void ChainSearch::FindNear() {
  need_begin_.push_back(0);
  bool stopped = false;
  for (int32_t n = 0; n < problem_.need_count(); ++n) {
    stopped = stopped || (n % kStopEveryNeeds == 0 && stop_());
    if (stopped) {
      // Without edges there is nothing to search for.
      need_begin_.push_back(static_cast<int64_t>(near_.size()));
      continue;
    }
    for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
      const int64_t slack = Slack(e);
      if (slack <= kSlackMax || assignment_.units(e) > 0) near_.push_back({e, slack, slots_.edge_slot[e], n});
    }
    std::sort(near_.begin() + need_begin_.back(), near_.end(), [this](const Near& a, const Near& b) {
      return std::tuple(a.slack, TieOf(seed_, a.edge)) < std::tuple(b.slack, TieOf(seed_, b.edge));
    });
    need_begin_.push_back(static_cast<int64_t>(near_.size()));
  }
}

void ChainSearch::IndexByResource() {
  resource_begin_.assign(slots_.resource_count() + 1, 0);
  const auto for_each = [this](auto visit) {
    for (size_t i = 0; i < near_.size(); ++i) {
      for (const int32_t r : slots_.resources(near_[i].slot)) {
        if (resource_price_[r] <= 0 && slots_.penalty(r) == 0) continue;
        if (slots_.resource_room[r] > 0) visit(r, static_cast<int32_t>(i));
      }
    }
  };
  for_each([this](int32_t r, int32_t) { ++resource_begin_[r + 1]; });
  for (int32_t r = 0; r < slots_.resource_count(); ++r) resource_begin_[r + 1] += resource_begin_[r];
  resource_near_.resize(resource_begin_.back());
  std::vector<int64_t> next(resource_begin_.begin(), resource_begin_.end() - 1);
  for_each([&](int32_t r, int32_t i) { resource_near_[next[r]++] = i; });
  for (int32_t r = 0; r < slots_.resource_count(); ++r) {
    std::sort(
        resource_near_.begin() + resource_begin_[r], resource_near_.begin() + resource_begin_[r + 1],
        [this](int32_t a, int32_t b) { return std::pair(near_[a].slack, a) < std::pair(near_[b].slack, b); });
  }
}

absl::Span<const ChainSearch::Near> ChainSearch::NearOf(int32_t need) const {
  return absl::MakeConstSpan(near_).subspan(need_begin_[need], need_begin_[need + 1] - need_begin_[need]);
}

bool ChainSearch::On(int64_t edge, int32_t resource) const {
  const auto resources = slots_.resources(slots_.edge_slot[edge]);
  return std::find(resources.begin(), resources.end(), resource) != resources.end();
}

bool ChainSearch::Free(int32_t resource, const Node& node) const {
  return assignment_.resource_left(resource) > 0 || Left(resource, node);
}

bool ChainSearch::Left(int32_t resource, const Node& node) const {
  if (node.released < 0 || !On(node.released, resource)) return false;
  return node.taken < 0 || !On(node.taken, resource);
}

int64_t ChainSearch::FloorLost(int32_t resource) const {
  return assignment_.resource_lacks(resource) >= 0 ? slots_.penalty(resource) * kPriceScale : 0;
}

int64_t ChainSearch::FloorsLost(int64_t released, int64_t taken) const {
  if (!slots_.has_floors()) return 0;
  int64_t lost = 0;
  for (const int32_t r : slots_.resources(slots_.edge_slot[released])) {
    if (slots_.penalty(r) > 0 && (taken < 0 || !On(taken, r))) lost += FloorLost(r);
  }
  return lost;
}

int64_t ChainSearch::FloorsSaved(int64_t taken, const Node& node, int64_t released) const {
  if (!slots_.has_floors()) return 0;
  int64_t saved = 0;
  for (const int32_t r : slots_.resources(slots_.edge_slot[taken])) {
    if (slots_.penalty(r) == 0 || (released >= 0 && On(released, r))) continue;
    if (assignment_.resource_lacks(r) + (Left(r, node) ? 1 : 0) > 0) saved += slots_.penalty(r) * kPriceScale;
  }
  return saved;
}

std::vector<ChainSearch::Loss> ChainSearch::Losses() const {
  std::vector<Loss> losses;
  for (int32_t n = 0; n < problem_.need_count(); ++n) {
    int64_t size = std::min(assignment_.need_left(n), kUnitsMax / 1000) * (need_price_[n] / 1000);
    for (const Near& near : NearOf(n)) {
      if (near.slack > 0)
        size += std::min(assignment_.units(near.edge), kUnitsMax / 1000) * (near.slack / 1000);
    }
    if (size > 0) losses.push_back({size, TieOf(seed_, n), n, -1});
  }
  for (int32_t r = 0; r < slots_.resource_count(); ++r) {
    int64_t size = std::min(assignment_.resource_left(r), kUnitsMax / 1000) * (resource_price_[r] / 1000);
    if (slots_.penalty(r) > 0) {
      const Units lacks = std::clamp<Units>(assignment_.resource_lacks(r), 0, kUnitsMax / 1000);
      size = std::max<int64_t>(0, size) + lacks * (slots_.penalty(r) * kPriceScale / 1000);
    }
    if (size > 0) losses.push_back({size, TieOf(seed_, ~int64_t{r}), -1, r});
  }
  std::sort(losses.begin(), losses.end(), [](const Loss& a, const Loss& b) {
    return std::tuple(-a.size, a.tie, a.need, a.resource) < std::tuple(-b.size, b.tie, b.need, b.resource);
  });
  return losses;
}

void ChainSearch::Fill() {
  for (int32_t n = 0; n < problem_.need_count(); ++n) {
    if (n % 1024 == 0 && stop_()) break;
    if (assignment_.need_left(n) > 0) PlaceLeftover(n);
  }
  assignment_.Forget();
}

int64_t ChainSearch::Sweep(int nodes_max) {
  // Edges of much slack give way first.
  assignment_.Relist([this](int64_t edge) { return std::pair(Slack(edge), TieOf(seed_, edge)); });
  nodes_left_ = kSweepNodesMin + 2 * int64_t{problem_.need_count()};
  int64_t asked_at = nodes_left_;
  int64_t gained = 0;
  int chains = 0;
  for (const Loss& loss : Losses()) {
    if (nodes_left_ <= 0) break;
    if (++chains % kStopEvery == 0 || asked_at - nodes_left_ > kStopEveryNodes) {
      if (stop_()) break;
      asked_at = nodes_left_;
    }
    if (loss.need >= 0) {
      gained += ServeNeed(loss.need, nodes_max);
    } else {
      gained += SearchFromHole(loss.resource, -1, nodes_max);
    }
  }
  return gained;
}

int64_t ChainSearch::ServeNeed(int32_t need, int nodes_max) {
  int64_t gained = 0;
  while (assignment_.need_left(need) > 0) {
    const int64_t gain = SearchFromNeed(need, -1, nodes_max);
    if (gain == 0) break;
    gained += gain;
  }
  for (const Near& near : NearOf(need)) {
    if (near.slack <= 0) continue;
    if (assignment_.units(near.edge) > 0) gained += SearchFromNeed(need, near.edge, nodes_max);
    if (assignment_.units(near.edge) > 0) gained += SearchFromHole(-1, near.edge, nodes_max);
  }
  return gained;
}

void ChainSearch::BeginSearch() {
  nodes_.clear();
  queue_.clear();
  ++stamp_;
  best_gain_ = 0;
  best_node_ = -1;
  best_edge_ = -1;
}

void ChainSearch::Push(Node node, int64_t key) {
  if (key <= best_gain_) return;
  nodes_.push_back(node);
  queue_.emplace_back(key, -static_cast<int32_t>(nodes_.size() - 1));
  std::push_heap(queue_.begin(), queue_.end());
}

int32_t ChainSearch::Pop() {
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

void ChainSearch::End(int32_t node, int64_t edge, int64_t gain) {
  if (gain <= best_gain_) return;
  best_gain_ = gain;
  best_node_ = node;
  best_edge_ = edge;
}

int64_t ChainSearch::SearchFromNeed(int32_t need, int64_t released, int nodes_max) {
  BeginSearch();
  const int64_t gain = released >= 0 ? -Weight(released) - FloorsLost(released, -1) : 0;
  Push({need, -1, released, -1, gain}, std::numeric_limits<int64_t>::max());
  for (int i = 0; i < nodes_max && nodes_left_ > 0; ++i, --nodes_left_) {
    const int32_t at = Pop();
    if (at < 0) break;
    ExpandNeed(at);
  }
  if (best_node_ < 0) return 0;
  std::vector<Step> steps = {{-1, best_edge_}};
  for (int32_t at = best_node_; nodes_[at].parent >= 0; at = nodes_[at].parent) {
    steps.push_back({nodes_[at].released, nodes_[at].taken});
  }
  if (released >= 0) steps.push_back({released, -1});
  std::reverse(steps.begin(), steps.end());
  return Apply(steps, released >= 0 ? assignment_.units(released) : assignment_.need_left(need));
}

void ChainSearch::ExpandNeed(int32_t at) {
  const Node node = nodes_[at];
  int places = 0;
  for (const Near& near : NearOf(node.need)) {
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
void ChainSearch::ReleaseFrom(int32_t at, const Near& near) {
  const int32_t narrowest = *std::min_element(blocked_.begin(), blocked_.end(), [this](int32_t a, int32_t b) {
    return assignment_.edges_on(a).size() < assignment_.edges_on(b).size();
  });
  const std::vector<int64_t>& edges = assignment_.edges_on(narrowest);
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

bool ChainSearch::Weigh(int32_t at, const Near& near, int64_t victim) {
  const int32_t need = assignment_.need_of(victim);
  if (assignment_.units(victim) == 0 || Seen(need)) return false;
  const int64_t gain = nodes_[at].gain + Weight(near.edge) + FloorsSaved(near.edge, nodes_[at], victim) -
                       Weight(victim) - FloorsLost(victim, near.edge);
  if (gain + need_price_[need] <= best_gain_) return true;
  if (!std::all_of(blocked_.begin(), blocked_.end(), [&](int32_t r) { return On(victim, r); })) return true;
  Push({need, at, victim, near.edge, gain}, gain + need_price_[need]);
  if (gain > best_gain_) End(static_cast<int32_t>(nodes_.size()) - 1, -1, gain);
  return true;
}

int64_t ChainSearch::SearchFromHole(int32_t resource, int64_t released, int nodes_max) {
  if (released < 0 && assignment_.resource_left(resource) == 0) return 0;
  BeginSearch();
  nodes_.push_back({-1, -1, released, -1, released < 0 ? 0 : -Weight(released) - FloorsLost(released, -1)});
  ExpandHole(0, resource);
  for (int i = 1; i < nodes_max && nodes_left_ > 0; ++i, --nodes_left_) {
    const int32_t at = Pop();
    if (at < 0) break;
    ExpandHole(at, -1);
  }
  if (best_node_ < 0) return 0;
  std::vector<Step> steps;
  if (best_edge_ >= 0) steps.push_back({-1, best_edge_});
  for (int32_t at = best_node_; at > 0; at = nodes_[at].parent) {
    steps.push_back({nodes_[at].released, nodes_[at].taken});
  }
  if (released >= 0) steps.push_back({released, -1});
  std::reverse(steps.begin(), steps.end());
  if (released >= 0) return Apply(steps, assignment_.units(released));
  const Units left = assignment_.resource_left(resource), lacks = assignment_.resource_lacks(resource);
  return Apply(steps, lacks > 0 ? std::min(left, lacks) : left);
}

int32_t ChainSearch::DearestLeft(const Node& node) const {
  int64_t dearest = 0;
  int32_t resource = -1;
  for (const int32_t r : slots_.resources(slots_.edge_slot[node.released])) {
    const int64_t price = std::max<int64_t>(0, resource_price_[r]) + FloorLost(r);
    if (price <= dearest || (node.taken >= 0 && On(node.taken, r))) continue;
    dearest = price;
    resource = r;
  }
  return resource;
}

void ChainSearch::ExpandHole(int32_t at, int32_t resource) {
  const Node node = nodes_[at];
  if (resource < 0) resource = DearestLeft(node);
  if (resource < 0) return;
  int fillers = 0;
  const int64_t end = std::min(resource_begin_[resource + 1], resource_begin_[resource] + kFillersSeenMax);
  for (int64_t i = resource_begin_[resource]; i < end && fillers < kFillersMax; ++i) {
    const Near& near = near_[resource_near_[i]];
    if (Seen(near.need) || assignment_.units(near.edge) >= problem_.edge_bound[near.edge]) continue;
    blocked_.clear();
    for (const int32_t r : slots_.resources(near.slot)) {
      if (!Free(r, node)) blocked_.push_back(r);
    }
    fillers += FillHole(at, near);
  }
}

bool ChainSearch::FillHole(int32_t at, const Near& near) {
  const int64_t gain = nodes_[at].gain + Weight(near.edge);
  const size_t nodes_before = nodes_.size();
  const int64_t best_before = best_gain_;
  if (assignment_.need_left(near.need) > 0 && blocked_.empty()) {
    End(at, near.edge, gain + FloorsSaved(near.edge, nodes_[at], -1));
  }
  for (const Near& own : NearOf(near.need)) {
    if (own.edge == near.edge || assignment_.units(own.edge) == 0) continue;
    if (!std::all_of(blocked_.begin(), blocked_.end(), [&](int32_t r) { return On(own.edge, r); })) continue;
    const int64_t after = gain + FloorsSaved(near.edge, nodes_[at], own.edge) - Weight(own.edge) -
                          FloorsLost(own.edge, near.edge);
    int64_t left_price = 0;
    for (const int32_t r : slots_.resources(own.slot)) {
      if (!On(near.edge, r)) left_price += std::max<int64_t>(0, resource_price_[r]) + FloorLost(r);
    }
    if (after + left_price <= best_gain_) continue;
    Push({near.need, at, own.edge, near.edge, after}, after + left_price);
    if (after > best_gain_) End(static_cast<int32_t>(nodes_.size()) - 1, -1, after);
  }
  return nodes_.size() > nodes_before || best_gain_ > best_before;
}

int64_t ChainSearch::PlaceLeftover(int32_t need) {
  int64_t gained = 0;
  for (const Near& near : NearOf(need)) {
    if (assignment_.need_left(need) == 0) break;
    const Units units = assignment_.Room(near.edge);
    if (units == 0) continue;
    assignment_.Add(near.edge, units);
    gained += units * problem_.edge_weight[near.edge];
  }
  return gained;
}

bool ChainSearch::Carry(const std::vector<Step>& steps, Units units) {
  for (const Step& step : steps) {
    if (step.release >= 0) {
      const Units has = assignment_.units(step.release);
      if (has == 0) return false;
      units = assignment_.Take(step.release, std::min(units, has));
    }
    if (step.add >= 0) {
      const Units room = std::min(units, assignment_.Room(step.add));
      const Units lot = slots_.slot_lot[slots_.edge_slot[step.add]];
      if (room == 0 || assignment_.units(step.add) + room < lot) return false;
      assignment_.Add(step.add, room);
    }
  }
  return true;
}

int64_t ChainSearch::Apply(const std::vector<Step>& steps, Units units) {
  if (Carry(steps, units)) {
    for (const Step& step : steps) {
      if (step.release >= 0) PlaceLeftover(assignment_.need_of(step.release));
      if (step.add >= 0) PlaceLeftover(assignment_.need_of(step.add));
    }
    if (const int64_t gained = assignment_.HistoryGain(); gained > 0) {
      assignment_.Forget();
      return gained;
    }
  }
  assignment_.BackTo(0);
  // A floor may be reached, or left, on the way to so many.
  return slots_.has_floors() && units > 1 ? Apply(steps, 1) : 0;
}

}  // namespace ayni::matcher
