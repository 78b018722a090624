// Positions on the earth.
#ifndef AYNI_SERVICES_RULES_PLACE_H_
#define AYNI_SERVICES_RULES_PLACE_H_

#include <google/protobuf/message.h>

#include "google/type/latlng.pb.h"
#include "services/resource/field_path.h"
#include "services/resource/violations.h"

namespace ayni::services {

// Of a google.type.LatLng: WGS84, -90 to 90 and -180 to 180 degrees.
void CheckPosition(const google::protobuf::Message& position, const FieldPath& path, Violations* violations);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_PLACE_H_
