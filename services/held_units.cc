#include "services/held_units.h"

namespace ayni::services {

int64_t HeldUnits(const v1::Match& match) {
  switch (match.state()) {
    case v1::Match::STATE_PROPOSED:
    case v1::Match::STATE_ACCEPTED:
    case v1::Match::STATE_IN_SERVICE:
    case v1::Match::STATE_DELIVERED:
      return match.quantity();
    case v1::Match::STATE_CONFIRMED:
    case v1::Match::STATE_SETTLED:
      return match.confirmation().quantity();
    case v1::Match::STATE_DISPUTED:
      return match.has_confirmation() ? match.confirmation().quantity() : match.quantity();
    default:
      return 0;
  }
}

}  // namespace ayni::services
