#include "services/import/foreign_parties.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/import/merge_record.h"
#include "services/resource/name_likeness.h"
#include "services/resource/record_keys.h"
#include "services/resource/time.h"
#include "services/rules/roles.h"

namespace ayni::services {
namespace {

// As many as a party's shape takes.
constexpr int kAliasesMax = 20;
// Names of a party that are compared.
constexpr size_t kComparedNamesMax = 5;
// A word that stands in more names than this tells none from another.
constexpr size_t kRareNamesMax = 32;

// By which parties are known to be one, surest first.
constexpr v1::IdentifierScheme kMergingSchemes[] = {v1::IDENTIFIER_SCHEME_RUC, v1::IDENTIFIER_SCHEME_DNI,
                                                    v1::IDENTIFIER_SCHEME_LEI};

std::string SchemeName(v1::IdentifierScheme scheme) {
  return v1::IdentifierScheme_Name(scheme).substr(absl::string_view("IDENTIFIER_SCHEME_").size());
}

const v1::Identifier* IdentifierOf(const v1::Party& party, v1::IdentifierScheme scheme) {
  const auto found = std::find_if(party.identifiers().begin(), party.identifiers().end(),
                                  [&](const v1::Identifier& each) { return each.scheme() == scheme; });
  return found == party.identifiers().end() ? nullptr : &*found;
}

void AddAlias(const std::string& name, v1::Party* party) {
  const auto& aliases = party->aliases();
  const bool stands = name.empty() || name == party->display_name() ||
                      std::find(aliases.begin(), aliases.end(), name) != aliases.end();
  if (!stands && party->aliases_size() < kAliasesMax) party->add_aliases(name);
}

// That a party is a lender or a public body counts whoever says so; that it is a company or a person says
// nothing more of a party that is here.
void AddRoles(const v1::Party& given, v1::Party* party) {
  for (const v1::PartyRole role : {v1::PARTY_ROLE_FINANCIAL_INSTITUTION, v1::PARTY_ROLE_PUBLIC_BODY}) {
    if (HasRole(given, role) && !HasRole(*party, role)) party->add_roles(role);
  }
}

bool IsPerson(const v1::Party& party) { return HasRole(party, v1::PARTY_ROLE_PERSON); }

// Two numbers of one register are two parties.
bool MayBeOne(const v1::Party& a, const v1::Party& b) {
  if (IsPerson(a) != IsPerson(b)) return false;
  return std::all_of(a.identifiers().begin(), a.identifiers().end(), [&](const v1::Identifier& each) {
    const v1::Identifier* other = IdentifierOf(b, each.scheme());
    return other == nullptr || other->value() == each.value();
  });
}

using Likenesses = std::map<std::string, int>;  // by party

void Compare(const std::string& normal, const std::vector<std::string>& keys, Likenesses* likenesses) {
  for (const std::string& key : keys) {
    const int likeness = LikenessPerMille(normal, NormalNameOfKey(key), kLikenessLeast);
    if (likeness == 0) continue;
    int& best = (*likenesses)[NameOfIndexKey(key)];
    best = std::max(best, likeness);
  }
}

Likenesses PartiesNamedLike(const v1::Party& party, StoreView* stored) {
  std::set<std::string> normals = {NormalName(party.display_name())};
  for (const std::string& alias : party.aliases()) {
    if (normals.size() < kComparedNamesMax) normals.insert(NormalName(alias));
  }
  Likenesses likenesses;
  for (const std::string& normal : normals) {
    if (normal.empty()) continue;
    Compare(normal, stored->IndexKeysUnder(NormalNameStem(normal), kRareNamesMax), &likenesses);
    for (const std::string& word : NormalWords(normal)) {
      const std::vector<std::string> keys = stored->IndexKeysUnder(NameWordStem(word), kRareNamesMax + 1);
      if (keys.size() <= kRareNamesMax) Compare(normal, keys, &likenesses);
    }
  }
  return likenesses;
}

}  // namespace

std::string ForeignParties::Find(const v1::Party& given) {
  std::string party = MergedParty(given.name(), &stored_);
  for (const v1::IdentifierScheme scheme : kMergingSchemes) {
    const v1::Identifier* identifier = party.empty() ? IdentifierOf(given, scheme) : nullptr;
    if (identifier == nullptr) continue;
    party = view_.PartyIdentifiedBy(*identifier);
    if (party.empty()) continue;
    Propose(given.name(), party, 1000, absl::StrCat("has the same ", SchemeName(scheme)),
            v1::MergeProposal::STATE_CONFIRMED);
  }
  if (party.empty()) party = given.name();
  meant_[given.name()] = party;
  return party;
}

std::string ForeignParties::Meant(absl::string_view name) {
  const auto found = meant_.find(name);
  if (found != meant_.end()) return found->second;
  const std::string party = MergedParty(name, &stored_);
  return meant_[std::string(name)] = party.empty() ? std::string(name) : party;
}

v1::Party ForeignParties::Join(const v1::Party* party, absl::string_view name, const v1::Party& given,
                               Violations* violations) {
  const FieldPath root;
  v1::Party joined = party == nullptr ? given : *party;
  joined.set_name(std::string(name));
  if (party == nullptr) joined.clear_identifiers();
  AddAlias(given.display_name(), &joined);
  for (const std::string& alias : given.aliases()) AddAlias(alias, &joined);
  if (party != nullptr) AddRoles(given, &joined);
  for (int i = 0; i < given.identifiers_size(); ++i) {
    const v1::Identifier& identifier = given.identifiers(i);
    if (const v1::Identifier* own = IdentifierOf(joined, identifier.scheme())) {
      if (own->value() == identifier.value()) continue;
      violations->Add(
          root.Element("identifiers", i) / "value",
          absl::StrCat("is not that of ", name,
                       ", which it is by its name or another identifier: ", "one of the two is mistyped"));
      continue;
    }
    const std::string owner = view_.PartyIdentifiedBy(identifier);
    if (owner.empty() || owner == name) {
      *joined.add_identifiers() = identifier;
    } else {
      Propose(name, owner, 1000, absl::StrCat("a file gives them the same ", SchemeName(identifier.scheme())),
              v1::MergeProposal::STATE_PROPOSED);
    }
  }
  return joined;
}

void ForeignParties::ForgetProposals(size_t count) {
  while (proposals_.size() > count) {
    places_.erase(proposals_.back().name());
    proposals_.pop_back();
  }
}

void ForeignParties::ProposeAlike(const v1::Party& party) {
  if (likeness_count_ >= kLikenessProposalsMax) return;
  std::vector<std::pair<int, std::string>> alike;  // likest first
  for (const auto& [name, likeness] : PartiesNamedLike(party, &stored_)) {
    const auto* other = stored_.Find<v1::Party>(name);
    if (other != nullptr && name != party.name() && MayBeOne(party, *other))
      alike.emplace_back(-likeness, name);
  }
  std::sort(alike.begin(), alike.end());
  if (alike.size() > kAlikePartiesMax) alike.resize(kAlikePartiesMax);
  for (const auto& [likeness, name] : alike) {
    ++likeness_count_;
    Propose(party.name(), name, -likeness,
            likeness == -1000 ? "has the same name" : "has a name much like its own",
            v1::MergeProposal::STATE_PROPOSED);
  }
}

void ForeignParties::Propose(absl::string_view party, absl::string_view into, int likeness,
                             const std::string& reason, v1::MergeProposal::State state) {
  const std::string name = MergeProposalName(party, into);
  // What was decided once is not asked again.
  if (stored_.Read(ResourceType::Of<v1::MergeProposal>(), name).version != 0) return;
  if (!places_.emplace(name, proposals_.size()).second) return;
  v1::MergeProposal& proposal = proposals_.emplace_back();
  proposal.set_name(name);
  proposal.set_party(std::string(party));
  proposal.set_into(std::string(into));
  proposal.set_likeness_per_mille(likeness);
  proposal.set_reason(reason);
  proposal.set_state(state);
  *proposal.mutable_create_time() = ToTimestamp(call_.now);
  *proposal.mutable_update_time() = proposal.create_time();
  if (state != v1::MergeProposal::STATE_CONFIRMED) return;
  proposal.set_decided_by(call_.caller.principal);
  *proposal.mutable_decide_time() = proposal.create_time();
}

}  // namespace ayni::services
