// Writes: a pure function of a view gives a change, one commit writes it, and the commit's callback answers.
#ifndef AYNI_SERVICES_RESOURCE_WRITE_H_
#define AYNI_SERVICES_RESOURCE_WRITE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/method.h"
#include "services/resource/kind.h"
#include "services/resource/store_view.h"
#include "services/resource/stored.h"
#include "storage/change.h"
#include "storage/store.h"

namespace ayni::services {

inline constexpr int64_t kRequestIdCharactersMax = 64;
// Computations of one write, each after another request changed what it saw.
inline constexpr int kWriteAttemptsMax = 8;

// What a write would do, and what it would answer.
struct Draft {
  storage::Change change;
  // Its etag is filled from the commit, unless it has one: that of a record which the change leaves as it is.
  std::unique_ptr<Message> answer;
  // False: there is nothing to write, and the answer stands as it is.
  bool writes = true;
};

// Puts `record` in place of what `before` holds: the record, its index keys, and the ledger's leaf of it,
// which SealLeaves (ledger_seal.h) seals before the change is committed.
void AddPut(const Call& call, absl::string_view request_id, const Kind& kind, const StoredRecord& before,
            const Message& record, storage::Change* change);
// Deletes the record of that name. REQUIRES: `before` is stored.
void AddDelete(const Call& call, absl::string_view request_id, const Kind& kind, const StoredRecord& before,
               absl::string_view name, storage::Change* change);

// One write method. Its request has string request_id, and may have bool validate_only: of a stream of
// requests, the first one counts.
struct WriteMethod {
  // Computes the write from what `view` holds, and nothing else: it may run several times. The view's
  // preconditions are added to its change.
  using Plan = std::function<absl::StatusOr<Draft>(const Call&, const Requests&, StoreView* view)>;
  // Runs the work now or later, on any thread.
  using Executor = std::function<void(std::function<void()> work)>;

  const google::protobuf::MethodDescriptor* descriptor;
  // Of what it answers; null where that is no resource.
  const Kind* kind = nullptr;
  Plan plan = nullptr;
  // Null: the plan takes microseconds, and runs where the call or the commit before it does.
  Executor executor = nullptr;
};

// The server itself, that calls at `now`.
Call ServerCall(absl::Time now);

// A write of the server's own: computed from a view, committed on what the view saw, and computed again, some
// times, where others changed that meanwhile. False where the plan puts nothing, or lost each time. Blocks:
// never from a `done` of the store.
absl::StatusOr<bool> WriteByServer(
    storage::Store* store, const std::function<absl::StatusOr<storage::Change>(StoreView* view)>& plan);

// Runs a write method: once for a request_id, of which a repetition gets the first answer; again, some times,
// where others changed meanwhile what it saw; and not at all where validate_only is set.
// `cache` may be null. REQUIRES: the store, the cache and *method.kind outlive every call.
MethodFunction RunWrites(storage::Store* store, RecordCache* cache, WriteMethod method);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_WRITE_H_
