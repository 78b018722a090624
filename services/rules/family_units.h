// Limits that count the units of a family of services as one: of a family whose services have unlike units
// they would add visits to hectares.
#ifndef AYNI_SERVICES_RULES_FAMILY_UNITS_H_
#define AYNI_SERVICES_RULES_FAMILY_UNITS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/policy.pb.h"

namespace ayni::services {

bool CountsUnitsOfFamilies(const v1::Limit& limit);

// What is wrong with the limit where any family's services have unlike units, as it reads on from its name,
// with the services, their units and the remedy; empty where none have.
std::string UnlikeUnits(const v1::Limit& limit, absl::Span<const v1::Service* const> services);

// Why the policy keeps the service out of its family, as it reads on from the field; empty where it doesn't.
std::string KeptOutOfFamily(const v1::Policy& policy, const v1::Service& service,
                            absl::Span<const v1::Service* const> services);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_FAMILY_UNITS_H_
