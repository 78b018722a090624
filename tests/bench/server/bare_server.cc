#include "tests/bench/server/bare_server.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <utility>

#include "ayni/v1/need_service.grpc.pb.h"
#include "tests/bench/store/bare_store.h"

namespace ayni::bench {
namespace {

class BareNeeds : public v1::NeedService::CallbackService {
 public:
  explicit BareNeeds(const std::string& folder) : store_(folder) {}

  grpc::ServerUnaryReactor* GetNeed(grpc::CallbackServerContext* context, const v1::GetNeedRequest* request,
                                    v1::Need* response) override {
    response->set_name(request->name());
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerUnaryReactor* CreateNeed(grpc::CallbackServerContext* context,
                                       const v1::CreateNeedRequest* request, v1::Need* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    *response = request->need();
    const std::string number = std::to_string(++next_);
    response->set_name(request->parent() + "/needs/" + number);
    BareStore::Write write;
    write.puts[0] = {"r/" + response->name(), response->SerializeAsString()};
    write.puts[1] = {"i/" + response->name(), ""};
    write.puts[2] = {"l/" + number, response->name()};
    write.answered = [reactor] { reactor->Finish(grpc::Status::OK); };
    store_.Commit(std::move(write));
    return reactor;
  }

 private:
  BareStore store_;
  std::atomic<uint64_t> next_{0};
};

class StartedBareServer : public BareServer {
 public:
  explicit StartedBareServer(const std::string& folder) : needs_(folder) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&needs_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) std::exit(1);
  }
  ~StartedBareServer() override {
    server_->Shutdown();
    server_->Wait();
  }

  int port() const override { return port_; }

 private:
  BareNeeds needs_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

std::unique_ptr<BareServer> BareServer::Start(const std::string& folder) {
  return std::make_unique<StartedBareServer>(folder);
}

}  // namespace ayni::bench
