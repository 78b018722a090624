#include "services/server/grpc_door.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/resource_quota.h>

#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/server/connection_gate.h"
#include "services/server/grpc_calls.h"
#include "services/server/listen.h"

namespace ayni::services {
namespace {

// Threads for gRPC's own services that are not of the callback API: reflection, which keeps one for each open
// stream.
constexpr int kSyncThreadsMax = 8;
constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
// From its first byte to the end of the handshakes of TLS and HTTP/2.
constexpr int kHandshakeMs = 10'000;
// Clients connect again by themselves when they next call.
constexpr int kIdleConnectionMs = 300'000;

// A service of the API at run time: what protoc's generated WithRawCallbackMethod_ classes do, from
// descriptors.
class RoutedService : public grpc::Service {
 public:
  void Add(Dispatch* dispatch, const Route& route, const GrpcCallOptions& options) {
    using grpc::internal::RpcMethod;
    using grpc::internal::RpcServiceMethod;
    const bool streaming = route.method.descriptor->client_streaming();
    // gRPC keeps the pointer to the name.
    const std::string& path =
        *paths_.emplace_back(std::make_unique<std::string>(absl::StrCat("/", route.name)));
    AddMethod(new RpcServiceMethod(path.c_str(),
                                   streaming ? RpcMethod::CLIENT_STREAMING : RpcMethod::NORMAL_RPC, nullptr));
    if (streaming) {
      MarkMethodRawCallback(
          method_count_,
          new grpc::internal::CallbackClientStreamingHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
              [dispatch, &route, options](grpc::CallbackServerContext* context, grpc::ByteBuffer* response) {
                return StartClientStreamingCall(dispatch, route, options, context, response);
              }));
    } else {
      MarkMethodRawCallback(
          method_count_,
          new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
              [dispatch, &route, options](grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
                return StartUnaryCall(dispatch, route, options, context, *request, response);
              }));
    }
    ++method_count_;
  }

 private:
  std::vector<std::unique_ptr<std::string>> paths_;
  int method_count_ = 0;
};

std::shared_ptr<grpc::ServerCredentials> Credentials(const GrpcDoorOptions& options) {
  if (options.tls_certificate.empty()) return grpc::InsecureServerCredentials();
  grpc_ssl_client_certificate_request_type asks = GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
  if (!options.tls_client_authority.empty()) {
    asks = options.tls_require_client_certificate ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                                  : GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  grpc::SslServerCredentialsOptions tls(asks);
  tls.pem_key_cert_pairs.push_back({options.tls_key, options.tls_certificate});
  tls.pem_root_certs = options.tls_client_authority;
  return grpc::SslServerCredentials(tls);
}

class OpenGrpcDoor : public GrpcDoor {
 public:
  ~OpenGrpcDoor() override { Close(absl::ZeroDuration()); }

  absl::Status Start(const GrpcDoorOptions& options, Dispatch* dispatch) {
    const GrpcCallOptions call_options{!options.tls_client_authority.empty(), options.stream_bytes_max,
                                       options.stream_messages_max};
    for (const auto& [name, route] : dispatch->routes()) {
      services_[route.method.descriptor->service()->full_name()].Add(dispatch, route, call_options);
    }
    // Global to the process, and needed before the builder.
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();

    absl::StatusOr<std::vector<Descriptor>> listeners =
        Listen(options.host, options.port, HostForm::kNumericOrName);
    if (!listeners.ok()) return listeners.status();
    port_ = PortOf(listeners->front());

    grpc::ServerBuilder builder;
    using ConnectionType = grpc::ServerBuilder::experimental_type::ExternalConnectionType;
    acceptor_ =
        builder.experimental().AddExternalConnectionAcceptor(ConnectionType::FROM_FD, Credentials(options));
    builder.SetMaxReceiveMessageSize(static_cast<int>(options.message_bytes_max));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.concurrent_streams_max);
    builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMs);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kIdleConnectionMs);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
    grpc::ResourceQuota quota("ayni");
    quota.Resize(options.memory_bytes_max);
    quota.SetMaxThreads(kSyncThreadsMax);
    builder.SetResourceQuota(quota);
    for (auto& [name, service] : services_) builder.RegisterService(&service);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) {
      return absl::UnavailableError("gRPC does not start; is the certificate right, and of that key?");
    }
    SetServing(false);
    gate_ = std::make_unique<ConnectionGate>(
        *std::move(listeners), options.connections_max,
        [this](int listener, Descriptor connection) { HandOver(listener, std::move(connection)); });
    return absl::OkStatus();
  }

  int port() const override { return port_; }

  absl::Status Health() const override { return gate_->Health(); }

  std::vector<FigureFamily> Figures() const override { return gate_->Figures(); }

  void SetServing(bool serving) override {
    grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
    health->SetServingStatus("", serving);
    for (const auto& [name, service] : services_) health->SetServingStatus(name, serving);
  }

  void Close(absl::Duration drain) override {
    if (server_ == nullptr) return;
    gate_->Close();
    server_->Shutdown(std::chrono::system_clock::now() + absl::ToChronoNanoseconds(drain));
    server_->Wait();
  }

 private:
  void HandOver(int listener, Descriptor connection) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters parameters;
    parameters.listener_fd = listener;
    parameters.fd = connection.Release();
    acceptor_->HandleNewConnection(&parameters);
  }

  std::map<std::string, RoutedService> services_;
  int port_ = 0;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<ConnectionGate> gate_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcDoor>> GrpcDoor::Open(const GrpcDoorOptions& options, Dispatch* dispatch) {
  auto door = std::make_unique<OpenGrpcDoor>();
  absl::Status started = door->Start(options, dispatch);
  if (!started.ok()) return started;
  return door;
}

}  // namespace ayni::services
