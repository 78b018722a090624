// Proposals to which one side said no. The same proposal is not made again; one of other days, in another
// district or at another price is another proposal.
#ifndef AYNI_SERVICES_MARKET_DECLINES_H_
#define AYNI_SERVICES_MARKET_DECLINES_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "ayni/v1/match.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "matcher/market.h"

namespace ayni::services {

struct Decline {
  std::string match;
  std::string offer;
  // What was proposed.
  matcher::Window window;
  std::string district;
  std::string currency;
  matcher::MinorUnits unit_price = 0;
  // Who said no, and when.
  v1::Side side = v1::SIDE_UNSPECIFIED;
  google::protobuf::Timestamp time;
};

// Many threads may read while none writes.
class Declines {
 public:
  // Takes the place of what was known of the match. In another state it is no decline: one that lapsed is
  // silence, which is no answer.
  void Put(const v1::Match& match);
  // Of the need, the latest first.
  absl::Span<const Decline> Of(absl::string_view need) const;
  bool empty() const { return by_need_.empty(); }

 private:
  void Remove(const v1::Match& match);

  absl::flat_hash_map<std::string, std::vector<Decline>> by_need_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_DECLINES_H_
