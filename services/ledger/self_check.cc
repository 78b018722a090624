#include "services/ledger/self_check.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/resource/digest.h"
#include "services/resource/ledger_seal.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"
#include "services/resource/time.h"
#include "services/rules/ledger_methods.h"
#include "services/text_view.h"

namespace ayni::services {
namespace {

constexpr size_t kLeavesPerBatch = 1000;
constexpr int kRecordsPerBatch = 1000;
// A server that has just started has other things to do.
constexpr absl::Duration kFirstPassAfter = absl::Minutes(1);

// The first bytes of a digest: enough to tell names, or contents, apart.
uint64_t Short(std::string_view digest) {
  uint64_t value = 0;
  std::memcpy(&value, digest.data(), std::min(digest.size(), sizeof(value)));
  return value;
}

uint64_t ShortOfName(const std::string& name) { return Short(storage::View(storage::Sha256({name}))); }

class StoreCheck {
 public:
  StoreCheck(const storage::Store& store, const v1::Checkpoint* checkpoint, const Pace& pace)
      : store_(store), checkpoint_(checkpoint), pace_(pace) {}

  absl::StatusOr<v1::LedgerHealth> Run() {
    auto snapshot = store_.TakeSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    absl::Status status =
        ForEachLeaf((*snapshot)->leaf_count(),
                    [this](uint64_t index, const storage::Leaf& leaf) { CheckLeaf(index, leaf); });
    if (!status.ok()) return status;
    CheckRoot();
    for (const ResourceType* type : ResourceType::All()) {
      const bool has_leaves = type->descriptor() != v1::LedgerEntry::descriptor() &&
                              type->descriptor() != v1::Checkpoint::descriptor();
      if (!has_leaves) continue;
      status = CheckRecords(*type, **snapshot);
      if (!status.ok()) return status;
    }
    if (!latest_.empty()) status = NameVanished((*snapshot)->leaf_count());
    if (!status.ok()) return status;
    health_.set_leaf_count(static_cast<int64_t>((*snapshot)->leaf_count()));
    return health_;
  }

 private:
  void Find(const std::string& resource, const std::string& finding) {
    health_.set_mismatch_count(health_.mismatch_count() + 1);
    if (health_.mismatches_size() == kMismatchesShownMax) return;
    v1::LedgerMismatch* mismatch = health_.add_mismatches();
    mismatch->set_resource(resource);
    mismatch->set_finding(finding);
  }

  template <typename Check>
  absl::Status ForEachLeaf(uint64_t count, const Check& check) {
    for (uint64_t next = 0; next < count;) {
      if (!pace_()) return absl::CancelledError("the check was stopped");
      const absl::StatusOr<std::vector<storage::Leaf>> leaves =
          store_.ReadLeaves(next, std::min<uint64_t>(kLeavesPerBatch, count - next));
      if (!leaves.ok()) return leaves.status();
      if (leaves->empty()) return absl::DataLossError("the ledger has fewer leaves than its head says");
      for (const storage::Leaf& leaf : *leaves) check(next++, leaf);
    }
    return absl::OkStatus();
  }

  void CheckLeaf(uint64_t index, const storage::Leaf& leaf) {
    if (storage::LeafHashOf(leaf.bytes) != leaf.hash)
      Find(LedgerEntryName(index), "is not what its hash is of");
    frontier_.Add(leaf.hash);
    if (checkpoint_ != nullptr && frontier_.size() == static_cast<uint64_t>(checkpoint_->leaf_count()))
      root_ = std::string(storage::View(frontier_.Root()));
    if (!event_.ParseFromString(leaf.bytes)) return Find(LedgerEntryName(index), "is no ledger event");
    const uint64_t name = ShortOfName(event_.resource());
    if (event_.after_digest().empty()) {
      latest_.erase(name);
    } else {
      latest_[name] = Short(event_.after_digest());
    }
  }

  void CheckRoot() {
    if (checkpoint_ == nullptr || checkpoint_->leaf_count() == 0 || root_ == checkpoint_->root_hash()) return;
    Find(checkpoint_->name(), "was signed with another root than the ledger's first leaves have now");
  }

  absl::Status CheckRecords(const ResourceType& type, const storage::Snapshot& snapshot) {
    const auto cursor = snapshot.Scan(storage::KeyRange::Prefix(RecordKey(type, "")));
    int in_batch = 0;
    while (cursor->Next()) {
      if (++in_batch == kRecordsPerBatch) {
        in_batch = 0;
        if (!pace_()) return absl::CancelledError("the check was stopped");
      }
      CheckRecord(NameOfRecordKey(cursor->key()), cursor->value());
    }
    return cursor->status();
  }

  void CheckRecord(const std::string& name, std::string_view value) {
    health_.set_record_count(health_.record_count() + 1);
    const auto latest = latest_.find(ShortOfName(name));
    if (latest == latest_.end()) return Find(name, "stands in the store, and no ledger entry made it");
    const std::string content(storage::View(storage::Sha256({value})));
    if (Short(SealedDigest(store_.secret(), name, content)) != latest->second)
      Find(name, "is not what its last ledger entry says");
    latest_.erase(latest);
  }

  // What is left has a last entry with content, and no record.
  absl::Status NameVanished(uint64_t leaf_count) {
    return ForEachLeaf(leaf_count, [this](uint64_t, const storage::Leaf& leaf) {
      if (!event_.ParseFromString(leaf.bytes) || latest_.erase(ShortOfName(event_.resource())) == 0) return;
      Find(event_.resource(), "is gone from the store, and no ledger entry deleted it");
    });
  }

  const storage::Store& store_;
  const v1::Checkpoint* checkpoint_;
  const Pace& pace_;
  v1::LedgerHealth health_;
  v1::LedgerEvent event_;
  storage::MerkleFrontier frontier_;
  std::string root_;
  // Of each name whose last leaf has a content, that content.
  absl::flat_hash_map<uint64_t, uint64_t> latest_;
};

}  // namespace

absl::StatusOr<v1::LedgerHealth> CheckStore(const storage::Store& store, const v1::Checkpoint* checkpoint,
                                            const Pace& pace) {
  return StoreCheck(store, checkpoint, pace).Run();
}

SelfCheck::SelfCheck(const storage::Store* store, Notary* notary, const Log* log, Notary::Clock clock,
                     SelfCheckOptions options)
    : store_(*store), notary_(*notary), log_(*log), clock_(std::move(clock)), options_(options) {
  thread_ = std::thread([this] { Run(); });
}

SelfCheck::~SelfCheck() { Stop(); }

void SelfCheck::Stop() {
  {
    const absl::MutexLock lock(&mutex_);
    if (stops_) return;
    stops_ = true;
  }
  thread_.join();
  if (options_.checkpoint_interval > absl::ZeroDuration()) Sign();
}

v1::LedgerHealth SelfCheck::Health() const {
  v1::LedgerHealth health;
  {
    const absl::MutexLock lock(&mutex_);
    health = health_;
  }
  health.set_refusal(notary_.refusal());
  if (const absl::StatusOr<v1::Checkpoint> last = notary_.Last(); last.ok()) {
    health.set_checkpoint_leaf_count(last->leaf_count());
    *health.mutable_checkpoint_time() = last->time();
  }
  return health;
}

std::vector<FigureFamily> SelfCheck::Figures() const {
  const v1::LedgerHealth health = Health();
  const auto seconds = [](const google::protobuf::Timestamp& time) {
    return static_cast<double>(time.seconds());
  };
  return {
      Gauge("ayni_ledger_mismatches", "Records and leaves that the last check of the store found wrong.",
            static_cast<double>(health.mismatch_count())),
      Gauge("ayni_ledger_check_time_seconds", "When the last check of the store ended; 0: none has.",
            seconds(health.check_time())),
      Gauge("ayni_ledger_checked_records", "Records that the last check compared.",
            static_cast<double>(health.record_count())),
      Gauge("ayni_ledger_refuses", "1 where the ledger does not continue its last checkpoint.",
            health.refusal().empty() ? 0 : 1),
      Gauge("ayni_ledger_checkpoint_leaves", "Leaves of the last checkpoint.",
            static_cast<double>(health.checkpoint_leaf_count())),
      Gauge("ayni_ledger_checkpoint_time_seconds", "When the last checkpoint was signed; 0: none was.",
            seconds(health.checkpoint_time())),
  };
}

void SelfCheck::Run() {
  // Found at once, though nothing is to be signed yet.
  Tell(notary_.Check());
  const absl::Time start = absl::Now();
  const auto first = [&](absl::Duration interval, absl::Duration wait) {
    return interval > absl::ZeroDuration() ? start + std::min(interval, wait) : absl::InfiniteFuture();
  };
  // Not the clock that was handed in: a test's may stand still.
  absl::Time next_pass = first(options_.interval, kFirstPassAfter);
  absl::Time next_checkpoint = first(options_.checkpoint_interval, options_.checkpoint_interval);
  while (Wait(std::min(next_pass, next_checkpoint) - absl::Now())) {
    if (absl::Now() >= next_checkpoint) {
      Sign();
      next_checkpoint = absl::Now() + options_.checkpoint_interval;
    }
    if (absl::Now() >= next_pass) {
      Pass();
      next_pass = absl::Now() + options_.interval;
    }
  }
}

void SelfCheck::Sign() { Tell(notary_.Sign().status()); }

void SelfCheck::Pass() {
  const absl::StatusOr<v1::Checkpoint> last = notary_.Last();
  const absl::Time start = absl::Now();
  absl::Time resumed = start;
  const Pace pace = [&] {
    const absl::Duration worked = absl::Now() - resumed;
    const bool goes_on = Wait(worked * (1 / options_.core_share - 1));
    resumed = absl::Now();
    return goes_on;
  };
  absl::StatusOr<v1::LedgerHealth> health = CheckStore(store_, last.ok() ? &*last : nullptr, pace);
  if (absl::IsCancelled(health.status())) return;
  if (!health.ok()) {
    log_.Write(LogLevel::kError, "the check of the store failed",
               {{"message", View(health.status().message())}});
    return;
  }
  *health->mutable_check_time() = ToTimestamp(clock_());
  const absl::Duration took = absl::Now() - start;
  health->mutable_check_duration()->set_seconds(absl::ToInt64Seconds(took));
  health->mutable_check_duration()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(took - absl::Trunc(took, absl::Seconds(1)))));
  Tell(*health);
  const absl::MutexLock lock(&mutex_);
  health_ = *std::move(health);
}

bool SelfCheck::Wait(absl::Duration duration) {
  const absl::MutexLock lock(&mutex_);
  const auto stops = [this] {
    mutex_.AssertReaderHeld();
    return stops_;
  };
  return !mutex_.AwaitWithTimeout(absl::Condition(&stops), std::max(duration, absl::ZeroDuration()));
}

void SelfCheck::Tell(const absl::Status& of_notary) const {
  if (!of_notary.ok())
    log_.Write(LogLevel::kError, "no checkpoint signed", {{"message", View(of_notary.message())}});
}

void SelfCheck::Tell(const v1::LedgerHealth& health) const {
  for (const v1::LedgerMismatch& mismatch : health.mismatches()) {
    log_.Write(LogLevel::kError, "record and ledger differ",
               {{"resource", mismatch.resource()}, {"finding", mismatch.finding()}});
  }
  log_.Write(health.mismatch_count() == 0 ? LogLevel::kDebug : LogLevel::kError,
             "store checked against ledger",
             {{"records", health.record_count()},
              {"leaves", health.leaf_count()},
              {"mismatches", health.mismatch_count()}});
}

}  // namespace ayni::services
