// The notary: signs the ledger's head, and keeps what it signed.
//
// It signs what continues its last checkpoint and nothing else: before the first signature after a start it
// computes that checkpoint's root again from the leaves. A ledger that was cut, altered or put back to an
// older copy gets no signature any more.
//
// Thread-safe. Calls may read the whole ledger (see LedgerTree) and wait for commits, so they belong on
// `thread()`.
#ifndef AYNI_SERVICES_LEDGER_NOTARY_H_
#define AYNI_SERVICES_LEDGER_NOTARY_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "ayni/v1/ledger.pb.h"
#include "services/work_thread.h"
#include "storage/ledger/ed25519.h"
#include "storage/ledger/signed_note.h"
#include "storage/ledger_tree.h"
#include "storage/store.h"

namespace ayni::services {

// As in checkpoints/000000000042: the number of leaves in 12 digits, so that the order of names is that of
// sizes.
std::string CheckpointName(uint64_t leaf_count);

class Notary {
 public:
  using Clock = std::function<absl::Time()>;

  // REQUIRES: the store outlives the notary; IsKeyName(origin).
  Notary(storage::Store* store, storage::SigningKey key, std::string origin,
         std::vector<storage::NoteVerifier> witnesses, Clock clock);

  // Compares the last checkpoint with the ledger, and signs nothing. Errors as of Sign().
  absl::Status Check();

  // Signs the head, or gives the last checkpoint where that is of it. DataLoss: the ledger does not continue
  // what was signed. Other errors are the store's.
  absl::StatusOr<v1::Checkpoint> Sign();

  // NotFound: none was signed yet.
  absl::StatusOr<v1::Checkpoint> Last();

  // InvalidArgument, which names the field: it is no cosignature of a known witness over that checkpoint.
  // NotFound.
  absl::StatusOr<v1::Checkpoint> AddCosignature(const std::string& name, const std::string& line);

  v1::LedgerKey Key() const;
  storage::LedgerTree& tree() { return tree_; }

  // Why it signs no more; empty where it does.
  std::string refusal() const;

  // Where the work of its methods is done.
  WorkThread& thread() { return thread_; }

 private:
  absl::Status Continue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(signing_mutex_);
  absl::Status Compare(const v1::Checkpoint& last);
  absl::Status Write(const v1::Checkpoint& checkpoint, storage::Version version);
  // Read from the store the first time.
  absl::StatusOr<std::optional<v1::Checkpoint>> FindLast();
  void SetLast(v1::Checkpoint last);

  storage::Store& store_;
  const storage::SigningKey key_;
  const std::string origin_;
  const std::vector<storage::NoteVerifier> witnesses_;
  const Clock clock_;
  storage::LedgerTree tree_;

  // Held while the ledger is read and commits are waited for; who only asks what is known does not wait for
  // it.
  absl::Mutex signing_mutex_ ABSL_ACQUIRED_BEFORE(mutex_);
  bool continues_ ABSL_GUARDED_BY(signing_mutex_) =
      false;  // the last checkpoint was compared with the ledger

  mutable absl::Mutex mutex_;
  bool was_read_ ABSL_GUARDED_BY(mutex_) = false;  // last_ is what the store holds
  std::optional<v1::Checkpoint> last_ ABSL_GUARDED_BY(mutex_);
  std::string refusal_ ABSL_GUARDED_BY(mutex_);

  WorkThread thread_;  // last: it ends before what its work uses
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_LEDGER_NOTARY_H_
