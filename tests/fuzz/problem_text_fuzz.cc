// A problem's text: read or refused without harm; what is read passes Validate, and its own text gives it
// back.
#include <algorithm>
#include <string>
#include <utility>

#include "matcher/invariant.h"
#include "matcher/problem_text.h"
#include "tests/fuzz/fuzz_target.h"

namespace ayni::matcher {
namespace {

std::string TextOf(const Problem& problem) {
  std::string text;
  const absl::Status written = WriteProblemText(problem, [&](absl::string_view part) {
    text.append(part.data(), part.size());
    return absl::OkStatus();
  });
  INVARIANT(written.ok(), written.ToString());
  return text;
}

absl::StatusOr<Problem> Read(absl::string_view text, size_t part_bytes) {
  ProblemTextReader reader(static_cast<int64_t>(text.size()));
  while (!text.empty()) {
    if (absl::Status status = reader.Take(text.substr(0, part_bytes)); !status.ok()) return status;
    text.remove_prefix(std::min(part_bytes, text.size()));
  }
  return std::move(reader).Finish();
}

void TryOn(absl::string_view text) {
  const absl::StatusOr<Problem> problem = Read(text, text.size() + 1);
  const absl::StatusOr<Problem> in_parts = Read(text, 7);
  INVARIANT(problem.status() == in_parts.status(), in_parts.status().ToString());
  if (!problem.ok()) return;
  INVARIANT(Validate(*problem).ok(), Validate(*problem).ToString());
  const std::string written = TextOf(*problem);
  const absl::StatusOr<Problem> again = Read(written, written.size());
  INVARIANT(again.ok(), again.status().ToString());
  INVARIANT(TextOf(*again) == written, written);
}

}  // namespace
}  // namespace ayni::matcher

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  ayni::matcher::TryOn({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
