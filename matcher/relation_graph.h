// Parties and how they are tied: a dated graph, for conflict rules to look for paths in.
//
// Whoever fills it interns names to indices and keeps the names. A row may be set again at any time; a party
// that a relation refers to before it is set is empty: it has no role and is not neutral. Many threads may
// read while none writes.
#ifndef AYNI_MATCHER_RELATION_GRAPH_H_
#define AYNI_MATCHER_RELATION_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "matcher/market.h"

namespace ayni::matcher {

using RelationIndex = Index<struct RelationTag>;

enum class RelationType : uint8_t {
  kUnknown,
  kOwns,
  kControls,
  kEmploys,
  kDirects,
  kLendsTo,
  kFunds,
  kRepresentsBrandOf,
  kBuysFrom,
  kFamilyOf,
  kMemberOf,
  kCertifies,
  kSupplies,
  kTrains,
  kRecusedFrom,
  kSharesContact,
  kMakesSameOffer,
  kSellsFor,
  kRecommends,
};
inline constexpr int kRelationTypeCount = 19;
// A set of types: the bit of each is 1 << its number.
using RelationTypes = uint32_t;
constexpr RelationTypes TypeBit(RelationType type) { return RelationTypes{1} << static_cast<int>(type); }

// Whether it runs both ways: what the one is to the other, the other is to the one.
constexpr bool IsSymmetric(RelationType type) {
  return type == RelationType::kFamilyOf || type == RelationType::kSharesContact ||
         type == RelationType::kMakesSameOffer;
}

enum class PartyRole : uint8_t {
  kUnknown,
  kCooperative,
  kTap,
  kCompany,
  kFinancialInstitution,
  kPublicBody,
  kAcademicInstitution,
  kCertifier,
  kPerson,
};
// A set of roles, as RelationTypes.
using PartyRoles = uint16_t;
constexpr PartyRoles RoleBit(PartyRole role) {
  return role == PartyRole::kUnknown ? PartyRoles{0} : static_cast<PartyRoles>(1 << static_cast<int>(role));
}

enum class Kinship : uint8_t { kUnknown, kBlood, kAffinity, kCohabitant, kCoParent };

// How far the market stands by a relation.
enum class Standing : uint8_t {
  // A party says so, and nobody else.
  kClaimed,
  kConfirmed,
  // The market read it off other records: a guess, which never blocks.
  kDerived,
};

struct RelationParty {
  PartyRoles roles = 0;
  // No path leads through it.
  bool neutral = false;
};

struct Relation {
  PartyIndex subject;
  RelationType type = RelationType::kUnknown;
  PartyIndex object;
  int32_t share_basis_points = 0;  // of kOwns and kRecommends: 1..kWholeBasisPoints
  Window window = {kDayMin, kDayMax};
  Standing standing = Standing::kConfirmed;
  // Of kClaimed: the party whose word it is; None() where it is nobody's that is a party.
  PartyIndex claimed_by = PartyIndex::None();
  Kinship kinship = Kinship::kUnknown;
  int8_t kinship_degree = 0;  // 0: unknown
  // Of two paths of one length the one comes first whose ranks are lower. It must not depend on the order in
  // which relations became known, so that whoever knows the same relations finds the same paths.
  uint64_t rank = 0;
};

// A relation as one of its ends sees it.
struct Tie {
  PartyIndex other;
  RelationIndex relation;
  RelationType type;
  // The party is the object and `other` the subject.
  bool against;
};

class RelationGraph {
 public:
  // Each makes room for the index where there is none.
  void SetParty(PartyIndex party, const RelationParty& row);
  // Costs the ties of both ends where it takes the place of another. REQUIRES: subject and object are
  // present, and two.
  void SetRelation(RelationIndex relation, const Relation& row);
  // Of what does not stand: no error.
  void RemoveRelation(RelationIndex relation);

  int32_t party_count() const { return static_cast<int32_t>(parties_.size()); }
  int32_t relation_count() const { return static_cast<int32_t>(relations_.size()); }
  // Of an index beyond the last row: an empty row.
  const RelationParty& party(PartyIndex party) const;
  bool HasRole(PartyIndex party, PartyRole role) const {
    return (this->party(party).roles & RoleBit(role)) != 0;
  }
  // Of type kUnknown where there is none. REQUIRES: the row exists.
  const Relation& relation(RelationIndex relation) const { return relations_[relation.at()]; }
  bool Has(RelationIndex relation) const {
    return relation.present() && relation.at() < relations_.size() &&
           relations_[relation.at()].type != RelationType::kUnknown;
  }
  // In no order. Valid until the graph changes.
  absl::Span<const Tie> TiesOf(PartyIndex party) const;
  // Relations that are claimed by the party's word alone.
  int32_t ClaimCountBy(PartyIndex party) const;

  // How often it changed.
  int64_t version() const { return version_; }

  size_t ByteSize() const;

 private:
  void CountClaim(const Relation& row, int32_t change);
  void RemoveTie(PartyIndex party, RelationIndex relation);
  void MakeRoom(PartyIndex party);

  std::vector<RelationParty> parties_;
  std::vector<std::vector<Tie>> ties_;  // by party
  std::vector<int32_t> claim_counts_;   // by party
  std::vector<Relation> relations_;
  int64_t version_ = 0;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_RELATION_GRAPH_H_
