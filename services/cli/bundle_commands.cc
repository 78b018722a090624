#include "services/cli/bundle_commands.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/round_service.pb.h"
#include "services/bundle/bundle_check.h"
#include "services/bundle/bundle_file.h"
#include "services/bundle/bundle_replay.h"
#include "services/cli/connection_settings.h"
#include "services/cli/file.h"
#include "services/cli/method_run.h"
#include "services/cli/value_text.h"
#include "services/cli/verifier_keys.h"
#include "services/invariant.h"

namespace ayni::cli {
namespace {

using services::BundleContents;
using services::BundleFinding;
using storage::NoteVerifier;

std::string Since(absl::Time start) { return DurationText(absl::Now() - start, absl::Milliseconds(1)); }

// A bundle proves what was published; that it was undone since stands in no leaf of it.
absl::Status TellIfUndone(const std::string& name, Connection* connection, std::ostream& out) {
  v1::GetRoundRequest get;
  get.set_name(name);
  v1::Round round;
  absl::Status got = connection->Call(FindMethod("ayni.v1.RoundService.GetRound"), &get, &round);
  if (got.ok() && round.state() == v1::Round::STATE_UNDONE) {
    out << "undone: nothing of " << name << " stands any more (" << round.undo_reason()
        << "); the bundle proves what was published\n";
  }
  return got;
}

absl::StatusOr<ExitCode> RunExport(const Invocation& invocation) {
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const absl::StatusOr<MessagePointer> built = BuildRequest(invocation, connection->get());
  if (!built.ok()) return built.status();
  auto& request = static_cast<v1::ReadRoundBundleRequest&>(**built);
  v1::RoundBundle bundle;
  int32_t part_count = 1;
  for (int32_t part = 0; part < part_count; ++part) {
    request.set_part(part);
    v1::ReadRoundBundleResponse response;
    const absl::Status read = (*connection)->Call(*invocation.command.method, &request, &response);
    if (!read.ok()) return read;
    part_count = response.part_count();
    bundle.MergeFrom(response.part());
  }
  const absl::StatusOr<std::string> file = services::BundleFile(bundle);
  if (!file.ok()) return file.status();
  const std::string path = invocation.arguments.Value("out");
  const Environment& environment = invocation.environment;
  if (absl::Status written = WriteFile(path, *file, &environment.out); !written.ok()) return written;
  std::ostream& told = path == kStandard ? environment.err : environment.out;
  told << request.name() << " is in " << path << ", " << file->size()
       << " bytes\nto check it: ayni round verify " << path
       << " --key KEY, with the ledger's key got by another way\n";
  if (absl::Status status = TellIfUndone(request.name(), connection->get(), told); !status.ok())
    return status;
  return kDone;
}

void Tell(const BundleFinding& finding, const Invocation& invocation) {
  invocation.environment.out << (finding.is_right ? "ok    " : "WRONG ") << finding.subject << ": "
                             << finding.text << "\n";
}

// Tells of a file that is no bundle, as of a bundle that is wrong.
absl::StatusOr<BundleContents> ReadBundle(const Invocation& invocation) {
  const std::string path = invocation.arguments.Word(0);
  const absl::StatusOr<std::string> file = ReadFile(path, services::kBundleFileBytesMax);
  if (!file.ok()) return file.status();
  absl::StatusOr<BundleContents> contents = services::ReadBundleFile(*file);
  if (contents.ok()) return contents;
  const std::string why(contents.status().message());
  Tell({"file", why, false}, invocation);
  return NotAsSigned(absl::StrCat(path, ": ", why));
}

absl::StatusOr<ExitCode> RunVerifyBundle(const Invocation& invocation) {
  services::BundleCheckOptions options;
  const Arguments& arguments = invocation.arguments;
  absl::StatusOr<NoteVerifier> log = ReadVerifier("key", arguments);
  if (!log.ok()) return log.status();
  options.log = *std::move(log);
  absl::StatusOr<std::vector<NoteVerifier>> witnesses = ReadWitnesses(arguments);
  if (!witnesses.ok()) return witnesses.status();
  options.witnesses = *std::move(witnesses);
  const absl::Time start = absl::Now();
  const absl::StatusOr<BundleContents> contents = ReadBundle(invocation);
  if (!contents.ok()) return contents.status();
  const std::vector<BundleFinding> findings = services::CheckBundle(*contents, options);
  for (const BundleFinding& finding : findings) Tell(finding, invocation);
  const auto wrong = std::count_if(findings.begin(), findings.end(),
                                   [](const BundleFinding& finding) { return !finding.is_right; });
  if (wrong > 0) {
    return NotAsSigned(absl::StrCat(arguments.Word(0), " does not prove its round: ", wrong, " of ",
                                    findings.size(), " checks are wrong"));
  }
  invocation.environment.out << "verified: " << contents->statement.round().name() << ", "
                             << contents->problem.edge_count() << " candidates, in " << Since(start) << "\n";
  return kDone;
}

absl::StatusOr<ExitCode> RunReplay(const Invocation& invocation) {
  const absl::StatusOr<BundleContents> contents = ReadBundle(invocation);
  if (!contents.ok()) return contents.status();
  const absl::Time start = absl::Now();
  const absl::StatusOr<services::BundleReplay> replay = services::Replay(*contents);
  if (!replay.ok()) return NotAsSigned(std::string(replay.status().message()));
  std::ostream& out = invocation.environment.out;
  const std::string& round = contents->statement.round().name();
  if (replay->stopped_at > 0) {
    out << "stopped: the time limit of " << round << " struck at the engine's question " << replay->stopped_at
        << "; here it was told to stop at the same one, whatever the time\n";
  }
  if (contents->statement.round().summary().solution_digest() != contents->solution_digest)
    Tell({"solution", "the bundle's is not the one that the round states: run ayni round verify", false},
         invocation);
  if (replay->IsSame(*contents)) {
    out << "replayed: " << round << " comes to the same solution and prices, byte by byte, after "
        << replay->clearings << (replay->clearings == 1 ? " clearing" : " clearings") << ", in "
        << Since(start) << "\nthat it is what was published, ayni round verify says\n";
    return contents->statement.round().summary().solution_digest() == contents->solution_digest
               ? absl::StatusOr<ExitCode>(kDone)
               : NotAsSigned("the solution is not the one that the round states");
  }
  return NotAsSigned(absl::StrCat(invocation.arguments.Word(0), ": cleared again, ", replay->differing_edges,
                                  " candidates get other units, and ", replay->differing_prices,
                                  " prices differ"));
}

Command Offline(const std::string& verb, const std::string& summary, const std::string& example,
                RunFunction run) {
  Command command;
  command.noun = "round";
  command.verb = verb;
  command.summary = summary;
  command.example = example;
  command.run = run;
  command.grammar.positionals = {{"BUNDLE", "the file that `ayni round export-bundle` wrote", true}};
  return command;
}

Command VerifyBundleCommand() {
  Command command = Offline(
      "verify",
      "Checks a round's bundle with the ledger's public key and nothing else: that its seed was fixed before "
      "the market was read, that what was cleared and found is what was published, that nobody could have "
      "found much better, and that no limit is exceeded. Needs no server, and shares no code with what "
      "clears.",
      "ayni round verify 2026-12.bundle --key 'ayni.example/market+1f3a9c02+AQ...'", RunVerifyBundle);
  command.grammar.flags = VerifierFlags("the bundle");
  for (Flag& flag : GeneralFlags()) command.grammar.flags.push_back(std::move(flag));
  return command;
}

Command ReplayCommand() {
  Command command =
      Offline("replay",
              "Clears a bundle's problem again, with the round's seed and settings, and compares "
              "what comes of it byte by byte. Needs no server.",
              "ayni round replay 2026-12.bundle", RunReplay);
  command.grammar.flags = GeneralFlags();
  return command;
}

}  // namespace

std::vector<Command> BundleCommands(const std::vector<Command>& method_commands) {
  const auto part = std::find_if(method_commands.begin(), method_commands.end(), [](const Command& command) {
    return command.noun == "round" && command.verb == "export-bundle";
  });
  INVARIANT(part != method_commands.end(), "export-bundle");
  Command exporting = *part;
  exporting.summary =
      "Writes what proves a published round to whoever trusts nobody into one file, with pseudonyms in the "
      "place of the names of needs, offers and parties.";
  exporting.example = "ayni round export-bundle 2026-12 --out 2026-12.bundle";
  exporting.run = RunExport;
  exporting.grammar.flags = {{"out", "FILE", "made, or replaced; - is standard output", {}, true, true}};
  for (const auto& some : {ConnectionFlags(), GeneralFlags()})
    exporting.grammar.flags.insert(exporting.grammar.flags.end(), some.begin(), some.end());
  return {exporting, VerifyBundleCommand(), ReplayCommand()};
}

}  // namespace ayni::cli
