#include "services/round/within_budgets.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>

#include "ayni/v1/budget.pb.h"
#include "services/market/engine_day.h"
#include "services/market/paid_units.h"
#include "services/subsidy.h"

namespace ayni::services {
namespace {

// Empty where the offer draws on none.
std::string BudgetOf(const ClearedRound& cleared, matcher::OfferIndex offer) {
  const v1::Subsidised* charge = cleared.market.budgets().ChargeOf(cleared.market.NameOf(offer));
  return charge == nullptr ? "" : charge->budget();
}

}  // namespace

absl::StatusOr<StoredBudgets> ReadBudgets(const storage::Reader& reader, const ClearedRound& cleared) {
  StoredBudgets budgets;
  if (cleared.market.budgets().empty()) return budgets;
  for (const MatchedEdge& each : MatchedEdges(cleared)) {
    const std::string name = BudgetOf(cleared, each.offer);
    if (name.empty() || budgets.contains(name)) continue;
    auto stored = ReadRecord(reader, ResourceType::Of<v1::Budget>(), name);
    if (!stored.ok()) return stored.status();
    budgets.emplace(name, *std::move(stored));
  }
  return budgets;
}

std::vector<MatchedEdge> WithinBudgets(const ClearedRound& cleared, const StoredBudgets& budgets,
                                       std::vector<MatchedEdge> matched) {
  if (budgets.empty()) return matched;
  const matcher::Market& market = cleared.market.market();
  const std::vector<int32_t>& score = cleared.posed.problem.edge_weight;
  std::vector<size_t> order(matched.size());
  for (size_t at = 0; at < order.size(); ++at) order[at] = at;
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::tuple(-score[matched[a].edge], a) < std::tuple(-score[matched[b].edge], b);
  });
  std::map<std::string, int64_t> left;
  for (const size_t at : order) {
    MatchedEdge& each = matched[at];
    const std::string name = BudgetOf(cleared, each.offer);
    if (name.empty()) continue;
    const StoredRecord& stored = budgets.at(name);
    if (stored.version == 0) {
      each.units = 0;
      continue;
    }
    const auto& budget = static_cast<const v1::Budget&>(*stored.record);
    int64_t& money = left.try_emplace(name, FreeOf(budget)).first->second;
    const matcher::Offer offer = market.offer(each.offer);
    const matcher::Units paid =
        PaidUnits(cleared.market, budget, money, each.offer, market.need(each.need), cleared.today);
    each.units = std::min(each.units, paid);
    if (each.units < offer.lot) each.units = 0;
    if (each.units == 0) continue;
    const int32_t share = ProducerShareOn(budget, DateOf(cleared.today)).value_or(0);
    money -= SplitPrice(matcher::PriceFor(market.need(each.need), offer), each.units, share).funder;
  }
  matched.erase(
      std::remove_if(matched.begin(), matched.end(), [](const MatchedEdge& each) { return each.units == 0; }),
      matched.end());
  return matched;
}

}  // namespace ayni::services
