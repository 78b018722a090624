#include "services/server/line_budget.h"

#include <gtest/gtest.h>

namespace ayni::services {
namespace {

TEST(LineBudget, LeavesOutWhatIsTooMuchOfASecondAndSaysHowMuch) {
  LineBudget budget(2);
  const absl::Time now = absl::FromUnixSeconds(100);
  EXPECT_EQ(budget.Take(now), 0);
  EXPECT_EQ(budget.Take(now + absl::Milliseconds(999)), 0);
  EXPECT_EQ(budget.Take(now + absl::Milliseconds(999)), std::nullopt);
  EXPECT_EQ(budget.Take(now + absl::Milliseconds(999)), std::nullopt);
  EXPECT_EQ(budget.Take(now + absl::Seconds(1)), 2);
  EXPECT_EQ(budget.Take(now + absl::Seconds(1)), 0);
  EXPECT_EQ(budget.Take(now + absl::Seconds(1)), std::nullopt);
}

}  // namespace
}  // namespace ayni::services
