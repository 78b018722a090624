// Units on edges, always within every constraint, with what room is left; changes can be taken back.
#ifndef AYNI_MATCHER_ASSIGNMENT_H_
#define AYNI_MATCHER_ASSIGNMENT_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "matcher/problem.h"
#include "matcher/slots.h"
#include "matcher/workers.h"

namespace ayni::matcher {

// An edge with its need, which would have to be searched for.
struct NeedEdge {
  int64_t edge;
  int32_t need;
  friend bool operator==(const NeedEdge&, const NeedEdge&) = default;
};

// Invariants: every constraint of the problem holds, lots included; each edge with units stands in the list
// of each of its resources (which may also name edges that have none any more).
class Assignment {
 public:
  // Borrows both for its life. Starts with no units.
  Assignment(const Problem& problem, const Slots& slots);

  Units units(int64_t edge) const { return edge_units_[edge]; }
  Units need_left(int32_t need) const { return need_left_[need]; }
  Units resource_left(int32_t resource) const { return resource_left_[resource]; }
  // What the resource lacks to its floor; negative above it.
  Units resource_lacks(int32_t resource) const {
    return slots_.floor(resource) - (slots_.resource_room[resource] - resource_left_[resource]);
  }
  // Logarithmic in the needs.
  int32_t need_of(int64_t edge) const;
  // Weight x units, and the penalties that they save.
  int64_t gain() const { return gain_; }

  // The most units that could be added to the edge, all else as it is; 0 where that would break its lot.
  Units Room(NeedEdge edge) const;

  // REQUIRES: 0 < units <= Room(edge), and what the edge then has is at least its lot.
  void Add(NeedEdge edge, Units units);
  // Takes at least `units`, and all where the rest would be under the lot; returns how many.
  // REQUIRES: 0 < units <= units(edge).
  Units Take(NeedEdge edge, Units units);

  // Edges that may have units on a resource: those of the last Relist in its order, then in the order in
  // which they came.
  const std::vector<NeedEdge>& edges_on(int32_t resource) const { return edges_on_[resource]; }
  // The same of all resources.
  const std::vector<NeedEdge>& edges() const { return edges_; }
  // Drops edges without units from the lists of their resources, and puts those with the greatest key first.
  // Keys must differ.
  void Relist(Workers& workers, absl::FunctionRef<std::pair<int64_t, uint64_t>(const NeedEdge& edge)> key_of);

  // A place in the history to come back to. Forget() drops the history before now.
  size_t mark() const { return history_.size(); }
  void BackTo(size_t mark);
  void Forget() {
    history_.clear();
    forgotten_gain_ = gain_;
  }
  // What the history has gained.
  int64_t HistoryGain() const { return gain_ - forgotten_gain_; }

 private:
  void Change(NeedEdge edge, Units delta);
  void ChangeFloors(int32_t slot, Units delta);

  const Problem& problem_;
  const Slots& slots_;
  static_assert(kUnitsMax <= INT32_MAX);
  std::vector<int32_t> edge_units_;
  std::vector<Units> need_left_;
  std::vector<Units> resource_left_;
  std::vector<std::vector<NeedEdge>> edges_on_;
  std::vector<NeedEdge> edges_;
  std::vector<bool> listed_;  // by edge: stands in the lists
  struct Step {
    NeedEdge edge;
    Units delta;
  };
  std::vector<Step> history_;
  int64_t gain_ = 0;
  int64_t forgotten_gain_ = 0;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_ASSIGNMENT_H_
