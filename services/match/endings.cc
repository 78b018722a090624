// How a match comes to nothing after both sides said yes, and what is done where they do not agree.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/match_service.pb.h"
#include "services/errors.h"
#include "services/match/match_life.h"
#include "services/match/match_step.h"
#include "services/resource/violations.h"

namespace ayni::services {
namespace {

// Units that count by the decision; 0: none.
int64_t Decided(const v1::Match& match, const v1::DecideMatchDisputeRequest& decide, Violations* violations) {
  const int64_t said = match.delivery().has_end() ? match.delivery().quantity() : match.quantity();
  const bool is_part = decide.outcome() == v1::Dispute::OUTCOME_PARTLY_DELIVERED;
  if (!is_part && decide.quantity() != 0)
    violations->Add(FieldPath() / "quantity", "must be left out but with OUTCOME_PARTLY_DELIVERED");
  if (decide.outcome() == v1::Dispute::OUTCOME_NOT_DELIVERED) return 0;
  if (!is_part) return said;
  if (decide.quantity() < 1 || decide.quantity() >= said) {
    violations->Add(FieldPath() / "quantity",
                    absl::StrCat("must be at least 1 and less than what is disputed, ", said, ", is ",
                                 decide.quantity()));
  }
  return decide.quantity();
}

}  // namespace

absl::StatusOr<Draft> CancelMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                  StoreView* view) {
  v1::Match match = MatchOf(stored);
  const auto& cancel = static_cast<const v1::CancelMatchRequest&>(request);
  if (absl::Status status = CheckShape(request, view); !status.ok()) return status;
  const absl::StatusOr<v1::Side> side = SideOf(call.caller, match);
  if (!side.ok()) return side.status();
  absl::Status status =
      *side == v1::SIDE_ADMINISTRATOR
          ? CheckState(match,
                       {v1::Match::STATE_PROPOSED, v1::Match::STATE_ACCEPTED, v1::Match::STATE_IN_SERVICE},
                       "cancelled")
          : CheckState(match, {v1::Match::STATE_ACCEPTED, v1::Match::STATE_IN_SERVICE}, "cancelled");
  if (!status.ok()) return status;
  match.set_state(v1::Match::STATE_CANCELLED);
  v1::Ending* ending = match.mutable_ending();
  ending->set_side(*side);
  *ending->mutable_word() = WordOf(call, match);
  ending->set_reason(cancel.reason());
  ending->set_after_visit(cancel.after_visit());
  return PutMatch(call, cancel.request_id(), stored, std::move(match), view);
}

absl::StatusOr<Draft> DisputeMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view) {
  v1::Match match = MatchOf(stored);
  const auto& dispute = static_cast<const v1::DisputeMatchRequest&>(request);
  if (absl::Status status = CheckShape(request, view); !status.ok()) return status;
  const absl::StatusOr<v1::Side> side = OwnSideOf(call.caller, match);
  if (!side.ok()) return side.status();
  const absl::Status status =
      CheckState(match, {v1::Match::STATE_IN_SERVICE, v1::Match::STATE_DELIVERED, v1::Match::STATE_CONFIRMED},
                 "disputed");
  if (!status.ok()) return status;
  if (match.dispute().has_decision()) {
    return StateForbids("DISPUTE_DECIDED", match.name(),
                        absl::StrCat("was disputed before, and ", match.dispute().decision().principal(),
                                     " decided it: ", match.dispute().decision_reason()));
  }
  match.set_state(v1::Match::STATE_DISPUTED);
  match.mutable_dispute()->set_side(*side);
  *match.mutable_dispute()->mutable_word() = WordOf(call, match);
  match.mutable_dispute()->set_reason(dispute.reason());
  return PutMatch(call, dispute.request_id(), stored, std::move(match), view);
}

absl::StatusOr<Draft> DecideMatchDispute(const Call& call, const Message& request, const StoredRecord& stored,
                                         StoreView* view) {
  v1::Match match = MatchOf(stored);
  const auto& decide = static_cast<const v1::DecideMatchDisputeRequest&>(request);
  if (absl::Status status = CheckShape(request, view); !status.ok()) return status;
  const absl::StatusOr<v1::Side> side = SideOf(call.caller, match);
  if (!side.ok()) return side.status();
  if (*side != v1::SIDE_ADMINISTRATOR) {
    return Forbidden("NOT_OWN",
                     absl::StrCat(call.caller.principal, " is of one side of ", match.name(),
                                  ": an administrator decides between the two"),
                     {{"match", match.name()}});
  }
  absl::Status status = CheckState(match, {v1::Match::STATE_DISPUTED}, "decided");
  if (!status.ok()) return status;
  Violations violations;
  const int64_t units = Decided(match, decide, &violations);
  if (!violations.empty()) return violations.ToStatus();
  const v1::Word word = WordOf(call, match);
  v1::Dispute* dispute = match.mutable_dispute();
  dispute->set_outcome(decide.outcome());
  *dispute->mutable_decision() = word;
  dispute->set_decision_reason(decide.reason());
  if (units == 0) {
    match.set_state(v1::Match::STATE_CANCELLED);
    match.mutable_ending()->set_side(v1::SIDE_ADMINISTRATOR);
    *match.mutable_ending()->mutable_word() = word;
    match.mutable_ending()->set_reason(decide.reason());
    match.mutable_ending()->set_after_visit(match.delivery().has_end());
  } else {
    match.set_state(v1::Match::STATE_CONFIRMED);
    *match.mutable_confirmation()->mutable_word() = word;
    match.mutable_confirmation()->set_quantity(units);
  }
  return PutMatch(call, decide.request_id(), stored, std::move(match), view);
}

}  // namespace ayni::services
