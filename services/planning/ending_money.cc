#include "services/planning/ending_money.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "ayni/v1/relation.pb.h"
#include "services/market/engine_day.h"
#include "services/resource/record_walk.h"

namespace ayni::services {
namespace {

// The last day of windows that end by `end`, where none goes on the day after; nothing of what was over
// before today.
std::optional<matcher::Day> LastDay(const std::vector<matcher::Window>& windows, matcher::Day today,
                                    matcher::Day end) {
  std::optional<matcher::Day> last;
  for (const matcher::Window& window : windows) {
    if (window.last > end && window.first <= end + 1) return std::nullopt;
    if (window.last >= today && window.last <= end) last = std::max(last.value_or(window.last), window.last);
  }
  return last;
}

class MoneyReading {
 public:
  MoneyReading(const storage::Snapshot& snapshot, const NamedMarket& market, const MoneyScope& scope,
               matcher::Day today, const std::function<bool()>& stop)
      : snapshot_(snapshot), market_(market), scope_(scope), today_(today), stop_(stop) {}

  absl::StatusOr<std::vector<std::vector<Fall>>> Run() {
    absl::Status status = ReadFunders();
    if (status.ok()) status = ReadFunding();
    if (!status.ok()) return status;
    const matcher::Market& rows = market_.market();
    std::vector<std::vector<Fall>> falls(rows.offer_count());
    for (int32_t at = 0; at < rows.offer_count(); ++at) {
      if (stop_()) return absl::CancelledError("looking for money that ends was stopped");
      AddFalls(matcher::OfferIndex{at}, &falls[at]);
    }
    return falls;
  }

 private:
  absl::Status ReadFunders() {
    if (!scope_.funder.empty()) {
      funders_.insert(scope_.funder);
      return absl::OkStatus();
    }
    return ForEachRecord<v1::Party>(snapshot_, "", stop_, [&](const v1::Party& party) {
      if (std::find(party.roles().begin(), party.roles().end(), scope_.role) != party.roles().end())
        funders_.insert(party.name());
    });
  }

  absl::Status ReadFunding() {
    const std::vector<matcher::PartyIndex> groups = market_.GroupsOn(today_);
    std::map<std::pair<matcher::PartyIndex, std::string>, std::vector<matcher::Window>> windows;
    absl::Status status =
        ForEachRecord<v1::Relation>(snapshot_, "", stop_, [&](const v1::Relation& relation) {
          if (relation.type() != v1::RELATION_TYPE_FUNDS || !funders_.contains(relation.subject())) return;
          const matcher::PartyIndex funded = market_.FindParty(relation.object());
          if (!funded.present()) return;
          windows[{groups[funded.at()], relation.subject()}].push_back(
              {relation.has_start_date() ? DayOf(relation.start_date()) : matcher::kDayMin,
               relation.has_end_date() ? DayOf(relation.end_date()) : matcher::kDayMax});
        });
    for (const auto& [funding, of_funding] : windows) {
      const std::optional<matcher::Day> last = LastDay(of_funding, today_, scope_.end);
      if (last.has_value()) ending_[funding.first].push_back({funding.second, "", *last});
    }
    return status;
  }

  void AddFalls(matcher::OfferIndex index, std::vector<Fall>* falls) const {
    const matcher::Offer offer = market_.market().offer(index);
    if (offer.open_capacity <= 0) return;
    const v1::Subsidised* charge = market_.budgets().ChargeOf(market_.NameOf(index));
    const v1::Budget* budget =
        charge == nullptr || charge->budget().empty() ? nullptr : market_.budgets().Find(charge->budget());
    if (budget != nullptr && funders_.contains(charge->funder())) {
      const matcher::Day last = DayOf(budget->window().end_date());
      if (last <= scope_.end) falls->push_back({charge->funder(), budget->name(), last});
    }
    const auto ending = ending_.find(market_.market().tap(offer.tap).ownership_group);
    if (ending == ending_.end()) return;
    for (const Fall& fall : ending->second) {
      const bool pays_for_it = charge != nullptr && budget == nullptr && charge->funder() == fall.funder;
      if (pays_for_it || !scope_.paid_offers_stay) falls->push_back(fall);
    }
  }

  const storage::Snapshot& snapshot_;
  const NamedMarket& market_;
  const MoneyScope& scope_;
  const matcher::Day today_;
  const std::function<bool()>& stop_;
  absl::flat_hash_set<std::string> funders_;
  std::map<matcher::PartyIndex, std::vector<Fall>> ending_;  // of TAPs, by ownership group
};

}  // namespace

absl::StatusOr<std::vector<std::vector<Fall>>> FallsOfOffers(const storage::Snapshot& snapshot,
                                                             const NamedMarket& market,
                                                             const MoneyScope& scope, matcher::Day today,
                                                             const std::function<bool()>& stop) {
  return MoneyReading(snapshot, market, scope, today, stop).Run();
}

}  // namespace ayni::services
