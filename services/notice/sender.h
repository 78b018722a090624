// Sender: tries the notices that are due, one at a time of a subscription, and writes what came of each.
//
//   1. Before a notice is sent its attempt is on record, and with it a lease under which no other server
//      sends it.
//   2. Whatever happens after that, it is tried again when the lease is over, until somebody wrote what came
//      of it: a receiver may get a notice twice, with the same id, and never not at all.
//   3. A subscription whose receiver fails rests, and holds up nobody else's.
#ifndef AYNI_SERVICES_NOTICE_SENDER_H_
#define AYNI_SERVICES_NOTICE_SENDER_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/notice/courier.h"
#include "services/resource/stored.h"
#include "storage/store.h"

namespace ayni::services {

struct SentCounts {
  int64_t taken = 0;
  int64_t not_taken = 0;  // attempts
  int64_t failed = 0;     // notices, for good
};

// Thread-safety: any method from any thread, several at once.
class Sender {
 public:
  using Clock = std::function<absl::Time()>;

  // REQUIRES: the store and the courier outlive it.
  Sender(storage::Store* store, const Courier* courier, Clock clock);

  // Tries a notice that is due and may be sent now, the one that has been due for longest where there are not
  // thousands. False: it found none, and where thousands are passed over another call may.
  absl::StatusOr<bool> SendOne();

  SentCounts counts() const;

 private:
  struct Rest {
    int failures = 0;  // one after the other
    absl::Time until;
  };

  // The name of a notice that is due, whose subscription nobody else here sends to until Release; empty:
  // none.
  absl::StatusOr<std::string> Take(absl::Time now, std::string* subscription);
  bool IsFree(const std::string& subscription, absl::Time now) const;
  void Release(const std::string& subscription);
  absl::Status Try(const std::string& name);
  // The notice as it was leased; of version 0 where it is not to be sent.
  absl::StatusOr<StoredRecord> Lease(const std::string& name, const StoredRecord& subscription,
                                     absl::Time now);
  absl::Status End(const std::string& name, absl::Time begin, const Outcome& outcome);
  void Note(const std::string& subscription, const Outcome& outcome, absl::Time now);

  storage::Store& store_;
  const Courier& courier_;
  const Clock clock_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  absl::flat_hash_set<std::string> busy_;  // subscriptions
  absl::flat_hash_map<std::string, Rest> resting_;
  std::string looked_to_;  // key of the queue up to which there was nothing to take; empty: its front
  SentCounts counts_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_NOTICE_SENDER_H_
