// How good a candidate is: an integer of 1 to 1,000,000, the sum of named parts of 0 to 1,000 times the
// policy's weights. matcher/README.md says what each part means to people.
#ifndef AYNI_MATCHER_SCORE_H_
#define AYNI_MATCHER_SCORE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "matcher/market.h"

namespace ayni::matcher {

inline constexpr int32_t kPartMax = 1'000;
inline constexpr int32_t kWeightSum = 1'000;
// A journey of this length brings half of the part for distance.
inline constexpr int32_t kHalfDistanceMetres = 20'000;
inline constexpr int32_t kFullWaitingDaysMax = 366;
inline constexpr int32_t kPriorStrengthMax = 10'000;
inline constexpr int32_t kSurvivalYearsMax = 50;
inline constexpr int32_t kLongContractDaysMax = 1'096;
inline constexpr int kPublicRolesMax = 50;
inline constexpr int32_t kScoreMax = kPartMax * kWeightSum;

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
  int32_t training = 0;
  int32_t origin = 0;

  friend bool operator==(const ScoreParts&, const ScoreParts&) = default;
};

// A task that is a public body's: its TAP's offers come first where producers pay nothing for them.
struct PublicRole {
  TapIndex tap;
  std::vector<TerritoryIndex> territories;
  std::vector<ServiceIndex> services;
  // Days on which it holds.
  Window window;
};

struct ScoreRule {
  ScoreParts weights;
  // Successes among 1,000 services, by TapModel.
  std::array<int32_t, kTapModelCount> success_per_mille = {};
  int32_t full_waiting_days = 1;
  // So many outcomes of its own weigh as much as a TAP's model; 0: the model alone counts.
  int32_t prior_strength = 0;
  // So many years of practice count as a success each.
  int32_t survival_years_max = 0;
  // Days from which a need's window is long; 0: none is.
  int32_t long_contract_days = 0;
  std::vector<PublicRole> public_roles = {};
};

// OK, or InvalidArgument naming the field: weights are not negative and sum to kWeightSum, successes are 0 to
// 1,000, full_waiting_days 1 to kFullWaitingDaysMax, the others 0 to their greatest.
absl::Status Validate(const ScoreRule& rule);

// Successes among 1,000 services that are to be expected of the TAP: the mean of a Beta distribution whose
// prior is the TAP's model, of the rule's strength, and in which each outcome counts as one observation and
// each whole year since it began, up to survival_years_max, as a success:
//   (strength * model + 1,000 * (successes + years)) / (strength + outcomes + years), rounded down
// Of strength 0 the model's alone.
int32_t SuccessPerMille(const ScoreRule& rule, const Tap& tap, Day today);

// Every part rounds down.
//   fit               1,000 * days that both windows share and that are not over / days of the need's window
//   distance          1,000 * H / (H + metres), H = kHalfDistanceMetres; 0 where either place is unknown
//   price             1,000 * (highest - price) / highest; 1,000 where the highest is 0
//   expected_success  SuccessPerMille
//   language          1,000 * languages of the need that the offer shares / languages of the need
//   waiting_time      1,000 * days since the need was posted / full_waiting_days, at most 1,000
//   wishes            1,000 * wishes that come true / wishes; 1,000 where nothing is wished
//   urgency           normal 0, high 500, critical 1,000
//   training          1,000 * curricula of which the TAP holds a module today / kCurriculumCount
//   origin            1,000 where a community chose the TAP and the need's window is long; else 0
// REQUIRES: the pair is eligible.
ScoreParts PartsOf(const Market& market, const Need& need, const Offer& offer, const ScoreRule& rule,
                   Day today);

// At least 1. REQUIRES: parts are 0 to kPartMax, weights those of a valid rule.
int32_t Score(const ScoreParts& parts, const ScoreParts& weights);

// Whether the offer is one that a public role puts first: its TAP has the role for the need's service and
// district on a day that both windows share, and producers pay nothing of what is matched today.
bool ComesFirst(const Market& market, const Need& need, const Offer& offer, const ScoreRule& rule, Day today);

// The score of a pair with these parts: kScoreMax where a public role puts it first, and below that of all
// others under a rule with public roles. REQUIRES: the pair is eligible, and the parts are its own.
int32_t ScoreOf(const Market& market, const Need& need, const Offer& offer, const ScoreParts& parts,
                const ScoreRule& rule, Day today);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_SCORE_H_
