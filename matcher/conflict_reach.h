// Whose findings a change may touch: conflict rules read backwards, from where something changed to the TAPs
// that have a path to it.
#ifndef AYNI_MATCHER_CONFLICT_REACH_H_
#define AYNI_MATCHER_CONFLICT_REACH_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "matcher/conflict_rule.h"
#include "matcher/relation_graph.h"

namespace ayni::matcher {

// Places looked at for one rule and one change; beyond it every TAP counts as touched.
inline constexpr int64_t kConflictReachMax = 200'000;

// Of one rule. Shares, kinship and days are left aside, so that it names too many TAPs rather than too few.
// Not thread-safe. REQUIRES: the graph and the rule outlive it.
class ConflictReach {
 public:
  ConflictReach(const RelationGraph& graph, const ConflictRule& rule) : graph_(graph), rule_(rule) {}

  // Adds the TAPs for which a path may take the relation, or be lifted by it: as it stands or would stand.
  void AddTouchedBy(const Relation& relation);
  // Adds the TAPs that may have a path to or through the party, and itself where it is a TAP.
  void AddTouchedBy(PartyIndex party);

  // So far; ascending, each once.
  std::vector<PartyIndex> taps();
  // More than kConflictReachMax was to be looked at: every TAP may be touched.
  bool touches_all() const { return touches_all_; }

 private:
  // A party that a path may have reached by a step.
  struct Place {
    PartyIndex party;
    int step;
  };

  // A path may stand at the party with `step` to be taken next.
  void AddBefore(PartyIndex party, int step);
  void AddReached(PartyIndex party, int step, bool leaves);
  void Follow();

  const RelationGraph& graph_;
  const ConflictRule& rule_;
  std::vector<Place> open_;
  absl::flat_hash_set<int64_t> seen_;
  std::vector<PartyIndex> taps_;
  bool touches_all_ = false;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CONFLICT_REACH_H_
