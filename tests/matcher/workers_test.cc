#include "matcher/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace ayni::matcher {
namespace {

TEST(Workers, CallEachPieceOnceInEveryRound) {
  for (const int threads : {1, 2, 7}) {
    Workers workers(threads);
    for (int round = 0; round < 2'000; ++round) {
      std::vector<std::atomic<int>> calls(round % 40);
      workers.ForEach(round % 40, [&](int64_t i) { ++calls[i]; });
      for (const std::atomic<int>& count : calls)
        ASSERT_EQ(count, 1) << threads << " threads, round " << round;
    }
  }
}

TEST(Workers, ShareWorkOut) {
  Workers workers(2);
  // Each piece waits for the other: one thread alone would never return.
  std::atomic<int> inside = 0;
  workers.ForEach(2, [&](int64_t) {
    ++inside;
    while (inside < 2) std::this_thread::yield();
  });
  EXPECT_EQ(inside, 2);
}

TEST(Workers, EndWithoutEverHavingWorked) {
  for (int i = 0; i < 100; ++i) Workers workers(3);
}

}  // namespace
}  // namespace ayni::matcher
