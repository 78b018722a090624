#include "matcher/verify.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"

namespace ayni::matcher {
namespace {

using absl::int128;

// What a unit under the cell's floor costs; 0 where there is no floor.
int64_t PenaltyOf(const Problem& problem, size_t cell) {
  return problem.has_floors() && problem.cell_floor[cell] > 0 ? problem.cell_penalty[cell] : 0;
}

using Constraint = Refusal::Constraint;

absl::Status CheckSize(const char* of, size_t found, size_t expected, std::optional<Refusal>& refusal) {
  if (found == expected) return absl::OkStatus();
  const auto size = static_cast<int64_t>(expected);
  if (!refusal.has_value()) refusal = {Constraint::kColumn, 0, static_cast<int64_t>(found), size, size};
  return absl::InvalidArgumentError(absl::StrCat(found, " ", of, ": expected ", expected));
}

// The prices of one side: `penalty` of a position is how far under 0 its price may go.
template <typename Penalty>
absl::Status CheckPrices(const char* of, Constraint constraint, const std::vector<int64_t>& prices,
                         Penalty penalty, std::optional<Refusal>& refusal) {
  for (size_t i = 0; i < prices.size(); ++i) {
    const int64_t least = -penalty(i) * kPriceScale;
    if (prices[i] >= least && prices[i] <= kPriceMax) continue;
    refusal = {constraint, static_cast<int64_t>(i), prices[i], least, kPriceMax};
    return absl::InvalidArgumentError(
        absl::StrCat("price of ", of, " ", i, " is ", prices[i], ": expected ", least, " to ", kPriceMax));
  }
  return absl::OkStatus();
}

absl::Status CheckAllPrices(const Problem& problem, const Prices& prices, std::optional<Refusal>& refusal) {
  absl::Status status = CheckSize("need prices", prices.need.size(), problem.need_demand.size(), refusal);
  status.Update(CheckSize("offer prices", prices.offer.size(), problem.offer_capacity.size(), refusal));
  status.Update(CheckSize("TAP prices", prices.tap.size(), problem.tap_capacity.size(), refusal));
  status.Update(CheckSize("cell prices", prices.cell.size(), problem.cell_room.size(), refusal));
  if (!status.ok()) return status;
  const auto none = [](size_t) { return int64_t{0}; };
  const auto of_floor = [&](size_t c) { return PenaltyOf(problem, c); };
  status = CheckPrices("need", Constraint::kNeedPrice, prices.need, none, refusal);
  if (status.ok()) status = CheckPrices("offer", Constraint::kOfferPrice, prices.offer, none, refusal);
  if (status.ok()) status = CheckPrices("TAP", Constraint::kTapPrice, prices.tap, none, refusal);
  if (status.ok()) status = CheckPrices("cell", Constraint::kCellPrice, prices.cell, of_floor, refusal);
  return status;
}

absl::Status CheckUsed(const char* what, Constraint constraint, const std::vector<Units>& used,
                       const std::vector<Units>& room, std::optional<Refusal>& refusal) {
  for (size_t i = 0; i < used.size(); ++i) {
    if (used[i] <= room[i]) continue;
    refusal = {constraint, static_cast<int64_t>(i), used[i], 0, room[i]};
    return absl::InvalidArgumentError(absl::StrCat(what, " ", i, " has ", used[i], " units matched, ",
                                                   used[i] - room[i], " more than its ", room[i]));
  }
  return absl::OkStatus();
}

int128 Worth(const std::vector<Units>& room, const std::vector<int64_t>& prices) {
  int128 sum = 0;
  for (size_t i = 0; i < room.size(); ++i) sum += int128(room[i]) * prices[i];
  return sum;
}

// B of verify.h, summed over the cells, in fixed point.
int128 WorthOfCells(const Problem& problem, const std::vector<int64_t>& prices) {
  int128 sum = 0;
  for (size_t c = 0; c < prices.size(); ++c) {
    const Units room = problem.cell_room[c];
    const Units floor = problem.has_floors() ? problem.cell_floor[c] : 0;
    sum += int128(prices[c] >= 0 ? room : std::min(floor, room)) * prices[c];
    sum -= int128(PenaltyOf(problem, c)) * std::max<Units>(0, floor - room) * kPriceScale;
  }
  return sum;
}

int128 PaidForFloors(const Problem& problem, const std::vector<Units>& cell_used) {
  int128 sum = 0;
  for (size_t c = 0; c < problem.cell_floor.size(); ++c) {
    sum += int128(problem.cell_penalty[c]) * std::max<Units>(0, problem.cell_floor[c] - cell_used[c]);
  }
  return sum;
}

int128 RoundDown(int128 fixed_point) {
  const int128 whole = fixed_point / kPriceScale;
  return whole * kPriceScale > fixed_point ? whole - 1 : whole;
}

int64_t Saturated(int128 number) {
  return static_cast<int64_t>(std::min<int128>(number, std::numeric_limits<int64_t>::max()));
}

int64_t GapPpm(int64_t value, int64_t upper_bound) {
  if (value == upper_bound) return 0;
  if (upper_bound == 0) return std::numeric_limits<int64_t>::max();
  const int128 of = upper_bound > 0 ? int128(upper_bound) : -int128(upper_bound);
  return Saturated(((int128(upper_bound) - value) * 1'000'000 + of - 1) / of);
}

// Sums over the edges of a solution.
struct Sums {
  std::vector<Units> need_used, offer_used, tap_used, cell_used;
  int128 value = 0;  // of the units
  int128 above = 0;  // in fixed point: what the edges are worth above their prices
};

absl::StatusOr<Sums> SumUp(const Problem& problem, const Solution& solution,
                           std::optional<Refusal>& refusal) {
  const Prices& prices = solution.prices;
  Sums sums;
  sums.need_used.resize(problem.need_demand.size());
  sums.offer_used.resize(problem.offer_capacity.size());
  sums.tap_used.resize(problem.tap_capacity.size());
  sums.cell_used.resize(problem.cell_room.size());
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      const size_t offer = problem.edge_offer[e].at();
      const TapIndex tap = problem.offer_tap[offer];
      const Units units = solution.edge_units[e];
      const int64_t weight = problem.edge_weight[e];
      if (units < 0 || units > problem.edge_bound[e] || (units > 0 && units < problem.offer_lot[offer])) {
        refusal = {Constraint::kEdge, e, units, problem.offer_lot[offer], problem.edge_bound[e]};
        return absl::InvalidArgumentError(absl::StrCat("need ", n, " with offer ", offer, " has ", units,
                                                       " units: expected 0, or ", problem.offer_lot[offer],
                                                       " to ", problem.edge_bound[e]));
      }
      sums.need_used[n] += units;
      sums.offer_used[offer] += units;
      int64_t price = prices.need[n] + prices.offer[offer];
      if (tap.present()) {
        sums.tap_used[tap.at()] += units;
        price += prices.tap[tap.at()];
      }
      for (int64_t i = problem.edge_cell_begin[e]; i < problem.edge_cell_begin[e + 1]; ++i) {
        const size_t cell = problem.edge_cell[i].at();
        sums.cell_used[cell] += units;
        price += prices.cell[cell];
      }
      sums.value += int128(weight) * units;
      sums.above += int128(problem.edge_bound[e]) * std::max<int64_t>(0, weight * kPriceScale - price);
    }
  }
  return sums;
}

absl::StatusOr<Certificate> Certify(const Problem& problem, const Solution& solution,
                                    std::optional<Refusal>& refusal) {
  const Prices& prices = solution.prices;
  absl::Status status =
      CheckSize("quantities", solution.edge_units.size(), problem.edge_offer.size(), refusal);
  if (status.ok()) status = CheckAllPrices(problem, prices, refusal);
  if (!status.ok()) return status;
  const absl::StatusOr<Sums> sums = SumUp(problem, solution, refusal);
  if (!sums.ok()) return sums.status();
  status = CheckUsed("need", Constraint::kNeed, sums->need_used, problem.need_demand, refusal);
  if (status.ok()) {
    status = CheckUsed("offer", Constraint::kOffer, sums->offer_used, problem.offer_capacity, refusal);
  }
  if (status.ok()) status = CheckUsed("TAP", Constraint::kTap, sums->tap_used, problem.tap_capacity, refusal);
  if (status.ok()) status = CheckUsed("cell", Constraint::kCell, sums->cell_used, problem.cell_room, refusal);
  if (!status.ok()) return status;

  const int128 bound = Worth(problem.need_demand, prices.need) + Worth(problem.offer_capacity, prices.offer) +
                       Worth(problem.tap_capacity, prices.tap) + WorthOfCells(problem, prices.cell) +
                       sums->above;
  Certificate certificate;
  certificate.value = static_cast<int64_t>(sums->value - PaidForFloors(problem, sums->cell_used));
  certificate.upper_bound = Saturated(RoundDown(bound));
  certificate.gap_ppm = GapPpm(certificate.value, certificate.upper_bound);
  return certificate;
}

}  // namespace

absl::StatusOr<Certificate> Verify(const Problem& problem, const Solution& solution, Refusal* refusal) {
  std::optional<Refusal> found;
  absl::StatusOr<Certificate> certificate = Certify(problem, solution, found);
  if (refusal != nullptr && found.has_value()) *refusal = *found;
  return certificate;
}

}  // namespace ayni::matcher
