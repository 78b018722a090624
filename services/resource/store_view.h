// StoreView: what is stored, as one request sees it, and the preconditions under which what it saw still
// holds.
#ifndef AYNI_SERVICES_RESOURCE_STORE_VIEW_H_
#define AYNI_SERVICES_RESOURCE_STORE_VIEW_H_

#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "services/resource/record_cache.h"
#include "services/resource/stored.h"
#include "services/resource/view.h"
#include "storage/change.h"
#include "storage/store.h"

namespace ayni::services {

class StoreView : public View {
 public:
  // What the view takes from a cache, where it has one: nothing, while what it reads is put there; or all.
  enum class Trust { kNothing, kCache };

  // REQUIRES: the store, and the cache where there is one, outlive the view.
  explicit StoreView(const storage::Store& store, RecordCache* cache = nullptr, Trust trust = Trust::kNothing)
      : store_(store), cache_(cache), trust_(trust) {}

  // Whether something that was found was not read from the store, and may be old.
  bool rests_on_cache() const { return rests_on_cache_; }

  // With its version and bytes; of version 0 where there is none. Valid as long as the view.
  const StoredRecord& Read(const ResourceType& type, absl::string_view name);

  // As Read of what is not stored, as a rule, and is not read where the cache is trusted: a commit finds out.
  const StoredRecord& ReadNew(const ResourceType& type, absl::string_view name);

  // How many ranges were found empty so far; and forgets those found since `count` of them were, where
  // nothing that is written rests on them. Each costs the committer a seek.
  size_t empty_range_count() const { return empty_ranges_.size(); }
  void ForgetEmptyRanges(size_t count);

  // The names that refer to `name` with a field of an index, at most `limit` of them, and a precondition that
  // there are no others; nullopt where there are more.
  std::optional<std::vector<std::string>> AllReferrers(const Reference& reference, absl::string_view name,
                                                       size_t limit);
  // The first index keys with that stem, at most `limit`; whatever becomes of them, the write stands.
  std::vector<std::string> IndexKeysUnder(const std::string& stem, size_t limit);

  // Adds that everything which was looked up is still as it was found.
  void AddPreconditions(storage::Change* change) const;

  using View::Find;
  const google::protobuf::Message* Find(const ResourceType& type, absl::string_view name) override;
  std::string OwnTerritoryName(absl::string_view name) override;
  std::string PartyIdentifiedBy(const v1::Identifier& identifier) override;
  std::string ActivePolicy() override;
  // Linear in the number of principals.
  std::string OtherAdministrator(absl::string_view than) override;
  // The name of the token of a secret with that digest; empty where there is none that was made since digests
  // may be given.
  std::string TokenOfDigest(absl::string_view digest);
  std::string IdentityOf(absl::string_view issuer, absl::string_view subject) override;
  std::vector<const v1::Service*> Services() override;
  // Of those that are not wanted each was read, and holds the commit up where it changes.
  std::string FirstReferrer(const Reference& reference, absl::string_view name,
                            Wanted wanted = nullptr) override;
  absl::Status status() const override { return status_; }

 private:
  bool MayTakeFromCache() const;
  // As ActivePolicy of what the cache holds; nullopt where it holds nothing that can still be so.
  std::optional<std::string> CachedActivePolicy();
  // The name of the record of the first index key with that stem; empty where there is none.
  std::string FirstIndexed(const std::string& stem);
  // The first of these that is wanted.
  std::string FirstWanted(const ResourceType& type, const std::string& stem, Wanted wanted);
  // The name of the first record under the parent; empty where there is none.
  std::string FirstUnder(const ResourceType& type, const std::string& parent);
  // Null, and status() says why, where the store can't be read.
  const storage::Snapshot* TheSnapshot();

  // Adds it unless it was found empty before.
  void AddEmptyRange(storage::Precondition range);

  std::shared_ptr<const StoredRecord> Fetch(const ResourceType& type, absl::string_view name,
                                            const std::string& key);

  const storage::Store& store_;
  RecordCache* cache_;  // may be null
  const Trust trust_;
  bool rests_on_cache_ = false;
  std::unique_ptr<storage::Snapshot> snapshot_;
  absl::flat_hash_map<std::string, std::shared_ptr<const StoredRecord>> by_key_;
  std::vector<storage::Precondition> empty_ranges_;
  absl::flat_hash_set<std::string> known_empty_;      // by kind and prefix
  std::vector<storage::Precondition> ranges_;         // that hold as much as was read
  std::optional<std::vector<v1::Service>> services_;  // once they were asked for
  absl::Status status_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_STORE_VIEW_H_
