// The keys by which something signed is checked, as flags: the log's, and those of its witnesses.
#ifndef AYNI_SERVICES_CLI_VERIFIER_KEYS_H_
#define AYNI_SERVICES_CLI_VERIFIER_KEYS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/cli/arguments.h"
#include "storage/ledger/signed_note.h"

namespace ayni::cli {

// --key and --witnesses of a command that checks `what`, as in "the folder".
std::vector<Flag> VerifierFlags(const std::string& what);

// The key of the flag. InvalidArgument, which names the flag, where it is none.
absl::StatusOr<storage::NoteVerifier> ReadVerifier(const std::string& flag, const Arguments& arguments);
// The keys of --witnesses; none where it was not given. InvalidArgument likewise.
absl::StatusOr<std::vector<storage::NoteVerifier>> ReadWitnesses(const Arguments& arguments);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_VERIFIER_KEYS_H_
