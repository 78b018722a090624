#include "matcher/list_column.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace ayni::matcher {
namespace {

using testing::ElementsAreArray;

TEST(ListColumn, KeepsWhatEachRowWasLastSetTo) {
  std::mt19937_64 random(1);
  std::vector<std::vector<int32_t>> expected(50);
  ListColumn<int32_t> column;
  column.Resize(expected.size());
  for (int step = 0; step < 20'000; ++step) {
    const size_t row = random() % expected.size();
    expected[row].assign(random() % 12, static_cast<int32_t>(step));
    column.Set(row, expected[row]);
    const size_t probe = random() % expected.size();
    ASSERT_THAT(column[probe], ElementsAreArray(expected[probe])) << "step " << step;
  }
}

TEST(ListColumn, MemoryDoesNotGrowWithChanges) {
  ListColumn<int32_t> column;
  column.Resize(100);
  const std::vector<int32_t> shorter(3);
  const std::vector<int32_t> longer(10);
  for (int step = 0; step < 100'000; ++step) column.Set(step % 100, step % 200 < 100 ? shorter : longer);
  EXPECT_LT(column.ByteSize(), 40'000u);
}

}  // namespace
}  // namespace ayni::matcher
