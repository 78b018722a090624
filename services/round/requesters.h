// Who asks for what of each segment: where one asks for most of it, caps that are shares of the demand are
// what it makes of them.
#ifndef AYNI_SERVICES_ROUND_REQUESTERS_H_
#define AYNI_SERVICES_ROUND_REQUESTERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/round/clear_round.h"

namespace ayni::services {

// Of a segment's demand, which is what candidates can serve of its needs, measured as its limit does.
struct LargestRequester {
  std::string party;  // as in parties/{party}; empty where there is no demand
  int32_t share_basis_points = 0;
};

// By SegmentIndex. Cooperatives of one ownership group are one, which the first of its parties by name stands
// for; of equal ones the first by name is the largest. Costs needs times limits, and candidates where a limit
// is of money.
std::vector<LargestRequester> LargestRequesters(const ClearedRound& cleared);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_REQUESTERS_H_
