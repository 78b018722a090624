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

// Who has to get how much for the smallest to be so much.
struct Gauge {
  Measure measure;
  std::vector<Units> demand;  // by group: 0 of those that do not count
  std::vector<Units> lot;     // by group: the smallest of the edges that could serve it

  int64_t EdgeCounts(const Problem& problem, int64_t edge) const {
    return measure == Measure::kServedShare ? 1 : problem.edge_weight[edge];
  }
  // p of minimum.h.
  int64_t Promise(size_t group, int64_t smallest) const {
    if (demand[group] == 0 || smallest == 0) return 0;
    if (measure == Measure::kScoreSum) return smallest;
    const auto units = static_cast<int64_t>((int128(smallest) * demand[group] + kShareMax - 1) / kShareMax);
    return std::max(units, lot[group]);
  }
};

Gauge GaugeOf(const Problem& problem, const NeedGroups& groups, Measure measure) {
  Gauge gauge{measure, std::vector<Units>(groups.count, 0), std::vector<Units>(groups.count, kUnitsMax + 1)};
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    const int32_t group = groups.need_group[n];
    gauge.demand[group] += problem.need_demand[n];
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
      if (could) gauge.lot[group] = std::min(gauge.lot[group], lot);
    }
  }
  for (int32_t g = 0; g < groups.count; ++g) {
    if (gauge.lot[g] > kUnitsMax) gauge.demand[g] = 0;
  }
  return gauge;
}

// The promises that a solution is to keep.
struct Promised {
  const NeedGroups& groups;
  const Gauge& gauge;
  std::vector<int64_t> least;  // by group, in units or score
  const std::vector<int64_t>& price;
};

absl::Status CheckPromises(const Promised& promised, const std::vector<int64_t>& given,
                           std::optional<Refusal>& refusal) {
  const char* of = promised.gauge.measure == Measure::kServedShare ? " units matched, " : " of score, ";
  for (size_t g = 0; g < given.size(); ++g) {
    if (given[g] >= promised.least[g]) continue;
    refusal = {Constraint::kPromise, static_cast<int64_t>(g), given[g], promised.least[g],
               std::numeric_limits<int64_t>::max()};
    return absl::InvalidArgumentError(absl::StrCat("group ", g, " has ", given[g], of,
                                                   promised.least[g] - given[g], " less than its promise of ",
                                                   promised.least[g]));
  }
  return absl::OkStatus();
}

absl::Status CheckPromisePrices(const Promised& promised, std::optional<Refusal>& refusal) {
  const std::vector<int64_t>& price = promised.price;
  const int64_t least = PromisePriceLeast(promised.gauge.measure);
  absl::Status status = CheckSize("promise prices", price.size(), promised.least.size(), refusal);
  for (size_t g = 0; g < price.size() && status.ok(); ++g) {
    if (price[g] <= 0 && price[g] >= least) continue;
    refusal = {Constraint::kPromisePrice, static_cast<int64_t>(g), price[g], least, 0};
    status = absl::InvalidArgumentError(
        absl::StrCat("price of promise ", g, " is ", price[g], ": expected ", least, " to 0"));
  }
  return status;
}

// Sums over the edges of a solution.
struct Sums {
  std::vector<Units> need_used, offer_used, tap_used, cell_used;
  std::vector<int64_t> promise_given;  // by group, where there are promises
  int128 value = 0;                    // of the units
  int128 above = 0;                    // in fixed point: what the edges are worth above their prices
};

absl::StatusOr<Sums> SumUp(const Problem& problem, const Solution& solution, const Promised* promised,
                           std::optional<Refusal>& refusal) {
  const Prices& prices = solution.prices;
  Sums sums;
  sums.need_used.resize(problem.need_demand.size());
  sums.offer_used.resize(problem.offer_capacity.size());
  sums.tap_used.resize(problem.tap_capacity.size());
  sums.cell_used.resize(problem.cell_room.size());
  if (promised != nullptr) sums.promise_given.resize(promised->least.size());
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
      if (promised != nullptr) {
        const int32_t group = promised->groups.need_group[n];
        const int64_t counts = promised->gauge.EdgeCounts(problem, e);
        price += promised->price[group] * counts;
        sums.promise_given[group] += units * counts;
      }
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
  if (status.ok() && promised != nullptr) status = CheckPromises(*promised, sums->promise_given, refusal);
  if (!status.ok()) return status;

  int128 bound = Worth(problem.need_demand, prices.need) + Worth(problem.offer_capacity, prices.offer) +
                 Worth(problem.tap_capacity, prices.tap) + WorthOfCells(problem, prices.cell) + sums->above;
  if (promised != nullptr) bound += Worth(promised->least, promised->price);
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

// The largest smallest share for which the weighed promises are within the bound.
int64_t LargestShare(const Gauge& gauge, const std::vector<int64_t>& weight, int128 bound) {
  const auto within = [&](int64_t share) {
    int128 promised = 0;
    for (size_t g = 0; g < weight.size(); ++g) promised += int128(weight[g]) * gauge.Promise(g, share);
    return promised * kPriceScale <= bound;
  };
  int64_t least = 0, most = kShareMax;
  while (least < most) {
    const int64_t share = least + (most - least + 1) / 2;
    if (within(share)) {
      least = share;
    } else {
      most = share - 1;
    }
  }
  return least;
}

int64_t LargestScore(const Gauge& gauge, const std::vector<int64_t>& weight, int128 bound) {
  int128 weights = 0;
  for (size_t g = 0; g < weight.size(); ++g) weights += gauge.demand[g] > 0 ? weight[g] : 0;
  if (weights == 0) return std::numeric_limits<int64_t>::max();
  return Saturated(bound * kScoreWeightScale / (weights * kPriceScale));
}

MinimumCertificate CertifyMinimum(const Gauge& gauge, const std::vector<int64_t>& weight,
                                  const std::vector<int64_t>& given, int128 bound) {
  const bool is_share = gauge.measure == Measure::kServedShare;
  int64_t smallest = std::numeric_limits<int64_t>::max();
  for (size_t g = 0; g < given.size(); ++g) {
    if (gauge.demand[g] == 0) continue;
    smallest = std::min(
        smallest, is_share ? static_cast<int64_t>(int128(given[g]) * kShareMax / gauge.demand[g]) : given[g]);
  }
  if (smallest == std::numeric_limits<int64_t>::max()) {
    return is_share ? MinimumCertificate{kShareMax, kShareMax} : MinimumCertificate{0, 0};
  }
  return {smallest, is_share ? LargestShare(gauge, weight, bound) : LargestScore(gauge, weight, bound)};
}

}  // namespace

absl::StatusOr<Certificate> Verify(const Problem& problem, const Solution& solution, Refusal* refusal) {
  std::optional<Refusal> found;
  absl::StatusOr<Certificate> certificate = Certify(problem, solution, nullptr, found);
  if (refusal != nullptr && found.has_value()) *refusal = *found;
  return certificate;
}

absl::StatusOr<Certificate> VerifyPromised(const Problem& problem, const NeedGroups& groups, Measure measure,
                                           const Solution& solution, int64_t smallest,
                                           const std::vector<int64_t>& promise_price, Refusal* refusal) {
  const Gauge gauge = GaugeOf(problem, groups, measure);
  Promised promised{groups, gauge, std::vector<int64_t>(groups.count), promise_price};
  for (int32_t g = 0; g < groups.count; ++g) promised.least[g] = gauge.Promise(g, smallest);
  std::optional<Refusal> found;
  absl::StatusOr<Certificate> certificate = Certify(problem, solution, &promised, found);
  if (refusal != nullptr && found.has_value()) *refusal = *found;
  return certificate;
}

absl::StatusOr<MinimumCertificate> VerifyMinimum(const Problem& problem, const NeedGroups& groups,
                                                 Measure measure, const std::vector<Units>& edge_units,
                                                 const MinimumProof& proof) {
  if (absl::Status status = CheckMinimumProof(problem, groups, proof); !status.ok()) return status;
  const Gauge gauge = GaugeOf(problem, groups, measure);
  const int64_t scale = GroupWeightScale(measure);
  std::vector<int64_t> given(groups.count, 0);
  const Prices& prices = proof.prices;
  int128 bound = Worth(problem.need_demand, prices.need) + Worth(problem.offer_capacity, prices.offer) +
                 Worth(problem.tap_capacity, prices.tap) + Worth(problem.cell_room, prices.cell);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    const int32_t group = groups.need_group[n];
    const int64_t weight = gauge.demand[group] > 0 ? proof.group_weight[group] : 0;
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      const size_t offer = problem.edge_offer[e].at();
      const TapIndex tap = problem.offer_tap[offer];
      int64_t price = prices.need[n] + prices.offer[offer] + (tap.present() ? prices.tap[tap.at()] : 0);
      for (int64_t i = problem.edge_cell_begin[e]; i < problem.edge_cell_begin[e + 1]; ++i) {
        price += prices.cell[problem.edge_cell[i].at()];
      }
      const int64_t counts = gauge.EdgeCounts(problem, e);
      const int64_t worth = (weight * counts * kPriceScale + scale - 1) / scale;
      bound += int128(problem.edge_bound[e]) * std::max<int64_t>(0, worth - price);
      given[group] += edge_units[e] * counts;
    }
  }
  return CertifyMinimum(gauge, proof.group_weight, given, bound);
}

}  // namespace ayni::matcher
