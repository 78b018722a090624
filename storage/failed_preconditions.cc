#include "storage/failed_preconditions.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "storage/bytes.h"

namespace ayni::storage {
namespace {

constexpr char kConflictingKeysUrl[] = "ayni.storage/conflicting_keys";
// The message is read by people; the payload carries every key.
constexpr size_t kKeysInMessageMax = 3;

const char* Wanted(Precondition::Kind kind) {
  switch (kind) {
    case Precondition::Kind::kAbsent:
      return "wanted absent";
    case Precondition::Kind::kExists:
      return "wanted present";
    case Precondition::Kind::kVersion:
      return "changed since it was read";
    case Precondition::Kind::kNoRecord:
    case Precondition::Kind::kNoIndexKey:
      return "wanted with nothing under it";
    case Precondition::Kind::kIndexKeyCount:
      return "wanted with as much under it as was read";
  }
  return "";
}

}  // namespace

absl::Status PreconditionsFailed(const std::vector<const Precondition*>& failed) {
  const bool all_absent = std::all_of(failed.begin(), failed.end(), [](const Precondition* precondition) {
    return precondition->kind == Precondition::Kind::kAbsent;
  });
  std::string message =
      absl::StrCat(failed.size(), failed.size() == 1 ? " key is" : " keys are", " not as required:");
  std::string keys;
  for (size_t i = 0; i < failed.size(); ++i) {
    AppendSized(&keys, failed[i]->key);
    if (i < kKeysInMessageMax) {
      absl::StrAppend(&message, i == 0 ? " " : ", ", absl::CHexEscape(failed[i]->key), " (",
                      Wanted(failed[i]->kind), ")");
    }
  }
  if (failed.size() > kKeysInMessageMax) absl::StrAppend(&message, ", ...");
  absl::Status status(all_absent ? absl::StatusCode::kAlreadyExists : absl::StatusCode::kAborted, message);
  status.SetPayload(kConflictingKeysUrl, absl::Cord(std::move(keys)));
  return status;
}

std::vector<std::string> ConflictingKeys(const absl::Status& status) {
  std::vector<std::string> keys;
  const auto payload = status.GetPayload(kConflictingKeysUrl);
  if (!payload) return keys;
  const std::string bytes(*payload);
  std::string_view rest = bytes;
  std::string_view key;
  while (ReadSized(&rest, &key)) keys.emplace_back(key);
  return keys;
}

}  // namespace ayni::storage
