// CallDeadlines: calls that must be answered within the same time, abandoned when they are not. Since all
// have the same time, the oldest is always the first to pass: a list does, and joining and leaving it cost
// O(1).
#ifndef AYNI_SERVICES_SERVER_CALL_DEADLINES_H_
#define AYNI_SERVICES_SERVER_CALL_DEADLINES_H_

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "absl/time/time.h"

namespace ayni::services {

class Exchange;

// Thread-safety: any method from any thread.
class CallDeadlines {
 public:
  struct Waiting;
  // Where a call stands in the list; kept by the call.
  using Place = std::optional<std::list<Waiting>::iterator>;
  struct Waiting {
    std::shared_ptr<Exchange> exchange;
    absl::Time deadline;
    Place* place;
  };

  // `clock` is that of the calls' starts.
  CallDeadlines(absl::Duration limit, std::function<absl::Time()> clock);
  ~CallDeadlines();
  CallDeadlines(const CallDeadlines&) = delete;
  CallDeadlines& operator=(const CallDeadlines&) = delete;

  // `place` must live until Leave, or until the call is abandoned.
  void Join(std::shared_ptr<Exchange> exchange, absl::Time start, Place* place);
  // Nothing where the call is not in the list, or not any more.
  void Leave(Place* place);

 private:
  void AbandonLate();

  const absl::Duration limit_;
  const std::function<absl::Time()> clock_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  // Guarded by mutex_.
  std::list<Waiting> waiting_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_CALL_DEADLINES_H_
