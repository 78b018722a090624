#include "matcher/slots.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace ayni::matcher {
namespace {

// A part's prices and sums fit a processor's own cache, and there are enough parts for every thread.
constexpr int64_t kPartEdgesMin = 4'096, kPartEdgesMax = 65'536;
constexpr int64_t kPartsAtLeast = 8;
constexpr int64_t kStopEvery = 4;  // parts between two looks at `stop`
constexpr int64_t kNeedsAtOnce = 4'096;

uint64_t Mix(uint64_t hash, uint64_t value) {
  hash ^= value + 0x9e3779b97f4a7c15 + (hash << 6) + (hash >> 2);
  hash *= 0xff51afd7ed558ccd;
  return hash ^ (hash >> 32);
}

// Distinct (resources, lot) pairs, numbered as they come.
class SlotTable {
 public:
  int32_t Find(absl::Span<const int32_t> resources, Units lot) {
    uint64_t hash = static_cast<uint64_t>(lot);
    for (const int32_t resource : resources) hash = Mix(hash, static_cast<uint64_t>(resource));
    const auto [first, inserted] = first_with_hash_.emplace(hash, size());
    for (int32_t slot = inserted ? -1 : first->second; slot >= 0; slot = next_with_hash_[slot]) {
      if (lots[slot] == lot && this->resources(slot) == resources) return slot;
    }
    next_with_hash_.push_back(inserted ? -1 : first->second);
    first->second = size();
    resource.insert(resource.end(), resources.begin(), resources.end());
    begin.push_back(static_cast<int32_t>(resource.size()));
    lots.push_back(lot);
    return size() - 1;
  }

  // No more slots are looked for.
  void Finish() {
    first_with_hash_ = {};
    next_with_hash_ = {};
    begin.shrink_to_fit();
    resource.shrink_to_fit();
    lots.shrink_to_fit();
  }

  int32_t size() const { return static_cast<int32_t>(lots.size()); }
  absl::Span<const int32_t> resources(int32_t slot) const {
    return absl::MakeConstSpan(resource).subspan(begin[slot], begin[slot + 1] - begin[slot]);
  }

  std::vector<int32_t> begin = {0};
  std::vector<int32_t> resource;
  std::vector<Units> lots;

 private:
  absl::flat_hash_map<uint64_t, int32_t> first_with_hash_;
  std::vector<int32_t> next_with_hash_;
};

class SlotMaker {
 public:
  SlotMaker(const Problem& problem, Workers& workers, const std::function<bool()>& stop)
      : problem_(problem), workers_(workers), stop_(stop) {
    slots_.tap_begin = problem.offer_count();
    slots_.cell_begin = slots_.tap_begin + problem.tap_count();
    slots_.resource_room = problem.offer_capacity;
    for (const std::vector<Units>* side : {&problem.tap_capacity, &problem.cell_room}) {
      slots_.resource_room.insert(slots_.resource_room.end(), side->begin(), side->end());
    }
    if (problem.has_floors()) AddFloors();
  }

  std::optional<Slots> Make() && {
    OrderNeeds();
    CutParts();
    slots_.edge_slot.resize(problem_.edge_offer.size());
    tables_.resize(slots_.part_count());
    load_ = std::vector<std::atomic<Units>>(slots_.resource_room.size());
    if (!ForEachPart([this](int64_t part) { TakeEdges(static_cast<int32_t>(part)); })) return std::nullopt;
    slots_.resource_binds.resize(load_.size());
    for (int32_t r = 0; r < slots_.resource_count(); ++r) {
      slots_.resource_binds[r] = load_[r] > slots_.resource_room[r] || slots_.penalty(r) > 0;
    }
    if (!ForEachPart([this](int64_t part) { LeaveOutLoose(static_cast<int32_t>(part)); })) {
      return std::nullopt;
    }
    if (!Join()) return std::nullopt;
    return std::move(slots_);
  }

 private:
  void AddFloors() {
    slots_.resource_floor.resize(slots_.resource_room.size(), 0);
    slots_.resource_penalty.resize(slots_.resource_room.size(), 0);
    int64_t highest = 0;
    for (int32_t c = 0; c < problem_.cell_count(); ++c) {
      const Units floor = std::min(problem_.cell_floor[c], problem_.cell_room[c]);
      if (floor == 0) continue;
      slots_.resource_floor[slots_.cell_begin + c] = floor;
      slots_.resource_penalty[slots_.cell_begin + c] = problem_.cell_penalty[c];
      highest = std::max(highest, problem_.cell_penalty[c]);
    }
    slots_.price_max += static_cast<double>(kCellsPerEdgeMax * highest);
  }

  bool ForEachPart(absl::FunctionRef<void(int64_t)> work) {
    for (int64_t from = 0; from < slots_.part_count(); from += kStopEvery) {
      if (stop_()) return false;
      const int64_t count = std::min(kStopEvery, slots_.part_count() - from);
      workers_.ForEach(count, [&](int64_t i) { work(from + i); });
    }
    return true;
  }

  // Needs lie together by the first cell of their edges, and among those by the last: limits come one after
  // another in an edge's cells, so that the one is of a wide segment and the other of a narrow one, or the
  // other way round. Those without cells lie by their first offer.
  void OrderNeeds() {
    const int32_t needs = problem_.need_count();
    std::vector<int32_t> first(needs), last(needs);
    workers_.ForEach((needs + kNeedsAtOnce - 1) / kNeedsAtOnce, [&](int64_t chunk) {
      const auto end = static_cast<int32_t>(std::min<int64_t>(needs, (chunk + 1) * kNeedsAtOnce));
      for (auto n = static_cast<int32_t>(chunk * kNeedsAtOnce); n < end; ++n) {
        std::tie(first[n], last[n]) = PlaceOf(n);
      }
    });
    slots_.need_order.resize(needs);
    std::iota(slots_.need_order.begin(), slots_.need_order.end(), 0);
    SortBy(last);
    SortBy(first);
  }

  // Counting, and stable.
  void SortBy(const std::vector<int32_t>& key) {
    std::vector<int32_t> begin(problem_.cell_count() + problem_.offer_count() + 2, 0);
    for (const int32_t k : key) ++begin[k + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<int32_t> sorted(slots_.need_order.size());
    for (const int32_t n : slots_.need_order) sorted[begin[key[n]]++] = n;
    slots_.need_order = std::move(sorted);
  }

  // The least first and the least last cell of the need's edges.
  std::pair<int32_t, int32_t> PlaceOf(int32_t need) const {
    const int64_t begin = problem_.need_edge_begin[need], end = problem_.need_edge_begin[need + 1];
    int32_t first =
        problem_.cell_count() + (begin < end ? problem_.edge_offer[begin].value : problem_.offer_count());
    int32_t last = first;
    for (int64_t e = begin; e < end; ++e) {
      const int64_t cells = problem_.edge_cell_begin[e], cells_end = problem_.edge_cell_begin[e + 1];
      if (cells == cells_end) continue;
      first = std::min(first, problem_.edge_cell[cells].value);
      last = std::min(last, problem_.edge_cell[cells_end - 1].value);
    }
    return {first, last};
  }

  void CutParts() {
    const int64_t edges_max = std::clamp(problem_.edge_count() / kPartsAtLeast, kPartEdgesMin, kPartEdgesMax);
    slots_.part_begin.push_back(0);
    int64_t edges = 0;
    for (int32_t i = 0; i < problem_.need_count(); ++i) {
      const int32_t n = slots_.need_order[i];
      const int64_t own = problem_.need_edge_begin[n + 1] - problem_.need_edge_begin[n];
      if (edges > 0 && edges + own > edges_max) {
        slots_.part_begin.push_back(i);
        edges = 0;
      }
      edges += own;
    }
    if (problem_.need_count() > 0) slots_.part_begin.push_back(problem_.need_count());
  }

  // Slots with all their resources, and what could be asked of each resource.
  void TakeEdges(int32_t part) {
    SlotTable& table = tables_[part];
    std::vector<Units> asked;
    std::vector<int32_t> resources;
    for (const int32_t n : slots_.needs_of(part)) {
      for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
        const OfferIndex offer = problem_.edge_offer[e];
        resources.assign(1, offer.value);
        const TapIndex tap = problem_.offer_tap[offer.at()];
        if (tap.present()) resources.push_back(slots_.tap_begin + tap.value);
        for (int64_t i = problem_.edge_cell_begin[e]; i < problem_.edge_cell_begin[e + 1]; ++i) {
          resources.push_back(slots_.cell_begin + problem_.edge_cell[i].value);
        }
        const int32_t slot = table.Find(resources, problem_.offer_lot[offer.at()]);
        asked.resize(table.size(), 0);
        asked[slot] += std::min(problem_.edge_bound[e], problem_.need_demand[n]);
        slots_.edge_slot[e] = slot;
      }
    }
    table.Finish();
    for (int32_t s = 0; s < table.size(); ++s) {
      for (const int32_t r : table.resources(s)) load_[r].fetch_add(asked[s], std::memory_order_relaxed);
    }
  }

  // Resources that do not bind leave the slots; slots that then are equal become one.
  void LeaveOutLoose(int32_t part) {
    SlotTable table;
    std::vector<int32_t> now(tables_[part].size());
    std::vector<int32_t> resources;
    for (int32_t s = 0; s < tables_[part].size(); ++s) {
      resources.clear();
      for (const int32_t r : tables_[part].resources(s)) {
        if (slots_.resource_binds[r]) resources.push_back(r);
      }
      now[s] = table.Find(resources, tables_[part].lots[s]);
    }
    for (const int32_t n : slots_.needs_of(part)) {
      for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
        slots_.edge_slot[e] = now[slots_.edge_slot[e]];
      }
    }
    table.Finish();
    tables_[part] = std::move(table);
  }

  // From numbers within the parts to numbers of all.
  bool Join() {
    size_t slots = 0, resources = 0;
    for (const SlotTable& table : tables_) {
      slots += table.lots.size();
      resources += table.resource.size();
    }
    slots_.slot_begin.reserve(slots + 1);
    slots_.slot_lot.reserve(slots);
    slots_.slot_resource.reserve(resources);
    slots_.part_slot_begin.push_back(0);
    slots_.slot_begin.push_back(0);
    for (SlotTable& table : tables_) {
      const auto before = static_cast<int64_t>(slots_.slot_resource.size());
      slots_.slot_resource.insert(slots_.slot_resource.end(), table.resource.begin(), table.resource.end());
      for (int32_t s = 0; s < table.size(); ++s) slots_.slot_begin.push_back(before + table.begin[s + 1]);
      slots_.slot_lot.insert(slots_.slot_lot.end(), table.lots.begin(), table.lots.end());
      slots_.part_slot_begin.push_back(slots_.slot_count());
      table = {};
    }
    return ForEachPart([this](int64_t part) {
      for (const int32_t n : slots_.needs_of(static_cast<int32_t>(part))) {
        for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
          slots_.edge_slot[e] += slots_.part_slot_begin[part];
        }
      }
    });
  }

  const Problem& problem_;
  Workers& workers_;
  const std::function<bool()>& stop_;
  Slots slots_;
  std::vector<SlotTable> tables_;         // by part
  std::vector<std::atomic<Units>> load_;  // by resource
};

}  // namespace

std::optional<Slots> MakeSlots(const Problem& problem, Workers& workers, const std::function<bool()>& stop) {
  return SlotMaker(problem, workers, stop).Make();
}

std::vector<int64_t> ByResource(const Prices& prices) {
  std::vector<int64_t> of_resource = prices.offer;
  of_resource.insert(of_resource.end(), prices.tap.begin(), prices.tap.end());
  of_resource.insert(of_resource.end(), prices.cell.begin(), prices.cell.end());
  return of_resource;
}

std::vector<double> InUnits(const std::vector<int64_t>& prices) {
  std::vector<double> in_units;
  in_units.reserve(prices.size());
  for (const int64_t price : prices) in_units.push_back(static_cast<double>(price) / kPriceScale);
  return in_units;
}

std::vector<int64_t> SlotPrices(const Slots& slots, const std::vector<int64_t>& resource_price) {
  std::vector<int64_t> slot_price(slots.slot_count(), 0);
  for (int32_t s = 0; s < slots.slot_count(); ++s) {
    for (const int32_t r : slots.resources(s)) slot_price[s] += resource_price[r];
  }
  return slot_price;
}

}  // namespace ayni::matcher
