#include "services/planning/coverage_gaps.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "ayni/v1/party.pb.h"
#include "services/fairness/suppression.h"
#include "services/market/load.h"
#include "services/market/named_market.h"
#include "services/market/paid_units.h"
#include "services/planning/reached_districts.h"
#include "services/resource/record_walk.h"

namespace ayni::services {
namespace {

// What one territory has.
struct Choice {
  std::map<matcher::ServiceIndex, std::set<matcher::PartyIndex>> offered;  // the groups that do
  std::map<matcher::ServiceIndex, Crowd> asked;                            // the cooperatives that do
  int32_t need_count = 0;
  bool has_cooperative = false;
};

class GapFinding {
 public:
  GapFinding(const storage::Snapshot& snapshot, const GapSearch& search, const std::function<bool()>& stop)
      : snapshot_(snapshot), search_(search), stop_(stop) {}

  absl::StatusOr<std::vector<v1::CoverageGap>> Run() {
    absl::Status status = LoadMarket(snapshot_, {.stop = stop_, .with_relations = true}, &market_);
    if (status.ok()) status = TakeCooperatives();
    if (!status.ok()) return status;
    market_.JoinControllers(search_.day, 0);
    TakeNeeds();
    status = TakeOffers();
    if (!status.ok()) return status;
    std::vector<v1::CoverageGap> gaps;
    for (const auto& [territory, choice] : choices_) {
      v1::CoverageGap gap = GapOf(territory, choice);
      if (IsListed(choice, gap)) gaps.push_back(std::move(gap));
    }
    std::sort(gaps.begin(), gaps.end(), [](const v1::CoverageGap& a, const v1::CoverageGap& b) {
      return a.territory() < b.territory();
    });
    return gaps;
  }

 private:
  Choice* At(matcher::TerritoryIndex district) {
    const matcher::TerritoryIndex territory = PlaceInReport(market_, search_.scope, district);
    return territory.present() ? &choices_[territory] : nullptr;
  }

  absl::Status TakeCooperatives() {
    return ForEachRecord<v1::Party>(snapshot_, "", stop_, [&](const v1::Party& party) {
      if (!party.has_cooperative()) return;
      members_[std::string(LastId(party.name()))] = std::max(1, party.cooperative().member_count());
      if (Choice* choice = At(market_.FindTerritory(party.district()))) choice->has_cooperative = true;
    });
  }

  void TakeNeeds() {
    const matcher::Market& rows = market_.market();
    for (int32_t at = 0; at < rows.need_count(); ++at) {
      const matcher::Need need = rows.need(matcher::NeedIndex{at});
      if (need.open_quantity <= 0 || need.window.last < search_.day) continue;
      Choice* choice = At(need.district);
      if (choice == nullptr) continue;
      const std::string cooperative(FirstId(market_.NameOf(matcher::NeedIndex{at})));
      const auto members = members_.find(cooperative);
      ++choice->need_count;
      choice->asked[need.service][cooperative] = members == members_.end() ? 1 : members->second;
    }
  }

  absl::Status TakeOffers() {
    const matcher::Market& rows = market_.market();
    const ReachedDistricts districts(rows);
    for (int32_t at = 0; at < rows.offer_count(); ++at) {
      if (stop_()) return absl::CancelledError("looking for gaps was stopped");
      const matcher::OfferIndex index{at};
      const matcher::Offer offer = rows.offer(index);
      if (offer.open_capacity <= 0 || offer.window.last < search_.day) continue;
      const v1::Subsidised* charge = market_.budgets().ChargeOf(market_.NameOf(index));
      const bool draws = charge != nullptr && !charge->budget().empty();
      for (const matcher::TerritoryIndex district : districts.By(offer)) {
        // Of whoever asks there for few, at the offer's own price.
        matcher::Need asked;
        asked.district = district;
        if (draws && PaidUnits(market_, index, asked, search_.day) < offer.lot) continue;
        if (Choice* choice = At(district))
          choice->offered[offer.service].insert(rows.tap(offer.tap).ownership_group);
      }
    }
    return absl::OkStatus();
  }

  v1::CoverageGap GapOf(matcher::TerritoryIndex territory, const Choice& choice) const {
    v1::CoverageGap gap;
    gap.set_territory(market_.NameOf(territory));
    std::set<matcher::PartyIndex> providers;
    std::set<matcher::FamilyIndex> families;
    std::map<std::string, int32_t> by_service;
    for (const auto& [service, groups] : choice.offered) {
      providers.insert(groups.begin(), groups.end());
      if (const auto family = market_.market().family(service); family.present()) families.insert(family);
      by_service[market_.NameOf(service)] = static_cast<int32_t>(groups.size());
    }
    gap.set_provider_count(static_cast<int32_t>(providers.size()));
    gap.set_service_count(static_cast<int32_t>(choice.offered.size()));
    gap.set_family_count(static_cast<int32_t>(families.size()));
    gap.set_missing_provider_count(std::max(0, search_.least_providers - gap.provider_count()));
    gap.set_missing_service_count(std::max(0, search_.least_services - gap.service_count()));
    for (const auto& [service, count] : by_service) {
      v1::ServiceProviders* providers_of = gap.add_services();
      providers_of->set_service(service);
      providers_of->set_provider_count(count);
    }
    std::set<std::string> unoffered;
    for (const auto& [service, crowd] : choice.asked) {
      if (!choice.offered.contains(service) && (search_.shows_needs || IsEnough(crowd)))
        unoffered.insert(market_.NameOf(service));
    }
    for (const std::string& service : unoffered) gap.add_unoffered_services(service);
    if (search_.shows_needs) {
      gap.set_need_count(choice.need_count);
      gap.set_cooperative_count(static_cast<int32_t>(AllWhoAsk(choice).size()));
    }
    return gap;
  }

  static Crowd AllWhoAsk(const Choice& choice) {
    Crowd all;
    for (const auto& [service, crowd] : choice.asked) all.insert(crowd.begin(), crowd.end());
    return all;
  }

  // That few ask there is no reason to name a territory to others.
  bool IsListed(const Choice& choice, const v1::CoverageGap& gap) const {
    const bool is_known = !choice.offered.empty() || choice.has_cooperative || search_.shows_needs ||
                          IsEnough(AllWhoAsk(choice));
    return is_known && (search_.all || gap.missing_provider_count() > 0 || gap.missing_service_count() > 0 ||
                        !gap.unoffered_services().empty());
  }

  const storage::Snapshot& snapshot_;
  const GapSearch& search_;
  const std::function<bool()>& stop_;
  NamedMarket market_;
  absl::flat_hash_map<std::string, int64_t> members_;  // by cooperative
  std::map<matcher::TerritoryIndex, Choice> choices_;
};

}  // namespace

absl::StatusOr<std::vector<v1::CoverageGap>> FindCoverageGaps(const storage::Snapshot& snapshot,
                                                              const GapSearch& search,
                                                              const std::function<bool()>& stop) {
  return GapFinding(snapshot, search, stop).Run();
}

}  // namespace ayni::services
