// Principals and tokens through their methods, on a real store, with the directory that follows them.
#ifndef AYNI_TESTS_SERVICES_TOKENS_SERVED_TOKENS_H_
#define AYNI_TESTS_SERVICES_TOKENS_SERVED_TOKENS_H_

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "services/access/directory.h"
#include "services/method.h"
#include "services/rules/resource_methods.h"
#include "services/server/new_id.h"
#include "services/tokens/directory_records.h"
#include "services/tokens/token_methods.h"
#include "storage/rocksdb_store.h"
#include "tests/temporary_folder.h"

namespace ayni::services {

class ServedTokens : public testing::Test {
 protected:
  ServedTokens() { Open(); }

  // Opens the store, again where it is open, as a server that starts.
  void Open() {
    store_.reset();
    auto store = storage::RocksDbStore::Open(folder_ / "store", {});
    EXPECT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    Serve({});
  }

  void Serve(const ResourceOptions& options) {
    const auto new_id = [] { return NewId(absl::Now()); };
    methods_ = MethodTable();
    AddResourceMethods(store_.get(), new_id, options, &methods_);
    AddTokenMethods(store_.get(), new_id, &methods_, options);
    directory_ = std::make_unique<Directory>();
    KeepDirectory(store_.get(), directory_.get(), &methods_);
    EXPECT_EQ(LoadDirectory(*store_, directory_.get()), absl::OkStatus());
  }

  // Calls as the administrator principals/{who}.
  template <typename Answer>
  absl::StatusOr<Answer> As(const std::string& who, const std::string& method, const Message& request) {
    auto call = std::make_shared<Call>();
    call->method = "ayni.v1.AccessService/" + method;
    call->caller = {"principals/" + who, v1::ROLE_ADMINISTRATOR, ""};
    call->scope = Scope::kAny;
    call->now = absl::Now();
    auto requests = std::make_shared<Requests>();
    requests->emplace_back(request.New())->CopyFrom(request);
    std::promise<absl::StatusOr<std::unique_ptr<Message>>> answered;
    methods_.Find(call->method)->run(call, requests, [&](absl::StatusOr<std::unique_ptr<Message>> answer) {
      answered.set_value(std::move(answer));
    });
    absl::StatusOr<std::unique_ptr<Message>> answer = answered.get_future().get();
    if (!answer.ok()) return answer.status();
    return static_cast<const Answer&>(**answer);
  }

  TemporaryFolder folder_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Directory> directory_;
  MethodTable methods_;
};

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_TOKENS_SERVED_TOKENS_H_
