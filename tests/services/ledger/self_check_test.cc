#include "services/ledger/self_check.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

using storage::Change;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SelfCheckTest : public testing::Test {
 protected:
  SelfCheckTest() { market_.Lay(); }

  std::vector<std::string> Findings(const v1::Checkpoint* checkpoint = nullptr) {
    const auto health = CheckStore(market_.store(), checkpoint, [] { return true; });
    EXPECT_TRUE(health.ok()) << health.status();
    std::vector<std::string> findings;
    for (const v1::LedgerMismatch& mismatch : health->mismatches())
      findings.push_back(absl::StrCat(mismatch.resource(), " ", mismatch.finding()));
    EXPECT_EQ(health->mismatch_count(), static_cast<int64_t>(findings.size()));
    return findings;
  }

  static std::string PartyKey(const std::string& name) {
    return RecordKey(ResourceType::Of<v1::Party>(), name);
  }

  // Behind the server's back: no leaf tells of it.
  void Alter(Change change) { ASSERT_TRUE(market_.store().CommitAndWait(std::move(change)).ok()); }

  TestMarket market_;
};

TEST_F(SelfCheckTest, FindsNothingInWhatTheMethodsWrote) {
  v1::UpdatePartyRequest update;
  *update.mutable_party() = ATap();
  update.mutable_party()->set_name("parties/tap");
  update.mutable_party()->set_display_name("Another name");
  update.mutable_update_mask()->add_paths("display_name");
  ASSERT_TRUE(market_.Run("ayni.v1.PartyService/UpdateParty", update).ok());
  v1::CreatePartyRequest create;
  create.set_party_id("gone");
  *create.mutable_party() = ATap();
  ASSERT_TRUE(market_.Run("ayni.v1.PartyService/CreateParty", create).ok());
  v1::DeletePartyRequest erase;
  erase.set_name("parties/gone");
  ASSERT_TRUE(market_.Run("ayni.v1.PartyService/DeleteParty", erase).ok());
  EXPECT_THAT(Findings(), IsEmpty());
  const auto health = CheckStore(market_.store(), nullptr, [] { return true; });
  EXPECT_GT(health->record_count(), 5);
  EXPECT_EQ(static_cast<uint64_t>(health->leaf_count()), market_.store().leaf_count());
}

TEST_F(SelfCheckTest, FindsARecordThatWasAlteredMadeOrTakenAway) {
  v1::Party altered = ATap();
  altered.set_name("parties/tap");
  altered.set_display_name("Somebody else");
  Change change;
  change.puts.push_back({PartyKey("parties/tap"), altered.SerializeAsString()});
  Alter(std::move(change));
  EXPECT_THAT(Findings(), ElementsAre("parties/tap is not what its last ledger entry says"));

  altered.set_name("parties/smuggled");
  change = {};
  change.puts.push_back({PartyKey("parties/smuggled"), altered.SerializeAsString()});
  Alter(std::move(change));
  EXPECT_THAT(Findings(), ElementsAre("parties/smuggled stands in the store, and no ledger entry made it",
                                      "parties/tap is not what its last ledger entry says"));

  change = {};
  change.deletes = {PartyKey("parties/smuggled"), PartyKey("parties/tap")};
  Alter(std::move(change));
  EXPECT_THAT(Findings(), ElementsAre("parties/tap is gone from the store, and no ledger entry deleted it"));
}

TEST_F(SelfCheckTest, FindsAnOldVersionThatWasPutBack) {
  const auto before = market_.store().Get(PartyKey("parties/tap"));
  v1::UpdatePartyRequest update;
  update.mutable_party()->set_name("parties/tap");
  update.mutable_party()->set_display_name("Another name");
  update.mutable_update_mask()->add_paths("display_name");
  ASSERT_TRUE(market_.Run("ayni.v1.PartyService/UpdateParty", update).ok());
  Change change;
  change.puts.push_back({PartyKey("parties/tap"), (*before)->value});
  Alter(std::move(change));
  EXPECT_THAT(Findings(), ElementsAre("parties/tap is not what its last ledger entry says"));
}

TEST_F(SelfCheckTest, ComparesTheLeavesWithTheLastCheckpoint) {
  storage::LedgerTree tree(&market_.store());
  v1::Checkpoint checkpoint;
  checkpoint.set_name("checkpoints/000000000003");
  checkpoint.set_leaf_count(3);
  const storage::MerkleHash root = *tree.Root(3);
  checkpoint.set_root_hash(root.data(), root.size());
  EXPECT_THAT(Findings(&checkpoint), IsEmpty());
  (*checkpoint.mutable_root_hash())[0] ^= 1;
  EXPECT_THAT(
      Findings(&checkpoint),
      ElementsAre(
          "checkpoints/000000000003 was signed with another root than the ledger's first leaves have now"));
  checkpoint.set_leaf_count(1'000'000);
  EXPECT_EQ(Findings(&checkpoint).size(), 1u);
}

TEST_F(SelfCheckTest, StopsWhenItIsTold) {
  EXPECT_TRUE(absl::IsCancelled(CheckStore(market_.store(), nullptr, [] { return false; }).status()));
}

}  // namespace
}  // namespace ayni::services
