#include "storage/change.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace ayni::storage {
namespace {

absl::Status TooLong(const char* what, size_t bytes, size_t bytes_max) {
  return absl::InvalidArgumentError(
      absl::StrCat("change: ", what, " has ", bytes, " bytes; at most ", bytes_max, " are stored"));
}

absl::Status ValidateKey(const char* what, const std::string& key) {
  if (key.empty()) return absl::InvalidArgumentError(absl::StrCat("change: ", what, " is empty"));
  if (key.size() > kKeyBytesMax) return TooLong(what, key.size(), kKeyBytesMax);
  return absl::OkStatus();
}

absl::Status ValidateRequest(const Change& change) {
  if (change.request_id.empty() && !change.request_scope.empty()) {
    return absl::InvalidArgumentError("change: request_scope without request_id");
  }
  if (change.request_scope.size() > kRequestIdBytesMax) {
    return TooLong("request_scope", change.request_scope.size(), kRequestIdBytesMax);
  }
  if (change.request_id.size() > kRequestIdBytesMax) {
    return TooLong("request_id", change.request_id.size(), kRequestIdBytesMax);
  }
  if (change.request_digest.size() > kRequestIdBytesMax) {
    return TooLong("request_digest", change.request_digest.size(), kRequestIdBytesMax);
  }
  if (change.response.size() > kValueBytesMax)
    return TooLong("response", change.response.size(), kValueBytesMax);
  return absl::OkStatus();
}

absl::Status ValidateKeys(const Change& change) {
  for (const Precondition& precondition : change.preconditions) {
    if (absl::Status status = ValidateKey("the key of a precondition", precondition.key); !status.ok())
      return status;
    if (precondition.kind == Precondition::Kind::kVersion && precondition.version == 0) {
      return absl::InvalidArgumentError("change: a precondition on version 0; say Absent");
    }
  }
  for (const Put& put : change.puts) {
    if (absl::Status status = ValidateKey("the key of a put", put.key); !status.ok()) return status;
    if (put.value.size() > kValueBytesMax)
      return TooLong("the value of a put", put.value.size(), kValueBytesMax);
  }
  for (const std::string& key : change.deletes) {
    if (absl::Status status = ValidateKey("the key of a delete", key); !status.ok()) return status;
  }
  for (const std::string& key : change.index_puts) {
    if (absl::Status status = ValidateKey("an index key", key); !status.ok()) return status;
  }
  for (const std::string& key : change.index_deletes) {
    if (absl::Status status = ValidateKey("an index key", key); !status.ok()) return status;
  }
  for (const std::string& leaf : change.leaves) {
    if (leaf.size() > kValueBytesMax) return TooLong("a leaf", leaf.size(), kValueBytesMax);
  }
  return absl::OkStatus();
}

absl::Status ValidateKeysStandOnce(const Change& change) {
  if (change.puts.size() + change.deletes.size() < 2) return absl::OkStatus();
  std::vector<std::string_view> keys;
  keys.reserve(change.puts.size() + change.deletes.size());
  for (const Put& put : change.puts) keys.push_back(put.key);
  for (const std::string& key : change.deletes) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  if (std::adjacent_find(keys.begin(), keys.end()) != keys.end()) {
    return absl::InvalidArgumentError("change: a key stands more than once in puts and deletes");
  }
  return absl::OkStatus();
}

}  // namespace

bool Precondition::HoldsAt(Version current) const {
  switch (kind) {
    case Kind::kAbsent:
      return current == 0;
    case Kind::kExists:
      return current != 0;
    case Kind::kVersion:
      return current == version;
    case Kind::kNoRecord:
    case Kind::kNoIndexKey:
    case Kind::kIndexKeyCount:
      break;
  }
  return false;
}

size_t ByteSize(const Change& change) {
  constexpr size_t kItemOverhead = 32;
  size_t bytes = sizeof(Change) + change.request_scope.size() + change.request_id.size() +
                 change.request_digest.size() + change.response.size();
  for (const Precondition& precondition : change.preconditions)
    bytes += precondition.key.size() + kItemOverhead;
  for (const Put& put : change.puts) bytes += put.key.size() + put.value.size() + kItemOverhead;
  for (const auto* keys : {&change.deletes, &change.index_puts, &change.index_deletes, &change.leaves}) {
    for (const std::string& key : *keys) bytes += key.size() + kItemOverhead;
  }
  return bytes;
}

absl::Status Validate(const Change& change, const ChangeLimits& limits) {
  const size_t items = change.preconditions.size() + change.puts.size() + change.deletes.size() +
                       change.index_puts.size() + change.index_deletes.size() + change.leaves.size();
  if (items > limits.items_max) {
    return absl::InvalidArgumentError(
        absl::StrCat("change: ", items, " items; at most ", limits.items_max, " are written at once"));
  }
  const size_t bytes = ByteSize(change);
  if (bytes > limits.bytes_max) return TooLong("it", bytes, limits.bytes_max);
  if (absl::Status status = ValidateRequest(change); !status.ok()) return status;
  if (absl::Status status = ValidateKeys(change); !status.ok()) return status;
  return ValidateKeysStandOnce(change);
}

}  // namespace ayni::storage
