// A snapshot in which one record is another: for asking what would have been.
#ifndef AYNI_SERVICES_EXPLANATION_CHANGED_SNAPSHOT_H_
#define AYNI_SERVICES_EXPLANATION_CHANGED_SNAPSHOT_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace ayni::services {

// As thread-safe as the one below. REQUIRES: that one outlives it, and has a record under the key.
class ChangedSnapshot : public storage::Snapshot {
 public:
  ChangedSnapshot(const storage::Snapshot* below, std::string key, std::string value)
      : below_(*below), key_(std::move(key)), value_(std::move(value)) {}

  absl::StatusOr<std::optional<storage::StoredValue>> Get(std::string_view key) const override;
  storage::Sequence sequence() const override { return below_.sequence(); }
  uint64_t leaf_count() const override { return below_.leaf_count(); }
  std::unique_ptr<storage::Cursor> Scan(const storage::KeyRange& range) const override;
  std::unique_ptr<storage::Cursor> ScanIndex(const storage::KeyRange& range) const override {
    return below_.ScanIndex(range);
  }

 private:
  const storage::Snapshot& below_;
  const std::string key_;
  const std::string value_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_EXPLANATION_CHANGED_SNAPSHOT_H_
