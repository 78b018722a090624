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
                       ClearOptions options = {.target_gap_ppm = 0}, const MaxminOptions& maxmin = {}) {
  const auto cleared = ClearMaxmin(problem, groups, options, maxmin);
  EXPECT_TRUE(cleared.ok()) << cleared.status();
  const Minimum& minimum = cleared->minimum;
  EXPECT_TRUE(IsFeasible(problem, cleared->clearing.solution.edge_units));
  const auto found =
      VerifyMinimum(problem, groups, maxmin.measure, cleared->clearing.solution.edge_units, minimum.proof);
  EXPECT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->smallest, minimum.smallest);
  EXPECT_EQ(found->upper_bound, minimum.upper_bound);
  EXPECT_LE(found->smallest, minimum.upper_bound);
  const auto certificate = VerifyPromised(problem, groups, maxmin.measure, cleared->clearing.solution,
                                          minimum.smallest, minimum.promise_price);
  EXPECT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->value, cleared->clearing.value);
  EXPECT_EQ(certificate->upper_bound, cleared->clearing.upper_bound);
  EXPECT_LE(certificate->value, certificate->upper_bound);
  return *cleared;
}

// Every solution of a tiny problem, by trying everything: the greatest smallest, and the greatest value with
// at least so much.
class Oracle {
 public:
  Oracle(const Problem& problem, const NeedGroups& groups, Measure measure = Measure::kServedShare)
      : problem_(problem),
        groups_(groups),
        measure_(measure),
        asked_(groups.count, 0),
        counts_(groups.count, false) {
    for (int32_t n = 0; n < problem.need_count(); ++n) asked_[groups.need_group[n]] += problem.need_demand[n];
    ForEachSolution(problem, [this](const std::vector<Units>& units) { Take(units); });
    for (const auto& [given, value] : all_) smallest_ = std::max(smallest_, SmallestOf(given));
  }

  int64_t smallest() const { return smallest_; }
  int64_t value() const { return ValueWith(smallest_); }
  int64_t ValueWith(int64_t smallest) const {
    int64_t best = -1;
    for (const auto& [given, value] : all_) {
      if (SmallestOf(given) >= smallest) best = std::max(best, value);
    }
    return best;
  }

 private:
  // What a group is given by some solution says whether it counts.
  void Take(const std::vector<Units>& units) {
    std::vector<int64_t> given(groups_.count, 0);
    int64_t value = 0;
    for (int32_t n = 0; n < problem_.need_count(); ++n) {
      for (int64_t e = problem_.need_edge_begin[n]; e < problem_.need_edge_begin[n + 1]; ++e) {
        given[groups_.need_group[n]] +=
            units[e] * (measure_ == Measure::kServedShare ? 1 : problem_.edge_weight[e]);
        value += units[e] * problem_.edge_weight[e];
      }
    }
    for (int32_t g = 0; g < groups_.count; ++g) counts_[g] = counts_[g] || given[g] > 0;
    all_.emplace_back(std::move(given), value);
  }

  int64_t SmallestOf(const std::vector<int64_t>& given) const {
    const bool is_share = measure_ == Measure::kServedShare;
    int64_t smallest = is_share ? kShareMax : INT64_MAX;
    for (int32_t g = 0; g < groups_.count; ++g) {
      if (counts_[g]) smallest = std::min(smallest, is_share ? kShareMax * given[g] / asked_[g] : given[g]);
    }
    return smallest == INT64_MAX ? 0 : smallest;
  }

  const Problem& problem_;
  const NeedGroups& groups_;
  const Measure measure_;
  std::vector<Units> asked_;
  std::vector<bool> counts_;
  std::vector<std::pair<std::vector<int64_t>, int64_t>> all_;
  int64_t smallest_ = -1;
};

int MarketsAsked(int markets) {
  const char* asked = std::getenv("AYNI_ORACLE_MARKETS");
  return asked == nullptr ? markets : std::atoi(asked);
}

NeedGroups InTwo(NeedGroups groups) {
  groups.count = 2;
  for (int32_t& group : groups.need_group) group %= 2;
  return groups;
}

TEST(ClearMaxmin, ServesTheWorstServedFirst) {
  // Welfare gives both units to the first need; MAXMIN one to each.
  const Problem problem =
      ProblemBuilder().Need(2).Need(2).Offer(2).Edge(0, 0, 2, 100).Edge(1, 0, 2, 1).Build();
  const MaxminClearing cleared = Cleared(problem, EachNeed(problem));
  EXPECT_EQ(cleared.minimum.smallest, 500'000);
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
  EXPECT_EQ(minimum.smallest, 500'000);
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
  EXPECT_EQ(cleared.minimum.smallest, 500'000);
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
  EXPECT_EQ(Cleared(problem, EachNeed(problem)).minimum.smallest, kShareMax);
  const Problem nobody = ProblemBuilder().Need(3).Offer(1).Build();
  EXPECT_EQ(Cleared(nobody, EachNeed(nobody)).minimum.smallest, kShareMax);
}

TEST(ClearMaxmin, FindsWhatTryingEverythingFinds) {
  Random random(41);
  const int markets = MarketsAsked(400);
  int unproved = 0;
  for (int i = 0; i < markets; ++i) {
    const Problem problem =
        RandomProblem(random, {.needs = 4, .offers = 3, .demand = 3, .density = 5, .lots = i % 3 == 0});
    if (problem.edge_count() > 8) continue;
    const NeedGroups groups = i % 2 == 0 ? InTwo(EachNeed(problem)) : EachNeed(problem);
    const Oracle oracle(problem, groups);
    const MaxminClearing cleared = Cleared(problem, groups);
    ASSERT_GE(cleared.minimum.upper_bound, oracle.smallest()) << "market " << i;
    ASSERT_EQ(cleared.minimum.smallest, oracle.smallest()) << "market " << i;
    ASSERT_EQ(cleared.clearing.value, oracle.value()) << "market " << i;
    unproved += cleared.minimum.upper_bound > cleared.minimum.smallest + 1;
  }
  // Lots and whole units may keep some from what fractions of them could reach.
  EXPECT_LT(unproved, markets / 20) << unproved;
}

TEST(ClearMaxmin, FindsNearlyTheSmallestScoreThatTryingEverythingFinds) {
  Random random(45);
  const int markets = MarketsAsked(400);
  int tried = 0, worse = 0;
  double lost = 0, unproved = 0;
  for (int i = 0; i < markets; ++i) {
    const Problem problem = RandomProblem(
        random,
        {.needs = 4, .offers = 3, .demand = 3, .density = 5, .lots = i % 3 == 0, .floors = i % 5 == 0});
    if (problem.edge_count() > 8) continue;
    const NeedGroups groups = i % 2 == 0 ? InTwo(EachNeed(problem)) : EachNeed(problem);
    const Oracle oracle(problem, groups, Measure::kScoreSum);
    const Minimum minimum =
        Cleared(problem, groups, {.target_gap_ppm = 0}, {.measure = Measure::kScoreSum}).minimum;
    ASSERT_GE(minimum.upper_bound, oracle.smallest()) << "market " << i;
    ASSERT_LE(minimum.smallest, oracle.smallest()) << "market " << i;
    ++tried;
    if (oracle.smallest() == 0) continue;
    const auto optimum = static_cast<double>(oracle.smallest());
    worse += minimum.smallest < oracle.smallest();
    lost += 1 - static_cast<double>(minimum.smallest) / optimum;
    unproved += static_cast<double>(minimum.upper_bound) / optimum - 1;
  }
  EXPECT_LT(worse, tried / 20) << worse << " of " << tried << ", losing " << lost << " in all";
  EXPECT_LT(unproved, 0.5 * tried) << unproved;
}

TEST(ClearMaxmin, NeverHasMoreWelfareThanItsBoundAndTheOracleAllow) {
  Random random(46);
  for (int i = 0; i < MarketsAsked(200); ++i) {
    const Problem problem = RandomProblem(random, {.needs = 4, .offers = 3, .demand = 3, .density = 5});
    if (problem.edge_count() > 8) continue;
    const NeedGroups groups = EachNeed(problem);
    const Oracle oracle(problem, groups, Measure::kScoreSum);
    const MaxminClearing cleared =
        Cleared(problem, groups, {.target_gap_ppm = 0}, {.measure = Measure::kScoreSum});
    const int64_t most = oracle.ValueWith(cleared.minimum.smallest);
    ASSERT_LE(cleared.clearing.value, most) << "market " << i;
    ASSERT_GE(cleared.clearing.upper_bound, most) << "market " << i;
    ASSERT_GE(cleared.clearing.value, most * 9 / 10) << "market " << i;
  }
}

TEST(ClearMaxmin, RaisesTheSmallestScoreSum) {
  // Shares ask for a unit each; score sums for the two units of little score.
  const Problem problem =
      ProblemBuilder().Need(3).Need(3).Offer(3).Edge(0, 0, 3, 100).Edge(1, 0, 3, 50).Build();
  const MaxminClearing cleared =
      Cleared(problem, EachNeed(problem), {.target_gap_ppm = 0}, {.measure = Measure::kScoreSum});
  EXPECT_EQ(cleared.minimum.smallest, 100);
  EXPECT_EQ(cleared.minimum.upper_bound, 100);
  EXPECT_EQ(cleared.clearing.solution.edge_units, (std::vector<Units>{1, 2}));
  EXPECT_EQ(cleared.clearing.upper_bound, 200);
}

TEST(ClearMaxmin, ProvesThatWholeUnitsLeaveSomebodyUnserved) {
  const Problem problem = ProblemBuilder()
                              .Need(1)
                              .Need(1)
                              .Need(1)
                              .Offer(2)
                              .Edge(0, 0, 1, 5)
                              .Edge(1, 0, 1, 6)
                              .Edge(2, 0, 1, 7)
                              .Build();
  const MaxminClearing cleared = Cleared(problem, EachNeed(problem));
  EXPECT_EQ(cleared.minimum.upper_bound, 0);
  EXPECT_EQ(cleared.clearing.value, 13);
}

TEST(ClearMaxmin, ProvesThatLotsLeaveSomebodyUnserved) {
  const Problem problem =
      ProblemBuilder().Need(100).Need(100).Offer(70, -1, 40).Edge(0, 0, 100, 5).Edge(1, 0, 100, 6).Build();
  const MaxminClearing cleared = Cleared(problem, EachNeed(problem));
  EXPECT_EQ(cleared.minimum.upper_bound, 0);
  EXPECT_EQ(cleared.clearing.value, 420);
}

TEST(ClearMaxmin, TellsWhatItReachedAndProved) {
  Random random(47);
  const Problem problem = RandomProblem(random, {.needs = 60, .offers = 20, .cells = 20, .density = 2});
  MaxminProgress last;
  bool ordered = true;
  const MaxminOptions options = {.progress = [&](const MaxminProgress& now) {
    ordered &=
        last.upper_bound == 0 || (now.smallest >= last.smallest && now.upper_bound <= last.upper_bound);
    last = now;
  }};
  const Minimum minimum =
      Cleared(problem, InTwo(EachNeed(problem)), {.target_gap_ppm = 1'000}, options).minimum;
  EXPECT_TRUE(ordered);
  EXPECT_GT(last.upper_bound, 0);
  EXPECT_LE(last.smallest, minimum.smallest);
  EXPECT_EQ(last.upper_bound, minimum.upper_bound);
}

TEST(ClearMaxmin, AnyNumberOfThreadsGivesTheSame) {
  Random random(48);
  const Problem problem = RandomProblem(random, {.needs = 60, .offers = 20, .cells = 20, .density = 2});
  for (const Measure measure : {Measure::kServedShare, Measure::kScoreSum}) {
    const auto cleared = [&](int threads) {
      return Cleared(problem, InTwo(EachNeed(problem)), {.target_gap_ppm = 5'000, .threads = threads},
                     {.measure = measure});
    };
    const MaxminClearing one = cleared(1), three = cleared(3);
    EXPECT_EQ(one.clearing.solution.edge_units, three.clearing.solution.edge_units);
    EXPECT_EQ(one.minimum.proof.group_weight, three.minimum.proof.group_weight);
    EXPECT_EQ(one.minimum.promise_price, three.minimum.promise_price);
  }
}

TEST(ClearMaxmin, ProvesNearlyWhatItReachesWhereDemandsAreLarge) {
  Random random(42);
  for (int i = 0; i < 5; ++i) {
    Problem problem = RandomProblem(
        random, {.needs = 60, .offers = 20, .taps = 8, .cells = 20, .demand = 4000, .density = 2});
    const MaxminClearing cleared = Cleared(problem, EachNeed(problem), {.target_gap_ppm = 1'000});
    EXPECT_LE(cleared.minimum.upper_bound, cleared.minimum.smallest + 50'000) << "market " << i;
  }
}

TEST(ClearMaxmin, IsFeasibleWheneverItIsStopped) {
  Random random(43);
  const Problem problem =
      RandomProblem(random, {.needs = 60, .offers = 20, .cells = 20, .density = 2, .floors = true});
  for (const Measure measure : {Measure::kServedShare, Measure::kScoreSum}) {
    for (int64_t last : {0, 1, 10, 100, 1000}) {
      int64_t calls = 0;
      Cleared(problem, EachNeed(problem), {.target_gap_ppm = 0, .stop = [&] { return ++calls > last; }},
              {.measure = measure});
    }
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
      std::string(VerifyPromised(problem, groups, Measure::kServedShare, changed, 500'000, {0, 0}, &refusal)
                      .status()
                      .message()),
      HasSubstr("group 1 has 0 units matched, 1 less than its promise of 1"));
  EXPECT_EQ(refusal.constraint, Refusal::Constraint::kPromise);
  EXPECT_EQ(refusal.index, 1);
  EXPECT_THAT(std::string(VerifyPromised(problem, groups, Measure::kServedShare, cleared.clearing.solution,
                                         500'000, {0, 1})
                              .status()
                              .message()),
              HasSubstr("price of promise 1 is 1"));
  MinimumProof proof = cleared.minimum.proof;
  proof.group_weight[0] = kWeightMax + 1;
  EXPECT_THAT(std::string(VerifyMinimum(problem, groups, Measure::kServedShare, changed.edge_units, proof)
                              .status()
                              .message()),
              HasSubstr("weight of group 0"));
}

TEST(VerifyMinimum, NoWeightsAndPricesProveLessThanCanBeReached) {
  Random random(44);
  for (int i = 0; i < 200; ++i) {
    const Problem problem = RandomProblem(random, {.needs = 4, .offers = 3, .demand = 3, .density = 5});
    if (problem.edge_count() > 8) continue;
    const NeedGroups groups = EachNeed(problem);
    const Measure measure = i % 2 == 0 ? Measure::kServedShare : Measure::kScoreSum;
    const Oracle oracle(problem, groups, measure);
    for (int j = 0; j < 20; ++j) {
      MinimumProof proof;
      for (int32_t g = 0; g < groups.count; ++g)
        proof.group_weight.push_back(Draw(random, 0, 20) *
                                     std::max<int64_t>(1, GroupWeightScale(measure) / 20));
      const auto draw = [&](size_t count) {
        std::vector<int64_t> prices(count);
        for (int64_t& price : prices) price = Draw(random, 0, 20 * kPriceScale) * Draw(random, 0, 1);
        return prices;
      };
      proof.prices = {draw(problem.need_demand.size()), draw(problem.offer_capacity.size()),
                      draw(problem.tap_capacity.size()), draw(problem.cell_room.size())};
      const auto certificate =
          VerifyMinimum(problem, groups, measure, std::vector<Units>(problem.edge_offer.size(), 0), proof);
      ASSERT_TRUE(certificate.ok()) << certificate.status();
      ASSERT_GE(certificate->upper_bound, oracle.smallest());
    }
  }
}

}  // namespace
}  // namespace ayni::matcher
