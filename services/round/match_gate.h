// The gate that every change passes which gives units or takes them back: one record of the store, so that
// what limits count can't change unseen between a look and a commit, whichever server commits.
//
//   MatchNow      looks at the gate first, and passes: its commit rests on nobody having passed since
//   UndoRound     rests on the same
//   PublishRound  closes the gate before it writes, so that it knows all that was matched since its snapshot,
//   and
//                 opens it with its last commit, whatever comes of it
// A version counts who passed; the value is the name of the round that closed the gate, empty where it is
// open.
#ifndef AYNI_SERVICES_ROUND_MATCH_GATE_H_
#define AYNI_SERVICES_ROUND_MATCH_GATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "storage/change.h"
#include "storage/store.h"

namespace ayni::services {

struct MatchGate {
  storage::Version version = 0;  // 0: nobody has passed yet
  std::string closed_by;         // the round's name; empty: it is open
};

absl::StatusOr<MatchGate> ReadMatchGate(const storage::Reader& reader);

// The change holds only if nobody passed since the gate was read.
void RestOnGate(const MatchGate& gate, storage::Change* change);
// The change passes, and holds only if nobody did since. REQUIRES: the gate is open.
void PassGate(const MatchGate& gate, storage::Change* change);
void CloseGate(const std::string& round, storage::Change* change);
void OpenGate(storage::Change* change);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_MATCH_GATE_H_
