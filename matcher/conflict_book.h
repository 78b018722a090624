// All that the conflict rules of a policy find for every TAP of a graph, as of one day, kept current change
// by change.
//
// What is kept is found for whatever cooperative and need; what depends on the candidate itself (the need's
// window, what its cooperative admits, who is recused from it, waivers) is looked at when it is asked for.
// Many threads may ask while none changes.
#ifndef AYNI_MATCHER_CONFLICT_BOOK_H_
#define AYNI_MATCHER_CONFLICT_BOOK_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "matcher/conflict_rule.h"
#include "matcher/conflict_search.h"
#include "matcher/relation_graph.h"

namespace ayni::matcher {

// An exception from a rule for one TAP, and of one cooperative or all, as the caller looked it up.
struct ConflictWaiver {
  int32_t rule = 0;
  // The finding is mistaken, and not made; else it is borne, and blocks no more.
  bool dismisses = false;
  // Only paths through one of these; empty: all of the rule.
  std::vector<PartyIndex> through = {};
};

// What of a candidate conflicts depend on.
struct ConflictCandidate {
  PartyIndex tap;
  PartyIndex cooperative;
  Window need_window;
  AdviceKinds advice = 0;  // of the service
  // In force, of this TAP and cooperative.
  absl::Span<const ConflictWaiver> waivers = {};
};

struct ConflictFinding {
  int32_t rule = 0;
  // The rule's, but of what is claimed or incomplete no more than kFlag.
  ConflictSeverity severity = ConflictSeverity::kDisclose;
  // The evidence, from the TAP on; where several paths make the finding together, one after the other.
  std::vector<RelationIndex> relations = {};
  bool claimed = false;
  bool incomplete = false;
  // The waiver, by its place among the candidate's, that bears it; -1: none.
  int32_t waiver = -1;

  bool blocks() const { return severity == ConflictSeverity::kBlock && waiver < 0; }
  friend bool operator==(const ConflictFinding&, const ConflictFinding&) = default;
};

// What the rules find on one candidate, most severe first, then in the order of the rules, with no book:
// costs a search a rule. `search` is over the graph. REQUIRES: rules are valid.
std::vector<ConflictFinding> FindConflicts(absl::Span<const ConflictRule> rules,
                                           const ConflictCandidate& candidate, Day day,
                                           ConflictSearch* search);

class ConflictBook {
 public:
  ConflictBook() = default;
  // REQUIRES: Validate(rules) is OK.
  ConflictBook(std::vector<ConflictRule> rules, Day day) : rules_(std::move(rules)), day_(day) {}

  const std::vector<ConflictRule>& rules() const { return rules_; }
  Day day() const { return day_; }

  // Finds all anew. Where `stop` said so, false, and the book is of no use. REQUIRES: threads >= 1.
  bool FindAll(const RelationGraph& graph, int threads, absl::FunctionRef<bool()> stop);

  // To be told of every change: of a relation as it stood before, where it did, and as it stands after; of a
  // party after its roles or neutrality changed. Costs the places around it from which a rule could come.
  void Touch(const RelationGraph& graph, const Relation& relation);
  void Touch(const RelationGraph& graph, PartyIndex party);
  // Finds anew what was touched, and returns how many pairs of a rule and a TAP that was. REQUIRES: the graph
  // is as after the last change.
  int64_t Renew(const RelationGraph& graph);

  // As FindConflicts. Costs what was found for the TAP, and a search for a rule that looks at the candidate
  // itself. `search` is over the graph.
  std::vector<ConflictFinding> FindingsOn(const RelationGraph& graph, const ConflictCandidate& candidate,
                                          ConflictSearch* search) const;

  // Pairs of a rule and a TAP, or a rule, a TAP and a cooperative, with a finding; and those that are
  // incomplete.
  int64_t finding_count() const;
  int64_t incomplete_count() const;
  size_t ByteSize() const;

  friend bool operator==(const ConflictBook& a, const ConflictBook& b) { return a.kept_ == b.kept_; }

 private:
  struct Kept {
    PartyIndex cooperative;
    int32_t rule = 0;
    bool claimed = false;
    bool incomplete = false;
    std::vector<RelationIndex> relations;

    friend bool operator==(const Kept&, const Kept&) = default;
  };
  // By cooperative, None() first, then by rule.
  using KeptOfTap = std::vector<Kept>;

  void Add(int32_t rule, PartyIndex tap, ConflictSearch* search, KeptOfTap* kept) const;
  static void Sort(KeptOfTap* kept);

  std::vector<ConflictRule> rules_;
  Day day_ = 0;
  absl::flat_hash_map<int32_t, KeptOfTap> kept_;  // by TAP
  absl::flat_hash_set<int64_t> touched_;          // TAP x kConflictRulesMax + rule
  std::vector<bool> touched_all_;                 // by rule; empty: none
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CONFLICT_BOOK_H_
