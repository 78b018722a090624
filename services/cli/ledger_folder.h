// A ledger as files, as C2SP tlog-tiles lays them out (storage/ledger/tile.h), checked without a server.
#ifndef AYNI_SERVICES_CLI_LEDGER_FOLDER_H_
#define AYNI_SERVICES_CLI_LEDGER_FOLDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/ledger/checkpoint_text.h"
#include "storage/ledger/merkle.h"
#include "storage/ledger/signed_note.h"

namespace ayni::cli {

// A checkpoint that a key's holder signed.
struct SignedCheckpoint {
  storage::SignedNote note;
  storage::CheckpointText text;
};

// NotAsSigned (failure.h), which says of `path` what is wrong: no note, not signed by the key, of another
// log.
absl::StatusOr<SignedCheckpoint> ReadCheckpoint(const std::string& note, const storage::NoteVerifier& log,
                                                const std::string& path);

struct LedgerWitness {
  std::string name;
  uint64_t seconds = 0;  // since 1970, when it cosigned
};

struct LedgerFolderOptions {
  storage::NoteVerifier log;
  std::vector<storage::NoteVerifier> witnesses;  // all must have cosigned
  // Notes that were kept from before, each with its path: the ledger must continue them.
  std::vector<std::pair<std::string, std::string>> earlier;
  bool needs_all_leaves = false;  // and not only their hashes
};

struct LedgerVerdict {
  uint64_t leaf_count = 0;
  uint64_t entry_count = 0;              // leaves that are there themselves, and not only their hashes
  std::optional<uint64_t> first_absent;  // the first of which only the hash is there
  storage::MerkleHash root{};
  std::vector<LedgerWitness> witnesses;
};

// Reads every file of the folder. NotAsSigned: the ledger is not what was signed; the message names the first
// leaf that is wrong where one can be named, or the file, or the checkpoint. A file that can't be read is as
// LocalFileError has it. Memory: one tile, and one hash of 256 leaves.
absl::StatusOr<LedgerVerdict> VerifyLedgerFolder(const std::string& folder,
                                                 const LedgerFolderOptions& options);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_LEDGER_FOLDER_H_
