// Any small problem: cleared to a solution that Verify accepts with the same value and bound, or, whenever it
// is told to, stopped with one.
#include <cstdint>
#include <utility>

#include "matcher/clear.h"
#include "matcher/invariant.h"
#include "matcher/problem_text.h"
#include "matcher/verify.h"
#include "tests/fuzz/fuzz_target.h"

namespace ayni::matcher {
namespace {

constexpr int64_t kEdgesMax = 60;
constexpr int64_t kStopAfter = 3'000;  // questions whether to stop: no input takes long

void TryOn(absl::string_view text) {
  ProblemTextReader reader;
  if (!reader.Take(text).ok()) return;
  const absl::StatusOr<Problem> problem = std::move(reader).Finish();
  if (!problem.ok() || problem->edge_count() > kEdgesMax) return;
  int64_t left = text.empty() ? 0 : static_cast<unsigned char>(text.back()) % 2 == 0 ? kStopAfter : 5;
  const absl::StatusOr<Clearing> clearing =
      Clear(*problem, {.target_gap_ppm = 0, .stop = [&] { return --left < 0; }});
  INVARIANT(clearing.ok(), clearing.status().ToString());
  const absl::StatusOr<Certificate> certificate = Verify(*problem, clearing->solution);
  INVARIANT(certificate.ok(), certificate.status().ToString());
  INVARIANT(certificate->value == clearing->value, certificate->value);
  INVARIANT(certificate->upper_bound == clearing->upper_bound, certificate->upper_bound);
  INVARIANT(certificate->value <= certificate->upper_bound, certificate->upper_bound);
}

}  // namespace
}  // namespace ayni::matcher

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  ayni::matcher::TryOn({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
