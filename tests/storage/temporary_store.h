// A RocksDB store in a folder of its own, which goes with it.
#ifndef AYNI_TESTS_STORAGE_TEMPORARY_STORE_H_
#define AYNI_TESTS_STORAGE_TEMPORARY_STORE_H_

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "storage/rocksdb_store.h"
#include "tests/temporary_folder.h"

namespace ayni::storage {

class TemporaryStore {
 public:
  explicit TemporaryStore(RocksDbOptions options = {}) : options_(std::move(options)) { Reopen(); }

  void Reopen() {
    store_.reset();
    auto store = RocksDbStore::Open(path(), options_);
    EXPECT_TRUE(store.ok()) << store.status();
    if (store.ok()) store_ = *std::move(store);
  }
  void Close() { store_.reset(); }

  std::string path() const { return folder_ / "store"; }
  Store* operator->() const { return store_.get(); }
  Store& operator*() const { return *store_; }

 private:
  TemporaryFolder folder_;
  RocksDbOptions options_;
  std::unique_ptr<RocksDbStore> store_;
};

}  // namespace ayni::storage

#endif  // AYNI_TESTS_STORAGE_TEMPORARY_STORE_H_
