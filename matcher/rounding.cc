#include "matcher/rounding.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace ayni::matcher {
namespace {

constexpr int kStopEvery = 1'024;           // choices between two looks at `stop`
constexpr int64_t kFillEdgesMax = 250'000;  // some 30 ms

}  // namespace

uint64_t TieOf(uint64_t seed, int64_t key) {
  uint64_t hash = seed + 0x9e3779b97f4a7c15 * (static_cast<uint64_t>(key) + 1);
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  return hash ^ (hash >> 31);
}

void RoundChoices(const Problem& problem, const std::vector<Choice>& choices, uint64_t seed,
                  const std::function<bool()>& stop, Assignment& assignment) {
  std::vector<std::tuple<float, uint64_t, size_t>> decided;
  for (size_t i = 0; i < choices.size(); ++i) {
    const auto demand = static_cast<float>(problem.need_demand[choices[i].need]);
    if (choices[i].units >= 0.5f) {
      decided.emplace_back(-choices[i].units / demand, TieOf(seed, choices[i].edge), i);
    }
  }
  std::sort(decided.begin(), decided.end());
  int seen = 0;
  for (const auto& [share, tie, i] : decided) {
    if (++seen % kStopEvery == 0 && stop()) break;
    const NeedEdge edge = {choices[i].edge, choices[i].need};
    const auto wanted = static_cast<Units>(static_cast<double>(choices[i].units) + 0.5);
    const Units units = std::min(wanted, assignment.Room(edge));
    const Units lot = problem.offer_lot[problem.edge_offer[edge.edge].at()];
    if (units > 0 && units >= lot) assignment.Add(edge, units);
  }
  assignment.Forget();
}

void FillByWeight(const Problem& problem, Assignment& assignment) {
  std::vector<int64_t> edges;
  int64_t edges_left = kFillEdgesMax;
  for (int32_t n = 0; n < problem.need_count() && edges_left > 0; ++n) {
    edges.resize(problem.need_edge_begin[n + 1] - problem.need_edge_begin[n]);
    edges_left -= static_cast<int64_t>(edges.size());
    std::iota(edges.begin(), edges.end(), problem.need_edge_begin[n]);
    std::stable_sort(edges.begin(), edges.end(),
                     [&](int64_t a, int64_t b) { return problem.edge_weight[a] > problem.edge_weight[b]; });
    for (const int64_t e : edges) {
      if (assignment.need_left(n) == 0) break;
      if (const Units room = assignment.Room({e, n}); room > 0) assignment.Add({e, n}, room);
    }
  }
  assignment.Forget();
}

}  // namespace ayni::matcher
