// The text of a checkpoint: C2SP tlog-checkpoint. The log's origin, its number of leaves, the base64 of its
// root, a line each. Lines that follow (extensions) are kept off.
#ifndef AYNI_STORAGE_LEDGER_CHECKPOINT_TEXT_H_
#define AYNI_STORAGE_LEDGER_CHECKPOINT_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/ledger/merkle.h"

namespace ayni::storage {

struct CheckpointText {
  // InvalidArgument, which names the line that is wrong.
  static absl::StatusOr<CheckpointText> Parse(std::string_view text);
  std::string ToString() const;

  std::string origin;
  uint64_t leaf_count = 0;
  MerkleHash root{};
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_LEDGER_CHECKPOINT_TEXT_H_
