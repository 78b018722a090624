// Rules that find conflicts of interest, as data: patterns of paths over the relations of a graph.
//
// A path begins at the TAP of a candidate and follows the rule's steps. A step is taken once or, up to
// repeats_max, several times in a row; where it is optional, it may be left out. No party stands twice on a
// path but the TAP at both ends, no relation is taken twice, and no party in the middle is neutral.
#ifndef AYNI_MATCHER_CONFLICT_RULE_H_
#define AYNI_MATCHER_CONFLICT_RULE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "matcher/relation_graph.h"

namespace ayni::matcher {

inline constexpr int kConflictRulesMax = 50;
inline constexpr int kConflictStepsMax = 8;
inline constexpr int kConflictRepeatsMax = 8;
// Relations of the longest path that a rule may ask for.
inline constexpr int kConflictPathMax = 12;
static_assert(kConflictRepeatsMax <= kConflictPathMax && kConflictStepsMax <= kConflictPathMax);

// A share in fixed point, fine enough that three links multiply without rounding.
using Share = int64_t;
inline constexpr Share kWholeShare = 100'000'000'000'000;
constexpr Share ToShare(int32_t basis_points) { return kWholeShare / 10'000 * basis_points; }

struct ConflictStep {
  RelationTypes types = 0;
  // From object to subject; relations that run both ways are taken either way.
  bool against = false;
  // Multiplied along repetitions; relations other than kOwns and kRecommends count as the whole. What several
  // chains of the step make together counts too (joint_holding.h), but in rules with a total share. 0: any.
  Share least_share = 0;
  int repeats_max = 1;
  // Of the party reached by the last repetition: any of these; 0: anything.
  PartyRoles roles = 0;
  bool optional = false;
  // 0: relations that hold on the day; else those that ended before it, at most so many days.
  int32_t ended_days_max = 0;
  // Besides, their last day must lie within the need's window.
  bool ends_in_window = false;
  // Of kFamilyOf: the greatest degree of each kind; 0: none of the kind. Both 0: any.
  int blood_degree_max = 0;
  int affinity_degree_max = 0;
};

// Whether the step may take the relation on the day, from its object where `against`. Of a need's window it
// asks where one is given.
bool MayTake(const ConflictStep& step, const Relation& relation, bool against, Day day,
             const std::optional<Window>& need_window);
// What it leaves of a share: of all but kOwns and kRecommends, all.
Share ShareAfter(Share share, const Relation& relation);

// In the order of severity.
enum class ConflictSeverity : uint8_t { kBlock, kFlag, kDisclose };
enum class ConflictEnd : uint8_t { kCooperative, kTap, kAny };

// What a service tells producers to buy: a bit each, as the record's enumerator counts.
using AdviceKinds = uint8_t;

struct ConflictRule {
  ConflictSeverity severity = ConflictSeverity::kDisclose;
  // None: about the TAP itself, of tap_roles.
  std::vector<ConflictStep> steps = {};
  ConflictEnd end = ConflictEnd::kAny;
  PartyRoles tap_roles = 0;  // any of these; 0: anything
  AdviceKinds advice = 0;    // of the service, any of these; 0: all services
  // What the shares of the last step come to over all paths, at least; of paths over the same parties the
  // largest counts. 0: one path suffices.
  Share total_share = 0;
  // A confirmed relation of these types that holds on the day, from a party on the path to the TAP or the
  // cooperative, lifts the path.
  RelationTypes lifted_by = 0;

  bool LooksAtWindow() const;
};

// What is wrong with a rule, field by field; empty where nothing is.
struct ConflictRuleFault {
  int step = -1;      // -1: of the rule itself
  std::string field;  // as the record calls it
  std::string text;   // what must be, and what is
};
std::vector<ConflictRuleFault> FaultsOf(const ConflictRule& rule);

// InvalidArgument with all faults of all rules.
absl::Status Validate(absl::Span<const ConflictRule> rules);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CONFLICT_RULE_H_
