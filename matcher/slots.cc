#include "matcher/slots.h"

#include "absl/container/flat_hash_map.h"

namespace ayni::matcher {
namespace {

uint64_t Mix(uint64_t hash, uint64_t value) {
  hash ^= value + 0x9e3779b97f4a7c15 + (hash << 6) + (hash >> 2);
  hash *= 0xff51afd7ed558ccd;
  return hash ^ (hash >> 32);
}

}  // namespace

Slots MakeSlots(const Problem& problem) {
  Slots slots;
  slots.tap_begin = problem.offer_count();
  slots.cell_begin = slots.tap_begin + problem.tap_count();
  slots.resource_room = problem.offer_capacity;
  slots.resource_room.insert(slots.resource_room.end(), problem.tap_capacity.begin(),
                             problem.tap_capacity.end());
  slots.resource_room.insert(slots.resource_room.end(), problem.cell_room.begin(), problem.cell_room.end());
  slots.slot_begin.push_back(0);
  slots.edge_slot.reserve(problem.edge_offer.size());

  absl::flat_hash_map<uint64_t, int32_t> first_with_hash;
  std::vector<int32_t> next_with_hash;
  std::vector<int32_t> resources;
  for (int64_t e = 0; e < problem.edge_count(); ++e) {
    const OfferIndex offer = problem.edge_offer[e];
    resources.assign(1, offer.value);
    const TapIndex tap = problem.offer_tap[offer.at()];
    if (tap.present()) resources.push_back(slots.tap_begin + tap.value);
    for (int64_t i = problem.edge_cell_begin[e]; i < problem.edge_cell_begin[e + 1]; ++i) {
      resources.push_back(slots.cell_begin + problem.edge_cell[i].value);
    }
    uint64_t hash = 0;
    for (const int32_t resource : resources) hash = Mix(hash, static_cast<uint64_t>(resource));
    const auto [first, inserted] = first_with_hash.emplace(hash, slots.slot_count());
    int32_t slot = inserted ? slots.slot_count() : first->second;
    if (!inserted) {
      while (slot >= 0 && slots.resources(slot) != absl::MakeConstSpan(resources))
        slot = next_with_hash[slot];
      if (slot < 0) {
        slot = slots.slot_count();
        next_with_hash.push_back(first->second);
        first->second = slot;
      }
    } else {
      next_with_hash.push_back(-1);
    }
    if (slot == slots.slot_count()) {
      slots.slot_resource.insert(slots.slot_resource.end(), resources.begin(), resources.end());
      slots.slot_begin.push_back(static_cast<int64_t>(slots.slot_resource.size()));
      slots.slot_lot.push_back(problem.offer_lot[offer.at()]);
    }
    slots.edge_slot.push_back(slot);
  }
  return slots;
}

}  // namespace ayni::matcher
