// Collector: follows the store's feed, and makes the notices of what it tells of matches.
//
//   1. A notice and the place in the feed up to which notices are made are written by one commit: what the
//      feed tells is neither passed over nor, after a crash, forgotten.
//   2. A notice's name follows from its event, and its commit rests on the name being absent: several servers
//      over one store may each follow the feed, and an event may be read again, and nobody is told twice.
//   3. It begins where the feed stood at the first start ever: what was before that nobody subscribed to.
//   4. Where nobody subscribed, what a commit says is not read: a round costs nothing then.
//
// Where an event was said again before it was read, as a delivery that was corrected at once, the last word
// is told. Not thread-safe.
#ifndef AYNI_SERVICES_NOTICE_COLLECTOR_H_
#define AYNI_SERVICES_NOTICE_COLLECTOR_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/store.h"

namespace ayni::services {

// All commits up to `sequence`, and of the next one so many changes.
struct FeedPlace {
  storage::Sequence sequence = 0;
  uint64_t changes = 0;

  friend bool operator<(const FeedPlace& a, const FeedPlace& b) {
    return a.sequence != b.sequence ? a.sequence < b.sequence : a.changes < b.changes;
  }
};

class Collector {
 public:
  using Clock = std::function<absl::Time()>;

  // At the place where it was left, or for the first time at the feed's end. REQUIRES: the store outlives it.
  static absl::StatusOr<std::unique_ptr<Collector>> Open(storage::Store* store, Clock clock);

  // Makes the notices of the commits that follow, at most so many of them that a stop does not wait: how
  // many. Called until sequence() is the store's, and again after an error.
  absl::StatusOr<int64_t> Collect();

  // The last commit that was read.
  storage::Sequence sequence() const { return place_.sequence; }

  // Writes down how far it is, where nothing was to be told for long.
  absl::Status Save();

 private:
  Collector(storage::Store* store, Clock clock) : store_(*store), clock_(std::move(clock)) {}

  absl::Status ReadPlace();
  // Goes to the store's end, where nobody is there to be told.
  absl::Status PassOver();
  absl::StatusOr<int64_t> CollectEntry(const storage::FeedEntry& entry);
  // Of these matches, with `after` as the new place.
  absl::StatusOr<int64_t> MakeNotices(const std::vector<std::string>& matches, const FeedPlace& after);
  // What is queued of a subscription that is gone.
  absl::Status DropNotices(const std::string& subscription);
  void AddPlace(const FeedPlace& place, storage::Change* change) const;

  storage::Store& store_;
  const Clock clock_;
  FeedPlace place_;
  // As it is stored.
  FeedPlace stored_place_;
  storage::Version stored_version_ = 0;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_NOTICE_COLLECTOR_H_
