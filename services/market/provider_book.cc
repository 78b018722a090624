#include "services/market/provider_book.h"

#include <algorithm>
#include <optional>

#include "services/market/engine_day.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

std::optional<matcher::TieKind> TieKindOf(v1::RelationType type) {
  switch (type) {
    case v1::RELATION_TYPE_SUPPLIES:
      return matcher::TieKind::kSupplier;
    case v1::RELATION_TYPE_REPRESENTS_BRAND_OF:
      return matcher::TieKind::kBrand;
    case v1::RELATION_TYPE_FUNDS:
      return matcher::TieKind::kFunder;
    default:
      return std::nullopt;
  }
}

matcher::Window WindowOf(const v1::Relation& relation) {
  return {relation.has_start_date() ? DayOf(relation.start_date()) : matcher::kDayMin,
          relation.has_end_date() ? DayOf(relation.end_date()) : matcher::kDayMax};
}

// Indices depend on what was seen first, and names don't.
std::vector<matcher::PartyIndex> GroupsByFirstName(const ProviderBook::Parties& parties,
                                                   const std::vector<matcher::Ownership>& ownerships,
                                                   matcher::Day day) {
  std::vector<matcher::PartyIndex> groups = matcher::OwnershipGroups(parties.index_end(), ownerships, day);
  std::vector<matcher::PartyIndex> first_by_name = groups;
  for (int32_t at = 0; at < parties.index_end(); ++at) {
    matcher::PartyIndex& first = first_by_name[groups[at].at()];
    if (first.value != at && parties.NameOf(matcher::PartyIndex{at}) < parties.NameOf(first))
      first = matcher::PartyIndex{at};
  }
  for (matcher::PartyIndex& group : groups) group = first_by_name[group.at()];
  return groups;
}

}  // namespace

template <typename Row>
void ProviderBook::Set(absl::string_view name, const Row& row, absl::flat_hash_map<std::string, Row>* rows) {
  const auto [at, is_new] = rows->try_emplace(name, row);
  if (!is_new && at->second == row) return;
  at->second = row;
  ++changes_;
}

void ProviderBook::Put(const v1::Relation& relation, Parties* parties) {
  const bool owns = relation.type() == v1::RELATION_TYPE_OWNS;
  const std::optional<matcher::TieKind> kind = TieKindOf(relation.type());
  const bool counts = owns || relation.type() == v1::RELATION_TYPE_CONTROLS || kind.has_value();
  if (!counts || relation.standing() != v1::RELATION_STANDING_CONFIRMED) {
    Remove(relation.name());
    return;
  }
  // A relation's type and parties never change, so that it stays in the one map or the other.
  const matcher::PartyIndex subject = parties->Intern(FirstId(relation.subject()));
  const matcher::PartyIndex object = parties->Intern(FirstId(relation.object()));
  const matcher::Window window = WindowOf(relation);
  if (kind.has_value()) {
    // A TAP represents a brand; suppliers and funders stand on the other side of theirs.
    const bool of_subject = kind == matcher::TieKind::kBrand;
    Set(relation.name(),
        matcher::ProviderTie{of_subject ? subject : object, of_subject ? object : subject, *kind, window},
        &ties_);
  } else {
    const int32_t share = owns ? std::clamp(relation.share_basis_points(), 1, matcher::kWholeBasisPoints)
                               : matcher::kWholeBasisPoints;
    Set(relation.name(), matcher::Ownership{subject, object, share, window}, &ownerships_);
  }
}

void ProviderBook::Put(const v1::Offer& offer, Parties* parties) {
  if (!offer.has_embedded() && !offer.has_subsidised()) {
    Remove(offer.name());
    return;
  }
  const bool sells = offer.has_embedded();
  const std::string& other = sells ? offer.embedded().seller() : offer.subsidised().funder();
  Set(offer.name(),
      matcher::ProviderTie{parties->Intern(FirstId(offer.name())),
                           parties->Intern(FirstId(other)),
                           sells ? matcher::TieKind::kSupplier : matcher::TieKind::kFunder,
                           {matcher::kDayMin, matcher::kDayMax}},
      &ties_);
}

void ProviderBook::Remove(absl::string_view name) {
  if (ties_.erase(name) + ownerships_.erase(name) > 0) ++changes_;
}

std::vector<matcher::PartyIndex> ProviderBook::GroupsOn(const Parties& parties, matcher::Day day) const {
  std::vector<matcher::Ownership> ownerships;
  for (const auto& [name, ownership] : ownerships_) ownerships.push_back(ownership);
  return GroupsByFirstName(parties, ownerships, day);
}

std::vector<matcher::Controllers> ProviderBook::ControllersOn(const Parties& parties,
                                                              absl::Span<const matcher::PartyIndex> tap_party,
                                                              matcher::Day day, int32_t days_before) const {
  matcher::ProviderRelations relations;
  for (const auto& [name, ownership] : ownerships_) relations.ownerships.push_back(ownership);
  for (const auto& [name, tie] : ties_) relations.ties.push_back(tie);
  return matcher::ControllersOfTaps(tap_party, GroupsByFirstName(parties, relations.ownerships, day),
                                    relations, day, days_before);
}

}  // namespace ayni::services
