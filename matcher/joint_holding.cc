#include "matcher/joint_holding.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace ayni::matcher {
namespace {

// What chains come to at a party.
struct Reached {
  int64_t chain_count = 0;
  Share sum = 0;
};

// Walks all chains from a party: once to see where several meet, with no more than two numbers a party, and
// again to keep those that lead there. Most parties have none.
class ChainWalk {
 public:
  ChainWalk(const RelationGraph& graph, const ConflictStep& step, PartyIndex from, const ChainBounds& bounds,
            int64_t* budget)
      : graph_(graph), step_(step), from_(from), bounds_(bounds), budget_(*budget) {}

  // False: more was to be looked at than the budget allows.
  bool FindMeetings() {
    Go(from_, kWholeShare, [this] { Count(); });
    return budget_ >= 0 && std::any_of(reached_.begin(), reached_.end(),
                                       [this](const auto& each) { return IsMeeting(each.second); });
  }

  absl::flat_hash_map<int32_t, std::vector<HoldingChain>> KeepChains() {
    absl::flat_hash_map<int32_t, std::vector<HoldingChain>> chains;
    Go(from_, kWholeShare, [this, &chains] {
      const int32_t end = chain_.parties.back().value;
      if (IsMeeting(reached_.at(end))) chains[end].push_back(chain_);
    });
    return chains;
  }

 private:
  template <typename Visit>
  void Go(PartyIndex at, Share share, const Visit& visit) {
    for (const Tie& tie : graph_.TiesOf(at)) {
      if ((TypeBit(tie.type) & step_.types) == 0) continue;
      if (--budget_ < 0) return;
      const Relation& row = graph_.relation(tie.relation);
      const Share after = ShareAfter(share, row);
      if (after < LeastChainShare(step_) || IsOnChain(tie.other) || !bounds_.may_take(tie, row)) continue;
      chain_.parties.push_back(tie.other);
      chain_.relations.push_back(tie.relation);
      chain_.share = after;
      visit();
      const bool goes_on =
          static_cast<int>(chain_.parties.size()) < std::min(step_.repeats_max, kJointChainMax);
      if (goes_on && bounds_.may_pass(tie.other)) Go(tie.other, after, visit);
      chain_.parties.pop_back();
      chain_.relations.pop_back();
    }
  }

  void Count() {
    Reached& reached = reached_[chain_.parties.back().value];
    ++reached.chain_count;
    reached.sum = std::min(kWholeShare, reached.sum + chain_.share);
  }
  bool IsMeeting(const Reached& reached) const {
    return reached.chain_count > 1 && reached.sum >= step_.least_share;
  }
  bool IsOnChain(PartyIndex party) const {
    return party == from_ ||
           std::find(chain_.parties.begin(), chain_.parties.end(), party) != chain_.parties.end();
  }

  const RelationGraph& graph_;
  const ConflictStep& step_;
  const PartyIndex from_;
  const ChainBounds& bounds_;
  int64_t& budget_;
  HoldingChain chain_;
  absl::flat_hash_map<int32_t, Reached> reached_;
};

bool ComesFirst(const RelationGraph& graph, const HoldingChain& a, const HoldingChain& b) {
  if (a.share != b.share) return a.share > b.share;
  if (a.relations.size() != b.relations.size()) return a.relations.size() < b.relations.size();
  return std::lexicographical_compare(a.relations.begin(), a.relations.end(), b.relations.begin(),
                                      b.relations.end(), [&graph](RelationIndex x, RelationIndex y) {
                                        return std::pair(graph.relation(x).rank, x) <
                                               std::pair(graph.relation(y).rank, y);
                                      });
}

}  // namespace

// What owners of the TAP hold of others is looked for chain by chain: their holdings have no bound that keeps
// the search short.
bool JoinsChains(const ConflictRule& rule, int step) {
  for (int before = 0; before < step; ++before) {
    if (!rule.steps[before].optional) return false;
  }
  const ConflictStep& asked = rule.steps[step];
  return rule.total_share == 0 && asked.least_share > 0 && asked.repeats_max > 1 &&
         (asked.types & TypeBit(RelationType::kOwns)) != 0;
}

std::vector<JointHolder> JointHolders(const RelationGraph& graph, const ConflictStep& step, PartyIndex from,
                                      const ChainBounds& bounds, int64_t* budget) {
  ChainWalk walk(graph, step, from, bounds, budget);
  std::vector<JointHolder> holders;
  if (!walk.FindMeetings()) return holders;
  auto all_chains = walk.KeepChains();
  if (*budget < 0) return holders;
  for (auto& [party, chains] : all_chains) {
    std::sort(chains.begin(), chains.end(),
              [&graph](const HoldingChain& a, const HoldingChain& b) { return ComesFirst(graph, a, b); });
    const auto all = [](const HoldingChain&) { return true; };
    if (EnoughChains(chains, step.least_share, all).empty()) continue;
    holders.push_back({PartyIndex{party}, std::move(chains)});
  }
  std::sort(holders.begin(), holders.end(), [&graph](const JointHolder& a, const JointHolder& b) {
    return ComesFirst(graph, a.chains.front(), b.chains.front());
  });
  return holders;
}

std::vector<const HoldingChain*> EnoughChains(absl::Span<const HoldingChain> chains, Share least,
                                              absl::FunctionRef<bool(const HoldingChain&)> counts) {
  std::vector<const HoldingChain*> chosen;
  Share sum = 0;
  for (const HoldingChain& chain : chains) {
    if (!counts(chain)) continue;
    const bool is_known = std::any_of(chosen.begin(), chosen.end(), [&](const HoldingChain* each) {
      return each->parties == chain.parties;
    });
    if (is_known) continue;
    chosen.push_back(&chain);
    // No sum exceeds the whole, so that false declarations overflow nothing.
    sum = std::min(kWholeShare, sum + chain.share);
    if (sum >= least) return chosen;
  }
  return {};
}

}  // namespace ayni::matcher
