// From prices that are nearly right to those of the linear programme, and to units that are nearly all whole.
//
// The prices name the near edges, these make a linear programme of a size that the simplex method solves in
// milliseconds, and edges that its prices would make worth taking are added until none is left: then it is
// solved for all edges.
#ifndef AYNI_MATCHER_CROSSOVER_H_
#define AYNI_MATCHER_CROSSOVER_H_

#include <functional>
#include <optional>
#include <vector>

#include "matcher/dual.h"
#include "matcher/problem.h"
#include "matcher/proof.h"
#include "matcher/slots.h"
#include "matcher/workers.h"

namespace ayni::matcher {

struct Crossed {
  Proof proof;                  // the start's, or that of a lower bound
  std::vector<Choice> choices;  // of the last corner, ascending by edge; none where it was not reached
};

struct CrossOptions {
  double slack_max = 0;   // in units of weight, of the near edges
  int64_t work_max = 0;   // entries of vectors that each linear programme may look at, for each near edge
  double gap = 0;         // edges are added until the bound can come down by no more than a part of this
  bool part_ties = true;  // begins with weights a little apart: fewer exchanges, and prices a little off
  uint64_t seed = 0;      // which of equal corners is found
};

// From the start's prices. Nothing where the near edges are too many to be worth it, or `stop` said so.
std::optional<Crossed> CrossOver(const Problem& problem, const Slots& slots, Workers& workers,
                                 const Proof& start, const CrossOptions& options,
                                 const std::function<bool()>& stop);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CROSSOVER_H_
