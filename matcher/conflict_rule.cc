#include "matcher/conflict_rule.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace ayni::matcher {
namespace {

bool Holds(const ConflictStep& step, RelationType type) { return (step.types & TypeBit(type)) != 0; }

bool IsWithinDegree(const ConflictStep& step, const Relation& row) {
  const int blood = step.blood_degree_max;
  const int affinity = step.affinity_degree_max;
  if (blood == 0 && affinity == 0) return true;
  switch (row.kinship) {
    case Kinship::kUnknown:
      return true;
    case Kinship::kBlood:
      return blood > 0 && row.kinship_degree <= blood;
    case Kinship::kAffinity:
      return affinity > 0 && row.kinship_degree <= affinity;
    case Kinship::kCohabitant:
    case Kinship::kCoParent:
      return true;  // of the first degree
  }
  return false;
}

bool HoldsThen(const ConflictStep& step, const Relation& row, Day day,
               const std::optional<Window>& need_window) {
  if (row.window.first > day) return false;
  if (step.ended_days_max > 0)
    return row.window.last < day && int64_t{row.window.last} + step.ended_days_max >= day;
  if (row.window.last < day) return false;
  if (!step.ends_in_window) return true;
  if (!need_window.has_value()) return row.window.last < kDayMax;
  return row.window.last >= need_window->first && row.window.last <= need_window->last;
}

class Faults {
 public:
  void Add(int step, const char* field, std::string text) {
    faults_.push_back({step, field, std::move(text)});
  }
  // Of a number out of its range.
  void CheckRange(int step, const char* field, int64_t value, int64_t low, int64_t high) {
    if (value >= low && value <= high) return;
    Add(step, field, absl::StrCat("must be ", low, " to ", high, ", is ", value));
  }
  std::vector<ConflictRuleFault> Take() { return std::move(faults_); }

 private:
  std::vector<ConflictRuleFault> faults_;
};

void CheckStep(const ConflictStep& step, int at, Faults* faults) {
  if (step.types == 0) faults->Add(at, "types", "is required: at least one type of relation");
  faults->CheckRange(at, "repeats_max", step.repeats_max, 1, kConflictRepeatsMax);
  const bool has_shares = Holds(step, RelationType::kOwns) || Holds(step, RelationType::kRecommends);
  if (step.least_share != 0 && !has_shares) {
    faults->Add(at, "least_share_basis_points",
                "must be 0 for a step without RELATION_TYPE_OWNS or RELATION_TYPE_RECOMMENDS");
  }
  if ((step.blood_degree_max != 0 || step.affinity_degree_max != 0) &&
      !Holds(step, RelationType::kFamilyOf)) {
    faults->Add(at, "blood_degree_max",
                "must be 0, as affinity_degree_max, for a step without RELATION_TYPE_FAMILY_OF");
  }
  if (step.ended_days_max > 0 && step.ends_in_window) {
    faults->Add(at, "ends_in_window", "must be false with ended_days_max: what ended has no end to come");
  }
}

void CheckTotal(const ConflictRule& rule, Faults* faults) {
  if (rule.total_share == 0) return;
  const bool owns = !rule.steps.empty() && Holds(rule.steps.back(), RelationType::kOwns);
  if (!owns)
    faults->Add(-1, "total_share_basis_points", "must be 0 unless the last step holds RELATION_TYPE_OWNS");
  if (owns && rule.steps.back().optional)
    faults->Add(-1, "total_share_basis_points", "must be 0 where the last step is optional");
}

}  // namespace

bool MayTake(const ConflictStep& step, const Relation& relation, bool against, Day day,
             const std::optional<Window>& need_window) {
  if (!Holds(step, relation.type)) return false;
  if (against != step.against && !IsSymmetric(relation.type)) return false;
  if (relation.type == RelationType::kFamilyOf && !IsWithinDegree(step, relation)) return false;
  return HoldsThen(step, relation, day, need_window);
}

Share ShareAfter(Share share, const Relation& relation) {
  if (relation.type != RelationType::kOwns && relation.type != RelationType::kRecommends) return share;
  static_assert(kWholeShare <= INT64_MAX / 10'000);
  return share * relation.share_basis_points / 10'000;
}

bool ConflictRule::LooksAtWindow() const {
  return std::any_of(steps.begin(), steps.end(),
                     [](const ConflictStep& step) { return step.ends_in_window; });
}

std::vector<ConflictRuleFault> FaultsOf(const ConflictRule& rule) {
  Faults faults;
  int longest = 0;
  for (size_t at = 0; at < rule.steps.size(); ++at) {
    CheckStep(rule.steps[at], static_cast<int>(at), &faults);
    longest += rule.steps[at].repeats_max;
  }
  if (rule.steps.size() > kConflictStepsMax || longest > kConflictPathMax) {
    faults.Add(-1, "steps",
               absl::StrCat("must be at most ", kConflictStepsMax, " steps of at most ", kConflictPathMax,
                            " relations with their repetitions, are ", rule.steps.size(), " of ", longest));
  }
  const bool all_optional = std::all_of(rule.steps.begin(), rule.steps.end(),
                                        [](const ConflictStep& step) { return step.optional; });
  if (!rule.steps.empty() && all_optional) {
    faults.Add(-1, "steps", "must have one that is not optional: a path has a relation at least");
  }
  if (rule.steps.empty() && rule.tap_roles == 0) {
    faults.Add(-1, "tap_role", "is required without steps: what the TAP must be");
  }
  if (rule.steps.empty() && rule.end == ConflictEnd::kCooperative) {
    faults.Add(-1, "end", "must be CONFLICT_END_TAP without steps");
  }
  if (rule.steps.empty() && rule.lifted_by != 0) {
    faults.Add(-1, "lifted_by", "must be empty without steps");
  }
  CheckTotal(rule, &faults);
  return faults.Take();
}

absl::Status Validate(absl::Span<const ConflictRule> rules) {
  std::vector<std::string> texts;
  if (rules.size() > kConflictRulesMax)
    texts.push_back(
        absl::StrCat("conflict_rules: must be at most ", kConflictRulesMax, ", are ", rules.size()));
  for (size_t at = 0; at < rules.size(); ++at) {
    for (const ConflictRuleFault& fault : FaultsOf(rules[at])) {
      const std::string step = fault.step < 0 ? "" : absl::StrCat("steps[", fault.step, "].");
      texts.push_back(absl::StrCat("conflict_rules[", at, "].", step, fault.field, ": ", fault.text));
    }
  }
  if (texts.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(texts, "; "));
}

}  // namespace ayni::matcher
