#include "services/rules/place.h"

#include "absl/strings/str_cat.h"

namespace ayni::services {

void CheckPosition(const google::protobuf::Message& message, const FieldPath& path, Violations* violations) {
  const auto& position = static_cast<const google::type::LatLng&>(message);
  // Written so that what is not a number fails.
  if (!(position.latitude() >= -90 && position.latitude() <= 90)) {
    violations->Add(path / "latitude",
                    absl::StrCat("must be -90 to 90 degrees (WGS84), is ", position.latitude()));
  }
  if (!(position.longitude() >= -180 && position.longitude() <= 180)) {
    violations->Add(path / "longitude",
                    absl::StrCat("must be -180 to 180 degrees (WGS84), is ", position.longitude()));
  }
}

}  // namespace ayni::services
