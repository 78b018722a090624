// The attempts of a notice: when they are made, and what comes of them. Pure functions of the record.
#ifndef AYNI_SERVICES_NOTICE_ATTEMPTS_H_
#define AYNI_SERVICES_NOTICE_ATTEMPTS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "ayni/v1/notice.pb.h"
#include "services/transfer.h"

namespace ayni::services {

// After which a notice has failed, until somebody has it tried again.
inline constexpr int kAttemptsMax = 16;
// Of which a notice keeps the last.
inline constexpr int kNoticeAttemptsKept = 32;
// While an attempt is under way, no other one begins: longer than a transfer takes.
inline constexpr absl::Duration kAttemptLease = absl::Seconds(15);
static_assert(kTransferMax < kAttemptLease);

// What came of an attempt.
struct Outcome {
  enum class Kind {
    kTaken,
    kLater,  // may be taken later
    kNever,  // the receiver says that it is not there any more
  };
  Kind kind = Kind::kLater;
  std::string reason;
};

// After the n-th attempt from 1 on, 2 s, 8 s, 32 s... up to 6 h, and up to a quarter more or less, by the
// notice's name: those that failed together do not come back together, and no draw is needed.
absl::Duration PauseAfter(int attempt, absl::string_view name);

// Which attempt it is that a notice with so many left has behind it.
inline int AttemptsMade(const v1::Notice& notice) { return kAttemptsMax - notice.attempts_left(); }

// Before an attempt: it is on record, and the next one due when its lease is over.
// REQUIRES: STATE_QUEUED, with attempts left.
void BeginAttempt(absl::Time now, v1::Notice* notice);
// After the attempt that began at `begin`. Whatever else was written meanwhile, a notice that was taken is
// SENT.
void EndAttempt(absl::Time begin, const Outcome& outcome, absl::Time now, v1::Notice* notice);
// Nothing tells it any more: its subscription is gone. REQUIRES: STATE_QUEUED.
void Drop(absl::Time now, v1::Notice* notice);
// From the first attempt on again. REQUIRES: STATE_FAILED.
void Requeue(absl::Time now, v1::Notice* notice);

// Whether the subscription is the one that the notice was made for, and not one that was made under its name
// since.
bool IsOf(const v1::Notice& notice, const v1::Subscription& subscription);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_NOTICE_ATTEMPTS_H_
