#include "services/round/kept_market.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/gzip_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/resource/digest.h"
#include "services/resource/record_keys.h"
#include "services/round/kept_record.h"

namespace ayni::services {
namespace {

using google::protobuf::io::ArrayInputStream;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::GzipInputStream;
using google::protobuf::io::GzipOutputStream;
using google::protobuf::io::StringOutputStream;

// About one key in so many ends a chunk, and so many records or bytes do, whatever their keys.
constexpr uint32_t kRecordsPerChunk = 1'024;
constexpr size_t kChunkRecordsMax = 8 * kRecordsPerChunk;
constexpr size_t kChunkBytesMax = 4 << 20;
// Of chunks in one commit.
constexpr size_t kCommitBytesMax = 8 << 20;
constexpr int kCompressionLevel = 1;
constexpr uint32_t kFormat = 1;
// Of a kept market, in memory for Get: some 20 MB.
constexpr size_t kRecentChunksMax = 64;

// Of all records that are kept, the keys begin with one of these, in ascending order.
std::vector<std::pair<std::string, const ResourceType*>> KeptStems() {
  std::vector<std::pair<std::string, const ResourceType*>> stems;
  for (const ResourceType* type : ResourceType::All()) {
    if (IsKept(*type)) stems.emplace_back(RecordKey(*type, ""), type);
  }
  std::sort(stems.begin(), stems.end());
  return stems;
}

std::string ChunkKey(const std::string& digest) {
  return absl::StrCat("market:", absl::BytesToHexString(digest));
}
std::string ListKey(const std::string& round) { return absl::StrCat("market:", round); }

// FNV-1a: the same in every build, which the standard's hashes are not.
uint32_t HashOf(std::string_view key) {
  uint32_t hash = 2166136261U;
  for (const char each : key) hash = (hash ^ static_cast<unsigned char>(each)) * 16777619U;
  return hash;
}

void AppendNumber(uint64_t number, std::string* to) {
  uint8_t bytes[10];
  const uint8_t* end = CodedOutputStream::WriteVarint64ToArray(number, bytes);
  to->append(reinterpret_cast<const char*>(bytes), end - bytes);
}

void AppendText(std::string_view text, std::string* to) {
  AppendNumber(text.size(), to);
  to->append(text);
}

bool ReadText(CodedInputStream* in, std::string* text) {
  uint64_t size = 0;
  return in->ReadVarint64(&size) && size <= storage::kValueBytesMax &&
         in->ReadString(text, static_cast<int>(size));
}

struct KeptRecord {
  std::string key;
  storage::Version version = 0;
  std::string value;
};

std::string Compressed(const std::string& bytes) {
  std::string compressed;
  StringOutputStream out(&compressed);
  GzipOutputStream::Options options;
  options.compression_level = kCompressionLevel;
  GzipOutputStream gzip(&out, options);
  {
    CodedOutputStream coded(&gzip);
    coded.WriteRaw(bytes.data(), static_cast<int>(bytes.size()));
  }
  gzip.Close();
  return compressed;
}

absl::StatusOr<std::vector<KeptRecord>> ReadChunk(const storage::Store& store, const std::string& digest) {
  const std::string key = ChunkKey(digest);
  const auto stored = store.Get(key);
  if (!stored.ok()) return stored.status();
  const absl::Status unreadable = absl::DataLossError(absl::StrCat(key, " can't be read"));
  if (!stored->has_value()) return unreadable;
  ArrayInputStream bytes((*stored)->value.data(), static_cast<int>((*stored)->value.size()));
  GzipInputStream gzip(&bytes);
  CodedInputStream in(&gzip);
  uint64_t count = 0;
  if (!in.ReadVarint64(&count) || count > kChunkRecordsMax) return unreadable;
  std::vector<KeptRecord> records(count);
  for (KeptRecord& record : records) {
    if (!ReadText(&in, &record.key) || !in.ReadVarint64(&record.version) || !ReadText(&in, &record.value))
      return unreadable;
  }
  return records;
}

struct ChunkPlace {
  std::string first_key;
  std::string digest;
};

// Writes chunks as records come, some in a commit.
class Keeping {
 public:
  explicit Keeping(storage::Store* store) : store_(*store) {}

  absl::Status Add(const storage::Cursor& cursor, std::string_view value) {
    if (record_count_ == 0) first_key_ = cursor.key();
    AppendText(cursor.key(), &records_);
    AppendNumber(cursor.version(), &records_);
    AppendText(value, &records_);
    ++record_count_;
    ++stats_.record_count;
    const bool ends = HashOf(cursor.key()) % kRecordsPerChunk == 0 || record_count_ == kChunkRecordsMax ||
                      records_.size() >= kChunkBytesMax;
    return ends ? EndChunk() : absl::OkStatus();
  }

  // A chunk holds records of one type.
  absl::Status EndChunk() {
    if (record_count_ == 0) return absl::OkStatus();
    std::string chunk;
    AppendNumber(record_count_, &chunk);
    chunk += records_;
    const std::string digest = Sha256(chunk);
    places_.push_back({std::move(first_key_), digest});
    ++stats_.chunk_count;
    records_.clear();
    record_count_ = 0;
    return Put(digest, chunk);
  }

  absl::StatusOr<KeptMarketStats> EndList(const storage::Snapshot& snapshot, const std::string& round) {
    std::string list;
    AppendNumber(kFormat, &list);
    AppendNumber(snapshot.sequence(), &list);
    AppendNumber(places_.size(), &list);
    for (const ChunkPlace& place : places_) {
      AppendText(place.first_key, &list);
      AppendText(place.digest, &list);
    }
    change_.puts.push_back({ListKey(round), std::move(list)});
    const absl::Status status = Commit();
    if (!status.ok()) return status;
    return stats_;
  }

 private:
  absl::Status Put(const std::string& digest, const std::string& chunk) {
    std::string key = ChunkKey(digest);
    const auto stored = store_.Get(key);
    if (!stored.ok()) return stored.status();
    if (stored->has_value()) return absl::OkStatus();
    std::string compressed = Compressed(chunk);
    ++stats_.new_chunk_count;
    stats_.new_bytes += static_cast<int64_t>(compressed.size());
    change_bytes_ += compressed.size();
    change_.puts.push_back({std::move(key), std::move(compressed)});
    return change_bytes_ < kCommitBytesMax ? absl::OkStatus() : Commit();
  }

  absl::Status Commit() {
    change_bytes_ = 0;
    return store_.CommitAndWait(std::exchange(change_, {})).status();
  }

  storage::Store& store_;
  std::vector<ChunkPlace> places_;
  KeptMarketStats stats_;
  storage::Change change_;
  size_t change_bytes_ = 0;

  // Of the chunk that is being filled.
  std::string first_key_;
  size_t record_count_ = 0;
  std::string records_;
};

class KeptCursor : public storage::Cursor {
 public:
  KeptCursor(const storage::Store& store, const std::vector<ChunkPlace>& places, storage::KeyRange range)
      : store_(store), places_(places), range_(std::move(range)) {
    const auto after = std::upper_bound(
        places.begin(), places.end(), range_.begin,
        [](const std::string& key, const ChunkPlace& place) { return key < place.first_key; });
    next_chunk_ = after - places.begin() - (after == places.begin() ? 0 : 1);
  }

  bool Next() override {
    for (++at_; status_.ok(); ++at_) {
      if (at_ >= records_.size() && !NextChunk()) return false;
      if (at_ >= records_.size()) continue;
      const std::string& key = records_[at_].key;
      if (key < range_.begin) continue;
      return range_.end.empty() || key < range_.end;
    }
    return false;
  }
  std::string_view key() const override { return records_[at_].key; }
  storage::Version version() const override { return records_[at_].version; }
  std::string_view value() const override { return records_[at_].value; }
  absl::Status status() const override { return status_; }

 private:
  bool NextChunk() {
    records_.clear();
    at_ = 0;
    if (next_chunk_ == places_.size()) return false;
    const ChunkPlace& place = places_[next_chunk_++];
    if (!range_.end.empty() && place.first_key >= range_.end) return false;
    auto records = ReadChunk(store_, place.digest);
    status_ = records.status();
    if (records.ok()) records_ = *std::move(records);
    return status_.ok();
  }

  const storage::Store& store_;
  const std::vector<ChunkPlace>& places_;
  const storage::KeyRange range_;
  size_t next_chunk_ = 0;
  std::vector<KeptRecord> records_;
  size_t at_ = SIZE_MAX;  // Next() steps to 0
  absl::Status status_;
};

class KeptMarket : public storage::Snapshot {
 public:
  KeptMarket(const storage::Store& store, storage::Sequence sequence, std::vector<ChunkPlace> places)
      : store_(store), sequence_(sequence), places_(std::move(places)) {}

  absl::StatusOr<std::optional<storage::StoredValue>> Get(std::string_view key) const override {
    const auto after = std::upper_bound(
        places_.begin(), places_.end(), key,
        [](std::string_view each, const ChunkPlace& place) { return each < place.first_key; });
    if (after == places_.begin()) return std::optional<storage::StoredValue>();
    const auto chunk = Chunk(after - places_.begin() - 1);
    if (!chunk.ok()) return chunk.status();
    const auto found =
        std::lower_bound((*chunk)->begin(), (*chunk)->end(), key,
                         [](const KeptRecord& record, std::string_view each) { return record.key < each; });
    if (found == (*chunk)->end() || found->key != key) return std::optional<storage::StoredValue>();
    return storage::StoredValue{found->version, found->value};
  }
  storage::Sequence sequence() const override { return sequence_; }
  uint64_t leaf_count() const override { return 0; }
  std::unique_ptr<storage::Cursor> Scan(const storage::KeyRange& range) const override {
    return std::make_unique<KeptCursor>(store_, places_, range);
  }
  // Clearing reads no index.
  std::unique_ptr<storage::Cursor> ScanIndex(const storage::KeyRange&) const override {
    static const auto* const none = new std::vector<ChunkPlace>;
    return std::make_unique<KeptCursor>(store_, *none, storage::KeyRange::All());
  }

 private:
  using Records = std::shared_ptr<const std::vector<KeptRecord>>;

  // Whoever gets one record soon gets another of its chunk: the evidence of a conflict is of parties and
  // relations that many matches share.
  absl::StatusOr<Records> Chunk(size_t place) const {
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [number, records] : recent_) {
        if (number == place) return records;
      }
    }
    auto read = ReadChunk(store_, places_[place].digest);
    if (!read.ok()) return read.status();
    auto records = std::make_shared<const std::vector<KeptRecord>>(*std::move(read));
    const std::lock_guard lock(mutex_);
    recent_.emplace_back(place, records);
    if (recent_.size() > kRecentChunksMax) recent_.pop_front();
    return records;
  }

  const storage::Store& store_;
  const storage::Sequence sequence_;
  const std::vector<ChunkPlace> places_;

  mutable std::mutex mutex_;
  mutable std::deque<std::pair<size_t, Records>> recent_;  // guarded by mutex_
};

}  // namespace

absl::StatusOr<KeptMarketStats> KeepMarket(const storage::Snapshot& snapshot, const std::string& round,
                                           const std::function<bool()>& stop, storage::Store* store) {
  const auto records = KeptRecords::Read(snapshot, stop);
  if (!records.ok()) return records.status();
  Keeping keeping(store);
  for (const auto& [stem, type] : KeptStems()) {
    const auto cursor = snapshot.Scan(storage::KeyRange::Prefix(stem));
    while (cursor->Next()) {
      if (stop()) return absl::CancelledError("keeping the market was stopped");
      const auto value = records->BytesOf(*type, cursor->value());
      if (!value.ok()) return value.status();
      if (absl::Status status = keeping.Add(*cursor, *value); !status.ok()) return status;
    }
    if (!cursor->status().ok()) return cursor->status();
    if (absl::Status status = keeping.EndChunk(); !status.ok()) return status;
  }
  return keeping.EndList(snapshot, round);
}

absl::StatusOr<std::unique_ptr<storage::Snapshot>> OpenKeptMarket(const storage::Store& store,
                                                                  const std::string& round) {
  const auto stored = store.Get(ListKey(round));
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return absl::NotFoundError(absl::StrCat("no market is kept for ", round));
  const std::string& list = (*stored)->value;
  CodedInputStream in(reinterpret_cast<const uint8_t*>(list.data()), static_cast<int>(list.size()));
  const absl::Status unreadable = absl::DataLossError(absl::StrCat(ListKey(round), " can't be read"));
  uint32_t format = 0;
  uint64_t sequence = 0;
  uint64_t count = 0;
  if (!in.ReadVarint32(&format) || format != kFormat || !in.ReadVarint64(&sequence) ||
      !in.ReadVarint64(&count) || count > list.size())
    return unreadable;
  std::vector<ChunkPlace> places(count);
  for (ChunkPlace& place : places) {
    if (!ReadText(&in, &place.first_key) || !ReadText(&in, &place.digest)) return unreadable;
  }
  return std::make_unique<KeptMarket>(store, sequence, std::move(places));
}

}  // namespace ayni::services
