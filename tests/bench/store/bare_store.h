// What the store is measured against: one thread that puts three keys for each caller into one synced RocksDB
// write for all callers that wait, and does nothing else.
#ifndef AYNI_TESTS_BENCH_STORE_BARE_STORE_H_
#define AYNI_TESTS_BENCH_STORE_BARE_STORE_H_

#include <array>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "rocksdb/db.h"

namespace ayni::bench {

class BareStore {
 public:
  struct Write {
    std::array<std::pair<std::string, std::string>, 3> puts;
    std::function<void()> answered;
  };

  explicit BareStore(const std::string& path);
  ~BareStore();
  void Commit(Write write);

 private:
  void Run();

  std::unique_ptr<rocksdb::DB> db_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Write> queue_;
  bool taker_waits_ = false;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace ayni::bench

#endif  // AYNI_TESTS_BENCH_STORE_BARE_STORE_H_
