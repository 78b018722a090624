#include "services/cli/credential_commands.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "ayni/v1/credential_service.pb.h"
#include "services/cli/connection_settings.h"
#include "services/cli/file.h"
#include "services/cli/method_run.h"
#include "services/credential/verifiable_credential.h"
#include "services/invariant.h"

namespace ayni::cli {
namespace {

absl::StatusOr<ExitCode> RunExport(const Invocation& invocation) {
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const absl::StatusOr<MessagePointer> request = BuildRequest(invocation, connection->get());
  if (!request.ok()) return request.status();
  v1::ExportCredentialResponse response;
  absl::Status status = (*connection)->Call(*invocation.command.method, request->get(), &response);
  if (!status.ok()) return status;
  const std::string path = invocation.arguments.Value("out");
  const Environment& environment = invocation.environment;
  status = WriteFile(path, response.document(), &environment.out);
  if (!status.ok()) return status;
  std::ostream& told = path == kStandard ? environment.err : environment.out;
  told << static_cast<const v1::ExportCredentialRequest&>(**request).name() << " is in " << path
       << ", signed by " << response.issuer() << "\nto check it: ayni credential verify " << path
       << " --issuer DID, with the market's own, got by another way\n";
  return kDone;
}

absl::StatusOr<ExitCode> RunVerify(const Invocation& invocation) {
  const std::string path = invocation.arguments.Word(0);
  const absl::StatusOr<std::string> document = ReadFile(path, services::kDocumentBytesMax);
  if (!document.ok()) return document.status();
  const std::string issuer = invocation.arguments.Value("issuer");
  const auto checked = services::CheckCredential(*document, issuer, absl::Now());
  if (absl::IsInvalidArgument(checked.status()))
    return absl::InvalidArgumentError(absl::StrCat("--issuer: ", checked.status().message()));
  if (!checked.ok()) return NotAsSigned(absl::StrCat(path, ": ", checked.status().message()));
  const auto all_or = [](const std::vector<std::string>& names) {
    return names.empty() ? "all" : absl::StrJoin(names, ", ");
  };
  invocation.environment.out << "verified: " << checked->holder << " holds " << checked->scheme
                             << "\ncertified by: " << checked->certifier
                             << "\nservices: " << all_or(checked->services)
                             << "\nvalue chains: " << all_or(checked->value_chains)
                             << "\nvalid from: " << checked->valid_from << "\nvalid until: "
                             << (checked->valid_until.empty() ? "it does not expire" : checked->valid_until)
                             << "\nsigned by: " << issuer << ", at " << checked->signed_at
                             << "\nwhether it was suspended or revoked since, the market knows: ask for a "
                                "newer one\n";
  return kDone;
}

Command ExportCommand(const Command& method) {
  Command command = method;
  command.summary =
      "Writes a credential as a W3C Verifiable Credential that the market signs, and that anybody can check "
      "without it. One that does not hold today is refused.";
  command.example = "ayni credential export c-1 --out c-1.json";
  command.run = RunExport;
  command.grammar.flags = {{"out", "FILE", "made, or replaced; - is standard output", {}, true, true}};
  for (const auto& some : {ConnectionFlags(), GeneralFlags()})
    command.grammar.flags.insert(command.grammar.flags.end(), some.begin(), some.end());
  return command;
}

Command VerifyCredentialCommand() {
  Command command;
  command.noun = "credential";
  command.verb = "verify";
  command.summary =
      "Checks an exported credential with the market's public identifier and nothing else: that it was "
      "signed "
      "as it stands, and is valid today. Needs no server.";
  command.example =
      "ayni credential verify c-1.json --issuer did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH";
  command.run = RunVerify;
  command.grammar.positionals = {{"FILE", "what `ayni credential export` wrote", true}};
  command.grammar.flags = {
      {"issuer", "DID", "whose signature counts, got by another way than the file", {}, false, true}};
  for (Flag& flag : GeneralFlags()) command.grammar.flags.push_back(std::move(flag));
  return command;
}

}  // namespace

std::vector<Command> CredentialCommands(const std::vector<Command>& method_commands) {
  const auto method = std::find_if(method_commands.begin(), method_commands.end(), [](const Command& each) {
    return each.noun == "credential" && each.verb == "export";
  });
  INVARIANT(method != method_commands.end(), "export");
  return {ExportCommand(*method), VerifyCredentialCommand()};
}

}  // namespace ayni::cli
