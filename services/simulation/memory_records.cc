#include "services/simulation/memory_records.h"

namespace ayni::services {
namespace {

using Bytes = std::map<std::string, std::string, std::less<>>;

class MemoryCursor : public storage::Cursor {
 public:
  MemoryCursor(Bytes::const_iterator begin, Bytes::const_iterator end) : next_(begin), end_(end) {}

  bool Next() override {
    if (next_ == end_) return false;
    at_ = next_++;
    return true;
  }
  std::string_view key() const override { return at_->first; }
  storage::Version version() const override { return 1; }
  std::string_view value() const override { return at_->second; }
  absl::Status status() const override { return absl::OkStatus(); }

 private:
  Bytes::const_iterator at_;
  Bytes::const_iterator next_;
  const Bytes::const_iterator end_;
};

}  // namespace

absl::StatusOr<std::optional<storage::StoredValue>> MemoryRecords::Get(std::string_view key) const {
  const auto found = bytes_.find(key);
  if (found == bytes_.end()) return std::optional<storage::StoredValue>();
  return storage::StoredValue{1, found->second};
}

std::unique_ptr<storage::Cursor> MemoryRecords::Scan(const storage::KeyRange& range) const {
  return std::make_unique<MemoryCursor>(bytes_.lower_bound(range.begin),
                                        range.end.empty() ? bytes_.end() : bytes_.lower_bound(range.end));
}

std::unique_ptr<storage::Cursor> MemoryRecords::ScanIndex(const storage::KeyRange&) const {
  return std::make_unique<MemoryCursor>(bytes_.end(), bytes_.end());
}

}  // namespace ayni::services
