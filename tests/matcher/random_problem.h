// Small random clearing problems for oracles and properties: every kind of constraint, tight and loose.
#ifndef AYNI_TESTS_MATCHER_RANDOM_PROBLEM_H_
#define AYNI_TESTS_MATCHER_RANDOM_PROBLEM_H_

#include <cstdint>
#include <random>
#include <vector>

#include "matcher/problem.h"

namespace ayni::matcher {

// The largest of each; what is drawn lies between 0 and it (1 for demand and weight).
struct ProblemShape {
  int32_t needs = 6;
  int32_t offers = 5;
  int32_t taps = 3;
  int32_t cells = 6;
  int32_t cells_per_edge = 3;
  Units demand = 4;
  int32_t weight = 1000;
  // Of ten pairs, how many are edges.
  int32_t density = 6;
  bool lots = false;
  bool floors = false;
};

using Random = std::mt19937_64;

// Uniform in [least, most]: the same on every machine, which the standard's distributions are not.
int64_t Draw(Random& random, int64_t least, int64_t most);

Problem RandomProblem(Random& random, const ProblemShape& shape);

// The same, but constraints nest: all edges of an offer are in the same TAP and cells, cells are in cells or
// apart, and so are TAPs and cells; and an offer may have cells of its own, each over some of its edges. No
// lots and no floors; what the shape says of cells for each edge is left out.
Problem NestedProblem(Random& random, const ProblemShape& shape);

// One edge after another, for problems written by hand. Needs must come in ascending order.
class ProblemBuilder {
 public:
  ProblemBuilder& Need(Units demand);
  ProblemBuilder& Offer(Units capacity, int32_t tap = -1, Units lot = 1);
  ProblemBuilder& Tap(Units capacity);
  ProblemBuilder& Cell(Units room, Units floor = 0, int64_t penalty = 0);
  ProblemBuilder& Edge(int32_t need, int32_t offer, Units bound, int32_t weight,
                       std::vector<int32_t> cells = {});
  Problem Build() const;

 private:
  struct Row {
    int32_t need;
    int32_t offer;
    Units bound;
    int32_t weight;
    std::vector<int32_t> cells;
  };
  Problem problem_;
  std::vector<Row> edges_;
};

// The same problem with needs, offers, TAPs and cells in another order.
Problem Permuted(Random& random, const Problem& problem);

}  // namespace ayni::matcher

#endif  // AYNI_TESTS_MATCHER_RANDOM_PROBLEM_H_
