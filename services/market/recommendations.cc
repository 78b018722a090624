#include "services/market/recommendations.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/resource/resource_type.h"

namespace ayni::services {

void Recommendations::Put(const v1::Offer& offer) {
  if (!offer.has_embedded()) return Remove(offer.name());
  const std::string tap(FirstId(offer.name()));
  Sold sold{std::string(FirstId(offer.embedded().seller())), offer.booked_quantity(),
            offer.create_time().seconds()};
  Sold& known = offers_[tap][offer.name()];
  if (known == sold) return;
  known = std::move(sold);
  changed_.insert(tap);
}

void Recommendations::Remove(absl::string_view offer) {
  const auto of_tap = offers_.find(FirstId(offer));
  if (of_tap == offers_.end() || of_tap->second.erase(std::string(offer)) == 0) return;
  changed_.insert(of_tap->first);
}

std::vector<Recommendations::OfTap> Recommendations::Settle() {
  std::vector<OfTap> settled;
  for (const std::string& tap : changed_) {
    const auto offers = offers_.find(tap);
    settled.push_back({tap, Weigh(tap, offers->second)});
    if (offers->second.empty()) offers_.erase(offers);
  }
  changed_.clear();
  std::sort(settled.begin(), settled.end(), [](const OfTap& a, const OfTap& b) { return a.tap < b.tap; });
  return settled;
}

std::vector<Recommendation> Recommendations::Weigh(const std::string& tap, const OffersOfTap& offers) {
  if (offers.size() < kRecommendedOffersMin) return {};
  const bool by_units =
      std::any_of(offers.begin(), offers.end(), [](const auto& each) { return each.second.booked > 0; });
  using Counted = std::tuple<int64_t, std::string, int64_t>;  // less its units, name, known
  std::map<std::string, std::vector<Counted>> by_seller;
  // Capacities are at most 10^9, and so is what is booked of them: sums of basis points fit.
  int64_t total = 0;
  for (const auto& [name, sold] : offers) {
    const int64_t weight = by_units ? sold.booked : 1;
    if (weight == 0) continue;
    total += weight;
    by_seller[sold.seller].emplace_back(-weight, name, sold.known_seconds);
  }
  std::vector<Recommendation> all;
  for (auto& [seller, counted] : by_seller) {
    std::sort(counted.begin(), counted.end());
    int64_t sum = 0;
    Recommendation made{tap, seller, 0, "", 0};
    std::vector<std::string> names;
    for (const auto& [minus_weight, name, known_seconds] : counted) {
      sum -= minus_weight;
      made.known_seconds = std::max(made.known_seconds, known_seconds);
      if (names.size() < kRecommendedOffersShown) names.push_back(name);
    }
    made.share_basis_points = static_cast<int32_t>(sum * 10'000 / total);
    if (seller == tap || seller.empty() || made.share_basis_points == 0) continue;
    made.reference = absl::StrCat(
        sum, " of ", total, by_units ? " units" : " offers", " with products: ", absl::StrJoin(names, ", "),
        names.size() < counted.size() ? absl::StrCat(" and ", counted.size() - names.size(), " more offers")
                                      : "");
    all.push_back(std::move(made));
  }
  return all;
}

}  // namespace ayni::services
