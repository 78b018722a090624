// What the server is measured against: the same calls on gRPC's callback API with generated code and nothing
// else.
//   GetNeed     answers a need that holds the name it was asked for
//   CreateNeed  writes three keys of RocksDB, synced, through one committer thread that writes all that waits
//   as a group
#ifndef AYNI_TESTS_BENCH_SERVER_BARE_SERVER_H_
#define AYNI_TESTS_BENCH_SERVER_BARE_SERVER_H_

#include <memory>
#include <string>

namespace ayni::bench {

class BareServer {
 public:
  // On a free port of 127.0.0.1, with its database in `folder`. Ends the process where that fails.
  static std::unique_ptr<BareServer> Start(const std::string& folder);
  virtual ~BareServer() = default;
  virtual int port() const = 0;
};

}  // namespace ayni::bench

#endif  // AYNI_TESTS_BENCH_SERVER_BARE_SERVER_H_
