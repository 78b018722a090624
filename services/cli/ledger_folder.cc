#include "services/cli/ledger_folder.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/ledger.pb.h"
#include "services/cli/failure.h"
#include "services/cli/file.h"
#include "services/text_view.h"
#include "storage/ledger/tile.h"

namespace ayni::cli {
namespace {

using services::View;
using storage::CheckpointText;
using storage::MerkleHash;
using storage::Tile;

// Of a leaf that its hash does not fit, what it says it is.
std::string EventText(std::string_view leaf) {
  v1::LedgerEvent event;
  if (!event.ParseFromArray(leaf.data(), static_cast<int>(leaf.size()))) return "it is no ledger event";
  return absl::StrCat("it says: ", event.method(), " of ", event.resource());
}

// A pipe that somebody put there would be waited for.
absl::StatusOr<std::string> ReadRegular(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    return LocalFileError(path, "is no file");
  return ReadFile(path);
}

class FolderCheck {
 public:
  FolderCheck(const std::string& folder, const LedgerFolderOptions& options)
      : folder_(folder), options_(options) {}

  absl::StatusOr<LedgerVerdict> Run() {
    if (absl::Status status = ReadHead(); !status.ok()) return status;
    // Lowest level first: a level is compared with what the one below it comes to.
    for (const Tile& tile : storage::TilesOf(head_.leaf_count)) {
      if (absl::Status status = tile.level == 0 ? CheckLeaves(tile) : CheckNodes(tile); !status.ok())
        return status;
    }
    return Conclude();
  }

 private:
  absl::Status ReadHead() {
    const std::string path = absl::StrCat(folder_, "/", storage::kCheckpointFile);
    const absl::StatusOr<std::string> note = ReadRegular(path);
    if (!note.ok()) return note.status();
    const absl::StatusOr<SignedCheckpoint> head = ReadCheckpoint(*note, options_.log, path);
    if (!head.ok()) return head.status();
    head_ = head->text;
    for (const storage::NoteVerifier& witness : options_.witnesses) {
      const absl::StatusOr<uint64_t> seconds = CheckNote(head->note, witness);
      if (!seconds.ok()) return NotAsSigned(absl::StrCat(path, ": ", seconds.status().message()));
      verdict_.witnesses.push_back({witness.name, *seconds});
    }
    for (const auto& [earlier_path, text] : options_.earlier) {
      const absl::StatusOr<SignedCheckpoint> earlier = ReadCheckpoint(text, options_.log, earlier_path);
      if (!earlier.ok()) return earlier.status();
      if (earlier->text.leaf_count > head_.leaf_count) {
        return NotAsSigned(absl::StrCat(earlier_path, " was signed with ", earlier->text.leaf_count,
                                        " leaves, the folder has ", head_.leaf_count,
                                        ": it is older, or leaves were cut off"));
      }
      earlier_.emplace(earlier->text.leaf_count, std::pair(earlier_path, earlier->text));
    }
    return CheckEarlier();
  }

  absl::Status CheckLeaves(const Tile& tile) {
    const std::string path = absl::StrCat(folder_, "/", TilePath(tile));
    const absl::StatusOr<std::vector<MerkleHash>> hashes = ReadHashes(path, tile);
    if (!hashes.ok()) return hashes.status();
    if (absl::Status status = CheckEntries(tile, *hashes); !status.ok()) return status;
    storage::MerkleFrontier row;
    for (const MerkleHash& hash : *hashes) {
      frontier_.Add(hash);
      row.Add(hash);
      if (absl::Status status = CheckEarlier(); !status.ok()) return status;
    }
    if (tile.width == storage::kTileWidth) rows_.push_back(row.Root());
    return absl::OkStatus();
  }

  absl::Status CheckEntries(const Tile& tile, const std::vector<MerkleHash>& hashes) {
    const std::string path = absl::StrCat(folder_, "/", EntriesPath(tile));
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) {
      if (!verdict_.first_absent) verdict_.first_absent = FirstLeafOf(tile);
      if (!options_.needs_all_leaves) return absl::OkStatus();
      return NotAsSigned(absl::StrCat("leaves ", FirstLeafOf(tile), " to ",
                                      FirstLeafOf(tile) + tile.width - 1,
                                      " are not here, only their hashes: ", path, " is missing"));
    }
    const absl::StatusOr<std::string> bundle = ReadRegular(path);
    if (!bundle.ok()) return bundle.status();
    const absl::StatusOr<std::vector<std::string_view>> leaves = storage::ReadEntries(*bundle, tile.width);
    if (!leaves.ok()) {
      return NotAsSigned(absl::StrCat(path, " ", leaves.status().message(), ": its leaves are ",
                                      FirstLeafOf(tile), " to ", FirstLeafOf(tile) + tile.width - 1));
    }
    for (uint64_t i = 0; i < tile.width; ++i) {
      if (storage::LeafHashOf((*leaves)[i]) == hashes[i]) continue;
      return NotAsSigned(absl::StrCat("leaf ", FirstLeafOf(tile) + i, " is not what its hash is of (", path,
                                      "); ", EventText((*leaves)[i])));
    }
    verdict_.entry_count += tile.width;
    return absl::OkStatus();
  }

  // Hashes of complete subtrees: `rows_` holds what the level below comes to.
  absl::Status CheckNodes(const Tile& tile) {
    if (tile.level != level_) {
      level_ = tile.level;
      if (tile.level > 1) rows_ = std::exchange(next_rows_, {});
    }
    const std::string path = absl::StrCat(folder_, "/", TilePath(tile));
    const absl::StatusOr<std::vector<MerkleHash>> hashes = ReadHashes(path, tile);
    if (!hashes.ok()) return hashes.status();
    storage::MerkleFrontier row;
    for (uint64_t i = 0; i < tile.width; ++i) {
      const uint64_t at = tile.index * storage::kTileWidth + i;
      if ((*hashes)[i] != rows_[at]) {
        const uint64_t leaves = uint64_t{1} << (tile.level * storage::kTileLevelBits);
        return NotAsSigned(absl::StrCat("among leaves ", at * leaves, " to ", (at + 1) * leaves - 1,
                                        " one was altered with its hash: they do not come to what ", path,
                                        " states"));
      }
      row.Add((*hashes)[i]);
    }
    if (tile.width == storage::kTileWidth) next_rows_.push_back(row.Root());
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<MerkleHash>> ReadHashes(const std::string& path, const Tile& tile) const {
    const absl::StatusOr<std::string> bytes = ReadRegular(path);
    if (!bytes.ok()) return bytes.status();
    absl::StatusOr<std::vector<MerkleHash>> hashes = storage::ReadTile(*bytes, tile.width);
    if (!hashes.ok()) return NotAsSigned(absl::StrCat(path, " ", hashes.status().message()));
    return hashes;
  }

  // Whether what was read so far is what an earlier checkpoint of that size was signed with.
  absl::Status CheckEarlier() const {
    const auto [begin, end] = earlier_.equal_range(frontier_.size());
    for (auto earlier = begin; earlier != end; ++earlier) {
      if (frontier_.Root() == earlier->second.second.root) continue;
      return NotAsSigned(absl::StrCat(earlier->second.first, " was signed with other leaves than the first ",
                                      frontier_.size(),
                                      " here: the log showed two histories, and both are signed"));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<LedgerVerdict> Conclude() {
    verdict_.leaf_count = head_.leaf_count;
    verdict_.root = frontier_.Root();
    if (verdict_.root == head_.root) return verdict_;
    return NotAsSigned(absl::StrCat(
        "the ", head_.leaf_count,
        " leaves do not come to the root that was signed: some were altered, put in another order or "
        "left out, with every hash above them"));
  }

  static uint64_t FirstLeafOf(const Tile& tile) { return tile.index * storage::kTileWidth; }

  const std::string& folder_;
  const LedgerFolderOptions& options_;
  CheckpointText head_;
  std::multimap<uint64_t, std::pair<std::string, CheckpointText>> earlier_;
  storage::MerkleFrontier frontier_;
  int level_ = 0;
  // Roots of the full tiles of the level below, and of this one.
  std::vector<MerkleHash> rows_;
  std::vector<MerkleHash> next_rows_;
  LedgerVerdict verdict_;
};

}  // namespace

absl::StatusOr<SignedCheckpoint> ReadCheckpoint(const std::string& note, const storage::NoteVerifier& log,
                                                const std::string& path) {
  const absl::StatusOr<storage::SignedNote> parsed = storage::SignedNote::Parse(note);
  if (!parsed.ok()) return NotAsSigned(absl::StrCat(path, ": ", parsed.status().message()));
  if (const auto checked = CheckNote(*parsed, log); !checked.ok())
    return NotAsSigned(absl::StrCat(path, ": ", checked.status().message()));
  const absl::StatusOr<CheckpointText> text = CheckpointText::Parse(parsed->text);
  if (!text.ok()) return NotAsSigned(absl::StrCat(path, ": ", text.status().message()));
  if (text->origin != log.name)
    return NotAsSigned(absl::StrCat(path, " is of the log ", text->origin, ", not of ", log.name));
  return SignedCheckpoint{*parsed, *text};
}

absl::StatusOr<LedgerVerdict> VerifyLedgerFolder(const std::string& folder,
                                                 const LedgerFolderOptions& options) {
  return FolderCheck(folder, options).Run();
}

}  // namespace ayni::cli
