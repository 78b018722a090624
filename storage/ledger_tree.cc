#include "storage/ledger_tree.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "storage/invariant.h"

namespace ayni::storage {
namespace {

constexpr size_t kLeavesReadAtOnce = 16 * kTileWidth;

// Of 2^k leaves, k <= 8.
MerkleHash CompleteRoot(const MerkleHash* leaves, size_t count) {
  std::vector<MerkleHash> hashes(leaves, leaves + count);
  for (; hashes.size() > 1; hashes.resize(hashes.size() / 2)) {
    for (size_t i = 0; i < hashes.size() / 2; ++i) hashes[i] = NodeHashOf(hashes[2 * i], hashes[2 * i + 1]);
  }
  return hashes[0];
}

absl::Status TooFewLeaves(uint64_t wanted, uint64_t count) {
  return absl::OutOfRangeError(absl::StrCat("the ledger has ", count, " leaves, not ", wanted));
}

}  // namespace

absl::StatusOr<MerkleHash> LedgerTree::Root(uint64_t leaf_count) {
  if (absl::Status status = Follow(leaf_count); !status.ok()) return status;
  const absl::ReaderMutexLock lock(&mutex_);
  Row row;
  return RootOf(leaf_count, [&](int level, uint64_t at) {
    mutex_.AssertReaderHeld();
    return Node(level, at, &row);
  });
}

absl::StatusOr<MerkleProof> LedgerTree::Inclusion(uint64_t index, uint64_t leaf_count) {
  if (index >= leaf_count)
    return absl::OutOfRangeError(absl::StrCat("leaf ", index, " is not among the first ", leaf_count));
  if (absl::Status status = Follow(leaf_count); !status.ok()) return status;
  const absl::ReaderMutexLock lock(&mutex_);
  Row row;
  return InclusionProofOf(index, leaf_count, [&](int level, uint64_t at) {
    mutex_.AssertReaderHeld();
    return Node(level, at, &row);
  });
}

absl::StatusOr<MerkleProof> LedgerTree::Consistency(uint64_t first, uint64_t second) {
  if (first > second)
    return absl::OutOfRangeError(
        absl::StrCat("a ledger of ", first, " leaves does not become one of ", second));
  if (absl::Status status = Follow(second); !status.ok()) return status;
  const absl::ReaderMutexLock lock(&mutex_);
  Row row;
  return ConsistencyProofOf(first, second, [&](int level, uint64_t at) {
    mutex_.AssertReaderHeld();
    return Node(level, at, &row);
  });
}

absl::StatusOr<std::string> LedgerTree::ReadTile(const Tile& tile) {
  const uint64_t leaf_count = store_.leaf_count();
  const int shift = tile.level * kTileLevelBits;
  const bool is_known =
      tile.level >= 0 && tile.level < kTileLevelsMax && tile.width >= 1 && tile.width <= kTileWidth;
  const uint64_t hashes = is_known ? leaf_count >> shift : 0;
  if (!is_known || tile.index > hashes / kTileWidth || tile.index * kTileWidth + tile.width > hashes)
    return absl::OutOfRangeError("the ledger has no such tile");
  if (absl::Status status = Follow(leaf_count); !status.ok()) return status;
  const absl::ReaderMutexLock lock(&mutex_);
  std::string bytes;
  Row row;
  for (uint64_t i = 0; i < tile.width; ++i) {
    const absl::StatusOr<MerkleHash> hash = Node(shift, tile.index * kTileWidth + i, &row);
    if (!hash.ok()) return hash.status();
    bytes.append(View(*hash));
  }
  return bytes;
}

absl::Status LedgerTree::Follow(uint64_t leaf_count) {
  if (leaf_count > store_.leaf_count()) return TooFewLeaves(leaf_count, store_.leaf_count());
  {
    const absl::ReaderMutexLock lock(&mutex_);
    if (!levels_.empty() && (levels_[0].size() + 1) * kTileWidth > leaf_count) return absl::OkStatus();
  }
  const absl::WriterMutexLock lock(&mutex_);
  return AddRows(leaf_count);
}

absl::Status LedgerTree::AddRows(uint64_t leaf_count) {
  if (levels_.empty()) levels_.emplace_back();
  while ((levels_[0].size() + 1) * kTileWidth <= leaf_count) {
    const absl::StatusOr<std::vector<Leaf>> leaves =
        store_.ReadLeaves(levels_[0].size() * kTileWidth, kLeavesReadAtOnce);
    if (!leaves.ok()) return leaves.status();
    std::vector<MerkleHash> hashes;
    for (const Leaf& leaf : *leaves) hashes.push_back(leaf.hash);
    // A call may stop early, where leaves are long.
    if (hashes.size() < kTileWidth) {
      Row row;
      if (absl::Status status = ReadRow(levels_[0].size(), &row); !status.ok()) return status;
      if (row.leaves.size() < kTileWidth)
        return absl::DataLossError("the ledger has fewer leaves than its head says");
      hashes = std::move(row.leaves);
    }
    for (size_t first = 0; first + kTileWidth <= hashes.size(); first += kTileWidth)
      AddRow(CompleteRoot(&hashes[first], kTileWidth));
  }
  return absl::OkStatus();
}

void LedgerTree::AddRow(const MerkleHash& root) {
  MerkleHash hash = root;
  for (size_t k = 0;; ++k) {
    if (k == levels_.size()) levels_.emplace_back();
    std::vector<MerkleHash>& level = levels_[k];
    level.push_back(hash);
    if (level.size() % 2 == 1) return;
    hash = NodeHashOf(level[level.size() - 2], level[level.size() - 1]);
  }
}

absl::StatusOr<MerkleHash> LedgerTree::Node(int level, uint64_t index, Row* row) {
  if (level >= kTileLevelBits) {
    const size_t k = static_cast<size_t>(level - kTileLevelBits);
    INVARIANT(k < levels_.size() && index < levels_[k].size());
    return levels_[k][index];
  }
  const uint64_t in_row = kTileWidth >> level;
  if (row->index != index / in_row) {
    if (absl::Status status = ReadRow(index / in_row, row); !status.ok()) return status;
  }
  const uint64_t first = (index % in_row) << level;
  const uint64_t count = uint64_t{1} << level;
  if (first + count > row->leaves.size())
    return absl::DataLossError("the ledger has fewer leaves than its head says");
  return CompleteRoot(&row->leaves[first], count);
}

absl::Status LedgerTree::ReadRow(uint64_t index, Row* row) const {
  row->index = index;
  row->leaves.clear();
  while (row->leaves.size() < kTileWidth) {
    const uint64_t first = index * kTileWidth + row->leaves.size();
    if (first >= store_.leaf_count()) break;
    const absl::StatusOr<std::vector<Leaf>> leaves =
        store_.ReadLeaves(first, kTileWidth - row->leaves.size());
    if (!leaves.ok()) return leaves.status();
    if (leaves->empty()) break;
    for (const Leaf& leaf : *leaves) row->leaves.push_back(leaf.hash);
  }
  return absl::OkStatus();
}

}  // namespace ayni::storage
