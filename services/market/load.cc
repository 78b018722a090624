#include "services/market/load.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/resource/record_keys.h"
#include "services/resource/record_walk.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

// Few enough that a batch stays in its core's cache, many enough that taking turns costs little.
constexpr size_t kBatchRecords = 256;

// Records of one kind, in the order of their keys, out of the store and into the market. Each thread takes a
// batch of bytes, parses it beside the others, and puts it when the batches before it have been put: the work
// is shared evenly whatever parsing and putting cost, and a record's messages stay with one core.
template <typename Record>
class Loading {
 public:
  Loading(const storage::Snapshot& snapshot, const LoadOptions& options, NamedMarket* market)
      : cursor_(snapshot.Scan(storage::KeyRange::Prefix(RecordKey(ResourceType::Of<Record>(), "")))),
        options_(options),
        market_(*market) {}

  // Ends when all is put, or when any thread failed. To be called by each thread.
  void Run() {
    Batch batch;
    while (Take(&batch) && Parse(&batch) && Put(batch)) {
    }
  }

  // After every Run().
  absl::Status status() const { return status_; }

 private:
  struct Batch {
    int64_t turn = 0;
    std::vector<std::string> bytes = std::vector<std::string>(kBatchRecords);
    std::vector<std::string> keys = std::vector<std::string>(kBatchRecords);
    std::vector<Record> records = std::vector<Record>(kBatchRecords);
    size_t size = 0;
  };

  bool Take(Batch* batch) {
    const std::lock_guard lock(cursor_mutex_);
    batch->turn = next_turn_++;
    for (batch->size = 0; batch->size < kBatchRecords && cursor_->Next(); ++batch->size) {
      batch->keys[batch->size] = cursor_->key();
      batch->bytes[batch->size] = cursor_->value();
    }
    if (batch->size > 0) return true;
    Fail(cursor_->status());
    return false;
  }

  bool Parse(Batch* batch) {
    for (size_t at = 0; at < batch->size; ++at) {
      if (batch->records[at].ParseFromString(batch->bytes[at])) continue;
      Fail(absl::DataLossError(absl::StrCat(batch->keys[at], " can't be read")));
      return false;
    }
    return true;
  }

  bool Put(const Batch& batch) {
    std::unique_lock lock(market_mutex_);
    turned_.wait(lock, [&] { return turn_ == batch.turn || failed_; });
    if (failed_) return false;
    if (options_.stop()) {
      status_ = absl::CancelledError("loading the market was stopped");
      failed_ = true;
    }
    for (size_t at = 0; at < batch.size && !failed_; ++at) market_.Put(batch.records[at]);
    ++turn_;
    turned_.notify_all();
    return !failed_;
  }

  void Fail(absl::Status status) {
    if (status.ok()) return;
    const std::lock_guard lock(market_mutex_);
    if (!failed_) status_ = std::move(status);
    failed_ = true;
    turned_.notify_all();
  }

  std::mutex cursor_mutex_;
  const std::unique_ptr<storage::Cursor> cursor_;  // guarded by cursor_mutex_
  int64_t next_turn_ = 0;                          // guarded by cursor_mutex_

  std::mutex market_mutex_;
  std::condition_variable turned_;
  // Guarded by market_mutex_.
  const LoadOptions& options_;
  NamedMarket& market_;
  int64_t turn_ = 0;
  bool failed_ = false;
  absl::Status status_;
};

template <typename Record>
absl::Status LoadKind(const storage::Snapshot& snapshot, const LoadOptions& options, NamedMarket* market) {
  Loading<Record> loading(snapshot, options, market);
  std::thread other([&] { loading.Run(); });
  loading.Run();
  other.join();
  return loading.status();
}

// Names that get their indices before anything is put, in the order of their places.
class Reservation {
 public:
  explicit Reservation(const LoadOptions& options) : options_(options) {}

  void Add(const std::string& name) { names_.push_back({options_.place(name), name}); }

  template <typename Reserve>
  void Make(const Reserve& reserve) {
    std::sort(names_.begin(), names_.end());
    for (const auto& [place, name] : names_) reserve(name);
  }

 private:
  const LoadOptions& options_;
  std::vector<std::pair<int64_t, std::string>> names_;
};

absl::Status ReserveParties(const storage::Snapshot& snapshot, const LoadOptions& options,
                            NamedMarket* market) {
  Reservation parties(options);
  // Whoever holds a credential has a TAP's row.
  absl::flat_hash_set<std::string> taps;
  absl::Status status = ForEachRecord<v1::Party>(snapshot, "", options.stop, [&](const v1::Party& party) {
    parties.Add(party.name());
    if (party.has_tap()) taps.insert(party.name());
  });
  if (!status.ok()) return status;
  status = ForEachRecord<v1::Credential>(snapshot, "", options.stop, [&](const v1::Credential& credential) {
    taps.insert(credential.holder());
  });
  if (!status.ok()) return status;
  parties.Make([&](const std::string& name) {
    market->ToParty(name);
    if (taps.contains(name)) market->ToTap(name);
  });
  return absl::OkStatus();
}

template <typename Record, typename Reserve>
absl::Status ReserveOpen(const storage::Snapshot& snapshot, const LoadOptions& options,
                         const Reserve& reserve) {
  Reservation open(options);
  absl::Status status = ForEachRecord<Record>(snapshot, "", options.stop, [&](const Record& record) {
    if (NamedMarket::HasRow(record)) open.Add(record.name());
  });
  if (status.ok()) open.Make(reserve);
  return status;
}

absl::Status ReserveIndices(const storage::Snapshot& snapshot, const LoadOptions& options,
                            NamedMarket* market) {
  absl::Status status = ReserveParties(snapshot, options, market);
  if (!status.ok()) return status;
  status = ReserveOpen<v1::Offer>(snapshot, options, [&](const std::string& name) { market->ToOffer(name); });
  if (!status.ok()) return status;
  return ReserveOpen<v1::Need>(snapshot, options, [&](const std::string& name) { market->ToNeed(name); });
}

}  // namespace

absl::Status LoadMarket(const storage::Snapshot& snapshot, const LoadOptions& options, NamedMarket* market) {
  if (options.place != nullptr) {
    if (absl::Status status = ReserveIndices(snapshot, options, market); !status.ok()) return status;
  }
  market->SetDay(options.today);
  using LoadFunction = absl::Status (*)(const storage::Snapshot&, const LoadOptions&, NamedMarket*);
  std::vector<LoadFunction> kinds = {LoadKind<v1::Territory>, LoadKind<v1::Service>, LoadKind<v1::Party>,
                                     LoadKind<v1::Credential>};
  if (options.with_relations) kinds.push_back(LoadKind<v1::Relation>);
  kinds.push_back(LoadKind<v1::Match>);
  kinds.push_back(LoadKind<v1::Budget>);
  kinds.push_back(LoadKind<v1::Agreement>);
  kinds.push_back(LoadKind<v1::Offer>);
  for (LoadFunction load : kinds) {
    if (absl::Status status = load(snapshot, options, market); !status.ok()) return status;
  }
  std::thread indexer([market] { market->BuildIndex(); });
  absl::Status status = LoadKind<v1::Need>(snapshot, options, market);
  indexer.join();
  return status;
}

}  // namespace ayni::services
