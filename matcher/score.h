// How good a candidate is: an integer of 1 to 1,000,000, the sum of named parts of 0 to 1,000 times the
// policy's weights. matcher/README.md says what each part means to people.
#ifndef AYNI_MATCHER_SCORE_H_
#define AYNI_MATCHER_SCORE_H_

#include <array>
#include <cstdint>

#include "absl/status/status.h"
#include "matcher/market.h"

namespace ayni::matcher {

inline constexpr int32_t kPartMax = 1'000;
inline constexpr int32_t kWeightSum = 1'000;
// A journey of this length brings half of the part for distance.
inline constexpr int32_t kHalfDistanceMetres = 20'000;
inline constexpr int32_t kFullWaitingDaysMax = 366;

// One number for each part of a score: the parts themselves, or their weights.
struct ScoreParts {
  int32_t fit = 0;
  int32_t distance = 0;
  int32_t price = 0;
  int32_t expected_success = 0;
  int32_t language = 0;
  int32_t waiting_time = 0;
  int32_t wishes = 0;
  int32_t urgency = 0;

  friend bool operator==(const ScoreParts&, const ScoreParts&) = default;
};

struct ScoreRule {
  ScoreParts weights;
  // Successes among 1,000 services, by TapModel.
  std::array<int32_t, kTapModelCount> success_per_mille = {};
  int32_t full_waiting_days = 1;
};

// OK, or InvalidArgument naming the field: weights are not negative and sum to kWeightSum, successes are 0 to
// 1,000, full_waiting_days 1 to kFullWaitingDaysMax.
absl::Status Validate(const ScoreRule& rule);

// Every part rounds down.
//   fit               1,000 * days that both windows share and that are not over / days of the need's window
//   distance          1,000 * H / (H + metres), H = kHalfDistanceMetres; 0 where either place is unknown
//   price             1,000 * (highest - price) / highest; 1,000 where the highest is 0
//   expected_success  the rule's successes per mille of the TAP's model
//   language          1,000 * languages of the need that the offer shares / languages of the need
//   waiting_time      1,000 * days since the need was posted / full_waiting_days, at most 1,000
//   wishes            1,000 * wishes that come true / wishes; 1,000 where nothing is wished
//   urgency           normal 0, high 500, critical 1,000
// REQUIRES: the pair is eligible.
ScoreParts PartsOf(const Market& market, const Need& need, const Offer& offer, const ScoreRule& rule,
                   Day today);

// At least 1. REQUIRES: parts are 0 to kPartMax, weights those of a valid rule.
int32_t Score(const ScoreParts& parts, const ScoreParts& weights);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_SCORE_H_
