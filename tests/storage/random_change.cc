#include "tests/storage/random_change.h"

#include <set>

namespace ayni::storage {
namespace {

constexpr size_t kFolders = 6;
constexpr size_t kKeysPerFolder = 8;
constexpr size_t kRequestsRemembered = 64;

}  // namespace

std::string RandomChanges::Key() {
  // With a zero byte and a 0xff in some, since keys are bytes.
  std::string key = "folder" + std::to_string(Below(kFolders)) + "/";
  key.push_back(static_cast<char>(Below(kKeysPerFolder) * 255 / (kKeysPerFolder - 1)));
  return key;
}

std::string RandomChanges::IndexKey() {
  return "by" + std::to_string(Below(3)) + std::string(1, '\0') + Key();
}

std::string RandomChanges::Bytes() {
  return std::string(Below(4) == 0 ? 0 : Below(200), static_cast<char>(Below(256)));
}

Precondition RandomChanges::AnyPrecondition(const Model& model) {
  const std::string key = Key();
  const auto found = model.records().find(key);
  // Mostly one that holds as far as the caller knows.
  const bool is_present = found != model.records().end();
  switch (Below(9)) {
    case 0:
      return Precondition::Absent(key);
    case 1:
      return Precondition::Exists(key);
    case 2:
      return Precondition::At(key, 1 + Below(model.sequence() + 2));
    case 3:
      return Precondition::NoRecord("folder" + std::to_string(Below(kFolders)) + "/");
    case 4:
      return Precondition::NoIndexKey("by" + std::to_string(Below(3)) + std::string(1, '\0') + Key());
    case 5:
      return Precondition::IndexKeyCount("by" + std::to_string(Below(3)) + std::string(1, '\0'), Below(4));
    default:
      if (!is_present) return Precondition::Absent(key);
      return Below(2) == 0 ? Precondition::Exists(key) : Precondition::At(key, found->second.version);
  }
}

void RandomChanges::AddRequest(Change* change) {
  change->request_scope = "scope" + std::to_string(Below(2));
  change->request_id = "request" + std::to_string(random_());
  change->request_digest = "digest" + std::to_string(random_());
  change->response = Bytes();
}

Change RandomChanges::Next(const Model& model) {
  if (!requested_.empty() && Below(5) == 0) {
    Change again = requested_[Below(requested_.size())];
    if (Below(10) == 0) again.request_digest += "another";
    return again;
  }
  Change change;
  std::set<std::string> keys;
  for (size_t i = Below(4); i > 0; --i) {
    std::string key = Key();
    if (!keys.insert(key).second) continue;
    if (Below(4) == 0) {
      change.deletes.push_back(std::move(key));
    } else {
      change.puts.push_back({std::move(key), Bytes()});
    }
  }
  for (size_t i = Below(3); i > 0; --i) change.preconditions.push_back(AnyPrecondition(model));
  for (size_t i = Below(3); i > 0; --i) change.index_puts.push_back(IndexKey());
  for (size_t i = Below(3); i > 0; --i) change.index_deletes.push_back(IndexKey());
  for (size_t i = Below(3); i > 0; --i) change.leaves.push_back(Bytes());
  if (Below(2) == 0) {
    AddRequest(&change);
    if (requested_.size() < kRequestsRemembered) {
      requested_.push_back(change);
    } else {
      requested_[Below(requested_.size())] = change;
    }
  }
  return change;
}

}  // namespace ayni::storage
