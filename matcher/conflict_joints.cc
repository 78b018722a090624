// The part of ConflictSearch that looks for holdings through several chains.
#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "matcher/conflict_search.h"

namespace ayni::matcher {

// What decides who holds what by a step: rules that differ in no more than whom it must come to ask once.
bool ConflictSearch::HoldersKey::IsLike(const ConflictStep& other) const {
  return step.types == other.types && step.against == other.against &&
         step.least_share == other.least_share &&
         std::min(step.repeats_max, kJointChainMax) == std::min(other.repeats_max, kJointChainMax) &&
         step.ended_days_max == other.ended_days_max && !step.ends_in_window && !other.ends_in_window &&
         step.blood_degree_max == other.blood_degree_max &&
         step.affinity_degree_max == other.affinity_degree_max;
}

// Forgets what was kept for another TAP, day or graph.
void ConflictSearch::ForgetHolders() {
  const auto now = std::tuple(query_->tap, query_->day, confirmed_only_, graph_.version());
  if (holders_of_ == now && query_->without.empty() && !holders_had_without_) return;
  holders_of_ = now;
  holders_had_without_ = !query_->without.empty();
  holders_.clear();
}

const std::vector<JointHolder>& ConflictSearch::Holders(PartyIndex party, int step) {
  const ConflictStep& taken = rule_->steps[step];
  std::vector<HoldersKey>& of_party = holders_[party.value];
  for (const HoldersKey& each : of_party) {
    const bool is_own = each.rule == rule_ && each.step_number == step && each.walk == walk_;
    if (is_own || each.IsLike(taken)) return *each.holders;
  }
  const auto may_take = [&](const Tie& tie, const Relation& row) {
    if (confirmed_only_ && row.standing != Standing::kConfirmed) return false;
    const auto& without = query_->without;
    return std::find(without.begin(), without.end(), tie.other) == without.end() && Allows(taken, tie, row);
  };
  const auto may_pass = [&](PartyIndex each) { return each != query_->tap && !graph_.party(each).neutral; };
  auto found = std::make_unique<const std::vector<JointHolder>>(
      JointHolders(graph_, taken, party, {may_take, may_pass}, &joint_budget_));
  of_party.push_back({taken, rule_, step, walk_, std::move(found)});
  return *of_party.back().holders;
}

// Whether the search may go on; has_joints_ says whether there is anything to find.
bool ConflictSearch::LookForJoints() {
  for (int step = 0; joining_steps_ >> step != 0; ++step) {
    if ((joining_steps_ >> step & 1) == 0) continue;
    for (const JointHolder& holder : Holders(query_->tap, step))
      has_joints_ |= IsOf(rule_->steps[step].roles, holder.party);
    if (joint_budget_ < 0) return false;
  }
  return true;
}

bool ConflictSearch::TakeJoints() {
  for (int step = 0; joining_steps_ >> step != 0; ++step) {
    if ((joining_steps_ >> step & 1) == 0) continue;
    const ConflictStep& taken = rule_->steps[step];
    const std::vector<JointHolder>& holders = Holders(query_->tap, step);
    if (joint_budget_ < 0) return false;
    for (const JointHolder& holder : holders) {
      if (!IsOf(taken.roles, holder.party) || !Passes(0, holder.party, RelationIndex::None())) continue;
      if (static_cast<int32_t>(prefixes_.size()) >= kConflictPrefixesMax) return false;
      prefixes_.push_back({0, holder.party, RelationIndex::None(), static_cast<int32_t>(readings_.size()), 1,
                           1, &holder, true});
      readings_.push_back(
          {static_cast<int8_t>(step), static_cast<int8_t>(taken.repeats_max), taken.least_share});
      Accept(static_cast<int32_t>(prefixes_.size()) - 1);
    }
  }
  return true;
}

bool ConflictSearch::CountsOn(const HoldingChain& chain, int32_t prefix, PartyIndex cooperative,
                              bool with_claims) const {
  const auto begin = chain.parties.begin();
  const auto end = chain.parties.end() - 1;  // the holder is on the path
  for (int32_t at = prefix; at >= 0; at = prefixes_[at].before) {
    if (std::find(begin, end, prefixes_[at].party) != end) return false;
    const RelationIndex relation = prefixes_[at].relation;
    const bool is_taken = relation.present() && std::find(chain.relations.begin(), chain.relations.end(),
                                                          relation) != chain.relations.end();
    if (is_taken) return false;
  }
  if (rule_->lifted_by != 0 &&
      std::any_of(begin, end, [&](PartyIndex party) { return Recuses(party, cooperative); }))
    return false;
  return with_claims ||
         std::none_of(chain.relations.begin(), chain.relations.end(), [&](RelationIndex relation) {
           return IsClaimed(graph_.relation(relation), cooperative);
         });
}

std::vector<RelationIndex> ConflictSearch::JointEvidence(int32_t prefix, PartyIndex cooperative,
                                                         bool with_claims) const {
  std::vector<std::vector<RelationIndex>> parts;
  for (int32_t at = prefix; at > 0; at = prefixes_[at].before) {
    if (prefixes_[at].joint == nullptr) {
      parts.push_back({prefixes_[at].relation});
      continue;
    }
    // Of the step by which the holder is reached, whose only reading it is.
    const ConflictStep& step = rule_->steps[readings_[prefixes_[at].readings_begin].step];
    const auto chosen = EnoughChains(
        prefixes_[at].joint->chains, step.least_share,
        [&](const HoldingChain& chain) { return CountsOn(chain, prefix, cooperative, with_claims); });
    if (chosen.empty()) return {};
    // Read backwards, the largest comes first.
    for (auto chain = chosen.rbegin(); chain != chosen.rend(); ++chain) parts.push_back((*chain)->relations);
  }
  std::vector<RelationIndex> evidence;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (evidence.size() + part->size() <= kConflictEvidenceMax)
      evidence.insert(evidence.end(), part->begin(), part->end());
  }
  return evidence;
}

}  // namespace ayni::matcher
