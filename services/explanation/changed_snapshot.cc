#include "services/explanation/changed_snapshot.h"

namespace ayni::services {
namespace {

class ChangedCursor : public storage::Cursor {
 public:
  ChangedCursor(std::unique_ptr<storage::Cursor> below, const std::string& key, const std::string& value)
      : below_(std::move(below)), key_(key), value_(value) {}

  bool Next() override { return below_->Next(); }
  std::string_view key() const override { return below_->key(); }
  storage::Version version() const override { return below_->version(); }
  std::string_view value() const override { return below_->key() == key_ ? value_ : below_->value(); }
  absl::Status status() const override { return below_->status(); }

 private:
  const std::unique_ptr<storage::Cursor> below_;
  const std::string key_;
  const std::string value_;
};

}  // namespace

absl::StatusOr<std::optional<storage::StoredValue>> ChangedSnapshot::Get(std::string_view key) const {
  auto stored = below_.Get(key);
  if (stored.ok() && stored->has_value() && key == key_) (*stored)->value = value_;
  return stored;
}

std::unique_ptr<storage::Cursor> ChangedSnapshot::Scan(const storage::KeyRange& range) const {
  return std::make_unique<ChangedCursor>(below_.Scan(range), key_, value_);
}

}  // namespace ayni::services
