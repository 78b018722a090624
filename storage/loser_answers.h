// LoserAnswers: tells changes that lost by their preconditions so, on a thread of its own. Who lost reads and
// computes again within `done`, which would hold up every other commit on the committer's thread.
//
// Thread-safe.
#ifndef AYNI_STORAGE_LOSER_ANSWERS_H_
#define AYNI_STORAGE_LOSER_ANSWERS_H_

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "storage/store.h"

namespace ayni::storage {

class LoserAnswers {
 public:
  LoserAnswers();
  ~LoserAnswers();
  LoserAnswers(const LoserAnswers&) = delete;
  LoserAnswers& operator=(const LoserAnswers&) = delete;

  // REQUIRES: not closed. There are never more of them than callers that wait.
  void Answer(Store::Done done, absl::Status status);

  // Answers all that waits, and ends the thread. REQUIRES: not called from a `done`.
  void Close();

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<Store::Done, absl::Status>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it runs as soon as it stands
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_LOSER_ANSWERS_H_
