// What a fairness report computes of counts: pure, and the same on every machine. Shares and ratios are in
// parts per million, rounded to the nearest.
//
// Doubles are used where a logarithm or a root is: their rounding lies some nine digits below a part per
// million, and nothing but a report rests on them.
#ifndef AYNI_SERVICES_FAIRNESS_STATISTICS_H_
#define AYNI_SERVICES_FAIRNESS_STATISTICS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace ayni::services {

inline constexpr int64_t kWholePpm = 1'000'000;

// part / whole; 0 where there is no whole. REQUIRES: neither is negative.
int64_t PpmOf(int64_t part, int64_t whole);

struct IntervalPpm {
  int64_t low = 0;
  int64_t high = 0;
};

// Some of all that could have been.
struct Proportion {
  int64_t part = 0;
  int64_t whole = 0;
};

// Of 95 %, by Wilson (1927). REQUIRES: 0 <= part <= whole, whole > 0.
IntervalPpm WilsonInterval(Proportion proportion);

// Of 95 %, of the ratio of two rates, by Katz and others (1978) on the logarithm. Where one of the parts is
// 0 all counts are raised by a half. REQUIRES: as of WilsonInterval, of both; the rate of `to` is not 0.
IntervalPpm KatzInterval(Proportion of, Proportion to);

// Fisher's exact test that two rates are one, two-sided: the sum of the probabilities of all tables of the
// same margins that are no likelier than the one at hand.
class FisherTest {
 public:
  // Takes 8 bytes for each of them. REQUIRES: no two proportions together are of more.
  explicit FisherTest(int64_t whole_max);

  // Costs the smaller whole.
  int64_t Ppm(Proportion a, Proportion b) const;

 private:
  double LogChoose(int64_t n, int64_t k) const {
    return log_factorial_[n] - log_factorial_[k] - log_factorial_[n - k];
  }

  std::vector<double> log_factorial_;
};

// sum over i of (2 i - n - 1) x_i / (n sum x), with x ascending and i from 1; 0 where the sum is. REQUIRES:
// nothing is negative, and the sum fits 62 bits.
int64_t GiniPpm(std::vector<int64_t> quantities);

// The shares that the least-given 0, 1/steps, 2/steps... of all have, between them along the line.
std::vector<int64_t> LorenzPpm(std::vector<int64_t> quantities, int steps);

// The least of the values that at least `per_cent` of them do not pass: the nearest rank. REQUIRES: there is
// one.
int64_t NearestRank(std::vector<int64_t> values, int per_cent);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_FAIRNESS_STATISTICS_H_
