#include "services/rules/country_profiles.h"

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

void CheckCaps(const Admission& admission, const FieldPath& at, const v1::CountryProfile& profile) {
  for (int i = 1; i < profile.provider_caps_size(); ++i) {
    const int32_t before = profile.provider_caps(i - 1).years();
    if (profile.provider_caps(i).years() > before) continue;
    admission.violations->Add(
        at.Element("provider_caps", i) / "years",
        absl::StrCat("must be more than that of the cap before it, ", before, ", is ",
                     profile.provider_caps(i).years(), ": caps stand by ascending years, each once"));
  }
}

}  // namespace

void CheckCountryProfiles(const Admission& admission, const v1::Policy& policy) {
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < policy.country_profiles_size(); ++i) {
    const v1::CountryProfile& profile = policy.country_profiles(i);
    const FieldPath at = admission.path.Element("country_profiles", i);
    CheckCaps(admission, at, profile);
    if (profile.territory().empty()) continue;
    if (!seen.insert(profile.territory()).second) {
      admission.violations->Add(at / "territory", absl::StrCat("stands already: ", profile.territory()));
    }
    const v1::Territory* territory = admission.view.Find<v1::Territory>(profile.territory());
    if (territory == nullptr || territory->level() == v1::TERRITORY_LEVEL_COUNTRY) continue;
    admission.violations->Add(
        at / "territory",
        absl::StrCat("must be a territory of TERRITORY_LEVEL_COUNTRY; ", profile.territory(), " is a ",
                     v1::TerritoryLevel_Name(territory->level())));
  }
}

const v1::CountryProfile* ActiveProfileAt(absl::string_view territory, View* view) {
  if (territory.empty()) return nullptr;
  const std::string active = view->ActivePolicy();
  const v1::Policy* policy = active.empty() ? nullptr : view->Find<v1::Policy>(active);
  if (policy == nullptr) return nullptr;
  return ProfileAt(*policy, territory,
                   [&](const std::string& name) { return view->Find<v1::Territory>(name); });
}

void CheckCurrencyAt(const Admission& admission, absl::string_view territory, const v1::Money& price,
                     const FieldPath& path) {
  if (price.currency().empty()) return;
  const v1::CountryProfile* profile = ActiveProfileAt(territory, &admission.view);
  if (profile == nullptr || profile->currency().empty() || profile->currency() == price.currency()) return;
  admission.violations->Add(path / "currency",
                            absl::StrCat("must be ", profile->currency(), ", in which the active policy has ",
                                         profile->territory(), " priced, is ", price.currency()));
}

}  // namespace ayni::services
