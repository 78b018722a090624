#include "services/cli/change_list.h"

#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/change_service.pb.h"
#include "services/cli/file.h"
#include "services/cli/method_run.h"
#include "services/cli/output.h"

namespace ayni::cli {

Flag KeepFlag() {
  return {"keep",
          "FILE",
          "begin at the token in the file, if it is there, and write the next one to it once all is printed",
          {},
          true,
          false};
}

absl::StatusOr<ExitCode> RunChangeList(const Invocation& invocation) {
  const std::string keep = invocation.arguments.Value("keep");
  if (!keep.empty() && invocation.arguments.Has("change-token"))
    return absl::InvalidArgumentError("--keep holds the change token: give it or --change-token, not both");
  absl::StatusOr<RowOutput> output =
      RowOutput::Create(*v1::RecordChange::descriptor(), invocation.arguments, &invocation.environment);
  if (!output.ok()) return output.status();
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const absl::StatusOr<MessagePointer> built = BuildRequest(invocation, connection->get());
  if (!built.ok()) return built.status();
  auto& request = static_cast<v1::ListChangesRequest&>(**built);
  std::error_code error;
  if (!keep.empty() && std::filesystem::exists(keep, error)) {
    constexpr size_t kTokenBytesMax = 4096;
    const absl::StatusOr<std::string> token = ReadFile(keep, kTokenBytesMax);
    if (!token.ok()) return token.status();
    request.set_change_token(std::string(absl::StripAsciiWhitespace(*token)));
  }
  const bool begins = request.change_token().empty();
  v1::ListChangesResponse last;
  const absl::Status listed = ForEachListed(
      *invocation.command.method, &request, 0, connection->get(),
      [&](const google::protobuf::Message& row) { output->Add(row); }, &last);
  if (!listed.ok()) return listed;
  output->Finish();
  if (!keep.empty()) {
    if (absl::Status written = WriteFile(keep, absl::StrCat(last.next_change_token(), "\n")); !written.ok())
      return written;
  } else {
    invocation.environment.err << "next time: --change-token " << last.next_change_token() << "\n";
  }
  if (begins)
    invocation.environment.err << "from now on changes are told; list what there is by its own noun\n";
  return kDone;
}

}  // namespace ayni::cli
