#include "matcher/conflict_reach.h"

#include <algorithm>

namespace ayni::matcher {
namespace {

bool Holds(RelationTypes types, RelationType type) { return (types & TypeBit(type)) != 0; }

}  // namespace

void ConflictReach::AddTouchedBy(const Relation& relation) {
  for (size_t at = 0; at < rule_.steps.size(); ++at) {
    const ConflictStep& step = rule_.steps[at];
    if (!Holds(step.types, relation.type)) continue;
    const bool both = IsSymmetric(relation.type);
    if (both || !step.against) AddBefore(relation.subject, static_cast<int>(at));
    if (both || step.against) AddBefore(relation.object, static_cast<int>(at));
  }
  if (Holds(rule_.lifted_by, relation.type)) {
    const bool of_tap = graph_.HasRole(relation.object, PartyRole::kTap);
    const bool of_cooperative = graph_.HasRole(relation.object, PartyRole::kCooperative);
    if (of_tap) taps_.push_back(relation.object);
    if (of_cooperative) AddTouchedBy(relation.subject);
  }
  Follow();
}

void ConflictReach::AddTouchedBy(PartyIndex party) {
  taps_.push_back(party);
  for (size_t step = 0; step < rule_.steps.size(); ++step)
    AddReached(party, static_cast<int>(step), /*leaves=*/false);
  Follow();
}

void ConflictReach::AddBefore(PartyIndex party, int step) {
  const bool is_neutral = graph_.party(party).neutral;
  if (rule_.steps[step].repeats_max > 1 && !is_neutral) AddReached(party, step, /*leaves=*/false);
  int before = step - 1;
  for (; before >= 0; --before) {
    if (!is_neutral) AddReached(party, before, /*leaves=*/true);
    if (!rule_.steps[before].optional) break;
  }
  if (before < 0 && graph_.HasRole(party, PartyRole::kTap)) taps_.push_back(party);
}

void ConflictReach::AddReached(PartyIndex party, int step, bool leaves) {
  const PartyRoles roles = rule_.steps[step].roles;
  if (leaves && roles != 0 && (graph_.party(party).roles & roles) == 0) return;
  if (!seen_.insert(int64_t{party.value} * kConflictStepsMax + step).second) return;
  open_.push_back({party, step});
}

void ConflictReach::Follow() {
  while (!open_.empty() && !touches_all_) {
    const Place place = open_.back();
    open_.pop_back();
    const ConflictStep& step = rule_.steps[place.step];
    for (const Tie& tie : graph_.TiesOf(place.party)) {
      if (!Holds(step.types, tie.type)) continue;
      // Seen from where the step ends, its direction is the other one.
      if (!IsSymmetric(tie.type) && tie.against == step.against) continue;
      AddBefore(tie.other, place.step);
    }
    touches_all_ = static_cast<int64_t>(seen_.size()) > kConflictReachMax;
  }
  open_.clear();
}

std::vector<PartyIndex> ConflictReach::taps() {
  std::sort(taps_.begin(), taps_.end());
  taps_.erase(std::unique(taps_.begin(), taps_.end()), taps_.end());
  return taps_;
}

}  // namespace ayni::matcher
