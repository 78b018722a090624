#include "services/market/paid_units.h"

#include <algorithm>
#include <optional>
#include <string>

#include "matcher/problem.h"
#include "services/market/engine_day.h"
#include "services/subsidy.h"

namespace ayni::services {
namespace {

bool Reaches(const NamedMarket& market, const v1::Budget& budget, matcher::TerritoryIndex district) {
  if (budget.territories().empty()) return true;
  return std::any_of(budget.territories().begin(), budget.territories().end(), [&](const std::string& name) {
    const matcher::TerritoryIndex territory = market.FindTerritory(name);
    return territory.present() && market.market().Within(district, territory);
  });
}

}  // namespace

matcher::Units PaidUnits(const NamedMarket& market, const v1::Budget& budget, int64_t money,
                         matcher::OfferIndex offer, const matcher::Need& need, matcher::Day today) {
  const matcher::Offer row = market.market().offer(offer);
  const std::optional<int32_t> share = ProducerShareOn(budget, DateOf(today));
  const std::string currency = market.ToMoney(row.price, row.currency).currency();
  if (!share.has_value() || !PaysFor(budget, market.NameOf(row.service), market.NameOf(row.tap), currency) ||
      !Reaches(market, budget, need.district))
    return 0;
  // A funder pays its part of what the offer asks of everybody, and of no price that two agreed on above it.
  const matcher::MinorUnits price = matcher::PriceFor(need, row);
  if (price > row.price) return 0;
  return std::min<int64_t>(UnitsPaidBy(money, price, *share), matcher::kUnitsMax);
}

matcher::Units PaidUnits(const NamedMarket& market, matcher::OfferIndex offer, const matcher::Need& need,
                         matcher::Day today) {
  const v1::Subsidised* charge = market.budgets().ChargeOf(market.NameOf(offer));
  if (charge == nullptr || charge->budget().empty()) return matcher::kUnitsMax;
  const v1::Budget* budget = market.budgets().Find(charge->budget());
  return budget == nullptr ? 0 : PaidUnits(market, *budget, FreeOf(*budget), offer, need, today);
}

int64_t HoldToBudgets(const NamedMarket& market, const matcher::Need& need, matcher::Day today,
                      std::vector<matcher::Candidate>* candidates) {
  if (market.budgets().empty()) return 0;
  for (matcher::Candidate& candidate : *candidates)
    candidate.bound = std::min(candidate.bound, PaidUnits(market, candidate.offer, need, today));
  const auto unpaid =
      std::remove_if(candidates->begin(), candidates->end(), [&](const matcher::Candidate& candidate) {
        return candidate.bound < market.market().offer(candidate.offer).lot;
      });
  const int64_t count = candidates->end() - unpaid;
  candidates->erase(unpaid, candidates->end());
  return count;
}

int64_t HoldToBudgets(const NamedMarket& market, matcher::Day today, matcher::Candidates* candidates) {
  if (market.budgets().empty()) return 0;
  for (size_t need = 0; need + 1 < candidates->need_begin.size(); ++need) {
    const matcher::Need row = market.market().need(matcher::NeedIndex{static_cast<int32_t>(need)});
    for (int64_t at = candidates->need_begin[need]; at < candidates->need_begin[need + 1]; ++at) {
      const matcher::Units paid = PaidUnits(market, candidates->offer[at], row, today);
      candidates->bound[at] = std::min(candidates->bound[at], paid);
    }
  }
  // Asked of each in order, and of none that has been moved.
  int64_t at = 0;
  return matcher::DropCandidates(candidates, [&](matcher::NeedIndex, matcher::OfferIndex offer) {
    return candidates->bound[at++] < market.market().offer(offer).lot;
  });
}

}  // namespace ayni::services
