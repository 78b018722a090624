#include "services/server/grpc_calls.h"

#include <grpc/grpc_security_constants.h>

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/server/rpc_status.h"

namespace ayni::services {
namespace {

constexpr char kAuthorizationHeader[] = "authorization";
constexpr char kRequestIdHeader[] = "x-request-id";

std::string_view View(const grpc::string_ref& text) { return std::string_view(text.data(), text.size()); }

std::string_view Header(const grpc::CallbackServerContext& context, const char* name) {
  const auto found = context.client_metadata().find(name);
  return found == context.client_metadata().end() ? std::string_view() : View(found->second);
}

absl::Time DeadlineOf(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  return deadline == std::chrono::system_clock::time_point::max() ? absl::InfiniteFuture()
                                                                  : absl::FromChrono(deadline);
}

std::shared_ptr<Exchange> OpenExchange(Dispatch* dispatch, const Route& route, const GrpcCallOptions& options,
                                       const grpc::CallbackServerContext& context) {
  Arrival arrival;
  arrival.authorization = Header(context, kAuthorizationHeader);
  arrival.request_id = Header(context, kRequestIdHeader);
  arrival.deadline = DeadlineOf(context);
  std::vector<grpc::string_ref> names;
  if (options.client_certificates && context.auth_context()->IsPeerAuthenticated()) {
    names = context.auth_context()->FindPropertyValues(GRPC_X509_CN_PROPERTY_NAME);
    if (names.size() == 1) arrival.certificate_name = View(names[0]);
  }
  return dispatch->Open(route, arrival);
}

absl::StatusOr<std::unique_ptr<Message>> Decode(const Route& route, const grpc::ByteBuffer& bytes) {
  const google::protobuf::Descriptor* type = route.method.descriptor->input_type();
  std::unique_ptr<Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  grpc::Slice slice;
  // A message in one piece is read where it lies.
  const bool whole = bytes.TrySingleSlice(&slice).ok() || bytes.DumpToSingleSlice(&slice).ok();
  if (whole && message->ParseFromArray(slice.begin(), static_cast<int>(slice.size()))) return message;
  absl::Status status =
      absl::InvalidArgumentError(absl::StrCat("the message is not a serialised ", type->full_name()));
  AttachErrorInfo("MESSAGE_MALFORMED", {}, &status);
  return status;
}

grpc::ByteBuffer Encode(const Message& message) {
  const size_t size = message.ByteSizeLong();
  grpc::Slice slice(size);
  message.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

// What unary and client-streaming calls share: how an answer leaves.
grpc::Status Leave(const Exchange& exchange, grpc::CallbackServerContext* context,
                   const absl::StatusOr<std::unique_ptr<Message>>& answer, grpc::ByteBuffer* response) {
  context->AddTrailingMetadata(kRequestIdHeader, exchange.request_id());
  if (answer.ok()) {
    *response = Encode(**answer);
    return grpc::Status::OK;
  }
  const google::rpc::Status rpc_status = ToRpcStatus(answer.status(), exchange.request_id());
  return grpc::Status(static_cast<grpc::StatusCode>(rpc_status.code()), rpc_status.message(),
                      rpc_status.SerializeAsString());
}

// Owns itself: gRPC calls OnDone last, once. Its reactions are too short to be worth a thread of their own,
// which gRPC gives them unless they are inlineable: that costs a call a tenth of a millisecond.
class UnaryCall : public grpc::ServerUnaryReactor {
 public:
  explicit UnaryCall(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}

  void Start(const Route& route, grpc::CallbackServerContext* context, const grpc::ByteBuffer& request,
             grpc::ByteBuffer* response) {
    // Replying may end this call, and the reactor with it.
    const std::shared_ptr<Exchange> exchange = exchange_;
    exchange->SetReply([this, context, response](absl::StatusOr<std::unique_ptr<Message>> answer) {
      Finish(Leave(*exchange_, context, answer, response));
    });
    if (!exchange->admitted().ok()) return exchange->Refuse(exchange->admitted());
    absl::StatusOr<std::unique_ptr<Message>> message = Decode(route, request);
    if (!message.ok()) return exchange->Refuse(message.status());
    Requests requests;
    requests.push_back(*std::move(message));
    exchange->Run(std::move(requests));
  }

  void OnCancel() override {
    exchange_->Abandon(absl::CancelledError("the client went away, or its deadline passed"));
  }
  void OnDone() override { delete this; }

 private:
  bool InternalInlineable() override { return true; }

  const std::shared_ptr<Exchange> exchange_;
};

// Owns itself: gRPC calls OnDone last, once.
class ClientStreamingCall : public grpc::ServerReadReactor<grpc::ByteBuffer> {
 public:
  ClientStreamingCall(std::shared_ptr<Exchange> exchange, const Route& route, const GrpcCallOptions& options)
      : exchange_(std::move(exchange)), route_(route), options_(options) {}

  void Start(grpc::CallbackServerContext* context, grpc::ByteBuffer* response) {
    const std::shared_ptr<Exchange> exchange = exchange_;
    exchange->SetReply([this, context, response](absl::StatusOr<std::unique_ptr<Message>> answer) {
      Finish(Leave(*exchange_, context, answer, response));
    });
    if (!exchange->admitted().ok()) return exchange->Refuse(exchange->admitted());
    StartRead(&message_);
  }

  void OnReadDone(bool ok) override {
    const std::shared_ptr<Exchange> exchange = exchange_;
    if (!ok) return exchange->Run(std::move(requests_));
    stream_bytes_ += message_.Length();
    if (stream_bytes_ > options_.stream_bytes_max || requests_.size() >= options_.stream_messages_max) {
      absl::Status status = absl::ResourceExhaustedError(
          absl::StrCat("a stream may hold ", options_.stream_messages_max, " messages of ",
                       options_.stream_bytes_max, " bytes in all; send it in parts"));
      AttachErrorInfo("STREAM_TOO_LARGE", {}, &status);
      return exchange->Refuse(std::move(status));
    }
    absl::StatusOr<std::unique_ptr<Message>> message = Decode(route_, message_);
    if (!message.ok()) return exchange->Refuse(message.status());
    if (absl::Status right = exchange->CheckMessage(**message); !right.ok()) {
      requests_.clear();  // the client may take its time to go
      return exchange->Refuse(std::move(right));
    }
    requests_.push_back(*std::move(message));
    message_.Clear();
    StartRead(&message_);
  }

  void OnCancel() override {
    exchange_->Abandon(absl::CancelledError("the client went away, or its deadline passed"));
  }
  void OnDone() override { delete this; }

 private:
  const std::shared_ptr<Exchange> exchange_;
  const Route& route_;
  const GrpcCallOptions options_;
  // Touched by one reaction at a time.
  grpc::ByteBuffer message_;
  size_t stream_bytes_ = 0;
  Requests requests_;
};

}  // namespace

grpc::ServerUnaryReactor* StartUnaryCall(Dispatch* dispatch, const Route& route,
                                         const GrpcCallOptions& options, grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer& request, grpc::ByteBuffer* response) {
  auto* call = new UnaryCall(OpenExchange(dispatch, route, options, *context));
  call->Start(route, context, request, response);
  return call;
}

grpc::ServerReadReactor<grpc::ByteBuffer>* StartClientStreamingCall(Dispatch* dispatch, const Route& route,
                                                                    const GrpcCallOptions& options,
                                                                    grpc::CallbackServerContext* context,
                                                                    grpc::ByteBuffer* response) {
  auto* call = new ClientStreamingCall(OpenExchange(dispatch, route, options, *context), route, options);
  call->Start(context, response);
  return call;
}

}  // namespace ayni::services
