#include "services/conflict_view.h"

#include <algorithm>

namespace ayni::services {

void ShowConflicts(const Caller& caller, google::protobuf::RepeatedPtrField<v1::Conflict>* conflicts) {
  if (caller.role != v1::ROLE_COOPERATIVE && caller.role != v1::ROLE_TAP) return;
  for (v1::Conflict& conflict : *conflicts) {
    auto* path = conflict.mutable_path();
    const auto is_foreign = [&](const v1::ConflictEdge& edge) {
      return edge.subject() != caller.party && edge.object() != caller.party;
    };
    if (caller.role == v1::ROLE_TAP)
      path->erase(std::remove_if(path->begin(), path->end(), is_foreign), path->end());
    for (v1::ConflictEdge& edge : *path) edge.clear_declared_by();
  }
}

}  // namespace ayni::services
