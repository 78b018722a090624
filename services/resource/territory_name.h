// Names of territories. A code means nothing without its scheme: INEI and RENIEC number most of Peru's
// districts differently, in codes that look alike.
#ifndef AYNI_SERVICES_RESOURCE_TERRITORY_NAME_H_
#define AYNI_SERVICES_RESOURCE_TERRITORY_NAME_H_

#include <string>

#include "absl/strings/string_view.h"
#include "ayni/v1/catalogue.pb.h"

namespace ayni::services {

// As in inei or iso3166; empty for a scheme that does not exist.
absl::string_view SchemeId(v1::TerritoryScheme scheme);

// As in territories/reniec.070601: the name that a territory goes by in a scheme.
std::string TerritoryName(v1::TerritoryScheme scheme, absl::string_view code);

// What is wrong with `code` in the scheme, reading on from the field's name; empty where it is right.
std::string WrongTerritoryCode(v1::TerritoryScheme scheme, absl::string_view code);

// What is wrong with `name` as that of a territory, whether or not there is one; empty where it is right. A
// code without its scheme gets told of the schemes.
std::string WrongTerritoryName(absl::string_view name);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_TERRITORY_NAME_H_
