// All that speaks against a need and an offer, and how far off each is: what WhyNot says first, and the rest.
//
// An obstacle is true by itself: of a pair that differs in nothing but by its distance, it is not found.
#ifndef AYNI_MATCHER_OBSTACLE_H_
#define AYNI_MATCHER_OBSTACLE_H_

#include <cstdint>
#include <vector>

#include "matcher/ineligibility.h"
#include "matcher/market.h"

namespace ayni::matcher {

struct Obstacle {
  Ineligibility reason = Ineligibility::kNone;
  // What would have to give way, 0 where it is of no size or no size would do:
  //   kWindow      days by which the need would have to end later; below 0: begin earlier
  //   kPlace       metres that the radius lacks, around the offer's place or where its TAP sets out
  //   kOfferBooked units that the offer lacks
  //   kPrice       minor units between the need's highest and the offer's price
  //   kExperience  months that the TAP lacks
  //   kLot         units by which the lot is too large
  int64_t distance = 0;
  // Of kCredential and kCredentialByLaw: each that is lacking is an obstacle of its own.
  SchemeIndex scheme = SchemeIndex::None();

  friend bool operator==(const Obstacle&, const Obstacle&) = default;
};

// In the order of their reasons; none where the pair is eligible. REQUIRES: as WhyNot.
std::vector<Obstacle> ObstaclesOf(const Market& market, const Need& need, const Offer& offer, Day today);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_OBSTACLE_H_
