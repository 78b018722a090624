#include "matcher/clear.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "matcher/assignment.h"
#include "matcher/block.h"
#include "matcher/chain.h"
#include "matcher/crossover.h"
#include "matcher/dual.h"
#include "matcher/flow.h"
#include "matcher/forest.h"
#include "matcher/near.h"
#include "matcher/proof.h"
#include "matcher/rounding.h"
#include "matcher/slots.h"
#include "matcher/workers.h"

namespace ayni::matcher {
namespace {

// Temperatures are the largest weight over powers of two. matcher/clearing.md has the figures behind these.
constexpr int kFirstProofPower = 8;  // the bound is too far off above this temperature
constexpr int kCrossPower = 12;      // where the way to a corner begins
constexpr int kLastPower = 14;
// A descent of prices: where it begins, and its passes while the temperature halves, until the first proof
// and from there on, where few edges are left to look at.
struct Descent {
  int first_power, passes, late_passes;
};
// The later ones heat the prices of those before. Where there is no way to a corner, prices at low
// temperatures decide how near the whole units come, and passes at high ones cost the most.
constexpr Descent kDescents[] = {{2, 16, 32}, {4, 48, 192}, {4, 144, 576}};
constexpr Descent kLargeDescents[] = {{2, 16, 48}, {10, 0, 192}, {4, 48, 192}, {10, 0, 768}, {4, 144, 576}};
// Higher temperatures would melt good prices down.
constexpr Descent kWarmDescent = {8, 0, 32};
constexpr int64_t kLargeEdges = 1'500'000;
// Of large markets, where a wide gap is aimed at: there is no need to wait for the last prices.
constexpr int kEarlyMatchPower = 11;
constexpr int64_t kEarlyMatchGapPpm = 400;
constexpr int kWorthAnotherRound =
    20;  // a round that closes less than one part of so many of the gap is the last
// Of an edge of a corner. Few markets need more than the first, and those that do are better off with
// better prices.
constexpr int64_t kFirstCrossWorkMax = 1'500, kCrossWorkMax = 20'000;
constexpr double kCrossSlack = 1.0 / 160;  // of the largest weight, that an edge of a corner may have
constexpr double kRoundingHeat = 2;        // times the temperature of the prices
constexpr int kSweepsMax = 12;             // at one temperature
constexpr int kLargeSweeps = 4;            // where slower prices gain more than further sweeps
constexpr int kFewSweeps = 1;              // where a corner or lower temperatures come next
constexpr int kNodesMin = 16;              // of one chain: more where fewer find nothing
constexpr int64_t kWorthAnotherSweep =
    100'000;  // a sweep that gains less than one part of so many looks deeper
constexpr int32_t kRestEdgesMax = 12'000;
constexpr int64_t kRestWorkMax = 10'000;  // for each of them, of entries of vectors
constexpr int64_t kBlockEdgesMax = 300;
constexpr int64_t kBlockWorkMax = 50'000'000;

absl::Status ValidateThreads(const ClearOptions& options) {
  if (options.threads < 1 || options.threads > kThreadsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("threads is ", options.threads, ": expected 1 to ", kThreadsMax));
  }
  return absl::OkStatus();
}

absl::Status ValidateOptions(const Problem& problem, const ClearOptions& options) {
  if (options.target_gap_ppm < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("target_gap_ppm is ", options.target_gap_ppm, ": expected 0 or more"));
  }
  if (options.warm_units != nullptr && options.warm_units->size() != problem.edge_offer.size()) {
    return absl::InvalidArgumentError("warm_units: expected one quantity for each edge");
  }
  const Prices* warm = options.warm_prices;
  if (warm == nullptr) return absl::OkStatus();
  if (warm->need.size() != problem.need_demand.size() ||
      warm->offer.size() != problem.offer_capacity.size() ||
      warm->tap.size() != problem.tap_capacity.size() || warm->cell.size() != problem.cell_room.size()) {
    return absl::InvalidArgumentError("warm_prices: expected one for each need, offer, TAP and cell");
  }
  for (const std::vector<int64_t>* side : {&warm->need, &warm->offer, &warm->tap, &warm->cell}) {
    const int64_t least = side == &warm->cell && problem.has_floors() ? -kPenaltyMax * kPriceScale : 0;
    for (int64_t price : *side) {
      if (price < least || price > kPriceMax) {
        return absl::InvalidArgumentError(
            absl::StrCat("warm_prices holds ", price, ": expected ", least, " to ", kPriceMax));
      }
    }
  }
  return absl::OkStatus();
}

// Penalties may have changed since the prices were found.
std::vector<double> ResourcePrices(const Slots& slots, const Prices& prices) {
  std::vector<double> of_resource = InUnits(ByResource(prices));
  for (size_t r = 0; r < of_resource.size(); ++r) {
    of_resource[r] = std::max(of_resource[r], -static_cast<double>(slots.penalty(static_cast<int32_t>(r))));
  }
  return of_resource;
}

// Nothing matched, and each need priced at its best edge: what is known before anything is looked for. The
// units are left empty for nothing.
Clearing Unmatched(const Problem& problem) {
  Clearing clearing;
  Prices& prices = clearing.solution.prices;
  prices.offer.assign(problem.offer_capacity.size(), 0);
  prices.tap.assign(problem.tap_capacity.size(), 0);
  prices.cell.assign(problem.cell_room.size(), 0);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    int32_t best = 0;
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      best = std::max(best, problem.edge_weight[e]);
    }
    prices.need.push_back(best * kPriceScale);
    clearing.upper_bound += problem.need_demand[n] * best;
  }
  for (size_t c = 0; c < problem.cell_floor.size(); ++c) {
    const Units beyond = std::max<Units>(0, problem.cell_floor[c] - problem.cell_room[c]);
    clearing.upper_bound -= problem.cell_penalty[c] * beyond;
    clearing.value -= problem.cell_penalty[c] * problem.cell_floor[c];
  }
  return clearing;
}

// By how many powers of two the search must begin above the weights, so that a price may reach what the
// greatest penalty is worth.
int PowersAbove(double heaviest_weight, const Problem& problem) {
  double heaviest = heaviest_weight;
  for (const int64_t penalty : problem.cell_penalty) {
    heaviest = std::max(heaviest, static_cast<double>(penalty));
  }
  int powers = 0;
  for (; heaviest > heaviest_weight; heaviest /= 2) ++powers;
  return powers;
}

class Clearer {
 public:
  Clearer(const Problem& problem, const Slots& slots, const ClearOptions& options, Workers& workers,
          Clearing start)
      : problem_(problem),
        slots_(slots),
        options_(options),
        workers_(workers),
        dual_(problem, slots, workers),
        is_large_(problem.edge_count() > kLargeEdges),
        has_lots_(std::any_of(problem.offer_lot.begin(), problem.offer_lot.end(),
                              [](Units lot) { return lot > 1; })),
        unmatched_value_(start.value),
        best_(std::move(start)) {
    Tell(ClearPhase::kPrice);
    if (options.warm_prices != nullptr) {
      dual_.StartAt(ResourcePrices(slots, *options.warm_prices));
      ProveBound(dual_.prices());
    }
  }

  Clearing Run() && {
    if (options_.warm_units != nullptr) TakeWarmUnits(*options_.warm_units);
    SolveBlocks();
    const double heaviest = HeaviestWeight(problem_);
    absl::Span<const Descent> descents = kDescents;
    if (is_large_) descents = kLargeDescents;
    if (options_.warm_prices != nullptr) {
      Descend(heaviest, kWarmDescent);
      cross_passes_min_ = 0;
      cross_work_max_ = kFirstCrossWorkMax;
      // Where they did not do they are no worse than those of a first descent, but for new floors, which may
      // ask for far higher ones.
      if (!problem_.has_floors()) descents.remove_prefix(1);
    }
    bool is_first = true;
    for (Descent descent : descents) {
      if (Done()) break;
      const int64_t bound = best_.upper_bound;
      if (is_first) descent.first_power -= PowersAbove(heaviest, problem_);
      Descend(heaviest, descent);
      const bool closed = bound - best_.upper_bound > (bound - best_.value) / kWorthAnotherRound;
      if (!is_first && !closed && !is_large_) break;
      is_first = false;
    }
    if (!has_matched_ && !Reached() && options_.stop()) {
      Assignment assignment(problem_, slots_);
      FillByWeight(problem_, assignment);
      Keep(assignment);
    }
    best_.stopped = !Reached() && !is_best_ && options_.stop();
    best_.solution.edge_units.assign(problem_.edge_offer.size(), 0);
    for (const auto& [edge, units] : best_units_) best_.solution.edge_units[edge.edge] = units;
    return std::move(best_);
  }

 private:
  // To the last temperature, or to the first from which a corner is found, with matching at the end.
  void Descend(double heaviest, const Descent& descent) {
    const auto at = [&](int power) { return std::ldexp(heaviest, -power); };
    bool cross = !is_large_ && descent.late_passes >= cross_passes_min_;
    int power = descent.first_power;
    while (power < kLastPower && !Done()) {
      const int next = std::max(power + 1, kFirstProofPower);
      dual_.Anneal(at(power), at(next), next > kFirstProofPower ? descent.late_passes : descent.passes,
                   options_.stop);
      power = next;
      ProveBound(dual_.prices());
      if (power >= kCrossPower && !flow_tried_ && FindFlow()) return;
      if (is_large_ && power == kEarlyMatchPower && options_.target_gap_ppm >= kEarlyMatchGapPpm) {
        Match(kRoundingHeat * at(power), kFewSweeps);
      }
      if (!cross || power < kCrossPower) continue;
      // A corner knows no lots: what chains find may be the better.
      Match(kRoundingHeat * at(power), has_lots_ ? kSweepsMax : kFewSweeps);
      if (Cross(kCrossSlack * heaviest)) {
        if (has_lots_) Rematch();
        return;
      }
      // Not before the prices of a slower round.
      cross = false;
      cross_passes_min_ = descent.late_passes + 1;
      cross_work_max_ = kCrossWorkMax;
    }
    if (!is_large_) Rematch();
    Match(kRoundingHeat * at(power), is_large_ ? kLargeSweeps : kSweepsMax);
  }

  void TakeWarmUnits(const std::vector<Units>& edge_units) {
    Assignment assignment(problem_, slots_);
    for (int32_t n = 0; n < problem_.need_count(); ++n) {
      for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
        if (edge_units[e] > 0) assignment.Add({e, n}, edge_units[e]);
      }
    }
    Keep(assignment);
    has_matched_ = true;
  }

  // Small components first and for good; what the search finds for them is laid over with this.
  void SolveBlocks() {
    Assignment assignment(problem_, slots_);
    std::vector<double> prices(slots_.resource_count(), 0.0);
    for (Block& block : SmallComponents(problem_, slots_, kBlockEdgesMax, options_.stop)) {
      BlockOptimum optimum =
          SolveBlock(problem_, slots_, block, kBlockWorkMax, options_.stop, {.seed = options_.seed});
      for (size_t i = 0; i < block.edges.size(); ++i) {
        if (optimum.units[i] > 0) {
          assignment.Add({block.edges[i], assignment.need_of(block.edges[i])}, optimum.units[i]);
        }
      }
      for (size_t i = 0; i < block.resources.size(); ++i) {
        prices[block.resources[i]] = optimum.resource_price[i];
      }
      blocks_.emplace_back(std::move(block), std::move(optimum));
      if (options_.stop()) break;
    }
    if (blocks_.empty()) return;
    Keep(assignment);
    ProveBound(std::move(prices));
  }

  // Takes the prices over where they prove a lower bound.
  void ProveBound(std::vector<double> resource_prices) {
    for (const auto& [block, optimum] : blocks_) {
      for (size_t i = 0; i < block.resources.size(); ++i) {
        resource_prices[block.resources[i]] = optimum.resource_price[i];
      }
    }
    std::optional<Proof> proof = Prove(problem_, slots_, workers_, resource_prices, options_.stop);
    if (proof.has_value()) TakeOver(*std::move(proof));
  }

  void TakeOver(Proof proof) {
    if (proof.bound >= best_.upper_bound) return;
    best_.upper_bound = proof.bound;
    best_.solution.prices = std::move(proof.prices);
    Tell(phase_);
  }

  // Where constraints nest: whether the best units were found, and prices that prove them.
  bool FindFlow() {
    if (Done()) return false;
    flow_tried_ = true;
    const std::optional<Forest> forest = FindForest(slots_);
    if (!forest.has_value()) return false;
    std::optional<BestFlow> flow =
        FindBestFlow(problem_, slots_, *forest, workers_, best_.solution.prices, options_.stop);
    if (!flow.has_value()) return false;
    Tell(ClearPhase::kMatch);
    Assignment assignment(problem_, slots_);
    for (const auto& [edge, units] : flow->units) assignment.Add(edge, units);
    Keep(assignment);
    TakeOver(std::move(flow->proof));
    return Reached();
  }

  // To a corner of the linear programme, whose units are nearly all whole. Whether one was found.
  bool Cross(double slack_max) {
    if (Done()) return false;
    std::optional<Crossed> crossed = CrossOver(
        problem_, slots_, workers_, {best_.solution.prices, best_.upper_bound},
        {.slack_max = slack_max, .work_max = cross_work_max_, .gap = GapAimedAt(), .seed = options_.seed},
        options_.stop);
    if (!crossed.has_value()) return false;
    TakeOver(std::move(crossed->proof));
    if (crossed->choices.empty()) return false;
    Round(crossed->choices, kSweepsMax);
    Polish(slack_max);
    // What is better leaves less to go through.
    for (int64_t value = best_.value - 1; value < best_.value && !Done();) {
      value = best_.value;
      SolveRest();
    }
    return true;
  }

  // The prices of a corner without ties parted, where edges of any more slack than the gap are of no use.
  void Polish(double slack_max) {
    const auto gap = static_cast<double>(best_.upper_bound - best_.value);
    if (Done() || gap > slack_max) return;
    std::optional<Crossed> crossed =
        CrossOver(problem_, slots_, workers_, {best_.solution.prices, best_.upper_bound},
                  {.slack_max = gap, .work_max = cross_work_max_, .part_ties = false, .seed = options_.seed},
                  options_.stop);
    if (crossed.has_value()) TakeOver(std::move(crossed->proof));
  }

  // A unit on an edge of more slack than the gap would leave less than there is.
  void SolveRest() {
    if (Done()) return;
    const int64_t gap = std::min<int64_t>(best_.upper_bound - best_.value, kWeightMax);
    const NearEdges near = FindNearEdges(problem_, slots_, best_.solution.prices, gap * kPriceScale);
    if (near.count() > kRestEdgesMax) return;
    Block rest{near.need, {}, near.edge};
    rest.needs.erase(std::unique(rest.needs.begin(), rest.needs.end()), rest.needs.end());
    for (const int64_t edge : near.edge) {
      const auto resources = slots_.resources(slots_.edge_slot[edge]);
      rest.resources.insert(rest.resources.end(), resources.begin(), resources.end());
    }
    std::sort(rest.resources.begin(), rest.resources.end());
    rest.resources.erase(std::unique(rest.resources.begin(), rest.resources.end()), rest.resources.end());
    // What the floors of other cells lack is paid for whatever the rest does.
    BlockStart start{.to_beat = best_.value + (EmptyValue(slots_, rest) - unmatched_value_),
                     .seed = options_.seed};
    const std::vector<double> prices = ResourcePrices(slots_, best_.solution.prices);
    for (const int32_t n : rest.needs) {
      start.price.push_back(static_cast<double>(best_.solution.prices.need[n]) / kPriceScale);
    }
    for (const int32_t r : rest.resources) start.price.push_back(prices[r]);
    const BlockOptimum optimum =
        SolveBlock(problem_, slots_, rest, kRestWorkMax * near.count(), options_.stop, start);
    Assignment assignment(problem_, slots_);
    for (size_t i = 0; i < rest.edges.size(); ++i) {
      if (optimum.units[i] > 0) assignment.Add({near.edge[i], near.need[i]}, optimum.units[i]);
    }
    Keep(assignment);
    // Prices may be unable to prove what branches have shown.
    is_best_ = optimum.exact && gap < kWeightMax;
  }

  void Round(const std::vector<Choice>& choices, int sweeps_max) {
    if (Done()) return;
    Tell(ClearPhase::kMatch);
    Assignment assignment(problem_, slots_);
    RoundChoices(problem_, choices, options_.seed, options_.stop, assignment);
    Improve(assignment, sweeps_max);
  }

  void Match(double temperature, int sweeps_max) {
    if (Done()) return;
    Round(dual_.Choices(temperature, options_.stop), sweeps_max);
  }

  // The best units so far, under the newest prices.
  void Rematch() {
    if (best_.value == unmatched_value_ || Done()) return;
    Assignment assignment(problem_, slots_);
    for (const auto& [edge, units] : best_units_) assignment.Add(edge, units);
    assignment.Forget();
    Improve(assignment, is_large_ ? kLargeSweeps : kSweepsMax);
  }

  void Improve(Assignment& assignment, int sweeps_max) {
    has_matched_ = true;
    ChainSearch chains(problem_, slots_, workers_, best_.solution.prices, options_.seed, assignment,
                       options_.stop);
    chains.Fill();
    Keep(assignment);
    Tell(ClearPhase::kImprove);
    int nodes = kNodesMin;
    for (int i = 0; i < sweeps_max && nodes <= options_.chain_nodes_max && !Done(); ++i) {
      const int64_t gained = chains.Sweep(nodes);
      Keep(assignment);
      if (gained <= (best_.value - unmatched_value_) / kWorthAnotherSweep) nodes *= 4;
    }
  }

  // Small components have their optimum whatever the search found for them.
  void LayBlocks(Assignment& assignment) {
    for (const auto& [block, optimum] : blocks_) {
      if (!optimum.exact) continue;
      const auto for_each_other = [&, &block = block, &optimum = optimum](auto visit) {
        for (size_t i = 0; i < block.edges.size(); ++i) {
          const Units units = assignment.units(block.edges[i]);
          if (units != optimum.units[i]) {
            visit(NeedEdge{block.edges[i], assignment.need_of(block.edges[i])}, units, optimum.units[i]);
          }
        }
      };
      for_each_other([&](NeedEdge edge, Units has, Units) {
        if (has > 0) assignment.Take(edge, has);
      });
      for_each_other([&](NeedEdge edge, Units, Units best) { assignment.Add(edge, best); });
    }
    assignment.Forget();
  }

  void Keep(Assignment& assignment) {
    LayBlocks(assignment);
    const int64_t value = unmatched_value_ + assignment.gain();
    if (value <= best_.value) return;
    best_.value = value;
    best_units_.clear();
    for (const NeedEdge& edge : assignment.edges()) {
      if (const Units units = assignment.units(edge.edge); units > 0) best_units_.emplace_back(edge, units);
    }
    Tell(phase_);
  }

  void Tell(ClearPhase phase) {
    phase_ = std::max(phase_, phase);
    options_.progress({phase_, best_.value, best_.upper_bound});
  }

  bool Reached() const {
    const absl::int128 bound = best_.upper_bound;
    return (bound - best_.value) * 1'000'000 <= (bound < 0 ? -bound : bound) * options_.target_gap_ppm;
  }
  double GapAimedAt() const {
    return std::abs(static_cast<double>(best_.upper_bound)) * 1e-6 *
           static_cast<double>(options_.target_gap_ppm);
  }
  bool Done() const { return Reached() || is_best_ || options_.stop(); }

  const Problem& problem_;
  const Slots& slots_;
  const ClearOptions& options_;
  Workers& workers_;
  Dual dual_;
  const bool is_large_;
  const bool has_lots_;
  const int64_t unmatched_value_;
  std::vector<std::pair<Block, BlockOptimum>> blocks_;
  Clearing best_;  // its units by edge are filled in at the end, from
  std::vector<std::pair<NeedEdge, Units>> best_units_;
  bool is_best_ = false;  // no units are worth more
  bool flow_tried_ = false;
  bool has_matched_ = false;  // more than small components
  ClearPhase phase_ = ClearPhase::kPrice;
  int64_t cross_work_max_ = kFirstCrossWorkMax;
  int cross_passes_min_ = 0;  // while the temperature halves, for a corner to be looked for
};

}  // namespace

absl::StatusOr<Clearing> Clear(const Problem& problem, const ClearOptions& options) {
  if (absl::Status status = ValidateThreads(options); !status.ok()) return status;
  Workers workers(options.threads);
  if (absl::Status status = Validate(problem, workers); !status.ok()) return status;
  if (absl::Status status = ValidateOptions(problem, options); !status.ok()) return status;
  const bool stopped_at_once = options.stop();
  Clearing start = Unmatched(problem);
  std::optional<Slots> slots;
  if (!stopped_at_once && !options.stop()) slots = MakeSlots(problem, workers, options.stop);
  if (!slots.has_value()) {
    start.stopped = true;
    start.solution.edge_units.assign(problem.edge_offer.size(), 0);
    return start;
  }
  return Clearer(problem, *slots, options, workers, std::move(start)).Run();
}

}  // namespace ayni::matcher
