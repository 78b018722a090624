// A ledger's files as C2SP tlog-tiles lays them out, for tests: written by code that shares nothing with what
// checks them but the tree's mathematics.
#ifndef AYNI_TESTS_LEDGER_FILES_H_
#define AYNI_TESTS_LEDGER_FILES_H_

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/ledger/checkpoint_text.h"
#include "storage/ledger/merkle.h"
#include "storage/ledger/signed_note.h"
#include "storage/ledger/tile.h"

namespace ayni::storage {

inline constexpr char kLedgerOrigin[] = "ayni.example/market";

inline void WriteLedgerFile(const std::string& path, const std::string& bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// The checkpoint of these leaves, signed.
inline std::string LedgerNote(const std::vector<std::string>& leaves, const SigningKey& key) {
  MerkleFrontier frontier;
  for (const std::string& leaf : leaves) frontier.Add(LeafHashOf(leaf));
  SignedNote note{CheckpointText{kLedgerOrigin, leaves.size(), frontier.Root()}.ToString(), {}};
  note.signatures.push_back(SignNote(key, kLedgerOrigin, note.text));
  return note.ToString();
}

inline void WriteLedger(const std::string& folder, const std::vector<std::string>& leaves,
                        const SigningKey& key) {
  std::vector<MerkleHash> level;
  for (const std::string& leaf : leaves) level.push_back(LeafHashOf(leaf));
  for (int of_level = 0; !level.empty(); ++of_level) {
    std::vector<MerkleHash> next;
    for (uint64_t first = 0; first < level.size(); first += kTileWidth) {
      const Tile tile{of_level, first / kTileWidth, std::min<uint64_t>(kTileWidth, level.size() - first)};
      std::string hashes, bundle;
      MerkleFrontier frontier;
      for (uint64_t i = first; i < first + tile.width; ++i) {
        hashes += View(level[i]);
        if (of_level == 0) AppendEntry(leaves[i], &bundle);
        frontier.Add(level[i]);
      }
      WriteLedgerFile(absl::StrCat(folder, "/", TilePath(tile)), hashes);
      if (of_level == 0) WriteLedgerFile(absl::StrCat(folder, "/", EntriesPath(tile)), bundle);
      if (tile.width == kTileWidth) next.push_back(frontier.Root());
    }
    level = std::move(next);
  }
  WriteLedgerFile(absl::StrCat(folder, "/", kCheckpointFile), LedgerNote(leaves, key));
}

}  // namespace ayni::storage

#endif  // AYNI_TESTS_LEDGER_FILES_H_
