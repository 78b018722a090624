#include "services/resource/store_view.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/access.pb.h"
#include "ayni/v1/policy.pb.h"
#include "services/invariant.h"
#include "services/resource/record_keys.h"

namespace ayni::services {

const StoredRecord& StoreView::Read(const ResourceType& type, absl::string_view name) {
  const std::string key = RecordKey(type, name);
  std::shared_ptr<const StoredRecord>& known = by_key_[key];
  if (known == nullptr) known = Fetch(type, name, key);
  return *known;
}

const StoredRecord& StoreView::ReadNew(const ResourceType& type, absl::string_view name) {
  if (trust_ == Trust::kNothing) return Read(type, name);
  static const auto* const none =
      new std::shared_ptr<const StoredRecord>(std::make_shared<const StoredRecord>());
  std::shared_ptr<const StoredRecord>& known = by_key_[RecordKey(type, name)];
  if (known == nullptr) known = *none;
  rests_on_cache_ = true;
  return *known;
}

// What an index of a moment names is read at that moment: read later, it may no longer be what the index
// says.
bool StoreView::MayTakeFromCache() const {
  return cache_ != nullptr && trust_ == Trust::kCache && snapshot_ == nullptr;
}

std::shared_ptr<const StoredRecord> StoreView::Fetch(const ResourceType& type, absl::string_view name,
                                                     const std::string& key) {
  const bool is_kept = cache_ != nullptr && RecordCache::Keeps(type);
  if (is_kept && MayTakeFromCache()) {
    if (std::shared_ptr<const StoredRecord> cached = cache_->Find(key)) {
      rests_on_cache_ = true;
      return cached;
    }
  }
  const storage::Reader& reader =
      snapshot_ == nullptr ? static_cast<const storage::Reader&>(store_) : *snapshot_;
  absl::StatusOr<StoredRecord> stored = ReadRecord(reader, type, name);
  if (!stored.ok()) {
    status_.Update(stored.status());
    return std::make_shared<const StoredRecord>();
  }
  auto fetched = std::make_shared<const StoredRecord>(*std::move(stored));
  if (is_kept && fetched->version != 0) cache_->Put(key, fetched);
  return fetched;
}

void StoreView::AddPreconditions(storage::Change* change) const {
  for (const auto& [key, stored] : by_key_) {
    change->preconditions.push_back(stored->version == 0 ? storage::Precondition::Absent(key)
                                                         : storage::Precondition::At(key, stored->version));
  }
  change->preconditions.insert(change->preconditions.end(), empty_ranges_.begin(), empty_ranges_.end());
  change->preconditions.insert(change->preconditions.end(), ranges_.begin(), ranges_.end());
}

namespace {

std::string RangeName(const storage::Precondition& range) {
  return absl::StrCat(static_cast<int>(range.kind), " ", range.key);
}

}  // namespace

void StoreView::AddEmptyRange(storage::Precondition range) {
  if (known_empty_.insert(RangeName(range)).second) empty_ranges_.push_back(std::move(range));
}

void StoreView::ForgetEmptyRanges(size_t count) {
  while (empty_ranges_.size() > count) {
    known_empty_.erase(RangeName(empty_ranges_.back()));
    empty_ranges_.pop_back();
  }
}

const google::protobuf::Message* StoreView::Find(const ResourceType& type, absl::string_view name) {
  return type.MatchesName(name) ? Read(type, name).record.get() : nullptr;
}

const storage::Snapshot* StoreView::TheSnapshot() {
  if (snapshot_ != nullptr) return snapshot_.get();
  absl::StatusOr<std::unique_ptr<storage::Snapshot>> taken = store_.TakeSnapshot();
  if (!taken.ok()) {
    status_.Update(taken.status());
    return nullptr;
  }
  snapshot_ = *std::move(taken);
  return snapshot_.get();
}

std::string StoreView::FirstIndexed(const std::string& stem) {
  const storage::Snapshot* snapshot = TheSnapshot();
  if (snapshot == nullptr) return "";
  const std::unique_ptr<storage::Cursor> cursor = snapshot->ScanIndex(storage::KeyRange::Prefix(stem));
  if (cursor->Next()) return NameOfIndexKey(cursor->key());
  status_.Update(cursor->status());
  AddEmptyRange(storage::Precondition::NoIndexKey(stem));
  return "";
}

std::string StoreView::FirstWanted(const ResourceType& type, const std::string& stem, Wanted wanted) {
  const storage::Snapshot* snapshot = TheSnapshot();
  if (snapshot == nullptr) return "";
  const std::unique_ptr<storage::Cursor> cursor = snapshot->ScanIndex(storage::KeyRange::Prefix(stem));
  while (cursor->Next()) {
    std::string name = NameOfIndexKey(cursor->key());
    const StoredRecord& stored = Read(type, name);
    if (stored.version != 0 && wanted(*stored.record)) return name;
  }
  status_.Update(cursor->status());
  return "";
}

std::string StoreView::FirstUnder(const ResourceType& type, const std::string& parent) {
  const storage::Snapshot* snapshot = TheSnapshot();
  if (snapshot == nullptr) return "";
  const std::string prefix = RecordKey(type, type.Name(parent, ""));
  const std::unique_ptr<storage::Cursor> cursor = snapshot->Scan(storage::KeyRange::Prefix(prefix));
  if (cursor->Next()) return NameOfRecordKey(cursor->key());
  status_.Update(cursor->status());
  AddEmptyRange(storage::Precondition::NoRecord(prefix));
  return "";
}

std::string StoreView::OwnTerritoryName(absl::string_view name) { return FirstIndexed(AliasStem(name)); }

std::string StoreView::PartyIdentifiedBy(const v1::Identifier& identifier) {
  return FirstIndexed(IdentifierStem(identifier));
}

std::vector<std::string> StoreView::IndexKeysUnder(const std::string& stem, size_t limit) {
  std::vector<std::string> keys;
  const storage::Snapshot* snapshot = TheSnapshot();
  if (snapshot == nullptr) return keys;
  const std::unique_ptr<storage::Cursor> cursor = snapshot->ScanIndex(storage::KeyRange::Prefix(stem));
  while (keys.size() < limit && cursor->Next()) keys.emplace_back(cursor->key());
  status_.Update(cursor->status());
  return keys;
}

std::optional<std::vector<std::string>> StoreView::AllReferrers(const Reference& reference,
                                                                absl::string_view name, size_t limit) {
  const std::string stem = ReferenceStem(*reference.referring, reference.field, name);
  std::vector<std::string> names = IndexKeysUnder(stem, limit + 1);
  if (names.size() > limit) return std::nullopt;
  for (std::string& key : names) key = NameOfIndexKey(key);
  ranges_.push_back(storage::Precondition::IndexKeyCount(stem, names.size()));
  return names;
}

std::optional<std::string> StoreView::CachedActivePolicy() {
  if (!MayTakeFromCache()) return std::nullopt;
  std::optional<std::string> cached = cache_->ActivePolicy();
  if (!cached.has_value()) return std::nullopt;
  if (cached->empty()) {
    AddEmptyRange(storage::Precondition::NoIndexKey(ActivePolicyStem()));
  } else {
    // That it is still active is seen by its version.
    const auto* policy = Find<v1::Policy>(*cached);
    if (policy == nullptr || policy->state() != v1::Policy::STATE_ACTIVE) return std::nullopt;
  }
  rests_on_cache_ = true;
  return cached;
}

std::string StoreView::ActivePolicy() {
  if (std::optional<std::string> cached = CachedActivePolicy()) return *std::move(cached);
  std::string active = FirstIndexed(ActivePolicyStem());
  if (cache_ != nullptr && status_.ok()) cache_->PutActivePolicy(active);
  return active;
}

std::string StoreView::OtherAdministrator(absl::string_view than) {
  // At most one is ever made because there was no other: who finds none rests on that.
  const std::string alone = FirstIndexed(SingleHandedAdministratorStem());
  if (!alone.empty() && alone != than) return alone;
  const storage::Snapshot* snapshot = TheSnapshot();
  if (snapshot == nullptr) return "";
  const std::string all = RecordKey(ResourceType::Of<v1::Principal>(), "");
  const std::unique_ptr<storage::Cursor> cursor = snapshot->Scan(storage::KeyRange::Prefix(all));
  while (cursor->Next()) {
    v1::Principal principal;
    const std::string_view bytes = cursor->value();
    if (!principal.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      status_.Update(absl::DataLossError(NameOfRecordKey(cursor->key()) + " can't be read back"));
      return "";
    }
    const bool was_in_force = principal.role() == v1::ROLE_ADMINISTRATOR &&
                              principal.state() != v1::Principal::STATE_PENDING_APPROVAL;
    if (was_in_force && principal.name() != than) return principal.name();
  }
  status_.Update(cursor->status());
  return "";
}

std::string StoreView::TokenOfDigest(absl::string_view digest) {
  return FirstIndexed(TokenDigestStem(digest));
}

std::string StoreView::IdentityOf(absl::string_view issuer, absl::string_view subject) {
  return FirstIndexed(IdentityStem(issuer, subject));
}

std::vector<const v1::Service*> StoreView::Services() {
  const storage::Snapshot* snapshot = services_.has_value() ? nullptr : TheSnapshot();
  if (snapshot != nullptr) {
    services_.emplace();
    const std::string prefix = RecordKey(ResourceType::Of<v1::Service>(), "");
    const std::unique_ptr<storage::Cursor> cursor = snapshot->Scan(storage::KeyRange::Prefix(prefix));
    while (cursor->Next()) {
      if (!services_->emplace_back().ParseFromString(std::string(cursor->value())))
        status_.Update(absl::DataLossError(absl::StrCat(std::string(cursor->key()), " can't be read")));
    }
    status_.Update(cursor->status());
  }
  std::vector<const v1::Service*> services;
  if (services_.has_value()) {
    for (const v1::Service& service : *services_) services.push_back(&service);
  }
  return services;
}

std::string StoreView::FirstReferrer(const Reference& reference, absl::string_view name, Wanted wanted) {
  const ResourceType& type = *reference.referring;
  if (*reference.field != '\0') {
    const std::string stem = ReferenceStem(type, reference.field, name);
    return wanted == nullptr ? FirstIndexed(stem) : FirstWanted(type, stem, wanted);
  }
  INVARIANT(wanted == nullptr, "children are counted, whatever they are");
  const std::string& pattern = type.parent_pattern();
  return FirstUnder(type,
                    absl::StrCat(absl::string_view(pattern).substr(0, pattern.find('{')), LastId(name)));
}

}  // namespace ayni::services
