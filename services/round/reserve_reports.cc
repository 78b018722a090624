#include "services/round/reserve_reports.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "matcher/reserve.h"

namespace ayni::services {
namespace {

class ReserveList {
 public:
  ReserveList(const ClearedRound& cleared, absl::Span<const MatchedEdge> matched)
      : cleared_(cleared), units_(cleared.posed.problem.edge_offer.size()) {
    for (const MatchedEdge& each : matched) units_[each.edge] = each.units;
  }

  void Fill(v1::RoundSummary* summary) const {
    summary->set_welfare(WelfareOf(units_));
    if (summary->reserve_comparison() != v1::RESERVE_COMPARISON_TIME_USED_UP)
      summary->set_welfare_without_reserves(WelfareOf(cleared_.units_without_reserves));
    const std::vector<matcher::Units> of_cell = UnitsByCell();
    int64_t kept_quantity = 0;
    int64_t missing = 0;
    for (const matcher::Kept& kept : cleared_.posed.kept) {
      kept_quantity += kept.quantity;
      missing += std::max<matcher::Units>(0, kept.quantity - of_cell[kept.cell.at()]);
    }
    summary->set_kept_quantity(kept_quantity);
    summary->set_missing_quantity(missing);
    const EnginePolicy& policy = cleared_.policy;
    for (size_t at = 0; at < policy.reserves.size(); ++at) {
      const matcher::Reserve& reserve = policy.reserves[at];
      AddClass(cleared_.policy_record.reserves(static_cast<int>(at)).id(), reserve.taps, reserve.chains,
               summary);
    }
    for (size_t at = 0; at < policy.floors.size(); ++at)
      AddClass(cleared_.policy_record.floors(static_cast<int>(at)).id(), policy.floors[at].taps, {}, summary);
  }

 private:
  struct Brought {
    int64_t with = 0;
    int64_t without = 0;
  };

  int64_t WelfareOf(const std::vector<matcher::Units>& units) const {
    int64_t welfare = 0;
    for (size_t edge = 0; edge < units.size(); ++edge)
      welfare += units[edge] * cleared_.posed.problem.edge_weight[edge];
    return welfare;
  }

  std::vector<matcher::Units> UnitsByCell() const {
    const matcher::Problem& problem = cleared_.posed.problem;
    std::vector<matcher::Units> units(problem.cell_count());
    for (size_t edge = 0; edge < units_.size(); ++edge) {
      for (int64_t at = problem.edge_cell_begin[edge]; at < problem.edge_cell_begin[edge + 1]; ++at)
        units[problem.edge_cell[at].at()] += units_[edge];
    }
    return units;
  }

  void AddClass(const std::string& id, const matcher::TapClass& taps,
                const std::vector<matcher::ChainIndex>& chains, v1::RoundSummary* summary) const {
    std::map<std::string, Brought> by_chain;
    const matcher::Problem& problem = cleared_.posed.problem;
    const matcher::Market& market = cleared_.market.market();
    const std::vector<matcher::Units>& without = cleared_.units_without_reserves;
    for (int32_t at = 0; at < problem.need_count(); ++at) {
      const matcher::ChainIndex chain = market.need(matcher::NeedIndex{at}).chain;
      if (!chains.empty() && std::find(chains.begin(), chains.end(), chain) == chains.end()) continue;
      for (int64_t edge = problem.need_edge_begin[at]; edge < problem.need_edge_begin[at + 1]; ++edge) {
        const matcher::Tap& tap = market.tap(market.offer(problem.edge_offer[edge]).tap);
        if (!matcher::Includes(taps, tap, cleared_.today)) continue;
        Brought& brought = by_chain[cleared_.market.NameOf(chain)];
        brought.with += units_[edge];
        if (!without.empty()) brought.without += without[edge];
      }
    }
    for (const auto& [chain, brought] : by_chain) {
      v1::ReserveReport* report = summary->add_reserves();
      report->set_reserve(id);
      report->set_value_chain(chain);
      report->set_matched_quantity(brought.with);
      report->set_matched_quantity_without(brought.without);
    }
  }

  const ClearedRound& cleared_;
  std::vector<matcher::Units> units_;
};

}  // namespace

void AddReserveReports(const ClearedRound& cleared, absl::Span<const MatchedEdge> matched,
                       v1::RoundSummary* summary) {
  if (cleared.policy.reserves.empty() && cleared.policy.floors.empty()) return;
  ReserveList(cleared, matched).Fill(summary);
}

}  // namespace ayni::services
