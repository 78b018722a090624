#include "storage/ledger_tree.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/storage/temporary_store.h"

namespace ayni::storage {
namespace {

// Leaves 0, 1, 2... in commits of different sizes.
void AddLeaves(uint64_t count, Store* store) {
  uint64_t next = store->leaf_count();
  for (uint64_t size = 1; next < count; size = size % 97 + 5) {
    Change change;
    for (uint64_t i = 0; i < size && next < count; ++i)
      change.leaves.push_back(absl::StrCat("leaf ", next++));
    ASSERT_TRUE(store->CommitAndWait(std::move(change)).ok());
  }
}

MerkleHash LeafHash(uint64_t index) { return LeafHashOf(absl::StrCat("leaf ", index)); }

MerkleHash RootOfLeaves(uint64_t count) {
  MerkleFrontier frontier;
  for (uint64_t i = 0; i < count; ++i) frontier.Add(LeafHash(i));
  return frontier.Root();
}

constexpr uint64_t kSizes[] = {0, 1, 2, 255, 256, 257, 511, 512, 700, 1024, 1500};

TEST(LedgerTree, FollowsItsStore) {
  TemporaryStore temporary;
  LedgerTree tree(&*temporary);
  for (const uint64_t size : kSizes) {
    AddLeaves(size, &*temporary);
    EXPECT_EQ(tree.Root(size + 1).status().code(), absl::StatusCode::kOutOfRange);
    for (const uint64_t earlier : kSizes) {
      if (earlier > size) break;
      EXPECT_EQ(*tree.Root(earlier), RootOfLeaves(earlier)) << earlier;
      const absl::StatusOr<MerkleProof> proof = tree.Consistency(earlier, size);
      ASSERT_TRUE(proof.ok()) << proof.status();
      if (earlier == 0) continue;
      EXPECT_TRUE(CheckConsistency(earlier, size, RootOfLeaves(earlier), RootOfLeaves(size), *proof).ok());
    }
  }
  EXPECT_EQ(tree.Consistency(2, 1).status().code(), absl::StatusCode::kOutOfRange);
}

TEST(LedgerTree, ProvesEachLeafOfAStoreThatWasOpenedAgain) {
  TemporaryStore temporary;
  AddLeaves(700, &*temporary);
  temporary.Reopen();
  LedgerTree tree(&*temporary);
  for (const uint64_t size : {1, 256, 257, 600, 700}) {
    for (uint64_t index = 0; index < size; index += 1 + index / 9) {
      const absl::StatusOr<MerkleProof> proof = tree.Inclusion(index, size);
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_TRUE(CheckInclusion(index, size, LeafHash(index), *proof, RootOfLeaves(size)).ok());
    }
  }
  EXPECT_EQ(tree.Inclusion(256, 256).status().code(), absl::StatusCode::kOutOfRange);
}

TEST(LedgerTree, TilesHoldTheHashesOfTheirLevel) {
  TemporaryStore temporary;
  AddLeaves(600, &*temporary);
  LedgerTree tree(&*temporary);
  const std::vector<MerkleHash> last = *ReadTile(*tree.ReadTile({0, 2, 88}), 88);
  for (uint64_t i = 0; i < last.size(); ++i) EXPECT_EQ(last[i], LeafHash(512 + i));
  const std::vector<MerkleHash> upper = *ReadTile(*tree.ReadTile({1, 0, 2}), 2);
  EXPECT_EQ(NodeHashOf(upper[0], upper[1]), RootOfLeaves(512));
  for (const Tile& none : {Tile{0, 2, 89}, Tile{0, 3, 1}, Tile{1, 0, 3}, Tile{2, 0, 1}, Tile{-1, 0, 1},
                           Tile{8, 0, 1}, Tile{0, 0, 0}, Tile{0, 0, 257}, Tile{0, UINT64_MAX / 256, 256}})
    EXPECT_EQ(tree.ReadTile(none).status().code(), absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace ayni::storage
