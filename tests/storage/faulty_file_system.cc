#include "tests/storage/faulty_file_system.h"

#include <filesystem>
#include <utility>

namespace ayni::storage {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus Failed() { return IOStatus::IOError("failed on command"); }

class FaultyWritableFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyWritableFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path,
                     FaultyFileSystem* system)
      : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), system_(system) {}

  IOStatus Append(const Slice& bytes, const IOOptions& options, IODebugContext* debug) override {
    if (!system_->MayWrite()) return FailHalfWay(bytes, options, debug);
    bytes_ += bytes.size();
    return target()->Append(bytes, options, debug);
  }
  IOStatus Append(const Slice& bytes, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(bytes, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    if (!system_->MayWrite()) return Failed();
    IOStatus status = target()->Sync(options, debug);
    if (status.ok()) system_->Synced(path_, bytes_);
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return Sync(options, debug); }
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

 private:
  IOStatus FailHalfWay(const Slice& bytes, const IOOptions& options, IODebugContext* debug) {
    target()->Append(Slice(bytes.data(), bytes.size() / 2), options, debug).PermitUncheckedError();
    return Failed();
  }

  const std::string path_;
  FaultyFileSystem* const system_;
  uint64_t bytes_ = 0;
};

class FaultyRandomAccessFile : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  FaultyRandomAccessFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, FaultyFileSystem* system)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), system_(system) {}

  IOStatus Read(uint64_t offset, size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    if (!system_->MayRead()) return Failed();
    return target()->Read(offset, size, options, result, scratch, debug);
  }

 private:
  FaultyFileSystem* const system_;
};

}  // namespace

bool FaultyFileSystem::Countdown::Pass() {
  if (left_ < 0) return true;
  if (left_.fetch_sub(1) > 0) return true;
  left_ = fault_ == Fault::kForGood ? 0 : -1;
  return false;
}

void FaultyFileSystem::FailWritesAfter(int64_t count, Fault fault) { write_countdown_.Set(count, fault); }

void FaultyFileSystem::FailReadsAfter(int64_t count, Fault fault) { read_countdown_.Set(count, fault); }

bool FaultyFileSystem::MayWrite() {
  ++writes_;
  if (write_countdown_.Pass()) return true;
  has_failed_ = true;
  return false;
}

bool FaultyFileSystem::MayRead() {
  if (read_countdown_.Pass()) return true;
  has_failed_ = true;
  return false;
}

void FaultyFileSystem::Synced(const std::string& path, uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  synced_bytes_[path] = bytes;
}

void FaultyFileSystem::LosePower() {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, bytes] : synced_bytes_) {
    if (!std::filesystem::exists(path)) continue;
    if (bytes == 0) {
      std::filesystem::remove(path);
    } else if (bytes < std::filesystem::file_size(path)) {
      std::filesystem::resize_file(path, bytes);
    }
  }
  synced_bytes_.clear();
}

IOStatus FaultyFileSystem::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                                           IODebugContext* debug) {
  if (!MayWrite()) return Failed();
  std::unique_ptr<rocksdb::FSWritableFile> target;
  IOStatus status = FileSystemWrapper::NewWritableFile(path, options, &target, debug);
  if (!status.ok()) return status;
  Synced(path, 0);
  *file = std::make_unique<FaultyWritableFile>(std::move(target), path, this);
  return status;
}

IOStatus FaultyFileSystem::NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                               IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSRandomAccessFile> target;
  IOStatus status = FileSystemWrapper::NewRandomAccessFile(path, options, &target, debug);
  if (status.ok()) *file = std::make_unique<FaultyRandomAccessFile>(std::move(target), this);
  return status;
}

IOStatus FaultyFileSystem::RenameFile(const std::string& from, const std::string& to,
                                      const IOOptions& options, IODebugContext* debug) {
  if (!MayWrite()) return Failed();
  IOStatus status = FileSystemWrapper::RenameFile(from, to, options, debug);
  const std::lock_guard lock(mutex_);
  if (const auto found = synced_bytes_.find(from); status.ok() && found != synced_bytes_.end()) {
    synced_bytes_[to] = found->second;
    synced_bytes_.erase(from);
  }
  return status;
}

IOStatus FaultyFileSystem::DeleteFile(const std::string& path, const IOOptions& options,
                                      IODebugContext* debug) {
  if (!MayWrite()) return Failed();
  {
    const std::lock_guard lock(mutex_);
    synced_bytes_.erase(path);
  }
  return FileSystemWrapper::DeleteFile(path, options, debug);
}

}  // namespace ayni::storage
