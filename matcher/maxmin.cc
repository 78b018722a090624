#include "matcher/maxmin.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "matcher/group_gauge.h"
#include "matcher/invariant.h"
#include "matcher/minimum_proof.h"
#include "matcher/minimum_search.h"
#include "matcher/promised_problem.h"
#include "matcher/raising.h"
#include "matcher/slots.h"
#include "matcher/verify.h"
#include "matcher/workers.h"

namespace ayni::matcher {
namespace {

// Of one, times the largest weight or penalty, where edges have weights of their own: above what a chain of
// edges could be worth.
constexpr int64_t kPromiseTimes = 32;
// Clearings under promises of score sums; the first is welfare's own.
constexpr int kScoreTurnsMax = 12;
constexpr int kWorthAnotherTurn = 20;  // one part of so many of the gap
constexpr int kIdleTurnsMax = 2;

// Welfare among the solutions that keep the promises of the smallest that was found.
class PromisedWelfare {
 public:
  PromisedWelfare(const Problem& problem, const GroupGauge& gauge, const ClearOptions& options,
                  const FoundMinimum& found)
      : problem_(problem),
        gauge_(gauge),
        options_(options),
        smallest_(found.smallest),
        best_units_(found.units) {
    promise_price_.assign(gauge.groups().count, 0);
  }

  struct Result {
    Clearing clearing;
    std::vector<int64_t> promise_price;
  };

  Result Run() && {
    if (gauge_.measure() == Measure::kServedShare) {
      OfShares();
    } else {
      OfScores();
      smallest_ = Smallest(best_.solution.edge_units);
      Certify(best_);
    }
    return {std::move(best_), std::move(promise_price_)};
  }

 private:
  // As floors, which the clearing knows.
  void OfShares() {
    PromisedProblem promised(problem_, gauge_);
    int64_t heaviest = HeaviestWeight(problem_);
    for (const int64_t penalty : problem_.cell_penalty) heaviest = std::max(heaviest, penalty);
    promised.SetPromises(smallest_, std::min(kPenaltyMax, kPromiseTimes * heaviest));
    ClearOptions options = options_;
    options.warm_units = &best_units_;
    absl::StatusOr<Clearing> clearing = Clear(promised.get(), options);
    INVARIANT(clearing.ok(), clearing.status().ToString());
    best_ = *std::move(clearing);
    // Told to stop before it began, it has no units.
    const bool is_behind = best_.stopped && Worth(best_.solution.edge_units) < Worth(best_units_);
    if (is_behind || Smallest(best_.solution.edge_units) < smallest_) {
      best_.solution.edge_units = best_units_;
    }
    smallest_ = Smallest(best_.solution.edge_units);
    promise_price_ = promised.PromisePrices(best_.solution.prices);
    best_.solution.prices = promised.WithoutPromises(std::move(best_.solution.prices));
    Certify(best_);
  }

  // As weights, which the turns find: an edge is worth so much more as its group's promise costs.
  void OfScores() {
    Workers workers(options_.threads);
    const std::optional<Slots> slots = MakeSlots(problem_, workers, options_.stop);
    int idle = 0;                                         // turns that closed little of the gap
    std::vector<double> above(gauge_.groups().count, 0);  // 1: twice the weight
    for (int turn = 0; turn < kScoreTurnsMax; ++turn) {
      if (turn > 0 && (smallest_ == 0 || IsNear() || options_.stop() || !slots.has_value())) break;
      if (idle == kIdleTurnsMax) break;
      const absl::int128 gap = absl::int128(best_.upper_bound) - best_.value;
      std::vector<int64_t> price;
      for (const double y : above) price.push_back(-static_cast<int64_t>(y * kPriceScale));
      Clearing clearing = ClearUnder(price, turn == 0);
      const std::vector<int64_t> given = gauge_.Given(clearing.solution.edge_units);
      if (slots.has_value() && gauge_.Smallest(given) < smallest_) {
        Raising raising(problem_, *slots, gauge_, workers, clearing.solution.edge_units, options_.stop);
        clearing.solution.edge_units = raising.RaiseTo(smallest_) ? raising.units() : best_units_;
      } else if (gauge_.Smallest(given) < smallest_) {
        clearing.solution.edge_units = best_units_;
      }
      if (clearing.stopped && Worth(clearing.solution.edge_units) < Worth(best_units_)) {
        clearing.solution.edge_units = best_units_;
      }
      TakeOver(std::move(clearing), std::move(price));
      const bool closed = gap - (absl::int128(best_.upper_bound) - best_.value) > gap / kWorthAnotherTurn;
      idle = turn == 0 || closed ? 0 : idle + 1;
      for (int32_t g = 0; g < gauge_.groups().count; ++g) {
        if (!gauge_.Counts(g)) continue;
        const auto has = static_cast<double>(given[g]), aim = static_cast<double>(smallest_);
        const double pace = 1.0 / (1 + turn / 4);
        above[g] = std::clamp((1 + above[g]) * (1 + pace * (aim - has) / (aim + has)) - 1, 0.0, kAboveMax);
      }
    }
  }

  // A clearing in which edges weigh what they are worth with these prices of promises, the heaviest no more
  // than an edge may. Its prices and value are those of the problem.
  Clearing ClearUnder(const std::vector<int64_t>& promise_price, bool tells) const {
    std::vector<int64_t> worth(problem_.edge_offer.size());
    int64_t heaviest = 0;
    for (int32_t n = 0; n < problem_.need_count(); ++n) {
      const int64_t times = kPriceScale - promise_price[gauge_.groups().need_group[n]];
      for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
        worth[e] = problem_.edge_weight[e] * times;
        heaviest = std::max(heaviest, worth[e]);
      }
    }
    const int64_t scale =
        std::max<int64_t>(1, (heaviest + kWeightMax * kPriceScale - 1) / (kWeightMax * kPriceScale));
    Problem weighed = problem_;
    for (size_t e = 0; e < worth.size(); ++e) {
      weighed.edge_weight[e] = static_cast<int32_t>(std::max<int64_t>(1, worth[e] / (scale * kPriceScale)));
    }
    for (int64_t& penalty : weighed.cell_penalty) penalty /= scale;
    ClearOptions options = options_;
    if (!tells) options.progress = [](const ClearProgress&) {};
    absl::StatusOr<Clearing> clearing = Clear(weighed, options);
    INVARIANT(clearing.ok(), clearing.status().ToString());
    Prices& prices = clearing->solution.prices;
    for (std::vector<int64_t>* side : {&prices.offer, &prices.tap, &prices.cell}) {
      for (int64_t& price : *side) price = std::min(price * scale, kPriceMax);
    }
    for (size_t e = 0; e < worth.size(); ++e) {
      worth[e] -= ResourcePriceOf(problem_, prices, static_cast<int64_t>(e));
    }
    prices.need = BestNeedPrices(problem_, worth);
    for (int64_t& price : prices.need) price = std::min(price, kPriceMax);
    return *std::move(clearing);
  }

  // The better units and the better proof, wherever each is from.
  void TakeOver(Clearing clearing, std::vector<int64_t> promise_price) {
    std::swap(promise_price, promise_price_);
    Certify(clearing);
    if (!has_best_) {
      has_best_ = true;
      best_ = std::move(clearing);
      return;
    }
    if (clearing.value > best_.value) {
      best_.value = clearing.value;
      best_.solution.edge_units = std::move(clearing.solution.edge_units);
    }
    if (clearing.upper_bound < best_.upper_bound) {
      best_.upper_bound = clearing.upper_bound;
      best_.solution.prices = std::move(clearing.solution.prices);
    } else {
      promise_price_ = std::move(promise_price);
    }
    best_.stopped = clearing.stopped;
  }

  bool IsNear() const {
    const absl::int128 bound = best_.upper_bound;
    return (bound - best_.value) * 1'000'000 <= (bound < 0 ? -bound : bound) * options_.target_gap_ppm;
  }

  int64_t Worth(const std::vector<Units>& units) const {
    int64_t worth = 0;
    for (int64_t e = 0; e < problem_.edge_count(); ++e) worth += units[e] * problem_.edge_weight[e];
    return worth;
  }

  int64_t Smallest(const std::vector<Units>& units) const { return gauge_.Smallest(gauge_.Given(units)); }

  void Certify(Clearing& clearing) const {
    const absl::StatusOr<Certificate> certificate = VerifyPromised(
        problem_, gauge_.groups(), gauge_.measure(), clearing.solution, smallest_, promise_price_);
    INVARIANT(certificate.ok(), certificate.status().ToString());
    clearing.value = certificate->value;
    clearing.upper_bound = certificate->upper_bound;
  }

  static constexpr double kAboveMax = 1'000;

  const Problem& problem_;
  const GroupGauge& gauge_;
  const ClearOptions& options_;
  int64_t smallest_;
  const std::vector<Units>& best_units_;
  Clearing best_;
  bool has_best_ = false;
  std::vector<int64_t> promise_price_;
};

absl::Status ValidateGroups(const Problem& problem, const NeedGroups& groups, Measure measure) {
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
  if (measure != Measure::kServedShare) return absl::OkStatus();
  for (int64_t e = 0; e < problem.edge_count(); ++e) {
    if (problem.edge_cell_begin[e + 1] - problem.edge_cell_begin[e] < kCellsPerEdgeMax) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("edge_cell_begin[", e, "]: MAXMIN expects at most ", kCellsPerEdgeMax - 1, " cells"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MaxminClearing> ClearMaxmin(const Problem& problem, const NeedGroups& groups,
                                           const ClearOptions& options, const MaxminOptions& maxmin_options) {
  if (absl::Status status = Validate(problem); !status.ok()) return status;
  if (absl::Status status = ValidateGroups(problem, groups, maxmin_options.measure); !status.ok()) {
    return status;
  }
  if (options.target_gap_ppm < 0 || options.warm_prices != nullptr || options.warm_units != nullptr) {
    return absl::InvalidArgumentError(
        "MAXMIN expects a target_gap_ppm of 0 or more, and no warm_prices and warm_units");
  }
  if (options.threads < 1 || options.threads > kThreadsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("threads is ", options.threads, ": expected 1 to ", kThreadsMax));
  }
  const GroupGauge gauge(problem, groups, maxmin_options.measure);
  MinimumSearchOptions search;
  search.tell = [&](int64_t smallest, int64_t bound) { maxmin_options.progress({smallest, bound}); };
  search.clears = false;
  FoundMinimum found = SearchMinimum(problem, gauge, options, search);
  PromisedWelfare::Result welfare = PromisedWelfare(problem, gauge, options, found).Run();
  // An answer is at hand, however long the rest takes.
  if (gauge.LeastLike(found.upper_bound) > found.smallest && !options.stop()) {
    search.clears = true;
    search.start = found.units;
    search.tell = [&](int64_t smallest, int64_t bound) {
      maxmin_options.progress({std::max(smallest, found.smallest), std::min(bound, found.upper_bound)});
    };
    FoundMinimum more = SearchMinimum(problem, gauge, options, std::move(search));
    if (more.upper_bound > found.upper_bound) {
      more.upper_bound = found.upper_bound;
      more.proof = std::move(found.proof);
    }
    const bool is_greater = more.smallest > found.smallest;
    found = std::move(more);
    if (is_greater) welfare = PromisedWelfare(problem, gauge, options, found).Run();
  }
  MaxminClearing cleared{std::move(welfare.clearing), {}};
  cleared.clearing.stopped |= found.stopped;
  cleared.minimum = {maxmin_options.measure, found.smallest, found.upper_bound, std::move(found.proof),
                     std::move(welfare.promise_price)};
  const std::vector<Units>& units = cleared.clearing.solution.edge_units;
  INVARIANT(gauge.Smallest(gauge.Given(units)) >= found.smallest, "welfare kept no promises");
  cleared.minimum.smallest = gauge.Smallest(gauge.Given(units));
  return cleared;
}

}  // namespace ayni::matcher
