#include "matcher/crossover.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "matcher/corner.h"
#include "matcher/near.h"

namespace ayni::matcher {
namespace {

constexpr int kRounds = 4;
constexpr int32_t kNearEdgesMax = 200'000;
// Where more than so large a part of the edges is near, weights tie, and the simplex method stands still.
constexpr int64_t kNearPart = 4, kNearEdgesMin = 20'000;
// Of the slack of near edges: one has seldom more resources, whose prices could all fall by so much together.
constexpr int kBelow = 8;
constexpr int64_t kWorkMax = 250'000'000;  // some 3 s
constexpr double kGapPart = 4;  // of the gap aimed at, that the bound may stand above the corner's value
constexpr float kChoiceLeast = 0.01f;  // what slivers leave is no choice

std::vector<Choice> ChoicesOf(const NearEdges& near, const Corner& corner) {
  std::vector<Choice> choices;
  for (int32_t i = 0; i < near.count(); ++i) {
    const auto units = static_cast<float>(corner.units[i]);
    if (units > kChoiceLeast) choices.push_back({near.edge[i], near.need[i], units});
  }
  return choices;
}

}  // namespace

std::optional<Crossed> CrossOver(const Problem& problem, const Slots& slots, Workers& workers,
                                 const Proof& start, const CrossOptions& options,
                                 const std::function<bool()>& stop) {
  const auto slack = static_cast<int64_t>(options.slack_max * kPriceScale);
  NearEdges near = FindNearEdges(problem, slots, start.prices, slack);
  if (near.count() > kNearEdgesMax || near.count() > problem.edge_count() / kNearPart + kNearEdgesMin) {
    return std::nullopt;
  }
  const CornerPrices kept = {InUnits(ByResource(start.prices)), InUnits(start.prices.need)};
  CornerPrices from = kept;
  Crossed crossed{start, {}};
  bool missed = true;
  for (int round = 0; round < kRounds && missed && near.count() <= kNearEdgesMax; ++round) {
    Corner corner = FindCorner(problem, slots, near, from, kept, options.slack_max / kBelow,
                               {.part_ties = options.part_ties,
                                .seed = options.seed,
                                .work_max = std::min(options.work_max * near.count(), kWorkMax)},
                               stop);
    std::optional<Proof> proof = Prove(problem, slots, workers, corner.prices.resource, stop);
    if (!proof.has_value()) return std::nullopt;
    if (corner.optimal) crossed.choices = ChoicesOf(near, corner);
    missed = AddMissed(problem, slots, proof->prices, slack / kBelow, near);
    if (proof->bound < crossed.proof.bound) crossed.proof = *std::move(proof);
    // The corner's value counts slivers too: where the gap is to be closed, all edges are to be there.
    const double above = static_cast<double>(crossed.proof.bound) - corner.value;
    if (!corner.optimal || (options.gap > 0 && above < options.gap / kGapPart)) break;
    from = std::move(corner.prices);
  }
  return crossed;
}

}  // namespace ayni::matcher
