// What a party holds of a TAP, or a TAP of it, through several chains together, where none of them alone
// reaches the least share of a conflict rule's step: 6 % at first hand and 6 % through a company of its own
// are 12 %.
//
// A chain takes the step up to repeats_max times in a row, and kJointChainMax at most, from one party to
// another, comes to no party twice and leads through nobody who is neutral. Its share is the product of those
// of its relations; a chain below a kChainsMax-th of the step's least share counts for nothing. Both keep the
// search short: whoever would hide behind them needs chains of five companies, or more than twenty companies.
#ifndef AYNI_MATCHER_JOINT_HOLDING_H_
#define AYNI_MATCHER_JOINT_HOLDING_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "matcher/conflict_rule.h"
#include "matcher/relation_graph.h"

namespace ayni::matcher {

// Relations of a chain that counts.
inline constexpr int kJointChainMax = 4;
inline constexpr Share kChainsMax = 20;
constexpr Share LeastChainShare(const ConflictStep& step) { return step.least_share / kChainsMax; }

// Whether several chains of the rule's step count together: of steps that may be the first. They can't where
// the step is taken once, as of relations of the same two parties the largest counts; and a total share sums
// what paths come to by itself.
bool JoinsChains(const ConflictRule& rule, int step);

struct HoldingChain {
  // From the party after the first one to the last.
  std::vector<PartyIndex> parties;
  std::vector<RelationIndex> relations;
  Share share = 0;
};

// A party that several chains lead to, which come to the step's least share together.
struct JointHolder {
  PartyIndex party;
  // Largest first, then shortest, then by the ranks of their relations.
  std::vector<HoldingChain> chains;
};

// Which relations a chain may take, and through whom it may lead.
struct ChainBounds {
  absl::FunctionRef<bool(const Tie&, const Relation&)> may_take;
  absl::FunctionRef<bool(PartyIndex)> may_pass;
};

// In the order of their first chains. Nothing where more than `*budget` relations were to be looked at; it
// becomes what is left, below 0 then. REQUIRES: the step joins chains.
std::vector<JointHolder> JointHolders(const RelationGraph& graph, const ConflictStep& step, PartyIndex from,
                                      const ChainBounds& bounds, int64_t* budget);

// Of the chains, largest first, as many as come to the least share together, each over other parties than
// those before it; none where all of them don't.
std::vector<const HoldingChain*> EnoughChains(absl::Span<const HoldingChain> chains, Share least,
                                              absl::FunctionRef<bool(const HoldingChain&)> counts);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_JOINT_HOLDING_H_
