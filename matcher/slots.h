// The constraints of a Problem but the needs' own, as one list of resources, and the slots that edges fill.
//
// A resource is an offer, a TAP or a cell: something of which there is room for so many units. One with room
// for all that could ever be asked of it does not bind, and is left out unless it has a floor. A slot is a
// distinct set of binding resources and a lot; all edges of one slot pay the same price. A pass over the
// edges then gathers one price and scatters one quantity an edge, however many limits cross.
//
// Needs that share limits are put side by side and cut into parts, and each part has slots of its own, so
// that threads may pass over parts at the same time without touching each other's slots, which stay in cache.
#ifndef AYNI_MATCHER_SLOTS_H_
#define AYNI_MATCHER_SLOTS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "matcher/problem.h"
#include "matcher/solution.h"
#include "matcher/workers.h"

namespace ayni::matcher {

struct Slots {
  // Offers stand first, then TAPs from tap_begin on, then cells from cell_begin on.
  std::vector<Units> resource_room;
  std::vector<bool> resource_binds;
  // Both empty where no cell has a floor. A resource under its floor gains its penalty with each unit.
  std::vector<Units> resource_floor;      // no more than the room
  std::vector<int64_t> resource_penalty;  // 0 where there is no floor
  double price_max = kWeightMax;          // shuts out any edge
  int32_t tap_begin = 0;
  int32_t cell_begin = 0;

  std::vector<int32_t> edge_slot;      // by edge
  std::vector<int64_t> slot_begin;     // one entry more than there are slots
  std::vector<int32_t> slot_resource;  // resources of slot s: [slot_begin[s], slot_begin[s + 1])
  std::vector<Units> slot_lot;

  // Part p has the needs need_order[part_begin[p], part_begin[p + 1]) and the slots from part_slot_begin[p]
  // to part_slot_begin[p + 1]. Parts depend on the problem alone.
  std::vector<int32_t> need_order;
  std::vector<int32_t> part_begin;
  std::vector<int32_t> part_slot_begin;

  int32_t part_count() const { return static_cast<int32_t>(part_begin.size()) - 1; }
  absl::Span<const int32_t> needs_of(int32_t part) const {
    return absl::MakeConstSpan(need_order).subspan(part_begin[part], part_begin[part + 1] - part_begin[part]);
  }
  int32_t slot_count() const { return static_cast<int32_t>(slot_lot.size()); }
  bool has_floors() const { return !resource_floor.empty(); }
  Units floor(int32_t resource) const { return has_floors() ? resource_floor[resource] : 0; }
  int64_t penalty(int32_t resource) const { return has_floors() ? resource_penalty[resource] : 0; }
  int32_t resource_count() const { return static_cast<int32_t>(resource_room.size()); }
  absl::Span<const int32_t> resources(int32_t slot) const {
    return absl::MakeConstSpan(slot_resource)
        .subspan(slot_begin[slot], slot_begin[slot + 1] - slot_begin[slot]);
  }
};

// Linear in the size of the problem. Nothing where `stop` said so.
std::optional<Slots> MakeSlots(const Problem& problem, Workers& workers, const std::function<bool()>& stop);

// Prices of offers, TAPs and cells, as resources stand; in fixed point.
std::vector<int64_t> ByResource(const Prices& prices);
// From fixed point to units of weight.
std::vector<double> InUnits(const std::vector<int64_t>& prices);
// What an edge pays, by slot; in fixed point. Linear in the slots' resources.
std::vector<int64_t> SlotPrices(const Slots& slots, const std::vector<int64_t>& resource_price);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_SLOTS_H_
