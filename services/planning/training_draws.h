// How many trainees it takes until a demand is met, drawn again and again. Formulas and sources:
// services/planning/README.md. Whole numbers alone: the same input gives the same numbers on any machine.
#ifndef AYNI_SERVICES_PLANNING_TRAINING_DRAWS_H_
#define AYNI_SERVICES_PLANNING_TRAINING_DRAWS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace ayni::services {

inline constexpr int64_t kTraineesMax = 10'000;
// More than kTraineesMax.
inline constexpr int64_t kTooManyTrainees = -1;

// Of something that happens in `numerator` of 2^64 cases; `always` in all.
struct Chance {
  uint64_t numerator = 0;
  bool always = false;
};

// `count` rates from the Beta distribution of that mean, which weighs `strength` observations. Linear in
// count times strength. REQUIRES: 0 <= per_mille <= 1,000, strength >= 2.
std::vector<Chance> DrawRates(int32_t per_mille, int32_t strength, int count, uint64_t seed);

// TAPs of one model. The rates are by draw.
struct StayingTaps {
  std::vector<int64_t> capacities;
  absl::Span<const Chance> rates;
};

// What is lacking in each draw once those who stay have done what they can: 0 or more.
std::vector<int64_t> DrawLacks(int64_t demand, const std::vector<StayingTaps>& taps, int count,
                               uint64_t seed);

// How many trainees each draw takes, ascending, kTooManyTrainees last: 0 where nothing is lacking, and too
// many where no capacity is above 0. As many as draws.
std::vector<int64_t> DrawTrainees(absl::Span<const int64_t> lacks, absl::Span<const int64_t> capacities,
                                  absl::Span<const Chance> rates, uint64_t seed);

// The least number that suffices in that part of the draws, in hundredths of a per cent. REQUIRES: the
// numbers are those of DrawTrainees, one at least, and 1 <= basis_points <= 10,000.
int64_t QuantileOf(absl::Span<const int64_t> trainees, int32_t basis_points);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_TRAINING_DRAWS_H_
