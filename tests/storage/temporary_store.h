// A RocksDB store in a folder of its own, which goes with it.
#ifndef AYNI_TESTS_STORAGE_TEMPORARY_STORE_H_
#define AYNI_TESTS_STORAGE_TEMPORARY_STORE_H_

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "storage/rocksdb_store.h"

namespace ayni::storage {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "ayni-storage-XXXXXX").string();
    EXPECT_NE(mkdtemp(path.data()), nullptr);
    path_ = path;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

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

  std::string path() const { return (std::filesystem::path(folder_.path()) / "store").string(); }
  Store* operator->() const { return store_.get(); }
  Store& operator*() const { return *store_; }

 private:
  TemporaryFolder folder_;
  RocksDbOptions options_;
  std::unique_ptr<RocksDbStore> store_;
};

}  // namespace ayni::storage

#endif  // AYNI_TESTS_STORAGE_TEMPORARY_STORE_H_
