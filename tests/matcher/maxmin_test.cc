#include "matcher/maxmin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "matcher/verify.h"
#include "tests/matcher/brute_force.h"
#include "tests/matcher/random_problem.h"

namespace ayni::matcher {
namespace {

using ::testing::HasSubstr;

// Checks what holds of every clearing.
MaxminClearing Cleared(const Problem& problem, const NeedGroups& groups,
                       ClearOptions options = {.target_gap_ppm = 0}) {
  const auto cleared = ClearMaxmin(problem, groups, options);
  EXPECT_TRUE(cleared.ok()) << cleared.status();
  const Minimum& minimum = cleared->minimum;
  const auto shares = VerifyMinimum(problem, groups, cleared->clearing.solution.edge_units, minimum.proof);
  EXPECT_TRUE(shares.ok()) << shares.status();
  EXPECT_EQ(shares->share, minimum.share);
  EXPECT_EQ(shares->upper_bound, minimum.upper_bound);
  EXPECT_LE(shares->share, minimum.upper_bound);
  const auto certificate =
      VerifyPromised(problem, groups, cleared->clearing.solution, minimum.share, minimum.promise_price);
  EXPECT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->value, cleared->clearing.value);
  EXPECT_EQ(certificate->upper_bound, cleared->clearing.upper_bound);
  EXPECT_LE(certificate->value, certificate->upper_bound);
  return *cleared;
}

// Every solution of a tiny problem, by trying everything: the greatest smallest share, and the greatest value
// with it.
class Oracle {
 public:
  Oracle(const Problem& problem, const NeedGroups& groups)
      : problem_(problem), groups_(groups), asked_(groups.count, 0), counts_(groups.count, false) {
    for (int32_t n = 0; n < problem.need_count(); ++n) asked_[groups.need_group[n]] += problem.need_demand[n];
    ForEachSolution(problem, [this](const std::vector<Units>& units) { Take(units); });
    for (const auto& [given, value] : all_) best_ = std::max(best_, {ShareOf(given), value});
  }

  int64_t share() const { return best_.first; }
  int64_t value() const { return best_.second; }

 private:
  // What a group is given by some solution says whether it counts.
  void Take(const std::vector<Units>& units) {
    std::vector<Units> given(groups_.count, 0);
    int64_t value = 0;
    for (int32_t n = 0; n < problem_.need_count(); ++n) {
      for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
        given[groups_.need_group[n]] += units[e];
        value += units[e] * problem_.edge_weight[e];
      }
    }
    for (int32_t g = 0; g < groups_.count; ++g) counts_[g] = counts_[g] || given[g] > 0;
    all_.emplace_back(std::move(given), value);
  }

  int64_t ShareOf(const std::vector<Units>& given) const {
    int64_t share = kShareMax;
    for (int32_t g = 0; g < groups_.count; ++g) {
      if (counts_[g]) share = std::min(share, kShareMax * given[g] / asked_[g]);
    }
    return share;
  }

  const Problem& problem_;
  const NeedGroups& groups_;
  std::vector<Units> asked_;
  std::vector<bool> counts_;
  std::vector<std::pair<std::vector<Units>, int64_t>> all_;
  std::pair<int64_t, int64_t> best_ = {-1, 0};
};

TEST(ClearMaxmin, ServesTheWorstServedFirst) {
  // Welfare gives both units to the first need; MAXMIN one to each.
  const Problem problem =
      ProblemBuilder().Need(2).Need(2).Offer(2).Edge(0, 0, 2, 100).Edge(1, 0, 2, 1).Build();
  const MaxminClearing cleared = Cleared(problem, EachNeed(problem));
  EXPECT_EQ(cleared.minimum.share, 500'000);
  EXPECT_EQ(cleared.minimum.upper_bound, 500'000);
  EXPECT_EQ(cleared.clearing.value, 101);
  EXPECT_EQ(cleared.clearing.upper_bound, 101);
}

TEST(ClearMaxmin, ProvesTheShareOfTheContendedBesideOneThatAsksForVeryMuch) {
  const Problem problem = ProblemBuilder()
                              .Need(2)
                              .Need(2)
                              .Need(kUnitsMax)
                              .Offer(2)
                              .Offer(kUnitsMax)
                              .Edge(0, 0, 2, 100)
                              .Edge(1, 0, 2, 1)
                              .Edge(2, 1, kUnitsMax, 1000)
                              .Build();
  const Minimum minimum = Cleared(problem, EachNeed(problem)).minimum;
  EXPECT_EQ(minimum.share, 500'000);
  EXPECT_EQ(minimum.upper_bound, 500'000);
}

TEST(ClearMaxmin, CountsTheNeedsOfAGroupTogether) {
  // The group of the first two needs is served by its better-paid need alone.
  const Problem problem = ProblemBuilder()
                              .Need(2)
                              .Need(2)
                              .Need(4)
                              .Offer(4)
                              .Edge(0, 0, 2, 100)
                              .Edge(1, 0, 2, 1)
                              .Edge(2, 0, 4, 2)
                              .Build();
  const MaxminClearing cleared = Cleared(problem, {2, {0, 0, 1}});
  EXPECT_EQ(cleared.minimum.share, 500'000);
  EXPECT_EQ(cleared.clearing.value, 204);
}

TEST(ClearMaxmin, LeavesOutWhoNobodyCouldServe) {
  const Problem problem = ProblemBuilder()
                              .Need(2)
                              .Need(2)
                              .Need(0)
                              .Offer(2)
                              .Offer(1, -1, 2)
                              .Edge(0, 0, 2, 5)
                              .Edge(1, 1, 2, 5)
                              .Build();
  EXPECT_EQ(Cleared(problem, EachNeed(problem)).minimum.share, kShareMax);
  const Problem nobody = ProblemBuilder().Need(3).Offer(1).Build();
  EXPECT_EQ(Cleared(nobody, EachNeed(nobody)).minimum.share, kShareMax);
}

TEST(ClearMaxmin, FindsWhatTryingEverythingFinds) {
  Random random(41);
  const char* asked = std::getenv("AYNI_ORACLE_MARKETS");
  const int markets = asked == nullptr ? 400 : std::atoi(asked);
  int worse = 0;
  for (int i = 0; i < markets; ++i) {
    const Problem problem =
        RandomProblem(random, {.needs = 4, .offers = 3, .demand = 3, .density = 5, .lots = i % 3 == 0});
    if (problem.edge_count() > 8) continue;
    NeedGroups groups = EachNeed(problem);
    if (i % 2 == 0) {
      groups.count = 2;
      for (int32_t& group : groups.need_group) group %= 2;
    }
    const Oracle oracle(problem, groups);
    const MaxminClearing cleared = Cleared(problem, groups);
    ASSERT_GE(cleared.minimum.upper_bound, oracle.share()) << "market " << i;
    ASSERT_EQ(cleared.minimum.share, oracle.share()) << "market " << i;
    ASSERT_EQ(cleared.clearing.value, oracle.value()) << "market " << i;
    worse += cleared.minimum.upper_bound > cleared.minimum.share + 1;
  }
  // Whole units and lots keep some from the share that fractions of them could reach.
  EXPECT_LT(worse, markets / 4);
}

TEST(ClearMaxmin, ProvesNearlyWhatItReachesWhereDemandsAreLarge) {
  Random random(42);
  for (int i = 0; i < 5; ++i) {
    Problem problem = RandomProblem(
        random, {.needs = 60, .offers = 20, .taps = 8, .cells = 20, .demand = 4000, .density = 2});
    const MaxminClearing cleared = Cleared(problem, EachNeed(problem), {.target_gap_ppm = 1'000});
    EXPECT_LE(cleared.minimum.upper_bound, cleared.minimum.share + 50'000) << "market " << i;
  }
}

TEST(ClearMaxmin, IsFeasibleWheneverItIsStopped) {
  Random random(43);
  const Problem problem =
      RandomProblem(random, {.needs = 60, .offers = 20, .cells = 20, .density = 2, .floors = true});
  for (int64_t last : {0, 1, 10, 100, 1000}) {
    int64_t calls = 0;
    Cleared(problem, EachNeed(problem), {.target_gap_ppm = 0, .stop = [&] { return ++calls > last; }});
  }
}

TEST(ClearMaxmin, RefusesGroupsThatDoNotFit) {
  const Problem problem = ProblemBuilder().Need(1).Offer(1).Edge(0, 0, 1, 1).Build();
  const auto message = [&](const NeedGroups& groups) {
    return std::string(ClearMaxmin(problem, groups).status().message());
  };
  EXPECT_THAT(message({1, {}}), HasSubstr("need_group: expected one for each need"));
  EXPECT_THAT(message({1, {1}}), HasSubstr("need_group[0] is 1: expected 0 to 0"));
  EXPECT_THAT(message({1, {-1}}), HasSubstr("need_group[0] is -1"));
}

TEST(VerifyPromised, RefusesWhoBreaksAPromiseAndAPriceOfTheWrongSign) {
  const Problem problem =
      ProblemBuilder().Need(2).Need(2).Offer(2).Edge(0, 0, 2, 100).Edge(1, 0, 2, 1).Build();
  const NeedGroups groups = EachNeed(problem);
  const MaxminClearing cleared = Cleared(problem, groups);
  Solution changed = cleared.clearing.solution;
  changed.edge_units = {2, 0};
  Refusal refusal;
  EXPECT_THAT(
      std::string(VerifyPromised(problem, groups, changed, 500'000, {0, 0}, &refusal).status().message()),
      HasSubstr("group 1 has 0 units matched, 1 less than its promise of 1"));
  EXPECT_EQ(refusal.constraint, Refusal::Constraint::kPromise);
  EXPECT_EQ(refusal.index, 1);
  EXPECT_THAT(
      std::string(
          VerifyPromised(problem, groups, cleared.clearing.solution, 500'000, {0, 1}).status().message()),
      HasSubstr("price of promise 1 is 1"));
  MinimumProof proof = cleared.minimum.proof;
  proof.group_weight[0] = kWeightMax + 1;
  EXPECT_THAT(std::string(VerifyMinimum(problem, groups, changed.edge_units, proof).status().message()),
              HasSubstr("weight of group 0"));
}

TEST(VerifyMinimum, NoWeightsAndPricesProveLessThanCanBeReached) {
  Random random(44);
  for (int i = 0; i < 200; ++i) {
    const Problem problem = RandomProblem(random, {.needs = 4, .offers = 3, .demand = 3, .density = 5});
    if (problem.edge_count() > 8) continue;
    const NeedGroups groups = EachNeed(problem);
    const Oracle oracle(problem, groups);
    for (int j = 0; j < 20; ++j) {
      MinimumProof proof;
      for (int32_t g = 0; g < groups.count; ++g) proof.group_weight.push_back(Draw(random, 0, 20));
      const auto draw = [&](size_t count) {
        std::vector<int64_t> prices(count);
        for (int64_t& price : prices) price = Draw(random, 0, 20 * kPriceScale) * Draw(random, 0, 1);
        return prices;
      };
      proof.prices = {draw(problem.need_demand.size()), draw(problem.offer_capacity.size()),
                      draw(problem.tap_capacity.size()), draw(problem.cell_room.size())};
      const auto certificate =
          VerifyMinimum(problem, groups, std::vector<Units>(problem.edge_offer.size(), 0), proof);
      ASSERT_TRUE(certificate.ok()) << certificate.status();
      ASSERT_GE(certificate->upper_bound, oracle.share());
    }
  }
}

}  // namespace
}  // namespace ayni::matcher
