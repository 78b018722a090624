#include "matcher/minimum_search.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "absl/numeric/int128.h"
#include "matcher/invariant.h"
#include "matcher/minimum_proof.h"
#include "matcher/need_part.h"
#include "matcher/promised_problem.h"
#include "matcher/raising.h"
#include "matcher/slots.h"
#include "matcher/verify.h"
#include "matcher/workers.h"

namespace ayni::matcher {
namespace {

// Clearings of the whole, or of a part; fewer where bound and smallest meet.
constexpr int kShareStepsMax = 20, kScoreStepsMax = 24, kScorePartStepsMax = 60;
constexpr int kIdleStepsMax = 5, kIdlePartStepsMax = 12;
// In a clearing for shares every edge weighs the same, and a unit that is promised this part of all demand
// times as much, within these. One that comes within a quarter of it of its bound has kept every promise
// that can be kept, but for whole units.
constexpr int32_t kSearchWeight = 10'000;
constexpr int64_t kSearchPart = 64;
constexpr int kSearchNodes = 16;
constexpr int64_t kSearchTimesMin = 64, kSearchTimesMax = kPenaltyMax / kSearchWeight;
constexpr int64_t kHopelessPart = 100;  // of the promised units are out of reach
constexpr int64_t kProofGapPpm = 500;
constexpr int64_t kStartGapPpm = 10'000;
constexpr int64_t kPartEdgesShare = 2;  // a part has at most one edge of so many

// How fast the weights of groups follow what they get.
constexpr double kPaceFirst = 1.5, kPaceHalvesAfter = 8;

class MinimumSearch {
 public:
  MinimumSearch(const Problem& problem, const GroupGauge& gauge, const ClearOptions& options,
                MinimumSearchOptions search_options)
      : problem_(problem),
        gauge_(gauge),
        options_(options),
        search_options_(std::move(search_options)),
        workers_(options.threads) {
    found_.units.assign(problem.edge_offer.size(), 0);
    found_.smallest = gauge.Smallest(gauge.Given(found_.units));
    ProveTrivially();
  }

  FoundMinimum Run() && {
    slots_ = MakeSlots(problem_, workers_, options_.stop);
    if (slots_.has_value()) {
      Start();
      const int idle_max = search_options_.is_part ? kIdlePartStepsMax : kIdleStepsMax;
      int idle = 0;  // steps that bettered nothing
      for (int step = 0; step < StepsMax() && idle < idle_max && !Done(); ++step) {
        const auto before = std::pair(found_.smallest, found_.upper_bound);
        const bool is_new = BoundHardest();
        if (Done()) break;
        if (!search_options_.clears) {
          if (!is_new) break;
          continue;
        }
        if (gauge_.measure() == Measure::kServedShare ? !TryShare() : !TryWeights()) break;
        idle = before == std::pair(found_.smallest, found_.upper_bound) ? idle + 1 : 0;
      }
    }
    found_.stopped = options_.stop();
    return std::move(found_);
  }

 private:
  int StepsMax() const {
    if (gauge_.measure() == Measure::kServedShare) return kShareStepsMax;
    return search_options_.is_part ? kScorePartStepsMax : kScoreStepsMax;
  }
  int64_t Most() const { return std::min(found_.upper_bound, below_failed_); }
  bool Done() const { return gauge_.LeastLike(found_.upper_bound) <= found_.smallest || options_.stop(); }

  // The group that can get least alone, each of its needs at its best edges.
  void ProveTrivially() {
    MinimumProof& proof = found_.proof;
    proof.group_weight.assign(gauge_.groups().count, 0);
    proof.prices = {std::vector<int64_t>(problem_.need_demand.size(), 0),
                    std::vector<int64_t>(problem_.offer_capacity.size(), 0),
                    std::vector<int64_t>(problem_.tap_capacity.size(), 0),
                    std::vector<int64_t>(problem_.cell_room.size(), 0)};
    std::vector<int64_t> worth(problem_.edge_offer.size(), 0);
    if (gauge_.most_group() >= 0) proof.group_weight[gauge_.most_group()] = kWeightMax;
    for (int32_t n = 0; n < problem_.need_count(); ++n) {
      if (gauge_.groups().need_group[n] != gauge_.most_group()) continue;
      for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
        worth[e] = kWeightMax / GroupWeightScale(gauge_.measure()) * gauge_.OfUnit(e) * kPriceScale;
      }
    }
    proof.prices.need = BestNeedPrices(problem_, worth);
    found_.upper_bound =
        VerifyMinimum(problem_, gauge_.groups(), gauge_.measure(), found_.units, proof)->upper_bound;
  }

  void Start() {
    std::vector<Units> units = std::move(search_options_.start);
    if (units.empty()) {
      ClearOptions options = Quietly(kStartGapPpm);
      absl::StatusOr<Clearing> clearing = Clear(problem_, options);
      INVARIANT(clearing.ok(), clearing.status().ToString());
      units = std::move(clearing->solution.edge_units);
    }
    RaiseFrom(units);
  }

  // For what is no news to the caller.
  ClearOptions Quietly(int64_t target_gap_ppm) const {
    return {.seed = options_.seed,
            .target_gap_ppm = target_gap_ppm,
            .threads = options_.threads,
            .stop = options_.stop,
            .chain_nodes_max = kSearchNodes};
  }

  // By halves between what is reached and what is not, with the units at hand.
  void RaiseFrom(const std::vector<Units>& units) {
    Keep(units);
    Raising raising(problem_, *slots_, gauge_, workers_, units, options_.stop);
    int64_t most = found_.upper_bound;
    bool is_first = true;
    while (gauge_.LeastLike(most) > raising.smallest() && !options_.stop()) {
      const int64_t smallest = is_first ? most : raising.smallest() + (most - raising.smallest() + 1) / 2;
      is_first = false;
      if (!raising.RaiseTo(smallest)) {
        most = gauge_.LeastLike(smallest) - 1;
        in_the_way_ = raising.InTheWay();
      }
    }
    Keep(raising.units());
  }

  void Keep(const std::vector<Units>& units) {
    const int64_t reached = gauge_.Smallest(gauge_.Given(units));
    const int64_t worth = Worth(units);
    if (reached < found_.smallest || (reached == found_.smallest && worth <= best_worth_)) return;
    const bool is_news = reached > found_.smallest;
    found_.smallest = reached;
    found_.units = units;
    best_worth_ = worth;
    if (is_news) search_options_.tell(found_.smallest, found_.upper_bound);
  }

  void Keep(ProvedMinimum proved) {
    if (proved.upper_bound >= found_.upper_bound) return;
    found_.upper_bound = proved.upper_bound;
    found_.proof = std::move(proved.proof);
    search_options_.tell(found_.smallest, found_.upper_bound);
  }

  // The groups that could not be raised, and those in their way, with nobody else there: what bounds them
  // bounds all, and what serves them may leave enough for the others.
  // False where these were looked at before.
  bool BoundHardest() {
    if (search_options_.is_part || in_the_way_.empty()) return false;
    std::vector<int32_t> hard;
    std::set_union(hard_.begin(), hard_.end(), in_the_way_.begin(), in_the_way_.end(),
                   std::back_inserter(hard));
    in_the_way_.clear();
    if (hard == hard_) return false;
    hard_ = std::move(hard);
    const NeedPart part(problem_, gauge_.groups(), hard_);
    if (part.problem().edge_count() > problem_.edge_count() / kPartEdgesShare) return false;
    const GroupGauge gauge(part.problem(), part.groups(), gauge_.measure());
    const FoundMinimum found = SearchMinimum(part.problem(), gauge, options_,
                                             {.start = part.UnitsOf(found_.units), .is_part = true});
    if (found.upper_bound < found_.upper_bound) {
      found_.upper_bound = found.upper_bound;
      found_.proof = part.ProofOfWhole(found.proof);
      search_options_.tell(found_.smallest, found_.upper_bound);
    }
    if (!Done() && found.smallest > found_.smallest) {
      RaiseFrom(part.UnitsOfWhole(found.units, found_.units, *slots_, options_.stop));
    }
    return true;
  }

  // A clearing with the promises of a share as floors; where they are not kept, their prices bound the share.
  // False where there is no more to learn so.
  bool TryShare() {
    if (!promised_.has_value()) {
      promised_.emplace(problem_, gauge_);
      promised_->ForgetWorth(kSearchWeight);
    }
    if (gauge_.LeastLike(Most()) <= found_.smallest) return false;
    const bool is_first = std::exchange(tried_, true);
    const int64_t share = is_first ? Most() : found_.smallest + (Most() - found_.smallest + 1) / 2;
    const Units demand = std::max<Units>(1, gauge_.demand());
    const int64_t times = std::clamp(demand / kSearchPart, kSearchTimesMin, kSearchTimesMax);
    promised_->SetPromises(share, times * kSearchWeight);
    int64_t promised = 0;
    for (int32_t g = 0; g < gauge_.groups().count; ++g) promised += gauge_.Promise(g, share);
    // Who keeps every promise has at least the value of the promised units: a bound well below it shows that
    // nobody comes near, and there is no more to learn.
    const absl::int128 hopeless =
        absl::int128(promised) * kSearchWeight * (kHopelessPart - times) / kHopelessPart;
    bool out_of_reach = false;
    ClearOptions options = Quietly(kShareMax * (times / 4) / demand);
    options.progress = [&](const ClearProgress& now) { out_of_reach |= now.upper_bound < hopeless; };
    options.stop = [&] { return options_.stop() || out_of_reach; };
    const absl::StatusOr<Clearing> clearing = Clear(promised_->get(), options);
    INVARIANT(clearing.ok(), clearing.status().ToString());
    RaiseFrom(clearing->solution.edge_units);
    if (found_.smallest >= share) return true;
    below_failed_ = gauge_.LeastLike(share) - 1;
    ProveByPrices(promised_->PromisePrices(clearing->solution.prices));
    return true;
  }

  void ProveByPrices(const std::vector<int64_t>& promise_prices) {
    int64_t dearest = 0;
    for (const int64_t price : promise_prices) dearest = std::max(dearest, -price);
    if (dearest == 0) return;
    std::vector<int64_t> weight;
    for (const int64_t price : promise_prices) {
      weight.push_back(static_cast<int64_t>(absl::int128(-price) * kWeightMax / dearest));
    }
    Keep(ProveMinimum(problem_, gauge_, std::move(weight), Quietly(kProofGapPpm)));
  }

  // Groups with less than what is aimed at weigh more in the next clearing, those with more less.
  bool TryWeights() {
    if (group_weight_.empty()) group_weight_.assign(gauge_.groups().count, 1.0);
    std::vector<int64_t> weight;
    for (const double w : group_weight_) weight.push_back(static_cast<int64_t>(w * kWeightMax));
    ProvedMinimum proved = ProveMinimum(problem_, gauge_, std::move(weight), Quietly(kProofGapPpm));
    const std::vector<int64_t> given = gauge_.Given(proved.units);
    RaiseFrom(proved.units);
    Keep(std::move(proved));
    const double aim =
        (static_cast<double>(found_.smallest) + static_cast<double>(found_.upper_bound)) / 2 + 1;
    const double pace = kPaceFirst / (1 + turns_++ / kPaceHalvesAfter);
    double heaviest = 0;
    for (int32_t g = 0; g < gauge_.groups().count; ++g) {
      const auto has = static_cast<double>(given[g]);
      group_weight_[g] *= 1 + std::min(pace, 0.95) * (aim - has) / (aim + has);
      if (gauge_.Counts(g)) heaviest = std::max(heaviest, group_weight_[g]);
    }
    for (double& w : group_weight_) w = std::min(1.0, w / heaviest);
    return true;
  }

  int64_t Worth(const std::vector<Units>& units) const {
    int64_t worth = 0;
    for (int64_t e = 0; e < problem_.edge_count(); ++e) worth += units[e] * problem_.edge_weight[e];
    return worth;
  }

  const Problem& problem_;
  const GroupGauge& gauge_;
  const ClearOptions& options_;
  MinimumSearchOptions search_options_;
  Workers workers_;
  std::optional<Slots> slots_;
  FoundMinimum found_;
  int64_t best_worth_ = -1;
  std::vector<int32_t> in_the_way_;  // of the group that could not be raised last
  std::vector<int32_t> hard_;        // those that were looked at alone
  std::optional<PromisedProblem> promised_;
  int64_t below_failed_ = std::numeric_limits<int64_t>::max();
  bool tried_ = false;
  std::vector<double> group_weight_;
  int turns_ = 0;
};

}  // namespace

FoundMinimum SearchMinimum(const Problem& problem, const GroupGauge& gauge, const ClearOptions& options,
                           MinimumSearchOptions search_options) {
  return MinimumSearch(problem, gauge, options, std::move(search_options)).Run();
}

}  // namespace ayni::matcher
