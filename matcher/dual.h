// Prices by descent on the smoothed dual of the clearing problem.
//
// With the resources priced, each need chooses by itself. At a temperature T it spreads its demand over its
// edges and over staying unmatched in proportion to exp((weight - price) / T), no edge above its bound, a
// choice in closed form, which makes the dual smooth. A resource's price then moves by
// T x step x (wanted - room) / (wanted + room), a damped form of Sinkhorn's scaling, with Nesterov's
// momentum, restarted when it points uphill (O'Donoghue and Candes 2015). T falls a little with every pass,
// and the momentum is kept: prices follow the path of optima down to near those of the linear programme.
// Whatever they are, they bound it.
//
// All arithmetic is IEEE in a fixed order, with an exponential of its own, so that the same problem gives the
// same prices on any machine and any number of threads: parts of the needs are passed over on their own, and
// what they want together is summed in the order of the parts.
#ifndef AYNI_MATCHER_DUAL_H_
#define AYNI_MATCHER_DUAL_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "matcher/gather.h"
#include "matcher/problem.h"
#include "matcher/shortlist.h"
#include "matcher/slots.h"
#include "matcher/workers.h"

namespace ayni::matcher {

// How many units of an edge a need chooses at some prices and temperature; a fraction of them.
struct Choice {
  int64_t edge;
  int32_t need;
  float units;
};

class Dual {
 public:
  // Borrows all for its life. Prices begin at 0.
  Dual(const Problem& problem, const Slots& slots, Workers& workers);

  // REQUIRES: one price a resource, none under -penalty.
  void StartAt(std::vector<double> prices);

  // Lowers the temperature, in units of weight, from `from` to `to` with so many passes each time that it
  // halves, from the prices where the last descent ended. Passes look only at edges that can matter. Ends
  // early when `stop`, asked before each pass, says so. REQUIRES: 0 < to <= from; passes_a_halving >= 1.
  void Anneal(double from, double to, int passes_a_halving, const std::function<bool()>& stop);

  // By resource: the prices of the least bound met by the last passes at nearly the same temperature.
  const std::vector<double>& prices() const { return best_prices_; }

  // What needs choose where the descent stands, ascending by edge; shares of a demand under 1/100 left out.
  // Some of them where `stop` said so.
  std::vector<Choice> Choices(double temperature, const std::function<bool()>& stop);

 private:
  struct Moved {
    double bound = 0;
    double uphill = 0;  // positive where the momentum points uphill
    void operator+=(const Moved& other) {
      bound += other.bound;
      uphill += other.uphill;
    }
  };
  // A part of the needs at work. Resources that no other part uses have their places together, so that the
  // part moves their prices itself; they stand first in its list's own numbering.
  struct Part {
    Shortlist list;
    int32_t own_begin = 0;  // place of the first of its own resources
    int32_t own_count = 0;
    std::vector<int32_t> shared_place;  // of the others
    GatherLists slot_resources, resource_slots;
    // By resource of the list; price has one more, which is 0.
    std::vector<float> price, wanted, crowd, moves;
    // By slot of the list, and one more for edges that are none.
    std::vector<float> slot_price, slot_wanted, slot_moves;
    double bound = 0;  // what its needs could gain
    Moved moved;       // of its own resources
  };

  // Lists the edges that likely moves of prices near this temperature can make worth choosing, and gives
  // places to the resources that they use or that have a price. False where `stop` said so.
  bool List(double temperature, const std::function<bool()>& stop);
  // False where `stop` said so: then edges have to be listed again before the next pass.
  bool GivePlaces(const std::function<bool()>& stop);
  void RenumberResources(Part& part, const std::vector<int32_t>& place);
  // Slots that use equally many resources stand together.
  static void SortSlots(Shortlist& list);
  // Prices from places to resources.
  void Keep();
  // One pass at the prices ahead: what needs want of each resource, the bound there, and the prices moved.
  // With `measure`, also how far each may move.
  Moved Pass(double temperature, bool measure);
  void PassPart(Part& part, double temperature, bool measure);
  void PriceSlots(Part& part) const;
  static void Measure(Part& part);
  // Where the dual is smooth about a price: what the resource is to be wanted for, and how far the price may
  // go at once. A floor makes a kink at 0: below, the price is what the floor is worth.
  struct Stretch {
    double target, least, most;
  };
  Stretch StretchOf(int32_t place) const;
  // Of the resources with places in [begin, end).
  Moved Move(int32_t begin, int32_t end, double temperature);
  void LookAhead(int32_t begin, int32_t end);
  void SetStep(int32_t place, double crowd);

  const Problem& problem_;
  const Slots& slots_;
  Workers& workers_;
  double heaviest_ = 0;  // of the weights
  // By resource: where the descent stands, where it stood a pass before, and the least bound's.
  std::vector<double> prices_, prices_before_, best_prices_;

  std::vector<Part> parts_;
  // By place: only resources that the passes look at have one. step_ is the part of T that a price may move
  // by in one pass.
  std::vector<int32_t> resource_;
  std::vector<double> room_, price_, previous_, ahead_, wanted_, best_, step_;
  std::vector<double> floor_, penalty_;  // both empty where no cell has a floor
  int32_t shared_begin_ = 0;  // places from here on are of resources that several parts use, or none
  double momentum_ = 0;
  bool ahead_is_best_ = false;  // the prices ahead have the least bound since edges were listed
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_DUAL_H_
