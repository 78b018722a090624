#include "matcher/verify.h"

#include <algorithm>
#include <limits>
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

absl::Status CheckPrices(const char* of, const std::vector<int64_t>& prices, size_t expected) {
  if (prices.size() != expected) {
    return absl::InvalidArgumentError(absl::StrCat(prices.size(), " ", of, " prices: expected ", expected));
  }
  for (size_t i = 0; i < prices.size(); ++i) {
    if (prices[i] < 0 || prices[i] > kPriceMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("price of ", of, " ", i, " is ", prices[i], ": expected 0 to ", kPriceMax));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCellPrices(const Problem& problem, const std::vector<int64_t>& prices) {
  if (prices.size() != problem.cell_room.size()) return CheckPrices("cell", prices, problem.cell_room.size());
  for (size_t c = 0; c < prices.size(); ++c) {
    const int64_t least = -PenaltyOf(problem, c) * kPriceScale;
    if (prices[c] < least || prices[c] > kPriceMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("price of cell ", c, " is ", prices[c], ": expected ", least, " to ", kPriceMax));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckUsed(const char* what, const std::vector<Units>& used, const std::vector<Units>& room) {
  for (size_t i = 0; i < used.size(); ++i) {
    if (used[i] > room[i]) {
      return absl::InvalidArgumentError(absl::StrCat(what, " ", i, " has ", used[i], " units matched, ",
                                                     used[i] - room[i], " more than its ", room[i]));
    }
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

}  // namespace

absl::StatusOr<Certificate> Verify(const Problem& problem, const Solution& solution) {
  const Prices& prices = solution.prices;
  if (solution.edge_units.size() != problem.edge_offer.size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        solution.edge_units.size(), " quantities: expected one an edge, ", problem.edge_offer.size()));
  }
  absl::Status status = CheckPrices("need", prices.need, problem.need_demand.size());
  status.Update(CheckPrices("offer", prices.offer, problem.offer_capacity.size()));
  status.Update(CheckPrices("TAP", prices.tap, problem.tap_capacity.size()));
  status.Update(CheckCellPrices(problem, prices.cell));
  if (!status.ok()) return status;

  std::vector<Units> need_used(problem.need_demand.size()), offer_used(problem.offer_capacity.size());
  std::vector<Units> tap_used(problem.tap_capacity.size()), cell_used(problem.cell_room.size());
  int128 value = 0;
  int128 bound = Worth(problem.need_demand, prices.need) + Worth(problem.offer_capacity, prices.offer) +
                 Worth(problem.tap_capacity, prices.tap) + WorthOfCells(problem, prices.cell);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      const size_t offer = problem.edge_offer[e].at();
      const TapIndex tap = problem.offer_tap[offer];
      const Units units = solution.edge_units[e];
      const int64_t weight = problem.edge_weight[e];
      if (units < 0 || units > problem.edge_bound[e] || (units > 0 && units < problem.offer_lot[offer])) {
        return absl::InvalidArgumentError(absl::StrCat("need ", n, " with offer ", offer, " has ", units,
                                                       " units: expected 0, or ", problem.offer_lot[offer],
                                                       " to ", problem.edge_bound[e]));
      }
      need_used[n] += units;
      offer_used[offer] += units;
      int64_t price = prices.need[n] + prices.offer[offer];
      if (tap.present()) {
        tap_used[tap.at()] += units;
        price += prices.tap[tap.at()];
      }
      for (int64_t i = problem.edge_cell_begin[e]; i < problem.edge_cell_begin[e + 1]; ++i) {
        const size_t cell = problem.edge_cell[i].at();
        cell_used[cell] += units;
        price += prices.cell[cell];
      }
      value += int128(weight) * units;
      bound += int128(problem.edge_bound[e]) * std::max<int64_t>(0, weight * kPriceScale - price);
    }
  }
  status.Update(CheckUsed("need", need_used, problem.need_demand));
  status.Update(CheckUsed("offer", offer_used, problem.offer_capacity));
  status.Update(CheckUsed("TAP", tap_used, problem.tap_capacity));
  status.Update(CheckUsed("cell", cell_used, problem.cell_room));
  if (!status.ok()) return status;

  Certificate certificate;
  certificate.value = static_cast<int64_t>(value - PaidForFloors(problem, cell_used));
  certificate.upper_bound = Saturated(RoundDown(bound));
  certificate.gap_ppm = GapPpm(certificate.value, certificate.upper_bound);
  return certificate;
}

}  // namespace ayni::matcher
