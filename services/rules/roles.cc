#include "services/rules/roles.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/resource/resource_type.h"

namespace ayni::services {

bool HasRole(const v1::Party& party, v1::PartyRole role) {
  return std::find(party.roles().begin(), party.roles().end(), role) != party.roles().end();
}

std::string PartyOf(absl::string_view name) { return absl::StrCat("parties/", FirstId(name)); }

void CheckParent(const Admission& admission, absl::string_view name, v1::PartyRole role) {
  if (name.empty()) return;
  const std::string party_name = PartyOf(name);
  const v1::Party* party = admission.view.Find<v1::Party>(party_name);
  if (party == nullptr) {
    admission.violations->Add(admission.parent_path,
                              absl::StrCat("is of ", party_name, ", which does not exist"));
  } else if (!HasRole(*party, role)) {
    admission.violations->Add(
        admission.parent_path,
        absl::StrCat("is of ", party_name, ", which is not in the role ", PartyRole_Name(role)));
  }
}

}  // namespace ayni::services
