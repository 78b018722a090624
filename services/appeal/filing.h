// How an appeal is made and taken back by the appellant.
#ifndef AYNI_SERVICES_APPEAL_FILING_H_
#define AYNI_SERVICES_APPEAL_FILING_H_

#include "absl/status/statusor.h"
#include "ayni/v1/appeal_service.pb.h"
#include "services/method.h"
#include "services/resource/rules.h"
#include "services/resource/store_view.h"
#include "services/resource/write.h"

namespace ayni::services {

// Of all that one party ever made.
inline constexpr size_t kAppealsOfPartyMax = 1'000;

//   InvalidArgument     every field that is wrong
//   PermissionDenied    NOT_OWN: the caller is no party to what it contests
//   FailedPrecondition  APPEAL_TOO_LATE; APPEAL_OPEN: one about the same is; ROUND_NOT_PUBLISHED;
//                       NEED_NOT_IN_ROUND: it was made after the round's snapshot
//   ResourceExhausted   the party made as many as it may
absl::StatusOr<Draft> CreateAppeal(const Call& call, const v1::CreateAppealRequest& request,
                                   const IdSource& new_id, StoreView* view);

// FailedPrecondition where it is open no more.
absl::StatusOr<Draft> WithdrawAppeal(const Call& call, const Message& request, const StoredRecord& stored,
                                     StoreView* view);

// Whether both contest the same match, finding or need passed over; of a TAP that was passed over, whether
// both are its own.
bool IsAboutTheSame(const v1::Appeal& a, const v1::Appeal& b);

// FailedPrecondition unless it is open: only then can it be `done`, as in "decided".
absl::Status CheckOpen(const v1::Appeal& appeal, absl::string_view done);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_APPEAL_FILING_H_
