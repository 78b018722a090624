#include "services/planning/training_draws.h"

#include <algorithm>
#include <limits>
#include <random>

namespace ayni::services {
namespace {

constexpr int32_t kPerMille = 1'000;
constexpr int32_t kBasisPoints = 10'000;

// Its output is the same everywhere; those of the library's distributions are not.
using Engine = std::mt19937_64;

bool Happens(const Chance& chance, Engine* engine) { return chance.always || (*engine)() < chance.numerator; }

// Even, by rejection. REQUIRES: count > 0.
size_t Below(size_t count, Engine* engine) {
  const uint64_t whole = std::numeric_limits<uint64_t>::max() - std::numeric_limits<uint64_t>::max() % count;
  for (;;) {
    const uint64_t number = (*engine)();
    if (number < whole) return number % count;
  }
}

int64_t TraineesFor(int64_t lack, absl::Span<const int64_t> capacities, const Chance& rate, Engine* engine) {
  int64_t count = 0;
  while (lack > 0 && count < kTraineesMax) {
    ++count;
    if (Happens(rate, engine)) lack -= capacities[Below(capacities.size(), engine)];
  }
  return lack > 0 ? kTooManyTrainees : count;
}

}  // namespace

std::vector<Chance> DrawRates(int32_t per_mille, int32_t strength, int count, uint64_t seed) {
  if (per_mille <= 0 || per_mille >= kPerMille) return std::vector<Chance>(count, {0, per_mille > 0});
  const int32_t successes =
      std::clamp<int32_t>((2 * per_mille * strength + kPerMille) / (2 * kPerMille), 1, strength - 1);
  Engine engine(seed);
  std::vector<uint64_t> numbers(strength - 1);
  std::vector<Chance> rates;
  rates.reserve(count);
  for (int draw = 0; draw < count; ++draw) {
    for (uint64_t& number : numbers) number = engine();
    const auto place = numbers.begin() + (successes - 1);
    std::nth_element(numbers.begin(), place, numbers.end());
    rates.push_back({*place, false});
  }
  return rates;
}

std::vector<int64_t> DrawLacks(int64_t demand, const std::vector<StayingTaps>& taps, int count,
                               uint64_t seed) {
  Engine engine(seed);
  std::vector<int64_t> lacks;
  lacks.reserve(count);
  for (int draw = 0; draw < count; ++draw) {
    int64_t lack = demand;
    for (const StayingTaps& of_model : taps) {
      for (const int64_t capacity : of_model.capacities) {
        if (Happens(of_model.rates[draw], &engine)) lack -= std::min(lack, capacity);
      }
    }
    lacks.push_back(lack);
  }
  return lacks;
}

std::vector<int64_t> DrawTrainees(absl::Span<const int64_t> lacks, absl::Span<const int64_t> capacities,
                                  absl::Span<const Chance> rates, uint64_t seed) {
  Engine engine(seed);
  const bool has_any = std::any_of(capacities.begin(), capacities.end(), [](int64_t of) { return of > 0; });
  std::vector<int64_t> trainees;
  trainees.reserve(lacks.size());
  for (size_t draw = 0; draw < lacks.size(); ++draw) {
    const bool is_hopeless = !has_any && lacks[draw] > 0;
    trainees.push_back(is_hopeless ? kTooManyTrainees
                                   : TraineesFor(lacks[draw], capacities, rates[draw], &engine));
  }
  std::sort(trainees.begin(), trainees.end(), [](int64_t a, int64_t b) {
    return static_cast<uint64_t>(a) < static_cast<uint64_t>(b);  // -1 is the last
  });
  return trainees;
}

int64_t QuantileOf(absl::Span<const int64_t> trainees, int32_t basis_points) {
  const auto count = static_cast<int64_t>(trainees.size());
  return trainees[(count * basis_points + kBasisPoints - 1) / kBasisPoints - 1];
}

}  // namespace ayni::services
