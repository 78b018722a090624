// Seeded markets for benchmarks: local geography, TAPs and ownership groups of Zipf-skewed size, and limits
// at several levels at once that truly bind.
#ifndef AYNI_TESTS_BENCH_CLEARING_GENERATE_H_
#define AYNI_TESTS_BENCH_CLEARING_GENERATE_H_

#include <cstdint>

#include "matcher/problem.h"

namespace ayni::bench {

struct MarketShape {
  int32_t needs = 1000;
  int64_t edges = 10000;
  double share = 0.25;          // of a segment's demand that one controller may hold
  double capacity_ratio = 1.0;  // capacity of all offers over demand of all needs
  bool tied_weights = false;    // all weights equal
  bool flow = false;            // one limit level alone, so that constraints nest
  uint64_t seed = 1;
};

// A quarter as many offers as needs, a quarter as many TAPs as offers. Each edge lies in four cells: its
// TAP's and its TAP's group's, in its need's district and province. In a flow it lies in one, that of its
// TAP's group in the province where the TAP is: offers lie within TAPs, and TAPs within cells.
matcher::Problem GenerateMarket(const MarketShape& shape);

// Puts another need in the place of every `every`th: its demand anew, and each of its edges with the weight
// of the edge after it. REQUIRES: no lots.
void ReplaceNeeds(matcher::Problem& problem, int every);

// The value that plain greedy reaches: edges by weight, each given all the room it has.
int64_t GreedyValue(const matcher::Problem& problem);

}  // namespace ayni::bench

#endif  // AYNI_TESTS_BENCH_CLEARING_GENERATE_H_
