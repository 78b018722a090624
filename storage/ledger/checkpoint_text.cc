#include "storage/ledger/checkpoint_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ayni::storage {

absl::StatusOr<CheckpointText> CheckpointText::Parse(std::string_view text) {
  const std::vector<std::string> lines = absl::StrSplit(absl::string_view(text.data(), text.size()), '\n');
  if (lines.size() < 4 || lines[0].empty())
    return absl::InvalidArgumentError("a checkpoint has three lines: origin, number of leaves, root");
  CheckpointText parsed;
  parsed.origin = lines[0];
  // Written in one way alone: no sign, no leading zero.
  if (!absl::SimpleAtoi(lines[1], &parsed.leaf_count) || parsed.leaf_count > kLeafCountMax ||
      absl::StrCat(parsed.leaf_count) != lines[1])
    return absl::InvalidArgumentError("line 2 of a checkpoint is its number of leaves");
  std::string root;
  if (!absl::Base64Unescape(lines[2], &root) || root.size() != kSha256Bytes ||
      absl::Base64Escape(root) != lines[2])
    return absl::InvalidArgumentError("line 3 of a checkpoint is the base64 of its root, of 32 bytes");
  std::copy(root.begin(), root.end(), parsed.root.begin());
  return parsed;
}

std::string CheckpointText::ToString() const {
  const std::string_view hash = View(root);
  return absl::StrCat(origin, "\n", leaf_count, "\n",
                      absl::Base64Escape(absl::string_view(hash.data(), hash.size())), "\n");
}

}  // namespace ayni::storage
