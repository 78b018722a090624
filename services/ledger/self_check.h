// The store's check of itself against its ledger, again and again in the background.
//
// A pass takes one moment of the store. Every leaf must have its hash, all of them the root of the last
// checkpoint, and every record the digest that the last leaf of its name states; a record without a leaf, and
// one that is gone without one, are findings too. So a record that was changed behind the server's back is
// found, whoever did it and however.
//
// It costs about 3 us a record and 1 us a leaf, and 24 bytes of memory a record while it runs.
#ifndef AYNI_SERVICES_LEDGER_SELF_CHECK_H_
#define AYNI_SERVICES_LEDGER_SELF_CHECK_H_

#include <functional>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "ayni/v1/ledger.pb.h"
#include "services/figures.h"
#include "services/ledger/notary.h"
#include "services/log.h"
#include "storage/store.h"

namespace ayni::services {

inline constexpr int kMismatchesShownMax = 100;

// Called between batches of a pass; false ends it.
using Pace = std::function<bool()>;

// One pass. `checkpoint` may be null: then no root is compared. Cancelled: `pace` ended it. Other errors are
// the store's.
absl::StatusOr<v1::LedgerHealth> CheckStore(const storage::Store& store, const v1::Checkpoint* checkpoint,
                                            const Pace& pace);

struct SelfCheckOptions {
  // Between the end of a pass and the start of the next; zero: no pass at all.
  absl::Duration interval = absl::Hours(1);
  // Between checkpoints, where the ledger grew; zero: none is signed but when asked for.
  absl::Duration checkpoint_interval = absl::Minutes(10);
  // Of one core, how much a pass may take.
  double core_share = 0.1;
};

// Runs passes, and has the head signed from time to time, on a thread of its own. Thread-safe.
class SelfCheck {
 public:
  // REQUIRES: all outlive it.
  SelfCheck(const storage::Store* store, Notary* notary, const Log* log, Notary::Clock clock,
            SelfCheckOptions options);
  ~SelfCheck();

  // Ends the pass under way, and signs the head once more. What it found stays.
  void Stop();

  // Of the last whole pass, and of the notary.
  v1::LedgerHealth Health() const;
  std::vector<FigureFamily> Figures() const;

 private:
  void Run();
  void Pass();
  void Sign();
  // False: it is to stop.
  bool Wait(absl::Duration duration);
  void Tell(const absl::Status& of_notary) const;
  void Tell(const v1::LedgerHealth& health) const;

  const storage::Store& store_;
  Notary& notary_;
  const Log& log_;
  const Notary::Clock clock_;
  const SelfCheckOptions options_;

  mutable absl::Mutex mutex_;
  bool stops_ ABSL_GUARDED_BY(mutex_) = false;
  v1::LedgerHealth health_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;  // last
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_LEDGER_SELF_CHECK_H_
