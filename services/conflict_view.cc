#include "services/conflict_view.h"

#include <algorithm>

namespace ayni::services {
namespace {

// What remains says that there is a tie, of which kind and how well it is founded; the record of it is read
// by GetRelation, or not at all.
v1::ConflictEdge TieAlone(const v1::ConflictEdge& edge) {
  v1::ConflictEdge tie;
  tie.set_subject(edge.subject());
  tie.set_type(edge.type());
  tie.set_object(edge.object());
  tie.mutable_source()->set_kind(edge.source().kind());
  tie.set_standing(edge.standing());
  return tie;
}

}  // namespace

void ShowConflicts(const Caller& caller, google::protobuf::RepeatedPtrField<v1::Conflict>* conflicts) {
  if (!IsMember(caller.role)) return;
  for (v1::Conflict& conflict : *conflicts) {
    auto* path = conflict.mutable_path();
    const auto is_foreign = [&](const v1::ConflictEdge& edge) {
      return edge.subject() != caller.party && edge.object() != caller.party;
    };
    if (caller.role != v1::ROLE_COOPERATIVE)
      path->erase(std::remove_if(path->begin(), path->end(), is_foreign), path->end());
    for (v1::ConflictEdge& edge : *path) {
      if (is_foreign(edge)) edge = TieAlone(edge);
      edge.clear_declared_by();
    }
  }
}

}  // namespace ayni::services
