// Why an offer was given units of a need in a round, or was not: the facts, before they are put into words.
#ifndef AYNI_SERVICES_EXPLANATION_FATE_H_
#define AYNI_SERVICES_EXPLANATION_FATE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "ayni/v1/conflict.pb.h"
#include "ayni/v1/explanation.pb.h"
#include "matcher/obstacle.h"
#include "services/explanation/explained_round.h"

namespace ayni::services {

// One reason. Each is true by itself: where the room that it speaks of were larger, or the obstacle were
// not, it would not be found.
struct FateReason {
  v1::ReasonCode code = v1::REASON_CODE_UNSPECIFIED;
  matcher::Obstacle obstacle = {};           // of what makes the offer no candidate
  std::optional<EdgeLimit> limit = {};       // of LIMIT_FULL, and of ROOM_UNDER_LOT under a limit
  std::vector<int64_t> takers = {};          // edges that were given what it lacked
  std::vector<v1::Conflict> conflicts = {};  // of BLOCKED, without what FillEvidence adds
  const Decline* decline = nullptr;          // of DECLINED: the round's
  // Of TAP_FULL, where the cap of the TAP's country is what leaves it nothing.
  std::optional<matcher::Units> country_cap = {};
};

// What came of one offer for one need.
struct Fate {
  matcher::OfferIndex offer;
  int64_t edge = -1;  // -1: no candidate
  std::vector<FateReason> reasons = {};
};

// In the order of the codes' places in the checks: what the need has taken, then offer, TAP and limits.
std::vector<FateReason> ReasonsOf(const ExplainedRound& round, int64_t edge);

// Of any pair of rows.
Fate FateOf(const ExplainedRound& round, matcher::NeedIndex need, matcher::OfferIndex offer);

// Edges of the need, best score first, then by the offers' names.
std::vector<int64_t> RankedEdges(const ExplainedRound& round, matcher::NeedIndex need);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_EXPLANATION_FATE_H_
