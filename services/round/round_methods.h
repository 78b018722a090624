// RoundService/TryRound, PublishRound and UndoRound.
#ifndef AYNI_SERVICES_ROUND_ROUND_METHODS_H_
#define AYNI_SERVICES_ROUND_ROUND_METHODS_H_

#include "services/method.h"
#include "services/resource/write.h"
#include "services/round/clearing_desk.h"
#include "storage/store.h"

namespace ayni::services {

// Undoing runs in `undo_executor`. REQUIRES: store and desk outlive every call.
void AddRoundMethods(storage::Store* store, ClearingDesk* desk, WriteMethod::Executor undo_executor,
                     MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_ROUND_METHODS_H_
