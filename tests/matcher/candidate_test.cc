#include "matcher/candidate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "matcher/ineligibility.h"
#include "tests/matcher/random_market.h"

namespace ayni::matcher {
namespace {

using testing::ElementsAreArray;

bool WithinReach(Ineligibility reason) {
  return reason == Ineligibility::kNone || reason > Ineligibility::kPlace;
}

TEST(Candidates, AreThoseThatABruteForceSearchFinds) {
  Random random(1);
  int64_t found = 0;
  for (int round = 0; round < 8'000; ++round) {
    const Market market = RandomMarket(random, Between(random, 0, 30), Between(random, 0, 30), 5);
    const ScoreRule rule = RandomScoreRule(random);
    const auto candidates = FindCandidates(market, CandidateIndex(market), rule, kRandomToday);
    ASSERT_TRUE(candidates.ok());
    int64_t at = 0;
    int64_t within_reach = 0;
    for (int32_t need_at = 0; need_at < market.need_count(); ++need_at) {
      ASSERT_EQ(candidates->need_begin[need_at], at);
      const Need need = market.need({need_at});
      for (int32_t offer_at = 0; offer_at < market.offer_count(); ++offer_at) {
        const Offer offer = market.offer({offer_at});
        const Ineligibility reason = WhyNot(market, need, offer, kRandomToday);
        within_reach += WithinReach(reason) && need.open_quantity > 0 && offer.open_capacity > 0;
        if (reason != Ineligibility::kNone) continue;
        ASSERT_LT(at, candidates->count()) << "market " << round;
        ASSERT_EQ(candidates->offer[at].value, offer_at) << "market " << round;
        ASSERT_EQ(candidates->bound[at], Bound(market, need, offer));
        ASSERT_EQ(candidates->score[at],
                  Score(PartsOf(market, need, offer, rule, kRandomToday), rule.weights));
        ++at;
      }
    }
    ASSERT_EQ(candidates->count(), at) << "market " << round;
    ASSERT_EQ(candidates->reach_count, within_reach) << "market " << round;
    found += at;
  }
  EXPECT_GT(found, 10'000);
}

// The postings of an offer under which a need looks: one for each territory above the need that the offer
// names, and one of its circle.
int64_t SharedPostings(const Market& market, const Need& need, const Offer& offer) {
  int64_t shared = offer.radius_m > 0 && offer.place.present() && market.PlaceOf(need).present() ? 1 : 0;
  for (TerritoryIndex at = need.district; at.present(); at = market.territory(at).parent) {
    shared += std::count(offer.territories.begin(), offer.territories.end(), at);
  }
  return shared;
}

TEST(CandidateIndex, ReadsNoPostingOfAnotherServiceChainOrTime) {
  Random random(9);
  std::vector<OfferIndex> found;
  int64_t read_in_all = 0;
  for (int round = 0; round < 500; ++round) {
    const Market market = RandomMarket(random, 20, 60, 5);
    const CandidateIndex index(market);
    for (int32_t need_at = 0; need_at < market.need_count(); ++need_at) {
      Need need = market.need({need_at});
      need.open_quantity = 1;
      int64_t could_be = 0;
      for (int32_t at = 0; at < market.offer_count(); ++at) {
        const Offer offer = market.offer({at});
        const Ineligibility reason = WhyNot(market, need, offer, kRandomToday);
        if (offer.open_capacity > 0 && (WithinReach(reason) || reason == Ineligibility::kPlace)) {
          could_be += SharedPostings(market, need, offer);
        }
      }
      const int64_t read = index.WithinReach(market, need, kRandomToday, found);
      ASSERT_LE(read, could_be) << "market " << round << ", need " << need_at;
      ASSERT_GE(read, static_cast<int64_t>(found.size()));
      read_in_all += read;
    }
  }
  EXPECT_GT(read_in_all, 10'000);
}

// TAPs a tenth of a degree apart, some 11 km, on a square of 40 x 40, each with a circle of 15 km.
TEST(CandidateIndex, ReadsNoPostingOfACircleFarAway) {
  constexpr int32_t kSide = 40;
  const auto place = [](int32_t row, int32_t column) {
    return PointAt({-140'000'000 + 1'000'000 * row, -720'000'000 + 1'000'000 * column});
  };
  Market market;
  market.SetTerritory({0}, {.level = TerritoryLevel::kCountry});
  market.SetTerritory({1}, {.parent = {0}, .level = TerritoryLevel::kDistrict});
  for (int32_t at = 0; at < kSide * kSide; ++at) {
    Tap tap;
    tap.party = tap.ownership_group = {at};
    market.SetTap({at}, tap);
    OwnedOffer offer;
    offer.row.tap = {at};
    offer.row.service = {0};
    offer.chains = {{0}};
    offer.row.window = {kRandomToday, kRandomToday};
    offer.row.open_capacity = 1;
    offer.row.place = place(at / kSide, at % kSide);
    offer.row.radius_m = 15'000;
    market.SetOffer({at}, offer.Row());
  }
  const CandidateIndex index(market);
  OwnedNeed need;
  need.row.service = {0};
  need.row.chain = {0};
  need.row.district = {1};
  need.row.place = place(kSide / 2, kSide / 2);
  need.row.window = {kRandomToday, kRandomToday};
  std::vector<OfferIndex> found;
  const int64_t read = index.WithinReach(market, need.Row(), kRandomToday, found);
  EXPECT_EQ(found.size(), 5u) << "its own, and the four beside it";
  // Four cells, each less than 90 km wide, hold some 270 of the 1,600 TAPs.
  EXPECT_LT(read, 300);
}

TEST(CandidateIndex, KeptCurrentIsTheSameAsBuiltAnew) {
  Random random(2);
  for (int round = 0; round < 200; ++round) {
    Market market = RandomMarket(random, 10, 40, 5);
    CandidateIndex kept(market);
    for (int step = 0; step < 60; ++step) {
      const OfferIndex offer{Between(random, 0, market.offer_count() - 1)};
      kept.Remove(market, offer);
      market.SetOffer(offer, RandomOffer(random, 5).Row());
      kept.Insert(market, offer);
    }
    const CandidateIndex anew(market);
    ASSERT_EQ(kept.posting_count(), anew.posting_count());
    std::vector<OfferIndex> from_kept;
    std::vector<OfferIndex> from_anew;
    for (int32_t at = 0; at < market.need_count(); ++at) {
      kept.WithinReach(market, market.need({at}), kRandomToday, from_kept);
      anew.WithinReach(market, market.need({at}), kRandomToday, from_anew);
      ASSERT_EQ(from_kept, from_anew) << "market " << round;
    }
  }
}

TEST(CandidateIndex, IsEmptyOnceEveryOfferIsRemoved) {
  Random random(3);
  const Market market = RandomMarket(random, 1, 200, 5);
  CandidateIndex index(market);
  EXPECT_GT(index.posting_count(), 0u);
  for (int32_t at = 0; at < market.offer_count(); ++at) index.Remove(market, {at});
  EXPECT_EQ(index.posting_count(), 0u);
}

// Shelves longer than a block, with windows that end in any order.
TEST(CandidateIndex, PassesOverNoOfferOfALongShelf) {
  Random random(4);
  const Market market = RandomMarket(random, 200, 3'000, 20);
  const CandidateIndex index(market);
  std::vector<OfferIndex> found;
  for (int32_t need_at = 0; need_at < market.need_count(); ++need_at) {
    const Need need = market.need({need_at});
    std::vector<OfferIndex> expected;
    for (int32_t at = 0; at < market.offer_count(); ++at) {
      if (market.offer({at}).open_capacity == 0) continue;
      Need open = need;
      open.open_quantity = 1;
      if (WithinReach(WhyNot(market, open, market.offer({at}), kRandomToday))) expected.push_back({at});
    }
    index.WithinReach(market, need, kRandomToday, found);
    ASSERT_EQ(found, expected) << "need " << need_at;
  }
}

TEST(Candidates, DoNotDependOnTheNumberOfThreads) {
  Random random(5);
  const Market market = RandomMarket(random, 3'000, 300, 20);
  const CandidateIndex index(market);
  const ScoreRule rule = RandomScoreRule(random);
  const auto one = FindCandidates(market, index, rule, kRandomToday);
  const auto four = FindCandidates(market, index, rule, kRandomToday, {.threads = 4});
  ASSERT_TRUE(one.ok());
  ASSERT_TRUE(four.ok());
  EXPECT_EQ(one->need_begin, four->need_begin);
  EXPECT_EQ(one->offer, four->offer);
  EXPECT_EQ(one->bound, four->bound);
  EXPECT_EQ(one->score, four->score);
}

TEST(Candidates, StopWhenToldTo) {
  Random random(6);
  const Market market = RandomMarket(random, 3'000, 300, 20);
  const auto found = FindCandidates(market, CandidateIndex(market), RandomScoreRule(random), kRandomToday,
                                    {.stop = [] { return true; }});
  EXPECT_EQ(found.status().code(), absl::StatusCode::kCancelled);
}

TEST(Candidates, BeyondTheMostAreRefused) {
  Random random(7);
  const Market market = RandomMarket(random, 3'000, 300, 20);
  const auto found = FindCandidates(market, CandidateIndex(market), RandomScoreRule(random), kRandomToday,
                                    {.count_max = 10});
  EXPECT_EQ(found.status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(Candidates, OfOneNeedStandBestScoreFirst) {
  Random random(8);
  for (int round = 0; round < 100; ++round) {
    const Market market = RandomMarket(random, 10, 100, 10);
    const CandidateIndex index(market);
    const ScoreRule rule = RandomScoreRule(random);
    const auto all = FindCandidates(market, index, rule, kRandomToday);
    ASSERT_TRUE(all.ok());
    for (int32_t at = 0; at < market.need_count(); ++at) {
      const auto of_need = CandidatesOf(market, index, market.need({at}), rule, kRandomToday);
      std::vector<std::pair<int32_t, int32_t>> expected;
      for (int64_t edge = all->need_begin[at]; edge < all->need_begin[at + 1]; ++edge) {
        expected.emplace_back(-all->score[edge], all->offer[edge].value);
      }
      std::sort(expected.begin(), expected.end());
      std::vector<std::pair<int32_t, int32_t>> actual;
      for (const Candidate& candidate : of_need) actual.emplace_back(-candidate.score, candidate.offer.value);
      ASSERT_THAT(actual, ElementsAreArray(expected));
    }
  }
}

}  // namespace
}  // namespace ayni::matcher
