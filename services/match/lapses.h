// Matches that both sides did not accept in time: their units go back to the market by themselves.
#ifndef AYNI_SERVICES_MATCH_LAPSES_H_
#define AYNI_SERVICES_MATCH_LAPSES_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/policy.pb.h"
#include "services/log.h"
#include "services/repeating_thread.h"
#include "storage/store.h"

namespace ayni::services {

// Until when both sides of a match may say yes: so many hours after it was made, and never beyond the last
// day of its need's window.
absl::Time AnswerByTime(const v1::Match& match, const v1::Need& need, const v1::MatchTerms& terms);

// At most so many a call, so that a stop does not wait.
inline constexpr int kLapsesMax = 1'000;
// Lapses matches whose time was over at `now`, each in a commit of its own, and the earliest first: how many
// did. Of one that is answered at the same moment, one of the two holds. Costs nothing where none is due.
absl::StatusOr<int> LapseMatches(absl::Time now, storage::Store* store);

// Does so again and again, on a thread of its own, until it is destroyed.
class Lapses {
 public:
  using Clock = std::function<absl::Time()>;

  // REQUIRES: all outlive it.
  Lapses(storage::Store* store, const Log* log, Clock clock);

 private:
  bool Pass();

  storage::Store& store_;
  const Log& log_;
  const Clock clock_;
  RepeatingThread thread_;  // last
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MATCH_LAPSES_H_
