#include "matcher/chain_graph.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "matcher/rounding.h"

namespace ayni::matcher {
namespace {

// An edge of more slack is in no solution near the bound.
constexpr int64_t kSlackMax = kWeightMax * kPriceScale / 50;
constexpr int64_t kNeedsAtOnce = 2'048, kResourcesAtOnce = 4'096;
constexpr int64_t kStopEvery = 8;  // of these, between two looks at `stop`

}  // namespace

ChainGraph::ChainGraph(const Problem& problem, const Slots& slots, Workers& workers, const Prices& prices,
                       uint64_t seed, const Assignment& assignment, const std::function<bool()>& stop)
    : need_price(prices.need),
      resource_price(ByResource(prices)),
      problem_(problem),
      slots_(slots),
      assignment_(assignment),
      seed_(seed),
      slot_price_(SlotPrices(slots, resource_price)) {
  FindNear(workers, stop);
  IndexByResource(workers);
}

void ChainGraph::FindNear(Workers& workers, const std::function<bool()>& stop) {
  const int64_t needs = problem_.need_count(), chunks = (needs + kNeedsAtOnce - 1) / kNeedsAtOnce;
  std::vector<std::vector<Near>> taken(chunks);
  std::vector<int64_t> counts(needs, 0);
  for (int64_t from = 0; from < chunks && !stop(); from += kStopEvery) {
    workers.ForEach(std::min(kStopEvery, chunks - from), [&](int64_t i) {
      const int64_t begin = (from + i) * kNeedsAtOnce;
      TakeNeeds(static_cast<int32_t>(begin), static_cast<int32_t>(std::min(needs, begin + kNeedsAtOnce)),
                taken[from + i], counts);
    });
  }
  need_begin.resize(needs + 1);
  std::partial_sum(counts.begin(), counts.end(), need_begin.begin() + 1);
  near.reserve(need_begin.back());
  for (std::vector<Near>& own : taken) {
    near.insert(near.end(), own.begin(), own.end());
    own = {};
  }
}

void ChainGraph::TakeNeeds(int32_t begin, int32_t end, std::vector<Near>& taken,
                           std::vector<int64_t>& counts) const {
  for (int32_t n = begin; n < end; ++n) {
    const size_t before = taken.size();
    for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
      const int64_t slack = Slack({e, n});
      if (slack <= kSlackMax || assignment_.units(e) > 0) {
        taken.push_back({e, slack, slots_.edge_slot[e], n});
      }
    }
    std::sort(taken.begin() + static_cast<int64_t>(before), taken.end(),
              [this](const Near& a, const Near& b) {
                if (a.slack != b.slack) return a.slack < b.slack;
                return TieOf(seed_, a.edge) < TieOf(seed_, b.edge);
              });
    counts[n] = static_cast<int64_t>(taken.size() - before);
  }
}

void ChainGraph::IndexByResource(Workers& workers) {
  const int64_t resources = slots_.resource_count();
  resource_begin_.assign(resources + 1, 0);
  const auto for_each = [this](auto visit) {
    for (size_t i = 0; i < near.size(); ++i) {
      for (const int32_t r : slots_.resources(near[i].slot)) {
        if (resource_price[r] <= 0 && slots_.penalty(r) == 0) continue;
        if (slots_.resource_room[r] > 0) visit(r, static_cast<int32_t>(i));
      }
    }
  };
  for_each([this](int32_t r, int32_t) { ++resource_begin_[r + 1]; });
  std::partial_sum(resource_begin_.begin(), resource_begin_.end(), resource_begin_.begin());
  resource_near_.resize(resource_begin_.back());
  std::vector<int64_t> next(resource_begin_.begin(), resource_begin_.end() - 1);
  for_each([&](int32_t r, int32_t i) { resource_near_[next[r]++] = i; });
  workers.ForEach((resources + kResourcesAtOnce - 1) / kResourcesAtOnce, [&](int64_t chunk) {
    for (int64_t r = chunk * kResourcesAtOnce; r < std::min(resources, (chunk + 1) * kResourcesAtOnce); ++r) {
      std::sort(
          resource_near_.begin() + resource_begin_[r], resource_near_.begin() + resource_begin_[r + 1],
          [this](int32_t a, int32_t b) { return std::pair(near[a].slack, a) < std::pair(near[b].slack, b); });
    }
  });
}

}  // namespace ayni::matcher
