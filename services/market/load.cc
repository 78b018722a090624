#include "services/market/load.h"

#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

// Few enough that the messages stay in a core's own cache, many enough that handing them over costs little.
constexpr size_t kBatchRecords = 64;
constexpr size_t kBatches = 4;

// Records of one kind on their way from the thread that parses to the thread that puts. Batches go round, so
// that their messages keep their memory.
template <typename Record>
class Belt {
 public:
  struct Batch {
    std::vector<Record> records = std::vector<Record>(kBatchRecords);
    size_t size = 0;
  };

  // The next batch to fill; null once the reader has gone.
  Batch* NextToFill() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return filled_ - taken_ < kBatches || abandoned_; });
    return abandoned_ ? nullptr : &batches_[filled_ % kBatches];
  }
  void Filled() {
    const std::lock_guard lock(mutex_);
    ++filled_;
    changed_.notify_all();
  }
  void End(absl::Status status) {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    status_ = std::move(status);
    changed_.notify_all();
  }

  // The next batch to read; null at the end. Gives the one before back.
  const Batch* NextToRead() {
    std::unique_lock lock(mutex_);
    if (reading_) {
      reading_ = false;
      ++taken_;
      changed_.notify_all();
    }
    changed_.wait(lock, [this] { return filled_ > taken_ || ended_; });
    if (filled_ == taken_) return nullptr;
    reading_ = true;
    return &batches_[taken_ % kBatches];
  }
  void Abandon() {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    changed_.notify_all();
  }
  // After the end.
  absl::Status status() {
    const std::lock_guard lock(mutex_);
    return status_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::array<Batch, kBatches> batches_;
  size_t filled_ = 0;
  size_t taken_ = 0;
  bool reading_ = false;
  bool ended_ = false;
  bool abandoned_ = false;
  absl::Status status_;
};

template <typename Record>
absl::Status FillBelt(const storage::Snapshot& snapshot, Belt<Record>* belt) {
  const std::string prefix = RecordKey(ResourceType::Of<Record>(), "");
  const std::unique_ptr<storage::Cursor> cursor = snapshot.Scan(storage::KeyRange::Prefix(prefix));
  bool more = cursor->Next();
  while (more) {
    auto* batch = belt->NextToFill();
    if (batch == nullptr) return absl::OkStatus();
    for (batch->size = 0; more && batch->size < kBatchRecords; more = cursor->Next()) {
      const std::string_view bytes = cursor->value();
      if (!batch->records[batch->size++].ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return absl::DataLossError(absl::StrCat(std::string(cursor->key()), " can't be read"));
      }
    }
    belt->Filled();
  }
  return cursor->status();
}

template <typename Record>
absl::Status LoadKind(const storage::Snapshot& snapshot, const LoadOptions& options, NamedMarket* market) {
  Belt<Record> belt;
  std::thread parser([&] { belt.End(FillBelt(snapshot, &belt)); });
  bool stopped = false;
  while (const auto* batch = belt.NextToRead()) {
    if (options.stop()) {
      stopped = true;
      break;
    }
    for (size_t at = 0; at < batch->size; ++at) market->Put(batch->records[at]);
  }
  belt.Abandon();
  parser.join();
  return stopped ? absl::CancelledError("loading the market was stopped") : belt.status();
}

}  // namespace

absl::Status LoadMarket(const storage::Snapshot& snapshot, const LoadOptions& options, NamedMarket* market) {
  using LoadFunction = absl::Status (*)(const storage::Snapshot&, const LoadOptions&, NamedMarket*);
  std::vector<LoadFunction> kinds = {LoadKind<v1::Territory>, LoadKind<v1::Party>, LoadKind<v1::Credential>};
  if (options.with_relations) kinds.push_back(LoadKind<v1::Relation>);
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
