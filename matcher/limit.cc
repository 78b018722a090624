#include "matcher/limit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "matcher/ownership.h"

namespace ayni::matcher {

namespace {

bool IsAbout(const Market& market, const Limit& limit, const LimitException& exception,
             const SegmentKey& key) {
  if (exception.service.present()) {
    const bool of_service =
        limit.by_family ? market.family(exception.service) == key.family : exception.service == key.service;
    if (!of_service) return false;
  }
  if (exception.chain.present() && exception.chain != key.chain) return false;
  return market.Within(key.territory, exception.territory);
}

}  // namespace

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
    if (limit.measure == LimitMeasure::kMoney && limit.basis != LimitBasis::kMatched)
      return absl::InvalidArgumentError(absl::StrCat("limit ", at, ": of money only what is matched counts"));
  }
  return absl::OkStatus();
}

SegmentKey SegmentOf(const Market& market, const Limit& limit, const Placed& placed) {
  SegmentKey key;
  if (limit.by_family) {
    key.family = market.family(placed.service);
  } else {
    key.service = placed.service;
  }
  key.territory = market.At(placed.district, limit.territory_level);
  if (limit.by_value_chain) key.chain = placed.chain;
  if (limit.measure == LimitMeasure::kMoney) key.currency = placed.currency;
  return key;
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

absl::Span<const PartyIndex> ControllersOf(const Tap& tap, ControllerLevel level) {
  if (level == ControllerLevel::kTap) return absl::MakeConstSpan(&tap.party, 1);
  const std::vector<PartyIndex>& several = level == ControllerLevel::kSupplier ? tap.suppliers
                                           : level == ControllerLevel::kBrand  ? tap.brands
                                           : level == ControllerLevel::kFunder ? tap.funders
                                                                               : tap.owners;
  return several.empty() ? absl::MakeConstSpan(&tap.ownership_group, 1) : absl::MakeConstSpan(several);
}

int32_t ShareOf(const Market& market, const Limit& limit, const SegmentKey& key, Day day) {
  int32_t share = limit.share_basis_points;
  for (const LimitException& exception : limit.exceptions) {
    const bool holds = exception.window.first <= day && day <= exception.window.last;
    if (holds && IsAbout(market, limit, exception, key)) share = exception.share_basis_points;
  }
  return share;
}

Amount CapOf(int32_t share_basis_points, Amount volume) {
  const __int128 parts = static_cast<__int128>(share_basis_points) * volume;
  return std::max<Amount>(1, static_cast<Amount>((parts + kWholeBasisPoints - 1) / kWholeBasisPoints));
}

Amount CapOf(const Segment& segment, const SegmentController& controller) {
  if (controller.volume_max >= segment.volume) return segment.cap;
  return CapOf(segment.share_basis_points, controller.volume_max);
}

Amount OfferedVolume(int32_t share_basis_points, Amount others) {
  const int32_t left = kWholeBasisPoints - share_basis_points;
  if (left == 0) return kAmountMax;
  const __int128 volume = static_cast<__int128>(others) * kWholeBasisPoints / left;
  return static_cast<Amount>(std::min<__int128>(volume, kAmountMax));
}

Amount CostOf(Units units, MinorUnits unit_price) {
  const __int128 amount = static_cast<__int128>(units) * unit_price;
  return static_cast<Amount>(std::min<__int128>(amount, kAmountMax));
}

Amount Measured(const Limit& limit, Units units, MinorUnits unit_price) {
  return limit.measure == LimitMeasure::kUnits ? units : CostOf(units, unit_price);
}

Amount Plus(Amount a, Amount b) { return std::min(a + b, kAmountMax); }

}  // namespace ayni::matcher
