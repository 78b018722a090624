// A party and the parts that it plays: parties/c3 is the parent cooperatives/c3 of its needs.
#ifndef AYNI_SERVICES_RULES_ROLES_H_
#define AYNI_SERVICES_RULES_ROLES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "ayni/v1/party.pb.h"
#include "services/resource/rules.h"

namespace ayni::services {

bool HasRole(const v1::Party& party, v1::PartyRole role);

// parties/c3 of cooperatives/c3/needs/n17, of taps/c3 and of parties/c3.
std::string PartyOf(absl::string_view name);

// An administrator that acts for a party decides nothing of it: PermissionDenied with the reason
// PARTY_CONCERNED. To members, who have rights of their own, OK.
absl::Status CheckUnconcerned(const Caller& caller, absl::string_view party);

// The party above the record `name` must exist and play `role`; PARTY_ROLE_UNSPECIFIED: any.
void CheckParent(const Admission& admission, absl::string_view name, v1::PartyRole role);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_ROLES_H_
