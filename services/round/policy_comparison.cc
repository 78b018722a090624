#include "services/round/policy_comparison.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"

namespace ayni::services {
namespace {

constexpr int64_t kPpm = 1'000'000;

v1::PolicyOutcome OutcomeOf(const PolicyFigures& figures, int64_t best_welfare) {
  v1::PolicyOutcome outcome = figures.outcome;
  outcome.set_price_ppm(PricePpm(best_welfare, outcome.welfare()));
  return outcome;
}

template <typename Map>
auto Find(const Map& map, const typename Map::key_type& key) {
  const auto found = map.find(key);
  return found == map.end() ? typename Map::mapped_type() : found->second;
}

template <typename Map>
std::set<typename Map::key_type> KeysOf(const Map& a, const Map& b) {
  std::set<typename Map::key_type> keys;
  for (const auto& [key, value] : a) keys.insert(key);
  for (const auto& [key, value] : b) keys.insert(key);
  return keys;
}

// How much HHI times volume changes: a small segment's change matters little.
absl::int128 WeightOf(const v1::SegmentChange& change) {
  const absl::int128 weight = absl::int128(change.hhi_after()) * change.volume_after() -
                              absl::int128(change.hhi_before()) * change.volume_before();
  return weight < 0 ? -weight : weight;
}

void AddSegments(const PolicyFigures& in_use, const PolicyFigures& tried, v1::TryPolicyResponse* answer) {
  std::vector<v1::SegmentChange> changes;
  for (const std::string& key : KeysOf(in_use.segments, tried.segments)) {
    const SegmentFigures before = Find(in_use.segments, key);
    const SegmentFigures after = Find(tried.segments, key);
    if (before.volume == after.volume && before.hhi == after.hhi &&
        before.cr1_basis_points == after.cr1_basis_points)
      continue;
    v1::SegmentChange& change = changes.emplace_back();
    change.mutable_segment()->ParseFromString(key);
    change.set_volume_before(before.volume);
    change.set_volume_after(after.volume);
    change.set_hhi_before(before.hhi);
    change.set_hhi_after(after.hhi);
    change.set_cr1_before_basis_points(before.cr1_basis_points);
    change.set_cr1_after_basis_points(after.cr1_basis_points);
  }
  std::stable_sort(
      changes.begin(), changes.end(),
      [](const v1::SegmentChange& a, const v1::SegmentChange& b) { return WeightOf(a) > WeightOf(b); });
  answer->set_changed_segment_count(static_cast<int64_t>(changes.size()));
  changes.resize(std::min<size_t>(changes.size(), kChangesShownMax));
  answer->mutable_segment_changes()->Assign(changes.begin(), changes.end());
}

using Units = std::map<std::string, int64_t>;

v1::PartyChanges ChangesOf(const Units& before, const Units& after) {
  std::vector<v1::PartyChange> gaining;
  std::vector<v1::PartyChange> losing;
  for (const std::string& party : KeysOf(before, after)) {
    v1::PartyChange change;
    change.set_party(party);
    change.set_quantity_before(Find(before, party));
    change.set_quantity_after(Find(after, party));
    if (change.quantity_after() > change.quantity_before()) gaining.push_back(change);
    if (change.quantity_after() < change.quantity_before()) losing.push_back(change);
  }
  const auto is_larger = [](const v1::PartyChange& a, const v1::PartyChange& b) {
    return std::abs(a.quantity_after() - a.quantity_before()) >
           std::abs(b.quantity_after() - b.quantity_before());
  };
  v1::PartyChanges changes;
  changes.set_gaining_count(static_cast<int64_t>(gaining.size()));
  changes.set_losing_count(static_cast<int64_t>(losing.size()));
  std::stable_sort(gaining.begin(), gaining.end(), is_larger);
  std::stable_sort(losing.begin(), losing.end(), is_larger);
  gaining.resize(std::min<size_t>(gaining.size(), kChangesShownMax));
  losing.resize(std::min<size_t>(losing.size(), kChangesShownMax));
  changes.mutable_gaining()->Assign(gaining.begin(), gaining.end());
  changes.mutable_losing()->Assign(losing.begin(), losing.end());
  return changes;
}

void AddConflicts(const PolicyFigures& in_use, const PolicyFigures& tried, v1::TryPolicyResponse* answer) {
  for (const auto& key : KeysOf(in_use.conflict_matches, tried.conflict_matches)) {
    v1::ConflictChange* change = answer->add_conflicts();
    change->set_severity(key.first);
    change->set_rule(key.second);
    change->set_match_count_before(Find(in_use.conflict_matches, key));
    change->set_match_count_after(Find(tried.conflict_matches, key));
  }
}

}  // namespace

int64_t PricePpm(int64_t best, int64_t welfare) {
  if (best == 0) return 0;
  const absl::int128 twice = absl::int128(best - welfare) * kPpm * 2;
  return static_cast<int64_t>((twice + (twice < 0 ? -best : best)) / (absl::int128(best) * 2));
}

v1::TryPolicyResponse Compare(const PolicyFigures& in_use, const PolicyFigures& tried, int64_t best_welfare) {
  v1::TryPolicyResponse answer;
  *answer.mutable_in_use() = OutcomeOf(in_use, best_welfare);
  *answer.mutable_tried() = OutcomeOf(tried, best_welfare);
  answer.set_best_welfare(best_welfare);
  AddSegments(in_use, tried, &answer);
  *answer.mutable_taps() = ChangesOf(in_use.tap_units, tried.tap_units);
  *answer.mutable_cooperatives() = ChangesOf(in_use.cooperative_units, tried.cooperative_units);
  AddConflicts(in_use, tried, &answer);
  return answer;
}

}  // namespace ayni::services
