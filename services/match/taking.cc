#include "services/match/taking.h"

#include "ayni/v1/budget.pb.h"
#include "services/invariant.h"

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

absl::Status AddDrawn(const Call& call, const std::string& request_id, const StoredRecord& stored,
                      const Drawn& more, storage::Change* change) {
  auto after = static_cast<const v1::Budget&>(*stored.record);
  const Drawn drawn{after.reserved().minor_units() + more.reserved, after.paid().minor_units() + more.paid};
  if (drawn.reserved < 0 || drawn.paid < 0)
    return absl::DataLossError(absl::StrCat(after.name(), " has less reserved than its matches drew on it"));
  for (v1::Money* money : {after.mutable_reserved(), after.mutable_paid()})
    money->set_currency(after.amount().currency());
  after.mutable_reserved()->set_minor_units(drawn.reserved);
  after.mutable_paid()->set_minor_units(drawn.paid);
  INVARIANT(more.reserved + more.paid <= 0 || FreeOf(after) >= 0, after.name());
  *after.mutable_update_time() = LaterOf(after.update_time(), call.now);
  AddPut(call, request_id, KindOf<v1::Budget>(), stored, after, change);
  return absl::OkStatus();
}

}  // namespace ayni::services
