// The desk where rounds are cleared, one at a time, on a thread of its own.
//
// To publish a round, a caller takes the lease, commits the round as CLEARING, and begins; the desk clears,
// verifies and commits, or puts the round back to DRAFT with the reason. To try one, or to try policies, a
// caller takes the lease and begins. What the desk knows of an attempt is in memory only, and kept for the
// last kAttemptsKept subjects: rounds and trials.
#ifndef AYNI_SERVICES_ROUND_CLEARING_DESK_H_
#define AYNI_SERVICES_ROUND_CLEARING_DESK_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/method.h"
#include "services/resource/stored.h"
#include "services/round/clear_round.h"
#include "services/round/clearing_figures.h"
#include "services/round/operation_view.h"
#include "services/round/round_bundle.h"
#include "storage/store.h"

namespace ayni::services {

inline constexpr size_t kAttemptsKept = 64;
inline constexpr size_t kWaitersMax = 10'000;

// Thread-safety: any method from any thread at any time, but Recover before all others.
class ClearingDesk {
 public:
  using Clock = std::function<absl::Time()>;
  // Called once, from a thread of the desk; must not block.
  using Wake = std::function<void()>;

  // REQUIRES: the store outlives the desk.
  ClearingDesk(storage::Store* store, Clock clock);
  ~ClearingDesk();
  ClearingDesk(const ClearingDesk&) = delete;
  ClearingDesk& operator=(const ClearingDesk&) = delete;

  // Cancels what is under way, and wakes whoever waits: returns when its round is put back. Nothing begins
  // any more. Once, and from no thread of the desk; the destructor does it where nobody did.
  void Stop();

  // Puts rounds that an earlier server left CLEARING back to DRAFT, with a failure that says so.
  absl::Status Recover();

  // Takes the lease for `holder`, who may share it with others that want the same of the same subject.
  // FailedPrecondition where others want something else, or something is under way.
  absl::Status TakeLease(const Call* holder, const std::string& subject, bool publishes);
  // Gives it back, if `holder` has it; a clearing that has begun keeps it until its end.
  void DropLease(const Call* holder);

  // Begins to clear what the lease was taken for. Nothing where the round is under way already, or where
  // `call` holds no lease: it was a repetition.
  void Begin(const std::shared_ptr<const Call>& call, const std::string& round, bool publishes,
             const std::string& request_id);

  // What is tried beside rounds: clears by the options and answers. Runs on the desk's thread.
  using Trial = std::function<absl::StatusOr<std::unique_ptr<Message>>(const ClearRoundOptions&)>;
  // Begins the trial that the lease was taken for, as Begin.
  void BeginTrial(const std::shared_ptr<const Call>& call, const std::string& subject,
                  const v1::RoundProgress& progress, Trial trial);

  // The last attempt on the subject; nullopt where none is remembered.
  std::optional<Attempt> FindAttempt(const std::string& subject) const;
  // Of which an attempt is remembered, by name.
  std::vector<std::string> Subjects() const;
  // Forgets the last attempt on the subject. FailedPrecondition where it is under way.
  absl::Status Forget(const std::string& subject);
  // Asks the attempt on the subject to end, if it is under way. It ends within 100 ms unless it is being
  // committed.
  void Cancel(const std::string& subject, const std::string& principal);
  // Calls `wake` when the attempt on the subject is done, at `deadline`, or at once where nothing is under
  // way. ResourceExhausted where too many wait already.
  absl::Status Wait(const std::string& subject, absl::Time deadline, Wake wake);

  const ClearingFigures& figures() const { return figures_; }

 private:
  // One attempt with all that its thread needs.
  struct Job {
    std::shared_ptr<const Call> call;
    std::string subject;
    std::string request_id;
    Trial trial;                // null: the subject is a round
    Attempt attempt;            // guarded by mutex_
    bool is_cancelled = false;  // guarded by mutex_
    std::string cancelled_by;   // guarded by mutex_
  };
  struct Waiter {
    std::string subject;
    absl::Time deadline;
    Wake wake;
  };

  void Begin(std::shared_ptr<Job> job);
  bool IsUnderWay(const std::string& subject) const;
  void ClearJobs();
  void WakeWaiters();
  void Run(Job* job);
  absl::Status Try(Job* job);
  absl::Status RunTrial(Job* job);
  absl::Status Publish(Job* job);
  absl::Status PublishSnapshot(Job* job, const StoredRecord& round);
  // Commits the cleared round, less what changed since, as often as it takes.
  absl::Status Commit(Job* job, const storage::Snapshot& snapshot, absl::Time snapshot_time,
                      const ClearedRound& cleared, const KeptColumns& columns, const StoredRecord& round);
  // Stop and progress of the job's clearings.
  ClearRoundOptions OptionsFor(Job* job, absl::Time now);
  absl::StatusOr<std::unique_ptr<ClearedRound>> Clear(Job* job, const storage::Snapshot& snapshot,
                                                      const v1::Round& round, absl::Time now);
  absl::Status PutBack(const Call& call, const std::string& request_id, const StoredRecord& round,
                       const std::string& failure);
  bool IsCancelled(const Job& job) const;
  absl::Status Cancelled(const Job& job) const;
  // Adds the keys of all records that were written after the commit *seen, and moves it on.
  absl::Status AddChangedKeys(storage::Sequence* seen, absl::flat_hash_set<std::string>* keys) const;
  // Holds MatchNow up until the round is published or put back.
  absl::Status CloseGateFor(const StoredRecord& round);
  void SetPhase(Job* job, v1::RoundProgress::Phase phase);
  void Finish(Job* job, absl::Status status);

  storage::Store* const store_;
  const Clock clock_;
  ClearingFigures figures_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  bool stopping_ = false;
  std::pair<std::string, bool> leased_for_;  // the subject, and whether it is to be published
  std::set<const Call*> holders_;
  std::shared_ptr<Job> under_way_;
  std::map<std::string, std::shared_ptr<Job>> last_job_;  // by subject
  std::deque<std::string> job_order_;
  std::vector<Waiter> waiters_;

  std::thread clearing_thread_;
  std::thread waking_thread_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_CLEARING_DESK_H_
