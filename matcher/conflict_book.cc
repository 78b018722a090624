#include "matcher/conflict_book.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <tuple>
#include <utility>

#include "matcher/conflict_reach.h"
#include "matcher/workers.h"

namespace ayni::matcher {
namespace {

// TAPs that one thread takes at a time.
constexpr int64_t kTapsAtATime = 64;

// The findings of one candidate, rule by rule.
class OnCandidate {
 public:
  OnCandidate(absl::Span<const ConflictRule> rules, const ConflictCandidate& candidate, Day day,
              ConflictSearch* search)
      : rules_(rules), candidate_(candidate), day_(day), search_(*search) {}

  bool Concerns(int32_t rule) const {
    return rules_[rule].advice == 0 || (rules_[rule].advice & candidate_.advice) != 0;
  }
  bool HasWaiver(int32_t rule) const {
    return std::any_of(candidate_.waivers.begin(), candidate_.waivers.end(),
                       [rule](const ConflictWaiver& waiver) { return waiver.rule == rule; });
  }

  void Search(int32_t rule) {
    std::vector<PartyIndex> without;
    if (Gather(rule, /*dismissed_only=*/true, &without)) return;
    const ConflictPaths found = Paths(rule, without);
    if (found.paths.empty()) {
      if (found.incomplete) AddIncomplete(rule);
      return;
    }
    Add(rule, found.paths.front());
  }

  void Add(int32_t rule, const ConflictPath& path) {
    ConflictFinding finding = Make(rule, path);
    Bear(rule, &finding);
    findings_.push_back(std::move(finding));
  }

  void AddIncomplete(int32_t rule) {
    findings_.push_back({.rule = rule, .severity = AtMostFlag(rule), .incomplete = true});
  }

  std::vector<ConflictFinding> Take() {
    std::stable_sort(findings_.begin(), findings_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.severity, a.rule) < std::tie(b.severity, b.rule);
    });
    return std::move(findings_);
  }

 private:
  ConflictSeverity AtMostFlag(int32_t rule) const {
    return std::max(rules_[rule].severity, ConflictSeverity::kFlag);
  }

  ConflictFinding Make(int32_t rule, const ConflictPath& path) const {
    return {.rule = rule,
            .severity = path.claimed ? AtMostFlag(rule) : rules_[rule].severity,
            .relations = path.relations,
            .claimed = path.claimed};
  }

  // The parties whose paths the waivers of the rule take out: whether it is all of them.
  bool Gather(int32_t rule, bool dismissed_only, std::vector<PartyIndex>* without) const {
    for (const ConflictWaiver& waiver : candidate_.waivers) {
      if (waiver.rule != rule || (dismissed_only && !waiver.dismisses)) continue;
      if (waiver.through.empty()) return true;
      without->insert(without->end(), waiver.through.begin(), waiver.through.end());
    }
    return false;
  }

  ConflictPaths Paths(int32_t rule, absl::Span<const PartyIndex> without) {
    return search_.Find(rules_[rule], {.tap = candidate_.tap,
                                       .cooperative = candidate_.cooperative,
                                       .day = day_,
                                       .need_window = candidate_.need_window,
                                       .without = without});
  }

  // A path that no exception covers takes the finding's place; where there is none, the exception bears it.
  void Bear(int32_t rule, ConflictFinding* finding) {
    int32_t first = -1;
    for (size_t at = 0; at < candidate_.waivers.size(); ++at) {
      const ConflictWaiver& waiver = candidate_.waivers[at];
      if (waiver.rule == rule && !waiver.dismisses && first < 0) first = static_cast<int32_t>(at);
    }
    if (first < 0) return;
    std::vector<PartyIndex> without;
    if (!Gather(rule, /*dismissed_only=*/false, &without)) {
      const ConflictPaths uncovered = Paths(rule, without);
      if (!uncovered.paths.empty()) {
        ConflictFinding other = Make(rule, uncovered.paths.front());
        if (other.severity <= finding->severity) {
          *finding = std::move(other);
          return;
        }
      }
    }
    finding->waiver = first;
  }

  const absl::Span<const ConflictRule> rules_;
  const ConflictCandidate& candidate_;
  const Day day_;
  ConflictSearch& search_;
  std::vector<ConflictFinding> findings_;
};

}  // namespace

std::vector<ConflictFinding> FindConflicts(absl::Span<const ConflictRule> rules,
                                           const ConflictCandidate& candidate, Day day,
                                           ConflictSearch* search) {
  OnCandidate findings(rules, candidate, day, search);
  for (int32_t rule = 0; rule < static_cast<int32_t>(rules.size()); ++rule) {
    if (findings.Concerns(rule)) findings.Search(rule);
  }
  return findings.Take();
}

void ConflictBook::Sort(KeptOfTap* kept) {
  std::sort(kept->begin(), kept->end(), [](const Kept& a, const Kept& b) {
    return std::tie(a.cooperative, a.rule) < std::tie(b.cooperative, b.rule);
  });
}

void ConflictBook::Add(int32_t rule, PartyIndex tap, ConflictSearch* search, KeptOfTap* kept) const {
  ConflictPaths found = search->Find(rules_[rule], {.tap = tap, .day = day_});
  for (ConflictPath& path : found.paths)
    kept->push_back({path.cooperative, rule, path.claimed, false, std::move(path.relations)});
  const bool found_for_all = !found.paths.empty() && !found.paths.front().cooperative.present();
  if (found.incomplete && !found_for_all) kept->push_back({PartyIndex::None(), rule, false, true, {}});
}

bool ConflictBook::FindAll(const RelationGraph& graph, int threads, absl::FunctionRef<bool()> stop) {
  kept_.clear();
  touched_.clear();
  touched_all_.clear();
  std::vector<PartyIndex> taps;
  for (int32_t at = 0; at < graph.party_count(); ++at) {
    if (graph.HasRole(PartyIndex{at}, PartyRole::kTap)) taps.push_back(PartyIndex{at});
  }
  std::vector<KeptOfTap> kept(taps.size());
  std::atomic<bool> stopped = false;
  const int64_t count = static_cast<int64_t>(taps.size());
  Workers workers(threads);
  workers.ForEach((count + kTapsAtATime - 1) / kTapsAtATime, [&](int64_t chunk) {
    if (stopped || stop()) {
      stopped = true;
      return;
    }
    ConflictSearch search(graph);
    for (int64_t at = chunk * kTapsAtATime; at < std::min(count, (chunk + 1) * kTapsAtATime); ++at) {
      for (int32_t rule = 0; rule < static_cast<int32_t>(rules_.size()); ++rule)
        Add(rule, taps[at], &search, &kept[at]);
      Sort(&kept[at]);
    }
  });
  for (size_t at = 0; at < taps.size(); ++at) {
    if (!kept[at].empty()) kept_[taps[at].value] = std::move(kept[at]);
  }
  return !stopped;
}

void ConflictBook::Touch(const RelationGraph& graph, const Relation& relation) {
  for (size_t rule = 0; rule < rules_.size(); ++rule) {
    ConflictReach reach(graph, rules_[rule], day_);
    reach.AddTouchedBy(relation);
    for (const PartyIndex tap : reach.taps())
      touched_.insert(int64_t{tap.value} * kConflictRulesMax + static_cast<int64_t>(rule));
    if (!reach.touches_all()) continue;
    touched_all_.resize(rules_.size());
    touched_all_[rule] = true;
  }
}

void ConflictBook::Touch(const RelationGraph& graph, PartyIndex party) {
  for (size_t rule = 0; rule < rules_.size(); ++rule) {
    ConflictReach reach(graph, rules_[rule], day_);
    reach.AddTouchedBy(party);
    for (const PartyIndex tap : reach.taps())
      touched_.insert(int64_t{tap.value} * kConflictRulesMax + static_cast<int64_t>(rule));
    if (!reach.touches_all()) continue;
    touched_all_.resize(rules_.size());
    touched_all_[rule] = true;
  }
}

int64_t ConflictBook::Renew(const RelationGraph& graph) {
  for (size_t rule = 0; rule < touched_all_.size(); ++rule) {
    for (int32_t at = 0; touched_all_[rule] && at < graph.party_count(); ++at) {
      if (graph.HasRole(PartyIndex{at}, PartyRole::kTap) || kept_.contains(at))
        touched_.insert(int64_t{at} * kConflictRulesMax + static_cast<int64_t>(rule));
    }
  }
  touched_all_.clear();
  ConflictSearch search(graph);
  for (const int64_t pair : touched_) {
    const PartyIndex tap{static_cast<int32_t>(pair / kConflictRulesMax)};
    const auto rule = static_cast<int32_t>(pair % kConflictRulesMax);
    KeptOfTap& kept = kept_[tap.value];
    kept.erase(
        std::remove_if(kept.begin(), kept.end(), [rule](const Kept& each) { return each.rule == rule; }),
        kept.end());
    if (graph.HasRole(tap, PartyRole::kTap)) Add(rule, tap, &search, &kept);
    Sort(&kept);
    if (kept.empty()) kept_.erase(tap.value);
  }
  return static_cast<int64_t>(std::exchange(touched_, {}).size());
}

std::vector<ConflictFinding> ConflictBook::FindingsOn(const RelationGraph& graph,
                                                      const ConflictCandidate& candidate,
                                                      ConflictSearch* search) const {
  const auto of_tap = kept_.find(candidate.tap.value);
  if (of_tap == kept_.end()) return {};
  OnCandidate findings(rules_, candidate, day_, search);
  const auto look_at = [&](const Kept& kept, bool found_for_cooperative) {
    const ConflictRule& rule = rules_[kept.rule];
    if (!findings.Concerns(kept.rule) || found_for_cooperative) return;
    const bool may_admit = rule.severity == ConflictSeverity::kBlock && !kept.cooperative.present() &&
                           graph.ClaimCountBy(candidate.cooperative) > 0;
    const bool may_be_recused = rule.lifted_by != 0 && !kept.cooperative.present();
    if (rule.LooksAtWindow() || may_admit || may_be_recused || kept.incomplete ||
        findings.HasWaiver(kept.rule)) {
      findings.Search(kept.rule);
    } else {
      findings.Add(kept.rule, {kept.cooperative, kept.relations, kept.claimed});
    }
  };
  const KeptOfTap& all = of_tap->second;
  const auto general_end =
      std::find_if(all.begin(), all.end(), [](const Kept& kept) { return kept.cooperative.present(); });
  const auto begin = std::partition_point(
      general_end, all.end(), [&](const Kept& kept) { return kept.cooperative < candidate.cooperative; });
  const auto end = std::partition_point(
      begin, all.end(), [&](const Kept& kept) { return kept.cooperative == candidate.cooperative; });
  for (auto kept = all.begin(); kept != general_end; ++kept) {
    look_at(*kept, std::any_of(begin, end, [&](const Kept& own) { return own.rule == kept->rule; }));
  }
  for (auto kept = begin; kept != end; ++kept) look_at(*kept, false);
  return findings.Take();
}

int64_t ConflictBook::finding_count() const {
  int64_t count = 0;
  for (const auto& [tap, kept] : kept_) count += static_cast<int64_t>(kept.size());
  return count - incomplete_count();
}

int64_t ConflictBook::incomplete_count() const {
  int64_t count = 0;
  for (const auto& [tap, all] : kept_)
    count += std::count_if(all.begin(), all.end(), [](const Kept& kept) { return kept.incomplete; });
  return count;
}

size_t ConflictBook::ByteSize() const {
  size_t bytes = kept_.capacity() * (sizeof(*kept_.begin()) + 1);
  for (const auto& [tap, all] : kept_) {
    bytes += all.capacity() * sizeof(Kept);
    for (const Kept& kept : all) bytes += kept.relations.capacity() * sizeof(RelationIndex);
  }
  return bytes;
}

}  // namespace ayni::matcher
