#include "matcher/position.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace ayni::matcher {
namespace {

constexpr long double kDegree = 3.14159265358979323846264338327950288L / 180;

Position RandomPosition(std::mt19937_64& random) {
  const auto between = [&](int64_t size) {
    return static_cast<int32_t>(static_cast<int64_t>(random() % (2 * size + 1)) - size);
  };
  return {between(kLatitudeE7Max), between(kLongitudeE7Max)};
}

// Haversine, in the machine's widest floats.
long double ArcMetres(Position a, Position b) {
  const long double a_latitude = a.latitude_e7 * 1e-7L * kDegree;
  const long double b_latitude = b.latitude_e7 * 1e-7L * kDegree;
  const long double across =
      std::sin((b.longitude_e7 - static_cast<int64_t>(a.longitude_e7)) * 1e-7L * kDegree / 2);
  const long double along = std::sin((b_latitude - a_latitude) / 2);
  const long double square = along * along + std::cos(a_latitude) * std::cos(b_latitude) * across * across;
  return 2 * kEarthRadiusMetres * std::asin(std::sqrt(std::min(square, 1.0L)));
}

TEST(Position, PointIsWithinAUnitOfTheTrueOne) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200'000; ++i) {
    const Position position = RandomPosition(random);
    const long double latitude = position.latitude_e7 * 1e-7L * kDegree;
    const long double longitude = position.longitude_e7 * 1e-7L * kDegree;
    const Point point = PointAt(position);
    const long double scale = 1 << 30;
    ASSERT_NEAR(point.x, scale * std::cos(latitude) * std::cos(longitude), 1);
    ASSERT_NEAR(point.y, scale * std::cos(latitude) * std::sin(longitude), 1);
    ASSERT_NEAR(point.z, scale * std::sin(latitude), 1);
  }
}

TEST(Position, DistanceIsWithinTwoMetresOfTheTrueOne) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 200'000; ++i) {
    const Position a = RandomPosition(random);
    Position b = RandomPosition(random);
    if (i % 2 == 0) {
      b = {std::clamp(a.latitude_e7 + static_cast<int32_t>(random() % 2'000'000), -kLatitudeE7Max,
                      kLatitudeE7Max),
           std::clamp(a.longitude_e7 - static_cast<int32_t>(random() % 2'000'000), -kLongitudeE7Max,
                      kLongitudeE7Max)};
    }
    const long double true_metres = ArcMetres(a, b);
    // Next to the antipode the chord no longer tells distances apart.
    const long double error_max = true_metres > 19'900'000 ? 5'000 : 2;
    ASSERT_NEAR(DistanceMetres(PointAt(a), PointAt(b)), true_metres, error_max)
        << a.latitude_e7 << "," << a.longitude_e7 << " to " << b.latitude_e7 << "," << b.longitude_e7;
  }
}

TEST(Position, DistanceIsTheSameBothWaysAndNothingToItself) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 10'000; ++i) {
    const Point a = PointAt(RandomPosition(random));
    const Point b = PointAt(RandomPosition(random));
    ASSERT_EQ(DistanceMetres(a, b), DistanceMetres(b, a));
    ASSERT_EQ(DistanceMetres(a, a), 0);
  }
}

// Fixed once: a machine that answers otherwise would clear another market.
TEST(Position, GivesTheseNumbersOnEveryMachine) {
  const Point cusco = PointAt({-135'319'500, -719'674'600});
  const Point sicuani = PointAt({-142'694'400, -712'261'100});
  const Point lima = PointAt({-120'463'700, -770'427'900});
  EXPECT_EQ(DistanceMetres(cusco, sicuani), 114'577);
  EXPECT_EQ(DistanceMetres(cusco, lima), 574'582);
  EXPECT_EQ(DistanceMetres(PointAt({kLatitudeE7Max, 0}), PointAt({-kLatitudeE7Max, 0})), 20'015'118);
  EXPECT_EQ(DistanceMetres(PointAt({0, kLongitudeE7Max}), PointAt({0, -kLongitudeE7Max})), 0);
}

TEST(Position, TheMiddleOfTheMapIsAPlace) { EXPECT_TRUE(PointAt({0, 0}).present()); }

}  // namespace
}  // namespace ayni::matcher
