#include "services/round/clearing_desk.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/resource/ledger_seal.h"
#include "services/resource/record_keys.h"
#include "services/resource/time.h"
#include "services/resource/write.h"
#include "services/round/kept_market.h"
#include "services/round/match_gate.h"
#include "services/round/overtaken.h"
#include "services/round/publication.h"
#include "services/round/round_records.h"
#include "services/round/within_budgets.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

constexpr char kPublishMethod[] = "ayni.v1.RoundService/PublishRound";
constexpr size_t kFailureCharactersMax = 2'000;
constexpr size_t kTriedRecordsMax = 20;
// Commits of one round, each after a need or an offer changed under the one before.
constexpr int kCommitsMax = 1'000;
// Entries of the feed read at a time.
constexpr size_t kFeedEntries = 256;

const ResourceType& RoundType() { return ResourceType::Of<v1::Round>(); }

// PublishRound, of ayni.v1.RoundService/PublishRound.
std::string MethodNameOf(const std::string& method) { return method.substr(method.rfind('/') + 1); }

}  // namespace

ClearingDesk::ClearingDesk(storage::Store* store, Clock clock)
    : store_(store),
      clock_(std::move(clock)),
      clearing_thread_([this] { ClearJobs(); }),
      waking_thread_([this] { WakeWaiters(); }) {}

ClearingDesk::~ClearingDesk() { Stop(); }

void ClearingDesk::Stop() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(stopping_, true)) return;
    changed_.notify_all();
  }
  clearing_thread_.join();
  waking_thread_.join();
  for (Waiter& waiter : waiters_) waiter.wake();
  waiters_.clear();
}

absl::Status ClearingDesk::Recover() {
  auto snapshot = store_->TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto cursor = (*snapshot)->Scan(storage::KeyRange::Prefix(RecordKey(RoundType(), "")));
  Call call;
  call.method = kPublishMethod;
  while (cursor->Next()) {
    const std::string name = NameOfRecordKey(cursor->key());
    auto stored = ReadRecord(**snapshot, RoundType(), name);
    if (!stored.ok()) return stored.status();
    if (static_cast<const v1::Round&>(*stored->record).state() != v1::Round::STATE_CLEARING) continue;
    call.now = clock_();
    absl::Status status =
        PutBack(call, "", *stored,
                "the server stopped while it was being cleared, and nothing was published; publish it again");
    if (!status.ok()) return status;
  }
  return cursor->status();
}

absl::Status ClearingDesk::TakeLease(const Call* holder, const std::string& subject, bool publishes) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return absl::UnavailableError("the server is stopping");
  const bool is_free =
      under_way_ == nullptr && (holders_.empty() || leased_for_ == std::pair(subject, publishes));
  if (!is_free) {
    return StateForbids("CLEARING_UNDER_WAY", subject,
                        absl::StrCat("can't be cleared while ", leased_for_.first,
                                     " is: wait for its operation to end, or cancel it"));
  }
  leased_for_ = {subject, publishes};
  holders_.insert(holder);
  return absl::OkStatus();
}

void ClearingDesk::DropLease(const Call* holder) {
  const std::lock_guard lock(mutex_);
  holders_.erase(holder);
}

void ClearingDesk::Begin(const std::shared_ptr<const Call>& call, const std::string& round, bool publishes,
                         const std::string& request_id) {
  auto job = std::make_shared<Job>();
  job->call = call;
  job->subject = round;
  job->request_id = request_id;
  job->attempt.publishes = publishes;
  job->attempt.progress.set_round(round);
  Begin(std::move(job));
}

void ClearingDesk::BeginTrial(const std::shared_ptr<const Call>& call, const std::string& subject,
                              const v1::RoundProgress& progress, Trial trial) {
  auto job = std::make_shared<Job>();
  job->call = call;
  job->subject = subject;
  job->trial = std::move(trial);
  job->attempt.progress = progress;
  Begin(std::move(job));
}

void ClearingDesk::Begin(std::shared_ptr<Job> job) {
  const std::lock_guard lock(mutex_);
  // A repetition took no lease: the call that it repeats begins, or has begun, what it asked for.
  if (stopping_ || under_way_ != nullptr || !holders_.contains(job->call.get())) return;
  if (last_job_.insert_or_assign(job->subject, job).second) job_order_.push_back(job->subject);
  under_way_ = std::move(job);
  if (job_order_.size() > kAttemptsKept) {
    last_job_.erase(job_order_.front());
    job_order_.pop_front();
  }
  changed_.notify_all();
}

std::optional<Attempt> ClearingDesk::FindAttempt(const std::string& subject) const {
  const std::lock_guard lock(mutex_);
  const auto found = last_job_.find(subject);
  if (found == last_job_.end()) return std::nullopt;
  return found->second->attempt;
}

std::vector<std::string> ClearingDesk::Subjects() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> subjects;
  for (const auto& [subject, job] : last_job_) subjects.push_back(subject);
  return subjects;
}

absl::Status ClearingDesk::Forget(const std::string& subject) {
  const std::lock_guard lock(mutex_);
  if (IsUnderWay(subject)) {
    return StateForbids("CLEARING_UNDER_WAY", subject,
                        "is being cleared: cancel its operation, or wait for it");
  }
  if (last_job_.erase(subject) > 0)
    job_order_.erase(std::find(job_order_.begin(), job_order_.end(), subject));
  return absl::OkStatus();
}

void ClearingDesk::Cancel(const std::string& subject, const std::string& principal) {
  const std::lock_guard lock(mutex_);
  if (!IsUnderWay(subject)) return;
  under_way_->is_cancelled = true;
  under_way_->cancelled_by = principal;
}

absl::Status ClearingDesk::Wait(const std::string& subject, absl::Time deadline, Wake wake) {
  {
    const std::lock_guard lock(mutex_);
    if (IsUnderWay(subject) && !stopping_) {
      if (waiters_.size() >= kWaitersMax) {
        return absl::ResourceExhaustedError(
            "too many calls wait for operations; ask again later with GetOperation");
      }
      waiters_.push_back({subject, deadline, std::move(wake)});
      changed_.notify_all();
      return absl::OkStatus();
    }
  }
  wake();
  return absl::OkStatus();
}

// REQUIRES: mutex_ is held.
bool ClearingDesk::IsUnderWay(const std::string& subject) const {
  return under_way_ != nullptr && under_way_->subject == subject;
}

void ClearingDesk::ClearJobs() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || under_way_ != nullptr; });
    if (under_way_ == nullptr) return;
    const std::shared_ptr<Job> job = under_way_;
    lock.unlock();
    Run(job.get());
    lock.lock();
    if (stopping_) return;
  }
}

void ClearingDesk::WakeWaiters() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const absl::Time now = absl::Now();
    absl::Time next = now + absl::Seconds(1);
    std::vector<Waiter> due;
    for (auto at = waiters_.begin(); at != waiters_.end();) {
      if (!IsUnderWay(at->subject) || at->deadline <= now) {
        due.push_back(std::move(*at));
        at = waiters_.erase(at);
      } else {
        next = std::min(next, (at++)->deadline);
      }
    }
    if (!due.empty()) {
      lock.unlock();
      for (Waiter& waiter : due) waiter.wake();
      lock.lock();
      continue;
    }
    changed_.wait_for(lock, absl::ToChronoNanoseconds(next - now));
  }
}

void ClearingDesk::Run(Job* job) {
  if (job->trial != nullptr) return Finish(job, RunTrial(job));
  Finish(job, job->attempt.publishes ? Publish(job) : Try(job));
}

absl::Status ClearingDesk::RunTrial(Job* job) {
  auto tried = job->trial(OptionsFor(job, clock_()));
  if (absl::IsCancelled(tried.status())) return Cancelled(*job);
  if (!tried.ok()) return tried.status();
  const std::lock_guard lock(mutex_);
  job->attempt.tried = *std::move(tried);
  return absl::OkStatus();
}

bool ClearingDesk::IsCancelled(const Job& job) const {
  const std::lock_guard lock(mutex_);
  return job.is_cancelled || stopping_;
}

void ClearingDesk::SetPhase(Job* job, v1::RoundProgress::Phase phase) {
  figures_.Enter(phase, clock_());
  const std::lock_guard lock(mutex_);
  job->attempt.progress.set_phase(phase);
}

void ClearingDesk::Finish(Job* job, absl::Status status) {
  figures_.End(MethodNameOf(job->call->method), status.code(), clock_());
  const std::lock_guard lock(mutex_);
  job->attempt.progress.set_phase(v1::RoundProgress::PHASE_DONE);
  job->attempt.error = std::move(status);
  job->attempt.done = true;
  under_way_ = nullptr;
  changed_.notify_all();
}

ClearRoundOptions ClearingDesk::OptionsFor(Job* job, absl::Time now) {
  ClearRoundOptions options;
  options.now = now;
  options.secret = store_->secret();
  options.stop = [this, job] { return IsCancelled(*job); };
  options.progress = [this, job](const v1::RoundProgress& progress) {
    figures_.Enter(progress.phase(), clock_());
    const std::lock_guard lock(mutex_);
    job->attempt.progress = progress;
  };
  return options;
}

absl::StatusOr<std::unique_ptr<ClearedRound>> ClearingDesk::Clear(Job* job, const storage::Snapshot& snapshot,
                                                                  const v1::Round& round, absl::Time now) {
  auto cleared = ClearRound(snapshot, round, OptionsFor(job, now));
  if (cleared.ok() || !absl::IsCancelled(cleared.status())) return cleared;
  return Cancelled(*job);
}

absl::Status ClearingDesk::Cancelled(const Job& job) const {
  const std::lock_guard lock(mutex_);
  if (!job.is_cancelled) return absl::CancelledError("the server was stopped");
  return absl::CancelledError(absl::StrCat("cancelled by ", job.cancelled_by));
}

absl::Status ClearingDesk::Try(Job* job) {
  auto snapshot = store_->TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto stored = ReadRecord(**snapshot, RoundType(), job->subject);
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) return ResourceNotFound(RoundType().type(), job->subject);
  const absl::Time now = clock_();
  auto cleared = Clear(job, **snapshot, static_cast<const v1::Round&>(*stored->record), now);
  if (!cleared.ok()) return cleared.status();
  std::vector<MatchedEdge> matched = MatchedEdges(**cleared);
  v1::TryRoundResponse tried;
  *tried.mutable_summary() = SummaryOf(**cleared, matched);
  std::vector<v1::SegmentReport> reports =
      SegmentReportRecords(**cleared, (*cleared)->posed.segments, job->subject, matched);
  reports.resize(std::min(reports.size(), kTriedRecordsMax));
  for (v1::SegmentReport& report : reports) *tried.add_segment_reports() = std::move(report);
  const std::vector<int32_t>& weight = (*cleared)->posed.problem.edge_weight;
  std::sort(matched.begin(), matched.end(), [&weight](const MatchedEdge& a, const MatchedEdge& b) {
    return std::tuple(-weight[a.edge], a.number) < std::tuple(-weight[b.edge], b.number);
  });
  matched.resize(std::min(matched.size(), kTriedRecordsMax));
  for (const MatchedEdge& each : matched) {
    v1::Match* match = tried.add_matches();
    *match = MatchRecord(**cleared, job->subject, each, now);
    absl::Status filled = FillEvidence(**snapshot, match->mutable_conflicts());
    if (!filled.ok()) return filled;
  }
  const std::lock_guard lock(mutex_);
  job->attempt.tried = std::make_shared<const v1::TryRoundResponse>(std::move(tried));
  return absl::OkStatus();
}

absl::Status ClearingDesk::Publish(Job* job) {
  auto stored = ReadRecord(*store_, RoundType(), job->subject);
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) return ResourceNotFound(RoundType().type(), job->subject);
  // Two that shared the lease begin one after the other where the first ends soon.
  if (static_cast<const v1::Round&>(*stored->record).state() != v1::Round::STATE_CLEARING) {
    return StateForbids("ROUND_NOT_CLEARING", job->subject, "is not being cleared for publication any more");
  }
  absl::Status status = PublishSnapshot(job, *stored);
  if (status.ok()) return status;
  Call call = *job->call;
  call.now = clock_();
  absl::Status put_back = PutBack(call, job->request_id, *stored, std::string(status.message()));
  if (put_back.ok()) return status;
  return absl::Status(
      status.code(),
      absl::StrCat(status.message(),
                   "; the round stays CLEARING until the server starts again: ", put_back.message()));
}

absl::Status ClearingDesk::PublishSnapshot(Job* job, const StoredRecord& round) {
  auto snapshot = store_->TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const absl::Time now = clock_();
  auto cleared = Clear(job, **snapshot, static_cast<const v1::Round&>(*round.record), now);
  if (!cleared.ok()) return cleared.status();
  SetPhase(job, v1::RoundProgress::PHASE_COMMIT);
  const auto kept = KeepMarket(
      **snapshot, job->subject, [this, job] { return IsCancelled(*job); }, store_);
  if (absl::IsCancelled(kept.status())) return Cancelled(*job);
  if (!kept.ok()) return kept.status();
  const auto columns =
      KeepColumns(**cleared, job->subject,
                  Pseudonyms(store_->secret(), static_cast<const v1::Round&>(*round.record)), store_);
  if (!columns.ok()) return columns.status();
  return Commit(job, **snapshot, now, **cleared, *columns, round);
}

absl::Status ClearingDesk::Commit(Job* job, const storage::Snapshot& snapshot, absl::Time snapshot_time,
                                  const ClearedRound& cleared, const KeptColumns& columns,
                                  const StoredRecord& round) {
  Call call = *job->call;
  call.now = clock_();
  const Pseudonyms pseudonyms(store_->secret(), static_cast<const v1::Round&>(*round.record));
  const Publisher publisher(call, job->request_id, snapshot, snapshot_time, cleared, round, columns,
                            pseudonyms);
  if (absl::Status status = CloseGateFor(round); !status.ok()) return status;
  absl::flat_hash_set<std::string> changed_keys;
  storage::Sequence seen = snapshot.sequence();
  for (int commits = 0; commits < kCommitsMax; ++commits) {
    if (IsCancelled(*job)) return Cancelled(*job);
    const storage::Sequence seen_before = seen;
    if (absl::Status status = AddChangedKeys(&seen, &changed_keys); !status.ok()) return status;
    if (changed_keys.contains(RecordKey(RoundType(), job->subject))) {
      return absl::AbortedError(absl::StrCat(job->subject, " changed while it was being cleared"));
    }
    // What lost although nothing changed loses again.
    if (commits > 0 && seen == seen_before) break;
    const auto made_since = ReadMadeNow(*store_, changed_keys);
    if (!made_since.ok()) return made_since.status();
    const auto budgets = ReadBudgets(*store_, cleared);
    if (!budgets.ok()) return budgets.status();
    auto publication = publisher.Publish(changed_keys, *made_since, *budgets);
    if (!publication.ok()) return publication.status();
    SealLeaves(store_->secret(), &publication->change);
    const int64_t match_count = publication->round.summary().match_count();
    const auto receipt = store_->CommitAndWait(std::move(publication->change));
    if (receipt.ok()) return absl::OkStatus();
    if (absl::IsInvalidArgument(receipt.status())) {
      return StateForbids("ROUND_TOO_LARGE", job->subject,
                          absl::StrCat("came to ", match_count, " matches, more than one commit takes (",
                                       receipt.status().message(), ")"));
    }
    if (!absl::IsAborted(receipt.status()) && !absl::IsAlreadyExists(receipt.status()))
      return receipt.status();
  }
  return absl::AbortedError(
      "needs, offers and budgets kept changing while the round was being written; publish it again");
}

absl::Status ClearingDesk::CloseGateFor(const StoredRecord& round) {
  const std::string& name = static_cast<const v1::Round&>(*round.record).name();
  storage::Change change;
  CloseGate(name, &change);
  change.preconditions.push_back(storage::Precondition::At(RecordKey(RoundType(), name), round.version));
  const auto receipt = store_->CommitAndWait(std::move(change));
  if (absl::IsAborted(receipt.status()))
    return absl::AbortedError(absl::StrCat(name, " changed while it was being cleared"));
  return receipt.status();
}

absl::Status ClearingDesk::AddChangedKeys(storage::Sequence* seen,
                                          absl::flat_hash_set<std::string>* keys) const {
  while (*seen < store_->sequence()) {
    auto entries = store_->Feed(*seen, kFeedEntries);
    if (!entries.ok()) return entries.status();
    if (entries->empty()) break;
    for (storage::FeedEntry& entry : *entries) {
      for (storage::FeedChange& change : entry.changes) keys->insert(std::move(change.key));
    }
    *seen = entries->back().sequence;
  }
  return absl::OkStatus();
}

absl::Status ClearingDesk::PutBack(const Call& call, const std::string& request_id, const StoredRecord& round,
                                   const std::string& failure) {
  v1::Round record = static_cast<const v1::Round&>(*round.record);
  record.set_state(v1::Round::STATE_DRAFT);
  record.set_failure(failure.substr(0, kFailureCharactersMax));
  *record.mutable_update_time() = LaterOf(record.update_time(), call.now);
  storage::Change change;
  AddPut(call, request_id, KindOf<v1::Round>(), round, record, &change);
  OpenGate(&change);
  change.preconditions.push_back(
      storage::Precondition::At(RecordKey(RoundType(), record.name()), round.version));
  SealLeaves(store_->secret(), &change);
  return store_->CommitAndWait(std::move(change)).status();
}

}  // namespace ayni::services
