#include "services/resource/record_quota.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/notice.pb.h"
#include "services/errors.h"
#include "services/resource/record_keys.h"
#include "services/resource/stored.h"

namespace ayni::services {
namespace {

constexpr int64_t kSubscriptionsOfMemberMax = 10;
// Those that a certifier issued.
constexpr int64_t kCredentialsOfMemberMax = 100'000;
// Owners that are remembered. When there are more, all are forgotten, and counted again when they come back.
constexpr size_t kOwnersMax = 100'000;

int64_t CountKeys(storage::Cursor* cursor, int64_t most) {
  int64_t count = 0;
  while (count < most && cursor->Next()) ++count;
  return count;
}

// The fields by which a record without a parent is of its owner.
std::vector<const char*> OwnerFields(const ResourceType& type) {
  if (type.descriptor() == v1::Agreement::descriptor()) return {"cooperative", "tap"};
  if (type.descriptor() == v1::Credential::descriptor()) return {"certifier"};
  return {"subject", "object"};
}

// Whether the record counts with the end that the field names. An agreement does with who said yes to it:
// what others propose uses up nobody's.
absl::StatusOr<bool> Counts(const storage::Reader& reader, const ResourceType& type, absl::string_view end,
                            const std::string& name) {
  if (type.descriptor() != v1::Agreement::descriptor()) return true;
  const absl::StatusOr<StoredRecord> stored = ReadRecord(reader, type, name);
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) return false;
  const auto& agreement = static_cast<const v1::Agreement&>(*stored->record);
  return end == "tap" ? agreement.has_tap_yes() : agreement.has_cooperative_yes();
}

// Records of the owner, up to `most`.
absl::StatusOr<int64_t> CountRecords(const storage::Store& store, const ResourceType& type,
                                     absl::string_view owner, int64_t most) {
  const auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  if (!type.parent_pattern().empty()) {
    const std::string prefix = RecordKey(type, type.Name(owner, ""));
    const auto cursor = (*snapshot)->Scan(storage::KeyRange::Prefix(prefix));
    const int64_t count = CountKeys(cursor.get(), most);
    if (!cursor->status().ok()) return cursor->status();
    return count;
  }
  int64_t count = 0;
  for (const char* end : OwnerFields(type)) {
    const auto cursor = (*snapshot)->ScanIndex(storage::KeyRange::Prefix(ReferenceStem(type, end, owner)));
    while (count < most && cursor->Next()) {
      const absl::StatusOr<bool> counts = Counts(**snapshot, type, end, NameOfIndexKey(cursor->key()));
      if (!counts.ok()) return counts.status();
      if (*counts) ++count;
    }
    if (!cursor->status().ok()) return cursor->status();
  }
  return count;
}

absl::Status TooMany(const ResourceType& type, absl::string_view owner, int64_t max) {
  absl::Status status = absl::ResourceExhaustedError(
      absl::StrCat(owner, " has ", max, " ", type.plural(), ", which is the most that a member may have: ",
                   type.parent_pattern().empty() ? "ask an administrator to delete" : "delete",
                   " those that are over, or ask an administrator to make this one"));
  AttachErrorInfo("TOO_MANY_RECORDS", {{"owner", owner}, {"resource_type", type.type()}}, &status);
  return status;
}

}  // namespace

RecordQuota::RecordQuota() {
  SetMax<v1::Need>(kNeedsOfMemberMax);
  SetMax<v1::NeedTemplate>(kNeedTemplatesOfMemberMax);
  SetMax<v1::Offer>(kOffersOfMemberMax);
  SetMax<v1::Budget>(kBudgetsOfMemberMax);
  SetMax<v1::Agreement>(kAgreementsOfMemberMax);
  SetMax<v1::Skill>(kSkillsOfMemberMax);
  SetMax<v1::Credential>(kCredentialsOfMemberMax);
  SetMax<v1::Relation>(kRelationsOfMemberMax);
  SetMax<v1::Subscription>(kSubscriptionsOfMemberMax);
}

absl::Status RecordQuota::Check(const storage::Store& store, const ResourceType& type,
                                absl::string_view owner, absl::Time now) {
  const auto limited = max_.find(&type);
  if (limited == max_.end()) return absl::OkStatus();
  const int64_t max = limited->second;
  const std::string key = absl::StrCat(type.singular(), ":", owner);
  {
    const std::lock_guard lock(mutex_);
    if (estimates_.size() >= kOwnersMax && !estimates_.contains(key)) estimates_.clear();
    Estimate& estimate = estimates_[key];
    if (now < estimate.refused + kQuotaRefusalHeld) return TooMany(type, owner, max);
    if (estimate.count >= 0 && estimate.count < max) {
      ++estimate.count;
      return absl::OkStatus();
    }
  }
  const absl::StatusOr<int64_t> counted = CountRecords(store, type, owner, max);
  if (!counted.ok()) return counted.status();
  const std::lock_guard lock(mutex_);
  Estimate& estimate = estimates_[key];
  estimate.count = *counted + 1;
  if (*counted < max) return absl::OkStatus();
  estimate.refused = now;
  return TooMany(type, owner, max);
}

}  // namespace ayni::services
