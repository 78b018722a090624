// A policy's profiles of countries: what they may say, and which one holds at a place.
#ifndef AYNI_SERVICES_RULES_COUNTRY_PROFILES_H_
#define AYNI_SERVICES_RULES_COUNTRY_PROFILES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/money.pb.h"
#include "ayni/v1/policy.pb.h"
#include "services/resource/rules.h"

namespace ayni::services {

// Days of the clock of appeals where no profile says another number.
inline constexpr int32_t kAppealDays = 15;

// Each country once, as a territory of TERRITORY_LEVEL_COUNTRY, its caps ascending by years.
void CheckCountryProfiles(const Admission& admission, const v1::Policy& policy);

// From a district to its country there are few steps; a record that names itself its parent ends the walk.
inline constexpr int kStepsToCountryMax = 8;

// The policy's profile of the country in which the territory lies; null where there is none. `find` gives a
// v1::Territory by its name, null where there is none.
template <typename FindTerritory>
const v1::CountryProfile* ProfileAt(const v1::Policy& policy, absl::string_view territory,
                                    const FindTerritory& find) {
  if (policy.country_profiles().empty()) return nullptr;
  std::string name(territory);
  for (int step = 0; step < kStepsToCountryMax && !name.empty(); ++step) {
    for (const v1::CountryProfile& profile : policy.country_profiles()) {
      if (profile.territory() == name) return &profile;
    }
    const v1::Territory* found = find(name);
    name = found == nullptr ? "" : found->parent();
  }
  return nullptr;
}

// The profile of the active policy for the country in which the territory lies; null where there is none.
// Valid as long as the view.
const v1::CountryProfile* ActiveProfileAt(absl::string_view territory, View* view);

// The price must be in the currency of the country in which the territory lies, where its profile names one.
// The violation is of `path`.
void CheckCurrencyAt(const Admission& admission, absl::string_view territory, const v1::Money& price,
                     const FieldPath& path);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_COUNTRY_PROFILES_H_
