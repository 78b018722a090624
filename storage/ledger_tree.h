// The leaves of a store as a Merkle tree: its roots, proofs and tiles.
//
// Of every 256 leaves one hash is kept in memory, with those above it: 64 bytes for 256 leaves. What stands
// below is read from the store. The tree follows the store when it is asked; the first question after opening
// reads the whole ledger, about a second for a million leaves.
//
// Thread-safe. REQUIRES: the store outlives the tree.
#ifndef AYNI_STORAGE_LEDGER_TREE_H_
#define AYNI_STORAGE_LEDGER_TREE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "storage/ledger/merkle.h"
#include "storage/ledger/tile.h"
#include "storage/store.h"

namespace ayni::storage {

class LedgerTree {
 public:
  explicit LedgerTree(const Store* store) : store_(*store) {}

  // Of the first `leaf_count` leaves. OutOfRange: the store has fewer. Other errors are the store's.
  absl::StatusOr<MerkleHash> Root(uint64_t leaf_count);
  // OutOfRange: index >= leaf_count, or the store has fewer leaves.
  absl::StatusOr<MerkleProof> Inclusion(uint64_t index, uint64_t leaf_count);
  // OutOfRange: first > second, or the store has fewer leaves.
  absl::StatusOr<MerkleProof> Consistency(uint64_t first, uint64_t second);
  // The tile's bytes. OutOfRange: the store's ledger has no such tile.
  absl::StatusOr<std::string> ReadTile(const Tile& tile);

 private:
  // Hashes of complete subtrees of one row of 256 leaves, as far as these are.
  struct Row {
    uint64_t index = UINT64_MAX;
    std::vector<MerkleHash> leaves;
  };

  absl::Status Follow(uint64_t leaf_count) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status AddRows(uint64_t leaf_count) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AddRow(const MerkleHash& root) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<MerkleHash> Node(int level, uint64_t index, Row* row) ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::Status ReadRow(uint64_t index, Row* row) const;

  const Store& store_;
  mutable absl::Mutex mutex_;
  // levels_[k][i] is of the leaves from i * 2^(8 + k) on.
  std::vector<std::vector<MerkleHash>> levels_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_LEDGER_TREE_H_
