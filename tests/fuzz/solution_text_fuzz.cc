// A solution's text: read or refused without harm; what VerifyStated passes keeps every constraint by their
// definition, and is worth what it states.
#include <algorithm>
#include <string>
#include <utility>

#include "matcher/invariant.h"
#include "matcher/problem_text.h"
#include "matcher/solution_text.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/small_market.h"

namespace ayni::matcher {
namespace {

const Problem& Market() {
  static const auto* const problem = [] {
    ProblemTextReader reader;
    INVARIANT(reader.Take(kSmallMarket).ok(), kSmallMarket);
    absl::StatusOr<Problem> read = std::move(reader).Finish();
    INVARIANT(read.ok(), read.status().ToString());
    return new Problem(*std::move(read));
  }();
  return *problem;
}

void CheckByDefinition(const std::vector<Units>& x, int64_t value) {
  // In the order of the market's edges.
  const Units sums[][2] = {{x[0] + x[1], 5},        {x[2] + x[3], 3},        {x[4] + x[5], 1'000'000'000},
                           {x[0] + x[2], 3},        {x[1] + x[3] + x[4], 9}, {x[5], 1'000'000'000},
                           {x[0] + x[1] + x[3], 5}, {x[1] + x[4], 2}};
  for (const auto& [sum, most] : sums) INVARIANT(sum >= 0 && sum <= most, sum);
  INVARIANT(x[0] != 1 && x[2] != 1, "under the lot");
  const int64_t worth = 10 * x[0] + 8 * x[1] + 7 * x[2] + 6 * x[3] + 5 * x[4] + 1'000'000 * x[5] -
                        2 * std::max<int64_t>(0, 3 - sums[6][0]) - 100'000'000 * (4 - sums[7][0]);
  INVARIANT(worth == value, worth);
}

void TryOn(absl::string_view text) {
  SolutionTextReader reader(Market());
  while (!text.empty()) {
    if (!reader.Take(text.substr(0, 11)).ok()) return;
    text.remove_prefix(std::min<size_t>(11, text.size()));
  }
  const absl::StatusOr<StatedSolution> stated = std::move(reader).Finish();
  if (!stated.ok()) return;
  const absl::StatusOr<Certificate> certificate = VerifyStated(Market(), {}, *stated);
  if (!certificate.ok()) return;
  INVARIANT(certificate->value == stated->value && certificate->upper_bound == stated->upper_bound,
            certificate->value);
  INVARIANT(certificate->value <= certificate->upper_bound, certificate->upper_bound);
  CheckByDefinition(stated->solution.edge_units, certificate->value);
}

}  // namespace
}  // namespace ayni::matcher

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  ayni::matcher::TryOn({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
