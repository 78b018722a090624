#include "services/ledger/notary.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"
#include "storage/ledger/checkpoint_text.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

using storage::NoteAlgorithm;
using storage::NoteVerifier;
using storage::SignedNote;
using storage::SigningKey;
using ::testing::HasSubstr;

constexpr char kOrigin[] = "ayni.example/market";
constexpr char kWitness[] = "universidad.example/witness";

class NotaryTest : public testing::Test {
 protected:
  NotaryTest() : witness_(SigningKey::Generate()) {
    market_.Lay();
    Restart();
  }

  // As the server after a restart: another notary, with the same key.
  void Restart() {
    auto key = SigningKey::FromPem(pem_);
    ASSERT_TRUE(key.ok());
    notary_ = std::make_unique<Notary>(
        &market_.store(), *std::move(key), kOrigin,
        std::vector<NoteVerifier>{{kWitness, NoteAlgorithm::kCosignature, witness_.public_key()}},
        [this] { return market_.now(); });
  }

  void Post() {
    v1::CreatePartyRequest request;
    request.set_party_id(absl::StrCat("party", ++parties_));
    *request.mutable_party() = ATap();
    ASSERT_TRUE(market_.Run("ayni.v1.PartyService/CreateParty", request).ok());
  }

  std::string Cosignature(const v1::Checkpoint& checkpoint, const SigningKey& key) {
    return CosignNote(key, kWitness, SignedNote::Parse(checkpoint.note())->text, 1764300000).ToLine();
  }

  const std::string pem_ = SigningKey::Generate().ToPem();
  const SigningKey witness_;
  int parties_ = 0;
  TestMarket market_;
  std::unique_ptr<Notary> notary_;
};

TEST_F(NotaryTest, SignsTheHeadThatTheStoreHas) {
  const auto checkpoint = notary_->Sign();
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(static_cast<uint64_t>(checkpoint->leaf_count()), market_.store().leaf_count());
  const auto note = SignedNote::Parse(checkpoint->note());
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_TRUE(CheckNote(*note, *NoteVerifier::Parse(notary_->Key().verifier())).ok());
  const auto text = storage::CheckpointText::Parse(note->text);
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(text->origin, kOrigin);
  EXPECT_EQ(storage::View(text->root), checkpoint->root_hash());
  storage::MerkleFrontier frontier;
  const auto leaves = market_.store().ReadLeaves(0, 10000);
  ASSERT_TRUE(leaves.ok()) << leaves.status();
  for (const storage::Leaf& leaf : *leaves) frontier.Add(storage::LeafHashOf(leaf.bytes));
  EXPECT_EQ(text->root, frontier.Root());
}

TEST_F(NotaryTest, SignsAHeadOnce) {
  const auto first = notary_->Sign();
  market_.Advance(absl::Hours(1));
  const auto same = notary_->Sign();
  EXPECT_EQ(same->note(), first->note());
  EXPECT_EQ(same->time().seconds(), first->time().seconds());
  Post();
  EXPECT_GT(notary_->Sign()->leaf_count(), first->leaf_count());
  Restart();
  EXPECT_EQ(notary_->Last()->leaf_count(), notary_->Sign()->leaf_count());
}

TEST_F(NotaryTest, SignsNothingThatDoesNotContinueWhatItSigned) {
  const auto signed_head = notary_->Sign();
  ASSERT_TRUE(signed_head.ok());
  // As if the leaves had been other ones when it was signed, or more.
  for (const bool more : {false, true}) {
    v1::Checkpoint other = *signed_head;
    if (more) other.set_leaf_count(other.leaf_count() + 1);
    if (!more) (*other.mutable_root_hash())[0] ^= 1;
    other.set_name(CheckpointName(static_cast<uint64_t>(other.leaf_count())));
    storage::Change change;
    change.puts.push_back(
        {RecordKey(ResourceType::Of<v1::Checkpoint>(), other.name()), other.SerializeAsString()});
    ASSERT_TRUE(market_.store().CommitAndWait(std::move(change)).ok());
    Restart();
    Post();
    const absl::Status status = notary_->Sign().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("does not continue checkpoints/"));
    EXPECT_EQ(notary_->refusal(), status.message());
  }
}

TEST_F(NotaryTest, TakesTheCosignaturesOfItsWitnessesAlone) {
  const v1::Checkpoint head = *notary_->Sign();
  const auto cosigned = notary_->AddCosignature(head.name(), Cosignature(head, witness_));
  ASSERT_TRUE(cosigned.ok()) << cosigned.status();
  const SignedNote note = *SignedNote::Parse(cosigned->note());
  EXPECT_EQ(note.signatures.size(), 2u);
  EXPECT_EQ(*CheckNote(note, *NoteVerifier::Parse(notary_->Key().witnesses(0))), 1764300000u);
  EXPECT_EQ(notary_->Last()->note(), cosigned->note());
  // Again: it takes the place of the first.
  EXPECT_EQ(SignedNote::Parse(notary_->AddCosignature(head.name(), Cosignature(head, witness_))->note())
                ->signatures.size(),
            2u);

  EXPECT_THAT(
      std::string(
          notary_->AddCosignature(head.name(), Cosignature(head, SigningKey::Generate())).status().message()),
      HasSubstr("no witness"));
  EXPECT_TRUE(Violates(notary_->AddCosignature(head.name(), "text").status(), "cosignature"));
  Post();
  const v1::Checkpoint later = *notary_->Sign();
  EXPECT_TRUE(
      Violates(notary_->AddCosignature(later.name(), Cosignature(head, witness_)).status(), "cosignature"));
  EXPECT_EQ(notary_->AddCosignature("checkpoints/000000000001", Cosignature(head, witness_)).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace ayni::services
