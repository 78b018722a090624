// Prices by descent on the smoothed dual of the clearing problem.
//
// With the resources priced, each need chooses by itself. At a temperature T it spreads its demand over its
// edges and over staying unmatched in proportion to exp((weight - price) / T), no edge above its bound, a
// choice in closed form, which makes the dual smooth. A resource's price then moves by
// T x (wanted - room) / (wanted + room), a damped form of Sinkhorn's scaling, with Nesterov's momentum,
// restarted when it points uphill (O'Donoghue and Candes 2015). As T falls the prices near those of the
// linear programme, and whatever they are they bound it.
//
// All arithmetic is IEEE double in a fixed order, with an exponential of its own, so that the same problem
// gives the same prices on any machine.
#ifndef AYNI_MATCHER_DUAL_H_
#define AYNI_MATCHER_DUAL_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "matcher/problem.h"
#include "matcher/slots.h"
#include "matcher/solution.h"

namespace ayni::matcher {

// How many units of an edge a need chooses at some prices and temperature; a fraction of them.
struct Choice {
  int64_t edge;
  float units;
};

class Dual {
 public:
  // Borrows both for its life. Prices begin at 0.
  Dual(const Problem& problem, const Slots& slots);

  // REQUIRES: one price a resource, none negative.
  void StartAt(std::vector<double> prices);

  // At most `passes_max` passes at a temperature, in units of weight, which the least bound and its prices
  // are then of; passes look only at edges that can matter at this temperature. Ends early where what is
  // wanted differs from the rooms by no more than `imbalance_max` (mean square, as a part of all demand), and
  // when `stop` says so. REQUIRES: temperature > 0.
  void Descend(double temperature, double imbalance_max, int passes_max, const std::function<bool()>& stop);

  // By resource: the prices of the least bound met by the last Descend.
  const std::vector<double>& prices() const { return best_prices_; }

  // What needs choose where the descent stands, ascending by edge; shares of a demand under 1/100 left out.
  std::vector<Choice> Choices(double temperature);

 private:
  // An edge that its need may choose. Those of need n stand in [close_begin_[n], close_begin_[n + 1]).
  struct Close {
    int64_t edge;
    int32_t slot;
    int32_t weight;
  };
  struct Liked {
    const Close* close;
    double share;  // weight at first, units when held to the demand
  };

  // Leaves out edges that no likely move of prices at this temperature makes worth choosing.
  void FindClose(double temperature);
  // Prices of slots where prices_ahead_ stands; no units wanted.
  void PriceSlots();
  // One pass at prices_ahead_: the units that needs want of each resource, and the bound there. False where
  // `stop` cut it short.
  bool Pass(double temperature, const std::function<bool()>& stop);
  // Fills gain_ with what each close edge of the need brings, and returns the gain of the need's last unit:
  // 0 where it has units to spare. Adds to bound_ what they bring together.
  double FindMarginal(int32_t need);
  double FillByGain(int32_t need);
  // Fills liked_ with what the need chooses.
  void Choose(int32_t need, double inverse_temperature);
  // Holds liked_ to the edges' bounds. `unmatched` is the weight of staying unmatched.
  void HoldToBounds(double demand, double unmatched);
  // Moves prices_ by the units wanted; true where the momentum points uphill.
  bool Move(double temperature);

  const Problem& problem_;
  const Slots& slots_;
  double step_ = 0;                // part of T that a price may move by in one pass
  std::vector<bool> need_capped_;  // some edge's bound is below the demand
  std::vector<double> prices_, previous_, prices_ahead_, best_prices_;
  std::vector<double> slot_price_, slot_wanted_, wanted_;
  std::vector<int64_t> close_begin_;
  std::vector<Close> close_;
  std::vector<double> gain_;  // of the close edges of the need at hand
  std::vector<Liked> liked_;
  std::vector<std::pair<double, double>> by_gain_;
  double bound_ = 0;
  double best_bound_ = 0;
  double demand_ = 0;  // of all needs
  double imbalance_ =
      0;  // of the last pass: sum of (wanted - room)^2 / (wanted + room) where there is a price
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_DUAL_H_
