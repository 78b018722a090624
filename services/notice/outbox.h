// Outbox: the threads that make notices and send them, as long as it lives.
#ifndef AYNI_SERVICES_NOTICE_OUTBOX_H_
#define AYNI_SERVICES_NOTICE_OUTBOX_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/figures.h"
#include "services/log.h"
#include "services/notice/channels.h"
#include "services/notice/collector.h"
#include "services/notice/courier.h"
#include "services/notice/sender.h"
#include "storage/store.h"

namespace ayni::services {

class Outbox {
 public:
  using Clock = std::function<absl::Time()>;

  // Nothing that is committed after it returned goes untold. REQUIRES: store and log outlive it.
  static absl::StatusOr<std::unique_ptr<Outbox>> Open(storage::Store* store, NoticeChannels channels,
                                                      const Log* log, Clock clock);
  ~Outbox();

  // Ends what is under way, which takes kTransferMax at most. From one thread.
  void Stop();

  std::vector<FigureFamily> Figures() const;

 private:
  Outbox(storage::Store* store, NoticeChannels channels, const Log* log, Clock clock,
         std::unique_ptr<Collector> collector);

  void CollectAgainAndAgain();
  void SendAgainAndAgain();
  // Until there may be something to send, or to stop, and not for longer.
  void Pause(std::chrono::milliseconds most);

  storage::Store& store_;
  const Log& log_;
  const Courier courier_;
  const Clock clock_;
  const std::unique_ptr<Collector> collector_;  // of its thread alone
  Sender sender_;
  std::atomic<bool> stops_ = false;
  std::atomic<int64_t> made_ = 0;
  std::mutex mutex_;
  std::condition_variable work_;
  std::vector<std::thread> threads_;  // last
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_NOTICE_OUTBOX_H_
