#include "services/market/live_market.h"

#include <chrono>
#include <mutex>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/market/load.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

// How long the thread sleeps where nothing happens, and so the longest that a stop waits.
constexpr std::chrono::milliseconds kIdle(50);
// Entries read at a time; each may hold a whole import.
constexpr size_t kFeedEntries = 64;

// One kind of record that the market holds.
struct KindOfRow {
  std::string key_prefix;
  absl::Status (*put)(FairSharedMutex* mutex, NamedMarket* market, const std::string& bytes);
  void (NamedMarket::*remove)(absl::string_view name);
};

template <typename Record>
absl::Status Put(FairSharedMutex* mutex, NamedMarket* market, const std::string& bytes) {
  Record record;
  if (!record.ParseFromString(bytes)) return absl::DataLossError("its bytes can't be read");
  const std::unique_lock lock(*mutex);
  market->Put(record);
  return absl::OkStatus();
}

template <typename Record>
KindOfRow RowsOf(void (NamedMarket::*remove)(absl::string_view name)) {
  return {RecordKey(ResourceType::Of<Record>(), ""), Put<Record>, remove};
}

// Null where the market holds nothing of what stands under the key.
const KindOfRow* KindUnder(const std::string& key) {
  static const auto* const kinds = new std::vector<KindOfRow>{
      RowsOf<v1::Need>(&NamedMarket::RemoveNeed), RowsOf<v1::Offer>(&NamedMarket::RemoveOffer),
      RowsOf<v1::Party>(&NamedMarket::RemoveParty), RowsOf<v1::Credential>(&NamedMarket::RemoveCredential),
      RowsOf<v1::Territory>(&NamedMarket::RemoveTerritory)};
  for (const KindOfRow& kind : *kinds) {
    if (absl::StartsWith(key, kind.key_prefix)) return &kind;
  }
  return nullptr;
}

}  // namespace

LiveMarket::LiveMarket(const storage::Store* store, std::chrono::milliseconds lag_max)
    : store_(store),
      lag_max_(lag_max),
      market_(std::make_unique<NamedMarket>()),
      thread_([this] { Follow(); }) {}

LiveMarket::~LiveMarket() {
  stopping_ = true;
  thread_.join();
}

absl::Status LiveMarket::Ready() const {
  const storage::Sequence wanted = store_->sequence();
  if (absl::Status state = State(); !state.ok()) return state;
  const storage::Sequence held = sequence_;
  if (held >= wanted) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the market is ", wanted - held, " commits behind"));
}

absl::Status LiveMarket::Usable() const {
  const auto lag = std::chrono::steady_clock::now() - held_time_.load();
  if (sequence_ != 0 && lag > lag_max_) {
    return absl::UnavailableError(absl::StrCat("the market has been behind the store for ",
                                               std::chrono::duration_cast<std::chrono::seconds>(lag).count(),
                                               " s, by ", store_->sequence() - sequence_, " commits"));
  }
  return State();
}

absl::Status LiveMarket::State() const {
  const std::lock_guard lock(state_mutex_);
  if (!failure_.ok())
    return absl::UnavailableError(absl::StrCat("the market can't be read: ", failure_.message()));
  if (!is_loaded_) return absl::UnavailableError("the market is being loaded");
  return absl::OkStatus();
}

void LiveMarket::Follow() {
  bool is_loaded = false;
  while (!stopping_) {
    if (is_loaded) NoteWhatIsHeld();
    absl::Status status = is_loaded ? CatchUp() : Load();
    is_loaded |= status.ok();
    SetFailure(status);
    if (!status.ok() && !stopping_) std::this_thread::sleep_for(kIdle);
  }
}

void LiveMarket::SetFailure(absl::Status status) {
  const std::lock_guard lock(state_mutex_);
  failure_ = std::move(status);
}

absl::Status LiveMarket::Load() {
  goal_time_ = std::chrono::steady_clock::now();
  auto snapshot = store_->TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto market = std::make_unique<NamedMarket>();
  const LoadOptions options{.stop = [this] { return stopping_.load(); }};
  if (absl::Status status = LoadMarket(**snapshot, options, market.get()); !status.ok()) return status;
  {
    const std::unique_lock lock(mutex_);
    market_ = std::move(market);
  }
  held_time_ = goal_time_;
  sequence_ = (*snapshot)->sequence();
  const std::lock_guard lock(state_mutex_);
  is_loaded_ = true;
  return absl::OkStatus();
}

void LiveMarket::NoteWhatIsHeld() {
  if (sequence_ < goal_) return;
  held_time_ = goal_time_;
  goal_time_ = std::chrono::steady_clock::now();
  goal_ = store_->sequence();
}

absl::Status LiveMarket::CatchUp() {
  if (store_->WaitForFeed(sequence_, kIdle) <= sequence_) return absl::OkStatus();
  auto entries = store_->Feed(sequence_, kFeedEntries);
  if (!entries.ok()) return entries.status();
  for (const storage::FeedEntry& entry : *entries) {
    for (const storage::FeedChange& change : entry.changes) {
      if (stopping_) return absl::OkStatus();
      if (absl::Status status = Apply(change); !status.ok()) return status;
    }
    sequence_ = entry.sequence;
    NoteWhatIsHeld();
  }
  return absl::OkStatus();
}

// The record as it stands now, which may be younger than the change: the feed brings what is younger again.
absl::Status LiveMarket::Apply(const storage::FeedChange& change) {
  const KindOfRow* kind = KindUnder(change.key);
  if (kind == nullptr) return absl::OkStatus();
  auto stored = store_->Get(change.key);
  if (!stored.ok()) return stored.status();
  absl::Status status;
  if (stored->has_value()) {
    status = kind->put(&mutex_, market_.get(), (*stored)->value);
  } else {
    const std::unique_lock lock(mutex_);
    (market_.get()->*kind->remove)(NameOfRecordKey(change.key));
  }
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(change.key, ": ", status.message()));
}

}  // namespace ayni::services
