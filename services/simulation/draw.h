// Chance that is the same on any machine, whatever else is drawn: a stream of its own for each thing that
// happens, so that two runs of one seed meet the same luck wherever they do the same.
#ifndef AYNI_SERVICES_SIMULATION_DRAW_H_
#define AYNI_SERVICES_SIMULATION_DRAW_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace ayni::services {

inline constexpr int64_t kWholePerMillion = 1'000'000;

// SplitMix64 (Steele, Lea, Flood 2014): any state begins a stream. Whole numbers only: the distributions of
// the standard library differ from one to the next. Not thread-safe.
class Draw {
 public:
  // Of a run: what is drawn (as in "month"), of which thing, and when.
  Draw(uint64_t seed, absl::string_view topic, absl::string_view thing = "", int64_t when = 0);

  uint64_t Bits();
  // 0 to end - 1, each as likely. REQUIRES: end > 0.
  int64_t Below(int64_t end);
  // Both included. REQUIRES: least <= most.
  int64_t Between(int64_t least, int64_t most) { return least + Below(most - least + 1); }
  bool Happens(int64_t per_million) { return Below(kWholePerMillion) < per_million; }
  // The position of one of the weights, each as likely as its weight. REQUIRES: none is negative, and their
  // sum is at least 1 and fits.
  size_t Pick(absl::Span<const int64_t> weights);

 private:
  uint64_t state_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SIMULATION_DRAW_H_
