#include "tests/services/server/served_methods.h"

#include <grpcpp/generic/generic_stub.h>
#include <unistd.h>

#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/access/secret.h"
#include "services/api.h"
#include "services/invariant.h"

namespace ayni::services {
namespace {

// Any number of tests may fail a call on purpose; their log is not what they show.
constexpr LogLevel kTestLogLevel = LogLevel::kError;

}  // namespace

std::string Answered::Reason() const {
  google::rpc::Status rpc_status;
  rpc_status.ParseFromString(status.error_details());
  for (const google::protobuf::Any& detail : rpc_status.details()) {
    google::rpc::ErrorInfo error_info;
    if (detail.UnpackTo(&error_info)) return error_info.reason();
  }
  return "";
}

grpc::ByteBuffer ToByteBuffer(const google::protobuf::Message& message) {
  const std::string bytes = message.SerializeAsString();
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

Answered Ask(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
             const google::protobuf::Message& request, const Asking& asking) {
  return AskBytes(channel, method, ToByteBuffer(request), asking);
}

Answered AskBytes(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const grpc::ByteBuffer& request, const Asking& asking) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + asking.timeout));
  if (!asking.token.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", asking.token));
  for (const auto& [name, value] : asking.headers) context.AddMetadata(name, value);
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareUnaryCall(&context, absl::StrCat("/", method), request, &queue);
  call->StartCall();
  Answered answered;
  call->Finish(&answered.response, &answered.status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  for (const auto& [name, value] : context.GetServerTrailingMetadata()) {
    answered.trailers.emplace(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
  }
  return answered;
}

ServedMethods::ServedMethods(const MethodTable& methods, DispatchOptions dispatch_options,
                             GrpcDoorOptions door_options)
    : log_(STDERR_FILENO, kTestLogLevel, absl::Now) {
  auto dispatch = Dispatch::Create(
      methods, directory_, log_, dispatch_options, absl::Now,
      [made = std::make_shared<std::atomic<int>>(0)] { return absl::StrCat("made-", ++*made); });
  INVARIANT(dispatch.ok(), dispatch.status().ToString());
  dispatch_ = *std::move(dispatch);
  auto door = GrpcDoor::Open(door_options, dispatch_.get());
  INVARIANT(door.ok(), door.status().ToString());
  door_ = *std::move(door);
  door_->SetServing(true);
}

ServedMethods::~ServedMethods() { door_->Close(absl::ZeroDuration()); }

std::string ServedMethods::Admit(const std::string& principal, v1::Role role, const std::string& party) {
  v1::Principal record;
  record.set_name(principal);
  record.set_role(role);
  record.set_party(party);
  directory_.Put(record);
  const std::string secret = NewSecret();
  const SecretDigest digest = DigestSecret(secret);
  v1::Token token;
  token.set_name(principal + "/tokens/t");
  token.set_secret_digest(digest.data(), digest.size());
  directory_.Put(token);
  return secret;
}

std::shared_ptr<grpc::Channel> ServedMethods::Connect() const {
  // A connection of its own: channels with the same arguments share one.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", door_->port()),
                                   grpc::InsecureChannelCredentials(), arguments);
}

MethodTable AllMethodsAnswering() {
  MethodTable methods;
  for (const google::protobuf::ServiceDescriptor* service : ApiServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const google::protobuf::Descriptor* output = service->method(i)->output_type();
      methods.Add(MethodName(*service->method(i)),
                  [output](std::shared_ptr<const Call>, std::shared_ptr<const Requests>, Reply reply) {
                    reply(std::unique_ptr<Message>(
                        google::protobuf::MessageFactory::generated_factory()->GetPrototype(output)->New()));
                  });
    }
  }
  return methods;
}

}  // namespace ayni::services
