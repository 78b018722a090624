// Everything of a server that clears rounds and shows what came of them: RoundService's TryRound,
// PublishRound and UndoRound, google.longrunning.Operations, AuditService, PolicyService's TryPolicy and
// SweepPolicy, and NeedService's MatchNow.
#ifndef AYNI_SERVICES_ROUND_ROUNDS_H_
#define AYNI_SERVICES_ROUND_ROUNDS_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "services/figures.h"
#include "services/market/live_market.h"
#include "services/method.h"
#include "services/resource/rules.h"
#include "services/round/clearing_desk.h"
#include "services/round/match_now.h"
#include "services/work_thread.h"
#include "storage/store.h"

namespace ayni::services {

class Rounds {
 public:
  // Puts rounds that an earlier server left CLEARING back to DRAFT, before any method runs.
  // REQUIRES: the store outlives the rounds.
  static absl::StatusOr<std::unique_ptr<Rounds>> Open(storage::Store* store, ClearingDesk::Clock clock);

  // Once. REQUIRES: the rounds and the market outlive every call.
  void AddMethods(const LiveMarket* market, IdSource new_id, MethodTable* table);

  // Cancels the clearing that is under way and wakes whoever waits; returns when it is put back. No other
  // begins.
  void Stop() { desk_.Stop(); }

  std::vector<FigureFamily> Figures() const { return desk_.figures().Collect(); }

 private:
  Rounds(storage::Store* store, ClearingDesk::Clock clock);

  storage::Store* const store_;
  ClearingDesk desk_;
  // Of plans that touch every match of a round.
  WorkThread undo_thread_;
  std::unique_ptr<MatchNow> match_now_;
  WorkThread match_thread_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_ROUNDS_H_
