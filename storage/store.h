// Store: all state of the market, and the one way to change it.
//
// A store is a sequence of commits. Each is one Change, written whole and durably or not at all: its records,
// index keys, ledger leaves, feed entry and the memory of its request_id.
//
//   1. Acknowledged means durable: when `done` has an OK receipt, the change survives the loss of power.
//   2. Sequences are dense: the commit after sequence n has n + 1, and the feed has an entry for each.
//   3. Leaf indices are dense and in commit order.
//   4. What is visible to a read is durable.
//   5. After an I/O error the store refuses every further change; Health() says why.
//
// Thread-safety: every method of Store may be called from any thread at any time. A Snapshot may be shared by
// threads; a Cursor may not. Snapshots and cursors must be destroyed before their store.
#ifndef AYNI_STORAGE_STORE_H_
#define AYNI_STORAGE_STORE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/change.h"
#include "storage/commit_stats.h"
#include "storage/ledger/merkle.h"

namespace ayni::storage {

struct Receipt {
  Sequence sequence = 0;
  bool replayed = false;  // the change was written by an earlier commit with the same request_id
  std::string response;   // of the commit that was written
};

struct StoredValue {
  Version version = 0;
  std::string value;
};

inline constexpr size_t kSecretBytes = 32;

// Keys k with begin <= k < end, in byte order. An empty end is the end of all keys.
struct KeyRange {
  static KeyRange All() { return {}; }
  static KeyRange Prefix(std::string_view prefix);

  std::string begin;
  std::string end;
};

// Walks keys in ascending order.
//   while (cursor->Next()) Use(cursor->key(), cursor->value());
//   if (!cursor->status().ok()) ...
class Cursor {
 public:
  virtual ~Cursor() = default;
  // Steps to the next key, at first to the first one. False at the end, and after an error: then status() is
  // not OK.
  virtual bool Next() = 0;
  // Views into the store's own memory, valid until the next call of Next(). REQUIRES: Next() has just
  // returned true.
  virtual std::string_view key() const = 0;
  virtual Version version() const = 0;         // 0 for an index key
  virtual std::string_view value() const = 0;  // empty for an index key
  virtual absl::Status status() const = 0;
};

class Reader {
 public:
  virtual ~Reader() = default;
  // nullopt: the key is absent. DataLoss or Unavailable: the store could not read, and is now unhealthy.
  virtual absl::StatusOr<std::optional<StoredValue>> Get(std::string_view key) const = 0;
};

// One moment of the store: everything up to sequence(), and nothing after.
class Snapshot : public Reader {
 public:
  virtual Sequence sequence() const = 0;
  virtual uint64_t leaf_count() const = 0;
  virtual std::unique_ptr<Cursor> Scan(const KeyRange& range) const = 0;
  virtual std::unique_ptr<Cursor> ScanIndex(const KeyRange& range) const = 0;
};

struct FeedChange {
  std::string key;
  bool deleted = false;
};

struct FeedEntry {
  Sequence sequence = 0;
  uint64_t leaf_first = 0;  // index of the commit's first leaf
  uint64_t leaf_count = 0;
  std::vector<FeedChange> changes;  // puts and then deletes, in the order of the Change
};

using LeafHash = MerkleHash;

struct Leaf {
  LeafHash hash{};  // RFC 6962, section 2.1: SHA-256(0x00 || bytes)
  std::string bytes;
};

// One call of Feed or ReadLeaves stops early, after at least one entry, once it has read this much.
inline constexpr size_t kReadBytesMax = 64 << 20;

class Store : public Reader {
 public:
  // Called exactly once: on a thread of the store, or on the caller's before Commit returns when the change
  // is refused or answered at once. It must not block, nor destroy the store.
  using Done = absl::AnyInvocable<void(absl::StatusOr<Receipt>)>;

  // Writes `change`. Changes are taken in the order of the calls, and one may rely on what an earlier one,
  // not yet answered, writes.
  //   OK                  written, or (replayed) written before under the same request_id
  //   AlreadyExists       a key that must be absent is present      } nothing written;
  //   Aborted             some other precondition does not hold     } ConflictingKeys() names all such keys
  //   InvalidArgument     a limit of change.h is broken
  //   FailedPrecondition  the request_id is known with another digest
  //   ResourceExhausted   too much is waiting to be written; nothing written, try again later
  //   Unavailable         the store refuses changes, or is closed; nothing written
  //   Unknown             the write failed; only a restart shows whether the change stands
  virtual void Commit(Change change, Done done) = 0;

  // Answers every change that was given to it, and refuses all later ones with Unavailable; reads go on. When
  // it returns no `done` runs any more, nor ever again but within Commit. Never from a `done`.
  virtual void Close() = 0;

  // Commit, and wait for its answer. Never from a `done`.
  absl::StatusOr<Receipt> CommitAndWait(Change change);

  virtual absl::StatusOr<std::unique_ptr<Snapshot>> TakeSnapshot() const = 0;

  // The last commit that is visible; and the number of ledger leaves with it.
  virtual Sequence sequence() const = 0;
  virtual uint64_t leaf_count() const = 0;

  // The entries after `after`, in commit order, at most `limit` of them. REQUIRES: limit > 0.
  virtual absl::StatusOr<std::vector<FeedEntry>> Feed(Sequence after, size_t limit) const = 0;

  // Waits until there is a commit after `after`, at most for `timeout`; returns the last commit's sequence.
  virtual Sequence WaitForFeed(Sequence after, std::chrono::milliseconds timeout) const = 0;

  // Leaves from index `first` on, at most `limit` of them. REQUIRES: limit > 0.
  virtual absl::StatusOr<std::vector<Leaf>> ReadLeaves(uint64_t first, size_t limit) const = 0;

  // kSecretBytes that were drawn when the store was made, and are kept with it and nowhere else: what is
  // derived from them can't be guessed by whoever does not have the store. The same for the life of the
  // store.
  virtual const std::string& secret() const = 0;

  // OK, or the error for which the store refuses changes.
  virtual absl::Status Health() const = 0;

  virtual CommitStats Stats() const = 0;
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_STORE_H_
