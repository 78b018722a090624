#include "matcher/exchange.h"

#include <algorithm>
#include <tuple>

namespace ayni::matcher {
namespace {

constexpr int kDepthMax = 3;
constexpr int kVictimsMax = 48;  // edges of one resource that are weighed against one another
constexpr int kPlacesMax = 6;    // places that an evicted need tries before it gives up
constexpr int kStopEvery = 256;  // edges between two looks at `stop`

}  // namespace

Exchange::Exchange(const Problem& problem, const Slots& slots, const Prices& prices, uint64_t seed,
                   Assignment& assignment, const std::function<bool()>& stop)
    : problem_(problem), slots_(slots), seed_(seed), assignment_(assignment), stop_(stop) {
  std::vector<int64_t> price = prices.offer;
  price.insert(price.end(), prices.tap.begin(), prices.tap.end());
  price.insert(price.end(), prices.cell.begin(), prices.cell.end());
  gain_.resize(problem.edge_offer.size());
  for (int64_t e = 0; e < problem.edge_count(); ++e) {
    gain_[e] = problem.edge_weight[e] * kPriceScale - prices.need[assignment.need_of(e)];
    for (const int32_t r : slots.resources(slots.edge_slot[e])) gain_[e] -= price[r];
  }
}

uint64_t Exchange::Tie(int64_t edge) const {
  uint64_t hash = seed_ + 0x9e3779b97f4a7c15 * (static_cast<uint64_t>(edge) + 1);
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  return hash ^ (hash >> 31);
}

std::vector<int64_t> Exchange::EdgesByGain(const std::vector<int64_t>& edges) const {
  std::vector<std::tuple<int64_t, uint64_t, int64_t>> keyed;
  keyed.reserve(edges.size());
  for (const int64_t e : edges) keyed.emplace_back(-gain_[e], Tie(e), e);
  std::sort(keyed.begin(), keyed.end());
  std::vector<int64_t> ordered;
  ordered.reserve(edges.size());
  for (const auto& [gain, tie, e] : keyed) ordered.push_back(e);
  return ordered;
}

void Exchange::Round(const std::vector<float>& choice) {
  std::vector<std::tuple<float, uint64_t, int64_t>> chosen;
  for (int64_t e = 0; e < problem_.edge_count(); ++e) {
    if (choice[e] < 0.5f) continue;
    const float decided = choice[e] / static_cast<float>(problem_.need_demand[assignment_.need_of(e)]);
    chosen.emplace_back(-decided, Tie(e), e);
  }
  std::sort(chosen.begin(), chosen.end());
  for (const auto& [decided, tie, e] : chosen) {
    if (tie % kStopEvery == 0 && stop_()) return;
    const Units wanted = static_cast<Units>(static_cast<double>(choice[e]) + 0.5);
    const Units units = std::min(wanted, assignment_.Room(e));
    if (units > 0 && units >= slots_.slot_lot[slots_.edge_slot[e]]) assignment_.Add(e, units);
  }
  assignment_.Forget();
}

void Exchange::Fill() {
  std::vector<int64_t> open;
  for (int64_t e = 0; e < problem_.edge_count(); ++e) {
    if (assignment_.Room(e) > 0) open.push_back(e);
  }
  for (const int64_t e : EdgesByGain(open)) {
    const Units units = assignment_.Room(e);
    if (units > 0) assignment_.Add(e, units);
  }
  assignment_.Forget();
}

int64_t Exchange::Victim(const std::vector<int64_t>& edges, int64_t except) const {
  int64_t victim = -1;
  int seen = 0;
  const size_t start = edges.empty() ? 0 : Tie(except) % edges.size();
  for (size_t i = 0; i < edges.size() && seen < kVictimsMax; ++i) {
    const int64_t e = edges[(start + i) % edges.size()];
    if (e == except || assignment_.units(e) == 0) continue;
    if (std::find(touched_.begin(), touched_.end(), e) != touched_.end()) continue;
    ++seen;
    if (victim < 0 || gain_[e] < gain_[victim]) victim = e;
  }
  return victim;
}

int64_t Exchange::WeakestOwn(int32_t need, int64_t except) const {
  int64_t weakest = -1;
  for (int64_t e = problem_.need_edge_begin[need]; e < problem_.need_edge_begin[need + 1]; ++e) {
    if (e == except || assignment_.units(e) == 0) continue;
    if (std::find(touched_.begin(), touched_.end(), e) != touched_.end()) continue;
    if (weakest < 0 || problem_.edge_weight[e] < problem_.edge_weight[weakest]) weakest = e;
  }
  return weakest;
}

int64_t Exchange::InsertInto(int64_t edge, Units units, int depth) {
  const int32_t need = assignment_.need_of(edge);
  int64_t gained = 0;
  std::vector<int32_t> evicted;
  touched_.push_back(edge);
  const auto evict = [&](int64_t victim, Units wanted) {
    const Units taken = assignment_.Take(victim, std::min(wanted, assignment_.units(victim)));
    gained -= taken * problem_.edge_weight[victim];
    touched_.push_back(victim);
    if (assignment_.need_of(victim) != need) evicted.push_back(assignment_.need_of(victim));
  };
  while (assignment_.need_left(need) < units) {
    const int64_t own = WeakestOwn(need, edge);
    if (own < 0) return gained - 1;
    evict(own, units - assignment_.need_left(need));
  }
  for (const int32_t r : slots_.resources(slots_.edge_slot[edge])) {
    while (assignment_.resource_left(r) < units) {
      const int64_t victim = Victim(assignment_.edges_on(r), edge);
      if (victim < 0) return gained - 1;
      evict(victim, units - assignment_.resource_left(r));
    }
  }
  assignment_.Add(edge, units);
  gained += units * problem_.edge_weight[edge];
  for (const int32_t other : evicted) gained += Place(other, depth - 1, edge);
  return gained + Place(need, depth - 1, edge);
}

int64_t Exchange::Place(int32_t need, int depth, int64_t except) {
  int64_t gained = 0;
  std::vector<std::pair<int64_t, int64_t>> places;
  for (int64_t e = problem_.need_edge_begin[need]; e < problem_.need_edge_begin[need + 1]; ++e) {
    if (e != except && assignment_.units(e) < problem_.edge_bound[e]) places.emplace_back(-gain_[e], e);
  }
  std::sort(places.begin(), places.end());
  for (const auto& [gain, e] : places) {
    if (assignment_.need_left(need) == 0) return gained;
    const Units units = assignment_.Room(e);
    if (units == 0) continue;
    assignment_.Add(e, units);
    gained += units * problem_.edge_weight[e];
  }
  if (depth <= 0) return gained;
  if (places.size() > kPlacesMax) places.resize(kPlacesMax);
  for (const auto& [gain, e] : places) {
    if (assignment_.need_left(need) == 0) return gained;
    if (std::find(touched_.begin(), touched_.end(), e) != touched_.end()) continue;
    const size_t mark = assignment_.mark();
    const size_t touched = touched_.size();
    const int64_t deeper = Insert(e, depth);
    if (deeper > 0) {
      gained += deeper;
    } else {
      assignment_.BackTo(mark);
      touched_.resize(touched);
    }
  }
  return gained;
}

int64_t Exchange::Insert(int64_t edge, int depth) {
  const int32_t need = assignment_.need_of(edge);
  const Units bound = problem_.edge_bound[edge] - assignment_.units(edge);
  const Units lot = slots_.slot_lot[slots_.edge_slot[edge]];
  const Units least = std::max<Units>(1, lot - assignment_.units(edge));
  // What the first victim can give up decides how much is worth moving at once.
  Units units = std::min(bound, problem_.need_demand[need]);
  if (assignment_.need_left(need) > 0) {
    units = std::min(units, assignment_.need_left(need));
  } else {
    const int64_t own = WeakestOwn(need, edge);
    if (own < 0) return 0;
    units = std::min(units, assignment_.units(own));
  }
  for (const int32_t r : slots_.resources(slots_.edge_slot[edge])) {
    if (assignment_.resource_left(r) > 0) {
      units = std::min(units, assignment_.resource_left(r));
      continue;
    }
    const int64_t victim = Victim(assignment_.edges_on(r), edge);
    if (victim < 0) return 0;
    units = std::min(units, assignment_.units(victim));
  }
  units = std::max(units, least);
  if (units > bound || units > problem_.need_demand[need]) return 0;
  for (const int32_t r : slots_.resources(slots_.edge_slot[edge])) {
    if (units > slots_.resource_room[r]) return 0;
  }
  return InsertInto(edge, units, depth);
}

int64_t Exchange::Improve() {
  // An edge far under its price cannot be in a solution that is near the bound.
  const int64_t slack = kWeightMax * kPriceScale / 100;
  std::vector<int64_t> worth;
  for (int64_t e = 0; e < problem_.edge_count(); ++e) {
    if (gain_[e] > -slack && assignment_.units(e) < problem_.edge_bound[e]) worth.push_back(e);
  }
  int64_t gained = 0;
  int since_look = 0;
  for (const int64_t e : EdgesByGain(worth)) {
    if (++since_look % kStopEvery == 0 && stop_()) break;
    touched_.clear();
    const int64_t gain = Insert(e, kDepthMax);
    if (gain > 0) {
      gained += gain;
      assignment_.Forget();
    } else {
      assignment_.BackTo(0);
    }
  }
  return gained;
}

}  // namespace ayni::matcher
