#include "matcher/spread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <vector>

#include "matcher/shortlist.h"
#include "matcher/slots.h"
#include "matcher/workers.h"
#include "tests/matcher/random_problem.h"

namespace ayni::matcher {
namespace {

struct Spreading {
  Shortlist list;
  std::vector<float> slot_price, slot_wanted, shares;
  double bound = 0;
};

// Every edge of a one-part problem listed, at prices of 0 to 500 for each resource.
Spreading SpreadOver(const Problem& problem, double temperature) {
  Workers workers(1);
  const Slots slots = *MakeSlots(problem, workers, [] { return false; });
  Spreading spreading;
  if (slots.part_count() == 0) return spreading;
  EXPECT_EQ(slots.part_count(), 1);
  std::vector<double> prices(slots.resource_count());
  for (size_t r = 0; r < prices.size(); ++r) prices[r] = static_cast<double>(r * 7919 % 501);
  Shortlist& list = spreading.list = MakeShortlist(problem, slots, 0, prices, 1e7, true);
  for (int32_t s = 0; s < list.slot_count(); ++s) {
    double price = 0;
    for (int32_t i = list.slot_begin[s]; i < list.slot_begin[s + 1]; ++i) {
      price += prices[list.resource[list.slot_resource[i]]];
    }
    spreading.slot_price.push_back(static_cast<float>(price));
  }
  spreading.slot_price.push_back(kNeverPaid);
  spreading.slot_wanted.assign(list.slot_count() + 1, 0);
  spreading.shares.assign(list.slot.size(), -1);
  spreading.bound = Spread(list, spreading.slot_price.data(), temperature, spreading.slot_wanted.data(),
                           spreading.shares.data());
  return spreading;
}

// Units of each edge by the definition, in doubles: the price of the need is found by halving an interval.
std::vector<double> SharesOf(const std::vector<double>& gain, const std::vector<double>& bound, double demand,
                             double temperature) {
  double low = -100 * temperature, high = 2e6;
  const auto units = [&](size_t i, double price) {
    return std::min(bound[i], demand * std::exp((gain[i] - price) / temperature));
  };
  for (int i = 0; i < 200; ++i) {
    const double price = (low + high) / 2;
    double sum = demand * std::exp(-price / temperature);
    for (size_t e = 0; e < gain.size(); ++e) sum += units(e, price);
    (sum > demand ? low : high) = price;
  }
  std::vector<double> shares;
  for (size_t e = 0; e < gain.size(); ++e) shares.push_back(units(e, low));
  return shares;
}

Problem OnePart(Random& random, int i) {
  return RandomProblem(random, {.needs = 60, .offers = 20, .demand = 1 + i % 7, .weight = 1000});
}

TEST(Spread, GivesEachEdgeItsShareWithinItsBound) {
  Random random(31);
  int64_t checked = 0;
  for (int i = 0; i < 60; ++i) {
    const Problem problem = OnePart(random, i);
    const double temperature = i % 2 == 0 ? 50 : 300;
    const Spreading spreading = SpreadOver(problem, temperature);
    const Shortlist& list = spreading.list;
    for (int32_t slice = 0; slice < list.slice_count(); ++slice) {
      for (int lane = 0; lane < kLanes; ++lane) {
        const int32_t need = list.need[kLanes * slice + lane];
        if (need < 0) continue;
        std::vector<double> gain, bound, found;
        for (int32_t row = list.row_begin[slice]; row < list.row_begin[slice + 1]; ++row) {
          const int64_t edge = list.edge[kLanes * row + lane];
          if (edge < 0) continue;
          gain.push_back(problem.edge_weight[edge] - spreading.slot_price[list.slot[kLanes * row + lane]]);
          bound.push_back(static_cast<double>(problem.edge_bound[edge]));
          found.push_back(spreading.shares[kLanes * row + lane]);
        }
        const auto demand = static_cast<double>(problem.need_demand[need]);
        const std::vector<double> expected = SharesOf(gain, bound, demand, temperature);
        for (size_t e = 0; e < gain.size(); ++e) {
          ASSERT_NEAR(found[e], expected[e], 1e-4 * demand) << "market " << i << ", need " << need;
          ++checked;
        }
      }
    }
  }
  EXPECT_GT(checked, 3000);
}

TEST(Spread, SumsWhatIsWantedBySlotAndWhatNeedsCouldGain) {
  Random random(32);
  for (int i = 0; i < 60; ++i) {
    const Problem problem = OnePart(random, i);
    const Spreading spreading = SpreadOver(problem, 100);
    const Shortlist& list = spreading.list;
    std::vector<float> wanted(spreading.slot_wanted.size(), 0);
    for (size_t at = 0; at < list.slot.size(); ++at) wanted[list.slot[at]] += spreading.shares[at];
    EXPECT_EQ(wanted, spreading.slot_wanted);
    double bound = 0;
    for (int32_t n = 0; n < problem.need_count(); ++n) {
      std::vector<std::pair<double, Units>> by_gain;
      for (size_t at = 0; at < list.slot.size(); ++at) {
        const int64_t e = list.edge[at];
        if (e < problem.need_edge_begin[n] || e >= problem.need_edge_begin[n + 1]) continue;
        by_gain.emplace_back(problem.edge_weight[e] - spreading.slot_price[list.slot[at]],
                             problem.edge_bound[e]);
      }
      std::sort(by_gain.rbegin(), by_gain.rend());
      Units left = problem.need_demand[n];
      for (const auto& [gain, units] : by_gain) {
        bound += std::max(0.0, gain) * static_cast<double>(std::min(left, units));
        left -= std::min(left, units);
      }
    }
    EXPECT_NEAR(spreading.bound, bound, 1e-5 * bound);
  }
}

TEST(Spread, GivesTheSameBytesOnEveryWidthOfVectors) {
  const std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  EXPECT_GE(targets.size(), 2u) << "one target alone shows nothing";
  Random random(33);
  for (int i = 0; i < 40; ++i) {
    const Problem problem = OnePart(random, i);
    std::vector<Spreading> by_target;
    for (const int64_t target : targets) {
      hwy::SetSupportedTargetsForTest(target);
      hwy::GetChosenTarget().Update(hwy::SupportedTargets());
      by_target.push_back(SpreadOver(problem, 37));
      const Spreading& first = by_target.front();
      const Spreading& now = by_target.back();
      ASSERT_EQ(now.shares.size(), first.shares.size());
      EXPECT_TRUE(now.shares.empty() ||
                  std::memcmp(now.shares.data(), first.shares.data(), 4 * first.shares.size()) == 0)
          << hwy::TargetName(target) << " differs from " << hwy::TargetName(targets.front()) << ", market "
          << i;
      EXPECT_EQ(std::memcmp(&now.bound, &first.bound, sizeof(double)), 0) << hwy::TargetName(target);
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
}

}  // namespace
}  // namespace ayni::matcher
