#include "matcher/slots.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"

namespace ayni::matcher {
namespace {

constexpr int64_t kStopEvery = 16'384;  // edges between two looks at `stop`

uint64_t Mix(uint64_t hash, uint64_t value) {
  hash ^= value + 0x9e3779b97f4a7c15 + (hash << 6) + (hash >> 2);
  hash *= 0xff51afd7ed558ccd;
  return hash ^ (hash >> 32);
}

class SlotMaker {
 public:
  SlotMaker(const Problem& problem, const std::function<bool()>& stop) : problem_(problem), stop_(stop) {
    slots_.tap_begin = problem.offer_count();
    slots_.cell_begin = slots_.tap_begin + problem.tap_count();
    slots_.resource_room = problem.offer_capacity;
    for (const std::vector<Units>* side : {&problem.tap_capacity, &problem.cell_room}) {
      slots_.resource_room.insert(slots_.resource_room.end(), side->begin(), side->end());
    }
    slots_.slot_begin.push_back(0);
    slots_.edge_slot.reserve(problem.edge_offer.size());
  }

  std::optional<Slots> Make() && {
    if (!FindBinding()) return std::nullopt;
    for (int64_t e = 0; e < problem_.edge_count(); ++e) {
      if (e % kStopEvery == 0 && stop_()) return std::nullopt;
      ResourcesOf(e);
      std::erase_if(resources_, [this](int32_t r) { return !slots_.resource_binds[r]; });
      slots_.edge_slot.push_back(SlotOf(problem_.offer_lot[problem_.edge_offer[e].at()]));
    }
    return std::move(slots_);
  }

 private:
  void ResourcesOf(int64_t edge) {
    const OfferIndex offer = problem_.edge_offer[edge];
    resources_.assign(1, offer.value);
    const TapIndex tap = problem_.offer_tap[offer.at()];
    if (tap.present()) resources_.push_back(slots_.tap_begin + tap.value);
    for (int64_t i = problem_.edge_cell_begin[edge]; i < problem_.edge_cell_begin[edge + 1]; ++i) {
      resources_.push_back(slots_.cell_begin + problem_.edge_cell[i].value);
    }
  }

  bool FindBinding() {
    std::vector<Units> load(slots_.resource_room.size(), 0);
    for (int32_t n = 0; n < problem_.need_count(); ++n) {
      for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
        if (e % kStopEvery == 0 && stop_()) return false;
        ResourcesOf(e);
        for (const int32_t r : resources_) {
          load[r] += std::min(problem_.edge_bound[e], problem_.need_demand[n]);
        }
      }
    }
    slots_.resource_binds.resize(load.size());
    for (size_t r = 0; r < load.size(); ++r) slots_.resource_binds[r] = load[r] > slots_.resource_room[r];
    return true;
  }

  int32_t SlotOf(Units lot) {
    uint64_t hash = static_cast<uint64_t>(lot);
    for (const int32_t resource : resources_) hash = Mix(hash, static_cast<uint64_t>(resource));
    const auto [first, inserted] = first_with_hash_.emplace(hash, slots_.slot_count());
    for (int32_t slot = inserted ? -1 : first->second; slot >= 0; slot = next_with_hash_[slot]) {
      if (slots_.slot_lot[slot] == lot && slots_.resources(slot) == absl::MakeConstSpan(resources_))
        return slot;
    }
    next_with_hash_.push_back(inserted ? -1 : first->second);
    first->second = slots_.slot_count();
    slots_.slot_resource.insert(slots_.slot_resource.end(), resources_.begin(), resources_.end());
    slots_.slot_begin.push_back(static_cast<int64_t>(slots_.slot_resource.size()));
    slots_.slot_lot.push_back(lot);
    return first->second;
  }

  const Problem& problem_;
  const std::function<bool()>& stop_;
  Slots slots_;
  absl::flat_hash_map<uint64_t, int32_t> first_with_hash_;
  std::vector<int32_t> next_with_hash_;
  std::vector<int32_t> resources_;  // of the edge at hand
};

}  // namespace

std::optional<Slots> MakeSlots(const Problem& problem, const std::function<bool()>& stop) {
  return SlotMaker(problem, stop).Make();
}

}  // namespace ayni::matcher
