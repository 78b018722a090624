#include "matcher/conflict_search.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace ayni::matcher {
ConflictPaths ConflictSearch::Find(const ConflictRule& rule, const ConflictQuery& query) {
  rule_ = &rule;
  query_ = &query;
  ConflictPaths result;
  if (rule.tap_roles != 0 && (graph_.party(query.tap).roles & rule.tap_roles) == 0) return result;
  if (rule.steps.empty()) {
    result.paths.emplace_back();
    return result;
  }
  types_ = 0;
  joining_steps_ = 0;
  for (size_t at = 0; at < rule.steps.size(); ++at) {
    types_ |= rule.steps[at].types;
    if (JoinsChains(rule, static_cast<int>(at))) joining_steps_ |= uint32_t{1} << at;
  }
  result.incomplete = !Walk(false);
  if (result.incomplete) Walk(true);
  result.paths = Choose();
  return result;
}

bool ConflictSearch::Walk(bool confirmed_only) {
  confirmed_only_ = confirmed_only;
  found_.clear();
  ++walk_;
  ForgetHolders();
  has_joints_ = false;
  joint_budget_ = kConflictPrefixesMax;
  if (!WalkOn(/*with_joints=*/false)) return false;
  if (!has_joints_ || IsSettled()) return true;
  for (Found& found : found_) found.evidence = RelationsOf(found.prefix);
  return WalkOn(/*with_joints=*/true);
}

bool ConflictSearch::WalkOn(bool with_joints) {
  prefixes_.clear();
  readings_.assign(1, {-1, 0, kWholeShare});
  prefixes_.push_back({-1, query_->tap, RelationIndex::None(), 0, 1, 0});
  for (int32_t at = 0; at < static_cast<int32_t>(prefixes_.size()); ++at) {
    // Paths without a joint holding, which only the TAP has, were found before.
    const bool goes_on = with_joints && at == 0 ? TakeJoints() : Extend(at);
    if (!goes_on) return false;
    if (IsSettled()) return true;
    if (!with_joints && at == 0 && !LookForJoints()) return false;
  }
  return true;
}

// Whether no later path could change what is chosen.
bool ConflictSearch::IsSettled() const {
  if (rule_->total_share > 0 || found_.empty()) return false;
  if (rule_->end == ConflictEnd::kCooperative && !query_->cooperative.present()) return false;
  return rule_->severity != ConflictSeverity::kBlock ||
         std::any_of(found_.begin(), found_.end(), [](const Found& found) { return !found.claimed; });
}

bool ConflictSearch::Extend(int32_t prefix) {
  const PartyIndex party = prefixes_[prefix].party;
  if (prefixes_[prefix].length > 0 && (party == query_->tap || graph_.party(party).neutral)) return true;
  std::vector<Tie>& ties = scratch_ties_;
  ties.clear();
  for (const Tie& tie : graph_.TiesOf(party)) {
    if ((TypeBit(tie.type) & types_) != 0) ties.push_back(tie);
  }
  std::sort(ties.begin(), ties.end(), [this](const Tie& a, const Tie& b) {
    return std::tuple(graph_.relation(a.relation).rank, a.relation) <
           std::tuple(graph_.relation(b.relation).rank, b.relation);
  });
  for (const Tie& tie : ties) {
    if (!Take(prefix, tie)) return false;
  }
  return true;
}

bool ConflictSearch::Take(int32_t before, const Tie& tie) {
  const Relation& row = graph_.relation(tie.relation);
  if (confirmed_only_ && row.standing != Standing::kConfirmed) return true;
  ReadOn(before, tie, row, &scratch_readings_);
  if (scratch_readings_.empty() || !Passes(before, tie.other, tie.relation)) return true;
  if (static_cast<int32_t>(prefixes_.size()) >= kConflictPrefixesMax) return false;
  const int8_t length = prefixes_[before].length;
  prefixes_.push_back({before, tie.other, tie.relation, static_cast<int32_t>(readings_.size()),
                       static_cast<int8_t>(scratch_readings_.size()), static_cast<int8_t>(length + 1),
                       nullptr, prefixes_[before].has_joint});
  readings_.insert(readings_.end(), scratch_readings_.begin(), scratch_readings_.end());
  Accept(static_cast<int32_t>(prefixes_.size()) - 1);
  return true;
}

// Whether the path may go on to the party: it is new there, or the TAP at the end of a path that may end
// there.
bool ConflictSearch::Passes(int32_t before, PartyIndex party, RelationIndex relation) const {
  const bool may_return = rule_->end == ConflictEnd::kTap;
  if (party == query_->tap && !may_return) return false;
  for (const PartyIndex each : query_->without) {
    if (party == each) return false;
  }
  for (int32_t at = before; at > 0; at = prefixes_[at].before) {
    if (prefixes_[at].party == party) return false;
    if (relation.present() && prefixes_[at].relation == relation) return false;
  }
  return true;
}

void ConflictSearch::ReadOn(int32_t before, const Tie& tie, const Relation& row,
                            std::vector<Reading>* readings) const {
  readings->clear();
  const Prefix& prefix = prefixes_[before];
  const int steps = static_cast<int>(rule_->steps.size());
  for (int32_t at = prefix.readings_begin; at < prefix.readings_begin + prefix.readings_count; ++at) {
    const Reading reading = readings_[at];
    const bool repeats = reading.step >= 0 && reading.taken < rule_->steps[reading.step].repeats_max;
    if (repeats && Allows(rule_->steps[reading.step], tie, row)) {
      AddReading({reading.step, static_cast<int8_t>(reading.taken + 1), ShareAfter(reading.share, row)},
                 readings);
    }
    if (!MayLeave(reading, prefix.party)) continue;
    for (int step = reading.step + 1; step < steps; ++step) {
      if (Allows(rule_->steps[step], tie, row)) {
        AddReading({static_cast<int8_t>(step), 1, ShareAfter(kWholeShare, row)}, readings);
      }
      if (!rule_->steps[step].optional) break;
    }
  }
}

// Of readings that stand at the same place, the one of the larger share can do all that the other can.
void ConflictSearch::AddReading(Reading reading, std::vector<Reading>* readings) const {
  if (reading.share < rule_->steps[reading.step].least_share) return;
  for (Reading& known : *readings) {
    if (known.step != reading.step || known.taken != reading.taken) continue;
    known.share = std::max(known.share, reading.share);
    return;
  }
  readings->push_back(reading);
}

bool ConflictSearch::MayLeave(const Reading& reading, PartyIndex party) const {
  if (reading.step < 0) return true;
  const PartyRoles roles = rule_->steps[reading.step].roles;
  return roles == 0 || (graph_.party(party).roles & roles) != 0;
}

bool ConflictSearch::Allows(const ConflictStep& step, const Tie& tie, const Relation& row) const {
  return MayTake(step, row, tie.against, query_->day, query_->need_window);
}

void ConflictSearch::Accept(int32_t prefix) {
  const PartyIndex party = prefixes_[prefix].party;
  PartyIndex cooperative = query_->cooperative;
  switch (rule_->end) {
    case ConflictEnd::kCooperative:
      if (cooperative.present() ? party != cooperative : !graph_.HasRole(party, PartyRole::kCooperative))
        return;
      cooperative = party;
      break;
    case ConflictEnd::kTap:
      if (party != query_->tap) return;
      break;
    case ConflictEnd::kAny:
      break;
  }
  Share best = -1;
  for (int32_t at = prefixes_[prefix].readings_begin;
       at < prefixes_[prefix].readings_begin + prefixes_[prefix].readings_count; ++at) {
    const Reading& reading = readings_[at];
    const bool read = std::all_of(rule_->steps.begin() + reading.step + 1, rule_->steps.end(),
                                  [](const ConflictStep& step) { return step.optional; });
    if (read && MayLeave(reading, party)) best = std::max(best, reading.share);
  }
  if (best < 0 || IsLifted(prefix, cooperative)) return;
  const PartyIndex found_for = rule_->end == ConflictEnd::kCooperative ? cooperative : PartyIndex::None();
  bool claimed = rule_->severity == ConflictSeverity::kBlock && IsClaimed(prefix, cooperative);
  std::vector<RelationIndex> evidence;
  if (prefixes_[prefix].has_joint) {
    const bool is_firm_first = rule_->severity == ConflictSeverity::kBlock;
    evidence = JointEvidence(prefix, cooperative, /*with_claims=*/!is_firm_first);
    if (evidence.empty() && is_firm_first) {
      evidence = JointEvidence(prefix, cooperative, /*with_claims=*/true);
      claimed = true;
    }
    if (evidence.empty()) return;
  }
  found_.push_back({found_for, prefix, best, claimed, std::move(evidence)});
}

bool ConflictSearch::IsLifted(int32_t prefix, PartyIndex cooperative) const {
  if (rule_->lifted_by == 0) return false;
  for (int32_t at = prefix; at >= 0; at = prefixes_[at].before) {
    if (Recuses(prefixes_[at].party, cooperative)) return true;
  }
  return false;
}

bool ConflictSearch::Recuses(PartyIndex party, PartyIndex cooperative) const {
  for (const Tie& tie : graph_.TiesOf(party)) {
    if (tie.against || (TypeBit(tie.type) & rule_->lifted_by) == 0) continue;
    if (tie.other != query_->tap && (!cooperative.present() || tie.other != cooperative)) continue;
    const Relation& row = graph_.relation(tie.relation);
    const bool holds = row.window.first <= query_->day && query_->day <= row.window.last;
    if (holds && row.standing == Standing::kConfirmed) return true;
  }
  return false;
}

bool ConflictSearch::IsClaimed(int32_t prefix, PartyIndex cooperative) const {
  for (int32_t at = prefix; at > 0; at = prefixes_[at].before) {
    const RelationIndex relation = prefixes_[at].relation;
    if (relation.present() && IsClaimed(graph_.relation(relation), cooperative)) return true;
  }
  return false;
}

bool ConflictSearch::IsClaimed(const Relation& row, PartyIndex cooperative) const {
  if (row.standing == Standing::kConfirmed) return false;
  const bool admitted = row.standing == Standing::kClaimed && row.claimed_by.present() &&
                        (row.claimed_by == query_->tap || row.claimed_by == cooperative);
  return !admitted;
}

std::vector<ConflictPath> ConflictSearch::Choose() {
  std::stable_sort(found_.begin(), found_.end(),
                   [](const Found& a, const Found& b) { return a.cooperative < b.cooperative; });
  std::vector<ConflictPath> paths;
  for (size_t begin = 0; begin < found_.size();) {
    size_t end = begin;
    while (end < found_.size() && found_[end].cooperative == found_[begin].cooperative) ++end;
    const auto all = absl::MakeConstSpan(found_).subspan(begin, end - begin);
    begin = end;
    if (rule_->total_share > 0) {
      if (std::optional<ConflictPath> sum = Sum(all)) paths.push_back(*std::move(sum));
      continue;
    }
    const auto firm = std::find_if(all.begin(), all.end(), [](const Found& each) { return !each.claimed; });
    const Found& best = firm == all.end() ? all.front() : *firm;
    paths.push_back(
        {best.cooperative, best.evidence.empty() ? RelationsOf(best.prefix) : best.evidence, best.claimed});
  }
  return paths;
}

// The paths that come to the rule's total together, firm ones if they suffice; of those over the same parties
// the one of the largest share.
std::optional<ConflictPath> ConflictSearch::Sum(absl::Span<const Found> found) {
  for (const bool with_claims : {false, true}) {
    std::map<std::vector<PartyIndex>, Found> by_parties;
    for (const Found& each : found) {
      if (each.claimed && !with_claims) continue;
      Found& same = by_parties.try_emplace(PartiesOf(each.prefix), each).first->second;
      if (each.share > same.share) same = each;
    }
    std::vector<Found> largest;
    for (const auto& [parties, each] : by_parties) largest.push_back(each);
    std::sort(largest.begin(), largest.end(),
              [](const Found& a, const Found& b) { return a.prefix < b.prefix; });
    ConflictPath path{found.front().cooperative, {}, with_claims};
    Share sum = 0;
    for (const Found& each : largest) {
      if (sum >= rule_->total_share) break;
      sum = std::min(kWholeShare, sum + each.share);
      const std::vector<RelationIndex> relations = RelationsOf(each.prefix);
      if (path.relations.size() + relations.size() <= kConflictEvidenceMax)
        path.relations.insert(path.relations.end(), relations.begin(), relations.end());
    }
    if (sum >= rule_->total_share) return path;
  }
  return std::nullopt;
}

std::vector<RelationIndex> ConflictSearch::RelationsOf(int32_t prefix) const {
  std::vector<RelationIndex> relations;
  for (int32_t at = prefix; at > 0; at = prefixes_[at].before) relations.push_back(prefixes_[at].relation);
  std::reverse(relations.begin(), relations.end());
  return relations;
}

std::vector<PartyIndex> ConflictSearch::PartiesOf(int32_t prefix) const {
  std::vector<PartyIndex> parties;
  for (int32_t at = prefix; at > 0; at = prefixes_[at].before) parties.push_back(prefixes_[at].party);
  return parties;
}

}  // namespace ayni::matcher
