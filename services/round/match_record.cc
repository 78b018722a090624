#include "services/round/match_record.h"

#include "absl/strings/str_cat.h"
#include "services/market/engine_day.h"
#include "services/market/policy.h"
#include "services/match/lapses.h"
#include "services/resource/resource_type.h"
#include "services/resource/time.h"

namespace ayni::services {

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
  *record.mutable_unit_price() = market.ToMoney(candidate.price, offer.currency);
  if (auto subsidy = market.budgets().SubsidyOn(record.offer(), DateOf(DayOf(now))); subsidy.has_value())
    *record.mutable_subsidy() = *std::move(subsidy);
  record.set_score(candidate.score);
  *record.mutable_score_parts() = ToRecord(candidate.parts);
  if (candidate.distance_m.has_value()) record.set_distance_m(*candidate.distance_m);
  record.set_state(v1::Match::STATE_PROPOSED);
  *record.mutable_create_time() = *record.mutable_update_time() = ToTimestamp(now);
  return record;
}

void AddPlan(const v1::Need& need, const v1::MatchTerms& terms, v1::Match* match) {
  *match->mutable_answer_by_time() = ToTimestamp(AnswerByTime(*match, need, terms));
  *match->mutable_window() = need.window();
  if (need.has_position()) *match->mutable_position() = need.position();
  match->set_note(need.note());
  match->set_agreement(need.agreement());
}

}  // namespace ayni::services
