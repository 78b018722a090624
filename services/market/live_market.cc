#include "services/market/live_market.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/market/engine_day.h"
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
  static const auto* const kinds =
      new std::vector<KindOfRow>{RowsOf<v1::Need>(&NamedMarket::RemoveNeed),
                                 RowsOf<v1::Offer>(&NamedMarket::RemoveOffer),
                                 RowsOf<v1::Party>(&NamedMarket::RemoveParty),
                                 RowsOf<v1::Credential>(&NamedMarket::RemoveCredential),
                                 RowsOf<v1::Territory>(&NamedMarket::RemoveTerritory),
                                 RowsOf<v1::Service>(&NamedMarket::RemoveService),
                                 RowsOf<v1::Budget>(&NamedMarket::RemoveBudget),
                                 RowsOf<v1::Agreement>(&NamedMarket::RemoveAgreement),
                                 RowsOf<v1::Relation>(&NamedMarket::RemoveRelation)};
  for (const KindOfRow& kind : *kinds) {
    if (absl::StartsWith(key, kind.key_prefix)) return &kind;
  }
  return nullptr;
}

template <typename Record>
bool IsUnder(absl::string_view key) {
  static const auto* const prefix = new std::string(RecordKey(ResourceType::Of<Record>(), ""));
  return absl::StartsWith(key, *prefix);
}

// The record under the key, as it stands; null where there is none.
template <typename Record>
absl::StatusOr<std::unique_ptr<Record>> ReadUnder(const storage::Store& store, const std::string& key) {
  auto stored = store.Get(key);
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return std::unique_ptr<Record>();
  auto record = std::make_unique<Record>();
  if (!record->ParseFromString((*stored)->value))
    return absl::DataLossError(absl::StrCat(key, " can't be read"));
  return record;
}

}  // namespace

LiveMarket::LiveMarket(const storage::Store* store, Clock clock, std::chrono::milliseconds lag_max)
    : store_(store),
      clock_(std::move(clock)),
      lag_max_(lag_max),
      market_(std::make_unique<NamedMarket>()),
      book_(std::make_unique<LimitBook>()),
      relations_(std::make_unique<RelationBook>()),
      thread_([this] { Follow(); }) {}

LiveMarket::~LiveMarket() {
  {
    const std::lock_guard lock(state_mutex_);
    stopping_ = true;
  }
  held_more_.notify_all();
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
    if (is_loaded &&
        (controllers_changes_ != market_->provider_changes() || controllers_day_ != DayOf(clock_()))) {
      JoinControllers();
    }
    if (is_loaded && relations_->conflicts().day() != DayOf(clock_())) FindConflicts();
    if (is_loaded && market_->day() != DayOf(clock_())) {
      const std::unique_lock lock(mutex_);
      market_->SetDay(DayOf(clock_()));
    }
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
  auto relations = std::make_unique<RelationBook>();
  const LoadOptions options{
      .stop = [this] { return stopping_.load(); }, .with_relations = true, .today = DayOf(clock_())};
  absl::Status related;
  std::thread relating([&] { related = LoadRelations(**snapshot, options.stop, relations.get()); });
  const absl::Status loaded = LoadMarket(**snapshot, options, market.get());
  relating.join();
  for (const absl::Status& status : {loaded, related}) {
    if (!status.ok()) return status;
  }
  controllers_day_ = DayOf(clock_());
  market->JoinControllers(controllers_day_, 0);
  auto book =
      LimitBook::Load(**snapshot, controllers_day_, options.stop, [&](auto change) { change(market.get()); });
  if (!book.ok()) return book.status();
  {
    const std::unique_lock lock(mutex_);
    market_ = std::move(market);
    book_ = *std::move(book);
    relations_ = std::move(relations);
  }
  JoinControllers();
  FindConflicts();
  held_time_ = goal_time_;
  {
    const std::lock_guard lock(state_mutex_);
    is_loaded_ = true;
  }
  HoldUpTo((*snapshot)->sequence());
  return absl::OkStatus();
}

void LiveMarket::HoldUpTo(storage::Sequence sequence) {
  const std::lock_guard lock(state_mutex_);
  sequence_ = sequence;
  held_more_.notify_all();
}

absl::Status LiveMarket::Await(storage::Sequence sequence, std::chrono::milliseconds timeout) const {
  return AwaitUntil(sequence, std::chrono::steady_clock::now() + timeout);
}

void LiveMarket::WhenHeld(storage::Sequence sequence, std::chrono::milliseconds timeout,
                          std::function<void(absl::Status)> then) const {
  if (sequence_ >= sequence) return then(absl::OkStatus());
  const auto end = std::chrono::steady_clock::now() + timeout;
  waiters_.Post([this, sequence, end, then = std::move(then)] { then(AwaitUntil(sequence, end)); });
}

absl::Status LiveMarket::AwaitUntil(storage::Sequence sequence,
                                    std::chrono::steady_clock::time_point end) const {
  std::unique_lock lock(state_mutex_);
  held_more_.wait_until(lock, end, [&] { return sequence_ >= sequence || stopping_; });
  if (sequence_ >= sequence) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("the market is ", sequence - sequence_.load(), " commits behind; try again later"));
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
    if (absl::Status status = Apply(entry); !status.ok()) return status;
    if (stopping_) return absl::OkStatus();
    HoldUpTo(entry.sequence);
    NoteWhatIsHeld();
  }
  return absl::OkStatus();
}

absl::Status LiveMarket::Apply(const storage::FeedEntry& entry) {
  const auto reloads = ChangesWhatCounts(entry);
  if (!reloads.ok()) return reloads.status();
  for (const storage::FeedChange& change : entry.changes) {
    if (stopping_) return absl::OkStatus();
    // What comes with a round was answered by nobody yet, and the book is read anew.
    if (IsUnder<v1::Match>(change.key) && *reloads) continue;
    absl::Status status = IsUnder<v1::Match>(change.key) ? ApplyMatch(change.key) : Apply(change);
    if (!status.ok()) return status;
  }
  {
    const std::unique_lock lock(mutex_);
    relations_->Renew();
  }
  if (*reloads) {
    if (absl::Status status = ReloadBook(); !status.ok()) return status;
  }
  if (*reloads || controllers_changes_ != market_->provider_changes()) JoinControllers();
  return absl::OkStatus();
}

absl::StatusOr<bool> LiveMarket::ChangesWhatCounts(const storage::FeedEntry& entry) const {
  for (const storage::FeedChange& change : entry.changes) {
    if (IsUnder<v1::Round>(change.key)) {
      const auto round = ReadUnder<v1::Round>(*store_, change.key);
      if (!round.ok()) return round.status();
      if (*round != nullptr && (*round)->state() >= v1::Round::STATE_PUBLISHED) return true;
    } else if (IsUnder<v1::Policy>(change.key)) {
      const auto policy = ReadUnder<v1::Policy>(*store_, change.key);
      if (!policy.ok()) return policy.status();
      if (*policy != nullptr && (*policy)->state() != v1::Policy::STATE_DRAFT) return true;
    } else if (IsUnder<v1::Territory>(change.key)) {
      const matcher::TerritoryIndex known = market_->FindTerritory(NameOfRecordKey(change.key));
      const auto territory = ReadUnder<v1::Territory>(*store_, change.key);
      if (!territory.ok()) return territory.status();
      if (known.present() && (*territory == nullptr || !market_->Stands(known, **territory))) return true;
    } else if (IsUnder<v1::Service>(change.key)) {
      const auto service = ReadUnder<v1::Service>(*store_, change.key);
      if (!service.ok()) return service.status();
      if (*service != nullptr && !market_->Stands(**service)) return true;
    }
  }
  return false;
}

absl::Status LiveMarket::ReloadBook() {
  auto snapshot = store_->TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto book = LimitBook::Load(
      **snapshot, controllers_day_, [this] { return stopping_.load(); },
      [this](auto change) {
        const std::unique_lock lock(mutex_);
        change(market_.get());
      });
  if (!book.ok()) return book.status();
  FindConflicts(*std::move(book));
  return absl::OkStatus();
}

// Only this thread changes the relations, so that it reads them without the lock while others do. A policy is
// not seen before what its rules find: a candidate that it blocks would be listed meanwhile.
void LiveMarket::FindConflicts(std::unique_ptr<LimitBook> new_book) {
  const LimitBook& book = new_book == nullptr ? *book_ : *new_book;
  const v1::Policy policy = book.policy().ok() ? book.policy_record() : v1::Policy();
  const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  std::optional<matcher::ConflictBook> conflicts =
      relations_->FindAll(policy, DayOf(clock_()), threads, [this] { return stopping_.load(); });
  if (!conflicts.has_value()) return;
  const std::unique_lock lock(mutex_);
  relations_->Take(policy, *std::move(conflicts));
  if (new_book != nullptr) book_ = std::move(new_book);
}

void LiveMarket::JoinControllers() {
  controllers_day_ = DayOf(clock_());
  controllers_changes_ = market_->provider_changes();
  const int32_t days_before = book_->policy().ok() ? LongestWindow(book_->policy()->limits) : 0;
  const std::vector<matcher::Controllers> controllers = market_->ControllersOn(controllers_day_, days_before);
  const std::unique_lock lock(mutex_);
  book_->ChangeControllers(*market_, controllers, [&] { market_->SetControllers(controllers); });
}

absl::Status LiveMarket::ApplyMatch(const std::string& key) {
  const auto match = ReadUnder<v1::Match>(*store_, key);
  if (!match.ok()) return match.status();
  if (*match == nullptr) return absl::OkStatus();
  const std::unique_lock lock(mutex_);
  market_->Put(**match);
  book_->Put(**match, market_.get());
  return absl::OkStatus();
}

// The record as it stands now, which may be younger than the change: the feed brings what is younger again.
absl::Status LiveMarket::Apply(const storage::FeedChange& change) {
  const KindOfRow* kind = KindUnder(change.key);
  const bool is_related = RelationBook::Holds(change.key);
  if (kind == nullptr && !is_related) return absl::OkStatus();
  auto stored = store_->Get(change.key);
  if (!stored.ok()) return stored.status();
  std::optional<std::string> bytes;
  if (stored->has_value()) bytes = std::move((*stored)->value);
  absl::Status status;
  if (kind != nullptr && bytes.has_value()) {
    status = kind->put(&mutex_, market_.get(), *bytes);
  } else if (kind != nullptr) {
    const std::unique_lock lock(mutex_);
    (market_.get()->*kind->remove)(NameOfRecordKey(change.key));
  }
  if (status.ok() && is_related) {
    const std::unique_lock lock(mutex_);
    status = relations_->Apply(change.key, bytes);
  }
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(change.key, ": ", status.message()));
}

}  // namespace ayni::services
