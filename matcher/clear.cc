#include "matcher/clear.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "matcher/assignment.h"
#include "matcher/dual.h"
#include "matcher/exchange.h"
#include "matcher/slots.h"

namespace ayni::matcher {
namespace {

constexpr int kPassesPerTemperature = 40;
constexpr double kHottest = 1.0 / 8, kColdest = 1.0 / 32768;  // temperatures, as parts of the largest weight
constexpr double kFirstRounding = 1.0 / 1024;                 // no rounding is tried above this temperature
constexpr int kImprovementsMax = 12;

int64_t Value(const Problem& problem, const std::vector<Units>& units) {
  int64_t value = 0;
  for (int64_t e = 0; e < problem.edge_count(); ++e) value += problem.edge_weight[e] * units[e];
  return value;
}

// The bound of the prices, as the design has it. Verify computes it anew, in code of its own.
int64_t Bound(const Problem& problem, const Slots& slots, const Prices& prices) {
  std::vector<int64_t> price = prices.offer;
  price.insert(price.end(), prices.tap.begin(), prices.tap.end());
  price.insert(price.end(), prices.cell.begin(), prices.cell.end());
  absl::int128 bound = 0;
  for (size_t r = 0; r < price.size(); ++r) bound += absl::int128(slots.resource_room[r]) * price[r];
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    bound += absl::int128(problem.need_demand[n]) * prices.need[n];
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      int64_t gain = problem.edge_weight[e] * kPriceScale - prices.need[n];
      for (const int32_t r : slots.resources(slots.edge_slot[e])) gain -= price[r];
      if (gain > 0) bound += absl::int128(problem.edge_bound[e]) * gain;
    }
  }
  return static_cast<int64_t>(
      std::min<absl::int128>(bound / kPriceScale, std::numeric_limits<int64_t>::max()));
}

absl::Status ValidateOptions(const Problem& problem, const ClearOptions& options) {
  if (options.target_gap_ppm < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("target_gap_ppm is ", options.target_gap_ppm, ": expected 0 or more"));
  }
  const Prices* warm = options.warm_prices;
  if (warm == nullptr) return absl::OkStatus();
  if (warm->need.size() != problem.need_demand.size() ||
      warm->offer.size() != problem.offer_capacity.size() ||
      warm->tap.size() != problem.tap_capacity.size() || warm->cell.size() != problem.cell_room.size()) {
    return absl::InvalidArgumentError("warm_prices: expected one for each need, offer, TAP and cell");
  }
  for (const std::vector<int64_t>* side : {&warm->need, &warm->offer, &warm->tap, &warm->cell}) {
    for (int64_t price : *side) {
      if (price < 0 || price > kPriceMax) {
        return absl::InvalidArgumentError(
            absl::StrCat("warm_prices holds ", price, ": expected 0 to ", kPriceMax));
      }
    }
  }
  return absl::OkStatus();
}

class Clearer {
 public:
  Clearer(const Problem& problem, const ClearOptions& options)
      : problem_(problem), options_(options), slots_(MakeSlots(problem)), dual_(problem, slots_) {
    best_.solution.edge_units.assign(problem.edge_offer.size(), 0);
    best_.upper_bound = std::numeric_limits<int64_t>::max();
    if (options.warm_prices != nullptr) {
      const Prices& warm = *options.warm_prices;
      std::vector<double> prices;
      for (const std::vector<int64_t>* side : {&warm.offer, &warm.tap, &warm.cell}) {
        for (const int64_t price : *side) prices.push_back(static_cast<double>(price) / kPriceScale);
      }
      dual_.StartAt(std::move(prices));
    }
    Prove();
  }

  Clearing Run() && {
    double weight = 1;
    for (const int32_t w : problem_.edge_weight) weight = std::max(weight, static_cast<double>(w));
    for (double part = kHottest; part >= kColdest && !Done(); part /= 2) {
      dual_.Descend(part * weight, kPassesPerTemperature, options_.stop);
      if (part > kFirstRounding) continue;
      Prove();
      Round(2 * part * weight);
    }
    best_.stopped = options_.stop();
    return std::move(best_);
  }

 private:
  // Keeps the dual's prices where they prove a lower bound.
  void Prove() {
    Prices prices = RoundPrices(problem_, slots_, dual_.prices());
    const int64_t bound = Bound(problem_, slots_, prices);
    if (bound < best_.upper_bound) {
      best_.upper_bound = bound;
      best_.solution.prices = std::move(prices);
    }
    options_.progress({phase_, best_.value, best_.upper_bound});
  }

  void Round(double temperature) {
    if (Done()) return;
    phase_ = ClearPhase::kMatch;
    Assignment assignment(problem_, slots_);
    Exchange exchange(problem_, slots_, best_.solution.prices, options_.seed, assignment, options_.stop);
    exchange.Round(dual_.Choice(temperature));
    exchange.Fill();
    int64_t value = Value(problem_, assignment.edge_units());
    Keep(assignment, value);
    for (int i = 0; i < kImprovementsMax && !Done(); ++i) {
      const int64_t gained = exchange.Improve();
      value += gained;
      Keep(assignment, value);
      if (gained <= value / 100'000) break;
    }
  }

  void Keep(const Assignment& assignment, int64_t value) {
    if (value > best_.value) {
      best_.value = value;
      best_.solution.edge_units = assignment.edge_units();
    }
    options_.progress({phase_, best_.value, best_.upper_bound});
  }

  bool Done() const {
    const absl::int128 gap = absl::int128(best_.upper_bound - best_.value) * 1'000'000;
    return gap <= absl::int128(best_.upper_bound) * options_.target_gap_ppm || options_.stop();
  }

  const Problem& problem_;
  const ClearOptions& options_;
  const Slots slots_;
  Dual dual_;
  Clearing best_;
  ClearPhase phase_ = ClearPhase::kPrice;
};

}  // namespace

absl::StatusOr<Clearing> Clear(const Problem& problem, const ClearOptions& options) {
  if (absl::Status status = Validate(problem); !status.ok()) return status;
  if (absl::Status status = ValidateOptions(problem, options); !status.ok()) return status;
  return Clearer(problem, options).Run();
}

}  // namespace ayni::matcher
