#include "services/cli/token_create.h"

#include <optional>

#include "ayni/v1/access_service.pb.h"
#include "services/cli/file.h"
#include "services/cli/method_run.h"
#include "services/cli/output.h"

namespace ayni::cli {

absl::StatusOr<ExitCode> RunTokenCreate(const Invocation& invocation) {
  const absl::StatusOr<OutputForm> form = ReadOutputForm(invocation.arguments);
  if (!form.ok()) return form.status();
  std::optional<SecretFile> file;
  const std::string path = invocation.arguments.Value("out");
  if (!path.empty()) {
    absl::StatusOr<SecretFile> created = SecretFile::Create(path);
    if (!created.ok()) return created.status();
    file.emplace(*std::move(created));
  }
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const absl::StatusOr<MessagePointer> request = BuildRequest(invocation, connection->get());
  if (!request.ok()) return request.status();
  v1::CreateTokenResponse response;
  const absl::Status called = (*connection)->Call(*invocation.command.method, request->get(), &response);
  if (!called.ok()) return called;
  if (file && !response.secret().empty()) {
    const absl::Status filled = file->Fill(response.secret());
    if (!filled.ok()) return filled;
    response.clear_secret();
    invocation.environment.err << "the secret is in " << path << "\n";
  } else if (!response.secret().empty()) {
    invocation.environment.err << "keep the secret now: it is shown this once\n";
  }
  const absl::Status printed = PrintMessage(response, invocation.arguments, &invocation.environment);
  return printed.ok() ? absl::StatusOr<ExitCode>(kDone) : printed;
}

}  // namespace ayni::cli
