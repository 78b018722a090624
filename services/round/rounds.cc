#include "services/round/rounds.h"

#include <utility>

#include "services/round/audit_methods.h"
#include "services/round/late_conflicts.h"
#include "services/round/operation_methods.h"
#include "services/round/policy_methods.h"
#include "services/round/round_methods.h"
#include "services/round/segment_trend.h"

namespace ayni::services {

Rounds::Rounds(storage::Store* store, ClearingDesk::Clock clock)
    : store_(store), desk_(store, std::move(clock)) {}

absl::StatusOr<std::unique_ptr<Rounds>> Rounds::Open(storage::Store* store, ClearingDesk::Clock clock) {
  std::unique_ptr<Rounds> rounds(new Rounds(store, std::move(clock)));
  if (absl::Status status = rounds->desk_.Recover(); !status.ok()) return status;
  return rounds;
}

void Rounds::AddMethods(const LiveMarket* market, IdSource new_id, MethodTable* table) {
  match_now_ = std::make_unique<MatchNow>(store_, market, new_id);
  AddMatchNow(store_, match_now_.get(), &match_thread_, table);
  AddRoundMethods(store_, &desk_, &undo_thread_, table);
  AddOperationMethods(store_, &desk_, table);
  AddPolicyMethods(store_, &desk_, new_id, table);
  AddAuditMethods(store_, std::move(new_id), table);
  AddLateConflicts(store_, market, table);
  AddSegmentTrend(store_, table);
}

}  // namespace ayni::services
