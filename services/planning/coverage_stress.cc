#include "services/planning/coverage_stress.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "matcher/limit_report.h"
#include "services/market/engine_day.h"

namespace ayni::services {
namespace {

using matcher::OfferIndex;
using matcher::PartyIndex;
using matcher::TapIndex;

// Needs with a candidate, and those that lose all of theirs.
struct NeedCount {
  int32_t needs = 0;
  int64_t demanded = 0;
  int32_t lost_needs = 0;
  int64_t lost = 0;

  void Add(int64_t open, bool loses_all) {
    ++needs;
    demanded += open;
    if (!loses_all) return;
    ++lost_needs;
    lost += open;
  }
};

// One service in one territory.
struct Segment {
  NeedCount count;
  std::set<OfferIndex> offers;  // candidates of its needs
};

class Stress {
 public:
  Stress(const ClearedRound& posed, const TerritoryScope& where, std::vector<std::vector<Fall>> falls)
      : named_(posed.market),
        market_(posed.market.market()),
        problem_(posed.posed.problem),
        where_(where),
        falls_(std::move(falls)) {}

  absl::StatusOr<StressOutcome> Run(const std::function<bool()>& stop) {
    for (int32_t at = 0; at < problem_.need_count(); ++at) {
      if (stop()) return absl::CancelledError("the stress test was stopped");
      CountNeed(matcher::NeedIndex{at});
    }
    StressOutcome outcome;
    for (const auto& [key, segment] : segments_) {
      const bool falls = std::any_of(segment.offers.begin(), segment.offers.end(),
                                     [&](OfferIndex offer) { return Falls(offer); });
      if (falls) outcome.losses.push_back(LossOf(key.first, key.second, segment));
    }
    std::sort(outcome.losses.begin(), outcome.losses.end(),
              [](const v1::CoverageLoss& a, const v1::CoverageLoss& b) { return PlaceOf(a) < PlaceOf(b); });
    FillStress(&outcome.stress);
    return outcome;
  }

 private:
  bool Falls(OfferIndex offer) const { return !falls_[offer.at()].empty(); }

  void CountNeed(matcher::NeedIndex index) {
    const int64_t begin = problem_.need_edge_begin[index.at()];
    const int64_t end = problem_.need_edge_begin[index.at() + 1];
    const matcher::Need need = market_.need(index);
    const matcher::TerritoryIndex territory = PlaceInReport(named_, where_, need.district);
    if (begin == end || !territory.present()) return;
    bool loses_all = true;
    Segment& segment = segments_[{territory, need.service}];
    for (int64_t edge = begin; edge < end; ++edge) {
      const OfferIndex offer = problem_.edge_offer[edge];
      segment.offers.insert(offer);
      offers_.insert(offer);
      loses_all = loses_all && Falls(offer);
    }
    for (NeedCount* count : {&segment.count, &by_territory_[territory], &all_})
      count->Add(need.open_quantity, loses_all);
  }

  // What the groups of some offers have open, a TAP at most its own capacity; with or without what falls.
  std::map<PartyIndex, int64_t> OpenByGroup(const std::set<OfferIndex>& offers, bool with_falling) const {
    std::map<TapIndex, int64_t> by_tap;
    for (const OfferIndex offer : offers) {
      if (with_falling || !Falls(offer))
        by_tap[market_.offer(offer).tap] += market_.offer(offer).open_capacity;
    }
    std::map<PartyIndex, int64_t> by_group;
    for (const auto& [tap, open] : by_tap) {
      const matcher::Tap& row = market_.tap(tap);
      by_group[row.ownership_group] += row.capacity > 0 ? std::min<int64_t>(row.capacity, open) : open;
    }
    return by_group;
  }

  static int32_t HhiOf(const std::map<PartyIndex, int64_t>& open) {
    __int128 sum = 0;
    __int128 squares = 0;
    for (const auto& [group, units] : open) {
      sum += units;
      squares += static_cast<__int128>(units) * units;
    }
    const __int128 whole = sum * sum;
    return whole == 0 ? 0 : static_cast<int32_t>((2 * matcher::kHhiMax * squares + whole) / (2 * whole));
  }

  v1::CoverageLoss LossOf(matcher::TerritoryIndex territory, matcher::ServiceIndex service,
                          const Segment& segment) const {
    const NeedCount& all = by_territory_.at(territory);
    const auto before = OpenByGroup(segment.offers, true);
    const auto after = OpenByGroup(segment.offers, false);
    v1::CoverageLoss loss;
    loss.set_territory(named_.NameOf(territory));
    loss.set_service(named_.NameOf(service));
    loss.set_loses_all(all.lost_needs == all.needs);
    loss.set_need_count(segment.count.needs);
    loss.set_demanded_quantity(segment.count.demanded);
    loss.set_lost_need_count(segment.count.lost_needs);
    loss.set_lost_quantity(segment.count.lost);
    loss.set_provider_count(static_cast<int32_t>(before.size()));
    loss.set_remaining_provider_count(static_cast<int32_t>(after.size()));
    loss.set_hhi(HhiOf(before));
    loss.set_remaining_hhi(HhiOf(after));
    return loss;
  }

  void FillStress(v1::CoverageStress* stress) const {
    std::map<TapIndex, bool> keeps_one;
    for (const OfferIndex offer : offers_) {
      keeps_one[market_.offer(offer).tap] |= !Falls(offer);
      if (Falls(offer)) stress->set_lost_offer_count(stress->lost_offer_count() + 1);
    }
    stress->set_offer_count(static_cast<int32_t>(offers_.size()));
    stress->set_tap_count(static_cast<int32_t>(keeps_one.size()));
    stress->set_lost_tap_count(static_cast<int32_t>(
        std::count_if(keeps_one.begin(), keeps_one.end(), [](const auto& each) { return !each.second; })));
    stress->set_need_count(all_.needs);
    stress->set_demanded_quantity(all_.demanded);
    stress->set_lost_need_count(all_.lost_needs);
    stress->set_lost_quantity(all_.lost);
    stress->set_territory_count(static_cast<int32_t>(by_territory_.size()));
    stress->set_lost_territory_count(
        static_cast<int32_t>(std::count_if(by_territory_.begin(), by_territory_.end(), [](const auto& each) {
          return each.second.lost_needs == each.second.needs;
        })));
    for (v1::EndingFunding& funding : EndingFundings()) *stress->add_ending_fundings() = std::move(funding);
  }

  std::vector<v1::EndingFunding> EndingFundings() const {
    struct Ending {
      matcher::Day first = matcher::kDayMax;
      matcher::Day last = matcher::kDayMin;
      std::set<std::string> budgets;
      std::set<TapIndex> taps;
      std::set<OfferIndex> offers;
    };
    std::map<std::string, Ending> by_funder;
    for (const OfferIndex offer : offers_) {
      for (const Fall& fall : falls_[offer.at()]) {
        Ending& ending = by_funder[fall.funder];
        ending.first = std::min(ending.first, fall.end);
        ending.last = std::max(ending.last, fall.end);
        ending.offers.insert(offer);
        if (fall.budget.empty()) {
          ending.taps.insert(market_.offer(offer).tap);
        } else {
          ending.budgets.insert(fall.budget);
        }
      }
    }
    std::vector<v1::EndingFunding> fundings;
    for (const auto& [funder, ending] : by_funder) {
      v1::EndingFunding& funding = fundings.emplace_back();
      funding.set_funder(funder);
      *funding.mutable_first_end_date() = DateOf(ending.first);
      *funding.mutable_last_end_date() = DateOf(ending.last);
      funding.set_budget_count(static_cast<int32_t>(ending.budgets.size()));
      funding.set_tap_count(static_cast<int32_t>(ending.taps.size()));
      funding.set_offer_count(static_cast<int32_t>(ending.offers.size()));
    }
    std::stable_sort(fundings.begin(), fundings.end(),
                     [](const v1::EndingFunding& a, const v1::EndingFunding& b) {
                       return a.offer_count() > b.offer_count();
                     });
    if (fundings.size() > kEndingFundingsMax) fundings.resize(kEndingFundingsMax);
    return fundings;
  }

  const NamedMarket& named_;
  const matcher::Market& market_;
  const matcher::Problem& problem_;
  const TerritoryScope& where_;
  const std::vector<std::vector<Fall>> falls_;  // by OfferIndex
  std::map<std::pair<matcher::TerritoryIndex, matcher::ServiceIndex>, Segment> segments_;
  std::map<matcher::TerritoryIndex, NeedCount> by_territory_;
  std::set<OfferIndex> offers_;  // candidates of any need
  NeedCount all_;
};

}  // namespace

std::string PlaceOf(const v1::CoverageLoss& loss) {
  return absl::StrCat(loss.loses_all() ? 0 : (loss.lost_need_count() > 0 ? 1 : 2), "\n", loss.territory(),
                      "\n", loss.service());
}

absl::StatusOr<StressOutcome> StressCoverage(const storage::Snapshot& snapshot, v1::Policy policy,
                                             const TerritoryScope& where, const MoneyScope& money,
                                             ClearRoundOptions options) {
  // Who is a candidate does not depend on what a round gives.
  policy.clear_limits();
  policy.clear_reserves();
  policy.clear_floors();
  options.policy = &policy;
  const auto posed = PoseRound(snapshot, v1::Round(), options);
  if (!posed.ok()) return posed.status();
  auto falls = FallsOfOffers(snapshot, (*posed)->market, money, (*posed)->today, options.stop);
  if (!falls.ok()) return falls.status();
  return Stress(**posed, where, *std::move(falls)).Run(options.stop);
}

}  // namespace ayni::services
