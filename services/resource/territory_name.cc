#include "services/resource/territory_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/resource/form.h"

namespace ayni::services {
namespace {

constexpr absl::string_view kCollection = "territories/";
constexpr v1::TerritoryScheme kSchemes[] = {v1::TERRITORY_SCHEME_ISO3166, v1::TERRITORY_SCHEME_INEI,
                                            v1::TERRITORY_SCHEME_RENIEC};

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// Two upper-case letters, and for a part of a country a hyphen and 1 to 3 letters or digits.
bool IsIso3166(absl::string_view code) {
  if (code.size() < 2 || !absl::ascii_isupper(code[0]) || !absl::ascii_isupper(code[1])) return false;
  if (code.size() == 2) return true;
  const absl::string_view part = code.substr(3);
  const auto is_upper_alnum = [](char c) { return absl::ascii_isupper(c) || absl::ascii_isdigit(c); };
  return code[2] == '-' && !part.empty() && part.size() <= 3 &&
         std::all_of(part.begin(), part.end(), is_upper_alnum);
}

}  // namespace

absl::string_view SchemeId(v1::TerritoryScheme scheme) {
  switch (scheme) {
    case v1::TERRITORY_SCHEME_ISO3166:
      return "iso3166";
    case v1::TERRITORY_SCHEME_INEI:
      return "inei";
    case v1::TERRITORY_SCHEME_RENIEC:
      return "reniec";
    default:
      return "";
  }
}

std::string TerritoryName(v1::TerritoryScheme scheme, absl::string_view code) {
  return absl::StrCat(kCollection, SchemeId(scheme), ".", absl::AsciiStrToLower(code));
}

std::string WrongTerritoryCode(v1::TerritoryScheme scheme, absl::string_view code) {
  if (scheme == v1::TERRITORY_SCHEME_ISO3166) {
    if (IsIso3166(code)) return "";
    return absl::StrCat("must be a code of ISO 3166, as in PE or PE-CUS, is ", Quoted(code));
  }
  const bool right = AllDigits(code) && (code.size() == 2 || code.size() == 4 || code.size() == 6);
  if (right) return "";
  return absl::StrCat("must be a UBIGEO of 2 digits for a department, 4 for a province or 6 for a district, ",
                      "with its leading zeros, is ", Quoted(code));
}

std::string WrongTerritoryName(absl::string_view name) {
  const absl::string_view id = absl::StripPrefix(name, kCollection);
  if (AllDigits(id)) {
    return absl::StrCat("must name the scheme of its code, as in territories/inei.", id,
                        " or territories/reniec.", id,
                        ": INEI and RENIEC give most districts different codes; is ", Quoted(name));
  }
  for (const v1::TerritoryScheme scheme : kSchemes) {
    absl::string_view code = id;
    if (id.size() == name.size() || !absl::ConsumePrefix(&code, absl::StrCat(SchemeId(scheme), ".")))
      continue;
    if (std::any_of(code.begin(), code.end(), absl::ascii_isupper)) break;
    const std::string wrong = WrongTerritoryCode(scheme, absl::AsciiStrToUpper(code));
    return wrong.empty() ? "" : absl::StrCat("has a code that ", wrong);
  }
  return absl::StrCat("must be a territory, as in territories/inei.080601, territories/reniec.070601 or ",
                      "territories/iso3166.pe, is ", Quoted(name));
}

}  // namespace ayni::services
