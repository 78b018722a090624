#include "matcher/raising.h"

#include <algorithm>
#include <utility>

namespace ayni::matcher {
namespace {

constexpr int kDepthMax = 4;             // groups that a chain may lower one after another
constexpr int64_t kLooksEach = 20'000;   // at edges, to raise one group
constexpr int64_t kStopEvery = 256;      // looks between two at `stop`
constexpr int32_t kNeedsAtOnce = 4'096;  // the same, of those that are taken over
constexpr int kEjectedMax = 64;          // edges of one resource that are looked at

}  // namespace

Raising::Raising(const Problem& problem, const Slots& slots, const GroupGauge& gauge, Workers& workers,
                 const std::vector<Units>& edge_units, const std::function<bool()>& stop)
    : problem_(problem),
      slots_(slots),
      gauge_(gauge),
      workers_(workers),
      stop_(stop),
      assignment_(problem, slots),
      needs_of_(gauge.groups().count),
      given_(gauge.Given(edge_units)),
      required_(gauge.groups().count, 0),
      is_rising_(gauge.groups().count, false),
      is_in_the_way_(gauge.groups().count, false) {
  for (int32_t n = 0; n < problem.need_count() && !stopped_; ++n) {
    if (n % kNeedsAtOnce == 0) stopped_ = stop();
    needs_of_[gauge.groups().need_group[n]].push_back(n);
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      if (edge_units[e] > 0) assignment_.Add({e, n}, edge_units[e]);
    }
  }
  assignment_.Forget();
}

std::vector<Units> Raising::units() const {
  std::vector<Units> units(problem_.edge_offer.size(), 0);
  for (const NeedEdge& edge : assignment_.edges()) units[edge.edge] = assignment_.units(edge.edge);
  return units;
}

bool Raising::RaiseTo(int64_t smallest) {
  if (stopped_) return false;
  // What is worth least gives way first.
  assignment_.Relist(workers_, [this](const NeedEdge& edge) {
    return std::pair(-int64_t{problem_.edge_weight[edge.edge]}, static_cast<uint64_t>(edge.edge));
  });
  std::vector<std::pair<int64_t, int32_t>> below;
  for (int32_t g = 0; g < gauge_.groups().count; ++g) {
    const int64_t promise = gauge_.Promise(g, smallest);
    required_[g] = std::min(promise, given_[g]);
    if (given_[g] < promise) below.emplace_back(given_[g] - promise, g);
  }
  std::sort(below.begin(), below.end());
  for (const auto& [lacks, group] : below) {
    required_[group] = gauge_.Promise(group, smallest);
    if (!Raise(group)) return false;
  }
  return true;
}

std::vector<int32_t> Raising::InTheWay() const {
  std::vector<int32_t> groups = in_the_way_;
  std::sort(groups.begin(), groups.end());
  return groups;
}

bool Raising::Raise(int32_t group) {
  for (const int32_t g : in_the_way_) is_in_the_way_[g] = false;
  in_the_way_.clear();
  PutInTheWay(group);
  // What is reached on the way is kept.
  while (Lacks(group) > 0) {
    bool raised = false;
    for (int depth = 0; depth <= kDepthMax && !raised; ++depth) {
      looks_left_ = kLooksEach;
      const Mark before = mark();
      const int64_t had = given_[group];
      raised = Take(group) || (Eject(group, depth) && given_[group] > had);
      if (!raised) BackTo(before);
    }
    assignment_.Forget();
    moved_.clear();
    if (!raised) return false;
  }
  return true;
}

void Raising::PutInTheWay(int32_t group) {
  if (is_in_the_way_[group]) return;
  is_in_the_way_[group] = true;
  in_the_way_.push_back(group);
}

bool Raising::Lift(int32_t group, int depth) {
  PutInTheWay(group);
  while (Lacks(group) > 0) {
    if (Take(group)) continue;
    if (depth < 0 || !Eject(group, depth)) return false;
  }
  return true;
}

Units Raising::Wanted(int32_t group, int64_t edge) const {
  const int64_t each = gauge_.OfUnit(edge);
  const Units lacks = std::max<int64_t>(0, (Lacks(group) + each - 1) / each);
  const Units lot = slots_.slot_lot[slots_.edge_slot[edge]];
  return std::max(lacks, lot - assignment_.units(edge));
}

// What has room as it is.
bool Raising::Take(int32_t group) {
  bool taken = false;
  for (const int32_t n : needs_of_[group]) {
    if (assignment_.need_left(n) == 0) continue;
    for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
      if (Lacks(group) <= 0) return taken;
      --looks_left_;
      const Units units = std::min(assignment_.Room({e, n}), Wanted(group, e));
      if (units == 0) continue;
      Add({e, n}, units);
      taken = true;
    }
  }
  return taken;
}

bool Raising::Eject(int32_t group, int depth) {
  if (is_rising_[group]) return false;
  is_rising_[group] = true;
  bool ejected = false;
  for (size_t i = 0; i < needs_of_[group].size() && !ejected; ++i) {
    const int32_t n = needs_of_[group][i];
    for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1] && !ejected; ++e) {
      if (Spent()) break;
      const Units most = std::min(assignment_.need_left(n) + UnitsOfLess({e, n}),
                                  problem_.edge_bound[e] - assignment_.units(e));
      const Units lot = slots_.slot_lot[slots_.edge_slot[e]];
      for (Units units = std::min(most, Wanted(group, e)); units > 0 && !ejected; units /= 4) {
        if (assignment_.units(e) + units < lot) break;
        const Mark before = mark();
        const int64_t had = given_[group];
        ejected = MakeRoom({e, n}, units, depth) && given_[group] > had;
        if (!ejected) BackTo(before);
      }
    }
  }
  is_rising_[group] = false;
  return ejected;
}

bool Raising::MakeRoom(NeedEdge edge, Units units, int depth) {
  TakeFromLess(edge, units);
  std::vector<int32_t> lacking;
  for (const int32_t r : slots_.resources(slots_.edge_slot[edge.edge])) {
    if (assignment_.resource_left(r) >= units) continue;
    if (!FreeResource(r, units, depth, lacking)) return false;
  }
  if (assignment_.Room(edge) < units) return false;
  Add(edge, units);
  return std::all_of(lacking.begin(), lacking.end(), [&](int32_t g) { return Lift(g, depth - 1); });
}

Units Raising::UnitsOfLess(NeedEdge edge) const {
  Units units = 0;
  if (gauge_.measure() == Measure::kServedShare) return units;
  for (int64_t e = problem_.need_edge_begin[edge.need]; e < problem_.need_edge_begin[edge.need + 1]; ++e) {
    if (gauge_.OfUnit(e) < gauge_.OfUnit(edge.edge)) units += assignment_.units(e);
  }
  return units;
}

void Raising::TakeFromLess(NeedEdge edge, Units units) {
  if (gauge_.measure() == Measure::kServedShare) return;
  for (int64_t e = problem_.need_edge_begin[edge.need]; e < problem_.need_edge_begin[edge.need + 1]; ++e) {
    const Units lacks = units - assignment_.need_left(edge.need);
    if (lacks <= 0) return;
    const Units has = assignment_.units(e);
    if (has > 0 && gauge_.OfUnit(e) < gauge_.OfUnit(edge.edge)) Remove({e, edge.need}, std::min(has, lacks));
  }
}

bool Raising::FreeResource(int32_t resource, Units units, int depth, std::vector<int32_t>& lacking) {
  const auto more = [&] { return units - assignment_.resource_left(resource); };
  // The list grows while units move.
  for (const bool may_lack : {false, true}) {
    if (may_lack && depth == 0) break;
    for (size_t i = 0; i < assignment_.edges_on(resource).size() && i < kEjectedMax && more() > 0; ++i) {
      const NeedEdge edge = assignment_.edges_on(resource)[i];
      const Units has = assignment_.units(edge.edge);
      const int32_t group = GroupOf(edge);
      if (has == 0 || Spent()) continue;
      const Mark before = mark();
      const int64_t had = given_[group];
      const Units left = assignment_.resource_left(resource);
      Shift(edge.need, edge.edge, Remove(edge, std::min(has, more())));
      // Who is rising itself may only change edges.
      const bool lacks = is_rising_[group] ? given_[group] < had : Lacks(group) > 0;
      if (assignment_.resource_left(resource) <= left || (lacks && (!may_lack || is_rising_[group]))) {
        if (lacks) PutInTheWay(group);
        BackTo(before);
      } else if (lacks) {
        lacking.push_back(group);
      }
    }
  }
  return more() <= 0;
}

// To other edges of the need, as far as they have room.
void Raising::Shift(int32_t need, int64_t from, Units units) {
  for (int64_t e = problem_.need_edge_begin[need]; e < problem_.need_edge_begin[need + 1] && units > 0; ++e) {
    if (e == from) continue;
    --looks_left_;
    const Units room = std::min(assignment_.Room({e, need}), units);
    if (room == 0 || assignment_.units(e) + room < slots_.slot_lot[slots_.edge_slot[e]]) continue;
    Add({e, need}, room);
    units -= room;
  }
}

void Raising::Add(NeedEdge edge, Units units) {
  assignment_.Add(edge, units);
  const int32_t group = GroupOf(edge);
  moved_.emplace_back(group, given_[group]);
  given_[group] += units * gauge_.OfUnit(edge.edge);
}

Units Raising::Remove(NeedEdge edge, Units units) {
  const Units taken = assignment_.Take(edge, units);
  const int32_t group = GroupOf(edge);
  moved_.emplace_back(group, given_[group]);
  given_[group] -= taken * gauge_.OfUnit(edge.edge);
  return taken;
}

void Raising::BackTo(const Mark& mark) {
  assignment_.BackTo(mark.units);
  while (moved_.size() > mark.given) {
    given_[moved_.back().first] = moved_.back().second;
    moved_.pop_back();
  }
}

bool Raising::Spent() {
  if (--looks_left_ % kStopEvery == 0) stopped_ = stopped_ || stop_();
  return looks_left_ <= 0 || stopped_;
}

}  // namespace ayni::matcher
