#include "services/market/country_rules.h"

#include <algorithm>

#include "matcher/ineligibility.h"
#include "services/held_units.h"
#include "services/market/holdings.h"
#include "services/market/named_market.h"

namespace ayni::services {

bool CountryRules::HaveCaps() const {
  return std::any_of(rules_.begin(), rules_.end(),
                     [](const CountryRule& rule) { return !rule.caps.empty(); });
}

const CountryRule* CountryRules::RuleAt(const matcher::Market& market, matcher::TerritoryIndex place) const {
  if (rules_.empty() || !place.present()) return nullptr;
  const matcher::TerritoryIndex country = market.At(place, matcher::TerritoryLevel::kCountry);
  const auto found = std::find_if(rules_.begin(), rules_.end(),
                                  [&](const CountryRule& rule) { return rule.country == country; });
  return found == rules_.end() ? nullptr : &*found;
}

std::optional<matcher::Units> CountryRules::CapOf(const matcher::Market& market, const matcher::Tap& tap,
                                                  matcher::Day today) const {
  const CountryRule* rule = RuleAt(market, tap.district);
  if (rule == nullptr) return std::nullopt;
  const int32_t years = matcher::CompletedMonths(tap.practising_since, today) / 12;
  std::optional<matcher::Units> cap;
  for (const CountryRule::Cap& each : rule->caps) {
    if (each.years <= years) cap = each.units;
  }
  return cap;
}

int32_t CountryRules::MonthsLacked(const matcher::Market& market, const matcher::Need& need,
                                   const matcher::Tap& tap) const {
  const CountryRule* rule = RuleAt(market, need.district);
  if (rule == nullptr) return 0;
  const int32_t months = matcher::CompletedMonths(tap.practising_since, need.window.first);
  return std::max(0, rule->least_practising_months - months);
}

void TapHoldings::Add(matcher::TapIndex tap, matcher::Day day, matcher::Units units) {
  if (units != 0) by_tap_[tap.value][day] += units;
}

matcher::Units TapHoldings::Since(matcher::TapIndex tap, matcher::Day first) const {
  const auto found = by_tap_.find(tap.value);
  if (found == by_tap_.end()) return 0;
  matcher::Units units = 0;
  for (auto at = found->second.lower_bound(first); at != found->second.end(); ++at) units += at->second;
  return units;
}

absl::StatusOr<std::vector<matcher::Units>> RoomsUnderCaps(const storage::Snapshot& snapshot,
                                                           const CountryRules& rules,
                                                           const NamedMarket& market, matcher::Day today,
                                                           const std::function<bool()>& stop) {
  std::vector<matcher::Units> rooms;
  if (!rules.HaveCaps()) return rooms;
  TapHoldings held;
  const matcher::Day first = today - kProviderCapDays;
  const absl::Status status =
      ForEachHolding(snapshot, first, stop, [&](const v1::Match& match, matcher::Day day) {
        const matcher::TapIndex tap = market.FindTap(match.tap());
        if (tap.present()) held.Add(tap, day, HeldUnits(match));
      });
  if (!status.ok()) return status;
  for (int32_t at = 0; at < market.market().tap_count(); ++at) {
    const matcher::TapIndex tap{at};
    const auto cap = rules.CapOf(market.market(), market.market().tap(tap), today);
    rooms.push_back(cap.has_value() ? std::max<matcher::Units>(0, *cap - held.Since(tap, first))
                                    : matcher::kUnitsMax);
  }
  return rooms;
}

void HoldToCountries(const NamedMarket& market, const CountryRules& rules,
                     absl::Span<const matcher::Units> rooms, matcher::Candidates* candidates) {
  if (rules.empty()) return;
  const matcher::Market& rows = market.market();
  const auto lacks_months = [&](matcher::NeedIndex need, matcher::OfferIndex offer) {
    return rules.MonthsLacked(rows, rows.need(need), rows.tap(rows.offer(offer).tap)) > 0;
  };
  matcher::DropDeclined(candidates, lacks_months);
  matcher::DropCandidates(candidates, lacks_months);
  matcher::SetAside(candidates, [&](matcher::NeedIndex, matcher::OfferIndex offer) {
    const matcher::TapIndex tap = rows.offer(offer).tap;
    return IsCapped(rooms, tap) && rooms[tap.at()] == 0;
  });
}

void DropUnpractised(const NamedMarket& market, const CountryRules& rules, const matcher::Need& need,
                     std::vector<matcher::Candidate>* candidates) {
  if (rules.empty()) return;
  const matcher::Market& rows = market.market();
  candidates->erase(std::remove_if(candidates->begin(), candidates->end(),
                                   [&](const matcher::Candidate& each) {
                                     const matcher::Tap& tap = rows.tap(rows.offer(each.offer).tap);
                                     return rules.MonthsLacked(rows, need, tap) > 0;
                                   }),
                    candidates->end());
}

}  // namespace ayni::services
