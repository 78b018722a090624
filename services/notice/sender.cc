#include "services/notice/sender.h"

#include <algorithm>
#include <utility>

#include "services/notice/attempts.h"
#include "services/notice/notice_change.h"
#include "services/resource/record_keys.h"
#include "services/resource/time.h"
#include "services/resource/write.h"

namespace ayni::services {
namespace {

// Notices that one call looks at: from the front of the queue on, and from where the call before ended. Those
// of subscriptions that rest or are sent to are passed over, however many they are.
constexpr int kFrontLooks = 1'000;
constexpr int kFurtherLooks = 20'000;
// A receiver that is back is not kept waiting longer, whatever failed before.
constexpr absl::Duration kRestMax = absl::Minutes(5);

const v1::Notice& NoticeOf(const StoredRecord& stored) {
  return static_cast<const v1::Notice&>(*stored.record);
}

const v1::Subscription& SubscriptionOf(const StoredRecord& stored) {
  return static_cast<const v1::Subscription&>(*stored.record);
}

bool IsDue(const StoredRecord& stored, absl::Time now) {
  return stored.version != 0 && NoticeOf(stored).state() == v1::Notice::STATE_QUEUED &&
         TimeOf(NoticeOf(stored).next_attempt_time()) <= now;
}

}  // namespace

Sender::Sender(storage::Store* store, const Courier* courier, Clock clock)
    : store_(*store), courier_(*courier), clock_(std::move(clock)) {}

SentCounts Sender::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

absl::StatusOr<bool> Sender::SendOne() {
  std::string subscription;
  const absl::StatusOr<std::string> name = Take(clock_(), &subscription);
  if (!name.ok()) return name.status();
  if (name->empty()) return false;
  const absl::Status tried = Try(*name);
  Release(subscription);
  if (!tried.ok()) return tried;
  return true;
}

absl::StatusOr<std::string> Sender::Take(absl::Time now, std::string* subscription) {
  const std::lock_guard lock(mutex_);
  const auto snapshot = store_.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const std::string end = QueuedNoticeEnd(absl::ToUnixNanos(now));
  std::string at = QueuedNoticeStem();
  for (const int looks_max : {kFrontLooks, kFurtherLooks}) {
    const auto cursor = (*snapshot)->ScanIndex({at, end});
    for (int looks = 0; looks < looks_max; ++looks) {
      if (!cursor->Next()) {
        looked_to_.clear();
        if (!cursor->status().ok()) return cursor->status();
        return std::string();
      }
      at = std::string(cursor->key());
      std::string owner = SubscriptionOfQueuedNoticeKey(at);
      if (!IsFree(owner, now)) continue;
      if (looks_max == kFurtherLooks) looked_to_ = at;
      busy_.insert(owner);
      *subscription = std::move(owner);
      return NameOfIndexKey(at);
    }
    at = std::max(at, looked_to_);
  }
  looked_to_ = at;
  return std::string();
}

bool Sender::IsFree(const std::string& subscription, absl::Time now) const {
  if (busy_.contains(subscription)) return false;
  const auto rest = resting_.find(subscription);
  return rest == resting_.end() || rest->second.until <= now;
}

void Sender::Release(const std::string& subscription) {
  const std::lock_guard lock(mutex_);
  busy_.erase(subscription);
}

absl::StatusOr<StoredRecord> Sender::Lease(const std::string& name, const StoredRecord& subscription,
                                           absl::Time now) {
  auto stored = ReadRecord(store_, ResourceType::Of<v1::Notice>(), name);
  if (!stored.ok()) return stored.status();
  if (!IsDue(*stored, now)) return StoredRecord();
  v1::Notice after = NoticeOf(*stored);
  const bool is_gone = subscription.version == 0 || !IsOf(after, SubscriptionOf(subscription));
  if (is_gone) {
    Drop(now, &after);
    const std::lock_guard lock(mutex_);
    resting_.erase(after.subscription());
  } else if (after.attempts_left() == 0) {
    // Its last attempt began, and nobody wrote what came of it.
    EndAttempt(TimeOf(after.attempts().rbegin()->time()),
               {Outcome::Kind::kLater, "the server stopped meanwhile"}, now, &after);
  } else {
    BeginAttempt(now, &after);
  }
  const absl::StatusOr<bool> committed = CommitNotice(*stored, after, now, &store_);
  if (!committed.ok()) return committed.status();
  if (!*committed || after.state() != v1::Notice::STATE_QUEUED) return StoredRecord();
  stored->record->CopyFrom(after);
  return stored;
}

absl::Status Sender::Try(const std::string& name) {
  const absl::Time begin = clock_();
  const auto noticed = ReadRecord(store_, ResourceType::Of<v1::Notice>(), name);
  if (!noticed.ok()) return noticed.status();
  if (!IsDue(*noticed, begin)) return absl::OkStatus();
  const std::string& owner = NoticeOf(*noticed).subscription();
  const auto subscription = ReadRecord(store_, ResourceType::Of<v1::Subscription>(), owner);
  if (!subscription.ok()) return subscription.status();
  const auto leased = Lease(name, *subscription, begin);
  if (!leased.ok()) return leased.status();
  if (leased->version == 0) return absl::OkStatus();
  const Outcome outcome = courier_.Send(SubscriptionOf(*subscription), NoticeOf(*leased), begin);
  Note(owner, outcome, clock_());
  return End(name, begin, outcome);
}

absl::Status Sender::End(const std::string& name, absl::Time begin, const Outcome& outcome) {
  for (int attempts = 0; attempts < kWriteAttemptsMax; ++attempts) {
    const absl::Time now = clock_();
    const auto stored = ReadRecord(store_, ResourceType::Of<v1::Notice>(), name);
    if (!stored.ok()) return stored.status();
    if (stored->version == 0) return absl::OkStatus();
    v1::Notice after = NoticeOf(*stored);
    EndAttempt(begin, outcome, now, &after);
    const absl::StatusOr<bool> committed = CommitNotice(*stored, after, now, &store_);
    if (!committed.ok()) return committed.status();
    if (!*committed) continue;
    const std::lock_guard lock(mutex_);
    if (after.state() == v1::Notice::STATE_FAILED) ++counts_.failed;
    return absl::OkStatus();
  }
  // The lease runs out, and it is tried again.
  return absl::OkStatus();
}

void Sender::Note(const std::string& subscription, const Outcome& outcome, absl::Time now) {
  const std::lock_guard lock(mutex_);
  if (outcome.kind != Outcome::Kind::kLater) {
    resting_.erase(subscription);
    ++(outcome.kind == Outcome::Kind::kTaken ? counts_.taken : counts_.not_taken);
    return;
  }
  ++counts_.not_taken;
  Rest& rest = resting_[subscription];
  rest.until = now + std::min(kRestMax, PauseAfter(++rest.failures, subscription));
}

}  // namespace ayni::services
