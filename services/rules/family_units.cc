#include "services/rules/family_units.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace ayni::services {
namespace {

// Named of each family, and families named; of more, how many more there are.
constexpr size_t kNamedMax = 5;

std::string InUnit(const v1::Service& service) {
  return absl::StrCat(service.name(), " in ", v1::Unit_Name(service.unit()));
}

std::string Joined(std::vector<std::string> texts, absl::string_view separator) {
  const size_t more = texts.size() - std::min(kNamedMax, texts.size());
  texts.resize(texts.size() - more);
  if (more > 0) texts.push_back(absl::StrCat("and ", more, " more"));
  return absl::StrJoin(texts, separator);
}

}  // namespace

bool CountsUnitsOfFamilies(const v1::Limit& limit) {
  return limit.by_service_family() && limit.measure() != v1::LIMIT_MEASURE_MONEY;
}

std::string UnlikeUnits(const v1::Limit& limit, absl::Span<const v1::Service* const> services) {
  if (!CountsUnitsOfFamilies(limit)) return "";
  std::map<std::string, std::vector<const v1::Service*>> families;
  for (const v1::Service* service : services) families[service->family()].push_back(service);
  std::vector<std::string> unlike;
  for (const auto& [family, of_family] : families) {
    // Of each unit the first by name stands for it.
    std::map<v1::Unit, std::string> by_unit;
    for (const v1::Service* service : of_family) by_unit.emplace(service->unit(), InUnit(*service));
    if (by_unit.size() < 2) continue;
    std::vector<std::string> named;
    for (const auto& [unit, text] : by_unit) named.push_back(text);
    unlike.push_back(absl::StrCat(family, " (", Joined(named, ", "), ")"));
  }
  if (unlike.empty()) return "";
  return absl::StrCat(
      "adds up unlike units, in the limit ", limit.id(), ", of the families ", Joined(unlike, ", "),
      ": let it measure LIMIT_MEASURE_MONEY, with LIMIT_BASIS_MATCHED, or take services one by "
      "one, without by_service_family");
}

std::string KeptOutOfFamily(const v1::Policy& policy, const v1::Service& service,
                            absl::Span<const v1::Service* const> services) {
  const auto limit = std::find_if(policy.limits().begin(), policy.limits().end(), CountsUnitsOfFamilies);
  if (limit == policy.limits().end()) return "";
  for (const v1::Service* other : services) {
    if (other->name() == service.name() || other->family() != service.family() ||
        other->unit() == service.unit())
      continue;
    return absl::StrCat("is ", service.family(), ", of which the limit ", limit->id(), " of ", policy.name(),
                        ", which is active, adds up units, and ", InUnit(*other), " is of it, not in ",
                        v1::Unit_Name(service.unit()),
                        ": give it another family, or first activate a policy in which that limit measures "
                        "LIMIT_MEASURE_MONEY or takes services one by one");
  }
  return "";
}

}  // namespace ayni::services
