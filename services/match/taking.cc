#include "services/match/taking.h"

namespace ayni::services {

void Take(int64_t units, v1::Need* need) {
  need->set_matched_quantity(need->matched_quantity() + units);
  if (need->matched_quantity() >= need->quantity()) need->set_state(v1::Need::STATE_MATCHED);
}

void Take(int64_t units, v1::Offer* offer) {
  offer->set_booked_quantity(offer->booked_quantity() + units);
  if (offer->booked_quantity() >= offer->capacity()) offer->set_state(v1::Offer::STATE_BOOKED);
}

bool GiveBack(int64_t units, v1::Need* need) {
  if (units > need->matched_quantity()) return false;
  need->set_matched_quantity(need->matched_quantity() - units);
  if (need->matched_quantity() < need->quantity()) need->set_state(v1::Need::STATE_OPEN);
  return true;
}

bool GiveBack(int64_t units, v1::Offer* offer) {
  if (units > offer->booked_quantity()) return false;
  offer->set_booked_quantity(offer->booked_quantity() - units);
  if (offer->booked_quantity() < offer->capacity()) offer->set_state(v1::Offer::STATE_OPEN);
  return true;
}

}  // namespace ayni::services
