#include "matcher/rounding.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace ayni::matcher {
namespace {

constexpr int kWeightSteps = 1'024;  // that FillByWeight tells apart
constexpr int kStopEvery = 1'024;    // choices between two looks at `stop`

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
    const auto demand = static_cast<float>(problem.need_demand[assignment.need_of(choices[i].edge)]);
    if (choices[i].units >= 0.5f) {
      decided.emplace_back(-choices[i].units / demand, TieOf(seed, choices[i].edge), i);
    }
  }
  std::sort(decided.begin(), decided.end());
  int seen = 0;
  for (const auto& [share, tie, i] : decided) {
    if (++seen % kStopEvery == 0 && stop()) break;
    const int64_t edge = choices[i].edge;
    const auto wanted = static_cast<Units>(static_cast<double>(choices[i].units) + 0.5);
    const Units units = std::min(wanted, assignment.Room(edge));
    const Units lot = problem.offer_lot[problem.edge_offer[edge].at()];
    if (units > 0 && units >= lot) assignment.Add(edge, units);
  }
  assignment.Forget();
}

void FillByWeight(const Problem& problem, Assignment& assignment) {
  const auto step_of = [&](int64_t edge) {
    return kWeightSteps - 1 - int64_t{problem.edge_weight[edge]} * (kWeightSteps - 1) / kWeightMax;
  };
  std::vector<int64_t> next(kWeightSteps + 1, 0);
  for (int64_t e = 0; e < problem.edge_count(); ++e) ++next[step_of(e) + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<int64_t> by_weight(problem.edge_offer.size());
  for (int64_t e = 0; e < problem.edge_count(); ++e) by_weight[next[step_of(e)]++] = e;
  for (const int64_t edge : by_weight) {
    if (const Units room = assignment.Room(edge); room > 0) assignment.Add(edge, room);
  }
  assignment.Forget();
}

}  // namespace ayni::matcher
