// Whole units from prices and fractional choices: rounding, filling, and exchanges that each gain.
#ifndef AYNI_MATCHER_EXCHANGE_H_
#define AYNI_MATCHER_EXCHANGE_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "matcher/assignment.h"
#include "matcher/problem.h"
#include "matcher/slots.h"
#include "matcher/solution.h"

namespace ayni::matcher {

// Improves an assignment. Every call leaves it feasible, and never worse. Ties go by a hash of the seed and
// the edge.
class Exchange {
 public:
  // Borrows all but the prices for its life.
  Exchange(const Problem& problem, const Slots& slots, const Prices& prices, uint64_t seed,
           Assignment& assignment, const std::function<bool()>& stop);

  // Gives edges the whole part of what their needs chose, the most decided first. Ends early when `stop` says
  // so.
  void Round(const std::vector<float>& choice);
  // Gives every edge what room it has left, the least loss against the prices first.
  void Fill();
  // One pass of exchanges: an edge worth its price takes units from edges on its full resources, whose needs
  // look for another place, up to three deep; kept where the whole gains. Returns what it gained, in weight x
  // units.
  int64_t Improve();

 private:
  uint64_t Tie(int64_t edge) const;
  std::vector<int64_t> EdgesByGain(const std::vector<int64_t>& edges) const;
  // Adds to the need's best places; returns the weight gained.
  int64_t Place(int32_t need, int depth, int64_t except);
  // Adds units to the edge by making room for them; returns the weight gained, less than nothing where it
  // lost.
  int64_t Insert(int64_t edge, int depth);
  int64_t InsertInto(int64_t edge, Units units, int depth);
  // The edge with units on the resource whose loss is least; -1 where there is none but `except`.
  int64_t Victim(const std::vector<int64_t>& edges, int64_t except) const;
  int64_t WeakestOwn(int32_t need, int64_t except) const;

  const Problem& problem_;
  const Slots& slots_;
  uint64_t seed_;
  Assignment& assignment_;
  const std::function<bool()>& stop_;
  std::vector<int64_t> gain_;  // by edge: its weight less its resources' and its need's price, in fixed point
  std::vector<int64_t> touched_;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_EXCHANGE_H_
