// A change is a value: everything that one commit writes, and what must hold for it to be written. It is
// built by pure functions, given to Store::Commit once, and written whole or not at all.
//
// Keys and values are bytes. What they mean is the matter of whoever uses the store.
#ifndef AYNI_STORAGE_CHANGE_H_
#define AYNI_STORAGE_CHANGE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace ayni::storage {

// The place of a commit in the order of all commits of a store: 1, 2, 3... without a gap. 0 stands before the
// first.
using Sequence = uint64_t;
// The sequence of the commit that last wrote a key. 0: the key is absent.
using Version = uint64_t;

inline constexpr size_t kKeyBytesMax = 1024;
inline constexpr size_t kValueBytesMax = 16 << 20;  // a record's value, a leaf, a stored response
inline constexpr size_t kRequestIdBytesMax = 256;   // of the scope, of the id and of the digest, each
// Of one change in all. The publication of a round measures 15 items and 2 KiB a match where each takes a
// need and an offer of its own: a national round may have a million.
inline constexpr size_t kChangeItemsMax = 20'000'000;
inline constexpr size_t kChangeBytesMax = 3 * (size_t{1} << 30);

struct ChangeLimits {
  size_t items_max = kChangeItemsMax;
  size_t bytes_max = kChangeBytesMax;
};

// What must hold of a key at the moment of the commit.
struct Precondition {
  enum class Kind : uint8_t { kAbsent, kExists, kVersion, kNoRecord, kNoIndexKey, kIndexKeyCount };

  static Precondition Absent(std::string key) { return {Kind::kAbsent, 0, std::move(key)}; }
  static Precondition Exists(std::string key) { return {Kind::kExists, 0, std::move(key)}; }
  // REQUIRES: version > 0; a key that must be absent is Absent.
  static Precondition At(std::string key, Version version) {
    return {Kind::kVersion, version, std::move(key)};
  }

  // No record's key, or no index key, begins with `prefix`: that nothing came to refer to what is deleted.
  // Looked at by the committer itself, so for rare changes only.
  static Precondition NoRecord(std::string prefix) { return {Kind::kNoRecord, 0, std::move(prefix)}; }
  static Precondition NoIndexKey(std::string prefix) { return {Kind::kNoIndexKey, 0, std::move(prefix)}; }
  // As many index keys begin with `prefix`: that nothing came to refer to what moves, beside what was read.
  // Costs a look at each.
  static Precondition IndexKeyCount(std::string prefix, uint64_t count) {
    return {Kind::kIndexKeyCount, count, std::move(prefix)};
  }

  // Whether it is of the keys that begin with `key`, and not of the key itself.
  bool is_of_range() const {
    return kind == Kind::kNoRecord || kind == Kind::kNoIndexKey || kind == Kind::kIndexKeyCount;
  }
  // REQUIRES: !is_of_range().
  bool HoldsAt(Version current) const;

  Kind kind = Kind::kExists;
  Version version = 0;  // of kVersion; of kIndexKeyCount, the count
  std::string key;
};

struct Put {
  std::string key;
  std::string value;
};

struct Change {
  // A caller's name for this change. The same scope and id again, within the store's memory of requests,
  // writes nothing and answers what the first one answered. No id: never remembered. The scope keeps callers
  // apart (a principal, a method); the digest is of the request's content, and the same id with another
  // digest is refused.
  std::string request_scope;
  std::string request_id;
  std::string request_digest;
  std::string response;

  // All must hold. They see the state before this change, and every change committed before it.
  std::vector<Precondition> preconditions;

  // Records: they carry versions and stand in the feed. A key stands at most once in puts and deletes
  // together. Deleting an absent key is no error.
  std::vector<Put> puts;
  std::vector<std::string> deletes;

  // Index keys: no value, no version, not in the feed. Deletes are applied before puts.
  std::vector<std::string> index_puts;
  std::vector<std::string> index_deletes;

  // Appended to the ledger in this order, each at the next leaf index.
  std::vector<std::string> leaves;
};

// Bytes that the change occupies in a queue or a write, about.
size_t ByteSize(const Change& change);

// OK, or InvalidArgument naming the first limit or rule above that the change breaks. Linear, with a sort of
// the keys where there are many.
absl::Status Validate(const Change& change, const ChangeLimits& limits = {});

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_CHANGE_H_
