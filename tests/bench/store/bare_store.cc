#include "tests/bench/store/bare_store.h"

#include <cstdio>
#include <cstdlib>

#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"

namespace ayni::bench {
namespace {

constexpr size_t kGroupMax = 256;

void Check(const rocksdb::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "bare store: %s\n", status.ToString().c_str());
  std::abort();
}

}  // namespace

BareStore::BareStore(const std::string& path) {
  // As the store's own where writing is concerned, so that the difference is the work and not the tuning.
  rocksdb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = 32 << 20;
  options.max_write_buffer_number = 2;
  options.allow_concurrent_memtable_write = false;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.level_compaction_dynamic_level_bytes = true;
  options.compression = rocksdb::kLZ4Compression;
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  rocksdb::DB* db;
  Check(rocksdb::DB::Open(options, path, &db));
  db_.reset(db);
  thread_ = std::thread([this] { Run(); });
}

BareStore::~BareStore() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  filled_.notify_one();
  thread_.join();
}

void BareStore::Commit(Write write) {
  bool wake;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(write));
    wake = std::exchange(taker_waits_, false);
  }
  if (wake) filled_.notify_one();
}

void BareStore::Run() {
  std::deque<Write> group;
  while (true) {
    group.clear();
    {
      std::unique_lock lock(mutex_);
      while (queue_.empty()) {
        if (closed_) return;
        taker_waits_ = true;
        filled_.wait(lock);
      }
      while (!queue_.empty() && group.size() < kGroupMax) {
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    rocksdb::WriteBatch batch;
    for (const Write& write : group) {
      for (const auto& [key, value] : write.puts) Check(batch.Put(key, value));
    }
    rocksdb::WriteOptions durable;
    durable.sync = true;
    Check(db_->Write(durable, &batch));
    for (const Write& write : group) write.answered();
  }
}

}  // namespace ayni::bench
