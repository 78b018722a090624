#include "storage/rocksdb_database.h"

#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "openssl/rand.h"
#include "rocksdb/cache.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/listener.h"
#include "rocksdb/options.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"
#include "storage/bytes.h"
#include "storage/format_file.h"

namespace ayni::storage {
namespace {

// Bits of bloom filter a key: about one lookup of an absent key in a hundred reads a block.
constexpr double kBloomBitsPerKey = 10;
constexpr double kMemtableBloomShare = 0.005;  // of the write buffer: 13 bits a key at 300 bytes a record
constexpr int kBackgroundJobs = 2;
constexpr size_t kInfoLogFilesMax = 4;
constexpr size_t kInfoLogBytesMax = 8 << 20;
constexpr uint64_t kBytesPerSync = 1 << 20;

// Flushes and compactions fail on threads of RocksDB, where no caller sees it.
class BackgroundErrors : public rocksdb::EventListener {
 public:
  explicit BackgroundErrors(std::shared_ptr<Health> health) : health_(std::move(health)) {}

  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* error) override {
    health_->Break(
        absl::UnavailableError(absl::StrCat("store: background work failed: ", error->ToString())));
  }

 private:
  const std::shared_ptr<Health> health_;
};

// Where keys made one after another come to stand side by side: in front of the last slash. What is new
// mostly belongs right behind the last of its place, and is put there without a search of the whole memtable.
class NewestOfPlace : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "ayni.NewestOfPlace"; }

  bool InDomain(const rocksdb::Slice& key) const override { return !key.empty(); }

  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    const char table = key[0];
    if (table != static_cast<char>(Table::kRecord) && table != static_cast<char>(Table::kIndex))
      return {key.data(), kTableBytes};
    const size_t slash = key.ToStringView().rfind('/');
    return {key.data(), slash == std::string_view::npos ? kTableBytes : slash + 1};
  }
};

// Drops request rows of old commits whenever their files are compacted: at no cost to the committer, and so
// that the memory of requests does not grow with the age of the store.
class ForgetRequests : public rocksdb::CompactionFilter {
 public:
  ForgetRequests(std::shared_ptr<const std::atomic<Sequence>> last_sequence, uint64_t remembered_min)
      : last_sequence_(std::move(last_sequence)), remembered_min_(remembered_min) {}

  const char* Name() const override { return "ayni.ForgetRequests"; }

  bool Filter(int, const rocksdb::Slice& key, const rocksdb::Slice& value, std::string*,
              bool*) const override {
    if (key.empty() || key[0] != static_cast<char>(Table::kRequest)) return false;
    RequestRow request;
    // What can't be read is left for a reader to report.
    if (!DecodeRequest(value.ToStringView(), &request)) return false;
    const Sequence last = last_sequence_->load(std::memory_order_relaxed);
    return last > remembered_min_ && request.sequence < last - remembered_min_;
  }

 private:
  const std::shared_ptr<const std::atomic<Sequence>> last_sequence_;
  const uint64_t remembered_min_;
};

rocksdb::BlockBasedTableOptions TableOptions(const RocksDbOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  table.format_version = 5;
  table.block_size = 8 << 10;
  return table;
}

rocksdb::Options DatabaseOptions(const RocksDbOptions& options, rocksdb::Env* env,
                                 const std::shared_ptr<Health>& health) {
  rocksdb::Options out;
  if (env != nullptr) out.env = env;
  out.create_if_missing = true;
  out.paranoid_checks = true;
  // The default drops acknowledged writes without a word when a bit in the middle of the log has flipped.
  // This one refuses to open then, and forgives only a last record that was never finished, so never
  // acknowledged.
  out.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // A log that was lost whole is noticed too.
  out.track_and_verify_wals_in_manifest = true;
  // What was half written is sorted out by a restart, never by a second try behind our back.
  out.max_bgerror_resume_count = 0;
  out.listeners.push_back(std::make_shared<BackgroundErrors>(health));

  out.write_buffer_size = options.write_buffer_bytes;
  out.max_write_buffer_number = 2;
  out.allow_concurrent_memtable_write = false;  // there is one writer
  out.memtable_insert_with_hint_prefix_extractor = std::make_shared<const NewestOfPlace>();
  out.memtable_whole_key_filtering = true;
  out.memtable_prefix_bloom_size_ratio = kMemtableBloomShare;
  out.level_compaction_dynamic_level_bytes = true;
  // What the process has left of its descriptors, connections get.
  out.max_open_files = kOpenTablesMax;
  out.max_background_jobs = kBackgroundJobs;
  out.bytes_per_sync = kBytesPerSync;
  out.compression = rocksdb::kLZ4Compression;
  out.bottommost_compression = rocksdb::kZSTD;
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(TableOptions(options)));

  out.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  out.keep_log_file_num = kInfoLogFilesMax;
  out.max_log_file_size = kInfoLogBytesMax;
  return out;
}

absl::Status OpenFailed(const std::string& path, const rocksdb::Status& status) {
  // RocksDB has no code for it: its lock on a file LOCK is what it does not get.
  if (status.IsIOError() && absl::StrContains(status.ToString(), "/LOCK: ")) {
    return absl::UnavailableError(
        absl::StrCat("store at ", path, ": another process has it open; does another aynid run on it? (",
                     status.ToString(), ")"));
  }
  const std::string message = absl::StrCat("store at ", path, ": ", status.ToString());
  return status.IsCorruption() ? absl::DataLossError(message) : absl::UnavailableError(message);
}

// RocksDB syncs its own folder, but not the one that names it.
absl::Status SyncParent(const std::string& path, rocksdb::Env* env) {
  const std::string parent = std::filesystem::absolute(path).parent_path().string();
  std::unique_ptr<rocksdb::Directory> directory;
  rocksdb::Status status = env->NewDirectory(parent, &directory);
  if (status.ok()) status = directory->Fsync();
  return status.ok() ? absl::OkStatus() : OpenFailed(path, status);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path,
                                                         const RocksDbOptions& options) {
  if (absl::Status format = CheckFormatFile(path); !format.ok()) return format;
  std::unique_ptr<rocksdb::Env> env;
  if (options.file_system != nullptr) env = rocksdb::NewCompositeEnv(options.file_system);
  std::unique_ptr<Database> database(new Database(std::move(env)));
  rocksdb::DB* db = nullptr;
  rocksdb::Options rocksdb_options = DatabaseOptions(options, database->env_.get(), database->health_);
  database->forget_requests_ =
      std::make_unique<ForgetRequests>(database->last_sequence_, options.requests_remembered_min);
  rocksdb_options.compaction_filter = database->forget_requests_.get();
  const rocksdb::Status status = rocksdb::DB::Open(rocksdb_options, path, &db);
  if (!status.ok()) return OpenFailed(path, status);
  database->db_.reset(db);
  if (absl::Status synced = SyncParent(path, rocksdb_options.env); !synced.ok()) return synced;
  if (absl::Status format = database->ReadFormat(); !format.ok()) return database->Explained(format);
  if (absl::Status made = MakeFormatFile(path); !made.ok()) return made;
  if (absl::Status head = database->ReadHead(); !head.ok()) return database->Explained(head);
  database->NoteSequence(database->head_at_open_.sequence);
  if (absl::Status whole = database->CheckAcknowledged(path); !whole.ok()) return whole;
  if (absl::Status secret = database->ReadSecret(); !secret.ok()) return secret;
  return database;
}

absl::StatusOr<bool> Database::Get(const rocksdb::Snapshot* snapshot, std::string_view key,
                                   rocksdb::PinnableSlice* row) const {
  rocksdb::ReadOptions read;
  read.snapshot = snapshot;
  row->Reset();
  const rocksdb::Status status = db_->Get(read, db_->DefaultColumnFamily(), key, row);
  if (status.ok()) return true;
  if (status.IsNotFound()) return false;
  return ReadFailed(status);
}

absl::Status Database::Write(rocksdb::WriteBatch* batch) {
  rocksdb::WriteOptions write;
  write.sync = true;
  const rocksdb::Status status = db_->Write(write, batch);
  if (status.ok()) return absl::OkStatus();
  health_->Break(absl::UnknownError(absl::StrCat("store: a write failed: ", status.ToString())));
  return absl::UnknownError("the store failed to write; only a restart shows whether the change stands");
}

absl::Status Database::ReadFailed(const rocksdb::Status& status) const {
  const absl::StatusCode code =
      status.IsCorruption() ? absl::StatusCode::kDataLoss : absl::StatusCode::kUnavailable;
  health_->Break(absl::Status(code, absl::StrCat("store: a read failed: ", status.ToString())));
  return absl::Status(code, "the store failed to read what it holds");
}

absl::Status Database::Corrupt(std::string_view what) const {
  return ReadFailed(rocksdb::Status::Corruption(rocksdb::Slice(what)));
}

absl::Status Database::ReadFormat() {
  rocksdb::PinnableSlice row;
  const absl::StatusOr<bool> found = Get(nullptr, FormatKey(), &row);
  if (!found.ok()) return found.status();
  if (!*found) {
    const std::unique_ptr<rocksdb::Iterator> any(db_->NewIterator({}));
    any->SeekToFirst();
    if (!any->status().ok()) return ReadFailed(any->status());
    if (any->Valid()) return Corrupt("there are rows but no format version");
    rocksdb::WriteBatch batch;
    std::string version;
    AppendFixed64(&version, kFormatVersion);
    rocksdb::Status status = batch.Put(FormatKey(), version);
    if (status.ok()) status = batch.Put(HeadKey(), EncodeHead({}));
    return status.ok() ? Write(&batch) : Corrupt(status.ToString());
  }
  std::string_view bytes = row.ToStringView();
  uint64_t version;
  if (!ReadFixed64(&bytes, &version)) return Corrupt("the format version");
  if (version > kFormatVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat("store: format version ", version,
                     " was written by a newer program; this one reads up to ", kFormatVersion));
  }
  return absl::OkStatus();
}

absl::Status Database::ReadHead() {
  rocksdb::PinnableSlice row;
  const absl::StatusOr<bool> found = Get(nullptr, HeadKey(), &row);
  if (!found.ok()) return found.status();
  if (!*found || !DecodeHead(row.ToStringView(), &head_at_open_)) return Corrupt("the head");
  const absl::StatusOr<uint64_t> last_sequence = LastNumber(Table::kFeed);
  if (!last_sequence.ok()) return last_sequence.status();
  if (*last_sequence != head_at_open_.sequence)
    return Corrupt("the feed does not end at the head's sequence");
  const absl::StatusOr<uint64_t> last_leaf = LastNumber(Table::kLeaf);
  if (!last_leaf.ok()) return last_leaf.status();
  const uint64_t leaf_count_wanted = head_at_open_.leaf_count;
  if (leaf_count_wanted > 0 ? *last_leaf != leaf_count_wanted - 1 : *last_leaf != 0) {
    return Corrupt("the ledger does not end at the head's leaf count");
  }
  return absl::OkStatus();
}

absl::Status Database::ReadSecret() {
  rocksdb::PinnableSlice row;
  const absl::StatusOr<bool> found = Get(nullptr, SecretKey(), &row);
  if (!found.ok()) return found.status();
  if (*found) {
    secret_ = row.ToString();
    return secret_.size() == kSecretBytes ? absl::OkStatus() : Corrupt("the secret");
  }
  secret_.resize(kSecretBytes);
  if (RAND_bytes(reinterpret_cast<unsigned char*>(secret_.data()), kSecretBytes) != 1) {
    return absl::UnavailableError("store: the machine gives no random bytes for its secret");
  }
  rocksdb::WriteBatch batch;
  const rocksdb::Status status = batch.Put(SecretKey(), secret_);
  return status.ok() ? Write(&batch) : Corrupt(status.ToString());
}

absl::Status Database::CheckAcknowledged(const std::string& path) {
  absl::StatusOr<std::unique_ptr<Acknowledged>> acknowledged = Acknowledged::Open(path);
  if (!acknowledged.ok()) return acknowledged.status();
  acknowledged_ = *std::move(acknowledged);
  const Sequence promised = acknowledged_->at_open();
  if (head_at_open_.sequence >= promised) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("store at ", path, ": it ends at change ", head_at_open_.sequence,
                                          ", and change ", promised,
                                          " was acknowledged: its log was lost or cut. Put the newest copy "
                                          "in its place; or, to go on without the ",
                                          "changes in between, remove ", path, "/", Acknowledged::kFile));
}

absl::StatusOr<uint64_t> Database::LastNumber(Table table) const {
  const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator({}));
  rows->SeekForPrev(NumberedKey(table, UINT64_MAX));
  if (!rows->status().ok()) return ReadFailed(rows->status());
  if (!rows->Valid()) return 0;
  std::string_view key = rows->key().ToStringView();
  if (key.front() != static_cast<char>(table)) return 0;
  key.remove_prefix(kTableBytes);
  uint64_t number;
  if (!ReadBigEndian64(&key, &number)) return Corrupt("the key of a numbered row");
  return number;
}

}  // namespace ayni::storage
