#include "storage/commit_stats.h"

#include <algorithm>
#include <bit>

namespace ayni::storage {

void HistogramCounter::Observe(uint64_t value) {
  const size_t index = value <= 1 ? 0 : std::bit_width(value - 1);
  bucket_[std::min(index, kHistogramBuckets - 1)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

Histogram HistogramCounter::Read() const {
  Histogram histogram;
  for (size_t i = 0; i < kHistogramBuckets; ++i) {
    histogram.bucket[i] = bucket_[i].load(std::memory_order_relaxed);
    histogram.count += histogram.bucket[i];
  }
  histogram.sum = sum_.load(std::memory_order_relaxed);
  return histogram;
}

}  // namespace ayni::storage
