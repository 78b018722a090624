#include "matcher/giving.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace ayni::matcher {
namespace {

Units OrNone(Units units, Units lot) { return units >= lot ? units : 0; }

// By controller of a limit, as the limit measures it, or by TAP: what was given already.
using Given = absl::flat_hash_map<std::pair<int32_t, int32_t>, Amount>;

constexpr int32_t kOfTap = -1;

// What of the room is left once some of it was given.
Units LeftOf(LimitStanding standing, Amount given) {
  standing.room = std::max<Amount>(0, standing.room - given);
  return standing.UnitRoom();
}

}  // namespace

Units MostOf(const OpenCandidate& open) {
  Units most = std::min(open.candidate.bound, open.tap_left);
  for (const LimitStanding& standing : open.standings) most = std::min(most, standing.UnitRoom());
  return OrNone(most, open.lot);
}

std::vector<Units> Give(Units demand, absl::Span<const OpenCandidate> candidates) {
  std::vector<Units> units(candidates.size());
  Given given;
  for (size_t at = 0; at < candidates.size() && demand > 0; ++at) {
    const OpenCandidate& open = candidates[at];
    Units most = std::min({demand, open.candidate.bound, open.tap_left - given[{kOfTap, open.tap.value}]});
    for (const LimitStanding& standing : open.standings)
      most = std::min(most, LeftOf(standing, given[{standing.limit, standing.controller.value}]));
    units[at] = OrNone(most, open.lot);
    if (units[at] == 0) continue;
    demand -= units[at];
    given[{kOfTap, open.tap.value}] += units[at];
    for (const LimitStanding& standing : open.standings)
      given[{standing.limit, standing.controller.value}] += units[at] * standing.unit_amount;
  }
  return units;
}

}  // namespace ayni::matcher
