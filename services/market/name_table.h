// Names and the dense indices that stand for them, both ways, at the cost of the characters and some 14 bytes
// a name.
//
// An index is given in the order of first sight; one that was freed is given again. Many threads may read
// while none writes.
#ifndef AYNI_SERVICES_MARKET_NAME_TABLE_H_
#define AYNI_SERVICES_MARKET_NAME_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "matcher/list_column.h"
#include "services/invariant.h"

namespace ayni::services {

template <typename Index>
class NameTable {
 public:
  NameTable() : rows_(0, Hash{}, Equal{&names_}) {}
  // The hash set points into the table.
  NameTable(const NameTable&) = delete;
  NameTable& operator=(const NameTable&) = delete;

  // The index of the name; None() where it has none.
  Index Find(absl::string_view name) const {
    const auto found = rows_.find(Sought{name, HashOf(name)});
    return found == rows_.end() ? Index::None() : Index{found->row};
  }

  // The index of the name, a new one if need be.
  Index Intern(absl::string_view name) {
    const Sought sought{name, HashOf(name)};
    const auto found = rows_.lazy_emplace(sought, [&](const auto& make) {
      make(Row{NewRow(name), sought.hash});
    });
    return Index{found->row};
  }

  // Frees the index for another name. REQUIRES: it stands for a name.
  void Erase(Index index) {
    const size_t erased = rows_.erase(Sought{NameOf(index), HashOf(NameOf(index))});
    INVARIANT(erased == 1, "a name that is erased is in the table");
    names_.Set(index.at(), {});
    free_.push_back(index.value);
  }

  // Valid until the table changes. Empty for None() and for an index that stands for no name.
  absl::string_view NameOf(Index index) const {
    if (!index.present() || index.at() >= names_.size()) return {};
    const absl::Span<const char> characters = names_[index.at()];
    return {characters.data(), characters.size()};
  }

  // Names, and the indices that they stand among.
  size_t size() const { return rows_.size(); }
  int32_t index_end() const { return static_cast<int32_t>(names_.size()); }

  size_t ByteSize() const { return names_.ByteSize() + rows_.capacity() * (sizeof(Row) + 1); }

 private:
  using Names = matcher::ListColumn<char>;

  // The hash stands beside the row, so that a growing table reads no name again.
  struct Row {
    int32_t row;
    uint32_t hash;
  };
  struct Sought {
    absl::string_view name;
    uint32_t hash;
  };
  static uint32_t HashOf(absl::string_view name) {
    return static_cast<uint32_t>(absl::Hash<absl::string_view>{}(name));
  }
  struct Hash {
    using is_transparent = void;
    size_t operator()(const Row& row) const { return absl::Hash<uint32_t>{}(row.hash); }
    size_t operator()(const Sought& sought) const { return absl::Hash<uint32_t>{}(sought.hash); }
  };
  struct Equal {
    using is_transparent = void;
    const Names* names;
    bool operator()(const Row& a, const Row& b) const { return a.row == b.row; }
    bool operator()(const Row& a, const Sought& b) const {
      if (a.hash != b.hash) return false;
      const absl::Span<const char> characters = (*names)[static_cast<size_t>(a.row)];
      return absl::string_view(characters.data(), characters.size()) == b.name;
    }
    bool operator()(const Sought& a, const Row& b) const { return (*this)(b, a); }
  };

  int32_t NewRow(absl::string_view name) {
    int32_t row = static_cast<int32_t>(names_.size());
    if (free_.empty()) {
      names_.Resize(names_.size() + 1);
    } else {
      row = free_.back();
      free_.pop_back();
    }
    names_.Set(row, absl::MakeConstSpan(name.data(), name.size()));
    return row;
  }

  Names names_;
  absl::flat_hash_set<Row, Hash, Equal> rows_;
  std::vector<int32_t> free_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_NAME_TABLE_H_
