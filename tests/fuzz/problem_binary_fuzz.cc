// A problem's binary form: read or refused without harm; what is read passes Validate, and gives back its
// bytes, but for a mark of floors that no cell has.
#include <algorithm>
#include <string>
#include <utility>

#include "matcher/invariant.h"
#include "matcher/problem_binary.h"
#include "tests/fuzz/fuzz_target.h"

namespace ayni::matcher {
namespace {

absl::StatusOr<Problem> Read(absl::string_view bytes, size_t part_bytes) {
  ProblemBinaryReader reader(static_cast<int64_t>(bytes.size()));
  while (!bytes.empty()) {
    if (absl::Status status = reader.Take(bytes.substr(0, part_bytes)); !status.ok()) return status;
    bytes.remove_prefix(std::min(part_bytes, bytes.size()));
  }
  return std::move(reader).Finish();
}

void TryOn(absl::string_view bytes) {
  const absl::StatusOr<Problem> problem = Read(bytes, bytes.size() + 1);
  const absl::StatusOr<Problem> in_parts = Read(bytes, 7);
  INVARIANT(problem.ok() == in_parts.ok(), in_parts.status().ToString());
  if (!problem.ok()) return;
  INVARIANT(Validate(*problem).ok(), Validate(*problem).ToString());
  std::string written;
  const absl::Status status = WriteProblemBinary(*problem, [&](absl::string_view part) {
    written.append(part.data(), part.size());
    return absl::OkStatus();
  });
  INVARIANT(status.ok(), status.ToString());
  INVARIANT(written == bytes || problem->cell_count() == 0, "other bytes");
}

}  // namespace
}  // namespace ayni::matcher

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  ayni::matcher::TryOn({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
