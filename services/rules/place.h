// Positions on the earth.
#ifndef AYNI_SERVICES_RULES_PLACE_H_
#define AYNI_SERVICES_RULES_PLACE_H_

#include <google/protobuf/message.h>

#include <cstdint>

#include "ayni/v1/catalogue.pb.h"
#include "google/type/latlng.pb.h"
#include "services/resource/field_path.h"
#include "services/resource/violations.h"

namespace ayni::services {

// From the position of a district, which may be that of its seat, to the farthest place in it: more than the
// length of any in Peru, whose largest are some 250 km of the Amazon.
inline constexpr int32_t kDistrictReachMetres = 300'000;

// Of a google.type.LatLng: WGS84, -90 to 90 and -180 to 180 degrees, and neither 0: the wire can't tell a 0
// from a coordinate that was left out, and where it is meant a millionth of a degree is as good.
void CheckPosition(const google::protobuf::Message& position, const FieldPath& path, Violations* violations);

// Of a position that is said to lie in `district`, which is no farther from it than its reach. Says nothing
// of a position of the wrong form, or of a district whose own position is not known.
void CheckInDistrict(const google::type::LatLng& position, const v1::Territory& district,
                     const FieldPath& path, Violations* violations);
// Of one that may lie anywhere, and of whoever sits in `district`: that it is not near only with its
// coordinates swapped.
void CheckNotSwapped(const google::type::LatLng& position, const v1::Territory& district,
                     const FieldPath& path, Violations* violations);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_PLACE_H_
