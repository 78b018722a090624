// Whose findings a change may touch: conflict rules read backwards, from where something changed to the TAPs
// that have a path to it.
#ifndef AYNI_MATCHER_CONFLICT_REACH_H_
#define AYNI_MATCHER_CONFLICT_REACH_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "matcher/conflict_rule.h"
#include "matcher/relation_graph.h"

namespace ayni::matcher {

// Places looked at for one rule and one change; beyond it every TAP counts as touched.
inline constexpr int64_t kConflictReachMax = 200'000;

// Of one rule, as of one day. That no party stands twice on a path is left aside, so that it names too many
// TAPs rather than too few. Not thread-safe. REQUIRES: the graph and the rule outlive it.
class ConflictReach {
 public:
  ConflictReach(const RelationGraph& graph, const ConflictRule& rule, Day day)
      : graph_(graph), rule_(rule), day_(day) {}

  // Adds the TAPs for which a path may take the relation, or be lifted by it: as it stands or would stand.
  void AddTouchedBy(const Relation& relation);
  // Adds the TAPs that may have a path to or through the party, and itself where it is a TAP.
  void AddTouchedBy(PartyIndex party);

  // So far; ascending, each once.
  std::vector<PartyIndex> taps();
  // More than kConflictReachMax was to be looked at: every TAP may be touched.
  bool touches_all() const { return touches_all_; }

 private:
  // A party that a path may have reached by a step, which is then taken some times more.
  struct Place {
    PartyIndex party;
    int step;
    int taken;
    // Of those times.
    Share share;
  };

  // A path may stand at the party and take the step from there, that many times with that share left.
  void AddBefore(const Place& place);
  void AddReached(const Place& place);
  void Follow();
  bool Suffices(int step, int taken, Share share) const;

  const RelationGraph& graph_;
  const ConflictRule& rule_;
  const Day day_;
  std::vector<Place> open_;
  // The largest share with which a party was reached by a step, by how often it is taken then.
  absl::flat_hash_map<int64_t, Share> seen_;
  std::vector<PartyIndex> taps_;
  bool touches_all_ = false;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CONFLICT_REACH_H_
