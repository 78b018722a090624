// Pseudonyms of needs, offers and parties in the bundle of one round: the same name has another one in every
// round. The market is cleared in their order, which so follows from the round's seed and the store alone.
//
//   key        = HMAC-SHA-256(the store's secret, "ayni pseudonym v2\n" seed), the seed in decimal digits
//   pseudonym  = the first 8 bytes of HMAC-SHA-256(key, name)
#ifndef AYNI_SERVICES_ROUND_PSEUDONYMS_H_
#define AYNI_SERVICES_ROUND_PSEUDONYMS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "ayni/v1/audit.pb.h"
#include "ayni/v1/round.pb.h"

namespace ayni::services {

// Constant after construction; safe to use from any thread.
class Pseudonyms {
 public:
  Pseudonyms(std::string_view secret, const v1::Round& round);

  int64_t NumberOf(std::string_view name) const;
  // Of parties/{party}: party-3f9a0c5512d4e8b7; of needs and offers likewise. Empty of an empty name.
  std::string TextOf(const std::string& name) const;

  // Put pseudonyms in the place of names.
  void Hide(v1::Round* round) const;
  void Hide(v1::SegmentReport* report) const;
  void Hide(v1::Cell* cell) const;

 private:
  std::string key_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_PSEUDONYMS_H_
