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

// Paths as lists of legs: one relation each, or all that one party holds of another by one step.
class JointWalker {
 public:
  JointWalker(const RelationGraph& graph, const ConflictRule& rule, const ConflictQuery& query)
      : graph_(graph), rule_(rule), query_(query), route_{query.tap} {}

  JointFinding Run() {
    Step(0);
    return best_;
  }

 private:
  struct Joint {
    size_t step;
    PartyIndex from;
    PartyIndex to;
  };

  bool MayVisit(PartyIndex party) const {
    if (std::find(query_.without.begin(), query_.without.end(), party) != query_.without.end()) return false;
    if (party == query_.tap) return rule_.end == ConflictEnd::kTap && route_.size() > 1;
    return std::find(route_.begin(), route_.end(), party) == route_.end();
  }
  bool IsStop(PartyIndex party) const {
    return (party == query_.tap && route_.size() > 1) || (graph_.party(party).neutral && party != query_.tap);
  }
  bool HasRoles(const ConflictStep& step, PartyIndex party) const {
    return step.roles == 0 || (graph_.party(party).roles & step.roles) != 0;
  }

  void Step(size_t step) {
    if (best_ == JointFinding::kFirm) return;
    if (step == rule_.steps.size()) return Consider();
    if (rule_.steps[step].optional) Step(step + 1);
    if (IsStop(route_.back())) return;
    Hops(step, 0, kWholeShare);
    const ConflictStep& now = rule_.steps[step];
    if (now.least_share == 0 || now.repeats_max < 2 || !(now.types >> 1 & 1)) return;
    if (route_.size() > 1) return;  // what is held of the TAP, or by it
    const PartyIndex from = route_.back();
    for (int32_t at = 0; at < graph_.party_count(); ++at) {
      const PartyIndex to{at};
      if (!MayVisit(to) || !HasRoles(now, to)) continue;
      if (ChainCount({step, from, to}) < 2) continue;
      joints_.push_back({step, from, to});
      route_.push_back(to);
      Step(step + 1);
      route_.pop_back();
      joints_.pop_back();
    }
  }

  void Hops(size_t step, int taken, int64_t share) {
    const ConflictStep& now = rule_.steps[step];
    if (taken > 0 && HasRoles(now, route_.back())) Step(step + 1);
    if (taken == now.repeats_max || IsStop(route_.back())) return;
    ForEachHop(now, route_.back(), [&](const Hop& hop, int64_t part) {
      const int64_t after = share * part / 10'000;
      const bool used = std::find(plain_.begin(), plain_.end(), hop.relation) != plain_.end();
      if (used || after < now.least_share || !MayVisit(hop.to)) return;
      plain_.push_back(hop.relation);
      route_.push_back(hop.to);
      Hops(step, taken + 1, after);
      route_.pop_back();
      plain_.pop_back();
    });
  }

  template <typename Visit>
  void ForEachHop(const ConflictStep& step, PartyIndex from, const Visit& visit) const {
    for (int32_t at = 0; at < graph_.relation_count(); ++at) {
      const RelationIndex relation{at};
      if (!graph_.Has(relation)) continue;
      const Relation& row = graph_.relation(relation);
      if (row.subject != from && row.object != from) continue;
      const Hop hop{relation, from, row.subject == from ? row.object : row.subject};
      if (!HopFits(graph_, step, hop, query_)) continue;
      visit(hop, row.type == RelationType::kOwns ? row.share_basis_points : 10'000);
    }
  }

  void Consider() {
    const PartyIndex end = route_.back();
    if (joints_.empty() || (rule_.end == ConflictEnd::kTap && (end != query_.tap || route_.size() == 1)))
      return;
    if (rule_.end == ConflictEnd::kCooperative && end != query_.cooperative) return;
    for (const PartyIndex party : route_) {
      if (Recuses(party)) return;
    }
    const bool blocks = rule_.severity == ConflictSeverity::kBlock;
    bool firm = true;
    for (const RelationIndex relation : plain_) firm &= IsFirm(relation);
    for (const Joint& joint : joints_) {
      const int64_t least = rule_.steps[joint.step].least_share;
      if (Held(joint, /*firm_only=*/false) < least) return;
      firm &= Held(joint, /*firm_only=*/true) >= least;
    }
    best_ = firm || !blocks ? JointFinding::kFirm : JointFinding::kClaimed;
  }

  // Whatever else is on the path.
  int ChainCount(const Joint& joint) const {
    int count = 0;
    std::vector<PartyIndex> parties = {joint.from};
    const std::function<void(PartyIndex, int64_t)> walk = [&](PartyIndex from, int64_t share) {
      ForEachHop(rule_.steps[joint.step], from, [&](const Hop& hop, int64_t part) {
        const int64_t after = share * part / 10'000;
        const bool seen = std::find(parties.begin(), parties.end(), hop.to) != parties.end();
        const bool without =
            std::find(query_.without.begin(), query_.without.end(), hop.to) != query_.without.end();
        if (after < rule_.steps[joint.step].least_share / 20 || seen || without) return;
        if (hop.to == joint.to) {
          ++count;
          return;
        }
        const bool last = static_cast<int>(parties.size()) == rule_.steps[joint.step].repeats_max;
        if (last || graph_.party(hop.to).neutral || hop.to == query_.tap) return;
        parties.push_back(hop.to);
        walk(hop.to, after);
        parties.pop_back();
      });
    };
    walk(joint.from, kWholeShare);
    return count;
  }

  // The sum over chains, of those over the same parties the largest.
  int64_t Held(const Joint& joint, bool firm_only) const {
    std::map<std::vector<int32_t>, int64_t> shares;
    std::vector<int32_t> parties;
    const std::function<void(PartyIndex, int64_t)> walk = [&](PartyIndex from, int64_t share) {
      ForEachHop(rule_.steps[joint.step], from, [&](const Hop& hop, int64_t part) {
        const int64_t after = share * part / 10'000;
        if (after < rule_.steps[joint.step].least_share / 20 || (firm_only && !IsFirm(hop.relation))) return;
        if (std::find(plain_.begin(), plain_.end(), hop.relation) != plain_.end()) return;
        if (hop.to == joint.to) {
          int64_t& known = shares[parties];
          known = std::max(known, after);
          return;
        }
        const bool free =
            std::find(route_.begin(), route_.end(), hop.to) == route_.end() &&
            std::find(query_.without.begin(), query_.without.end(), hop.to) == query_.without.end() &&
            std::find(parties.begin(), parties.end(), hop.to.value) == parties.end();
        const bool last = static_cast<int>(parties.size()) + 1 == rule_.steps[joint.step].repeats_max;
        if (!free || last || graph_.party(hop.to).neutral || Recuses(hop.to)) return;
        parties.push_back(hop.to.value);
        walk(hop.to, after);
        parties.pop_back();
      });
    };
    walk(joint.from, kWholeShare);
    int64_t sum = 0;
    for (const auto& [over, share] : shares) sum += share;
    return sum;
  }

  bool IsFirm(RelationIndex relation) const {
    const Relation& row = graph_.relation(relation);
    if (row.standing == Standing::kConfirmed) return true;
    return row.standing == Standing::kClaimed && row.claimed_by.present() &&
           (row.claimed_by == query_.tap || row.claimed_by == query_.cooperative);
  }

  bool Recuses(PartyIndex party) const {
    for (int32_t at = 0; at < graph_.relation_count(); ++at) {
      if (!graph_.Has(RelationIndex{at})) continue;
      const Relation& row = graph_.relation(RelationIndex{at});
      if (row.subject != party || (rule_.lifted_by >> static_cast<int>(row.type) & 1) == 0) continue;
      if (row.standing != Standing::kConfirmed || query_.day < row.window.first ||
          query_.day > row.window.last)
        continue;
      if (row.object == query_.tap || row.object == query_.cooperative) return true;
    }
    return false;
  }

  const RelationGraph& graph_;
  const ConflictRule& rule_;
  const ConflictQuery& query_;
  std::vector<PartyIndex> route_;
  std::vector<RelationIndex> plain_;
  std::vector<Joint> joints_;
  JointFinding best_ = JointFinding::kNone;
};

}  // namespace

JointFinding JointByTheLetter(const RelationGraph& graph, const ConflictRule& rule,
                              const ConflictQuery& query) {
  if (rule.tap_roles != 0 && !(graph.party(query.tap).roles & rule.tap_roles)) return JointFinding::kNone;
  if (rule.total_share > 0) return JointFinding::kNone;
  return JointWalker(graph, rule, query).Run();
}

std::optional<ConflictPath> PathByTheLetter(const RelationGraph& graph, const ConflictRule& rule,
                                            const ConflictQuery& query) {
  if (rule.tap_roles != 0 && !(graph.party(query.tap).roles & rule.tap_roles)) return std::nullopt;
  if (rule.steps.empty()) return ConflictPath{};
  return Walker(graph, rule, query).Run();
}

}  // namespace ayni::matcher
