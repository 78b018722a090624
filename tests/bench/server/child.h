// A server in a process of its own, for what is measured and what it is measured against.
#ifndef AYNI_TESTS_BENCH_SERVER_CHILD_H_
#define AYNI_TESTS_BENCH_SERVER_CHILD_H_

#include <grpcpp/grpcpp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>

#include "tests/bench/server/load.h"

namespace ayni::bench {

// A server in a child process, until it is destroyed. `serve` opens it, tells the port and the token, and
// returns a function that closes it.
class Child {
 public:
  using Told = std::function<void(int port, const std::string& token)>;

  explicit Child(const std::function<std::shared_ptr<void>(const Told&)>& serve) {
    int told[2];
    int held[2];
    if (pipe(told) != 0 || pipe(held) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) {
      close(told[0]);
      close(held[1]);
      const std::shared_ptr<void> server = serve([&](int port, const std::string& token) {
        dprintf(told[1], "%d %s\n", port, token.empty() ? "-" : token.c_str());
      });
      char byte;
      [[maybe_unused]] const ssize_t ended = read(held[0], &byte, 1);
      _exit(0);
    }
    close(told[1]);
    close(held[0]);
    held_ = held[1];
    FILE* file = fdopen(told[0], "r");
    char token[256];
    if (fscanf(file, "%d %255s", &port_, token) != 2) std::abort();
    if (std::strcmp(token, "-") != 0) token_ = token;
    fclose(file);
  }

  ~Child() {
    close(held_);
    waitpid(pid_, nullptr, 0);
  }

  Target Connect() const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return {grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port_),
                                      grpc::InsecureChannelCredentials(), arguments),
            token_, pid_};
  }

 private:
  pid_t pid_ = 0;
  int port_ = 0;
  int held_ = -1;
  std::string token_;
};

}  // namespace ayni::bench

#endif  // AYNI_TESTS_BENCH_SERVER_CHILD_H_
