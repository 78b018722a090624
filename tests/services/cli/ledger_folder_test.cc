#include "services/cli/ledger_folder.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/ledger.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/failure.h"
#include "tests/ledger_files.h"
#include "tests/temporary_folder.h"

namespace ayni::cli {
namespace {

using storage::SigningKey;
using ::testing::HasSubstr;

std::vector<std::string> Leaves(size_t count) {
  std::vector<std::string> leaves;
  for (size_t i = 0; i < count; ++i) {
    v1::LedgerEvent event;
    event.set_method("ayni.v1.NeedService/CreateNeed");
    event.set_resource(absl::StrCat("parties/coop/needs/", i));
    leaves.push_back(event.SerializeAsString());
  }
  return leaves;
}

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class LedgerFolder : public testing::Test {
 protected:
  LedgerFolder() : key_(SigningKey::Generate()), leaves_(Leaves(700)) {
    options_.log = {storage::kLedgerOrigin, storage::NoteAlgorithm::kEd25519, key_.public_key()};
    storage::WriteLedger(folder_.path(), leaves_, key_);
  }

  absl::StatusOr<LedgerVerdict> Verify() { return VerifyLedgerFolder(folder_.path(), options_); }
  std::string Why() {
    const absl::Status status = Verify().status();
    EXPECT_EQ(status.ok() ? kDone : ExitCodeOf(status), kNotAsSigned) << status;
    return std::string(status.message());
  }

  TemporaryFolder folder_;
  SigningKey key_;
  std::vector<std::string> leaves_;
  LedgerFolderOptions options_;
};

TEST_F(LedgerFolder, IsVerifiedWhole) {
  const absl::StatusOr<LedgerVerdict> verdict = Verify();
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_EQ(verdict->leaf_count, 700u);
  EXPECT_EQ(verdict->entry_count, 700u);
}

TEST_F(LedgerFolder, IsVerifiedByItsHashesWhereLeavesAreKeptBack) {
  std::filesystem::remove_all(folder_ / "tile/entries");
  const absl::StatusOr<LedgerVerdict> verdict = Verify();
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_EQ(verdict->leaf_count, 700u);
  EXPECT_EQ(verdict->entry_count, 0u);
}

TEST_F(LedgerFolder, SaysWhichLeavesWereTakenAway) {
  std::filesystem::remove(folder_ / "tile/entries/001");
  const absl::StatusOr<LedgerVerdict> verdict = Verify();
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_EQ(verdict->entry_count, 444u);
  EXPECT_EQ(verdict->first_absent, 256u);
  options_.needs_all_leaves = true;
  EXPECT_THAT(Why(), HasSubstr("leaves 256 to 511 are not here"));
}

TEST_F(LedgerFolder, WaitsForNoPipe) {
  std::filesystem::remove(folder_ / "tile/entries/001");
  ASSERT_EQ(mkfifo((folder_ / "tile/entries/001").c_str(), 0600), 0);
  EXPECT_EQ(ExitCodeOf(Verify().status()), kLocalFile);
}

TEST_F(LedgerFolder, OfNoLeavesIsVerified) {
  TemporaryFolder none;
  storage::WriteLedger(none.path(), {}, key_);
  const absl::StatusOr<LedgerVerdict> verdict = VerifyLedgerFolder(none.path(), options_);
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_EQ(verdict->root, storage::EmptyRoot());
}

TEST_F(LedgerFolder, AnyFlippedByteIsFound) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
    if (!entry.is_regular_file()) continue;
    const std::string path = entry.path().string(), whole = Read(path);
    // Every byte of short files, every 37th of long ones.
    const size_t step = whole.size() < 400 ? 1 : 37;
    for (size_t i = 0; i < whole.size(); i += step) {
      std::string altered = whole;
      altered[i] = static_cast<char>(altered[i] ^ (1 << (i % 8)));
      storage::WriteLedgerFile(path, altered);
      const absl::Status status = Verify().status();
      EXPECT_FALSE(status.ok()) << path << " byte " << i;
      EXPECT_EQ(status.ok() ? kDone : ExitCodeOf(status), kNotAsSigned) << path << " byte " << i << status;
    }
    storage::WriteLedgerFile(path, whole);
  }
  EXPECT_TRUE(Verify().ok());
}

TEST_F(LedgerFolder, TheFirstBadLeafIsNamed) {
  const std::string path = folder_ / "tile/entries/001";
  std::string bundle = Read(path);
  // Leaf 300 and a later one.
  for (const std::string& name : {std::string("needs/300"), std::string("needs/400")})
    bundle[bundle.find(name) + 2] = 'E';
  storage::WriteLedgerFile(path, bundle);
  EXPECT_THAT(Why(), HasSubstr("leaf 300 is not"));
  EXPECT_THAT(Why(), HasSubstr("parties/coop/neEds/300"));
}

TEST_F(LedgerFolder, ALeafThatIsAlteredWithItsHashIsFoundByTheHashesAbove) {
  leaves_[300][5] ^= 1;
  const std::string checkpoint = Read(folder_ / "checkpoint"), above = Read(folder_ / "tile/1/000.p/2");
  storage::WriteLedger(folder_.path(), leaves_, key_);
  storage::WriteLedgerFile(folder_ / "checkpoint", checkpoint);
  EXPECT_THAT(Why(), HasSubstr("do not come to the root"));
  storage::WriteLedgerFile(folder_ / "tile/1/000.p/2", above);
  EXPECT_THAT(Why(), HasSubstr("among leaves 256 to 511"));
}

TEST_F(LedgerFolder, CutReorderedAndLengthenedLedgersAreFound) {
  const std::string checkpoint = Read(folder_ / "checkpoint");
  std::vector<std::string> cut = leaves_, reordered = leaves_, doubled = leaves_;
  cut.pop_back();
  std::swap(reordered[10], reordered[11]);
  doubled[699] = doubled[698];
  for (const std::vector<std::string>& other : {cut, reordered, doubled}) {
    TemporaryFolder folder;
    storage::WriteLedger(folder.path(), other, key_);
    storage::WriteLedgerFile(folder / "checkpoint", checkpoint);
    EXPECT_FALSE(VerifyLedgerFolder(folder.path(), options_).ok());
  }
  std::filesystem::remove(folder_ / "tile/0/001");
  EXPECT_FALSE(Verify().ok());
}

TEST_F(LedgerFolder, AnotherKeyIsRefused) {
  options_.log.key = SigningKey::Generate().public_key();
  EXPECT_THAT(Why(), HasSubstr("no signature of ayni.example/market"));
}

TEST_F(LedgerFolder, ASignedForkIsFoundByACheckpointKeptFromBefore) {
  const std::vector<std::string> first(leaves_.begin(), leaves_.begin() + 500);
  options_.earlier = {{"kept", storage::LedgerNote(first, key_)}};
  EXPECT_TRUE(Verify().ok());
  std::vector<std::string> other = first;
  other[499] = leaves_[500];
  options_.earlier = {{"kept", storage::LedgerNote(other, key_)}};
  EXPECT_THAT(Why(), HasSubstr("kept was signed with other leaves"));
  std::vector<std::string> longer = leaves_;
  longer.push_back("another");
  options_.earlier = {{"kept", storage::LedgerNote(longer, key_)}};
  EXPECT_THAT(Why(), HasSubstr("cut off"));
  // The same size, another history.
  options_.earlier = {{"kept", storage::LedgerNote(Leaves(700), SigningKey::Generate())}};
  EXPECT_THAT(Why(), HasSubstr("no signature"));
}

TEST_F(LedgerFolder, WitnessesMustHaveCosigned) {
  const SigningKey witness = SigningKey::Generate();
  options_.witnesses = {{"witness", storage::NoteAlgorithm::kCosignature, witness.public_key()}};
  EXPECT_THAT(Why(), HasSubstr("no signature of witness"));
  storage::SignedNote note = *storage::SignedNote::Parse(Read(folder_ / "checkpoint"));
  note.signatures.push_back(CosignNote(witness, "witness", note.text, 1764300000));
  storage::WriteLedgerFile(folder_ / "checkpoint", note.ToString());
  const absl::StatusOr<LedgerVerdict> verdict = Verify();
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_EQ(verdict->witnesses.at(0).seconds, 1764300000u);
}

}  // namespace
}  // namespace ayni::cli
