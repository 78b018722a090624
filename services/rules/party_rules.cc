#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/rules/codes.h"
#include "services/rules/place.h"
#include "services/rules/roles.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

std::string WrongIdentifier(const v1::Identifier& identifier) {
  switch (identifier.scheme()) {
    case v1::IDENTIFIER_SCHEME_RUC:
      return WrongRuc(identifier.value());
    case v1::IDENTIFIER_SCHEME_DNI:
      return WrongDni(identifier.value());
    case v1::IDENTIFIER_SCHEME_LEI:
      return WrongLei(identifier.value());
    case v1::IDENTIFIER_SCHEME_RNPSEA:
    case v1::IDENTIFIER_SCHEME_PADRON:
      return WrongRegisterNumber(identifier.value());
    default:
      return "";
  }
}

bool HasIdentifier(const v1::Party& party, const v1::Identifier& identifier) {
  return std::any_of(party.identifiers().begin(), party.identifiers().end(), [&](const v1::Identifier& each) {
    return each.scheme() == identifier.scheme() && each.value() == identifier.value();
  });
}

// One identifier is one party's. `before` is null for a new one.
void CheckNotAnothers(const Admission& admission, const v1::Party* before, const v1::Party& after,
                      const v1::Identifier& identifier, const FieldPath& at) {
  if (before != nullptr && HasIdentifier(*before, identifier)) return;
  const std::string owner = admission.view.PartyIdentifiedBy(identifier);
  if (owner.empty() || owner == after.name()) return;
  admission.violations->Add(
      at, absl::StrCat("stands with ", owner, " already: they are one party, or one of the two is mistyped"));
}

// A RUC of these kinds is a natural person's, made of the number of the identity card.
bool IsOfNaturalPerson(const v1::Identifier& identifier) {
  switch (identifier.scheme()) {
    case v1::IDENTIFIER_SCHEME_DNI:
    case v1::IDENTIFIER_SCHEME_PADRON:
      return true;
    case v1::IDENTIFIER_SCHEME_RUC: {
      const absl::string_view kind = absl::string_view(identifier.value()).substr(0, 2);
      return kind == "10" || kind == "15" || kind == "16" || kind == "17";
    }
    default:
      return false;
  }
}

// A name stands in the ledger for ever, where no erasure reaches it.
void CheckNameTellsNot(const Admission& admission, const v1::Party& party, const v1::Identifier& identifier) {
  const absl::string_view id = LastId(party.name());
  // The RUC of a natural person holds the number of the identity card.
  constexpr size_t kDniDigits = 8, kRucKindDigits = 2;
  const bool is_ruc = identifier.scheme() == v1::IDENTIFIER_SCHEME_RUC;
  if (!IsOfNaturalPerson(identifier)) return;
  const std::string number =
      is_ruc ? identifier.value().substr(kRucKindDigits, kDniDigits) : identifier.value();
  if (number.empty() || !absl::StrContains(id, absl::AsciiStrToLower(number))) return;
  admission.violations->Add(
      admission.name_path,
      "must not hold a natural person's number: names stand in the ledger for ever, and no erasure "
      "reaches them there; leave the id out and the server draws one");
}

void CheckIdentifiers(const Admission& admission, const v1::Party* before, const v1::Party& party) {
  for (int i = 0; i < party.identifiers_size(); ++i) {
    const v1::Identifier& identifier = party.identifiers(i);
    const FieldPath at = admission.path.Element("identifiers", i);
    if (identifier.value().empty()) continue;
    if (before == nullptr) CheckNameTellsNot(admission, party, identifier);
    if (std::string wrong = WrongIdentifier(identifier); !wrong.empty()) {
      admission.violations->Add(at / "value", std::move(wrong));
    } else {
      CheckNotAnothers(admission, before, party, identifier, at / "value");
    }
    for (int j = 0; j < i; ++j) {
      if (party.identifiers(j).scheme() == identifier.scheme()) {
        admission.violations->Add(at / "scheme", "stands in the list already: one identifier a scheme");
      }
    }
  }
}

void CheckCooperative(const Admission& admission, const v1::Party& party) {
  const FieldPath at = admission.path / "cooperative";
  const bool has_role = HasRole(party, v1::PARTY_ROLE_COOPERATIVE);
  if (has_role && !party.has_cooperative()) {
    admission.violations->Add(at, "is required where roles holds PARTY_ROLE_COOPERATIVE; it may be empty");
  }
  if (!has_role && party.has_cooperative()) {
    admission.violations->Add(at, "must not be set unless roles holds PARTY_ROLE_COOPERATIVE");
  }
  if (party.cooperative().woman_member_count() > party.cooperative().member_count()) {
    admission.violations->Add(
        at / "woman_member_count",
        absl::StrCat("must be at most member_count, ", party.cooperative().member_count(), ", is ",
                     party.cooperative().woman_member_count()));
  }
}

void CheckTap(const Admission& admission, const v1::Party& party) {
  const FieldPath at = admission.path / "tap";
  const bool has_role = HasRole(party, v1::PARTY_ROLE_TAP);
  if (has_role && !party.has_tap()) {
    admission.violations->Add(at, "is required where roles holds PARTY_ROLE_TAP: at least its model");
  }
  if (!has_role && party.has_tap()) {
    admission.violations->Add(at, "must not be set unless roles holds PARTY_ROLE_TAP");
  }
  if (party.tap().model() != v1::TAP_MODEL_COMMUNITY) return;
  if (party.tap().assembly_act().empty()) {
    admission.violations->Add(at / "assembly_act",
                              "is required for TAP_MODEL_COMMUNITY: the act that chose it");
  }
  if (!party.tap().has_assembly_date()) {
    admission.violations->Add(at / "assembly_date",
                              "is required for TAP_MODEL_COMMUNITY: the day of that act");
  }
}

void AdmitParty(const Admission& admission, const v1::Party* before, v1::Party* after) {
  CheckCooperative(admission, *after);
  CheckTap(admission, *after);
  CheckIdentifiers(admission, before, *after);
  const v1::Territory* district = admission.view.Find<v1::Territory>(after->district());
  if (district != nullptr && district->level() == v1::TERRITORY_LEVEL_DISTRICT && after->has_position()) {
    CheckInDistrict(after->position(), *district, admission.path / "position", admission.violations);
  }
}

struct RoleUse {
  v1::PartyRole role;
  Reference reference;
};

// A role can't be given up while there are records that rest on it.
absl::Status PermitRoles(const Admission& admission, const v1::Party& before, const v1::Party& after) {
  const RoleUse uses[] = {
      {v1::PARTY_ROLE_COOPERATIVE, {&ResourceType::Of<v1::Need>(), ""}},
      {v1::PARTY_ROLE_TAP, {&ResourceType::Of<v1::Offer>(), ""}},
      {v1::PARTY_ROLE_TAP, {&ResourceType::Of<v1::Skill>(), ""}},
      {v1::PARTY_ROLE_CERTIFIER, {&ResourceType::Of<v1::Credential>(), "certifier"}},
  };
  for (const RoleUse& use : uses) {
    if (!HasRole(before, use.role) || HasRole(after, use.role)) continue;
    const std::string referrer = admission.view.FirstReferrer(use.reference, before.name());
    if (referrer.empty()) continue;
    return StateForbids(
        "ROLE_IN_USE", before.name(),
        absl::StrCat("can't give up ", PartyRole_Name(use.role), ": ", referrer, " rests on it"));
  }
  return absl::OkStatus();
}

absl::Status PermitParty(const Admission& admission, const v1::Party* before, const v1::Party* after) {
  if (before == nullptr || after == nullptr) return absl::OkStatus();
  if (before->neutral() != after->neutral()) {
    if (absl::Status status = CheckUnconcerned(admission.caller, after->name()); !status.ok()) return status;
  }
  return PermitRoles(admission, *before, *after);
}

// A contact and the numbers of a natural person are for the party itself, and for those who look after the
// market.
void ShowParty(const Caller& caller, v1::Party* party) {
  const bool sees_all = caller.principal.empty() || caller.role == v1::ROLE_ADMINISTRATOR ||
                        caller.role == v1::ROLE_AUDITOR || caller.party == party->name();
  if (sees_all) return;
  party->clear_contact();
  auto* identifiers = party->mutable_identifiers();
  identifiers->erase(std::remove_if(identifiers->begin(), identifiers->end(), IsOfNaturalPerson),
                     identifiers->end());
}

}  // namespace

RulesOf<v1::Party> PartyRules() {
  RulesOf<v1::Party> rules;
  rules.admit = AdmitParty;
  rules.permit = PermitParty;
  rules.show = ShowParty;
  rules.referrers = {{&ResourceType::Of<v1::Need>(), ""},
                     {&ResourceType::Of<v1::Offer>(), ""},
                     {&ResourceType::Of<v1::Budget>(), ""},
                     {&ResourceType::Of<v1::Budget>(), "taps"},
                     {&ResourceType::Of<v1::Relation>(), "subject"},
                     {&ResourceType::Of<v1::Relation>(), "object"},
                     {&ResourceType::Of<v1::Credential>(), "holder"},
                     {&ResourceType::Of<v1::Credential>(), "certifier"},
                     {&ResourceType::Of<v1::Skill>(), ""},
                     {&ResourceType::Of<v1::Skill>(), "partner", nullptr,
                      "they say whom it taught. Refreshed no more, they go stale on their dates"},
                     {&ResourceType::Of<v1::Offer>(), "embedded.seller"},
                     {&ResourceType::Of<v1::Offer>(), "subsidised.funder"},
                     {&ResourceType::Of<v1::Waiver>(), "cooperative"},
                     {&ResourceType::Of<v1::Waiver>(), "tap"},
                     {&ResourceType::Of<v1::Waiver>(), "through"},
                     {&ResourceType::Of<v1::Principal>(), "party"},
                     {&ResourceType::Of<v1::Subscription>(), ""},
                     {&ResourceType::Of<v1::Appeal>(), "appellant"},
                     {&ResourceType::Of<v1::Appeal>(), "finding.tap"},
                     {&ResourceType::Of<v1::Match>(), "cooperative"},
                     {&ResourceType::Of<v1::Match>(), "tap"}};
  rules.filter_fields = {"roles", "district", "display_name", "tap.model", "languages", "aliases"};
  return rules;
}

}  // namespace ayni::services
