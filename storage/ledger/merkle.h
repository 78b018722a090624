// The Merkle tree of a log: RFC 6962, section 2.1, with the checks of RFC 9162, section 2.1.
//
//   leaf      SHA-256(0x00 || bytes)
//   node      SHA-256(0x01 || left || right)
//   no leaf   SHA-256 of nothing
//
// A tree of n leaves, n > 1, splits at the largest power of two below n. Pure functions and values;
// thread-safe as these are.
#ifndef AYNI_STORAGE_LEDGER_MERKLE_H_
#define AYNI_STORAGE_LEDGER_MERKLE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/ledger/sha256.h"

namespace ayni::storage {

using MerkleHash = Sha256Digest;
using MerkleProof = std::vector<MerkleHash>;

// Of 2^62 leaves at most, so that no sum of two sizes is too large for a number.
inline constexpr uint64_t kLeafCountMax = uint64_t{1} << 62;
inline constexpr size_t kProofHashesMax = 64;

MerkleHash LeafHashOf(std::string_view leaf);
MerkleHash NodeHashOf(const MerkleHash& left, const MerkleHash& right);
MerkleHash EmptyRoot();

// The tree of leaves as they come: the roots of its complete subtrees, the largest first. Adding n leaves
// takes n node hashes at most.
class MerkleFrontier {
 public:
  void Add(const MerkleHash& leaf);
  uint64_t size() const { return size_; }
  // O(log size).
  MerkleHash Root() const;

 private:
  uint64_t size_ = 0;
  std::vector<MerkleHash> subtrees_;
};

// The hash of the complete subtree of 2^level leaves from leaf index << level on.
using NodeReader = std::function<absl::StatusOr<MerkleHash>(int level, uint64_t index)>;

// The root of the first `size` leaves. O(log size) nodes are read. An error is the reader's.
absl::StatusOr<MerkleHash> RootOf(uint64_t size, const NodeReader& read);
// That leaf `index` is in the tree of `size`. REQUIRES: index < size <= kLeafCountMax.
absl::StatusOr<MerkleProof> InclusionProofOf(uint64_t index, uint64_t size, const NodeReader& read);
// That the tree of `second` begins with the tree of `first`. Empty where they are one, or the first has no
// leaf. REQUIRES: first <= second <= kLeafCountMax.
absl::StatusOr<MerkleProof> ConsistencyProofOf(uint64_t first, uint64_t second, const NodeReader& read);

// OK, or InvalidArgument saying why the proof does not show it: RFC 9162, section 2.1.3.2 and 2.1.4.2. Of any
// input.
absl::Status CheckInclusion(uint64_t index, uint64_t size, const MerkleHash& leaf, const MerkleProof& proof,
                            const MerkleHash& root);
absl::Status CheckConsistency(uint64_t first, uint64_t second, const MerkleHash& first_root,
                              const MerkleHash& second_root, const MerkleProof& proof);

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_LEDGER_MERKLE_H_
