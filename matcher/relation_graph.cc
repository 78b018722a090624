#include "matcher/relation_graph.h"

#include <algorithm>

#include "matcher/invariant.h"

namespace ayni::matcher {

void RelationGraph::MakeRoom(PartyIndex party) {
  if (party.at() < parties_.size()) return;
  parties_.resize(party.at() + 1);
  ties_.resize(party.at() + 1);
  claim_counts_.resize(party.at() + 1);
}

void RelationGraph::SetParty(PartyIndex party, const RelationParty& row) {
  ++version_;
  MakeRoom(party);
  parties_[party.at()] = row;
}

void RelationGraph::SetRelation(RelationIndex relation, const Relation& row) {
  INVARIANT(row.subject.present() && row.object.present() && row.subject != row.object,
            "a relation has two parties");
  RemoveRelation(relation);
  ++version_;
  if (relation.at() >= relations_.size()) relations_.resize(relation.at() + 1);
  MakeRoom(std::max(row.subject, row.object));
  relations_[relation.at()] = row;
  ties_[row.subject.at()].push_back({row.object, relation, row.type, false});
  ties_[row.object.at()].push_back({row.subject, relation, row.type, true});
  CountClaim(row, 1);
}

void RelationGraph::RemoveRelation(RelationIndex relation) {
  if (!Has(relation)) return;
  const Relation& row = relations_[relation.at()];
  ++version_;
  RemoveTie(row.subject, relation);
  RemoveTie(row.object, relation);
  CountClaim(row, -1);
  relations_[relation.at()] = {};
}

void RelationGraph::CountClaim(const Relation& row, int32_t change) {
  if (row.standing != Standing::kClaimed || !row.claimed_by.present()) return;
  MakeRoom(row.claimed_by);
  claim_counts_[row.claimed_by.at()] += change;
}

void RelationGraph::RemoveTie(PartyIndex party, RelationIndex relation) {
  std::vector<Tie>& ties = ties_[party.at()];
  const auto found =
      std::find_if(ties.begin(), ties.end(), [relation](const Tie& tie) { return tie.relation == relation; });
  INVARIANT(found != ties.end(), "both ends of a relation know it");
  *found = ties.back();
  ties.pop_back();
}

const RelationParty& RelationGraph::party(PartyIndex party) const {
  static const RelationParty kEmpty;
  return party.present() && party.at() < parties_.size() ? parties_[party.at()] : kEmpty;
}

absl::Span<const Tie> RelationGraph::TiesOf(PartyIndex party) const {
  if (!party.present() || party.at() >= ties_.size()) return {};
  return ties_[party.at()];
}

int32_t RelationGraph::ClaimCountBy(PartyIndex party) const {
  return party.present() && party.at() < claim_counts_.size() ? claim_counts_[party.at()] : 0;
}

size_t RelationGraph::ByteSize() const {
  size_t bytes = parties_.capacity() * sizeof(RelationParty) + ties_.capacity() * sizeof(ties_[0]) +
                 claim_counts_.capacity() * sizeof(int32_t) + relations_.capacity() * sizeof(Relation);
  for (const std::vector<Tie>& ties : ties_) bytes += ties.capacity() * sizeof(Tie);
  return bytes;
}

}  // namespace ayni::matcher
