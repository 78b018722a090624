// The market as it is now, in memory: read from the store once, then kept current by its feed.
#ifndef AYNI_SERVICES_MARKET_LIVE_MARKET_H_
#define AYNI_SERVICES_MARKET_LIVE_MARKET_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "services/market/named_market.h"
#include "storage/store.h"

namespace ayni::services {

// A thread of its own loads and follows from construction to destruction. Every other method may be called
// from any thread at any time.
class LiveMarket {
 public:
  // REQUIRES: the store outlives the market.
  explicit LiveMarket(const storage::Store* store);
  ~LiveMarket();
  LiveMarket(const LiveMarket&) = delete;
  LiveMarket& operator=(const LiveMarket&) = delete;

  // OK once the market holds every commit that the store had at this call's beginning. Unavailable while it
  // is being loaded or lags, or while the store can't be read: then with the store's reason.
  absl::Status Ready() const;
  // The last commit that it holds; 0 before it is loaded.
  storage::Sequence sequence() const { return sequence_; }

  // What `read` returns of the market, which stands still meanwhile. Keep it short: commits wait.
  template <typename ReadFunction>
  auto Read(ReadFunction read) const {
    const std::shared_lock lock(mutex_);
    return read(*market_);
  }

 private:
  void Follow();
  absl::Status Load();
  absl::Status CatchUp();
  absl::Status Apply(const storage::FeedChange& change);
  void SetFailure(absl::Status status);

  const storage::Store* const store_;
  std::atomic<bool> stopping_ = false;
  std::atomic<storage::Sequence> sequence_ = 0;

  mutable std::shared_mutex mutex_;
  // Guarded by mutex_.
  std::unique_ptr<NamedMarket> market_;
  bool is_loaded_ = false;
  absl::Status failure_;

  std::thread thread_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_LIVE_MARKET_H_
