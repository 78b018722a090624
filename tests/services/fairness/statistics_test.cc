#include "services/fairness/statistics.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace ayni::services {
namespace {

using testing::ElementsAre;

// The mean difference of all pairs over twice the mean: Gini's own definition.
int64_t GiniByPairs(const std::vector<int64_t>& quantities) {
  double apart = 0;
  double sum = 0;
  for (const int64_t a : quantities) {
    sum += static_cast<double>(a);
    for (const int64_t b : quantities) apart += std::abs(static_cast<double>(a - b));
  }
  if (sum == 0) return 0;
  return std::llround(apart / (2 * static_cast<double>(quantities.size()) * sum) * 1e6);
}

std::vector<int64_t> DrawQuantities(std::mt19937_64& random) {
  std::vector<int64_t> quantities(1 + random() % 12);
  for (int64_t& each : quantities) each = static_cast<int64_t>(random() % 4 == 0 ? 0 : random() % 1000);
  return quantities;
}

// By counting, in whole numbers: all tables of the margins, as binomials in 128 bits.
int64_t FisherByCounting(Proportion a, Proportion b) {
  const auto choose = [](int64_t n, int64_t k) {
    unsigned __int128 result = 1;
    for (int64_t i = 1; i <= k; ++i)
      result = result * static_cast<uint64_t>(n - k + i) / static_cast<uint64_t>(i);
    return result;
  };
  const int64_t parts = a.part + b.part;
  const auto ways = [&](int64_t part) { return choose(a.whole, part) * choose(b.whole, parts - part); };
  unsigned __int128 as_rare = 0;
  unsigned __int128 all = 0;
  for (int64_t part = std::max<int64_t>(0, parts - b.whole); part <= std::min(a.whole, parts); ++part) {
    all += ways(part);
    if (ways(part) <= ways(a.part)) as_rare += ways(part);
  }
  return std::llround(static_cast<double>(as_rare) / static_cast<double>(all) * 1e6);
}

TEST(Statistics, GiniIsTheMeanDifferenceOfPairs) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 500; ++round) {
    const std::vector<int64_t> quantities = DrawQuantities(random);
    EXPECT_NEAR(GiniPpm(quantities), GiniByPairs(quantities), 1);
  }
  EXPECT_EQ(GiniPpm({7, 7, 7}), 0);
  EXPECT_EQ(GiniPpm({0, 0, 0, 9}), 750'000) << "one of four has all";
  EXPECT_EQ(GiniPpm({}), 0);
  EXPECT_EQ(GiniPpm({0, 0}), 0);
}

// The area between curve and diagonal, doubled, is the Gini coefficient where the steps are the parts.
TEST(Statistics, LorenzCurveEnclosesTheGiniCoefficient) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 300; ++round) {
    std::vector<int64_t> quantities = DrawQuantities(random);
    quantities.push_back(1);
    const int steps = static_cast<int>(quantities.size());
    const std::vector<int64_t> curve = LorenzPpm(quantities, steps);
    ASSERT_EQ(curve.size(), quantities.size() + 1);
    EXPECT_EQ(curve.front(), 0);
    EXPECT_EQ(curve.back(), kWholePpm);
    double area = 0;
    for (int step = 0; step < steps; ++step)
      area += static_cast<double>(curve[step] + curve[step + 1]) / 2 / steps;
    EXPECT_NEAR(1e6 - 2 * area, static_cast<double>(GiniPpm(quantities)), 3);
  }
  EXPECT_THAT(LorenzPpm({1, 3}, 4), ElementsAre(0, 125'000, 250'000, 625'000, 1'000'000));
  EXPECT_THAT(LorenzPpm({}, 2), ElementsAre(0, 500'000, 1'000'000));
}

// Of Wilson's interval, the ends are the rates from which the one at hand lies as far as it may.
TEST(Statistics, WilsonEndsLieAtTheDistanceOfTheirOwnDeviation) {
  for (int64_t whole = 1; whole <= 60; ++whole) {
    for (int64_t part = 0; part <= whole; ++part) {
      const IntervalPpm interval = WilsonInterval({part, whole});
      const double rate = static_cast<double>(part) / static_cast<double>(whole);
      for (const int64_t end : {interval.low, interval.high}) {
        const double p = static_cast<double>(end) / 1e6;
        EXPECT_NEAR(std::abs(rate - p), 1.96 * std::sqrt(p * (1 - p) / static_cast<double>(whole)), 1e-3);
      }
      EXPECT_LE(interval.low, std::llround(rate * 1e6));
      EXPECT_GE(interval.high, std::llround(rate * 1e6));
    }
  }
  // As published: 81 of 263 (Newcombe 1998), 0.2553 to 0.3662.
  EXPECT_NEAR(WilsonInterval({81, 263}).low, 255'300, 60);
  EXPECT_NEAR(WilsonInterval({81, 263}).high, 366'200, 60);
}

TEST(Statistics, FisherIsWhatCountingGives) {
  const FisherTest fisher(60);
  for (int64_t m = 1; m <= 14; ++m) {
    for (int64_t n = 1; n <= 9; ++n) {
      for (int64_t a = 0; a <= m; ++a) {
        for (int64_t b = 0; b <= n; ++b)
          ASSERT_NEAR(fisher.Ppm({a, m}, {b, n}), FisherByCounting({a, m}, {b, n}), 1)
              << a << "/" << m << " " << b << "/" << n;
      }
    }
  }
  EXPECT_NEAR(fisher.Ppm({3, 4}, {1, 4}), 485'714, 1) << "the lady tasting tea, two-sided";
}

TEST(Statistics, KatzIsEvenOnTheLogarithm) {
  const IntervalPpm same = KatzInterval({30, 60}, {30, 60});
  EXPECT_NEAR(static_cast<double>(same.low) / 1e6 * static_cast<double>(same.high) / 1e6, 1.0, 1e-5);
  // ln(0.5) +- 1.96 sqrt(1/10 - 1/40 + 1/20 - 1/40), by hand.
  const IntervalPpm half = KatzInterval({10, 40}, {20, 40});
  EXPECT_NEAR(half.low, 269'026, 20);
  EXPECT_NEAR(half.high, 929'275, 20);
  EXPECT_GT(KatzInterval({0, 5}, {5, 5}).high, 0) << "nothing of nothing is no ratio of 0 for certain";
}

TEST(Statistics, NearestRankIsOneOfTheValues) {
  EXPECT_EQ(NearestRank({5}, 90), 5);
  EXPECT_EQ(NearestRank({4, 1, 3, 2}, 50), 2);
  EXPECT_EQ(NearestRank({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 90), 9);
}

}  // namespace
}  // namespace ayni::services
