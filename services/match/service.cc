// What both sides say of a match in service: begun, done, seen and paid.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "ayni/v1/match_service.pb.h"
#include "ayni/v1/offer.pb.h"
#include "services/errors.h"
#include "services/match/match_life.h"
#include "services/match/match_step.h"
#include "services/match/payments.h"
#include "services/resource/time.h"
#include "services/resource/violations.h"
#include "services/rules/day.h"

namespace ayni::services {
namespace {

// The day is over or under way somewhere on earth, and was not over everywhere when the match was made.
void CheckVisitDay(const Call& call, const v1::Match& match, const google::type::Date& date,
                   Violations* violations) {
  const absl::CivilDay day = ToDay(date);
  const absl::CivilDay last(absl::ToCivilDay(call.now + absl::Hours(14), absl::UTCTimeZone()));
  const absl::CivilDay first(
      absl::ToCivilDay(TimeOf(match.create_time()) - absl::Hours(12), absl::UTCTimeZone()));
  if (day > last) {
    violations->Add(FieldPath() / "date",
                    absl::StrCat("must not be after today, ", absl::FormatCivilTime(last), ", is ",
                                 absl::FormatCivilTime(day)));
  }
  if (day < first) {
    violations->Add(FieldPath() / "date",
                    absl::StrCat("must not be before the match was made, on ", absl::FormatCivilTime(first),
                                 ", is ", absl::FormatCivilTime(day)));
  }
}

}  // namespace

absl::StatusOr<Draft> StartMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                 StoreView* view) {
  v1::Match match = MatchOf(stored);
  const std::string& request_id = static_cast<const v1::StartMatchRequest&>(request).request_id();
  absl::Status status = CheckSide(call.caller, v1::SIDE_TAP, match);
  if (!status.ok()) return status;
  if (match.state() == v1::Match::STATE_IN_SERVICE) return KeepMatch(request_id, stored);
  status = CheckState(match, {v1::Match::STATE_ACCEPTED}, "started");
  if (!status.ok()) return status;
  match.set_state(v1::Match::STATE_IN_SERVICE);
  *match.mutable_delivery()->mutable_start() = WordOf(call, match);
  return PutMatch(call, request_id, stored, std::move(match), view);
}

absl::StatusOr<Draft> DeliverMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view) {
  v1::Match match = MatchOf(stored);
  const auto& deliver = static_cast<const v1::DeliverMatchRequest&>(request);
  absl::Status status = CheckShape(request, view);
  if (status.ok()) status = CheckSide(call.caller, v1::SIDE_TAP, match);
  // Until the cooperative has answered, a slip can be mended.
  if (status.ok()) {
    status = CheckState(match,
                        {v1::Match::STATE_ACCEPTED, v1::Match::STATE_IN_SERVICE, v1::Match::STATE_DELIVERED},
                        "delivered");
  }
  if (!status.ok()) return status;
  Violations violations;
  if (deliver.quantity() > match.quantity()) {
    violations.Add(FieldPath() / "quantity", absl::StrCat("must be at most what was matched, ",
                                                          match.quantity(), ", is ", deliver.quantity()));
  }
  CheckVisitDay(call, match, deliver.date(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  match.set_state(v1::Match::STATE_DELIVERED);
  v1::Delivery* delivery = match.mutable_delivery();
  *delivery->mutable_end() = WordOf(call, match);
  delivery->set_quantity(deliver.quantity() == 0 ? match.quantity() : deliver.quantity());
  *delivery->mutable_date() = deliver.date();
  delivery->set_report(deliver.report());
  return PutMatch(call, deliver.request_id(), stored, std::move(match), view);
}

absl::StatusOr<Draft> ConfirmMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view) {
  v1::Match match = MatchOf(stored);
  const auto& confirm = static_cast<const v1::ConfirmMatchRequest&>(request);
  absl::Status status = CheckShape(request, view);
  if (status.ok()) status = CheckSide(call.caller, v1::SIDE_COOPERATIVE, match);
  if (status.ok()) status = CheckState(match, {v1::Match::STATE_DELIVERED}, "confirmed");
  if (!status.ok()) return status;
  match.set_state(v1::Match::STATE_CONFIRMED);
  v1::Confirmation* confirmation = match.mutable_confirmation();
  *confirmation->mutable_word() = WordOf(call, match);
  confirmation->set_quantity(match.delivery().quantity());
  confirmation->set_benefit_seen(confirm.benefit_seen());
  confirmation->set_rating(confirm.rating());
  return PutMatch(call, confirm.request_id(), stored, std::move(match), view);
}

absl::StatusOr<Draft> SettleMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                  StoreView* view) {
  v1::Match match = MatchOf(stored);
  const auto& settle = static_cast<const v1::SettleMatchRequest&>(request);
  absl::Status status = CheckShape(request, view);
  if (status.ok()) status = CheckSide(call.caller, v1::SIDE_TAP, match);
  if (status.ok()) status = CheckState(match, {v1::Match::STATE_CONFIRMED}, "settled");
  if (!status.ok()) return status;
  const auto* offer = view->Find<v1::Offer>(match.offer());
  if (offer == nullptr)
    return view->status().ok()
               ? absl::DataLossError(absl::StrCat(match.offer(), " is matched and not stored"))
               : view->status();
  Violations violations;
  CheckPayments(match, *offer, settle.payments(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  match.set_state(v1::Match::STATE_SETTLED);
  *match.mutable_settlement()->mutable_word() = WordOf(call, match);
  *match.mutable_settlement()->mutable_payments() = settle.payments();
  return PutMatch(call, settle.request_id(), stored, std::move(match), view);
}

}  // namespace ayni::services
