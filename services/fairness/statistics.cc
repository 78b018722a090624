#include "services/fairness/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ayni::services {
namespace {

// Of the normal distribution, between whose negative and itself 95 % lie.
constexpr double kZ = 1.959963984540054;
// Probabilities that differ by less are the same, and differ by rounding.
constexpr double kSameProbability = 1e-7;

int64_t ToPpm(double share) { return std::llround(share * static_cast<double>(kWholePpm)); }

int64_t SumOf(absl::Span<const int64_t> quantities) {
  return std::accumulate(quantities.begin(), quantities.end(), int64_t{0});
}

}  // namespace

int64_t PpmOf(int64_t part, int64_t whole) {
  if (whole <= 0) return 0;
  const auto scaled = static_cast<__int128>(part) * kWholePpm;
  return static_cast<int64_t>((scaled + whole / 2) / whole);
}

IntervalPpm WilsonInterval(Proportion proportion) {
  const auto n = static_cast<double>(proportion.whole);
  const double rate = static_cast<double>(proportion.part) / n;
  const double middle = rate + kZ * kZ / (2 * n);
  const double reach = kZ * std::sqrt(rate * (1 - rate) / n + kZ * kZ / (4 * n * n));
  const double scale = 1 + kZ * kZ / n;
  return {ToPpm(std::max(0.0, (middle - reach) / scale)), ToPpm(std::min(1.0, (middle + reach) / scale))};
}

IntervalPpm KatzInterval(Proportion of, Proportion to) {
  const double more = of.part == 0 || to.part == 0 ? 0.5 : 0;
  const double a = static_cast<double>(of.part) + more;
  const double m = static_cast<double>(of.whole) + more;
  const double b = static_cast<double>(to.part) + more;
  const double n = static_cast<double>(to.whole) + more;
  const double middle = std::log((a / m) / (b / n));
  const double reach = kZ * std::sqrt(std::max(0.0, 1 / a - 1 / m + 1 / b - 1 / n));
  return {ToPpm(std::exp(middle - reach)), ToPpm(std::exp(middle + reach))};
}

FisherTest::FisherTest(int64_t whole_max) : log_factorial_(whole_max + 1, 0) {
  for (int64_t n = 1; n <= whole_max; ++n)
    log_factorial_[n] = log_factorial_[n - 1] + std::log(static_cast<double>(n));
}

int64_t FisherTest::Ppm(Proportion a, Proportion b) const {
  const int64_t parts = a.part + b.part;
  const double all = LogChoose(a.whole + b.whole, parts);
  const auto probability = [&](int64_t part) {
    return std::exp(LogChoose(a.whole, part) + LogChoose(b.whole, parts - part) - all);
  };
  const double at_hand = probability(a.part) * (1 + kSameProbability);
  double sum = 0;
  for (int64_t part = std::max<int64_t>(0, parts - b.whole); part <= std::min(a.whole, parts); ++part) {
    const double each = probability(part);
    if (each <= at_hand) sum += each;
  }
  return ToPpm(std::min(1.0, sum));
}

int64_t GiniPpm(std::vector<int64_t> quantities) {
  const int64_t sum = SumOf(quantities);
  if (sum <= 0) return 0;
  std::sort(quantities.begin(), quantities.end());
  const auto n = static_cast<int64_t>(quantities.size());
  __int128 weighed = 0;
  for (int64_t i = 0; i < n; ++i) weighed += static_cast<__int128>(2 * (i + 1) - n - 1) * quantities[i];
  const __int128 whole = static_cast<__int128>(n) * sum;
  return static_cast<int64_t>(
      std::llround(static_cast<double>(weighed) / static_cast<double>(whole) * kWholePpm));
}

std::vector<int64_t> LorenzPpm(std::vector<int64_t> quantities, int steps) {
  std::sort(quantities.begin(), quantities.end());
  const int64_t sum = SumOf(quantities);
  const auto n = static_cast<int64_t>(quantities.size());
  std::vector<int64_t> below(n + 1, 0);
  for (int64_t i = 0; i < n; ++i) below[i + 1] = below[i] + quantities[i];
  std::vector<int64_t> shares;
  for (int step = 0; step <= steps; ++step) {
    if (sum <= 0) {
      shares.push_back(step * kWholePpm / steps);
      continue;
    }
    const int64_t whole = n * step / steps;
    const int64_t rest = n * step % steps;
    const __int128 between = rest == 0 ? 0 : static_cast<__int128>(quantities[whole]) * rest;
    const __int128 scaled = (static_cast<__int128>(below[whole]) * steps + between) * kWholePpm;
    shares.push_back(static_cast<int64_t>(scaled / (static_cast<__int128>(sum) * steps)));
  }
  return shares;
}

int64_t NearestRank(std::vector<int64_t> values, int per_cent) {
  const auto n = static_cast<int64_t>(values.size());
  const int64_t rank = std::max<int64_t>(1, (n * per_cent + 99) / 100);
  std::nth_element(values.begin(), values.begin() + (rank - 1), values.end());
  return values[rank - 1];
}

}  // namespace ayni::services
