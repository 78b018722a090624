// What a TAP recommends: how much of its work that comes with products comes with those of one seller.
//
// Shares are of the units that live matches hold of such offers; where they hold none, of the offers. Units
// of unlike services are added up: it is how often that counts, not how much. One offer is no habit, so a TAP
// with fewer than kRecommendedOffersMin of them has no shares.
#ifndef AYNI_SERVICES_MARKET_RECOMMENDATIONS_H_
#define AYNI_SERVICES_MARKET_RECOMMENDATIONS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "ayni/v1/offer.pb.h"

namespace ayni::services {

inline constexpr size_t kRecommendedOffersMin = 2;
// Named as evidence.
inline constexpr size_t kRecommendedOffersShown = 10;

struct Recommendation {
  std::string tap;     // ids of parties
  std::string seller;  // another one
  int32_t share_basis_points = 0;
  // The offers that were counted, most booked first.
  std::string reference;
  // Since when the market holds the youngest of them, in seconds since 1970.
  int64_t known_seconds = 0;
};

// Not thread-safe.
class Recommendations {
 public:
  void Put(const v1::Offer& offer);
  // Names of what was never put, or has no product, are no error.
  void Remove(absl::string_view offer);

  // Of TAPs whose offers changed since the last call, all that now hold, in the place of those before.
  // Ascending, each TAP once.
  struct OfTap {
    std::string tap;
    std::vector<Recommendation> all;  // by seller
  };
  std::vector<OfTap> Settle();

 private:
  struct Sold {
    std::string seller;
    int64_t booked = 0;
    int64_t known_seconds = 0;

    friend bool operator==(const Sold&, const Sold&) = default;
  };
  using OffersOfTap = std::map<std::string, Sold>;  // by name

  static std::vector<Recommendation> Weigh(const std::string& tap, const OffersOfTap& offers);

  absl::flat_hash_map<std::string, OffersOfTap> offers_;  // by TAP
  absl::flat_hash_set<std::string> changed_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_RECOMMENDATIONS_H_
