#include "matcher/dual.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>

#include "matcher/solution.h"
#include "matcher/spread.h"

namespace ayni::matcher {
namespace {

constexpr double kStep = 2.6;
constexpr int kMeasureEvery = 3;  // passes between two measures of steps
// Edges are listed down to so many temperatures below the last one that their need chooses: prices may move
// by a few before edges are listed anew.
constexpr double kReach = kNegligible + 16;
constexpr int kChoicesLeast = 100;  // a choice is at least one part of so many of its need's demand
constexpr int64_t kStopEvery = 8;   // parts between two looks at `stop`

// From lists of places to the lists in which each place stands.
void Transpose(const std::vector<int32_t>& begin, const std::vector<int32_t>& places, int32_t place_count,
               std::vector<int32_t>& place_begin, std::vector<int32_t>& lists) {
  place_begin.assign(place_count + 1, 0);
  for (const int32_t place : places) ++place_begin[place + 1];
  std::partial_sum(place_begin.begin(), place_begin.end(), place_begin.begin());
  lists.resize(places.size());
  std::vector<int32_t> next(place_begin.begin(), place_begin.end() - 1);
  for (size_t i = 0; i + 1 < begin.size(); ++i) {
    for (int32_t k = begin[i]; k < begin[i + 1]; ++k) lists[next[places[k]]++] = static_cast<int32_t>(i);
  }
}

}  // namespace

Dual::Dual(const Problem& problem, const Slots& slots, Workers& workers)
    : problem_(problem), slots_(slots), workers_(workers), parts_(slots.part_count()) {
  heaviest_ = HeaviestWeight(problem);
  StartAt(std::vector<double>(slots.resource_count(), 0.0));
}

void Dual::StartAt(std::vector<double> prices) {
  prices_ = std::move(prices);
  for (int32_t r = 0; r < slots_.resource_count(); ++r) {
    if (!slots_.resource_binds[r]) {
      prices_[r] = 0;
    } else if (slots_.resource_room[r] == 0) {
      // Costs the bound nothing, and shuts its edges.
      prices_[r] = slots_.price_max;
    }
  }
  prices_before_ = prices_;
  best_prices_ = prices_;
}

bool Dual::List(double temperature, const std::function<bool()>& stop) {
  const double reach = kReach * temperature;
  for (int64_t from = 0; from < slots_.part_count(); from += kStopEvery) {
    if (stop()) return false;
    workers_.ForEach(std::min(kStopEvery, slots_.part_count() - from), [&](int64_t i) {
      parts_[from + i].list =
          MakeShortlist(problem_, slots_, static_cast<int32_t>(from + i), prices_, reach, false);
    });
  }
  return GivePlaces(stop);
}

bool Dual::GivePlaces(const std::function<bool()>& stop) {
  constexpr int32_t kNone = -1, kShared = -2;
  std::vector<double> asked(slots_.resource_count(), 0);
  for (const Part& part : parts_) {
    const Shortlist& list = part.list;
    for (size_t i = 0; i < list.resource.size(); ++i) asked[list.resource[i]] += list.asked[i];
  }
  std::vector<int32_t> user(slots_.resource_count(), kNone);
  for (int32_t p = 0; p < slots_.part_count(); ++p) {
    for (const int32_t r : parts_[p].list.resource) {
      // One with room for all that the listed edges could ask of it needs no price while they are the ones.
      const bool binds =
          prices_[r] != 0 || asked[r] > static_cast<double>(slots_.resource_room[r]) || slots_.penalty(r) > 0;
      if (binds) user[r] = user[r] == kNone ? p : kShared;
    }
  }
  resource_.clear();
  std::vector<int32_t> place(slots_.resource_count(), -1);
  const auto give = [&](int32_t r) {
    place[r] = static_cast<int32_t>(resource_.size());
    resource_.push_back(r);
  };
  for (int32_t p = 0; p < slots_.part_count(); ++p) {
    parts_[p].own_begin = static_cast<int32_t>(resource_.size());
    for (const int32_t r : parts_[p].list.resource) {
      if (user[r] == p) give(r);
    }
    parts_[p].own_count = static_cast<int32_t>(resource_.size()) - parts_[p].own_begin;
  }
  shared_begin_ = static_cast<int32_t>(resource_.size());
  for (int32_t r = 0; r < slots_.resource_count(); ++r) {
    // One that nobody wants any more comes down in price.
    const bool moves = prices_[r] > 0 || slots_.penalty(r) > 0;
    const bool idle = user[r] == kNone && moves && slots_.resource_room[r] > 0;
    if (user[r] == kShared || idle) give(r);
  }
  for (int64_t from = 0; from < slots_.part_count(); from += kStopEvery) {
    if (stop()) return false;
    workers_.ForEach(std::min(kStopEvery, slots_.part_count() - from),
                     [&](int64_t i) { RenumberResources(parts_[from + i], place); });
  }
  wanted_.assign(resource_.size(), 0);
  step_.assign(resource_.size(), 1);
  room_.clear();
  floor_.clear();
  penalty_.clear();
  price_.clear();
  previous_.clear();
  for (const int32_t r : resource_) {
    room_.push_back(static_cast<double>(slots_.resource_room[r]));
    if (slots_.has_floors()) {
      floor_.push_back(static_cast<double>(slots_.floor(r)));
      penalty_.push_back(static_cast<double>(slots_.penalty(r)));
    }
    price_.push_back(prices_[r]);
    previous_.push_back(prices_before_[r]);
  }
  ahead_ = best_ = price_;
  ahead_is_best_ = false;
  return true;
}

void Dual::RenumberResources(Part& part, const std::vector<int32_t>& place) {
  Shortlist& list = part.list;
  part.shared_place.clear();
  std::vector<int32_t> now(list.resource.size(), -1);
  for (size_t i = 0; i < now.size(); ++i) {
    const int32_t at = place[list.resource[i]];
    if (at >= shared_begin_) {
      now[i] = part.own_count + static_cast<int32_t>(part.shared_place.size());
      part.shared_place.push_back(at);
    } else if (at >= 0) {
      now[i] = at - part.own_begin;
    }
  }
  int32_t kept = 0, next = 0;
  for (int32_t s = 0; s < list.slot_count(); ++s) {
    for (; next < list.slot_begin[s + 1]; ++next) {
      const int32_t r = now[list.slot_resource[next]];
      if (r >= 0) list.slot_resource[kept++] = r;
    }
    list.slot_begin[s + 1] = kept;
  }
  list.slot_resource.resize(kept);
  SortSlots(list);
  const auto resources = part.own_count + static_cast<int32_t>(part.shared_place.size());
  part.slot_resources = GatherLists(list.slot_begin, list.slot_resource, resources);
  std::vector<int32_t> begin, slots;
  Transpose(list.slot_begin, list.slot_resource, resources, begin, slots);
  part.resource_slots = GatherLists(begin, slots, list.slot_count());
  list.resource = {};
  list.asked = {};
  list.slot_resource = {};
  part.price.assign(resources + 1, 0);
  part.moves.assign(resources + 1, 0);
  part.wanted.resize(part.resource_slots.lane_count());
  part.crowd.resize(part.resource_slots.lane_count());
  part.slot_price.resize(std::max(part.slot_resources.lane_count(), list.slot_count() + 1));
  part.slot_wanted.assign(part.slot_price.size(), 0);
  part.slot_moves.assign(part.slot_price.size(), 0);
}

void Dual::SortSlots(Shortlist& list) {
  const auto count = [&](int32_t s) { return list.slot_begin[s + 1] - list.slot_begin[s]; };
  std::vector<int32_t> order(list.slot_count());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return count(a) > count(b); });
  std::vector<int32_t> begin = {0}, resources, now(order.size() + 1);
  resources.reserve(list.slot_resource.size());
  for (size_t i = 0; i < order.size(); ++i) {
    const auto first = list.slot_resource.begin();
    resources.insert(resources.end(), first + list.slot_begin[order[i]],
                     first + list.slot_begin[order[i] + 1]);
    begin.push_back(static_cast<int32_t>(resources.size()));
    now[order[i]] = static_cast<int32_t>(i);
  }
  now.back() = list.slot_count();
  list.slot_begin = std::move(begin);
  list.slot_resource = std::move(resources);
  for (int32_t& slot : list.slot) slot = now[slot];
}

void Dual::Keep() {
  if (ahead_is_best_) best_ = ahead_;
  best_prices_ = prices_;
  for (size_t i = 0; i < resource_.size(); ++i) {
    prices_[resource_[i]] = price_[i];
    prices_before_[resource_[i]] = previous_[i];
    best_prices_[resource_[i]] = best_[i];
  }
}

void Dual::LookAhead(int32_t begin, int32_t end) {
  if (ahead_is_best_) std::copy(ahead_.begin() + begin, ahead_.begin() + end, best_.begin() + begin);
  for (int32_t i = begin; i < end; ++i) {
    const double least = penalty_.empty() ? 0 : -penalty_[i];
    ahead_[i] = std::max(least, price_[i] + momentum_ * (price_[i] - previous_[i]));
  }
}

void Dual::PriceSlots(Part& part) const {
  for (int32_t i = 0; i < part.own_count; ++i) {
    part.price[i] = static_cast<float>(ahead_[part.own_begin + i]);
  }
  for (size_t i = 0; i < part.shared_place.size(); ++i) {
    part.price[part.own_count + i] = static_cast<float>(ahead_[part.shared_place[i]]);
  }
  Gather(part.slot_resources, part.price.data(), part.slot_price.data());
  part.slot_price[part.list.slot_count()] = kNeverPaid;
}

void Dual::Measure(Part& part) {
  for (size_t i = 0; i < part.price.size(); ++i) part.moves[i] = part.price[i] != 0 ? 1.0f : 0.0f;
  Gather(part.slot_resources, part.moves.data(), part.slot_moves.data());
  const int32_t slots = part.list.slot_count();
  for (int32_t s = 0; s < slots; ++s) {
    part.slot_moves[s] = std::max(1.0f, part.slot_moves[s]) * part.slot_wanted[s];
  }
  part.slot_moves[slots] = 0;
  Gather(part.resource_slots, part.slot_moves.data(), part.crowd.data());
}

// An edge's price is moved by all of its resources at once, so each may go only a part of the way: as many as
// move with it, on average over the units that are wanted of it.
void Dual::SetStep(int32_t place, double crowd) {
  step_[place] = crowd > 0 ? kStep * wanted_[place] / crowd : 1;
}

void Dual::PassPart(Part& part, double temperature, bool measure) {
  LookAhead(part.own_begin, part.own_begin + part.own_count);
  PriceSlots(part);
  std::fill(part.slot_wanted.begin(), part.slot_wanted.end(), 0.0f);
  part.bound = Spread(part.list, part.slot_price.data(), temperature, part.slot_wanted.data(), nullptr);
  Gather(part.resource_slots, part.slot_wanted.data(), part.wanted.data());
  if (measure) Measure(part);
  std::copy_n(part.wanted.begin(), part.own_count, wanted_.begin() + part.own_begin);
  for (int32_t i = 0; measure && i < part.own_count; ++i) SetStep(part.own_begin + i, part.crowd[i]);
  part.moved = Move(part.own_begin, part.own_begin + part.own_count, temperature);
}

Dual::Moved Dual::Pass(double temperature, bool measure) {
  const auto places = static_cast<int32_t>(resource_.size());
  LookAhead(shared_begin_, places);
  workers_.ForEach(slots_.part_count(), [&](int64_t p) { PassPart(parts_[p], temperature, measure); });
  std::fill(wanted_.begin() + shared_begin_, wanted_.end(), 0.0);
  std::vector<double> crowd(measure ? places - shared_begin_ : 0, 0.0);
  Moved all;
  for (const Part& part : parts_) {
    for (size_t i = 0; i < part.shared_place.size(); ++i) {
      wanted_[part.shared_place[i]] += part.wanted[part.own_count + i];
      if (measure) crowd[part.shared_place[i] - shared_begin_] += part.crowd[part.own_count + i];
    }
    all += part.moved;
    all.bound += part.bound;
  }
  for (size_t i = 0; i < crowd.size(); ++i) SetStep(shared_begin_ + static_cast<int32_t>(i), crowd[i]);
  all += Move(shared_begin_, places, temperature);
  return all;
}

Dual::Stretch Dual::StretchOf(int32_t place) const {
  if (!penalty_.empty() && penalty_[place] > 0) {
    const double price = ahead_[place];
    if (price < 0 || (price == 0 && wanted_[place] < floor_[place])) {
      return {floor_[place], -penalty_[place], 0};
    }
  }
  return {room_[place], 0, slots_.price_max};
}

Dual::Moved Dual::Move(int32_t begin, int32_t end, double temperature) {
  Moved moved;
  for (int32_t i = begin; i < end; ++i) {
    const Stretch stretch = StretchOf(i);
    const double wanted = wanted_[i], both = wanted + stretch.target;
    moved.bound += (ahead_[i] < 0 ? floor_[i] : room_[i]) * ahead_[i];
    const double move = both > 0 ? temperature * step_[i] * (wanted - stretch.target) / both : 0;
    previous_[i] = price_[i];
    price_[i] = std::clamp(ahead_[i] + move, stretch.least, stretch.most);
    moved.uphill += (stretch.target - wanted) * (price_[i] - previous_[i]);
  }
  return moved;
}

void Dual::Anneal(double from, double to, int passes_a_halving, const std::function<bool()>& stop) {
  prices_before_ = prices_;
  momentum_ = 0;
  int since_restart = 0;
  double least = 0;
  for (double high = from; high > to || high == from; high /= 2) {
    if (high == from || kReach * high < heaviest_) {
      if (!List(high, stop)) return;
      least = std::numeric_limits<double>::infinity();
    }
    for (int pass = 0; pass < passes_a_halving; ++pass) {
      if (stop()) return Keep();
      const double temperature = std::max(to, high * (1 - 0.5 * pass / passes_a_halving));
      const Moved moved = Pass(temperature, pass % kMeasureEvery == 0);
      since_restart = moved.uphill > 0 ? 0 : since_restart + 1;
      momentum_ = static_cast<double>(since_restart) / (since_restart + 3);
      ahead_is_best_ = moved.bound < least;
      least = std::min(least, moved.bound);
    }
    Keep();
  }
}

std::vector<Choice> Dual::Choices(double temperature, const std::function<bool()>& stop) {
  std::vector<std::vector<Choice>> by_part(parts_.size());
  const auto choose = [&](int64_t p) {
    const Shortlist list =
        MakeShortlist(problem_, slots_, static_cast<int32_t>(p), prices_, kNegligible * temperature, true);
    std::vector<float> slot_price, slot_wanted(list.slot_count() + 1, 0);
    for (int32_t s = 0; s < list.slot_count(); ++s) {
      double price = 0;
      for (int32_t i = list.slot_begin[s]; i < list.slot_begin[s + 1]; ++i) {
        price += prices_[list.resource[list.slot_resource[i]]];
      }
      slot_price.push_back(static_cast<float>(price));
    }
    slot_price.push_back(kNeverPaid);
    std::vector<float> shares(list.slot.size());
    Spread(list, slot_price.data(), temperature, slot_wanted.data(), shares.data());
    for (int32_t slice = 0; slice < list.slice_count(); ++slice) {
      for (int32_t i = kLanes * list.row_begin[slice]; i < kLanes * list.row_begin[slice + 1]; ++i) {
        const float least = list.demand[kLanes * slice + i % kLanes] / kChoicesLeast;
        if (list.edge[i] >= 0 && shares[i] > least) {
          by_part[p].push_back({list.edge[i], list.need[kLanes * slice + i % kLanes], shares[i]});
        }
      }
    }
  };
  for (int64_t from = 0; from < slots_.part_count() && !stop(); from += kStopEvery) {
    workers_.ForEach(std::min(kStopEvery, slots_.part_count() - from), [&](int64_t i) { choose(from + i); });
  }
  std::vector<Choice> choices;
  for (const std::vector<Choice>& own : by_part) choices.insert(choices.end(), own.begin(), own.end());
  std::sort(choices.begin(), choices.end(), [](const Choice& a, const Choice& b) { return a.edge < b.edge; });
  return choices;
}

}  // namespace ayni::matcher
