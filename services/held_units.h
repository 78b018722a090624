// What a match holds of its need and its offer.
#ifndef AYNI_SERVICES_HELD_UNITS_H_
#define AYNI_SERVICES_HELD_UNITS_H_

#include <cstdint>

#include "ayni/v1/match.pb.h"

namespace ayni::services {

// Units, in the service's: all that it was given until the cooperative confirmed what was delivered, then
// that; 0 once it came to nothing.
int64_t HeldUnits(const v1::Match& match);

inline bool Holds(const v1::Match& match) { return HeldUnits(match) > 0; }

// Of matches that hold units, as a filter of lists.
inline constexpr char kHoldingFilter[] =
    "state != STATE_UNDONE AND state != STATE_DECLINED AND state != STATE_LAPSED AND state != "
    "STATE_CANCELLED";

// Whether both sides said yes, whatever came of it.
inline bool WasAccepted(const v1::Match& match) { return match.has_cooperative_yes() && match.has_tap_yes(); }

}  // namespace ayni::services

#endif  // AYNI_SERVICES_HELD_UNITS_H_
