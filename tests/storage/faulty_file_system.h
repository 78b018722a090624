// A disk that fails on command, and that forgets on losing power whatever was not synced.
#ifndef AYNI_TESTS_STORAGE_FAULTY_FILE_SYSTEM_H_
#define AYNI_TESTS_STORAGE_FAULTY_FILE_SYSTEM_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "rocksdb/file_system.h"

namespace ayni::storage {

// Thread-safe.
class FaultyFileSystem : public rocksdb::FileSystemWrapper {
 public:
  enum class Fault {
    kOnce,     // one operation fails, those after it succeed
    kForGood,  // all operations fail from then on
  };

  FaultyFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultyFileSystem"; }

  // The operation that writes after `count` more of them fails; one that appends has written half by then.
  void FailWritesAfter(int64_t count, Fault fault);
  // The same for reads of tables.
  void FailReadsAfter(int64_t count, Fault fault);
  // How many operations that write were made since the file system was made.
  int64_t writes() const { return writes_; }
  // Whether a write or read failed on command.
  bool has_failed() const { return has_failed_; }

  // Cuts every file to what was synced of it, and removes those of which nothing was. REQUIRES: no file is
  // open.
  void LosePower();

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

  // For the files: whether the next operation may go ahead.
  bool MayWrite();
  bool MayRead();
  void Synced(const std::string& path, uint64_t bytes);

 private:
  // Counts down to the fault. Negative: none is set.
  class Countdown {
   public:
    void Set(int64_t count, Fault fault) {
      fault_ = fault;
      left_ = count;
    }
    bool Pass();

   private:
    std::atomic<int64_t> left_{-1};
    std::atomic<Fault> fault_{Fault::kOnce};
  };

  Countdown write_countdown_;
  Countdown read_countdown_;
  std::atomic<int64_t> writes_{0};
  std::atomic<bool> has_failed_{false};
  std::mutex mutex_;
  std::map<std::string, uint64_t> synced_bytes_;  // by path, of the files that were written
};

}  // namespace ayni::storage

#endif  // AYNI_TESTS_STORAGE_FAULTY_FILE_SYSTEM_H_
