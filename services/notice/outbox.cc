#include "services/notice/outbox.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "services/resource/record_keys.h"

namespace ayni::services {
namespace {

// So many receivers that do not answer hold nobody else up for longer than a transfer.
constexpr int kSenders = 8;
// Between two looks where nothing was made meanwhile, and after an error.
constexpr std::chrono::milliseconds kPause = std::chrono::seconds(1);
constexpr std::chrono::milliseconds kFeedPause = std::chrono::milliseconds(200);
// After a commit, so that those that follow at once are read with it.
constexpr std::chrono::milliseconds kGather = std::chrono::milliseconds(50);
// Keys that are counted each time that somebody looks; beyond it the figure stands still.
constexpr int64_t kCountedMax = 100'000;

}  // namespace

absl::StatusOr<std::unique_ptr<Outbox>> Outbox::Open(storage::Store* store, NoticeChannels channels,
                                                     const Log* log, Clock clock) {
  auto collector = Collector::Open(store, clock);
  if (!collector.ok()) return collector.status();
  return std::unique_ptr<Outbox>(
      new Outbox(store, std::move(channels), log, std::move(clock), *std::move(collector)));
}

Outbox::Outbox(storage::Store* store, NoticeChannels channels, const Log* log, Clock clock,
               std::unique_ptr<Collector> collector)
    : store_(*store),
      log_(*log),
      courier_(std::move(channels), store->secret()),
      clock_(std::move(clock)),
      collector_(std::move(collector)),
      sender_(store, &courier_, clock_) {
  threads_.emplace_back([this] { CollectAgainAndAgain(); });
  for (int i = 0; i < kSenders; ++i) threads_.emplace_back([this] { SendAgainAndAgain(); });
}

Outbox::~Outbox() { Stop(); }

void Outbox::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Outbox::CollectAgainAndAgain() {
  while (!stops_) {
    const storage::Sequence goal = store_.WaitForFeed(collector_->sequence(), kFeedPause);
    if (collector_->sequence() < goal) Pause(kGather);
    while (!stops_ && collector_->sequence() < goal) {
      const auto made = collector_->Collect();
      if (!made.ok()) {
        log_.Write(LogLevel::kError, "notices not made", {{"error", made.status().ToString()}});
        Pause(kPause);
        break;
      }
      if (*made == 0) continue;
      made_ += *made;
      work_.notify_all();
    }
  }
}

void Outbox::SendAgainAndAgain() {
  while (!stops_) {
    const auto sent = sender_.SendOne();
    if (sent.ok() && *sent) continue;
    if (!sent.ok()) log_.Write(LogLevel::kError, "notices not sent", {{"error", sent.status().ToString()}});
    Pause(kPause);
  }
}

void Outbox::Pause(std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  if (!stops_) work_.wait_for(lock, most);
}

std::vector<FigureFamily> Outbox::Figures() const {
  int64_t queued = 0;
  double oldest_s = 0;
  if (const auto snapshot = store_.TakeSnapshot(); snapshot.ok()) {
    const auto cursor = (*snapshot)->ScanIndex(storage::KeyRange::Prefix(QueuedNoticeStem()));
    while (queued < kCountedMax && cursor->Next()) {
      if (++queued > 1) continue;
      const absl::Time due = absl::FromUnixNanos(DueOfQueuedNoticeKey(cursor->key()));
      oldest_s = std::max(0.0, absl::ToDoubleSeconds(clock_() - due));
    }
  }
  const SentCounts sent = sender_.counts();
  return {
      Gauge("ayni_notices_queued", "Notices that wait to be sent, at most 100,000.",
            static_cast<double>(queued)),
      Gauge("ayni_notices_overdue_seconds", "For how long the first of them has been due.", oldest_s),
      Counter("ayni_notices_made_total", "Notices of events, since the start.", static_cast<double>(made_)),
      Counter("ayni_notices_sent_total", "Notices that their receivers took.",
              static_cast<double>(sent.taken)),
      Counter("ayni_notice_attempts_failed_total", "Attempts that were not taken.",
              static_cast<double>(sent.not_taken)),
      Counter("ayni_notices_failed_total", "Notices that were given up.", static_cast<double>(sent.failed))};
}

}  // namespace ayni::services
