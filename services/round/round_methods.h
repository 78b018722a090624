// RoundService/TryRound, PublishRound and UndoRound.
#ifndef AYNI_SERVICES_ROUND_ROUND_METHODS_H_
#define AYNI_SERVICES_ROUND_ROUND_METHODS_H_

#include "services/method.h"
#include "services/round/clearing_desk.h"
#include "services/work_thread.h"
#include "storage/store.h"

namespace ayni::services {

// Undoings that wait while one is planned; beyond them a call is answered ResourceExhausted.
inline constexpr size_t kWaitingUndosMax = 8;

// Undoing is planned on `undo_thread`. REQUIRES: store, desk and thread outlive every call.
void AddRoundMethods(storage::Store* store, ClearingDesk* desk, WorkThread* undo_thread, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_ROUND_METHODS_H_
