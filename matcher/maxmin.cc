#include "matcher/maxmin.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "matcher/invariant.h"
#include "matcher/verify.h"

namespace ayni::matcher {
namespace {

constexpr int kStepsMax = 20;  // halves of a million
// In the search for the share every edge weighs the same, and a unit that is promised this part of all demand
// times as much, within these. A search that comes within a quarter of it of its bound has kept every promise
// that can be kept, but for whole units.
constexpr int32_t kSearchWeight = 10'000;
constexpr int64_t kSearchPart = 64;
constexpr int kSearchNodes = 16;
constexpr int64_t kSearchTimesMin = 64, kSearchTimesMax = kPenaltyMax / kSearchWeight;
constexpr int64_t kHopelessPart = 100;  // of the promised units are out of reach
constexpr int64_t kProofGapPpm = 500;
// Of one, times the largest weight or penalty, where edges have weights of their own: above what a chain of
// edges could be worth.
constexpr int64_t kPromiseTimes = 32;

// The units of each group that counts; 0 of the others.
std::vector<Units> CountedDemand(const Problem& problem, const NeedGroups& groups) {
  std::vector<Units> demand(groups.count, 0);
  std::vector<bool> served(groups.count, false);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    demand[groups.need_group[n]] += problem.need_demand[n];
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      const size_t offer = problem.edge_offer[e].at();
      Units most = std::min({problem.need_demand[n], problem.edge_bound[e], problem.offer_capacity[offer]});
      if (problem.offer_tap[offer].present()) {
        most = std::min(most, problem.tap_capacity[problem.offer_tap[offer].at()]);
      }
      for (int64_t i = problem.edge_cell_begin[e]; i < problem.edge_cell_begin[e + 1]; ++i) {
        most = std::min(most, problem.cell_room[problem.edge_cell[i].at()]);
      }
      if (most >= problem.offer_lot[offer]) served[groups.need_group[n]] = true;
    }
  }
  for (int32_t g = 0; g < groups.count; ++g) {
    if (!served[g]) demand[g] = 0;
  }
  return demand;
}

Units Promise(int64_t share, Units demand) { return (share * demand + kShareMax - 1) / kShareMax; }

// The problem with a cell for each group, which holds nobody back.
Problem WithGroupCells(const Problem& problem, const NeedGroups& groups) {
  Problem with = problem;
  const int32_t first = problem.cell_count();
  with.cell_room.resize(first + groups.count, kUnitsMax);
  with.cell_floor.resize(first + groups.count, 0);
  with.cell_penalty.resize(first + groups.count, 0);
  with.edge_cell.clear();
  with.edge_cell.reserve(problem.edge_cell.size() + problem.edge_offer.size());
  with.edge_cell_begin.assign(1, 0);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      with.edge_cell.insert(with.edge_cell.end(), problem.edge_cell.begin() + problem.edge_cell_begin[e],
                            problem.edge_cell.begin() + problem.edge_cell_begin[e + 1]);
      with.edge_cell.push_back(CellIndex{first + groups.need_group[n]});
      with.edge_cell_begin.push_back(static_cast<int64_t>(with.edge_cell.size()));
    }
  }
  return with;
}

Prices WithoutGroupCells(Prices prices, int32_t cell_count) {
  prices.cell.resize(cell_count);
  return prices;
}

class Search {
 public:
  Search(const Problem& problem, const NeedGroups& groups, const ClearOptions& options)
      : problem_(problem),
        groups_(groups),
        options_(options),
        demand_(CountedDemand(problem, groups)),
        promised_(WithGroupCells(problem, groups)) {
    best_units_.assign(problem.edge_offer.size(), 0);
    minimum_.upper_bound = kShareMax;
    minimum_.share = Reached(best_units_);
    // Every group weighs the same, and a need's price is all of it: nobody is served beyond what it asks for.
    minimum_.proof.group_weight.assign(groups.count, 1);
    minimum_.proof.prices.need.assign(problem.need_demand.size(), kPriceScale);
    minimum_.proof.prices.offer.assign(problem.offer_capacity.size(), 0);
    minimum_.proof.prices.tap.assign(problem.tap_capacity.size(), 0);
    minimum_.proof.prices.cell.assign(problem.cell_room.size(), 0);
    minimum_.promise_price.assign(groups.count, 0);
  }

  MaxminClearing Run() && {
    Raise();
    return Welfare();
  }

 private:
  int64_t Reached(const std::vector<Units>& units) const {
    std::vector<Units> given(groups_.count, 0);
    for (int32_t n = 0; n < problem_.need_count(); ++n) {
      for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
        given[groups_.need_group[n]] += units[e];
      }
    }
    int64_t share = kShareMax;
    for (int32_t g = 0; g < groups_.count; ++g) {
      if (demand_[g] > 0) share = std::min(share, kShareMax * given[g] / demand_[g]);
    }
    return share;
  }

  // The least share with the same promises.
  int64_t LeastLike(int64_t share) const {
    int64_t least = 0;
    for (const Units demand : demand_) {
      const Units promise = demand > 0 ? Promise(share, demand) : 0;
      if (promise > 0) least = std::max(least, (promise - 1) * kShareMax / demand + 1);
    }
    return least;
  }

  void Raise() {
    const std::vector<int32_t> weight = std::exchange(
        promised_.edge_weight, std::vector<int32_t>(promised_.edge_weight.size(), kSearchWeight));
    const std::vector<Units> floor = promised_.cell_floor;
    std::fill(promised_.cell_floor.begin(), promised_.cell_floor.end(), 0);
    int64_t below_failed = kShareMax;
    int64_t most = minimum_.upper_bound;  // where the search goes on
    for (int step = 0; step < kStepsMax && most > minimum_.share && !options_.stop(); ++step) {
      if (LeastLike(most) <= minimum_.share) break;
      const int64_t share = step == 0 ? most : minimum_.share + (most - minimum_.share + 1) / 2;
      if (!Try(share)) below_failed = LeastLike(share) - 1;
      most = std::min(minimum_.upper_bound, below_failed);
    }
    promised_.edge_weight = weight;
    promised_.cell_floor = floor;
  }

  // Whether the share was reached; if not, it may have been proved out of reach.
  bool Try(int64_t share) {
    const Units demand = std::max<Units>(1, std::accumulate(demand_.begin(), demand_.end(), Units{0}));
    const int64_t times = std::clamp(demand / kSearchPart, kSearchTimesMin, kSearchTimesMax);
    SetPromises(share, times * kSearchWeight);
    int64_t promised = 0;
    for (const Units units : demand_) promised += Promise(share, units);
    // Who keeps every promise has at least the value of the promised units: a bound well below it shows that
    // nobody comes near, and there is no more to learn.
    const absl::int128 hopeless =
        absl::int128(promised) * kSearchWeight * (kHopelessPart - times) / kHopelessPart;
    bool out_of_reach = false;
    ClearOptions options = Quietly(kShareMax * (times / 4) / demand);
    options.progress = [&](const ClearProgress& now) { out_of_reach |= now.upper_bound < hopeless; };
    options.stop = [&] { return out_of_reach || options_.stop(); };
    const absl::StatusOr<Clearing> clearing = Clear(promised_, options);
    INVARIANT(clearing.ok(), clearing.status().ToString());
    const int64_t reached = Reached(clearing->solution.edge_units);
    const int64_t worth = Worth(clearing->solution.edge_units);
    if (reached > minimum_.share || (reached == minimum_.share && worth > best_worth_)) {
      minimum_.share = reached;
      best_units_ = clearing->solution.edge_units;
      best_worth_ = worth;
    }
    if (reached >= share) return true;
    Prove(clearing->solution.prices);
    return false;
  }

  // The prices of promises that were not kept, as weights.
  void Prove(const Prices& prices) {
    const int32_t first = problem_.cell_count();
    int64_t dearest = 0;
    for (int32_t g = 0; g < groups_.count; ++g) dearest = std::max(dearest, -prices.cell[first + g]);
    if (dearest == 0) return;
    MinimumProof proof;
    proof.group_weight.assign(groups_.count, 0);
    for (int32_t g = 0; g < groups_.count; ++g) {
      if (demand_[g] == 0) continue;
      const int64_t price = std::max<int64_t>(0, -prices.cell[first + g]);
      proof.group_weight[g] = static_cast<int64_t>(absl::int128(price) * kWeightMax / dearest);
    }
    const absl::StatusOr<Clearing> clearing = Clear(Weighed(proof.group_weight), Quietly(kProofGapPpm));
    INVARIANT(clearing.ok(), clearing.status().ToString());
    proof.prices = WithoutGroupCells(clearing->solution.prices, first);
    // There, a need whose edges weigh nothing asked for nothing; here its price would cost all that it asks
    // for.
    for (int32_t n = 0; n < problem_.need_count(); ++n) {
      if (proof.group_weight[groups_.need_group[n]] == 0) proof.prices.need[n] = 0;
    }
    const absl::StatusOr<MinimumCertificate> certificate =
        VerifyMinimum(problem_, groups_, best_units_, proof);
    INVARIANT(certificate.ok(), certificate.status().ToString());
    if (certificate->upper_bound >= minimum_.upper_bound) return;
    minimum_.upper_bound = certificate->upper_bound;
    minimum_.proof = std::move(proof);
  }

  // The problem without promises, in which a group's edges weigh what it does. Those that weigh nothing get
  // the least weight and no need that asks for them.
  Problem Weighed(const std::vector<int64_t>& group_weight) const {
    Problem weighed = promised_;
    std::fill(weighed.cell_floor.begin(), weighed.cell_floor.end(), 0);
    for (int32_t n = 0; n < problem_.need_count(); ++n) {
      const auto weight = static_cast<int32_t>(group_weight[groups_.need_group[n]]);
      if (weight == 0) weighed.need_demand[n] = 0;
      for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
        weighed.edge_weight[e] = std::max(1, weight);
      }
    }
    return weighed;
  }

  void SetPromises(int64_t share, int64_t penalty) {
    absl::int128 units = 1;
    for (const Units demand : demand_) units += Promise(share, demand);
    absl::int128 left = kTotalPenaltyMax;
    for (int32_t c = 0; c < problem_.cell_count(); ++c) {
      left -= absl::int128(promised_.cell_floor[c]) * promised_.cell_penalty[c];
    }
    const auto affordable = static_cast<int64_t>(std::min<absl::int128>(penalty, left / units));
    for (int32_t g = 0; g < groups_.count; ++g) {
      promised_.cell_floor[problem_.cell_count() + g] = Promise(share, demand_[g]);
      promised_.cell_penalty[problem_.cell_count() + g] = affordable;
    }
  }

  // For what is no news to the caller.
  ClearOptions Quietly(int64_t target_gap_ppm) const {
    return {.seed = options_.seed,
            .target_gap_ppm = target_gap_ppm,
            .threads = options_.threads,
            .stop = options_.stop,
            .chain_nodes_max = kSearchNodes};
  }

  int64_t Worth(const std::vector<Units>& units) const {
    int64_t worth = 0;
    for (int64_t e = 0; e < problem_.edge_count(); ++e) worth += units[e] * problem_.edge_weight[e];
    return worth;
  }

  MaxminClearing Welfare() {
    int64_t heaviest = HeaviestWeight(problem_);
    for (const int64_t penalty : problem_.cell_penalty) heaviest = std::max(heaviest, penalty);
    SetPromises(minimum_.share, std::min(kPenaltyMax, kPromiseTimes * heaviest));
    absl::StatusOr<Clearing> welfare = Clear(promised_, options_);
    INVARIANT(welfare.ok(), welfare.status().ToString());
    Clearing& clearing = *welfare;
    // Told to stop, the search may have found more than there was time for here.
    const bool is_behind = clearing.stopped && Worth(clearing.solution.edge_units) < best_worth_;
    if (is_behind || Reached(clearing.solution.edge_units) < minimum_.share) {
      clearing.solution.edge_units = best_units_;
    }
    minimum_.share = Reached(clearing.solution.edge_units);
    for (int32_t g = 0; g < groups_.count; ++g) {
      minimum_.promise_price[g] =
          std::min<int64_t>(0, clearing.solution.prices.cell[problem_.cell_count() + g]);
    }
    clearing.solution.prices = WithoutGroupCells(std::move(clearing.solution.prices), problem_.cell_count());
    const absl::StatusOr<Certificate> certificate =
        VerifyPromised(problem_, groups_, clearing.solution, minimum_.share, minimum_.promise_price);
    INVARIANT(certificate.ok(), certificate.status().ToString());
    clearing.value = certificate->value;
    clearing.upper_bound = certificate->upper_bound;
    return {std::move(clearing), std::move(minimum_)};
  }

  const Problem& problem_;
  const NeedGroups& groups_;
  const ClearOptions& options_;
  const std::vector<Units> demand_;
  Problem promised_;
  std::vector<Units> best_units_;  // those that reach minimum_.share, and weigh the most of these
  int64_t best_worth_ = 0;
  Minimum minimum_;
};

absl::Status ValidateGroups(const Problem& problem, const NeedGroups& groups) {
  if (groups.need_group.size() != problem.need_demand.size()) {
    return absl::InvalidArgumentError("need_group: expected one for each need");
  }
  std::vector<Units> demand(std::max(0, groups.count), 0);
  for (size_t n = 0; n < groups.need_group.size(); ++n) {
    const int32_t group = groups.need_group[n];
    if (group < 0 || group >= groups.count) {
      return absl::InvalidArgumentError(
          absl::StrCat("need_group[", n, "] is ", group, ": expected 0 to ", groups.count - 1));
    }
    demand[group] += problem.need_demand[n];
    if (demand[group] > kUnitsMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("group ", group, ": expected a demand of at most ", kUnitsMax, " units in all"));
    }
  }
  for (int64_t e = 0; e < problem.edge_count(); ++e) {
    if (problem.edge_cell_begin[e + 1] - problem.edge_cell_begin[e] < kCellsPerEdgeMax) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("edge_cell_begin[", e, "]: MAXMIN expects at most ", kCellsPerEdgeMax - 1, " cells"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MaxminClearing> ClearMaxmin(const Problem& problem, const NeedGroups& groups,
                                           const ClearOptions& options) {
  if (absl::Status status = Validate(problem); !status.ok()) return status;
  if (absl::Status status = ValidateGroups(problem, groups); !status.ok()) return status;
  if (options.target_gap_ppm < 0 || options.warm_prices != nullptr) {
    return absl::InvalidArgumentError("MAXMIN expects a target_gap_ppm of 0 or more, and no warm_prices");
  }
  return Search(problem, groups, options).Run();
}

}  // namespace ayni::matcher
