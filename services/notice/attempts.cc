#include "services/notice/attempts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/invariant.h"
#include "services/resource/time.h"
#include "services/text_view.h"
#include "storage/ledger/sha256.h"

namespace ayni::services {
namespace {

constexpr absl::Duration kFirstPause = absl::Seconds(2);
constexpr absl::Duration kPauseMax = absl::Hours(6);
constexpr int kPauseFactor = 4;
// A pause is three quarters of itself and up to a half more, by as many steps.
constexpr int kJitterSteps = 1000;
constexpr size_t kReasonBytesMax = 200;

// Bytes of a network: what does not print is of no use to whoever reads it.
std::string ReasonText(std::string reason) {
  reason.resize(std::min(reason.size(), kReasonBytesMax));
  for (char& c : reason) {
    if (c < ' ' || c > '~') c = '?';
  }
  return reason;
}

v1::NoticeAttempt* AttemptOf(absl::Time begin, v1::Notice* notice) {
  for (v1::NoticeAttempt& attempt : *notice->mutable_attempts()) {
    if (TimeOf(attempt.time()) == begin && attempt.result() == v1::NoticeAttempt::RESULT_UNSPECIFIED)
      return &attempt;
  }
  return nullptr;
}

}  // namespace

absl::Duration PauseAfter(int attempt, absl::string_view name) {
  absl::Duration pause = kFirstPause;
  for (int i = 1; i < attempt && pause < kPauseMax; ++i) pause *= kPauseFactor;
  pause = std::min(pause, kPauseMax);
  const storage::Sha256Digest digest = storage::Sha256({View(name), " ", absl::StrCat(attempt)});
  const int step = (digest[0] * 256 + digest[1]) % (kJitterSteps + 1);
  return pause * 3 / 4 + pause * step / (2 * kJitterSteps);
}

void BeginAttempt(absl::Time now, v1::Notice* notice) {
  INVARIANT(notice->state() == v1::Notice::STATE_QUEUED && notice->attempts_left() > 0, notice->name());
  if (notice->attempts_size() == kNoticeAttemptsKept)
    notice->mutable_attempts()->erase(notice->attempts().begin());
  *notice->add_attempts()->mutable_time() = ToTimestamp(now);
  notice->set_attempts_left(notice->attempts_left() - 1);
  *notice->mutable_next_attempt_time() = ToTimestamp(now + kAttemptLease);
  *notice->mutable_update_time() = LaterOf(notice->update_time(), now);
}

void EndAttempt(absl::Time begin, const Outcome& outcome, absl::Time now, v1::Notice* notice) {
  const bool was_last = notice->attempts_size() > 0 && TimeOf(notice->attempts().rbegin()->time()) == begin;
  if (v1::NoticeAttempt* attempt = AttemptOf(begin, notice); attempt != nullptr) {
    attempt->set_result(outcome.kind == Outcome::Kind::kTaken ? v1::NoticeAttempt::RESULT_TAKEN
                                                              : v1::NoticeAttempt::RESULT_FAILED);
    attempt->set_reason(ReasonText(outcome.reason));
  }
  *notice->mutable_update_time() = LaterOf(notice->update_time(), now);
  if (outcome.kind == Outcome::Kind::kTaken) {
    notice->set_state(v1::Notice::STATE_SENT);
    notice->clear_next_attempt_time();
    return;
  }
  // A later one is under way, or it was dropped.
  if (!was_last || notice->state() != v1::Notice::STATE_QUEUED) return;
  if (outcome.kind == Outcome::Kind::kNever || notice->attempts_left() == 0) {
    notice->set_state(v1::Notice::STATE_FAILED);
    notice->clear_next_attempt_time();
    return;
  }
  *notice->mutable_next_attempt_time() = ToTimestamp(now + PauseAfter(AttemptsMade(*notice), notice->name()));
}

void Drop(absl::Time now, v1::Notice* notice) {
  INVARIANT(notice->state() == v1::Notice::STATE_QUEUED, notice->name());
  notice->set_state(v1::Notice::STATE_DROPPED);
  notice->clear_next_attempt_time();
  *notice->mutable_update_time() = LaterOf(notice->update_time(), now);
}

void Requeue(absl::Time now, v1::Notice* notice) {
  INVARIANT(notice->state() == v1::Notice::STATE_FAILED, notice->name());
  notice->set_state(v1::Notice::STATE_QUEUED);
  notice->set_attempts_left(kAttemptsMax);
  *notice->mutable_next_attempt_time() = ToTimestamp(now);
  *notice->mutable_update_time() = LaterOf(notice->update_time(), now);
}

bool IsOf(const v1::Notice& notice, const v1::Subscription& subscription) {
  return TimeOf(subscription.create_time()) == TimeOf(notice.subscribe_time());
}

}  // namespace ayni::services
