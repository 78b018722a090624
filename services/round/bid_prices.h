// The prices of a round by what they are of, in memory: what a unit of an offer, a TAP and a cell would have
// been worth to others, and a unit of a need to it.
#ifndef AYNI_SERVICES_ROUND_BID_PRICES_H_
#define AYNI_SERVICES_ROUND_BID_PRICES_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "ayni/v1/audit.pb.h"
#include "storage/store.h"

namespace ayni::services {

// In the fixed point of prices. What the round did not know, or what was worth nothing, has the price 0.
class BidPrices {
 public:
  // Costs the reading of all prices of the round.
  static absl::StatusOr<std::unique_ptr<const BidPrices>> Load(const storage::Reader& reader,
                                                               const std::string& round);

  int64_t OfNeed(const std::string& need) const { return Find(need); }
  int64_t OfOffer(const std::string& offer) const { return Find(offer); }
  int64_t OfTap(const std::string& party) const { return Find(party); }
  int64_t OfCell(const v1::Segment& segment, const std::string& controller) const;

 private:
  int64_t Find(const std::string& key) const;

  // Needs, offers and TAPs by their names, which differ in form; cells by all of theirs.
  absl::flat_hash_map<std::string, int64_t> prices_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_BID_PRICES_H_
