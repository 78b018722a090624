#include "matcher/dual.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace ayni::matcher {
namespace {

constexpr double kNegligible = 30;  // exp(-30) of a demand is no unit of it

// e^-x for 0 <= x <= kNegligible, within 1e-7 of its value. libm's differs between processors in the last
// bit.
double ExpMinus(double x) {
  const double scaled = x * 1.4426950408889634;
  const int whole = static_cast<int>(scaled);
  const double f =
      (scaled - whole) * 0.6931471805599453;  // 0 <= f < ln 2; what follows is e^-f by its series
  double term = 1 - f / 9;
  for (int k = 8; k >= 1; --k) term = 1 - f / k * term;
  return term * std::bit_cast<double>(static_cast<uint64_t>(1023 - whole) << 52);
}

}  // namespace

Dual::Dual(const Problem& problem, const Slots& slots)
    : problem_(problem),
      slots_(slots),
      prices_(slots.resource_count(), 0.0),
      slot_price_(slots.slot_count(), 0.0),
      slot_wanted_(slots.slot_count(), 0.0),
      wanted_(slots.resource_count(), 0.0),
      best_bound_(std::numeric_limits<double>::infinity()) {
  size_t most = 1;
  for (int32_t s = 0; s < slots.slot_count(); ++s) most = std::max(most, slots.resources(s).size());
  // An edge's price is moved by all of its resources at once, so each may go only a part of the way.
  step_ = 2.0 / static_cast<double>(most);
  StartAt(std::move(prices_));
}

void Dual::StartAt(std::vector<double> prices) {
  prices_ = std::move(prices);
  for (int32_t r = 0; r < slots_.resource_count(); ++r) {
    if (slots_.resource_room[r] == 0)
      prices_[r] = kWeightMax;  // costs the bound nothing, and shuts its edges
  }
  previous_ = prices_;
  prices_ahead_ = prices_;
  if (best_prices_.empty()) best_prices_ = prices_;
}

void Dual::Pass(double temperature, std::vector<float>* choice) {
  const double inverse = 1 / temperature;
  for (int32_t s = 0; s < slots_.slot_count(); ++s) {
    double price = 0;
    for (const int32_t r : slots_.resources(s)) price += prices_ahead_[r];
    slot_price_[s] = price;
    slot_wanted_[s] = 0;
  }
  double bound = 0;
  for (int32_t r = 0; r < slots_.resource_count(); ++r) {
    bound += static_cast<double>(slots_.resource_room[r]) * prices_ahead_[r];
  }
  for (int32_t n = 0; n < problem_.need_count(); ++n) {
    const int64_t begin = problem_.need_edge_begin[n], end = problem_.need_edge_begin[n + 1];
    gain_.resize(end - begin);
    double most = 0;
    for (int64_t e = begin; e < end; ++e) {
      gain_[e - begin] = problem_.edge_weight[e] - slot_price_[slots_.edge_slot[e]];
      most = std::max(most, gain_[e - begin]);
    }
    const double demand = static_cast<double>(problem_.need_demand[n]);
    bound += demand * most;
    double sum = most * inverse < kNegligible ? ExpMinus(most * inverse) : 0;
    for (double& gain : gain_) {
      const double below = (most - gain) * inverse;
      gain = below < kNegligible ? ExpMinus(below) : 0;
      sum += gain;
    }
    const double each = demand / sum;
    for (int64_t e = begin; e < end; ++e) {
      const double units = std::min(gain_[e - begin] * each, static_cast<double>(problem_.edge_bound[e]));
      slot_wanted_[slots_.edge_slot[e]] += units;
      if (choice != nullptr) (*choice)[e] = static_cast<float>(units);
    }
  }
  bound_ = bound;
  std::fill(wanted_.begin(), wanted_.end(), 0.0);
  for (int32_t s = 0; s < slots_.slot_count(); ++s) {
    for (const int32_t r : slots_.resources(s)) wanted_[r] += slot_wanted_[s];
  }
}

void Dual::Keep() {
  if (bound_ >= best_bound_) return;
  best_bound_ = bound_;
  best_prices_ = prices_ahead_;
}

void Dual::Descend(double temperature, int passes, const std::function<bool()>& stop) {
  int since_restart = 0;
  prices_ahead_ = prices_;
  for (int pass = 0; pass < passes && !stop(); ++pass) {
    Pass(temperature, nullptr);
    Keep();
    previous_.swap(prices_);
    double uphill = 0;
    for (int32_t r = 0; r < slots_.resource_count(); ++r) {
      const double room = static_cast<double>(slots_.resource_room[r]);
      if (room == 0) {
        prices_[r] = kWeightMax;
        continue;
      }
      const double move = temperature * step_ * (wanted_[r] - room) / (wanted_[r] + room);
      prices_[r] = std::clamp(prices_ahead_[r] + move, 0.0, static_cast<double>(kWeightMax));
      uphill += (room - wanted_[r]) * (prices_[r] - previous_[r]);
    }
    since_restart = uphill > 0 ? 0 : since_restart + 1;
    const double momentum = static_cast<double>(since_restart) / (since_restart + 3);
    for (int32_t r = 0; r < slots_.resource_count(); ++r) {
      prices_ahead_[r] = std::max(0.0, prices_[r] + momentum * (prices_[r] - previous_[r]));
    }
  }
}

std::vector<float> Dual::Choice(double temperature) {
  std::vector<float> choice(problem_.edge_offer.size());
  prices_ahead_ = prices_;
  Pass(temperature, &choice);
  Keep();
  return choice;
}

Prices RoundPrices(const Problem& problem, const Slots& slots, const std::vector<double>& resource_prices) {
  std::vector<int64_t> fixed(resource_prices.size());
  for (size_t r = 0; r < fixed.size(); ++r) {
    fixed[r] = static_cast<int64_t>(std::floor(resource_prices[r] * kPriceScale + 0.5));
  }
  Prices prices;
  prices.offer.assign(fixed.begin(), fixed.begin() + slots.tap_begin);
  prices.tap.assign(fixed.begin() + slots.tap_begin, fixed.begin() + slots.cell_begin);
  prices.cell.assign(fixed.begin() + slots.cell_begin, fixed.end());
  prices.need.assign(problem.need_demand.size(), 0);
  std::vector<std::pair<int64_t, Units>> gains;
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    gains.clear();
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      int64_t gain = problem.edge_weight[e] * kPriceScale;
      for (const int32_t r : slots.resources(slots.edge_slot[e])) gain -= fixed[r];
      if (gain > 0) gains.emplace_back(gain, problem.edge_bound[e]);
    }
    // A higher price costs the demand and saves the bounds of the edges above it: best where those reach the
    // demand.
    std::sort(gains.rbegin(), gains.rend());
    Units above = 0;
    for (const auto& [gain, units] : gains) {
      above += units;
      if (above >= problem.need_demand[n]) {
        prices.need[n] = gain;
        break;
      }
    }
  }
  return prices;
}

}  // namespace ayni::matcher
