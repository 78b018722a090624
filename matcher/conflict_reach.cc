#include "matcher/conflict_reach.h"

#include <algorithm>

#include "matcher/joint_holding.h"

namespace ayni::matcher {

// Whether a path may take the step so often with that share left: alone, or as one of several chains.
bool ConflictReach::Suffices(int step, int taken, Share share) const {
  if (share >= rule_.steps[step].least_share) return true;
  return taken <= kJointChainMax && share >= LeastChainShare(rule_.steps[step]) && JoinsChains(rule_, step);
}

void ConflictReach::AddTouchedBy(const Relation& relation) {
  for (size_t at = 0; at < rule_.steps.size(); ++at) {
    const ConflictStep& step = rule_.steps[at];
    const Share share = ShareAfter(kWholeShare, relation);
    const auto taken = static_cast<int>(at);
    if (!Suffices(taken, 1, share)) continue;
    if (MayTake(step, relation, /*against=*/false, day_, std::nullopt))
      AddBefore({relation.subject, taken, 1, share});
    if (MayTake(step, relation, /*against=*/true, day_, std::nullopt))
      AddBefore({relation.object, taken, 1, share});
  }
  if ((rule_.lifted_by & TypeBit(relation.type)) != 0) {
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
    AddReached({party, static_cast<int>(step), 0, kWholeShare});
  Follow();
}

void ConflictReach::AddBefore(const Place& place) {
  const bool is_neutral = graph_.party(place.party).neutral;
  if (place.taken < rule_.steps[place.step].repeats_max && !is_neutral) AddReached(place);
  int before = place.step - 1;
  for (; before >= 0; --before) {
    const PartyRoles roles = rule_.steps[before].roles;
    const bool may_leave = roles == 0 || (graph_.party(place.party).roles & roles) != 0;
    if (!is_neutral && may_leave) AddReached({place.party, before, 0, kWholeShare});
    if (!rule_.steps[before].optional) break;
  }
  if (before < 0 && graph_.HasRole(place.party, PartyRole::kTap)) taps_.push_back(place.party);
}

void ConflictReach::AddReached(const Place& place) {
  static_assert(kConflictRepeatsMax < 16);
  const int64_t key = (int64_t{place.party.value} * kConflictStepsMax + place.step) * 16 + place.taken;
  const auto [seen, is_new] = seen_.try_emplace(key, place.share);
  if (!is_new && seen->second >= place.share) return;
  seen->second = place.share;
  open_.push_back(place);
}

void ConflictReach::Follow() {
  while (!open_.empty() && !touches_all_) {
    const Place place = open_.back();
    open_.pop_back();
    const ConflictStep& step = rule_.steps[place.step];
    for (const Tie& tie : graph_.TiesOf(place.party)) {
      if ((step.types & TypeBit(tie.type)) == 0) continue;
      const Relation& relation = graph_.relation(tie.relation);
      // Seen from where the step ends, its direction is the other one.
      if (!MayTake(step, relation, !tie.against, day_, std::nullopt)) continue;
      const Share share = ShareAfter(place.share, relation);
      if (Suffices(place.step, place.taken + 1, share))
        AddBefore({tie.other, place.step, place.taken + 1, share});
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
