#include "services/simulation/draw.h"

#include <numeric>

#include "services/market/derived_ties.h"

namespace ayni::services {
namespace {

constexpr uint64_t kGolden = 0x9E3779B97F4A7C15ULL;

uint64_t Mixed(uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ULL;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBULL;
  return bits ^ (bits >> 31);
}

}  // namespace

Draw::Draw(uint64_t seed, absl::string_view topic, absl::string_view thing, int64_t when)
    : state_(Mixed(seed + kGolden)) {
  for (const uint64_t part : {Fingerprint(topic), Fingerprint(thing), static_cast<uint64_t>(when)})
    state_ = Mixed((state_ ^ part) + kGolden);
}

uint64_t Draw::Bits() { return Mixed(state_ += kGolden); }

int64_t Draw::Below(int64_t end) {
  const auto count = static_cast<uint64_t>(end);
  // What is left over after whole multiples of `count` would make the first numbers likelier.
  const uint64_t left_over = (UINT64_MAX % count + 1) % count;
  for (;;) {
    const uint64_t bits = Bits();
    if (bits <= UINT64_MAX - left_over) return static_cast<int64_t>(bits % count);
  }
}

size_t Draw::Pick(absl::Span<const int64_t> weights) {
  int64_t at = Below(std::accumulate(weights.begin(), weights.end(), int64_t{0}));
  size_t picked = 0;
  for (; at >= weights[picked]; ++picked) at -= weights[picked];
  return picked;
}

}  // namespace ayni::services
