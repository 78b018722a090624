#include "tests/matcher/conflict_oracle.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace ayni::matcher {
namespace {

struct Hop {
  RelationIndex relation;
  PartyIndex from;
  PartyIndex to;
};

bool HopFits(const RelationGraph& graph, const ConflictStep& step, const Hop& hop,
             const ConflictQuery& query) {
  const Relation& row = graph.relation(hop.relation);
  if (!(step.types >> static_cast<int>(row.type) & 1)) return false;
  const bool forward = row.subject == hop.from;
  const bool both_ways = row.type == RelationType::kFamilyOf || row.type == RelationType::kSharesContact ||
                         row.type == RelationType::kMakesSameOffer;
  if (!both_ways && forward == step.against) return false;
  if (row.type == RelationType::kFamilyOf && (step.blood_degree_max > 0 || step.affinity_degree_max > 0)) {
    const int degree = row.kinship_degree;
    if (row.kinship == Kinship::kBlood && (step.blood_degree_max == 0 || degree > step.blood_degree_max))
      return false;
    if (row.kinship == Kinship::kAffinity &&
        (step.affinity_degree_max == 0 || degree > step.affinity_degree_max))
      return false;
  }
  if (step.ended_days_max > 0) {
    return row.window.first <= query.day && row.window.last < query.day &&
           query.day - row.window.last <= step.ended_days_max;
  }
  if (query.day < row.window.first || query.day > row.window.last) return false;
  if (!step.ends_in_window) return true;
  return query.need_window->first <= row.window.last && row.window.last <= query.need_window->last;
}

// Every way to read the hops from `at` on as the steps from `step` on; `best` becomes the largest share of
// the last step that any of them has.
void Read(const RelationGraph& graph, const ConflictRule& rule, const ConflictQuery& query,
          const std::vector<Hop>& hops, size_t at, size_t step, int64_t share, int64_t* best) {
  if (step == rule.steps.size()) {
    if (at == hops.size()) *best = std::max(*best, share);
    return;
  }
  const ConflictStep& now = rule.steps[step];
  if (now.optional) Read(graph, rule, query, hops, at, step + 1, share, best);
  int64_t own = kWholeShare;
  for (int taken = 1; taken <= now.repeats_max && at + taken <= hops.size(); ++taken) {
    const Hop& hop = hops[at + taken - 1];
    if (!HopFits(graph, now, hop, query)) return;
    const Relation& row = graph.relation(hop.relation);
    if (row.type == RelationType::kOwns) own = own * row.share_basis_points / 10'000;
    if (own < now.least_share) return;
    if (now.roles == 0 || (graph.party(hop.to).roles & now.roles))
      Read(graph, rule, query, hops, at + taken, step + 1, own, best);
  }
}

class Walker {
 public:
  Walker(const RelationGraph& graph, const ConflictRule& rule, const ConflictQuery& query)
      : graph_(graph), rule_(rule), query_(query) {}

  std::optional<ConflictPath> Run() {
    visited_.insert(query_.tap);
    Walk(query_.tap);
    if (rule_.total_share > 0) return Total();
    const Whole* best = nullptr;
    for (const Whole& each : wholes_) {
      if (best == nullptr || Less(each, *best)) best = &each;
    }
    if (best == nullptr) return std::nullopt;
    return ConflictPath{Cooperative(), best->relations, best->claimed};
  }

 private:
  struct Whole {
    std::vector<uint64_t> ranks;
    std::vector<RelationIndex> relations;
    std::vector<PartyIndex> parties;
    int64_t share;
    bool claimed;
  };

  static bool Shorter(const Whole& a, const Whole& b) {
    return a.ranks.size() != b.ranks.size() ? a.ranks.size() < b.ranks.size() : a.ranks < b.ranks;
  }
  static bool Less(const Whole& a, const Whole& b) {
    return a.claimed != b.claimed ? !a.claimed : Shorter(a, b);
  }

  PartyIndex Cooperative() const {
    return rule_.end == ConflictEnd::kCooperative ? query_.cooperative : PartyIndex::None();
  }

  std::optional<ConflictPath> Total() {
    for (const bool claims : {false, true}) {
      std::map<std::vector<PartyIndex>, Whole> by_parties;
      for (const Whole& each : wholes_) {
        if (each.claimed && !claims) continue;
        const auto [at, is_new] = by_parties.emplace(each.parties, each);
        const bool larger =
            each.share > at->second.share || (each.share == at->second.share && Shorter(each, at->second));
        if (!is_new && larger) at->second = each;
      }
      std::vector<Whole> chosen;
      for (const auto& [parties, each] : by_parties) chosen.push_back(each);
      std::sort(chosen.begin(), chosen.end(), Shorter);
      ConflictPath path{Cooperative(), {}, claims};
      int64_t sum = 0;
      for (const Whole& each : chosen) {
        if (sum >= rule_.total_share) break;
        sum += each.share;
        path.relations.insert(path.relations.end(), each.relations.begin(), each.relations.end());
      }
      if (sum >= rule_.total_share) return path;
    }
    return std::nullopt;
  }

  void Walk(PartyIndex from) {
    for (int32_t at = 0; at < graph_.relation_count(); ++at) {
      const RelationIndex relation{at};
      if (!graph_.Has(relation)) continue;
      const Relation& row = graph_.relation(relation);
      if (row.subject != from && row.object != from) continue;
      const PartyIndex to = row.subject == from ? row.object : row.subject;
      const bool used = std::any_of(hops_.begin(), hops_.end(),
                                    [relation](const Hop& hop) { return hop.relation == relation; });
      const bool back = to == query_.tap && rule_.end == ConflictEnd::kTap;
      if (used || (visited_.contains(to) && !back)) continue;
      if (std::find(query_.without.begin(), query_.without.end(), to) != query_.without.end()) continue;
      hops_.push_back({relation, from, to});
      Consider();
      if (!back && !graph_.party(to).neutral && hops_.size() < kConflictPathMax) {
        visited_.insert(to);
        Walk(to);
        visited_.erase(to);
      }
      hops_.pop_back();
    }
  }

  void Consider() {
    const PartyIndex end = hops_.back().to;
    if (rule_.end == ConflictEnd::kTap && end != query_.tap) return;
    if (rule_.end == ConflictEnd::kCooperative && end != query_.cooperative) return;
    int64_t share = -1;
    Read(graph_, rule_, query_, hops_, 0, 0, kWholeShare, &share);
    if (share < 0 || Lifted()) return;
    Whole whole{{}, {}, {}, share, false};
    for (const Hop& hop : hops_) {
      const Relation& row = graph_.relation(hop.relation);
      whole.ranks.push_back(row.rank);
      whole.relations.push_back(hop.relation);
      whole.parties.push_back(hop.to);
      const bool own = row.claimed_by == query_.tap || row.claimed_by == query_.cooperative;
      const bool firm = row.standing == Standing::kConfirmed ||
                        (row.standing == Standing::kClaimed && row.claimed_by.present() && own);
      whole.claimed |= rule_.severity == ConflictSeverity::kBlock && !firm;
    }
    wholes_.push_back(std::move(whole));
  }

  bool Lifted() const {
    for (int32_t at = 0; at < graph_.relation_count(); ++at) {
      if (!graph_.Has(RelationIndex{at})) continue;
      const Relation& row = graph_.relation(RelationIndex{at});
      const bool lifts = (rule_.lifted_by >> static_cast<int>(row.type) & 1) != 0 &&
                         row.standing == Standing::kConfirmed && row.window.first <= query_.day &&
                         query_.day <= row.window.last &&
                         (row.object == query_.tap || row.object == query_.cooperative);
      if (!lifts) continue;
      if (row.subject == query_.tap) return true;
      for (const Hop& hop : hops_) {
        if (hop.to == row.subject) return true;
      }
    }
    return false;
  }

  const RelationGraph& graph_;
  const ConflictRule& rule_;
  const ConflictQuery& query_;
  std::vector<Hop> hops_;
  std::set<PartyIndex> visited_;
  std::vector<Whole> wholes_;
};

}  // namespace

std::optional<ConflictPath> PathByTheLetter(const RelationGraph& graph, const ConflictRule& rule,
                                            const ConflictQuery& query) {
  if (rule.tap_roles != 0 && !(graph.party(query.tap).roles & rule.tap_roles)) return std::nullopt;
  if (rule.steps.empty()) return ConflictPath{};
  return Walker(graph, rule, query).Run();
}

}  // namespace ayni::matcher
