#include "services/round/taking.h"

#include "absl/strings/str_cat.h"
#include "services/market/policy.h"

namespace ayni::services {

void Take(int64_t units, v1::Need* need) {
  need->set_matched_quantity(need->matched_quantity() + units);
  if (need->matched_quantity() >= need->quantity()) need->set_state(v1::Need::STATE_MATCHED);
}

void Take(int64_t units, v1::Offer* offer) {
  offer->set_booked_quantity(offer->booked_quantity() + units);
  if (offer->booked_quantity() >= offer->capacity()) offer->set_state(v1::Offer::STATE_BOOKED);
}

v1::Match MakeMatch(const NamedMarket& market, const std::string& need, const matcher::Need& row,
                    const matcher::Candidate& candidate, matcher::Units units, absl::Time now) {
  const matcher::Offer offer = market.market().offer(candidate.offer);
  v1::Match record;
  record.set_need(need);
  record.set_offer(market.NameOf(candidate.offer));
  record.set_cooperative(absl::StrCat("parties/", FirstId(need)));
  record.set_tap(market.NameOf(offer.tap));
  record.set_service(market.NameOf(row.service));
  record.set_value_chain(market.NameOf(row.chain));
  record.set_district(market.NameOf(row.district));
  record.set_quantity(units);
  *record.mutable_unit_price() = market.ToMoney(offer.price, offer.currency);
  record.set_score(candidate.score);
  *record.mutable_score_parts() = ToRecord(candidate.parts);
  if (candidate.distance_m.has_value()) record.set_distance_m(*candidate.distance_m);
  record.set_state(v1::Match::STATE_PROPOSED);
  *record.mutable_create_time() = *record.mutable_update_time() = ToTimestamp(now);
  return record;
}

void AddPlan(const v1::Need& need, v1::Match* match) {
  *match->mutable_window() = need.window();
  if (need.has_position()) *match->mutable_position() = need.position();
  match->set_note(need.note());
}

}  // namespace ayni::services
