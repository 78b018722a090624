// A column whose every row is a short list, all lists in one block of memory: 8 bytes a row and the items
// themselves.
//
// A row that is set anew leaves its old items behind; the block is packed once half of it is left-overs, so
// memory stays within twice of what is needed and an item a row, and setting a row costs its items,
// amortised. A span handed out holds until the next Set.
#ifndef AYNI_MATCHER_LIST_COLUMN_H_
#define AYNI_MATCHER_LIST_COLUMN_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace ayni::matcher {

template <typename Item>
class ListColumn {
 public:
  size_t size() const { return rows_.size(); }

  // New rows are empty.
  void Resize(size_t rows) { rows_.resize(rows); }

  absl::Span<const Item> operator[](size_t row) const {
    return absl::MakeConstSpan(items_.data() + rows_[row].begin, rows_[row].size);
  }

  // REQUIRES: row < size(); items do not lie in this column.
  void Set(size_t row, absl::Span<const Item> items) {
    live_ += items.size();
    live_ -= rows_[row].size;
    if (items.size() > rows_[row].size) {
      rows_[row].begin = static_cast<uint32_t>(items_.size());
      items_.resize(items_.size() + items.size());
    }
    rows_[row].size = static_cast<uint32_t>(items.size());
    std::copy(items.begin(), items.end(), items_.begin() + rows_[row].begin);
    if (items_.size() > 2 * live_ + rows_.size() + kSpareItems) Pack();
  }

  size_t ByteSize() const { return rows_.capacity() * sizeof(Row) + items_.capacity() * sizeof(Item); }

 private:
  struct Row {
    uint32_t begin = 0;
    uint32_t size = 0;
  };
  static constexpr size_t kSpareItems = 1024;

  void Pack() {
    std::vector<Item> packed;
    packed.reserve(live_);
    for (Row& row : rows_) {
      const auto begin = items_.begin() + row.begin;
      row.begin = static_cast<uint32_t>(packed.size());
      packed.insert(packed.end(), begin, begin + row.size);
    }
    items_ = std::move(packed);
  }

  std::vector<Row> rows_;
  std::vector<Item> items_;
  size_t live_ = 0;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_LIST_COLUMN_H_
