// The keys and values of a store in RocksDB. One family of keys; the first byte of a key says what stands
// there. storage/README.md holds the same as a table; a change here is a new kFormatVersion.
//
// Rows are built and read here, and nowhere else.
#ifndef AYNI_STORAGE_ROCKSDB_LAYOUT_H_
#define AYNI_STORAGE_ROCKSDB_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace ayni::storage {

inline constexpr uint64_t kFormatVersion = 1;

enum class Table : char {
  kFeed = 'F',
  kIndex = 'I',
  kLeaf = 'L',
  kMeta = 'M',
  kRequest = 'Q',
  kRecord = 'R',
};

inline constexpr size_t kTableBytes = 1;

std::string TableKey(Table table, std::string_view key);
// Rows of the feed and of the ledger stand under the last number that they hold, so that a seek to a number
// finds its row.
std::string NumberedKey(Table table, uint64_t last);
std::string FormatKey();
std::string HeadKey();
std::string SecretKey();
std::string RequestKey(std::string_view scope, std::string_view id);

// A record's value starts with its version.
inline constexpr size_t kVersionBytes = 8;
bool SplitRecord(std::string_view row, Version* version, std::string_view* value);

// What the last commit was.
struct Head {
  Sequence sequence = 0;
  uint64_t leaf_count = 0;
};
std::string EncodeHead(const Head& head);
bool DecodeHead(std::string_view row, Head* head);

// What a request_id was answered.
struct RequestRow {
  Sequence sequence = 0;
  std::string_view digest;
  std::string_view response;
};
std::string EncodeRequest(const RequestRow& request);
// The views are into `row`.
bool DecodeRequest(std::string_view row, RequestRow* request);

// Several commits in one row: a row for each commit would double the keys that the committer has to insert.
class FeedRowBuilder {
 public:
  // `head` is what stood before the first commit of the row.
  explicit FeedRowBuilder(const Head& head);
  void Add(const Change& change);
  const std::string& row() const { return row_; }

 private:
  std::string row_;
};
// Appends those entries of the row that come after `after`, until `out` has `limit` of them. Adds what it
// read to *bytes. False: the row is corrupt.
bool DecodeFeedRow(std::string_view row, Sequence after, size_t limit, std::vector<FeedEntry>* out,
                   size_t* bytes);

inline constexpr size_t kLeavesPerRowMax = 256;
inline constexpr size_t kLeafRowBytesMax = 1 << 20;  // a longer leaf has a row for itself

class LeafRowBuilder {
 public:
  explicit LeafRowBuilder(uint64_t first) : first_(first) {}
  // REQUIRES: !full(). The view must live until Row() is called.
  void Add(const LeafHash& hash, std::string_view leaf);
  bool empty() const { return hashes_.empty(); }
  bool full() const { return hashes_.size() >= kLeavesPerRowMax || bytes_ >= kLeafRowBytesMax; }
  uint64_t last() const { return first_ + hashes_.size() - 1; }
  std::string Row() const;

 private:
  uint64_t first_;
  size_t bytes_ = 0;
  std::vector<LeafHash> hashes_;
  std::vector<std::string_view> leaves_;
};
// As DecodeFeedRow, for the leaves from `first` on.
bool DecodeLeafRow(std::string_view row, uint64_t last, uint64_t first, size_t limit, std::vector<Leaf>* out,
                   size_t* bytes);

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_ROCKSDB_LAYOUT_H_
