// A market whose matches are spoken of by both sides and an administrator, as its rounds made them.
#ifndef AYNI_TESTS_SERVICES_MATCH_SPOKEN_MARKET_H_
#define AYNI_TESTS_SERVICES_MATCH_SPOKEN_MARKET_H_

#include <string>

#include "absl/time/civil_time.h"
#include "ayni/v1/match_service.pb.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {

class SpokenMarket : public RoundMarket {
 protected:
  static Caller Cooperative(const v1::Match& match) {
    return {"principals/cooperative", v1::ROLE_COOPERATIVE, match.cooperative()};
  }
  static Caller Tap(const v1::Match& match) { return {"principals/tap", v1::ROLE_TAP, match.tap()}; }
  static Caller Administrator() { return {"principals/administrator", v1::ROLE_ADMINISTRATOR, ""}; }

  // What the caller says by the method of that request.
  template <typename Request>
  absl::StatusOr<v1::Match> Say(const Caller& caller, const std::string& match, Request request) {
    request.set_name(match);
    const std::string type = Request::descriptor()->name();
    const std::string method = type.substr(0, type.size() - std::string("Request").size());
    const Scope scope = caller.role == v1::ROLE_ADMINISTRATOR ? Scope::kAny : Scope::kOwnRecord;
    return market_.CallAs<v1::Match>(caller, scope, "ayni.v1.MatchService/" + method, request);
  }

  static v1::DeclineMatchRequest Decline() { return WithReason<v1::DeclineMatchRequest>(); }
  static v1::CancelMatchRequest Cancel() { return WithReason<v1::CancelMatchRequest>(); }
  static v1::DisputeMatchRequest Dispute() { return WithReason<v1::DisputeMatchRequest>(); }
  v1::DeliverMatchRequest Deliver(int64_t quantity = 0) const {
    v1::DeliverMatchRequest request;
    request.set_quantity(quantity);
    const absl::CivilDay day = absl::ToCivilDay(market_.now(), absl::UTCTimeZone());
    request.mutable_date()->set_year(static_cast<int32_t>(day.year()));
    request.mutable_date()->set_month(day.month());
    request.mutable_date()->set_day(day.day());
    return request;
  }
  static v1::ConfirmMatchRequest Confirm() {
    v1::ConfirmMatchRequest request;
    request.set_benefit_seen("even fleeces");
    request.set_rating(4);
    return request;
  }
  // What producers owe for so many units at the offers' price.
  static v1::SettleMatchRequest Settle(const v1::Match& match, int64_t units) {
    v1::SettleMatchRequest request;
    v1::Payment* payment = request.add_payments();
    payment->set_payer(v1::PAYER_PRODUCERS);
    payment->mutable_amount()->set_currency(match.unit_price().currency());
    payment->mutable_amount()->set_minor_units(match.unit_price().minor_units() * units);
    return request;
  }
  static v1::DecideMatchDisputeRequest Decide(v1::Dispute::Outcome outcome, int64_t quantity = 0) {
    auto request = WithReason<v1::DecideMatchDisputeRequest>();
    request.set_outcome(outcome);
    request.set_quantity(quantity);
    return request;
  }

 private:
  template <typename Request>
  static Request WithReason() {
    Request request;
    request.set_reason("the road is closed");
    return request;
  }
};

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_MATCH_SPOKEN_MARKET_H_
