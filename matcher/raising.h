// Raising the worst-served groups of needs of a matching: units move to them along ejection chains.
//
// A group that is to get more takes an edge; what stands on a resource that is full gives way: first units
// whose need has another edge with room, then those of groups that have more than they are promised, and at
// last those of groups that are raised again themselves, by the same means. Every constraint holds after
// every move, and no group ends with less than it is promised, unless it began so: then with no less than it
// had.
#ifndef AYNI_MATCHER_RAISING_H_
#define AYNI_MATCHER_RAISING_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "matcher/assignment.h"
#include "matcher/group_gauge.h"
#include "matcher/problem.h"
#include "matcher/slots.h"
#include "matcher/workers.h"

namespace ayni::matcher {

class Raising {
 public:
  // Borrows all for its life. Starts from the units, which keep every constraint; from some of them where
  // `stop` said so, and then raises nobody.
  Raising(const Problem& problem, const Slots& slots, const GroupGauge& gauge, Workers& workers,
          const std::vector<Units>& edge_units, const std::function<bool()>& stop);

  int64_t smallest() const { return gauge_.Smallest(given_); }
  std::vector<Units> units() const;

  // Whether every group now has what it is promised; where not, some may have got more than before. Ends with
  // the first group that can't be raised. Deterministic but for `stop`.
  bool RaiseTo(int64_t smallest);
  // The group that could not be raised last, and those in its way; ascending.
  std::vector<int32_t> InTheWay() const;

 private:
  struct Mark {
    size_t units;
    size_t given;
  };

  bool Raise(int32_t group);
  // To what is required of it, by chains of at most so many further groups.
  bool Lift(int32_t group, int depth);
  void PutInTheWay(int32_t group);
  bool Take(int32_t group);
  bool Eject(int32_t group, int depth);
  // Until so many units have room on the edge; groups that then lack something are lifted.
  bool MakeRoom(NeedEdge edge, Units units, int depth);
  bool FreeResource(int32_t resource, Units units, int depth, std::vector<int32_t>& lacking);
  // Of a score sum: what the need has on edges that add less to it.
  Units UnitsOfLess(NeedEdge edge) const;
  void TakeFromLess(NeedEdge edge, Units units);
  void Shift(int32_t need, int64_t from, Units units);
  int64_t Lacks(int32_t group) const { return required_[group] - given_[group]; }
  // Units that the group lacks on this edge.
  Units Wanted(int32_t group, int64_t edge) const;

  int32_t GroupOf(const NeedEdge& edge) const { return gauge_.groups().need_group[edge.need]; }
  void Add(NeedEdge edge, Units units);
  Units Remove(NeedEdge edge, Units units);
  Mark mark() const { return {assignment_.mark(), moved_.size()}; }
  void BackTo(const Mark& mark);
  bool Spent();

  const Problem& problem_;
  const Slots& slots_;
  const GroupGauge& gauge_;
  Workers& workers_;
  const std::function<bool()>& stop_;
  Assignment assignment_;
  std::vector<std::vector<int32_t>> needs_of_;      // by group
  std::vector<int64_t> given_;                      // by group
  std::vector<std::pair<int32_t, int64_t>> moved_;  // groups and what they had before, for BackTo
  std::vector<int64_t> required_;                   // by group
  std::vector<bool> is_rising_;                     // by group: on the chain at hand
  std::vector<bool> is_in_the_way_;
  std::vector<int32_t> in_the_way_;
  int64_t looks_left_ = 0;
  bool stopped_ = false;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_RAISING_H_
