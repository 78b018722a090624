// What a store counted since it was opened, for the page of metrics. Storage knows no metrics library: a
// service copies these figures out.
#ifndef AYNI_STORAGE_COMMIT_STATS_H_
#define AYNI_STORAGE_COMMIT_STATS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace ayni::storage {

// Counts of observations by size, in buckets whose upper bounds double: bucket i holds what is at most 2^i
// and more than 2^(i-1); the last one holds everything greater too.
inline constexpr size_t kHistogramBuckets = 32;

struct Histogram {
  std::array<uint64_t, kHistogramBuckets> bucket{};
  uint64_t count = 0;
  uint64_t sum = 0;
};

struct CommitStats {
  uint64_t committed = 0;   // changes written
  uint64_t replayed = 0;    // changes answered from an earlier one of the same request_id
  uint64_t failed = 0;      // changes whose preconditions did not hold
  uint64_t refused = 0;     // changes that were invalid, or found the queue full or the store not writable
  Histogram group_changes;  // changes written together, for each synced write
  Histogram write_micros;   // of each synced write
  Histogram commit_micros;  // of each change written: from Commit until it is durable
};

// The live form of a Histogram: observed by one thread, read by any.
class HistogramCounter {
 public:
  // Called from one thread only.
  void Observe(uint64_t value);
  // Thread-safe. Observations made meanwhile may be counted in part.
  Histogram Read() const;

 private:
  std::array<std::atomic<uint64_t>, kHistogramBuckets> bucket_{};
  std::atomic<uint64_t> sum_{0};
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_COMMIT_STATS_H_
