// Justified envy among the matches of a round, as JustifiedEnvy in fairness.proto defines it for divisible
// units, limits and lots. Pure: of the problem's columns and the units on its edges.
#ifndef AYNI_SERVICES_FAIRNESS_JUSTIFIED_ENVY_H_
#define AYNI_SERVICES_FAIRNESS_JUSTIFIED_ENVY_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "matcher/problem.h"

namespace ayni::services {

struct Envy {
  int64_t edge = 0;          // of the need that envies, at the offer
  int64_t envied_edge = 0;   // of the match at the same offer
  matcher::Units units = 0;  // the most that could have gone to it
  bool is_lacking = false;   // the need lacks as many as it would take; otherwise it would give some up
};

// By edge, then envied edge. Costs, of each offer, its edges times its matches times their cells. REQUIRES:
// the units are by edge of the problem and feasible.
std::vector<Envy> FindJustifiedEnvy(const matcher::Problem& problem,
                                    absl::Span<const matcher::Units> edge_units);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_FAIRNESS_JUSTIFIED_ENVY_H_
