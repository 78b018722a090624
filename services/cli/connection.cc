#include "services/cli/connection.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <future>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "services/cli/api.h"
#include "services/cli/failure.h"

namespace ayni::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr absl::Duration kFirstPause = absl::Milliseconds(200);
constexpr absl::Duration kWaitingPause = absl::Seconds(1);
// Above what the server sends: pages of 1,000 resources.
constexpr int kMessageBytesMax = 64 << 20;

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const ConnectionSettings& settings) {
  if (!settings.tls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = settings.root_certificates;
  options.pem_cert_chain = settings.certificate;
  options.pem_private_key = settings.key;
  return grpc::SslCredentials(options);
}

void EnsureRequestId(Message* request) {
  const FieldDescriptor* field = request->GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr || !request->GetReflection()->GetString(*request, field).empty()) return;
  request->GetReflection()->SetString(request, field, NewRequestId());
}

std::string RequestIdOf(const grpc::ClientContext& context) {
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto found = trailers.find("x-request-id");
  return found == trailers.end() ? "" : std::string(found->second.data(), found->second.size());
}

}  // namespace

struct Connection::Wire {
  explicit Wire(const std::shared_ptr<grpc::Channel>& channel) : stub(channel) {}

  grpc::TemplatedGenericStub<Message, Message> stub;
};

std::string NewRequestId() {
  std::random_device random;
  std::string id;
  for (int i = 0; i < 4; ++i) absl::StrAppendFormat(&id, "%08x", random());
  return id;
}

Connection::Connection(const ConnectionSettings& settings) : settings_(settings) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetUserAgentPrefix("ayni");
  // A proxy that the environment names for the world would be told the token, and does not reach this
  // machine.
  if (IsThisMachine(settings_.server)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  wire_ = std::make_unique<Wire>(
      grpc::CreateCustomChannel(settings_.server, CredentialsOf(settings_), arguments));
}

Connection::~Connection() = default;

absl::Status Connection::Outcome(const grpc::Status& status, const grpc::ClientContext& context) const {
  // What gRPC says of a server that does not answer does not name it.
  const bool unreached =
      status.error_code() == grpc::StatusCode::UNAVAILABLE && status.error_details().empty();
  if (!unreached) return FromServer(status, RequestIdOf(context));
  return FromServer(grpc::Status(status.error_code(), absl::StrCat("can't reach ", settings_.server, ": ",
                                                                   status.error_message())),
                    "");
}

absl::Status Connection::Repeat(absl::Duration timeout,
                                const std::function<absl::Status(absl::Time)>& attempt) {
  const absl::Time deadline = absl::Now() + timeout;
  absl::Duration pause = kFirstPause;
  std::mt19937 random{std::random_device()()};
  for (int attempts = 1;; ++attempts) {
    const absl::Status status = attempt(deadline);
    if (status.code() != absl::StatusCode::kUnavailable || attempts == kAttemptsMax) return status;
    // Between half of the pause and all of it, so that callers that failed together do not come back
    // together.
    const absl::Duration jittered = pause * std::uniform_real_distribution<>(0.5, 1)(random);
    if (absl::Now() + jittered >= deadline) return status;
    if (settings_.notices != nullptr)
      *settings_.notices << settings_.server << " is unavailable, trying again\n";
    absl::SleepFor(jittered);
    pause *= 2;
  }
}

absl::Status Connection::Call(const MethodDescriptor& method, Message* request, Message* response) {
  EnsureRequestId(request);
  return Repeat(settings_.timeout, [&](absl::Time deadline) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(deadline));
    if (!settings_.token.empty()) context.AddMetadata("authorization", "Bearer " + settings_.token);
    std::promise<grpc::Status> done;
    wire_->stub.UnaryCall(&context, WirePath(method), {}, request, response,
                          [&](grpc::Status status) { done.set_value(std::move(status)); });
    const grpc::Status status = done.get_future().get();
    return Outcome(status, context);
  });
}

namespace {

// Waits for the one operation in flight.
bool Next(grpc::CompletionQueue* queue, const std::function<void()>& on_waiting) {
  void* tag = nullptr;
  bool ok = false;
  for (;;) {
    const auto next = queue->AsyncNext(&tag, &ok, absl::ToChronoTime(absl::Now() + kWaitingPause));
    if (next != grpc::CompletionQueue::TIMEOUT) return next == grpc::CompletionQueue::GOT_EVENT && ok;
    on_waiting();
  }
}

}  // namespace

absl::Status Connection::CallStreaming(const MethodDescriptor& method, const std::function<Source()>& restart,
                                       const std::function<void()>& on_waiting, absl::Duration timeout,
                                       Message* response) {
  return Repeat(timeout, [&](absl::Time deadline) {
    const Source source = restart();
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(deadline));
    if (!settings_.token.empty()) context.AddMetadata("authorization", "Bearer " + settings_.token);
    grpc::CompletionQueue queue;
    const auto call = wire_->stub.PrepareCall(&context, WirePath(method), &queue);
    call->StartCall(nullptr);
    bool open = Next(&queue, on_waiting);
    while (open) {
      const Message* message = source();
      if (message == nullptr) break;
      call->Write(*message, nullptr);
      open = Next(&queue, on_waiting);
    }
    if (open) {
      call->WritesDone(nullptr);
      open = Next(&queue, on_waiting);
    }
    if (open) {
      call->Read(response, nullptr);
      Next(&queue, on_waiting);
    }
    grpc::Status status;
    call->Finish(&status, nullptr);
    Next(&queue, on_waiting);
    return Outcome(status, context);
  });
}

}  // namespace ayni::cli
