#include "matcher/dual.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace ayni::matcher {
namespace {

constexpr double kStep = 2;
constexpr int kStopEvery = 512;     // needs between two looks at `stop`
constexpr double kNegligible = 14;  // exp(-14) of a demand moves no price
constexpr double kPricesMove = 16;  // temperatures that a price may move by at one temperature

// e^-x for x >= 0, within 1e-7 of its value and no less than e^-kNegligible. libm's differs between
// processors in the last bit.
double ExpMinus(double x) {
  x = std::min(x, kNegligible);
  const double scaled = x * 1.4426950408889634;
  const int whole = static_cast<int>(scaled);
  // e^-x = 2^-whole x 2^-1/2 x e^y with |y| <= ln 2 / 2; what follows is the series of e^y.
  const double y = (0.5 - (scaled - whole)) * 0.6931471805599453;
  const double y2 = y * y;
  const double low = 1 + y + y2 * (1.0 / 2 + y * (1.0 / 6));
  const double high = 1.0 / 24 + y * (1.0 / 120) + y2 * (1.0 / 720);
  return (low + y2 * y2 * high) * 0.7071067811865476 *
         std::bit_cast<double>(static_cast<uint64_t>(1023 - whole) << 52);
}

}  // namespace

Dual::Dual(const Problem& problem, const Slots& slots)
    : problem_(problem),
      slots_(slots),
      need_capped_(problem.need_demand.size(), false),
      prices_(slots.resource_count(), 0.0),
      slot_price_(slots.slot_count(), 0.0),
      slot_wanted_(slots.slot_count(), 0.0),
      wanted_(slots.resource_count(), 0.0) {
  size_t most = 1;
  for (int32_t s = 0; s < slots.slot_count(); ++s) most = std::max(most, slots.resources(s).size());
  // An edge's price is moved by all of its resources at once, so each may go only a part of the way.
  step_ = kStep / static_cast<double>(most);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    close_begin_.push_back(problem.need_edge_begin[n]);
    demand_ += static_cast<double>(problem.need_demand[n]);
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      if (problem.edge_bound[e] < problem.need_demand[n]) need_capped_[n] = true;
      close_.push_back({e, slots.edge_slot[e], problem.edge_weight[e]});
    }
  }
  close_begin_.push_back(problem.edge_count());
  StartAt(std::move(prices_));
}

void Dual::StartAt(std::vector<double> prices) {
  prices_ = std::move(prices);
  for (int32_t r = 0; r < slots_.resource_count(); ++r) {
    if (!slots_.resource_binds[r]) {
      prices_[r] = 0;
    } else if (slots_.resource_room[r] == 0) {
      // Costs the bound nothing, and shuts its edges.
      prices_[r] = kWeightMax;
    }
  }
  previous_ = prices_;
  prices_ahead_ = prices_;
  best_prices_ = prices_;
}

void Dual::HoldToBounds(double demand, double unmatched) {
  // Those above their bounds are held there, and the rest share what is left, until none is above.
  double left = demand;
  double sum = unmatched;
  for (const Liked& liked : liked_) sum += liked.share;
  size_t open = 0;  // liked_[0, open) are held
  for (bool held = true; held && sum > 0;) {
    held = false;
    const double each = left / sum;
    for (size_t i = open; i < liked_.size(); ++i) {
      const auto bound = static_cast<double>(problem_.edge_bound[liked_[i].close->edge]);
      if (liked_[i].share * each <= bound) continue;
      sum -= liked_[i].share;
      left -= bound;
      liked_[i].share = bound;
      std::swap(liked_[i], liked_[open++]);
      held = true;
    }
  }
  const double each = sum > 0 && left > 0 ? left / sum : 0;
  for (size_t i = open; i < liked_.size(); ++i) {
    const auto bound = static_cast<double>(problem_.edge_bound[liked_[i].close->edge]);
    liked_[i].share = std::min(bound, liked_[i].share * each);
  }
}

void Dual::FindClose(double temperature) {
  prices_ahead_ = prices_;
  PriceSlots();
  const double reach = (kNegligible + kPricesMove) * temperature;
  std::vector<int64_t> begin = {0};
  std::vector<Close> close;
  for (int32_t n = 0; n < problem_.need_count(); ++n) {
    const double marginal = FindMarginal(n);
    for (int64_t i = close_begin_[n]; i < close_begin_[n + 1]; ++i) {
      if (gain_[i - close_begin_[n]] > marginal - reach) close.push_back(close_[i]);
    }
    begin.push_back(static_cast<int64_t>(close.size()));
  }
  close.shrink_to_fit();
  close_ = std::move(close);
  close_begin_ = std::move(begin);
}

double Dual::FindMarginal(int32_t need) {
  const int64_t begin = close_begin_[need], end = close_begin_[need + 1];
  gain_.resize(end - begin);
  double most = 0;
  int64_t best = -1;
  for (int64_t i = begin; i < end; ++i) {
    const double gain = close_[i].weight - slot_price_[close_[i].slot];
    gain_[i - begin] = gain;
    if (gain > most) {
      most = gain;
      best = i;
    }
  }
  const bool enough =
      best < 0 || !need_capped_[need] || problem_.edge_bound[close_[best].edge] >= problem_.need_demand[need];
  if (!enough) return FillByGain(need);
  bound_ += static_cast<double>(problem_.need_demand[need]) * most;
  return most;
}

double Dual::FillByGain(int32_t need) {
  const int64_t begin = close_begin_[need];
  by_gain_.clear();
  for (size_t i = 0; i < gain_.size(); ++i) {
    if (gain_[i] <= 0) continue;
    by_gain_.emplace_back(gain_[i], static_cast<double>(problem_.edge_bound[close_[begin + i].edge]));
  }
  std::make_heap(by_gain_.begin(), by_gain_.end());
  double left = static_cast<double>(problem_.need_demand[need]);
  while (!by_gain_.empty()) {
    std::pop_heap(by_gain_.begin(), by_gain_.end());
    const auto [gain, units] = by_gain_.back();
    by_gain_.pop_back();
    bound_ += gain * std::min(left, units);
    left -= units;
    if (left <= 0) return gain;
  }
  return 0;
}

void Dual::Choose(int32_t need, double inverse_temperature) {
  // Weights relative to the marginal edge's, which is the best where no edge is held to its bound.
  const double marginal = FindMarginal(need);
  const double unmatched = ExpMinus(marginal * inverse_temperature);
  double sum = unmatched;
  liked_.clear();
  for (size_t i = 0; i < gain_.size(); ++i) {
    const double below = (marginal - gain_[i]) * inverse_temperature;
    if (below >= kNegligible) continue;
    liked_.push_back({&close_[close_begin_[need] + i], below >= 0 ? ExpMinus(below) : 1 / ExpMinus(-below)});
    sum += liked_.back().share;
  }
  const auto demand = static_cast<double>(problem_.need_demand[need]);
  if (need_capped_[need]) {
    HoldToBounds(demand, unmatched);
    return;
  }
  const double each = demand / sum;
  for (Liked& liked : liked_) liked.share *= each;
}

void Dual::PriceSlots() {
  for (int32_t s = 0; s < slots_.slot_count(); ++s) {
    double price = 0;
    for (const int32_t r : slots_.resources(s)) price += prices_ahead_[r];
    slot_price_[s] = price;
    slot_wanted_[s] = 0;
  }
}

bool Dual::Pass(double temperature, const std::function<bool()>& stop) {
  const double inverse = 1 / temperature;
  PriceSlots();
  bound_ = 0;
  for (int32_t r = 0; r < slots_.resource_count(); ++r) {
    bound_ += static_cast<double>(slots_.resource_room[r]) * prices_ahead_[r];
  }
  for (int32_t n = 0; n < problem_.need_count(); ++n) {
    if (n % kStopEvery == 0 && stop()) return false;
    Choose(n, inverse);
    for (const Liked& liked : liked_) slot_wanted_[liked.close->slot] += liked.share;
  }
  std::fill(wanted_.begin(), wanted_.end(), 0.0);
  for (int32_t s = 0; s < slots_.slot_count(); ++s) {
    if (slot_wanted_[s] == 0) continue;
    for (const int32_t r : slots_.resources(s)) wanted_[r] += slot_wanted_[s];
  }
  if (bound_ < best_bound_) {
    best_bound_ = bound_;
    best_prices_ = prices_ahead_;
  }
  return true;
}

bool Dual::Move(double temperature) {
  previous_.swap(prices_);
  double uphill = 0;
  imbalance_ = 0;
  for (int32_t r = 0; r < slots_.resource_count(); ++r) {
    const auto room = static_cast<double>(slots_.resource_room[r]);
    if (room == 0 || !slots_.resource_binds[r]) {
      prices_[r] = prices_ahead_[r];
      continue;
    }
    const double move = temperature * step_ * (wanted_[r] - room) / (wanted_[r] + room);
    prices_[r] = std::clamp(prices_ahead_[r] + move, 0.0, static_cast<double>(kWeightMax));
    if (prices_[r] > 0) imbalance_ += (wanted_[r] - room) * (wanted_[r] - room) / (wanted_[r] + room);
    uphill += (room - wanted_[r]) * (prices_[r] - previous_[r]);
  }
  return uphill > 0;
}

void Dual::Descend(double temperature, double imbalance_max, int passes_max,
                   const std::function<bool()>& stop) {
  FindClose(temperature);
  best_bound_ = std::numeric_limits<double>::infinity();
  int since_restart = 0;
  for (int pass = 0; pass < passes_max; ++pass) {
    if (!Pass(temperature, stop)) return;
    since_restart = Move(temperature) ? 0 : since_restart + 1;
    if (imbalance_ <= imbalance_max * demand_) return;
    const double momentum = static_cast<double>(since_restart) / (since_restart + 3);
    for (int32_t r = 0; r < slots_.resource_count(); ++r) {
      prices_ahead_[r] = std::max(0.0, prices_[r] + momentum * (prices_[r] - previous_[r]));
    }
  }
}

std::vector<Choice> Dual::Choices(double temperature) {
  prices_ahead_ = prices_;
  PriceSlots();
  std::vector<Choice> choices;
  for (int32_t n = 0; n < problem_.need_count(); ++n) {
    Choose(n, 1 / temperature);
    std::sort(liked_.begin(), liked_.end(), [](const Liked& a, const Liked& b) { return a.close < b.close; });
    const double least = static_cast<double>(problem_.need_demand[n]) / 100;
    for (const Liked& liked : liked_) {
      if (liked.share > least) choices.push_back({liked.close->edge, static_cast<float>(liked.share)});
    }
  }
  return choices;
}

}  // namespace ayni::matcher
