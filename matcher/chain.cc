#include "matcher/chain.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "matcher/rounding.h"

namespace ayni::matcher {
namespace {

// Of one sweep: seldom a tenth of it is needed, but equal weights leave thousands of losses that nothing
// mends.
constexpr int64_t kSweepNodesMin = 2'000;
// Losses from which chains are searched at the same time: fewer where there are few, as they might want the
// same, and where each takes long, as `stop` is to be asked in between.
constexpr int64_t kAtOnceMax = 64, kAtOncePart = 32, kNodesAtOnce = 16'384;
constexpr int64_t kSearchesEach = 4;  // of a thread, before it asks for more
constexpr int kTriesMax = 3;          // where chains of the same batch stood in the way
constexpr Units kUnitsOfLossMax = kUnitsMax / 1'000;
constexpr int64_t kLossScale = 1'000;

}  // namespace

ChainSearch::ChainSearch(const Problem& problem, const Slots& slots, Workers& workers, const Prices& prices,
                         uint64_t seed, Assignment& assignment, const std::function<bool()>& stop)
    : problem_(problem),
      slots_(slots),
      workers_(workers),
      seed_(seed),
      assignment_(assignment),
      stop_(stop),
      graph_(problem, slots, workers, prices, seed, assignment, stop) {}

std::vector<ChainSearch::Loss> ChainSearch::Losses() const {
  std::vector<Loss> losses;
  const auto add = [&](LossAt at, int64_t index, int32_t need, Units units, int64_t price) {
    const int64_t size = std::min(units, kUnitsOfLossMax) * (price / kLossScale);
    if (size > 0) losses.push_back({size, TieOf(seed_, index), at, index, need});
  };
  for (int32_t n = 0; n < problem_.need_count(); ++n) {
    add(LossAt::kNeed, n, n, assignment_.need_left(n), graph_.need_price[n]);
    for (const ChainGraph::Near& near : graph_.OfNeed(n)) {
      if (near.slack > 0) add(LossAt::kEdge, near.edge, n, assignment_.units(near.edge), near.slack);
    }
  }
  for (int32_t r = 0; r < slots_.resource_count(); ++r) {
    const Units lacks = slots_.penalty(r) > 0 ? std::max<Units>(0, assignment_.resource_lacks(r)) : 0;
    add(LossAt::kResource, r, -1, lacks > 0 ? lacks : assignment_.resource_left(r),
        lacks > 0 ? slots_.penalty(r) * kPriceScale : graph_.resource_price[r]);
  }
  std::sort(losses.begin(), losses.end(), [](const Loss& a, const Loss& b) {
    return std::tuple(-a.size, a.tie, a.at, a.index) < std::tuple(-b.size, b.tie, b.at, b.index);
  });
  return losses;
}

bool ChainSearch::Stands(const Loss& loss) const {
  switch (loss.at) {
    case LossAt::kNeed:
      return assignment_.need_left(loss.need) > 0;
    case LossAt::kEdge:
      return assignment_.units(loss.index) > 0;
    case LossAt::kResource:
      return assignment_.resource_left(static_cast<int32_t>(loss.index)) > 0;
  }
  return false;
}

Chain ChainSearch::Find(const Loss& loss, int nodes_max, ChainFinder& finder) const {
  switch (loss.at) {
    case LossAt::kNeed:
      return finder.FromNeed(loss.need, -1, nodes_max);
    case LossAt::kResource:
      return finder.FromHole(static_cast<int32_t>(loss.index), -1, nodes_max);
    case LossAt::kEdge:
      break;
  }
  Chain chain = finder.FromNeed(loss.need, loss.index, nodes_max);
  if (!chain.steps.empty()) return chain;
  const int64_t nodes = chain.nodes;
  chain = finder.FromHole(-1, loss.index, nodes_max);
  chain.nodes += nodes;
  return chain;
}

std::vector<Chain> ChainSearch::FindAll(const std::vector<Loss>& losses, int nodes_max) {
  const auto count = static_cast<int64_t>(losses.size());
  std::vector<Chain> chains(losses.size());
  workers_.ForEach((count + kSearchesEach - 1) / kSearchesEach, [&](int64_t i) {
    std::unique_ptr<ChainFinder> finder = TakeFinder();
    for (int64_t k = i * kSearchesEach; k < std::min(count, (i + 1) * kSearchesEach); ++k) {
      chains[k] = Find(losses[k], nodes_max, *finder);
    }
    const std::lock_guard lock(mutex_);
    finders_.push_back(std::move(finder));
  });
  return chains;
}

std::unique_ptr<ChainFinder> ChainSearch::TakeFinder() {
  const std::lock_guard lock(mutex_);
  if (finders_.empty()) {
    return std::make_unique<ChainFinder>(problem_, slots_, graph_, assignment_, seed_);
  }
  std::unique_ptr<ChainFinder> finder = std::move(finders_.back());
  finders_.pop_back();
  return finder;
}

int64_t ChainSearch::Sweep(int nodes_max) {
  // Edges of much slack give way first.
  assignment_.Relist(workers_, [this](const NeedEdge& edge) {
    return std::pair(graph_.Slack(edge), TieOf(seed_, edge.edge));
  });
  int64_t nodes_left = kSweepNodesMin + 2 * int64_t{problem_.need_count()};
  const std::vector<Loss> losses = Losses();
  const int64_t at_once = std::min({kAtOnceMax, 1 + static_cast<int64_t>(losses.size()) / kAtOncePart,
                                    std::max<int64_t>(1, kNodesAtOnce / nodes_max)});
  int64_t gained = 0;
  size_t next = 0;
  std::vector<Loss> batch;  // begins with those that are tried again
  while ((next < losses.size() || !batch.empty()) && nodes_left > 0 && !stop_()) {
    for (; next < losses.size() && static_cast<int64_t>(batch.size()) < at_once; ++next) {
      if (Stands(losses[next])) batch.push_back(losses[next]);
    }
    const std::vector<Chain> chains = FindAll(batch, nodes_max);
    std::vector<Loss> again;
    bool changed = false;
    for (size_t i = 0; i < batch.size(); ++i) {
      nodes_left -= chains[i].nodes;
      if (chains[i].steps.empty()) continue;
      const int64_t gain = Apply(chains[i].steps, chains[i].units);
      gained += gain;
      Loss& loss = batch[i];
      loss.tries = gain > 0 ? 0 : loss.tries + 1;
      // Where nothing was in the way, the same chain would come again.
      if (Stands(loss) && (gain > 0 || changed) && loss.tries < kTriesMax) again.push_back(loss);
      changed |= gain > 0;
    }
    batch = std::move(again);
  }
  return gained;
}

void ChainSearch::Fill() {
  for (int32_t n = 0; n < problem_.need_count(); ++n) {
    if (n % 1024 == 0 && stop_()) break;
    if (assignment_.need_left(n) > 0) PlaceLeftover(n);
  }
  assignment_.Forget();
}

int64_t ChainSearch::PlaceLeftover(int32_t need) {
  int64_t gained = 0;
  for (const ChainGraph::Near& near : graph_.OfNeed(need)) {
    if (assignment_.need_left(need) == 0) break;
    const Units units = assignment_.Room({near.edge, need});
    if (units == 0) continue;
    assignment_.Add({near.edge, need}, units);
    gained += units * problem_.edge_weight[near.edge];
  }
  return gained;
}

bool ChainSearch::Carry(const std::vector<ChainStep>& steps, Units units) {
  for (const ChainStep& step : steps) {
    if (step.release >= 0) {
      const Units has = assignment_.units(step.release);
      if (has == 0) return false;
      units = assignment_.Take({step.release, assignment_.need_of(step.release)}, std::min(units, has));
    }
    if (step.add >= 0) {
      const NeedEdge add = {step.add, assignment_.need_of(step.add)};
      const Units room = std::min(units, assignment_.Room(add));
      const Units lot = slots_.slot_lot[slots_.edge_slot[step.add]];
      if (room == 0 || assignment_.units(step.add) + room < lot) return false;
      assignment_.Add(add, room);
    }
  }
  return true;
}

int64_t ChainSearch::Apply(const std::vector<ChainStep>& steps, Units units) {
  if (Carry(steps, units)) {
    for (const ChainStep& step : steps) {
      if (step.release >= 0) PlaceLeftover(assignment_.need_of(step.release));
      if (step.add >= 0) PlaceLeftover(assignment_.need_of(step.add));
    }
    if (const int64_t gained = assignment_.HistoryGain(); gained > 0) {
      assignment_.Forget();
      return gained;
    }
  }
  assignment_.BackTo(0);
  // A floor may be reached, or left, on the way to so many.
  return slots_.has_floors() && units > 1 ? Apply(steps, 1) : 0;
}

}  // namespace ayni::matcher
