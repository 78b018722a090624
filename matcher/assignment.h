// Units on edges, always within every constraint, with what room is left; changes can be taken back.
#ifndef AYNI_MATCHER_ASSIGNMENT_H_
#define AYNI_MATCHER_ASSIGNMENT_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "matcher/problem.h"
#include "matcher/slots.h"

namespace ayni::matcher {

// Invariants: every constraint of the problem holds, lots included; each edge with units stands in the list
// of each of its resources (which may also name edges that have none any more).
class Assignment {
 public:
  // Borrows both for its life. Starts with no units.
  Assignment(const Problem& problem, const Slots& slots);

  Units units(int64_t edge) const { return edge_units_[edge]; }
  const std::vector<Units>& edge_units() const { return edge_units_; }
  Units need_left(int32_t need) const { return need_left_[need]; }
  Units resource_left(int32_t resource) const { return resource_left_[resource]; }
  // What the resource lacks to its floor; negative above it.
  Units resource_lacks(int32_t resource) const {
    return slots_.floor(resource) - (slots_.resource_room[resource] - resource_left_[resource]);
  }
  int32_t need_of(int64_t edge) const { return edge_need_[edge]; }

  // The most units that could be added to the edge, all else as it is; 0 where that would break its lot.
  Units Room(int64_t edge) const;
  // The most that the edge's resources alone leave it, whatever its need still lacks and its lot.
  Units ResourceRoom(int64_t edge) const;

  // REQUIRES: 0 < units <= Room(edge), and what the edge then has is at least its lot.
  void Add(int64_t edge, Units units);
  // Takes at least `units`, and all where the rest would be under the lot; returns how many.
  // REQUIRES: 0 < units <= units(edge).
  Units Take(int64_t edge, Units units);

  // Edges that may have units on a resource: those of the last Relist in its order, then in the order in
  // which they came.
  const std::vector<int64_t>& edges_on(int32_t resource) const { return edges_on_[resource]; }
  // Drops edges without units from the lists of their resources, and puts those with the greatest key first.
  // Keys must differ.
  void Relist(const std::function<std::pair<int64_t, uint64_t>(int64_t edge)>& key_of);

  // A place in the history to come back to. Forget() drops the history before now.
  size_t mark() const { return history_.size(); }
  void BackTo(size_t mark);
  void Forget() {
    history_.clear();
    forgotten_floor_gain_ = floor_gain_;
  }
  // Weight x units that the history has gained, with the penalties of floors.
  int64_t HistoryGain() const;

 private:
  void Change(int64_t edge, Units delta);
  void ChangeFloors(int32_t slot, Units delta);

  const Problem& problem_;
  const Slots& slots_;
  std::vector<Units> edge_units_;
  std::vector<int32_t> edge_need_;
  std::vector<Units> need_left_;
  std::vector<Units> resource_left_;
  std::vector<std::vector<int64_t>> edges_on_;
  std::vector<std::pair<std::pair<int64_t, uint64_t>, int64_t>> keyed_;  // of the list being put in order
  std::vector<bool> listed_;  // by edge: stands in the lists of its resources
  struct Step {
    int64_t edge;
    Units delta;
  };
  std::vector<Step> history_;
  int64_t floor_gain_ = 0;  // penalty x units under floors
  int64_t forgotten_floor_gain_ = 0;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_ASSIGNMENT_H_
