#include "services/rules/roles.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/resource/resource_type.h"

namespace ayni::services {

bool HasRole(const v1::Party& party, v1::PartyRole role) {
  return std::find(party.roles().begin(), party.roles().end(), role) != party.roles().end();
}

std::string PartyOf(absl::string_view name) { return absl::StrCat("parties/", FirstId(name)); }

absl::Status CheckUnconcerned(const Caller& caller, absl::string_view party) {
  if (caller.role != v1::ROLE_ADMINISTRATOR || caller.party.empty() || caller.party != party)
    return absl::OkStatus();
  return Forbidden("PARTY_CONCERNED",
                   absl::StrCat(caller.principal, " acts for ", caller.party,
                                ", which this is about: another administrator decides"),
                   {{"party", caller.party}});
}

void CheckParent(const Admission& admission, absl::string_view name, v1::PartyRole role) {
  if (name.empty()) return;
  std::string party_name = PartyOf(name);
  if (std::string wrong = admission.view.Resolve(ResourceType::Of<v1::Party>(), &party_name);
      !wrong.empty()) {
    admission.violations->Add(admission.parent_path, std::move(wrong));
    return;
  }
  const v1::Party* party = admission.view.Find<v1::Party>(party_name);
  if (party != nullptr && role != v1::PARTY_ROLE_UNSPECIFIED && !HasRole(*party, role)) {
    admission.violations->Add(
        admission.parent_path,
        absl::StrCat("is of ", party_name, ", which is not in the role ", PartyRole_Name(role)));
  }
}

}  // namespace ayni::services
