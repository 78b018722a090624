// Prices by descent on the smoothed dual of the clearing problem.
//
// With the resources priced, each need chooses by itself. At a temperature T it spreads its demand over its
// edges and over staying unmatched in proportion to exp((weight - price) / T), a choice in closed form, which
// makes the dual smooth; a resource's price then moves by T x (wanted - room) / (wanted + room), a damped
// form of Sinkhorn's scaling, with Nesterov's momentum, restarted when it points uphill (O'Donoghue and
// Candes 2015). As T falls the prices near those of the linear programme, and whatever they are they bound
// it.
//
// All arithmetic is IEEE double in a fixed order, with an exponential of its own, so that the same problem
// gives the same prices on any machine.
#ifndef AYNI_MATCHER_DUAL_H_
#define AYNI_MATCHER_DUAL_H_

#include <functional>
#include <vector>

#include "matcher/problem.h"
#include "matcher/slots.h"
#include "matcher/solution.h"

namespace ayni::matcher {

class Dual {
 public:
  // Borrows both for its life. Prices begin at 0.
  Dual(const Problem& problem, const Slots& slots);

  // REQUIRES: one price a resource, none negative.
  void StartAt(std::vector<double> prices);

  // At most `passes` passes at a temperature, in units of weight. Ends early when `stop` says so.
  // REQUIRES: temperature > 0.
  void Descend(double temperature, int passes, const std::function<bool()>& stop);

  // The least bound met so far, in units of weight x units, in doubles: near the certified one, not it.
  double bound() const { return best_bound_; }
  // By resource: the prices of that bound.
  const std::vector<double>& prices() const { return best_prices_; }

  // By edge: how many units each need would choose at the prices where the descent stands.
  std::vector<float> Choice(double temperature);

 private:
  // One pass at prices_ahead_: the units that needs want of each resource, and the bound there.
  void Pass(double temperature, std::vector<float>* choice);
  void Keep();

  const Problem& problem_;
  const Slots& slots_;
  double step_;
  std::vector<double> prices_, previous_, prices_ahead_, best_prices_;
  std::vector<double> slot_price_, slot_wanted_, wanted_;
  std::vector<double> gain_;  // of the edges of the need at hand
  double bound_ = 0;
  double best_bound_;
};

// Fixed-point prices for all of the problem from prices of its resources: each need's own price is the one
// that makes the bound least. Linear in the size of the problem, with a sort of each need's edges.
Prices RoundPrices(const Problem& problem, const Slots& slots, const std::vector<double>& resource_prices);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_DUAL_H_
