#include "storage/rocksdb_layout.h"

#include <algorithm>

#include "storage/bytes.h"

namespace ayni::storage {
namespace {

constexpr std::string_view kFormatName = "format";
constexpr std::string_view kHeadName = "head";
constexpr std::string_view kSecretName = "secret";

}  // namespace

std::string TableKey(Table table, std::string_view key) {
  std::string out;
  out.reserve(kTableBytes + key.size());
  out.push_back(static_cast<char>(table));
  out.append(key);
  return out;
}

std::string NumberedKey(Table table, uint64_t last) {
  std::string out(1, static_cast<char>(table));
  AppendBigEndian64(&out, last);
  return out;
}

std::string FormatKey() { return TableKey(Table::kMeta, kFormatName); }

std::string HeadKey() { return TableKey(Table::kMeta, kHeadName); }

std::string SecretKey() { return TableKey(Table::kMeta, kSecretName); }

std::string RequestKey(std::string_view scope, std::string_view id) {
  std::string out(1, static_cast<char>(Table::kRequest));
  AppendSized(&out, scope);
  out.append(id);
  return out;
}

bool SplitRecord(std::string_view row, Version* version, std::string_view* value) {
  if (!ReadFixed64(&row, version) || *version == 0) return false;
  *value = row;
  return true;
}

std::string EncodeHead(const Head& head) {
  std::string row;
  AppendFixed64(&row, head.sequence);
  AppendFixed64(&row, head.leaf_count);
  return row;
}

bool DecodeHead(std::string_view row, Head* head) {
  return ReadFixed64(&row, &head->sequence) && ReadFixed64(&row, &head->leaf_count) && row.empty();
}

std::string EncodeRequest(const RequestRow& request) {
  std::string row;
  row.reserve(request.digest.size() + request.response.size() + 3 * kFixed64Bytes);
  AppendFixed64(&row, request.sequence);
  AppendSized(&row, request.digest);
  row.append(request.response);
  return row;
}

bool DecodeRequest(std::string_view row, RequestRow* request) {
  if (!ReadFixed64(&row, &request->sequence) || !ReadSized(&row, &request->digest)) return false;
  request->response = row;
  return true;
}

FeedRowBuilder::FeedRowBuilder(const Head& head) {
  AppendFixed64(&row_, head.sequence + 1);
  AppendFixed64(&row_, head.leaf_count);
}

void FeedRowBuilder::Add(const Change& change) {
  AppendVarint(&row_, change.leaves.size());
  AppendVarint(&row_, change.puts.size());
  AppendVarint(&row_, change.deletes.size());
  for (const Put& put : change.puts) AppendSized(&row_, put.key);
  for (const std::string& key : change.deletes) AppendSized(&row_, key);
}

bool DecodeFeedRow(std::string_view row, Sequence after, size_t limit, std::vector<FeedEntry>* out,
                   size_t* bytes) {
  uint64_t sequence;
  uint64_t leaf_first;
  if (!ReadFixed64(&row, &sequence) || !ReadFixed64(&row, &leaf_first)) return false;
  for (; !row.empty() && out->size() < limit; ++sequence) {
    FeedEntry entry;
    uint64_t put_count;
    uint64_t delete_count;
    const size_t before = row.size();
    if (!ReadVarint(&row, &entry.leaf_count) || !ReadVarint(&row, &put_count) ||
        !ReadVarint(&row, &delete_count)) {
      return false;
    }
    // Every key takes at least two bytes, so a corrupt count can't make us reserve without measure.
    if (put_count > row.size() || delete_count > row.size()) return false;
    entry.sequence = sequence;
    entry.leaf_first = leaf_first;
    leaf_first += entry.leaf_count;
    const bool wanted = sequence > after;
    if (wanted) entry.changes.reserve(put_count + delete_count);
    for (uint64_t i = 0; i < put_count + delete_count; ++i) {
      std::string_view key;
      if (!ReadSized(&row, &key)) return false;
      if (wanted) entry.changes.push_back({std::string(key), i >= put_count});
    }
    if (!wanted) continue;
    *bytes += before - row.size();
    out->push_back(std::move(entry));
  }
  return true;
}

void LeafRowBuilder::Add(const LeafHash& hash, std::string_view leaf) {
  hashes_.push_back(hash);
  leaves_.push_back(leaf);
  bytes_ += leaf.size();
}

std::string LeafRowBuilder::Row() const {
  std::string row;
  row.reserve(kFixed64Bytes + hashes_.size() * (kSha256Bytes + 3) + bytes_);
  AppendFixed64(&row, first_);
  for (const LeafHash& hash : hashes_) row.append(reinterpret_cast<const char*>(hash.data()), hash.size());
  for (const std::string_view leaf : leaves_) AppendSized(&row, leaf);
  return row;
}

bool DecodeLeafRow(std::string_view row, uint64_t last, uint64_t first, size_t limit, std::vector<Leaf>* out,
                   size_t* bytes) {
  uint64_t index;
  if (!ReadFixed64(&row, &index) || index > last || last - index >= kLeavesPerRowMax) return false;
  std::string_view hashes;
  if (!ReadBytes(&row, (last - index + 1) * kSha256Bytes, &hashes)) return false;
  for (; index <= last && out->size() < limit; ++index) {
    std::string_view leaf;
    if (!ReadSized(&row, &leaf)) return false;
    if (index >= first) {
      Leaf& added = out->emplace_back();
      std::copy_n(hashes.begin(), kSha256Bytes, added.hash.begin());
      added.bytes = leaf;
      *bytes += leaf.size();
    }
    hashes.remove_prefix(kSha256Bytes);
  }
  return true;
}

}  // namespace ayni::storage
