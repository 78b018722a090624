// Places on the earth and the distances between them, in integers: the same on every machine.
//
// A Position is what people write, WGS84 degrees. A Point is the same place as a unit vector in fixed point,
// from which a distance is a few multiplications. Sines are polynomials in 60-bit fixed point, square roots
// are exact to the last bit, and nothing calls the mathematics library, whose last bit differs between
// machines.
//
// Distances are along a sphere of 6,371,010 m, the mean radius: within 0.6 % of those along the ellipsoid,
// and within 2 m of the sphere's true ones.
#ifndef AYNI_MATCHER_POSITION_H_
#define AYNI_MATCHER_POSITION_H_

#include <cstdint>

namespace ayni::matcher {

inline constexpr int64_t kEarthRadiusMetres = 6'371'010;
inline constexpr int32_t kLatitudeE7Max = 900'000'000;
inline constexpr int32_t kLongitudeE7Max = 1'800'000'000;

// Degrees times ten million: latitude within kLatitudeE7Max of 0, longitude within kLongitudeE7Max.
struct Position {
  int32_t latitude_e7 = 0;
  int32_t longitude_e7 = 0;
};

// Coordinates times 2^30, each within 2^-30 of the true ones (6 mm). The default is no place at all.
struct Point {
  int32_t x = 0;
  int32_t y = 0;
  int32_t z = 0;

  bool present() const { return x != 0 || y != 0 || z != 0; }
  friend bool operator==(const Point&, const Point&) = default;
};

// REQUIRES: the position is in its range.
Point PointAt(Position position);

// Of the straight line through the earth between two places, its radius being 2^30: it grows as the distance
// does.
inline int64_t SquaredChord(const Point& from, const Point& to) {
  const int64_t x = int64_t{from.x} - to.x;
  const int64_t y = int64_t{from.y} - to.y;
  const int64_t z = int64_t{from.z} - to.z;
  return x * x + y * y + z * z;
}

// Rounded to the nearest metre. REQUIRES: both are present.
int32_t DistanceMetres(const Point& from, const Point& to);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_POSITION_H_
