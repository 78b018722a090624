#include "storage/commit_queue.h"

#include <utility>

namespace ayni::storage {

CommitQueue::Pushed CommitQueue::Push(std::unique_ptr<PendingChange>* pending) {
  bool wake;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Pushed::kClosed;
    if (pending_.size() >= changes_max_ || bytes_ >= bytes_max_) return Pushed::kFull;
    bytes_ += (*pending)->bytes;
    pending_.push_back(std::move(*pending));
    wake = std::exchange(taker_waits_, false);
  }
  if (wake) filled_.notify_one();
  return Pushed::kYes;
}

bool CommitQueue::TakeGroup(size_t changes_max, size_t bytes_max, Group* group) {
  std::unique_lock lock(mutex_);
  while (pending_.empty()) {
    if (closed_) return false;
    taker_waits_ = true;
    filled_.wait(lock);
  }
  size_t bytes = 0;
  while (!pending_.empty() && group->size() < changes_max) {
    const size_t next_bytes = pending_.front()->bytes;
    if (!group->empty() && bytes + next_bytes > bytes_max) break;
    bytes += next_bytes;
    bytes_ -= next_bytes;
    group->push_back(std::move(pending_.front()));
    pending_.pop_front();
  }
  return true;
}

void CommitQueue::Close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  filled_.notify_one();
}

}  // namespace ayni::storage
