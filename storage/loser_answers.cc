#include "storage/loser_answers.h"

#include "storage/invariant.h"

namespace ayni::storage {

LoserAnswers::LoserAnswers() : thread_([this] { Run(); }) {}

LoserAnswers::~LoserAnswers() { Close(); }

void LoserAnswers::Answer(Store::Done done, absl::Status status) {
  {
    const std::lock_guard lock(mutex_);
    INVARIANT(!closed_);
    waiting_.emplace_back(std::move(done), std::move(status));
  }
  changed_.notify_one();
}

void LoserAnswers::Close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void LoserAnswers::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    while (waiting_.empty() && !closed_) changed_.wait(lock);
    if (waiting_.empty()) return;
    auto [done, status] = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    done(std::move(status));
    done = nullptr;  // What it holds is freed without the lock.
    lock.lock();
  }
}

}  // namespace ayni::storage
