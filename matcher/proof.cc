#include "matcher/proof.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/types/span.h"

namespace ayni::matcher {
namespace {

constexpr int64_t kStopEvery = 16;  // parts between two looks at `stop`

class Prover {
 public:
  Prover(const Problem& problem, const Slots& slots, const std::vector<int64_t>& resource_price,
         std::vector<int64_t>& need_price)
      : problem_(problem), slots_(slots), resource_price_(resource_price), need_price_(need_price) {}

  // Prices the part's needs; what they and their edges add to the bound, in fixed point.
  absl::int128 PricePart(int32_t part) {
    first_slot_ = slots_.part_slot_begin[part];
    slot_price_.assign(slots_.part_slot_begin[part + 1] - first_slot_, 0);
    for (size_t s = 0; s < slot_price_.size(); ++s) {
      for (const int32_t r : slots_.resources(first_slot_ + static_cast<int32_t>(s))) {
        slot_price_[s] += resource_price_[r];
      }
    }
    absl::int128 sum = 0;
    for (const int32_t n : slots_.needs_of(part)) sum += PriceNeed(n);
    return sum;
  }

 private:
  int64_t Gain(int64_t edge) const {
    return problem_.edge_weight[edge] * kPriceScale - slot_price_[slots_.edge_slot[edge] - first_slot_];
  }

  absl::int128 PriceNeed(int32_t need) {
    const int64_t begin = problem_.need_edge_begin[need], end = problem_.need_edge_begin[need + 1];
    const Units demand = problem_.need_demand[need];
    int64_t most = 0;
    Units bound = 0;
    for (int64_t e = begin; e < end; ++e) {
      const int64_t gain = Gain(e);
      if (gain <= most) continue;
      most = gain;
      bound = problem_.edge_bound[e];
    }
    if (bound < demand && most > 0) return FillByGain(need);
    need_price_[need] = most;
    return absl::int128(demand) * most;
  }

  // A higher price costs the demand and saves the bounds of the edges above it: best where those reach the
  // demand.
  absl::int128 FillByGain(int32_t need) {
    by_gain_.clear();
    for (int64_t e = problem_.need_edge_begin[need]; e < problem_.need_edge_begin[need + 1]; ++e) {
      if (const int64_t gain = Gain(e); gain > 0) by_gain_.emplace_back(gain, problem_.edge_bound[e]);
    }
    std::make_heap(by_gain_.begin(), by_gain_.end());
    absl::int128 sum = 0;
    Units left = problem_.need_demand[need];
    while (!by_gain_.empty()) {
      std::pop_heap(by_gain_.begin(), by_gain_.end());
      const auto [gain, units] = by_gain_.back();
      by_gain_.pop_back();
      sum += absl::int128(gain) * std::min(units, left);
      left -= units;
      if (left > 0) continue;
      need_price_[need] = gain;
      break;
    }
    return sum;
  }

  const Problem& problem_;
  const Slots& slots_;
  const std::vector<int64_t>& resource_price_;
  std::vector<int64_t>& need_price_;
  int32_t first_slot_ = 0;
  std::vector<int64_t> slot_price_;  // by slot of the part at hand
  std::vector<std::pair<int64_t, Units>> by_gain_;
};

}  // namespace

std::optional<Proof> Prove(const Problem& problem, const Slots& slots, Workers& workers,
                           const std::vector<double>& resource_prices, const std::function<bool()>& stop) {
  std::vector<int64_t> fixed(resource_prices.size());
  absl::int128 bound = 0;
  for (size_t r = 0; r < fixed.size(); ++r) {
    const auto resource = static_cast<int32_t>(r);
    const double price = std::min(resource_prices[r], slots.price_max) * kPriceScale;
    fixed[r] = static_cast<int64_t>(price < 0 ? price - 0.5 : price + 0.5);
    fixed[r] = std::max(fixed[r], -slots.penalty(resource) * kPriceScale);
    bound += absl::int128(fixed[r] < 0 ? slots.floor(resource) : slots.resource_room[r]) * fixed[r];
  }
  for (size_t c = 0; c < problem.cell_floor.size(); ++c) {
    const Units beyond = std::max<Units>(0, problem.cell_floor[c] - problem.cell_room[c]);
    bound -= absl::int128(beyond) * problem.cell_penalty[c] * kPriceScale;
  }
  Proof proof;
  proof.prices.need.assign(problem.need_demand.size(), 0);
  std::vector<absl::int128> by_part(slots.part_count(), 0);
  for (int64_t from = 0; from < slots.part_count(); from += kStopEvery) {
    if (stop()) return std::nullopt;
    workers.ForEach(std::min(kStopEvery, slots.part_count() - from), [&](int64_t i) {
      Prover prover(problem, slots, fixed, proof.prices.need);
      by_part[from + i] = prover.PricePart(static_cast<int32_t>(from + i));
    });
  }
  for (const absl::int128 sum : by_part) bound += sum;
  proof.prices.offer.assign(fixed.begin(), fixed.begin() + slots.tap_begin);
  proof.prices.tap.assign(fixed.begin() + slots.tap_begin, fixed.begin() + slots.cell_begin);
  proof.prices.cell.assign(fixed.begin() + slots.cell_begin, fixed.end());
  absl::int128 whole = bound / kPriceScale;
  if (whole * kPriceScale > bound) --whole;
  proof.bound = static_cast<int64_t>(std::min<absl::int128>(whole, std::numeric_limits<int64_t>::max()));
  return proof;
}

}  // namespace ayni::matcher
