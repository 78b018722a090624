#include "storage/committer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/empty_range.h"
#include "storage/failed_preconditions.h"
#include "storage/ledger/merkle.h"

namespace ayni::storage {
namespace {

using std::chrono::steady_clock;

uint64_t MicrosSince(steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - start).count();
}

absl::StatusOr<Version> ReadVersion(const Database& database, std::string_view key) {
  rocksdb::PinnableSlice row;
  const absl::StatusOr<bool> found = database.Get(nullptr, TableKey(Table::kRecord, key), &row);
  if (!found.ok()) return found.status();
  if (!*found) return 0;
  Version version;
  std::string_view value;
  if (!SplitRecord(row.ToStringView(), &version, &value))
    return database.Corrupt("a record without a version");
  return version;
}

absl::StatusOr<Receipt> Replay(const Change& change, const RequestRow& first) {
  if (change.request_digest != first.digest) {
    return absl::FailedPreconditionError(
        absl::StrCat("request_id '", change.request_id, "' was used before, for another request"));
  }
  return Receipt{first.sequence, true, std::string(first.response)};
}

absl::StatusOr<std::optional<Receipt>> ReadRequest(const Database& database, const PendingChange& pending) {
  rocksdb::PinnableSlice row;
  const absl::StatusOr<bool> found = database.Get(nullptr, pending.request_key, &row);
  if (!found.ok()) return found.status();
  if (!*found) return std::nullopt;
  RequestRow first;
  if (!DecodeRequest(row.ToStringView(), &first)) return database.Corrupt("a request row");
  return Replay(pending.change, first);
}

absl::Status NotWritable() {
  return absl::UnavailableError("the store refuses changes after a failure; nothing was written");
}

}  // namespace

Committer::Committer(Database* database, const RocksDbOptions& options)
    : database_(*database),
      limits_{.items_max = options.change_items_max},
      queue_(options.queued_changes_max, options.queued_bytes_max),
      head_(database->head_at_open()),
      recent_records_(head_.sequence, options.recent_keys_max),
      recent_requests_(head_.sequence, options.recent_keys_max),
      version_cache_(options.cached_versions_max),
      sequence_(head_.sequence),
      leaf_count_(head_.leaf_count),
      thread_([this] { Run(); }) {}

Committer::~Committer() { Close(); }

void Committer::Close() {
  const std::lock_guard lock(close_mutex_);
  queue_.Close();
  if (thread_.joinable()) thread_.join();
  losers_.Close();
}

void Committer::Commit(Change change, Store::Done done) {
  if (!database_.health().ok()) return Refuse(NotWritable(), &done);
  if (absl::Status status = Validate(change, limits_); !status.ok()) return Refuse(status, &done);
  auto pending = std::make_unique<PendingChange>();
  pending->accepted = steady_clock::now();
  pending->bytes = ByteSize(change);
  pending->change = std::move(change);
  pending->leaf_hashes.reserve(pending->change.leaves.size());
  for (const std::string& leaf : pending->change.leaves) pending->leaf_hashes.push_back(LeafHashOf(leaf));
  absl::StatusOr<std::optional<Receipt>> earlier = Observe(pending.get());
  if (!earlier.ok()) return Refuse(earlier.status(), &done);
  if (earlier->has_value()) {
    replayed_.fetch_add(1, std::memory_order_relaxed);
    return done(**std::move(earlier));
  }
  pending->done = std::move(done);
  switch (queue_.Push(&pending)) {
    case CommitQueue::Pushed::kYes:
      return;
    case CommitQueue::Pushed::kFull:
      return Refuse(absl::ResourceExhaustedError(
                        "too many changes wait to be written, nothing was written; try again later"),
                    &pending->done);
    case CommitQueue::Pushed::kClosed:
      return Refuse(absl::UnavailableError("the store is closed, nothing was written"), &pending->done);
  }
}

void Committer::Refuse(const absl::Status& status, Store::Done* done) {
  refused_.fetch_add(1, std::memory_order_relaxed);
  (*done)(status);
}

absl::StatusOr<std::optional<Receipt>> Committer::Observe(PendingChange* pending) const {
  const Change& change = pending->change;
  pending->observed = sequence();
  pending->observed_versions.reserve(change.preconditions.size());
  for (const Precondition& precondition : change.preconditions) {
    if (precondition.is_of_range()) {
      pending->observed_versions.emplace_back();
      continue;
    }
    if (const std::optional<Version> cached = version_cache_.Find(precondition.key)) {
      pending->observed_versions.push_back({*cached, true});
      continue;
    }
    const absl::StatusOr<Version> version = ReadVersion(database_, precondition.key);
    if (!version.ok()) return version.status();
    pending->observed_versions.push_back({*version, false});
  }
  if (change.request_id.empty()) return std::nullopt;
  pending->request_key = RequestKey(change.request_scope, change.request_id);
  return ReadRequest(database_, *pending);
}

Sequence Committer::WaitForCommit(Sequence after, std::chrono::milliseconds timeout) const {
  std::unique_lock lock(published_mutex_);
  published_.wait_for(lock, timeout, [&] { return sequence() > after; });
  return sequence();
}

CommitStats Committer::Stats() const {
  CommitStats stats;
  stats.committed = committed_.load(std::memory_order_relaxed);
  stats.replayed = replayed_.load(std::memory_order_relaxed);
  stats.failed = failed_.load(std::memory_order_relaxed);
  stats.refused = refused_.load(std::memory_order_relaxed);
  stats.group_changes = group_changes_.Read();
  stats.write_micros = write_micros_.Read();
  stats.commit_micros = commit_micros_.Read();
  return stats;
}

void Committer::Run() {
  Group group;
  while (queue_.TakeGroup(kGroupChangesMax, kGroupBytesMax, &group)) {
    CommitGroup(group);
    group.clear();
  }
}

void Committer::CommitGroup(const Group& group) {
  recent_records_.Rotate(head_.sequence);
  recent_requests_.Rotate(head_.sequence);
  GroupBatch batch(head_);
  std::vector<Outcome> outcomes;
  outcomes.reserve(group.size());
  for (const std::unique_ptr<PendingChange>& pending : group) outcomes.push_back(Admit(*pending, &batch));
  const absl::Status written = Write(&batch);
  if (written.ok() && !batch.empty()) Publish(batch.head());
  Answer(written, group, &outcomes);
}

Committer::Outcome Committer::Admit(const PendingChange& pending, GroupBatch* batch) {
  Outcome outcome;
  absl::StatusOr<std::optional<Receipt>> earlier = FindRequest(pending, *batch);
  if (!earlier.ok()) {
    outcome.status = earlier.status();
    return outcome;
  }
  if (earlier->has_value()) {
    outcome.receipt = **std::move(earlier);
    outcome.in_batch = outcome.receipt.sequence > head_.sequence;
    return outcome;
  }
  outcome.status = CheckPreconditions(pending, *batch);
  if (!outcome.status.ok()) return outcome;
  outcome.receipt.sequence = batch->Add(pending);
  outcome.in_batch = true;
  outcome.written = true;
  Remember(pending, outcome.receipt.sequence);
  return outcome;
}

void Committer::Remember(const PendingChange& pending, Sequence sequence) {
  const auto remember = [this](const std::string& key, Version version) {
    recent_records_.Add(key, version);
    version_cache_.Update(key, version);
  };
  for (const Put& put : pending.change.puts) remember(put.key, sequence);
  for (const std::string& key : pending.change.deletes) remember(key, 0);
  if (!pending.request_key.empty()) recent_requests_.Add(pending.request_key, sequence);
}

absl::StatusOr<std::optional<Receipt>> Committer::FindRequest(const PendingChange& pending,
                                                              const GroupBatch& batch) const {
  if (pending.request_key.empty()) return std::nullopt;
  const std::optional<Sequence> recent = recent_requests_.Find(pending.request_key);
  if (!recent) {
    // When it was queued there was no such request, and none was written since.
    if (pending.observed >= recent_requests_.floor()) return std::nullopt;
    return ReadRequest(database_, pending);
  }
  const PendingChange* const first = batch.Find(*recent);
  if (first == nullptr) return ReadRequest(database_, pending);
  return Replay(pending.change, {*recent, first->change.request_digest, first->change.response});
}

absl::Status Committer::CheckPreconditions(const PendingChange& pending, const GroupBatch& batch) {
  std::vector<const Precondition*> failed;
  const std::vector<Precondition>& preconditions = pending.change.preconditions;
  for (size_t i = 0; i < preconditions.size(); ++i) {
    const absl::StatusOr<bool> holds = Holds(pending, i, batch);
    if (!holds.ok()) return holds.status();
    if (!*holds) failed.push_back(&preconditions[i]);
  }
  return failed.empty() ? absl::OkStatus() : PreconditionsFailed(failed);
}

absl::StatusOr<bool> Committer::Holds(const PendingChange& pending, size_t precondition,
                                      const GroupBatch& batch) {
  const Precondition& wanted = pending.change.preconditions[precondition];
  if (wanted.is_of_range()) return RangeHolds(database_, batch, wanted);
  const absl::StatusOr<Version> current = CurrentVersion(pending, precondition);
  if (!current.ok()) return current.status();
  const bool is_known = pending.observed_versions[precondition].cached;
  if (*current != 0 && !is_known) version_cache_.Learn(wanted.key, *current);
  return wanted.HoldsAt(*current);
}

absl::StatusOr<Version> Committer::CurrentVersion(const PendingChange& pending, size_t precondition) const {
  const std::string& key = pending.change.preconditions[precondition].key;
  if (const std::optional<Version> recent = recent_records_.Find(key)) return *recent;
  if (pending.observed >= recent_records_.floor()) return pending.observed_versions[precondition].version;
  return ReadVersion(database_, key);
}

absl::Status Committer::Write(GroupBatch* batch) {
  if (!database_.health().ok()) return NotWritable();
  if (batch->empty()) return absl::OkStatus();
  const steady_clock::time_point start = steady_clock::now();
  absl::Status written = database_.Write(batch->Finish());
  write_micros_.Observe(MicrosSince(start));
  group_changes_.Observe(batch->size());
  return written;
}

void Committer::Publish(const Head& head) {
  head_ = head;
  database_.NoteSequence(head.sequence);
  database_.Acknowledge(head.sequence);
  {
    const std::lock_guard lock(published_mutex_);
    leaf_count_.store(head.leaf_count, std::memory_order_release);
    sequence_.store(head.sequence, std::memory_order_release);
  }
  published_.notify_all();
}

void Committer::Answer(const absl::Status& written, const Group& group, std::vector<Outcome>* outcomes) {
  for (size_t i = 0; i < group.size(); ++i) {
    Outcome& outcome = (*outcomes)[i];
    PendingChange& pending = *group[i];
    if (!written.ok()) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      pending.done(outcome.in_batch ? written : NotWritable());
      continue;
    }
    if (!outcome.status.ok()) {
      failed_.fetch_add(1, std::memory_order_relaxed);
      losers_.Answer(std::move(pending.done), std::move(outcome.status));
      continue;
    }
    if (outcome.written) {
      committed_.fetch_add(1, std::memory_order_relaxed);
      commit_micros_.Observe(MicrosSince(pending.accepted));
      outcome.receipt.response = std::move(pending.change.response);
    } else {
      replayed_.fetch_add(1, std::memory_order_relaxed);
    }
    pending.done(std::move(outcome.receipt));
  }
}

}  // namespace ayni::storage
