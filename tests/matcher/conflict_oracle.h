// Conflict rules by the letter, and slowly: every path of a small graph is walked, and every way to read it
// as the rule's steps is tried. Shares no code with the engine's search.
#ifndef AYNI_TESTS_MATCHER_CONFLICT_ORACLE_H_
#define AYNI_TESTS_MATCHER_CONFLICT_ORACLE_H_

#include <optional>
#include <vector>

#include "matcher/conflict_search.h"

namespace ayni::matcher {

// As ConflictSearch::Find would, of one cooperative. Costs all simple paths of the graph.
std::optional<ConflictPath> PathByTheLetter(const RelationGraph& graph, const ConflictRule& rule,
                                            const ConflictQuery& query);

// Whether there is a path on which a holding through several chains of a step takes the place of one chain:
// by what is only claimed, or by what is not. Every choice of where steps end is tried, and every chain.
enum class JointFinding { kNone, kClaimed, kFirm };
JointFinding JointByTheLetter(const RelationGraph& graph, const ConflictRule& rule,
                              const ConflictQuery& query);

}  // namespace ayni::matcher

#endif  // AYNI_TESTS_MATCHER_CONFLICT_ORACLE_H_
