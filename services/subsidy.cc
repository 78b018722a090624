#include "services/subsidy.h"

#include <algorithm>
#include <tuple>

#include "services/held_units.h"

namespace ayni::services {
namespace {

constexpr int64_t kBasisPoints = 10'000;
constexpr __int128 kMoneyMax = INT64_MAX;

bool IsAfter(const google::type::Date& a, const google::type::Date& b) {
  return std::tuple(a.year(), a.month(), a.day()) > std::tuple(b.year(), b.month(), b.day());
}

template <typename Names>
bool HoldsOrEmpty(const Names& names, absl::string_view name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Due SplitPrice(int64_t unit_price, int64_t units, int32_t producer_share_basis_points) {
  // A price of 10^12 for 10^9 units takes more than 64 bits.
  const __int128 total = static_cast<__int128>(unit_price) * units;
  const __int128 producers = total * producer_share_basis_points / kBasisPoints;
  return {static_cast<int64_t>(std::min(producers, kMoneyMax)),
          static_cast<int64_t>(std::min(total - producers, kMoneyMax))};
}

int64_t UnitsPaidBy(int64_t money, int64_t unit_price, int32_t producer_share_basis_points) {
  // The funder's part of u units is u x per_unit / 10,000, rounded up: at most `money` where that is not more
  // before it is rounded, since money is a whole number.
  const __int128 per_unit = static_cast<__int128>(unit_price) * (kBasisPoints - producer_share_basis_points);
  if (per_unit <= 0) return INT64_MAX;
  return static_cast<int64_t>(
      std::min(static_cast<__int128>(std::max<int64_t>(0, money)) * kBasisPoints / per_unit, kMoneyMax));
}

std::optional<int32_t> ProducerShareOn(const v1::Budget& budget, const google::type::Date& day) {
  if (IsAfter(budget.window().start_date(), day) || IsAfter(day, budget.window().end_date()))
    return std::nullopt;
  std::optional<int32_t> share;
  for (const v1::ProducerShare& step : budget.producer_shares()) {
    if (!IsAfter(step.start_date(), day)) share = step.share_basis_points();
  }
  return share;
}

bool PaysFor(const v1::Budget& budget, absl::string_view service, absl::string_view tap,
             absl::string_view currency) {
  return HoldsOrEmpty(budget.services(), service) && HoldsOrEmpty(budget.taps(), tap) &&
         budget.amount().currency() == currency;
}

int64_t FreeOf(const v1::Budget& budget) {
  return budget.amount().minor_units() - budget.reserved().minor_units() - budget.paid().minor_units();
}

Drawn DrawnBy(const v1::Match& match) {
  if (match.subsidy().budget().empty()) return {};
  const int64_t funder = SplitPrice(match.unit_price().minor_units(), HeldUnits(match),
                                    match.subsidy().producer_share_basis_points())
                             .funder;
  return match.state() == v1::Match::STATE_SETTLED ? Drawn{0, funder} : Drawn{funder, 0};
}

}  // namespace ayni::services
