#include "storage/ledger/merkle.h"

#include <bit>

#include "absl/strings/str_cat.h"
#include "storage/invariant.h"

namespace ayni::storage {
namespace {

constexpr std::string_view kLeafPrefix("\0", 1);
constexpr std::string_view kNodePrefix("\1", 1);

// The largest power of two below n. REQUIRES: n > 1.
uint64_t SplitOf(uint64_t n) { return std::bit_floor(n - 1); }

// The root of the tree over leaves begin up to end. REQUIRES: begin < end, and begin is where such a tree may
// begin: a multiple of the power of two that is not below its size.
absl::StatusOr<MerkleHash> SubtreeRoot(uint64_t begin, uint64_t end, const NodeReader& read) {
  const uint64_t size = end - begin;
  if (std::has_single_bit(size)) {
    const int level = std::countr_zero(size);
    return read(level, begin >> level);
  }
  const uint64_t middle = begin + SplitOf(size);
  const absl::StatusOr<MerkleHash> left = SubtreeRoot(begin, middle, read);
  if (!left.ok()) return left;
  const absl::StatusOr<MerkleHash> right = SubtreeRoot(middle, end, read);
  if (!right.ok()) return right;
  return NodeHashOf(*left, *right);
}

absl::Status AddSubtree(uint64_t begin, uint64_t end, const NodeReader& read, MerkleProof* proof) {
  const absl::StatusOr<MerkleHash> root = SubtreeRoot(begin, end, read);
  if (root.ok()) proof->push_back(*root);
  return root.status();
}

// PATH(m, D[n]) of RFC 9162, section 2.1.3.1.
absl::Status AddPath(uint64_t index, uint64_t begin, uint64_t end, const NodeReader& read,
                     MerkleProof* proof) {
  if (end - begin == 1) return absl::OkStatus();
  const uint64_t middle = begin + SplitOf(end - begin);
  const bool is_left = index < middle;
  absl::Status status =
      is_left ? AddPath(index, begin, middle, read, proof) : AddPath(index, middle, end, read, proof);
  if (!status.ok()) return status;
  return is_left ? AddSubtree(middle, end, read, proof) : AddSubtree(begin, middle, read, proof);
}

// SUBPROOF(m, D[n], b) of RFC 9162, section 2.1.4.1, with `first` as an index and not a count from begin.
absl::Status AddSubproof(uint64_t first, uint64_t begin, uint64_t end, bool is_known, const NodeReader& read,
                         MerkleProof* proof) {
  if (first == end) return is_known ? absl::OkStatus() : AddSubtree(begin, end, read, proof);
  const uint64_t middle = begin + SplitOf(end - begin);
  if (first <= middle) {
    absl::Status status = AddSubproof(first, begin, middle, is_known, read, proof);
    return status.ok() ? AddSubtree(middle, end, read, proof) : status;
  }
  absl::Status status = AddSubproof(first, middle, end, false, read, proof);
  return status.ok() ? AddSubtree(begin, middle, read, proof) : status;
}

absl::Status WrongLength(const MerkleProof& proof) {
  return absl::InvalidArgumentError(
      absl::StrCat("the proof has ", proof.size(), " hashes, which is not what its sizes take"));
}

}  // namespace

MerkleHash LeafHashOf(std::string_view leaf) { return Sha256({kLeafPrefix, leaf}); }

MerkleHash NodeHashOf(const MerkleHash& left, const MerkleHash& right) {
  return Sha256({kNodePrefix, View(left), View(right)});
}

MerkleHash EmptyRoot() { return Sha256({}); }

void MerkleFrontier::Add(const MerkleHash& leaf) {
  MerkleHash hash = leaf;
  for (uint64_t left = size_; (left & 1) == 1; left >>= 1) {
    hash = NodeHashOf(subtrees_.back(), hash);
    subtrees_.pop_back();
  }
  subtrees_.push_back(hash);
  ++size_;
}

MerkleHash MerkleFrontier::Root() const {
  if (subtrees_.empty()) return EmptyRoot();
  MerkleHash root = subtrees_.back();
  for (size_t i = subtrees_.size() - 1; i-- > 0;) root = NodeHashOf(subtrees_[i], root);
  return root;
}

absl::StatusOr<MerkleHash> RootOf(uint64_t size, const NodeReader& read) {
  if (size == 0) return EmptyRoot();
  return SubtreeRoot(0, size, read);
}

absl::StatusOr<MerkleProof> InclusionProofOf(uint64_t index, uint64_t size, const NodeReader& read) {
  INVARIANT(index < size && size <= kLeafCountMax);
  MerkleProof proof;
  absl::Status status = AddPath(index, 0, size, read, &proof);
  if (!status.ok()) return status;
  return proof;
}

absl::StatusOr<MerkleProof> ConsistencyProofOf(uint64_t first, uint64_t second, const NodeReader& read) {
  INVARIANT(first <= second && second <= kLeafCountMax);
  MerkleProof proof;
  if (first == 0 || first == second) return proof;
  absl::Status status = AddSubproof(first, 0, second, true, read, &proof);
  if (!status.ok()) return status;
  return proof;
}

absl::Status CheckInclusion(uint64_t index, uint64_t size, const MerkleHash& leaf, const MerkleProof& proof,
                            const MerkleHash& root) {
  if (index >= size)
    return absl::InvalidArgumentError(absl::StrCat("leaf ", index, " is not in a tree of ", size, " leaves"));
  uint64_t node = index;
  uint64_t last = size - 1;
  MerkleHash hash = leaf;
  for (const MerkleHash& sibling : proof) {
    if (last == 0) return WrongLength(proof);
    if ((node & 1) == 1 || node == last) {
      hash = NodeHashOf(sibling, hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = NodeHashOf(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return WrongLength(proof);
  if (hash != root) return absl::InvalidArgumentError("the proof leads to another root");
  return absl::OkStatus();
}

absl::Status CheckConsistency(uint64_t first, uint64_t second, const MerkleHash& first_root,
                              const MerkleHash& second_root, const MerkleProof& proof) {
  if (first > second)
    return absl::InvalidArgumentError(
        absl::StrCat("a tree of ", first, " leaves is not within one of ", second));
  if (first == 0) return absl::InvalidArgumentError("every log begins with no leaf: that proves nothing");
  if (first == second) {
    if (!proof.empty()) return WrongLength(proof);
    if (first_root != second_root) return absl::InvalidArgumentError("trees of one size have two roots");
    return absl::OkStatus();
  }
  // A complete tree is its own first node, which the proof leaves out.
  const bool is_complete = std::has_single_bit(first);
  if (!is_complete && proof.empty()) return WrongLength(proof);
  uint64_t node = first - 1;
  uint64_t last = second - 1;
  while ((node & 1) == 1) {
    node >>= 1;
    last >>= 1;
  }
  MerkleHash first_hash = is_complete ? first_root : proof[0];
  MerkleHash second_hash = first_hash;
  for (size_t i = is_complete ? 0 : 1; i < proof.size(); ++i) {
    if (last == 0) return WrongLength(proof);
    if ((node & 1) == 1 || node == last) {
      first_hash = NodeHashOf(proof[i], first_hash);
      second_hash = NodeHashOf(proof[i], second_hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      second_hash = NodeHashOf(second_hash, proof[i]);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return WrongLength(proof);
  if (first_hash != first_root) return absl::InvalidArgumentError("the proof leads to another first root");
  if (second_hash != second_root) return absl::InvalidArgumentError("the proof leads to another second root");
  return absl::OkStatus();
}

}  // namespace ayni::storage
