// The paths of one conflict rule from one TAP.
//
// Paths are tried in the order of their length and, of one length, of the ranks of their relations, so that
// the first found is the evidence that is given. All ways to read a path as the rule's steps are followed at
// once, as an automaton reads a word, so that no path is tried twice. The search ends where there is no
// longer path, or after kConflictPrefixesMax beginnings of paths; it then looks at confirmed relations alone,
// so that nobody hides a tie behind claims, and says that it is incomplete.
//
// Where no path will do, it looks for holdings that only several chains of a step from the TAP make together
// (joint_holding.h): the path then leads from the one party to the other at once, and its evidence is as many
// of the chains as suffice, largest first. A chain counts that comes to no party of the path but at its ends.
#ifndef AYNI_MATCHER_CONFLICT_SEARCH_H_
#define AYNI_MATCHER_CONFLICT_SEARCH_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "matcher/conflict_rule.h"
#include "matcher/joint_holding.h"
#include "matcher/relation_graph.h"

namespace ayni::matcher {

// Beginnings of paths of one rule around one TAP: some 1 ms.
inline constexpr int32_t kConflictPrefixesMax = 20'000;
// Relations shown as evidence, where several paths together make a finding.
inline constexpr size_t kConflictEvidenceMax = 60;
static_assert(kConflictEvidenceMax >= kConflictPathMax);

struct ConflictQuery {
  PartyIndex tap;
  // None(): every cooperative, each with a path of its own; of a rule that does not end at one, whatever the
  // cooperative, whose admissions and recusals then count for nothing.
  PartyIndex cooperative = PartyIndex::None();
  Day day = 0;
  // Absent: a relation that ends some day ends in it.
  std::optional<Window> need_window = std::nullopt;
  // No path leads through these, nor ends there.
  absl::Span<const PartyIndex> without = {};
};

struct ConflictPath {
  // That it ends at; None() for rules that don't end at one.
  PartyIndex cooperative = PartyIndex::None();
  std::vector<RelationIndex> relations;
  // It rests on what somebody claims, and neither the TAP nor the cooperative is that somebody, or on a
  // guess. Of rules that block only, and there where no path is without.
  bool claimed = false;

  friend bool operator==(const ConflictPath&, const ConflictPath&) = default;
};

struct ConflictPaths {
  // At most one a cooperative, ascending; one at most where the rule does not end at one.
  std::vector<ConflictPath> paths;
  bool incomplete = false;
};

// Not thread-safe: one a thread. REQUIRES: the graph outlives it and does not change while it runs.
class ConflictSearch {
 public:
  explicit ConflictSearch(const RelationGraph& graph) : graph_(graph) {}

  // REQUIRES: FaultsOf(rule) is empty.
  ConflictPaths Find(const ConflictRule& rule, const ConflictQuery& query);

 private:
  // How far the rule is read: its step `step` was taken `taken` times, with what is left of the whole.
  struct Reading {
    int8_t step;
    int8_t taken;
    Share share;
  };
  struct Prefix {
    int32_t before;  // -1: the TAP
    PartyIndex party;
    RelationIndex relation;
    int32_t readings_begin;
    int8_t readings_count;
    int8_t length;
    // Of a holding through several chains, in place of the relation; else null.
    const JointHolder* joint = nullptr;
    // It, or a prefix before it, is such a holding.
    bool has_joint = false;
  };
  struct Found {
    PartyIndex cooperative;
    int32_t prefix;
    Share share;
    bool claimed;
    // Where a holding through several chains is on the path.
    std::vector<RelationIndex> evidence = {};
  };

  struct HoldersKey {
    ConflictStep step;
    // Of what follows the need's window only this step of this walk may be asked again.
    const ConflictRule* rule;
    int step_number;
    int64_t walk;
    std::unique_ptr<const std::vector<JointHolder>> holders;

    bool IsLike(const ConflictStep& other) const;
  };

  // False: too many beginnings.
  bool Walk(bool confirmed_only);
  bool WalkOn(bool with_joints);
  bool Extend(int32_t prefix);
  bool Take(int32_t before, const Tie& tie);
  void ReadOn(int32_t before, const Tie& tie, const Relation& row, std::vector<Reading>* readings) const;
  void AddReading(Reading reading, std::vector<Reading>* readings) const;
  bool Allows(const ConflictStep& step, const Tie& tie, const Relation& row) const;
  bool Passes(int32_t before, PartyIndex party, RelationIndex relation) const;
  // Of the step from the party, kept for the search.
  const std::vector<JointHolder>& Holders(PartyIndex party, int step);
  void ForgetHolders();
  bool IsOf(PartyRoles roles, PartyIndex party) const {
    return roles == 0 || (graph_.party(party).roles & roles) != 0;
  }
  bool LookForJoints();
  bool TakeJoints();
  // What shows the path to stand, with enough chains of each of its joint holdings; empty where there are
  // not.
  std::vector<RelationIndex> JointEvidence(int32_t prefix, PartyIndex cooperative, bool with_claims) const;
  bool CountsOn(const HoldingChain& chain, int32_t prefix, PartyIndex cooperative, bool with_claims) const;
  // Whether a reading may leave its step at the party.
  bool MayLeave(const Reading& reading, PartyIndex party) const;
  void Accept(int32_t prefix);
  bool IsLifted(int32_t prefix, PartyIndex cooperative) const;
  bool IsClaimed(int32_t prefix, PartyIndex cooperative) const;
  bool IsClaimed(const Relation& row, PartyIndex cooperative) const;
  bool Recuses(PartyIndex party, PartyIndex cooperative) const;
  bool IsSettled() const;
  std::vector<ConflictPath> Choose();
  std::optional<ConflictPath> Sum(absl::Span<const Found> found);
  std::vector<RelationIndex> RelationsOf(int32_t prefix) const;
  std::vector<PartyIndex> PartiesOf(int32_t prefix) const;

  const RelationGraph& graph_;
  const ConflictRule* rule_ = nullptr;
  const ConflictQuery* query_ = nullptr;
  bool confirmed_only_ = false;
  RelationTypes types_ = 0;     // of any step
  uint32_t joining_steps_ = 0;  // a bit each
  bool has_joints_ = false;
  int64_t joint_budget_ = 0;

  std::vector<Prefix> prefixes_;
  std::vector<Reading> readings_;
  std::vector<Reading> scratch_readings_;
  std::vector<Tie> scratch_ties_;
  std::vector<Found> found_;
  // By party; what many rules ask of one TAP is looked for once. Pointers to holders outlive its growth.
  absl::flat_hash_map<int32_t, std::vector<HoldersKey>> holders_;
  std::tuple<PartyIndex, Day, bool, int64_t> holders_of_;
  bool holders_had_without_ = false;
  int64_t walk_ = 0;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CONFLICT_SEARCH_H_
