#include "tests/bench/server/bare_server.h"

#include <grpcpp/grpcpp.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "ayni/v1/need_service.grpc.pb.h"

namespace ayni::bench {
namespace {

struct Write {
  std::string name;
  std::string value;
  std::function<void()> done;
};

// Three keys a write: the record, an index key and a log entry.
class Committer {
 public:
  explicit Committer(const std::string& folder) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* database = nullptr;
    const rocksdb::Status opened = rocksdb::DB::Open(options, folder, &database);
    if (!opened.ok()) {
      std::cerr << opened.ToString() << std::endl;
      std::exit(1);
    }
    database_.reset(database);
    thread_ = std::thread([this] { Run(); });
  }

  ~Committer() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    arrived_.notify_one();
    thread_.join();
  }

  void Add(Write write) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(write));
    }
    arrived_.notify_one();
  }

 private:
  void Run() {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    std::unique_lock lock(mutex_);
    while (true) {
      arrived_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      std::vector<Write> group;
      group.swap(waiting_);
      lock.unlock();
      rocksdb::WriteBatch batch;
      for (const Write& write : group) {
        batch.Put("r/" + write.name, write.value);
        batch.Put("i/" + write.name, "");
        batch.Put("l/" + std::to_string(++sequence_), write.name);
      }
      const rocksdb::Status written = database_->Write(synced, &batch);
      if (!written.ok()) std::abort();
      for (const Write& write : group) write.done();
      lock.lock();
    }
  }

  std::unique_ptr<rocksdb::DB> database_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Write> waiting_;
  bool stop_ = false;
  uint64_t sequence_ = 0;
  std::thread thread_;
};

class BareNeeds : public v1::NeedService::CallbackService {
 public:
  explicit BareNeeds(const std::string& folder) : committer_(folder) {}

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
    response->set_name(request->parent() + "/needs/" + std::to_string(++next_));
    committer_.Add(
        {response->name(), response->SerializeAsString(), [reactor] { reactor->Finish(grpc::Status::OK); }});
    return reactor;
  }

 private:
  Committer committer_;
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
