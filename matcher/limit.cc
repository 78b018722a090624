#include "matcher/limit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "matcher/ownership.h"

namespace ayni::matcher {

absl::Status Validate(absl::Span<const Limit> limits) {
  if (limits.size() > kLimitsMax) {
    return absl::InvalidArgumentError(absl::StrCat(limits.size(), " limits: at most ", kLimitsMax));
  }
  for (size_t at = 0; at < limits.size(); ++at) {
    const Limit& limit = limits[at];
    if (limit.share_basis_points < 1 || limit.share_basis_points > kWholeBasisPoints) {
      return absl::InvalidArgumentError(
          absl::StrCat("limit ", at, ": its share is 1 to ", kWholeBasisPoints));
    }
    if (limit.window_days < 0 || limit.window_days > kLimitWindowDaysMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("limit ", at, ": its window is 0 to ", kLimitWindowDaysMax));
    }
    if (limit.min_controllers < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("limit ", at, ": its least number of controllers is negative"));
    }
  }
  return absl::OkStatus();
}

SegmentKey SegmentOf(const Market& market, const Limit& limit, ServiceIndex service, TerritoryIndex district,
                     ChainIndex chain) {
  return {service, market.At(district, limit.territory_level),
          limit.by_value_chain ? chain : ChainIndex::None()};
}

absl::Span<const SegmentController> SegmentTable::ControllersOf(SegmentIndex segment) const {
  const int64_t begin = controller_begin[segment.at()];
  return absl::MakeConstSpan(controllers.data() + begin, controller_begin[segment.at() + 1] - begin);
}

bool SegmentTable::SoleSource(NeedIndex need) const {
  return std::any_of(need_segment.begin(), need_segment.end(), [&](const std::vector<SegmentIndex>& of_need) {
    const SegmentIndex segment = of_need[need.at()];
    return segment.present() && segments[segment.at()].waived;
  });
}

PartyIndex ControllerOf(const Tap& tap, ControllerLevel level) {
  return level == ControllerLevel::kOwnershipGroup ? tap.ownership_group : tap.party;
}

Units CapOf(int32_t share_basis_points, Units volume) {
  const __int128 parts = static_cast<__int128>(share_basis_points) * volume;
  return std::max<Units>(1, static_cast<Units>((parts + kWholeBasisPoints - 1) / kWholeBasisPoints));
}

}  // namespace ayni::matcher
