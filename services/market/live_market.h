// The market as it is now, in memory: read from the store once, then kept current by its feed.
#ifndef AYNI_SERVICES_MARKET_LIVE_MARKET_H_
#define AYNI_SERVICES_MARKET_LIVE_MARKET_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/market/fair_shared_mutex.h"
#include "services/market/limit_book.h"
#include "services/market/named_market.h"
#include "services/market/relation_book.h"
#include "services/work_thread.h"
#include "storage/store.h"

namespace ayni::services {

// The longest that the market may be behind the store and still be used.
inline constexpr std::chrono::milliseconds kMarketLagMax = std::chrono::seconds(30);

// A thread of its own loads and follows from construction to destruction. Every other method may be called
// from any thread at any time.
class LiveMarket {
 public:
  using Clock = std::function<absl::Time()>;

  // The clock tells the day as of which ownership groups stand. REQUIRES: the store outlives the market.
  LiveMarket(const storage::Store* store, Clock clock, std::chrono::milliseconds lag_max = kMarketLagMax);
  ~LiveMarket();
  LiveMarket(const LiveMarket&) = delete;
  LiveMarket& operator=(const LiveMarket&) = delete;

  // OK once the market holds every commit that the store had at this call's beginning. Unavailable while it
  // is being loaded or lags, or while the store can't be read: then with the store's reason.
  absl::Status Ready() const;
  // OK while the market is loaded and follows: what the store had `lag_max` ago it holds. Unavailable
  // otherwise, with the reason.
  absl::Status Usable() const;
  // The last commit that it holds; 0 before it is loaded.
  storage::Sequence sequence() const { return sequence_; }

  // Waits until it holds the commit. Unavailable where that takes longer than `timeout`, or the market ends
  // first.
  absl::Status Await(storage::Sequence sequence, std::chrono::milliseconds timeout) const;
  // The same, without waiting here: `then` is called at once where it holds the commit, and else on a thread
  // for all who wait, one after the other.
  void WhenHeld(storage::Sequence sequence, std::chrono::milliseconds timeout,
                std::function<void(absl::Status)> then) const;

  // What `read` returns of the market, which stands still meanwhile. Keep it short: the market falls behind,
  // and later readers wait. Not from within `read`.
  template <typename ReadFunction>
  auto Read(ReadFunction read) const {
    const std::shared_lock lock(mutex_);
    return read(*market_);
  }
  // The same of the market and of what limits leave in it.
  template <typename ReadFunction>
  auto ReadWithLimits(ReadFunction read) const {
    const std::shared_lock lock(mutex_);
    return read(*market_, *book_);
  }
  // The same of the market, of what limits leave in it, and of what conflicts there.
  template <typename ReadFunction>
  auto ReadWithConflicts(ReadFunction read) const {
    const std::shared_lock lock(mutex_);
    return read(*market_, *book_, *relations_);
  }

 private:
  void Follow();
  absl::Status Load();
  absl::Status CatchUp();
  absl::Status Apply(const storage::FeedEntry& entry);
  absl::Status ApplyMatch(const std::string& key);
  void HoldUpTo(storage::Sequence sequence);
  void NoteWhatIsHeld();
  absl::Status Apply(const storage::FeedChange& change);
  absl::Status AwaitUntil(storage::Sequence sequence, std::chrono::steady_clock::time_point end) const;
  // What the rules of the book's policy find as of today; the book that is given holds from then on.
  void FindConflicts(std::unique_ptr<LimitBook> new_book = nullptr);
  // Whether the entry brings another policy, round or order of territories, under which all is counted anew.
  absl::StatusOr<bool> ChangesWhatCounts(const storage::FeedEntry& entry) const;
  absl::Status ReloadBook();
  // Works the ownership groups out as of today, and counts for them what their TAPs hold.
  void JoinControllers();
  void SetFailure(absl::Status status);
  // OK while the market is loaded and its last change could be read.
  absl::Status State() const;

  const storage::Store* const store_;
  const Clock clock_;
  std::atomic<bool> stopping_ = false;
  const std::chrono::milliseconds lag_max_;
  std::atomic<storage::Sequence> sequence_ = 0;
  // A moment whose every commit the market holds.
  std::atomic<std::chrono::steady_clock::time_point> held_time_ = std::chrono::steady_clock::time_point();

  // Of the thread alone: a later moment, and the last commit that the store had then.
  std::chrono::steady_clock::time_point goal_time_;
  storage::Sequence goal_ = 0;
  matcher::Day controllers_day_ = 0;
  int64_t controllers_changes_ = 0;  // the market's, when controllers were last found

  mutable FairSharedMutex mutex_;
  // Guarded by mutex_, and changed by the thread alone, which reads them without it.
  std::unique_ptr<NamedMarket> market_;
  std::unique_ptr<LimitBook> book_;
  std::unique_ptr<RelationBook> relations_;

  // Of its own, so that who asks how the market is waits for none of its readers.
  mutable std::mutex state_mutex_;
  mutable std::condition_variable held_more_;
  // Guarded by state_mutex_.
  bool is_loaded_ = false;
  absl::Status failure_;

  std::thread thread_;
  // Of those who wait; the last, so that they end while the rest stands.
  mutable WorkThread waiters_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_LIVE_MARKET_H_
