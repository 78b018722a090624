#include "services/server/library_logs.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>

#include <atomic>
#include <string>

namespace ayni::services {
namespace {

// Both libraries take a function without state.
std::atomic<const Log*> library_log{nullptr};

void Say(LogLevel level, std::string_view library, std::string_view message) {
  const Log* log = library_log.load();
  if (log != nullptr) log->Write(level, "library", {{"library", library}, {"message", message}});
}

void SayForGrpc(gpr_log_func_args* line) {
  const LogLevel level = line->severity == GPR_LOG_SEVERITY_ERROR  ? LogLevel::kError
                         : line->severity == GPR_LOG_SEVERITY_INFO ? LogLevel::kInfo
                                                                   : LogLevel::kDebug;
  Say(level, "grpc", line->message);
}

// A caller can make protobuf complain about the bytes that it sent: a warning at most.
void SayForProtobuf(google::protobuf::LogLevel, const char*, int, const std::string& message) {
  Say(LogLevel::kWarning, "protobuf", message);
}

}  // namespace

void SendLibraryLogsTo(const Log* log) {
  library_log = log;
  gpr_set_log_function(SayForGrpc);
  google::protobuf::SetLogHandler(SayForProtobuf);
}

}  // namespace ayni::services
