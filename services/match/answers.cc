// What both sides say to a match that was proposed.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/match_service.pb.h"
#include "services/errors.h"
#include "services/match/match_life.h"
#include "services/match/match_step.h"
#include "services/resource/time.h"

namespace ayni::services {
namespace {

bool IsFlagged(const v1::Match& match) {
  return std::any_of(match.conflicts().begin(), match.conflicts().end(), [](const v1::Conflict& conflict) {
    return conflict.severity() == v1::CONFLICT_SEVERITY_FLAG;
  });
}

absl::Status CheckInTime(const Call& call, const v1::Match& match) {
  if (!match.has_answer_by_time() || call.now <= TimeOf(match.answer_by_time())) return absl::OkStatus();
  return StateForbids(
      "ANSWER_TIME_OVER", match.name(),
      absl::StrCat("could be accepted until ",
                   absl::FormatTime(absl::RFC3339_sec, TimeOf(match.answer_by_time()), absl::UTCTimeZone()),
                   ": its units go back to the market"));
}

absl::Status CheckAcknowledged(const v1::Match& match) {
  if (match.has_acknowledge_time() || !IsFlagged(match)) return absl::OkStatus();
  return StateForbids("CONFLICTS_NOT_ACKNOWLEDGED", match.name(),
                      "has conflicts that are flagged: the cooperative says first that it has seen them "
                      "(AcknowledgeMatch)");
}

}  // namespace

absl::StatusOr<Draft> AcknowledgeMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                       StoreView* view) {
  v1::Match match = MatchOf(stored);
  const std::string& request_id = static_cast<const v1::AcknowledgeMatchRequest&>(request).request_id();
  absl::Status status = CheckSide(call.caller, v1::SIDE_COOPERATIVE, match);
  if (status.ok())
    status = CheckState(match, {v1::Match::STATE_PROPOSED, v1::Match::STATE_ACCEPTED}, "acknowledged");
  if (!status.ok()) return status;
  if (match.has_acknowledge_time()) return KeepMatch(request_id, stored);
  const v1::Word word = WordOf(call, match);
  match.set_acknowledged_by(word.principal());
  *match.mutable_acknowledge_time() = word.time();
  return PutMatch(call, request_id, stored, std::move(match), view);
}

absl::StatusOr<Draft> AcceptMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                  StoreView* view) {
  v1::Match match = MatchOf(stored);
  const std::string& request_id = static_cast<const v1::AcceptMatchRequest&>(request).request_id();
  const absl::StatusOr<v1::Side> side = OwnSideOf(call.caller, match);
  if (!side.ok()) return side.status();
  const bool is_cooperative = *side == v1::SIDE_COOPERATIVE;
  const bool said_yes = is_cooperative ? match.has_cooperative_yes() : match.has_tap_yes();
  if (said_yes && (match.state() == v1::Match::STATE_PROPOSED || match.state() == v1::Match::STATE_ACCEPTED))
    return KeepMatch(request_id, stored);
  absl::Status status = CheckState(match, {v1::Match::STATE_PROPOSED}, "accepted");
  if (status.ok()) status = CheckInTime(call, match);
  if (status.ok() && is_cooperative) status = CheckAcknowledged(match);
  if (!status.ok()) return status;
  *(is_cooperative ? match.mutable_cooperative_yes() : match.mutable_tap_yes()) = WordOf(call, match);
  if (match.has_cooperative_yes() && match.has_tap_yes()) match.set_state(v1::Match::STATE_ACCEPTED);
  return PutMatch(call, request_id, stored, std::move(match), view);
}

absl::StatusOr<Draft> DeclineMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view) {
  v1::Match match = MatchOf(stored);
  const auto& decline = static_cast<const v1::DeclineMatchRequest&>(request);
  if (absl::Status status = CheckShape(request, view); !status.ok()) return status;
  const absl::StatusOr<v1::Side> side = OwnSideOf(call.caller, match);
  if (!side.ok()) return side.status();
  if (absl::Status status = CheckState(match, {v1::Match::STATE_PROPOSED}, "declined"); !status.ok())
    return status;
  match.set_state(v1::Match::STATE_DECLINED);
  v1::Ending* ending = match.mutable_ending();
  ending->set_side(*side);
  *ending->mutable_word() = WordOf(call, match);
  ending->set_reason(decline.reason());
  return PutMatch(call, decline.request_id(), stored, std::move(match), view);
}

}  // namespace ayni::services
