// What the steps of a match's life have in common.
#ifndef AYNI_SERVICES_MATCH_MATCH_STEP_H_
#define AYNI_SERVICES_MATCH_MATCH_STEP_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "ayni/v1/match.pb.h"
#include "services/method.h"
#include "services/resource/store_view.h"
#include "services/resource/stored.h"
#include "services/resource/write.h"

namespace ayni::services {

// The match that a step is about, which the change is made of.
inline v1::Match MatchOf(const StoredRecord& stored) { return static_cast<const v1::Match&>(*stored.record); }

// InvalidArgument with every field that is not of the shape that ShapeOf gives the request's message.
absl::Status CheckShape(const Message& request, StoreView* view);

// FailedPrecondition unless the match is in one of the states, naming them: only then can it be `done`, as in
// "accepted".
absl::Status CheckState(const v1::Match& match, absl::Span<const v1::Match::State> states,
                        absl::string_view done);

// Whether the caller acts for that side of the match.
bool ActsFor(const Caller& caller, v1::Side side, const v1::Match& match);
// SIDE_COOPERATIVE or SIDE_TAP, for which the caller acts. PermissionDenied where it acts for neither.
absl::StatusOr<v1::Side> OwnSideOf(const Caller& caller, const v1::Match& match);
// The same, or SIDE_ADMINISTRATOR. PermissionDenied also to an administrator who acts for one of the two.
absl::StatusOr<v1::Side> SideOf(const Caller& caller, const v1::Match& match);
// PermissionDenied where the caller does not act for that side.
absl::Status CheckSide(const Caller& caller, v1::Side side, const v1::Match& match);

// The caller's word, not earlier than what the match says already.
v1::Word WordOf(const Call& call, const v1::Match& match);

// The change that puts `after` in place of what is stored, gives back what it holds less, and moves what it
// draws on its budget.
// REQUIRES: it holds no more.
absl::StatusOr<Draft> PutMatch(const Call& call, const std::string& request_id, const StoredRecord& stored,
                               v1::Match after, StoreView* view);
// Nothing changes, and the answer is what is stored.
Draft KeepMatch(const std::string& request_id, const StoredRecord& stored);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MATCH_MATCH_STEP_H_
