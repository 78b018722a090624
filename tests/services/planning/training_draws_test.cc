#include "services/planning/training_draws.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

namespace ayni::services {
namespace {

constexpr int kDraws = 10'000;
constexpr double kWhole = 18'446'744'073'709'551'616.0;  // 2^64

Chance ChanceOf(double probability) { return {static_cast<uint64_t>(probability * kWhole), false}; }

// P(of n trainees at least `least` succeed), summed from the binomial distribution.
double AtLeast(int least, int n, double probability) {
  double sum = 0;
  for (int successes = least; successes <= n; ++successes) {
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(successes + 1) - std::lgamma(n - successes + 1) +
                    successes * std::log(probability) + (n - successes) * std::log(1 - probability));
  }
  return sum;
}

TEST(DrawTrainees, AreAsManyAsTheBinomialDistributionSays) {
  for (const double probability : {0.3, 0.75}) {
    const std::vector<Chance> rates(kDraws, ChanceOf(probability));
    const std::vector<int64_t> lacks(kDraws, 12);
    const std::vector<int64_t> trainees = DrawTrainees(lacks, {1}, rates, 7);
    for (const int32_t asked : {1'000, 5'000, 9'000, 9'900}) {
      const auto count = static_cast<int>(QuantileOf(trainees, asked));
      // Of so many draws a part strays by four deviations at most.
      const double part = asked / 10'000.0;
      const double stray = 4 * std::sqrt(part * (1 - part) / kDraws);
      EXPECT_GE(AtLeast(12, count, probability), part - stray) << probability << " " << asked;
      EXPECT_LE(AtLeast(12, count - 1, probability), part + stray) << probability << " " << asked;
    }
  }
}

TEST(DrawTrainees, SayWhenNoNumberSuffices) {
  const std::vector<Chance> never(3, Chance{}), always(3, Chance{0, true});
  EXPECT_THAT(DrawTrainees({0, 5, 0}, {}, always, 1), testing::ElementsAre(0, 0, kTooManyTrainees));
  EXPECT_THAT(DrawTrainees({5, 5, 5}, {0, 0}, always, 1), testing::Each(kTooManyTrainees));
  EXPECT_THAT(DrawTrainees({5, 0, 5}, {9}, never, 1),
              testing::ElementsAre(0, kTooManyTrainees, kTooManyTrainees));
  EXPECT_THAT(DrawTrainees({1, 10, 11}, {5}, always, 1), testing::ElementsAre(1, 2, 3));
}

TEST(DrawRates, HaveTheMeanAndVarianceOfBeta) {
  const int32_t strength = 20;
  for (const auto& [per_mille, successes] :
       {std::pair(300, 6), std::pair(750, 15), std::pair(1, 1), std::pair(999, 19)}) {
    const std::vector<Chance> rates = DrawRates(per_mille, strength, kDraws, 3);
    double sum = 0, squares = 0;
    for (const Chance& rate : rates) {
      const double value = static_cast<double>(rate.numerator) / kWhole;
      sum += value;
      squares += value * value;
    }
    const double mean = sum / kDraws, variance = squares / kDraws - mean * mean;
    const double of = successes, other = strength - successes;
    const double expected = of * other / (strength * strength * (strength + 1.0));
    EXPECT_NEAR(mean, of / strength, 4 * std::sqrt(expected / kDraws)) << per_mille;
    EXPECT_NEAR(variance, expected, 0.1 * expected) << per_mille;
  }
  EXPECT_TRUE(DrawRates(1'000, strength, 1, 3)[0].always);
  EXPECT_EQ(DrawRates(0, strength, 1, 3)[0].numerator, 0u);
}

TEST(DrawLacks, LeaveWhatThoseWhoStayCannotDo) {
  const std::vector<Chance> always(2, Chance{0, true}), never(2, Chance{});
  EXPECT_THAT(DrawLacks(10, {{{3, 4}, always}, {{100}, never}}, 2, 1), testing::Each(3));
  EXPECT_THAT(DrawLacks(10, {{{8, 8}, always}}, 2, 1), testing::Each(0));
  const std::vector<Chance> half(kDraws, ChanceOf(0.5));
  const std::vector<int64_t> lacks = DrawLacks(10, {{{10}, half}}, kDraws, 1);
  EXPECT_NEAR(static_cast<double>(std::count(lacks.begin(), lacks.end(), 0)), kDraws / 2,
              4 * std::sqrt(kDraws) / 2);
}

// Numbers of one machine stand for those of all.
TEST(DrawTrainees, AreTheSameEverywhere) {
  const std::vector<Chance> rates = DrawRates(300, 20, 1'000, 42);
  const std::vector<int64_t> lacks = DrawLacks(1'000, {{{100, 50, 200}, rates}}, 1'000, 43);
  const std::vector<int64_t> trainees = DrawTrainees(lacks, {40, 60, 90}, rates, 44);
  EXPECT_EQ(rates[0].numerator, 6'878'563'960'102'566'144u);
  EXPECT_EQ(QuantileOf(trainees, 5'000), 48);
  EXPECT_EQ(QuantileOf(trainees, 9'000), 92);
}

}  // namespace
}  // namespace ayni::services
