#include "services/round/price_chunks.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/services/stored_market.h"

namespace ayni::services {
namespace {

TEST(PriceChunks, GiveBackAnyStretchOfWhatWasStored) {
  StoredMarket market;
  std::vector<v1::Price> prices(2'500);
  for (size_t at = 0; at < prices.size(); ++at) prices[at].set_price(static_cast<int64_t>(at) + 1);
  storage::Change change;
  AddPriceChunks("rounds/r1", prices, &change);
  EXPECT_EQ(change.puts.size(), 3u);
  ASSERT_TRUE(market.store().CommitAndWait(std::move(change)).ok());
  for (int64_t first : {0, 1, 999, 1'000, 1'001, 1'999, 2'000, 2'499, 2'500, 9'000}) {
    for (int64_t count : {1, 2, 1'000, 1'500, 5'000}) {
      const auto read = ReadPrices(market.store(), "rounds/r1", first, count);
      ASSERT_TRUE(read.ok()) << read.status();
      ASSERT_EQ(static_cast<int64_t>(read->size()),
                std::max<int64_t>(0, std::min<int64_t>(count, 2'500 - first)))
          << first << " " << count;
      for (size_t at = 0; at < read->size(); ++at) {
        ASSERT_EQ((*read)[at].price(), first + static_cast<int64_t>(at) + 1);
      }
    }
  }
  EXPECT_TRUE(ReadPrices(market.store(), "rounds/r2", 0, 10)->empty());
}

TEST(PriceChunks, OfAWholeNumberOfChunksEndCleanly) {
  StoredMarket market;
  std::vector<v1::Price> prices(2'000);
  storage::Change change;
  AddPriceChunks("rounds/r1", prices, &change);
  ASSERT_TRUE(market.store().CommitAndWait(std::move(change)).ok());
  EXPECT_EQ(ReadPrices(market.store(), "rounds/r1", 0, 5'000)->size(), 2'000u);
  EXPECT_TRUE(ReadPrices(market.store(), "rounds/r1", 2'000, 10)->empty());
}

}  // namespace
}  // namespace ayni::services
