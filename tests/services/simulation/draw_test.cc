#include "services/simulation/draw.h"

#include <gtest/gtest.h>

#include <vector>

#include "services/market/engine_day.h"
#include "services/simulation/assumptions.h"
#include "services/simulation/calendar.h"
#include "services/simulation/year_figures.h"

namespace ayni::services {
namespace {

// Written down once, so that another machine or library is seen to draw the same.
TEST(Draw, IsTheSameOnAnyMachine) {
  Draw draw(7, "month", "cooperatives/c/needs/n", 3);
  EXPECT_EQ(draw.Bits(), 11582750811870215481ULL);
  EXPECT_EQ(draw.Below(1'000'000), 798'388);
}

TEST(Draw, IsAnotherForAnotherSeedTopicThingOrTime) {
  const uint64_t bits = Draw(1, "a", "b", 1).Bits();
  EXPECT_EQ(Draw(1, "a", "b", 1).Bits(), bits);
  EXPECT_NE(Draw(2, "a", "b", 1).Bits(), bits);
  EXPECT_NE(Draw(1, "c", "b", 1).Bits(), bits);
  EXPECT_NE(Draw(1, "a", "c", 1).Bits(), bits);
  EXPECT_NE(Draw(1, "a", "b", 2).Bits(), bits);
}

TEST(Draw, PicksByWeight) {
  std::vector<int> picked(3);
  for (int at = 0; at < 10'000; ++at) ++picked[Draw(1, "pick", "", at).Pick({3, 0, 1})];
  EXPECT_NEAR(picked[0], 7'500, 200);
  EXPECT_EQ(picked[1], 0);
}

TEST(AnnualSurvival, ComesToTheShareAfterTheYears) {
  EXPECT_EQ(AnnualSurvivalPerMillion(1'000, 3), 1'000'000);
  EXPECT_EQ(AnnualSurvivalPerMillion(0, 3), 0);
  EXPECT_EQ(AnnualSurvivalPerMillion(300, 3), 669'432);
  EXPECT_EQ(AnnualSurvivalPerMillion(750, 1), 750'000);
}

TEST(Calendar, StaysWithinShortMonths) {
  google::type::Date date;
  date.set_year(2027);
  date.set_month(11);
  date.set_day(30);
  const google::type::Date later = DateOf(MonthsLater(DayOf(date), 3));
  EXPECT_EQ(later.year(), 2028);
  EXPECT_EQ(later.month(), 2);
  EXPECT_EQ(later.day(), 29);
  EXPECT_EQ(DayOf(TimeOn(DayOf(date))), DayOf(date));
}

TEST(SpreadOf, TakesTheLowerOfTwoInTheMiddle) {
  const Spread spread = SpreadOf({4, 1, 3, 2});
  EXPECT_EQ(spread.least, 1);
  EXPECT_EQ(spread.median, 2);
  EXPECT_EQ(spread.greatest, 4);
}

}  // namespace
}  // namespace ayni::services
