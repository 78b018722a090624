#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/resource/form.h"
#include "services/resource/territory_name.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

// The UBIGEO of a territory that INEI numbers; empty for others.
absl::string_view IneiCode(absl::string_view name) {
  constexpr absl::string_view kPrefix = "territories/inei.";
  return absl::StartsWith(name, kPrefix) ? name.substr(kPrefix.size()) : "";
}

int UbigeoDigits(v1::TerritoryLevel level) {
  switch (level) {
    case v1::TERRITORY_LEVEL_DEPARTMENT:
      return 2;
    case v1::TERRITORY_LEVEL_PROVINCE:
      return 4;
    case v1::TERRITORY_LEVEL_DISTRICT:
      return 6;
    default:
      return 0;
  }
}

void CheckName(const Admission& admission, const v1::Territory& territory) {
  if (territory.name().empty()) return;
  if (std::string wrong = WrongTerritoryName(territory.name()); !wrong.empty()) {
    admission.violations->Add(admission.name_path, std::move(wrong));
    return;
  }
  if (const std::string own = admission.view.OwnTerritoryName(territory.name()); !own.empty()) {
    admission.violations->Add(admission.name_path, absl::StrCat("is another name of ", own, " already"));
  }
  const bool is_iso = absl::StrContains(territory.name(), "/iso3166.");
  if (is_iso) {
    const bool is_country_code = !absl::StrContains(territory.name(), '-');
    if (is_country_code == (territory.level() == v1::TERRITORY_LEVEL_COUNTRY)) return;
    admission.violations->Add(admission.path / "level",
                              is_country_code ? "must be TERRITORY_LEVEL_COUNTRY for a code such as PE"
                                              : "can't be TERRITORY_LEVEL_COUNTRY for a code such as PE-CUS");
    return;
  }
  const int digits = UbigeoDigits(territory.level());
  const size_t code_digits = LastId(territory.name()).size() - LastId(territory.name()).find('.') - 1;
  if (digits != static_cast<int>(code_digits)) {
    admission.violations->Add(admission.path / "level",
                              absl::StrCat("must be that of a UBIGEO of ", code_digits,
                                           " digits (2: department, ", "4: province, 6: district)"));
  }
}

void CheckParent(const Admission& admission, const v1::Territory& territory) {
  const FieldPath at = admission.path / "parent";
  if (territory.level() == v1::TERRITORY_LEVEL_COUNTRY) {
    if (!territory.parent().empty()) admission.violations->Add(at, "must be empty for a country");
    return;
  }
  if (territory.parent().empty()) {
    admission.violations->Add(at, "is required for all but a country: the territory one level up");
    return;
  }
  const v1::Territory* parent = admission.view.Find<v1::Territory>(territory.parent());
  if (parent == nullptr) return;
  if (parent->level() >= territory.level()) {
    admission.violations->Add(
        at, absl::StrCat("must be of a level above ", TerritoryLevel_Name(territory.level()), ", is a ",
                         TerritoryLevel_Name(parent->level())));
    return;
  }
  const absl::string_view parent_code = IneiCode(parent->name());
  const absl::string_view code = IneiCode(territory.name());
  if (!code.empty() && !parent_code.empty() && !absl::StartsWith(code, parent_code)) {
    admission.violations->Add(
        at, absl::StrCat("must be the territory whose code ", code, " begins with, is ", parent->name()));
  }
}

void CheckOtherCodes(const Admission& admission, const v1::Territory& territory) {
  const absl::string_view own_id = LastId(territory.name());
  for (int i = 0; i < territory.other_codes_size(); ++i) {
    const v1::TerritoryCode& other = territory.other_codes(i);
    const FieldPath at = admission.path.Element("other_codes", i);
    if (SchemeId(other.scheme()).empty() || other.code().empty()) continue;
    if (std::string wrong = WrongTerritoryCode(other.scheme(), other.code()); !wrong.empty()) {
      admission.violations->Add(at / "code", std::move(wrong));
      continue;
    }
    if (absl::StartsWith(own_id, absl::StrCat(SchemeId(other.scheme()), "."))) {
      admission.violations->Add(at / "scheme",
                                "must be another scheme than that of the territory's own name");
      continue;
    }
    for (int j = 0; j < i; ++j) {
      if (territory.other_codes(j).scheme() == other.scheme()) {
        admission.violations->Add(at / "scheme", "stands in the list already: one code a scheme");
      }
    }
    const std::string alias = TerritoryName(other.scheme(), other.code());
    const std::string owner = admission.view.OwnTerritoryName(alias);
    if (!owner.empty() && owner != territory.name()) {
      admission.violations->Add(at / "code", absl::StrCat("is a code of ", owner, " already"));
    } else if (admission.view.Find<v1::Territory>(alias) != nullptr) {
      admission.violations->Add(at / "code", absl::StrCat("is the own name of ", alias));
    }
  }
}

void AdmitTerritory(const Admission& admission, const v1::Territory* before, v1::Territory* after) {
  if (before == nullptr) {
    CheckName(admission, *after);
    CheckParent(admission, *after);
  }
  CheckOtherCodes(admission, *after);
}

}  // namespace

RulesOf<v1::Territory> TerritoryRules() {
  RulesOf<v1::Territory> rules;
  rules.admit = AdmitTerritory;
  rules.id_form = "the scheme in lower case, a full stop and the code, as in inei.080601 or iso3166.pe";
  rules.referrers = {{&ResourceType::Of<v1::Territory>(), "parent"},
                     {&ResourceType::Of<v1::Party>(), "district"},
                     {&ResourceType::Of<v1::Need>(), "district"},
                     {&ResourceType::Of<v1::Offer>(), "coverage.territories"},
                     {&ResourceType::Of<v1::Budget>(), "territories"},
                     {&ResourceType::Of<v1::Match>(), "district"}};
  rules.filter_fields = {"level", "parent"};
  return rules;
}

}  // namespace ayni::services
