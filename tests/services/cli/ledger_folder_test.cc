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
#include "storage/ledger/tile.h"
#include "tests/temporary_folder.h"

namespace ayni::cli {
namespace {

using storage::MerkleHash;
using storage::NoteVerifier;
using storage::SigningKey;
using storage::Tile;
using ::testing::HasSubstr;

constexpr char kOrigin[] = "ayni.example/market";

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

void Write(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

std::string Note(const std::vector<std::string>& leaves, const SigningKey& key) {
  storage::MerkleFrontier frontier;
  for (const std::string& leaf : leaves) frontier.Add(storage::LeafHashOf(leaf));
  storage::SignedNote note{storage::CheckpointText{kOrigin, leaves.size(), frontier.Root()}.ToString(), {}};
  note.signatures.push_back(SignNote(key, kOrigin, note.text));
  return note.ToString();
}

// A ledger's files, by code that shares nothing with what checks them but the tree's mathematics.
void WriteLedger(const std::string& folder, const std::vector<std::string>& leaves, const SigningKey& key) {
  std::vector<MerkleHash> level;
  for (const std::string& leaf : leaves) level.push_back(storage::LeafHashOf(leaf));
  for (int l = 0; !level.empty(); ++l) {
    std::vector<MerkleHash> next;
    for (uint64_t first = 0; first < level.size(); first += 256) {
      const uint64_t width = std::min<uint64_t>(256, level.size() - first);
      const Tile tile{l, first / 256, width};
      std::string hashes, bundle;
      storage::MerkleFrontier frontier;
      for (uint64_t i = first; i < first + width; ++i) {
        hashes += storage::View(level[i]);
        if (l == 0) storage::AppendEntry(leaves[i], &bundle);
        frontier.Add(level[i]);
      }
      Write(absl::StrCat(folder, "/", TilePath(tile)), hashes);
      if (l == 0) Write(absl::StrCat(folder, "/", EntriesPath(tile)), bundle);
      if (width == 256) next.push_back(frontier.Root());
    }
    level = next;
  }
  Write(absl::StrCat(folder, "/checkpoint"), Note(leaves, key));
}

class LedgerFolder : public testing::Test {
 protected:
  LedgerFolder() : key_(SigningKey::Generate()), leaves_(Leaves(700)) {
    options_.log = {kOrigin, storage::NoteAlgorithm::kEd25519, key_.public_key()};
    WriteLedger(folder_.path(), leaves_, key_);
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
  WriteLedger(none.path(), {}, key_);
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
      Write(path, altered);
      const absl::Status status = Verify().status();
      EXPECT_FALSE(status.ok()) << path << " byte " << i;
      EXPECT_EQ(status.ok() ? kDone : ExitCodeOf(status), kNotAsSigned) << path << " byte " << i << status;
    }
    Write(path, whole);
  }
  EXPECT_TRUE(Verify().ok());
}

TEST_F(LedgerFolder, TheFirstBadLeafIsNamed) {
  const std::string path = folder_ / "tile/entries/001";
  std::string bundle = Read(path);
  // Leaf 300 and a later one.
  for (const std::string& name : {std::string("needs/300"), std::string("needs/400")})
    bundle[bundle.find(name) + 2] = 'E';
  Write(path, bundle);
  EXPECT_THAT(Why(), HasSubstr("leaf 300 is not"));
  EXPECT_THAT(Why(), HasSubstr("parties/coop/neEds/300"));
}

TEST_F(LedgerFolder, ALeafThatIsAlteredWithItsHashIsFoundByTheHashesAbove) {
  leaves_[300][5] ^= 1;
  const std::string checkpoint = Read(folder_ / "checkpoint"), above = Read(folder_ / "tile/1/000.p/2");
  WriteLedger(folder_.path(), leaves_, key_);
  Write(folder_ / "checkpoint", checkpoint);
  EXPECT_THAT(Why(), HasSubstr("do not come to the root"));
  Write(folder_ / "tile/1/000.p/2", above);
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
    WriteLedger(folder.path(), other, key_);
    Write(folder / "checkpoint", checkpoint);
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
  options_.earlier = {{"kept", Note(first, key_)}};
  EXPECT_TRUE(Verify().ok());
  std::vector<std::string> other = first;
  other[499] = leaves_[500];
  options_.earlier = {{"kept", Note(other, key_)}};
  EXPECT_THAT(Why(), HasSubstr("kept was signed with other leaves"));
  std::vector<std::string> longer = leaves_;
  longer.push_back("another");
  options_.earlier = {{"kept", Note(longer, key_)}};
  EXPECT_THAT(Why(), HasSubstr("cut off"));
  // The same size, another history.
  options_.earlier = {{"kept", Note(Leaves(700), SigningKey::Generate())}};
  EXPECT_THAT(Why(), HasSubstr("no signature"));
}

TEST_F(LedgerFolder, WitnessesMustHaveCosigned) {
  const SigningKey witness = SigningKey::Generate();
  options_.witnesses = {{"witness", storage::NoteAlgorithm::kCosignature, witness.public_key()}};
  EXPECT_THAT(Why(), HasSubstr("no signature of witness"));
  storage::SignedNote note = *storage::SignedNote::Parse(Read(folder_ / "checkpoint"));
  note.signatures.push_back(CosignNote(witness, "witness", note.text, 1764300000));
  Write(folder_ / "checkpoint", note.ToString());
  const absl::StatusOr<LedgerVerdict> verdict = Verify();
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_EQ(verdict->witnesses.at(0).seconds, 1764300000u);
}

}  // namespace
}  // namespace ayni::cli
