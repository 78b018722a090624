#include "services/server/new_id.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace ayni::services {
namespace {

TEST(NewId, IsOfLowerCaseLettersAndDigits) {
  EXPECT_TRUE(std::regex_match(NewId(absl::FromUnixMillis(1'800'000'000'000)), std::regex("[0-9a-z]{16}")));
}

TEST(NewId, SortsByItsMillisecond) {
  int64_t millis = 1;
  for (int i = 0; i < 13; ++i, millis *= 9) {
    EXPECT_LT(NewId(absl::FromUnixMillis(millis)), NewId(absl::FromUnixMillis(millis + 1)));
  }
}

TEST(NewId, IsNotTheSameTwiceInAMillisecond) {
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(ids.insert(NewId(absl::FromUnixMillis(1))).second);
}

}  // namespace
}  // namespace ayni::services
