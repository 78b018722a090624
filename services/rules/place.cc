#include "services/rules/place.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "matcher/position.h"

namespace ayni::services {
namespace {

// Written so that what is not a number fails.
bool IsLatitude(double degrees) { return degrees >= -90 && degrees <= 90; }
bool IsLongitude(double degrees) { return degrees >= -180 && degrees <= 180; }

constexpr char kLeftOut[] =
    "is required beside the other coordinate, and 0 says that it was left out; write 0.000001 where 0 is "
    "meant";

matcher::Point ToPoint(double latitude, double longitude) {
  return matcher::PointAt(
      {static_cast<int32_t>(std::round(latitude * 1e7)), static_cast<int32_t>(std::round(longitude * 1e7))});
}

// How far a position is from the middle of a district.
struct Offset {
  int32_t metres;
  bool is_swapped;  // beyond the district's reach, and within it with its coordinates in the other order
};

// Nullopt where the position is of the wrong form, or the district's own is not known.
absl::optional<Offset> OffsetFrom(const v1::Territory& district, const google::type::LatLng& position) {
  const double latitude = position.latitude();
  const double longitude = position.longitude();
  if (!IsLatitude(latitude) || !IsLongitude(longitude) || latitude == 0 || longitude == 0) return {};
  if (!district.has_position()) return {};
  const matcher::Point middle = ToPoint(district.position().latitude(), district.position().longitude());
  const int32_t metres = matcher::DistanceMetres(ToPoint(latitude, longitude), middle);
  const bool is_swapped =
      metres > kDistrictReachMetres && IsLatitude(longitude) &&
      matcher::DistanceMetres(ToPoint(longitude, latitude), middle) <= kDistrictReachMetres;
  return Offset{metres, is_swapped};
}

}  // namespace

void CheckPosition(const google::protobuf::Message& message, const FieldPath& path, Violations* violations) {
  const auto& position = static_cast<const google::type::LatLng&>(message);
  const bool is_latitude = IsLatitude(position.latitude());
  const bool is_longitude = IsLongitude(position.longitude());
  if (!is_latitude) {
    violations->Add(path / "latitude",
                    absl::StrCat("must be -90 to 90 degrees (WGS84), is ", position.latitude()));
  }
  if (!is_longitude) {
    violations->Add(path / "longitude",
                    absl::StrCat("must be -180 to 180 degrees (WGS84), is ", position.longitude()));
  }
  if (!is_latitude || !is_longitude) return;
  if (position.latitude() == 0) violations->Add(path / "latitude", kLeftOut);
  if (position.longitude() == 0) violations->Add(path / "longitude", kLeftOut);
}

void CheckInDistrict(const google::type::LatLng& position, const v1::Territory& district,
                     const FieldPath& path, Violations* violations) {
  const absl::optional<Offset> offset = OffsetFrom(district, position);
  if (!offset.has_value() || offset->metres <= kDistrictReachMetres) return;
  violations->Add(
      path, absl::StrCat("must be within ", kDistrictReachMetres / 1000, " km of ", district.name(), " (",
                         district.display_name(), "), is ", offset->metres / 1000, " km away",
                         offset->is_swapped ? ": latitude and longitude seem to be swapped" : ""));
}

void CheckNotSwapped(const google::type::LatLng& position, const v1::Territory& district,
                     const FieldPath& path, Violations* violations) {
  const absl::optional<Offset> offset = OffsetFrom(district, position);
  if (!offset.has_value() || !offset->is_swapped) return;
  violations->Add(
      path, absl::StrCat("is ", offset->metres / 1000, " km from ", district.name(), " (",
                         district.display_name(), "), and near it with latitude and longitude swapped"));
}

}  // namespace ayni::services
