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

// The promises that a solution is to keep.
struct Promised {
  const NeedGroups& groups;
  std::vector<Units> units;  // by group
  const std::vector<int64_t>& price;
};

// What each group asks for: 0 where no edge of it alone could have units.
std::vector<Units> GroupDemand(const Problem& problem, const NeedGroups& groups) {
  std::vector<Units> demand(groups.count, 0);
  std::vector<bool> within_reach(groups.count, false);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    const int32_t group = groups.need_group[n];
    demand[group] += problem.need_demand[n];
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      const size_t offer = problem.edge_offer[e].at();
      const TapIndex tap = problem.offer_tap[offer];
      const Units lot = problem.offer_lot[offer];
      bool could = lot <= problem.edge_bound[e] && lot <= problem.need_demand[n];
      could &=
          lot <= problem.offer_capacity[offer] && (!tap.present() || lot <= problem.tap_capacity[tap.at()]);
      for (int64_t i = problem.edge_cell_begin[e]; i < problem.edge_cell_begin[e + 1]; ++i) {
        could &= lot <= problem.cell_room[problem.edge_cell[i].at()];
      }
      if (could) within_reach[group] = true;
    }
  }
  for (int32_t g = 0; g < groups.count; ++g) {
    if (!within_reach[g]) demand[g] = 0;
  }
  return demand;
}

absl::Status CheckPromises(const Promised& promised, const std::vector<Units>& need_used,
                           std::optional<Refusal>& refusal) {
  std::vector<Units> given(promised.groups.count, 0);
  for (size_t n = 0; n < need_used.size(); ++n) given[promised.groups.need_group[n]] += need_used[n];
  for (size_t g = 0; g < given.size(); ++g) {
    if (given[g] >= promised.units[g]) continue;
    refusal = {Constraint::kPromise, static_cast<int64_t>(g), given[g], promised.units[g], kUnitsMax};
    return absl::InvalidArgumentError(absl::StrCat("group ", g, " has ", given[g], " units matched, ",
                                                   promised.units[g] - given[g], " less than its promise of ",
                                                   promised.units[g]));
  }
  return absl::OkStatus();
}

absl::Status CheckPromisePrices(const Promised& promised, std::optional<Refusal>& refusal) {
  const std::vector<int64_t>& price = promised.price;
  absl::Status status = CheckSize("promise prices", price.size(), promised.units.size(), refusal);
  for (size_t g = 0; g < price.size() && status.ok(); ++g) {
    if (price[g] <= 0 && price[g] >= -kPriceMax) continue;
    refusal = {Constraint::kPromisePrice, static_cast<int64_t>(g), price[g], -kPriceMax, 0};
    status = absl::InvalidArgumentError(
        absl::StrCat("price of promise ", g, " is ", price[g], ": expected ", -kPriceMax, " to 0"));
  }
  return status;
}

// Sums over the edges of a solution.
struct Sums {
  std::vector<Units> need_used, offer_used, tap_used, cell_used;
  int128 value = 0;  // of the units
  int128 above = 0;  // in fixed point: what the edges are worth above their prices
};

absl::StatusOr<Sums> SumUp(const Problem& problem, const Solution& solution, const Promised* promised,
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
      if (promised != nullptr) price += promised->price[promised->groups.need_group[n]];
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
                                    const Promised* promised, std::optional<Refusal>& refusal) {
  const Prices& prices = solution.prices;
  absl::Status status =
      CheckSize("quantities", solution.edge_units.size(), problem.edge_offer.size(), refusal);
  if (status.ok()) status = CheckAllPrices(problem, prices, refusal);
  if (status.ok() && promised != nullptr) status = CheckPromisePrices(*promised, refusal);
  if (!status.ok()) return status;
  const absl::StatusOr<Sums> sums = SumUp(problem, solution, promised, refusal);
  if (!sums.ok()) return sums.status();
  status = CheckUsed("need", Constraint::kNeed, sums->need_used, problem.need_demand, refusal);
  if (status.ok()) {
    status = CheckUsed("offer", Constraint::kOffer, sums->offer_used, problem.offer_capacity, refusal);
  }
  if (status.ok()) status = CheckUsed("TAP", Constraint::kTap, sums->tap_used, problem.tap_capacity, refusal);
  if (status.ok()) status = CheckUsed("cell", Constraint::kCell, sums->cell_used, problem.cell_room, refusal);
  if (status.ok() && promised != nullptr) status = CheckPromises(*promised, sums->need_used, refusal);
  if (!status.ok()) return status;

  int128 bound = Worth(problem.need_demand, prices.need) + Worth(problem.offer_capacity, prices.offer) +
                 Worth(problem.tap_capacity, prices.tap) + WorthOfCells(problem, prices.cell) + sums->above;
  if (promised != nullptr) bound += Worth(promised->units, promised->price);
  Certificate certificate;
  certificate.value = static_cast<int64_t>(sums->value - PaidForFloors(problem, sums->cell_used));
  certificate.upper_bound = Saturated(RoundDown(bound));
  certificate.gap_ppm = GapPpm(certificate.value, certificate.upper_bound);
  return certificate;
}

absl::Status CheckMinimumProof(const Problem& problem, const NeedGroups& groups, const MinimumProof& proof) {
  std::optional<Refusal> ignored;
  absl::Status status = CheckSize("group weights", proof.group_weight.size(), groups.count, ignored);
  if (status.ok()) status = CheckAllPrices(problem, proof.prices, ignored);
  for (size_t g = 0; g < proof.group_weight.size() && status.ok(); ++g) {
    if (proof.group_weight[g] >= 0 && proof.group_weight[g] <= kWeightMax) continue;
    status = absl::InvalidArgumentError(
        absl::StrCat("weight of group ", g, " is ", proof.group_weight[g], ": expected 0 to ", kWeightMax));
  }
  // Floors have no part in this proof.
  for (size_t c = 0; c < proof.prices.cell.size() && status.ok(); ++c) {
    if (proof.prices.cell[c] >= 0) continue;
    status = absl::InvalidArgumentError(
        absl::StrCat("price of cell ", c, " is ", proof.prices.cell[c], ": expected 0 to ", kPriceMax));
  }
  return status;
}

MinimumCertificate CertifyMinimum(const std::vector<int64_t>& weight, const std::vector<Units>& demand,
                                  const std::vector<Units>& given, int128 bound) {
  MinimumCertificate certificate{kShareMax, kShareMax};
  int128 asked = 0;  // for all shares to be 1
  for (size_t g = 0; g < demand.size(); ++g) {
    if (demand[g] == 0) continue;
    certificate.share =
        std::min<int64_t>(certificate.share, static_cast<int64_t>(int128(given[g]) * kShareMax / demand[g]));
    asked += int128(weight[g]) * demand[g] * kPriceScale;
  }
  if (asked > 0 && bound < asked) {
    certificate.upper_bound = static_cast<int64_t>(bound * kShareMax / asked);
  }
  return certificate;
}

}  // namespace

absl::StatusOr<Certificate> Verify(const Problem& problem, const Solution& solution, Refusal* refusal) {
  std::optional<Refusal> found;
  absl::StatusOr<Certificate> certificate = Certify(problem, solution, nullptr, found);
  if (refusal != nullptr && found.has_value()) *refusal = *found;
  return certificate;
}

absl::StatusOr<Certificate> VerifyPromised(const Problem& problem, const NeedGroups& groups,
                                           const Solution& solution, int64_t share,
                                           const std::vector<int64_t>& promise_price, Refusal* refusal) {
  Promised promised{groups, GroupDemand(problem, groups), promise_price};
  for (Units& units : promised.units) units = (share * units + kShareMax - 1) / kShareMax;
  std::optional<Refusal> found;
  absl::StatusOr<Certificate> certificate = Certify(problem, solution, &promised, found);
  if (refusal != nullptr && found.has_value()) *refusal = *found;
  return certificate;
}

absl::StatusOr<MinimumCertificate> VerifyMinimum(const Problem& problem, const NeedGroups& groups,
                                                 const std::vector<Units>& edge_units,
                                                 const MinimumProof& proof) {
  if (absl::Status status = CheckMinimumProof(problem, groups, proof); !status.ok()) return status;
  const std::vector<Units> demand = GroupDemand(problem, groups);
  std::vector<Units> given(groups.count, 0);
  const Prices& prices = proof.prices;
  int128 bound = Worth(problem.need_demand, prices.need) + Worth(problem.offer_capacity, prices.offer) +
                 Worth(problem.tap_capacity, prices.tap) + Worth(problem.cell_room, prices.cell);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    const int32_t group = groups.need_group[n];
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      const size_t offer = problem.edge_offer[e].at();
      const TapIndex tap = problem.offer_tap[offer];
      int64_t price = prices.need[n] + prices.offer[offer] + (tap.present() ? prices.tap[tap.at()] : 0);
      for (int64_t i = problem.edge_cell_begin[e]; i < problem.edge_cell_begin[e + 1]; ++i) {
        price += prices.cell[problem.edge_cell[i].at()];
      }
      const int64_t worth = demand[group] > 0 ? proof.group_weight[group] * kPriceScale : 0;
      bound += int128(problem.edge_bound[e]) * std::max<int64_t>(0, worth - price);
      given[group] += edge_units[e];
    }
  }
  return CertifyMinimum(proof.group_weight, demand, given, bound);
}

}  // namespace ayni::matcher
