#include "services/cli/ledger_commands.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "ayni/v1/ledger_service.pb.h"
#include "services/cli/connection_settings.h"
#include "services/cli/file.h"
#include "services/cli/ledger_folder.h"
#include "services/cli/method_run.h"
#include "services/cli/output.h"
#include "services/cli/value_text.h"
#include "services/cli/verifier_keys.h"
#include "storage/ledger/tile.h"

namespace ayni::cli {
namespace {

using storage::NoteVerifier;
using storage::Tile;

constexpr char kKeyFile[] = "key";

absl::Status MakeFolderOf(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  return error ? LocalFileError(path, error.message()) : absl::OkStatus();
}

// Writes a ledger's files into a folder. What is full never changes, so what stands there is not asked for
// again.
class Export {
 public:
  Export(std::string folder, bool with_entries, Connection* connection)
      : folder_(std::move(folder)), with_entries_(with_entries), connection_(*connection) {}

  absl::Status Run(const v1::Checkpoint& head, const v1::LedgerKey& key) {
    for (const Tile& tile : storage::TilesOf(static_cast<uint64_t>(head.leaf_count()))) {
      if (absl::Status status = WriteTile(tile); !status.ok()) return status;
      if (tile.level > 0 || !with_entries_) continue;
      if (absl::Status status = WriteEntries(tile); !status.ok()) return status;
    }
    if (absl::Status status = WriteFile(absl::StrCat(folder_, "/", kKeyFile), key.verifier() + "\n");
        !status.ok())
      return status;
    // The last: it speaks of files that are there.
    return WriteFile(absl::StrCat(folder_, "/", storage::kCheckpointFile), head.note());
  }

 private:
  static bool Stands(const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path, error);
  }

  absl::Status WriteTile(const Tile& tile) {
    const std::string path = absl::StrCat(folder_, "/", TilePath(tile));
    if (Stands(path)) return absl::OkStatus();
    v1::ReadTileRequest request;
    request.set_level(tile.level);
    request.set_index(static_cast<int64_t>(tile.index));
    request.set_width(static_cast<int32_t>(tile.width));
    v1::ReadTileResponse response;
    absl::Status status = connection_.Call(FindMethod("ayni.v1.LedgerService.ReadTile"), &request, &response);
    if (status.ok()) status = MakeFolderOf(path);
    return status.ok() ? WriteFile(path, response.tile()) : status;
  }

  absl::Status WriteEntries(const Tile& tile) {
    const std::string path = absl::StrCat(folder_, "/", EntriesPath(tile));
    if (Stands(path)) return absl::OkStatus();
    v1::ReadEntryBundleRequest request;
    request.set_index(static_cast<int64_t>(tile.index));
    request.set_width(static_cast<int32_t>(tile.width));
    v1::ReadEntryBundleResponse response;
    absl::Status status =
        connection_.Call(FindMethod("ayni.v1.LedgerService.ReadEntryBundle"), &request, &response);
    if (status.ok()) status = MakeFolderOf(path);
    return status.ok() ? WriteFile(path, response.bundle()) : status;
  }

  const std::string folder_;
  const bool with_entries_;
  Connection& connection_;
};

// A member may not have one signed, and reads the last.
absl::Status ReadHead(Connection* connection, v1::Checkpoint* head) {
  v1::CreateCheckpointRequest create;
  const absl::Status created =
      connection->Call(FindMethod("ayni.v1.LedgerService.CreateCheckpoint"), &create, head);
  if (!absl::IsPermissionDenied(created)) return created;
  v1::GetCheckpointRequest get;
  get.set_name("checkpoints/latest");
  return connection->Call(FindMethod("ayni.v1.LedgerService.GetCheckpoint"), &get, head);
}

absl::StatusOr<ExitCode> RunExport(const Invocation& invocation) {
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  v1::Checkpoint head;
  if (absl::Status status = ReadHead(connection->get(), &head); !status.ok()) return status;
  v1::GetLedgerKeyRequest key_request;
  v1::LedgerKey key;
  absl::Status status =
      (*connection)->Call(FindMethod("ayni.v1.LedgerService.GetLedgerKey"), &key_request, &key);
  if (!status.ok()) return status;
  const std::string folder = invocation.arguments.Word(0);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return LocalFileError(folder, error.message());
  const bool only_hashes = invocation.arguments.Has("only-hashes");
  status = Export(folder, !only_hashes, connection->get()).Run(head, key);
  if (!status.ok()) return status;
  invocation.environment.out << head.leaf_count() << " leaves" << (only_hashes ? ", their hashes only" : "")
                             << ", in " << folder << "\nto check it: ayni ledger verify " << folder
                             << " --key '" << key.verifier() << "'\n";
  return kDone;
}

std::string WitnessText(const LedgerWitness& witness) {
  return absl::StrCat(
      "cosigned by ", witness.name, " at ",
      absl::FormatTime(absl::RFC3339_sec, absl::FromUnixSeconds(static_cast<int64_t>(witness.seconds)),
                       absl::UTCTimeZone()),
      "\n");
}

absl::StatusOr<LedgerFolderOptions> ReadFolderOptions(const Arguments& arguments) {
  LedgerFolderOptions options;
  absl::StatusOr<NoteVerifier> log = ReadVerifier("key", arguments);
  if (!log.ok()) return log.status();
  options.log = *std::move(log);
  absl::StatusOr<std::vector<NoteVerifier>> witnesses = ReadWitnesses(arguments);
  if (!witnesses.ok()) return witnesses.status();
  options.witnesses = *std::move(witnesses);
  options.needs_all_leaves = arguments.Has("all-leaves");
  const std::string since = arguments.Value("since");
  if (since.empty()) return options;
  absl::StatusOr<std::string> note = ReadFile(since, storage::kNoteBytesMax);
  if (!note.ok()) return note.status();
  options.earlier.emplace_back(since, *std::move(note));
  return options;
}

absl::StatusOr<ExitCode> RunVerifyFolder(const Invocation& invocation) {
  const absl::StatusOr<LedgerFolderOptions> options = ReadFolderOptions(invocation.arguments);
  if (!options.ok()) return options.status();
  const absl::Time start = absl::Now();
  const absl::StatusOr<LedgerVerdict> verdict = VerifyLedgerFolder(invocation.arguments.Word(0), *options);
  if (!verdict.ok()) return verdict.status();
  const std::string_view root = storage::View(verdict->root);
  invocation.environment.out << "verified: " << verdict->leaf_count << " leaves, of which "
                             << verdict->entry_count
                             << " are here and the others as hashes, come to the root that "
                             << options->log.name << " signed\nroot "
                             << absl::Base64Escape(absl::string_view(root.data(), root.size())) << ", in "
                             << DurationText(absl::Now() - start, absl::Milliseconds(1)) << "\n";
  if (verdict->entry_count > 0 && verdict->first_absent) {
    invocation.environment.err
        << "leaf " << *verdict->first_absent
        << " and perhaps others are not here, only their hashes: --all-leaves refuses that\n";
  }
  for (const LedgerWitness& witness : verdict->witnesses) invocation.environment.out << WitnessText(witness);
  return kDone;
}

absl::StatusOr<storage::SigningKey> ReadSigningKey(const std::string& path) {
  const absl::StatusOr<std::string> pem = ReadFile(path, storage::kNoteBytesMax);
  if (!pem.ok()) return pem.status();
  absl::StatusOr<storage::SigningKey> key = storage::SigningKey::FromPem(*pem);
  if (!key.ok()) return LocalFileError(path, std::string(key.status().message()));
  return key;
}

absl::StatusOr<ExitCode> RunWitnessKey(const Invocation& invocation) {
  const std::string name = invocation.arguments.Value("name");
  if (!storage::IsKeyName(name))
    return absl::InvalidArgumentError("--name must have no spaces and no +, and at most 255 bytes");
  const std::string path = invocation.arguments.Value("out");
  absl::StatusOr<SecretFile> file = SecretFile::Create(path);
  if (!file.ok()) return file.status();
  const storage::SigningKey key = storage::SigningKey::Generate();
  const std::string pem = key.ToPem();
  if (absl::Status filled = file->Fill(std::string(absl::StripSuffix(pem, "\n"))); !filled.ok())
    return filled;
  invocation.environment.err << "the private key is in " << path
                             << "; whom the operator is to tell aynid of, as "
                             << "ledger-witnesses, is:\n";
  invocation.environment.out
      << NoteVerifier{name, storage::NoteAlgorithm::kCosignature, key.public_key()}.ToString() << "\n";
  return kDone;
}

// What the witness saw last, if it saw any.
absl::StatusOr<std::string> ReadState(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return std::string();
  return ReadFile(path, storage::kNoteBytesMax);
}

// That the head continues what was seen before.
absl::Status CheckGrowth(const SignedCheckpoint& seen, const SignedCheckpoint& head, Connection* connection) {
  if (seen.text.leaf_count > head.text.leaf_count) {
    return NotAsSigned(absl::StrCat("the log has ", head.text.leaf_count, " leaves, and had ",
                                    seen.text.leaf_count, ": leaves were cut off"));
  }
  if (seen.text.leaf_count == 0) return absl::OkStatus();
  v1::GetConsistencyProofRequest request;
  request.set_first_leaf_count(static_cast<int64_t>(seen.text.leaf_count));
  request.set_second_leaf_count(static_cast<int64_t>(head.text.leaf_count));
  v1::LedgerProof answer;
  absl::Status status =
      connection->Call(FindMethod("ayni.v1.LedgerService.GetConsistencyProof"), &request, &answer);
  if (!status.ok()) return status;
  storage::MerkleProof proof;
  for (const std::string& hash : answer.hashes()) {
    if (hash.size() != storage::kSha256Bytes || proof.size() == storage::kProofHashesMax)
      return NotAsSigned("the server's proof is none");
    std::copy(hash.begin(), hash.end(), proof.emplace_back().begin());
  }
  status = storage::CheckConsistency(seen.text.leaf_count, head.text.leaf_count, seen.text.root,
                                     head.text.root, proof);
  if (status.ok()) return status;
  return NotAsSigned(
      absl::StrCat("the log does not continue what was seen of it: ", status.message(),
                   ". It showed two histories, and signed both: keep the state file, it is the evidence"));
}

// That the server would take it: a signature that left counts as given, whatever becomes of it.
absl::Status CheckKnown(const NoteVerifier& witness, Connection* connection) {
  v1::GetLedgerKeyRequest request;
  v1::LedgerKey key;
  absl::Status status = connection->Call(FindMethod("ayni.v1.LedgerService.GetLedgerKey"), &request, &key);
  if (!status.ok()) return status;
  const std::string verifier = witness.ToString();
  if (absl::c_linear_search(key.witnesses(), verifier)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--name and --witness-key: the server knows no such witness, and nothing was signed: "
                   "`ayni ledger key --output json` tells whom it knows; its operator starts aynid with "
                   "--ledger-witnesses '",
                   verifier, "'"));
}

absl::StatusOr<ExitCode> RunCosign(const Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  const absl::StatusOr<NoteVerifier> log = ReadVerifier("log", arguments);
  if (!log.ok()) return log.status();
  const std::string name = arguments.Value("name"), state_path = arguments.Value("state");
  if (!storage::IsKeyName(name))
    return absl::InvalidArgumentError("--name must have no spaces and no +, and at most 255 bytes");
  const auto key = ReadSigningKey(arguments.Value("witness-key"));
  if (!key.ok()) return key.status();
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const NoteVerifier witness{name, storage::NoteAlgorithm::kCosignature, key->public_key()};
  if (absl::Status known = CheckKnown(witness, connection->get()); !known.ok()) return known;
  v1::Checkpoint checkpoint;
  if (absl::Status status = ReadHead(connection->get(), &checkpoint); !status.ok()) return status;
  const auto head = ReadCheckpoint(checkpoint.note(), *log, checkpoint.name());
  if (!head.ok()) return head.status();
  const absl::StatusOr<std::string> state = ReadState(state_path);
  if (!state.ok()) return state.status();
  if (!state->empty()) {
    const auto seen = ReadCheckpoint(*state, *log, state_path);
    if (!seen.ok()) return seen.status();
    if (absl::Status status = CheckGrowth(*seen, *head, connection->get()); !status.ok()) return status;
  }
  // First what was seen, then the signature: a witness that forgets would sign another history.
  if (absl::Status status = WriteFile(state_path, checkpoint.note()); !status.ok()) return status;
  v1::AddCosignatureRequest request;
  request.set_name(checkpoint.name());
  request.set_cosignature(
      CosignNote(*key, name, head->note.text, static_cast<uint64_t>(absl::ToUnixSeconds(absl::Now())))
          .ToLine());
  absl::Status status =
      (*connection)->Call(FindMethod("ayni.v1.LedgerService.AddCosignature"), &request, &checkpoint);
  if (!status.ok()) {
    invocation.environment.err << state_path << " keeps " << request.name()
                               << ": its cosignature has left, and no other history is signed beside it\n";
    return status;
  }
  invocation.environment.out << checkpoint.name() << ", of " << checkpoint.leaf_count()
                             << " leaves, is cosigned"
                             << (state->empty() ? "; it is the first that this witness saw" : "") << "\n";
  return kDone;
}

Command Hand(const std::string& verb, const std::string& summary, const std::string& example,
             RunFunction run) {
  Command command;
  command.noun = "ledger";
  command.verb = verb;
  command.summary = summary;
  command.example = example;
  command.run = run;
  return command;
}

void AddGeneralFlags(bool with_connection, Command* command) {
  if (with_connection) {
    for (Flag& flag : ConnectionFlags()) command->grammar.flags.push_back(std::move(flag));
  }
  for (Flag& flag : GeneralFlags()) command->grammar.flags.push_back(std::move(flag));
}

Command ExportCommand() {
  Command command =
      Hand("export",
           "Writes the ledger into files, as C2SP tlog-tiles has them: a signed checkpoint, hashes, and "
           "the leaves themselves where the caller may read them. Run again, it adds what is new.",
           "ayni ledger export ledger-2026/", RunExport);
  command.grammar.positionals = {{"DIR", "the folder, made where there is none", true}};
  command.grammar.flags = {
      {"only-hashes", "", "leave the leaves out: for those who may not read them", {}, false, false}};
  AddGeneralFlags(true, &command);
  return command;
}

Command VerifyFolderCommand() {
  Command command = Hand(
      "verify",
      "Checks an exported ledger with its public key and nothing else: every leaf against its hash, every "
      "hash against the signed root. Names the first leaf that is wrong. Needs no server.",
      "ayni ledger verify ledger-2026/ --key \"$(<ledger-2026/key)\"", RunVerifyFolder);
  command.grammar.positionals = {{"DIR", "the folder that `ayni ledger export` wrote", true}};
  command.grammar.flags = VerifierFlags("the folder");
  command.grammar.flags.push_back(
      {"all-leaves", "", "refuse where a leaf is not here itself, but only its hash", {}, false, false});
  command.grammar.flags.push_back({"since",
                                   "FILE",
                                   "a checkpoint that was kept from before, which the ledger must continue",
                                   {},
                                   true,
                                   false});
  AddGeneralFlags(false, &command);
  return command;
}

Command WitnessKeyCommand() {
  Command command =
      Hand("witness-key",
           "Makes the key of a witness: somebody else than the operator, who cosigns checkpoints so that "
           "nobody can be shown another history.",
           "ayni ledger witness-key --name universidad.example/witness --out witness.key", RunWitnessKey);
  command.grammar.flags = {
      {"name", "NAME", "what the witness is called in its cosignatures", {}, false, true},
      {"out", "FILE", "where the private key goes", {}, true, true}};
  AddGeneralFlags(false, &command);
  return command;
}

Command CosignCommand() {
  Command command = Hand(
      "cosign",
      "Cosigns the ledger's head as a witness, once it is proved to continue the head that was seen last. "
      "To be run from time to time, by others than the operator.",
      "ayni ledger cosign --log \"$(<ledger-2026/key)\" --name universidad.example/witness "
      "--witness-key witness.key --state seen-checkpoint",
      RunCosign);
  command.grammar.flags = {{"log", "KEY", "the log's verifier key", {}, false, true},
                           {"name", "NAME", "what the witness is called", {}, false, true},
                           {"witness-key", "FILE", "its private key", {}, true, true},
                           {"state", "FILE", "where it keeps the head that it saw last", {}, true, true}};
  AddGeneralFlags(true, &command);
  return command;
}

}  // namespace

std::vector<Command> LedgerCommands() {
  return {ExportCommand(), VerifyFolderCommand(), WitnessKeyCommand(), CosignCommand()};
}

}  // namespace ayni::cli
