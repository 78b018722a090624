#include "services/notice/collector.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/notice.pb.h"
#include "services/errors.h"
#include "services/notice/attempts.h"
#include "services/notice/notice_change.h"
#include "services/notice/notice_making.h"
#include "services/resource/ledger_seal.h"
#include "services/resource/record_keys.h"
#include "services/resource/stored.h"
#include "services/resource/write.h"
#include "services/rules/resource_methods.h"
#include "services/text_view.h"

namespace ayni::services {
namespace {

constexpr char kPlaceKey[] = "notice_place:";
constexpr size_t kEntriesPerRead = 256;
// A round's publication has thousands: what is made of so many goes into one commit.
constexpr size_t kMatchesPerCommit = 200;
// Commits without a notice after which the place is written down all the same.
constexpr storage::Sequence kUnsavedMax = 10'000;

std::string PlaceText(const FeedPlace& place) { return absl::StrCat(place.sequence, " ", place.changes); }

absl::StatusOr<FeedPlace> ParsePlace(const std::string& text) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, ' ');
  FeedPlace place;
  if (absl::SimpleAtoi(parts.first, &place.sequence) && absl::SimpleAtoi(parts.second, &place.changes))
    return place;
  return absl::DataLossError(absl::StrCat(kPlaceKey, " can't be read: ", text));
}

// Whether the key is of a record of the type.
bool IsKeyOf(const ResourceType& type, const std::string& key) {
  const std::string stem = RecordKey(type, "");
  return key.compare(0, stem.size(), stem) == 0;
}

bool IsRefused(const absl::Status& status) {
  return absl::IsAborted(status) || absl::IsAlreadyExists(status);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Collector>> Collector::Open(storage::Store* store, Clock clock) {
  std::unique_ptr<Collector> collector(new Collector(store, std::move(clock)));
  absl::Status status = collector->ReadPlace();
  if (status.ok() && collector->stored_version_ == 0) {
    collector->place_ = {store->sequence(), 0};
    status = collector->Save();
    // Another server's first start came before.
    if (IsRefused(status)) status = collector->ReadPlace();
  }
  if (!status.ok()) return status;
  collector->place_ = collector->stored_place_;
  return collector;
}

absl::Status Collector::ReadPlace() {
  const auto stored = store_.Get(kPlaceKey);
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return absl::OkStatus();
  const auto place = ParsePlace((*stored)->value);
  if (!place.ok()) return place.status();
  stored_place_ = *place;
  stored_version_ = (*stored)->version;
  return absl::OkStatus();
}

void Collector::AddPlace(const FeedPlace& place, storage::Change* change) const {
  change->preconditions.push_back(stored_version_ == 0
                                      ? storage::Precondition::Absent(kPlaceKey)
                                      : storage::Precondition::At(kPlaceKey, stored_version_));
  // Another server may be further.
  change->puts.push_back({kPlaceKey, PlaceText(std::max(place, stored_place_))});
}

absl::Status Collector::Save() {
  storage::Change change;
  AddPlace(place_, &change);
  const auto receipt = store_.CommitAndWait(std::move(change));
  if (!receipt.ok()) return receipt.status();
  stored_version_ = receipt->sequence;
  stored_place_ = std::max(place_, stored_place_);
  return absl::OkStatus();
}

absl::Status Collector::PassOver() {
  const auto snapshot = store_.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto subscriptions =
      (*snapshot)->Scan(storage::KeyRange::Prefix(RecordKey(ResourceType::Of<v1::Subscription>(), "")));
  if (subscriptions->Next() || !subscriptions->status().ok()) return subscriptions->status();
  // What is queued is of subscriptions that are gone, and the feed says which.
  const auto queued = (*snapshot)->ScanIndex(storage::KeyRange::Prefix(QueuedNoticeStem()));
  if (queued->Next() || !queued->status().ok()) return queued->status();
  place_ = std::max(place_, FeedPlace{(*snapshot)->sequence(), 0});
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Collector::Collect() {
  if (place_.sequence >= store_.sequence()) return 0;
  if (absl::Status status = PassOver(); !status.ok()) return status;
  int64_t made = 0;
  const auto entries = store_.Feed(place_.sequence, kEntriesPerRead);
  if (!entries.ok()) return entries.status();
  for (const storage::FeedEntry& entry : *entries) {
    const auto of_entry = CollectEntry(entry);
    if (!of_entry.ok()) return of_entry.status();
    made += *of_entry;
  }
  if (place_.sequence > stored_place_.sequence + kUnsavedMax) {
    absl::Status status = Save();
    if (IsRefused(status)) status = ReadPlace();
    if (!status.ok()) return status;
  }
  return made;
}

absl::StatusOr<int64_t> Collector::CollectEntry(const storage::FeedEntry& entry) {
  const ResourceType& match = ResourceType::Of<v1::Match>();
  const ResourceType& subscription = ResourceType::Of<v1::Subscription>();
  int64_t made = 0;
  size_t at = place_.changes;
  while (at < entry.changes.size()) {
    std::vector<std::string> matches;
    for (; at < entry.changes.size() && matches.size() < kMatchesPerCommit; ++at) {
      const storage::FeedChange& change = entry.changes[at];
      if (!change.deleted && IsKeyOf(match, change.key)) matches.push_back(NameOfRecordKey(change.key));
      if (!change.deleted || !IsKeyOf(subscription, change.key)) continue;
      if (absl::Status status = DropNotices(NameOfRecordKey(change.key)); !status.ok()) return status;
    }
    const bool is_whole = at == entry.changes.size();
    const FeedPlace after = is_whole ? FeedPlace{entry.sequence, 0} : FeedPlace{place_.sequence, at};
    const auto of_part = MakeNotices(matches, after);
    if (!of_part.ok()) return of_part.status();
    made += *of_part;
    place_ = after;
  }
  place_ = {entry.sequence, 0};
  return made;
}

absl::StatusOr<int64_t> Collector::MakeNotices(const std::vector<std::string>& matches,
                                               const FeedPlace& after) {
  if (matches.empty()) return 0;
  for (int attempts = 0; attempts < kWriteAttemptsMax; ++attempts) {
    const absl::Time now = clock_();
    const auto snapshot = store_.TakeSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    NoticeMaking making(snapshot->get(), now);
    std::vector<v1::Notice> notices;
    for (const std::string& match : matches) {
      if (absl::Status status = making.AddOf(match, &notices); !status.ok()) return status;
    }
    if (notices.empty()) return 0;
    storage::Change change;
    for (const v1::Notice& notice : notices) {
      AddPut(ServerCall(now), "", KindOf<v1::Notice>(), {}, notice, &change);
      change.preconditions.push_back(
          storage::Precondition::Absent(RecordKey(ResourceType::Of<v1::Notice>(), notice.name())));
    }
    AddPlace(after, &change);
    SealLeaves(store_.secret(), &change);
    const auto receipt = store_.CommitAndWait(std::move(change));
    if (receipt.ok()) {
      stored_version_ = receipt->sequence;
      stored_place_ = std::max(after, stored_place_);
      return static_cast<int64_t>(notices.size());
    }
    if (!IsRefused(receipt.status())) return receipt.status();
    if (absl::Status status = ReadPlace(); !status.ok()) return status;
  }
  return TooManyConflicts("notices");
}

absl::Status Collector::DropNotices(const std::string& subscription) {
  const auto snapshot = store_.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto& type = ResourceType::Of<v1::Notice>();
  // One that was made under its name since has notices of its own.
  const auto standing = ReadRecord(**snapshot, ResourceType::Of<v1::Subscription>(), subscription);
  if (!standing.ok()) return standing.status();
  const auto cursor =
      (*snapshot)->ScanIndex(storage::KeyRange::Prefix(ReferenceStem(type, "subscription", subscription)));
  while (cursor->Next()) {
    const std::string name = NameOfIndexKey(cursor->key());
    for (int attempts = 0; attempts < kWriteAttemptsMax; ++attempts) {
      const auto stored = ReadRecord(store_, type, name);
      if (!stored.ok()) return stored.status();
      if (stored->version == 0) break;
      v1::Notice notice = static_cast<const v1::Notice&>(*stored->record);
      const bool stands =
          standing->version != 0 && IsOf(notice, static_cast<const v1::Subscription&>(*standing->record));
      if (stands || notice.state() != v1::Notice::STATE_QUEUED) break;
      const absl::Time now = clock_();
      Drop(now, &notice);
      const auto committed = CommitNotice(*stored, notice, now, &store_);
      if (!committed.ok()) return committed.status();
      if (*committed) break;
    }
  }
  return cursor->status();
}

}  // namespace ayni::services
