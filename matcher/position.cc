#include "matcher/position.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "matcher/invariant.h"

namespace ayni::matcher {
namespace {

constexpr int kAngleBits = 60;
constexpr int64_t kOne = int64_t{1} << kAngleBits;
constexpr int kPointBits = 30;
// A right angle and half of one, in degrees times ten million.
constexpr int64_t kQuarterTurnE7 = 900'000'000;
// pi / 1'800'000'000 times 2^90: radians of one unit of E7.
constexpr __int128 kRadiansOfE7 = 2'160'612'962'779'783'726;
// asin(1) times 2^31.
constexpr int64_t kQuarterTurnQ31 = 3'373'259'426;

int64_t Multiply(int64_t a, int64_t b) {
  return static_cast<int64_t>((static_cast<__int128>(a) * b) >> kAngleBits);
}

struct SineCosine {
  int64_t sine;
  int64_t cosine;
};

// Taylor's series in Horner's form. The term left out is under 2^-36 for an angle of at most an eighth of a
// turn. REQUIRES: 0 <= angle_e7 <= kQuarterTurnE7 / 2.
SineCosine OfSmallAngle(int64_t angle_e7) {
  const int64_t angle = static_cast<int64_t>((angle_e7 * kRadiansOfE7) >> (90 - kAngleBits));
  const int64_t square = Multiply(angle, angle);
  int64_t sine = kOne;
  for (int64_t k = 12; k >= 2; k -= 2) sine = kOne - Multiply(square, sine) / (k * (k + 1));
  int64_t cosine = kOne;
  for (int64_t k = 11; k >= 1; k -= 2) cosine = kOne - Multiply(square, cosine) / (k * (k + 1));
  return {Multiply(angle, sine), cosine};
}

SineCosine Of(int64_t angle_e7) {
  int64_t size = std::abs(angle_e7);
  const bool obtuse = size > kQuarterTurnE7;
  if (obtuse) size = 2 * kQuarterTurnE7 - size;
  const bool steep = size > kQuarterTurnE7 / 2;
  SineCosine found = OfSmallAngle(steep ? kQuarterTurnE7 - size : size);
  if (steep) std::swap(found.sine, found.cosine);
  return {angle_e7 < 0 ? -found.sine : found.sine, obtuse ? -found.cosine : found.cosine};
}

int32_t Rounded(int64_t coordinate) {
  constexpr int kShift = kAngleBits - kPointBits;
  return static_cast<int32_t>((coordinate + (int64_t{1} << (kShift - 1))) >> kShift);
}

// The whole part of the root. The floating guess is within 1 of it; the integers decide.
int64_t SquareRoot(uint64_t square) {
  uint64_t root = static_cast<uint64_t>(std::sqrt(static_cast<double>(square)));
  while (root * root > square) --root;
  while ((root + 1) * (root + 1) <= square) ++root;
  return static_cast<int64_t>(root);
}

// REQUIRES: 0 <= sine_q31 <= 2^30, a half.
int64_t ArcOfSmallSine(int64_t sine_q31) {
  const int64_t square = (sine_q31 * sine_q31) >> 31;
  int64_t arc = sine_q31;
  int64_t term = sine_q31;
  for (int64_t k = 1; term != 0; ++k) {
    term = ((term * square) >> 31) * (2 * k - 1) / (2 * k);
    arc += term / (2 * k + 1);
  }
  return arc;
}

// REQUIRES: 0 <= sine_q31 <= 2^31. Near 1 the half-angle formula keeps the series short.
int64_t ArcOfSine(int64_t sine_q31) {
  constexpr int64_t kOneQ31 = int64_t{1} << 31;
  if (sine_q31 <= kOneQ31 / 2) return ArcOfSmallSine(sine_q31);
  const uint64_t half_rest_q62 = static_cast<uint64_t>(kOneQ31 - sine_q31) << 30;
  return kQuarterTurnQ31 - 2 * ArcOfSmallSine(SquareRoot(half_rest_q62));
}

}  // namespace

Point PointAt(Position position) {
  INVARIANT(std::abs(int64_t{position.latitude_e7}) <= kLatitudeE7Max &&
                std::abs(int64_t{position.longitude_e7}) <= kLongitudeE7Max,
            "a position lies on the earth");
  const SineCosine latitude = Of(position.latitude_e7);
  const SineCosine longitude = Of(position.longitude_e7);
  return {Rounded(Multiply(latitude.cosine, longitude.cosine)),
          Rounded(Multiply(latitude.cosine, longitude.sine)), Rounded(latitude.sine)};
}

int32_t DistanceMetres(const Point& from, const Point& to) {
  // The chord times 2^30 is the sine of half the arc times 2^31; rounding may push it 2 past 1.
  const int64_t half_sine_q31 =
      std::min(SquareRoot(static_cast<uint64_t>(SquaredChord(from, to))), int64_t{1} << 31);
  const int64_t half_arc_q31 = ArcOfSine(half_sine_q31);
  return static_cast<int32_t>((2 * kEarthRadiusMetres * half_arc_q31 + (int64_t{1} << 30)) >> 31);
}

}  // namespace ayni::matcher
