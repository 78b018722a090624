#include "storage/ledger/merkle.h"

#include <bit>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace ayni::storage {
namespace {

using nlohmann::json;

json Vectors(const std::string& name) {
  std::ifstream file(absl::StrCat(MERKLE_VECTORS, "/", name));
  return json::parse(file);
}

// Some roots there are a few words, which none of our checks can be given: another hash stands for them.
MerkleHash ReadRoot(const json& text) {
  std::string bytes;
  EXPECT_TRUE(absl::Base64Unescape(text.get<std::string>(), &bytes));
  if (bytes.size() != kSha256Bytes) return Sha256({bytes});
  MerkleHash root;
  std::copy(bytes.begin(), bytes.end(), root.begin());
  return root;
}

// False: not of 32 bytes.
bool ReadHash(const json& text, MerkleHash* hash) {
  std::string bytes;
  if (!text.is_string() || !absl::Base64Unescape(text.get<std::string>(), &bytes) ||
      bytes.size() != kSha256Bytes)
    return false;
  std::copy(bytes.begin(), bytes.end(), hash->begin());
  return true;
}

bool ReadProof(const json& texts, MerkleProof* proof) {
  for (const json& text : texts) {
    if (!ReadHash(text, &proof->emplace_back())) return false;
  }
  return true;
}

TEST(Merkle, AgreesWithThePublicInclusionVectors) {
  const json vectors = Vectors("inclusion.json");
  ASSERT_EQ(vectors.size(), 98u);
  for (const json& vector : vectors) {
    const MerkleHash root = ReadRoot(vector["root"]);
    MerkleHash leaf;
    MerkleProof proof;
    const bool read = ReadHash(vector["leafHash"], &leaf) && ReadProof(vector["proof"], &proof);
    const bool holds = read && CheckInclusion(vector["leafIdx"].get<uint64_t>(),
                                              vector["treeSize"].get<uint64_t>(), leaf, proof, root)
                                   .ok();
    EXPECT_EQ(holds, !vector["wantErr"].get<bool>()) << vector["case"] << " " << vector["desc"];
  }
}

TEST(Merkle, AgreesWithThePublicConsistencyVectors) {
  const json vectors = Vectors("consistency.json");
  ASSERT_EQ(vectors.size(), 98u);
  for (const json& vector : vectors) {
    const MerkleHash first = ReadRoot(vector["root1"]);
    const MerkleHash second = ReadRoot(vector["root2"]);
    MerkleProof proof;
    const bool read = ReadProof(vector["proof"], &proof);
    const bool holds = read && CheckConsistency(vector["size1"].get<uint64_t>(),
                                                vector["size2"].get<uint64_t>(), first, second, proof)
                                   .ok();
    EXPECT_EQ(holds, !vector["wantErr"].get<bool>()) << vector["case"] << " " << vector["desc"];
  }
}

std::vector<MerkleHash> Leaves(uint64_t count) {
  std::vector<MerkleHash> leaves;
  for (uint64_t i = 0; i < count; ++i) leaves.push_back(LeafHashOf(absl::StrCat("leaf ", i)));
  return leaves;
}

// MTH of RFC 6962, section 2.1, to the letter.
MerkleHash Mth(const std::vector<MerkleHash>& leaves, uint64_t begin, uint64_t end) {
  if (begin == end) return EmptyRoot();
  if (end - begin == 1) return leaves[begin];
  uint64_t k = 1;
  while (2 * k < end - begin) k *= 2;
  return NodeHashOf(Mth(leaves, begin, begin + k), Mth(leaves, begin + k, end));
}

NodeReader ReaderOf(const std::vector<MerkleHash>& leaves) {
  return [&leaves](int level, uint64_t index) -> absl::StatusOr<MerkleHash> {
    return Mth(leaves, index << level, (index + 1) << level);
  };
}

constexpr uint64_t kSizesMax = 70;

TEST(Merkle, RootsAreThoseOfTheDefinition) {
  const std::vector<MerkleHash> leaves = Leaves(kSizesMax);
  MerkleFrontier frontier;
  for (uint64_t size = 0;; ++size) {
    EXPECT_EQ(frontier.size(), size);
    EXPECT_EQ(frontier.Root(), Mth(leaves, 0, size)) << size;
    EXPECT_EQ(*RootOf(size, ReaderOf(leaves)), Mth(leaves, 0, size)) << size;
    if (size == kSizesMax) break;
    frontier.Add(leaves[size]);
  }
}

TEST(Merkle, EveryInclusionProofHoldsAndOfNothingElse) {
  const std::vector<MerkleHash> leaves = Leaves(kSizesMax);
  for (uint64_t size = 1; size <= kSizesMax; ++size) {
    const MerkleHash root = Mth(leaves, 0, size);
    for (uint64_t index = 0; index < size; ++index) {
      MerkleProof proof = *InclusionProofOf(index, size, ReaderOf(leaves));
      ASSERT_TRUE(CheckInclusion(index, size, leaves[index], proof, root).ok()) << index << " of " << size;
      for (uint64_t other = 0; other < size; ++other) {
        ASSERT_EQ(CheckInclusion(index, size, leaves[other], proof, root).ok(), other == index);
        ASSERT_EQ(CheckInclusion(other, size, leaves[index], proof, root).ok(), other == index);
      }
      for (MerkleHash& hash : proof) {
        hash[7] ^= 1;
        ASSERT_FALSE(CheckInclusion(index, size, leaves[index], proof, root).ok());
        hash[7] ^= 1;
      }
      proof.push_back(root);
      ASSERT_FALSE(CheckInclusion(index, size, leaves[index], proof, root).ok());
      proof.pop_back();
      if (proof.empty()) continue;
      proof.pop_back();
      ASSERT_FALSE(CheckInclusion(index, size, leaves[index], proof, root).ok());
    }
  }
}

TEST(Merkle, EveryConsistencyProofHoldsAndOfNothingElse) {
  const std::vector<MerkleHash> leaves = Leaves(kSizesMax);
  std::vector<MerkleHash> forked = leaves;
  for (uint64_t second = 1; second <= kSizesMax; ++second) {
    const MerkleHash second_root = Mth(leaves, 0, second);
    for (uint64_t first = 0; first <= second; ++first) {
      const MerkleHash first_root = Mth(leaves, 0, first);
      const MerkleProof proof = *ConsistencyProofOf(first, second, ReaderOf(leaves));
      ASSERT_EQ(CheckConsistency(first, second, first_root, second_root, proof).ok(), first > 0)
          << first << " " << second;
      if (first == 0) continue;
      // Another history of that length does not lead to the same head.
      forked[first - 1][0] ^= 1;
      ASSERT_FALSE(CheckConsistency(first, second, Mth(forked, 0, first), second_root, proof).ok());
      ASSERT_FALSE(CheckConsistency(first, second, first_root, Mth(forked, 0, second), proof).ok());
      forked[first - 1] = leaves[first - 1];
    }
  }
}

TEST(Merkle, RefusesATreeOfAnotherSize) {
  const std::vector<MerkleHash> leaves = Leaves(9);
  const MerkleProof proof = *ConsistencyProofOf(4, 9, ReaderOf(leaves));
  EXPECT_FALSE(CheckConsistency(9, 4, Mth(leaves, 0, 9), Mth(leaves, 0, 4), proof).ok());
  EXPECT_FALSE(CheckConsistency(0, 9, Mth(leaves, 0, 1), Mth(leaves, 0, 9), {}).ok());
  EXPECT_FALSE(CheckInclusion(9, 9, leaves[0], {}, Mth(leaves, 0, 9)).ok());
}

}  // namespace
}  // namespace ayni::storage
