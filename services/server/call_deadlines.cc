#include "services/server/call_deadlines.h"

#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/server/dispatch.h"

namespace ayni::services {
namespace {

// How late a call may be abandoned.
constexpr std::chrono::milliseconds kLookEvery(100);

}  // namespace

CallDeadlines::CallDeadlines(absl::Duration limit, std::function<absl::Time()> clock)
    : limit_(limit), clock_(std::move(clock)), thread_([this] { AbandonLate(); }) {}

CallDeadlines::~CallDeadlines() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_one();
  thread_.join();
}

void CallDeadlines::Join(std::shared_ptr<Exchange> exchange, absl::Time start, Place* place) {
  std::list<Waiting> one;
  one.push_back({std::move(exchange), start + limit_, place});
  const std::lock_guard lock(mutex_);
  waiting_.splice(waiting_.end(), one);
  *place = std::prev(waiting_.end());
}

void CallDeadlines::Leave(Place* place) {
  // Freed after the lock: it may be the last reference to the call.
  std::list<Waiting> one;
  const std::lock_guard lock(mutex_);
  if (!place->has_value()) return;
  one.splice(one.end(), waiting_, **place);
  place->reset();
}

void CallDeadlines::AbandonLate() {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, kLookEvery, [this] { return stop_; })) {
    std::vector<std::shared_ptr<Exchange>> late;
    const absl::Time now = clock_();
    while (!waiting_.empty() && waiting_.front().deadline <= now) {
      late.push_back(std::move(waiting_.front().exchange));
      waiting_.front().place->reset();
      waiting_.pop_front();
    }
    lock.unlock();
    for (const std::shared_ptr<Exchange>& exchange : late) {
      absl::Status status = absl::DeadlineExceededError(
          absl::StrCat("not answered within this server's ", absl::FormatDuration(limit_)));
      AttachErrorInfo("SERVER_DEADLINE", {}, &status);
      exchange->Abandon(std::move(status));
    }
    late.clear();
    lock.lock();
  }
}

}  // namespace ayni::services
