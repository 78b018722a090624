// SHA-256 over a title and columns of numbers, in the canonical form of services/round/README.md.
#ifndef AYNI_SERVICES_BUNDLE_COLUMN_HASH_H_
#define AYNI_SERVICES_BUNDLE_COLUMN_HASH_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "services/bundle/round_columns.h"
#include "storage/ledger/sha256.h"

namespace ayni::services {

// Not thread-safe.
class ColumnHash {
 public:
  explicit ColumnHash(const char* title) { hash_.Add(title); }

  template <typename Number>
  void Add(const std::vector<Number>& column) {
    AddNumber(static_cast<int64_t>(column.size()));
    for (const Number& number : column) AddNumber(NumberOf(number));
  }

  // 32 bytes. REQUIRES: nothing is called after it.
  std::string Finish() {
    Flush();
    return std::string(storage::View(hash_.Finish()));
  }

 private:
  void AddNumber(int64_t number) {
    const auto bits = static_cast<uint64_t>(number);
    for (int byte = 0; byte < 8; ++byte) buffer_[used_++] = static_cast<char>(bits >> (8 * byte));
    if (used_ == buffer_.size()) Flush();
  }

  void Flush() {
    hash_.Add({buffer_.data(), used_});
    used_ = 0;
  }

  storage::RunningSha256 hash_;
  std::array<char, 8192> buffer_;
  size_t used_ = 0;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_BUNDLE_COLUMN_HASH_H_
