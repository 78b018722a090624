// What a pair costs, and whom an agreement keeps away, by definition.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "matcher/candidate.h"
#include "matcher/candidate_index.h"
#include "matcher/ineligibility.h"
#include "matcher/obstacle.h"
#include "tests/matcher/random_market.h"

namespace ayni::matcher {
namespace {

// The price of the dearest quantity that is asked for together, as a person reads an offer's list.
MinorUnits PriceByDefinition(const Need& need, const Offer& offer) {
  if (need.agreed.binds && need.agreed.tap.present()) return need.agreed.price;
  const Units quantity = need.joint_quantity == 0 ? need.open_quantity : need.joint_quantity;
  std::vector<MinorUnits> reached = {offer.price};
  for (const PriceStep& step : offer.price_steps) {
    if (quantity >= step.least_quantity) reached.push_back(step.price);
  }
  return *std::min_element(reached.begin(), reached.end());
}

// A market in which every third need is asked for under an agreement, of which some do not hold.
Market MarketWithAgreements(Random& random) {
  Market market = RandomMarket(random, 20, 20, 5);
  for (int32_t at = 0; at < market.need_count(); ++at) {
    if (Between(random, 0, 2) != 0) continue;
    Agreed agreed{.binds = true, .tap = PartyIndex::None(), .price = Between(random, 1, 100)};
    if (Between(random, 0, 3) != 0)
      agreed.tap = market.tap(TapIndex{Between(random, 0, market.tap_count() - 1)}).party;
    market.SetTerms({at}, market.need({at}).joint_quantity, agreed);
  }
  return market;
}

TEST(PriceFor, IsThatOfTheLastStepReachedOrOfTheAgreement) {
  Random random(20'261'129);
  int stepped = 0;
  int agreed = 0;
  for (int round = 0; round < 300; ++round) {
    const Market market = MarketWithAgreements(random);
    for (int32_t need_at = 0; need_at < market.need_count(); ++need_at) {
      for (int32_t offer_at = 0; offer_at < market.offer_count(); ++offer_at) {
        const Need need = market.need({need_at});
        const Offer offer = market.offer({offer_at});
        const MinorUnits price = PriceFor(need, offer);
        ASSERT_EQ(price, PriceByDefinition(need, offer)) << round << " " << need_at << " " << offer_at;
        (need.agreed.tap.present() ? agreed : stepped) += price != offer.price ? 1 : 0;
      }
    }
  }
  EXPECT_GT(stepped, 1'000);
  EXPECT_GT(agreed, 1'000);
}

TEST(Agreements, LeaveTheirTapAloneAndKeepTheOthersAsAChoiceThatTheNeedHad) {
  Random random(7);
  int served = 0;
  int turned_away = 0;
  for (int round = 0; round < 500; ++round) {
    const Market market = MarketWithAgreements(random);
    const ScoreRule rule = RandomScoreRule(random);
    const CandidateIndex index(market);
    const auto candidates = FindCandidates(market, index, rule, kRandomToday);
    ASSERT_TRUE(candidates.ok());
    std::vector<std::pair<NeedIndex, OfferIndex>> expected;
    for (int32_t need_at = 0; need_at < market.need_count(); ++need_at) {
      const Need need = market.need({need_at});
      Need free = need;
      free.agreed = {};
      std::set<int32_t> of_need;
      for (int32_t offer_at = 0; offer_at < market.offer_count(); ++offer_at) {
        const Offer offer = market.offer({offer_at});
        const bool is_its_tap = !need.agreed.binds || market.tap(offer.tap).party == need.agreed.tap;
        if (is_its_tap && WhyNot(market, need, offer, kRandomToday) == Ineligibility::kNone &&
            need.agreed.binds)
          ++served;
        if (is_its_tap || WhyNot(market, free, offer, kRandomToday) != Ineligibility::kNone) continue;
        expected.emplace_back(NeedIndex{need_at}, OfferIndex{offer_at});
        of_need.insert(offer_at);
        ASSERT_EQ(WhyNot(market, need, offer, kRandomToday), Ineligibility::kAgreement);
        const std::vector<Obstacle> obstacles = ObstaclesOf(market, need, offer, kRandomToday);
        ASSERT_EQ(obstacles.front().reason, Ineligibility::kAgreement);
      }
      std::set<int32_t> found;
      for (const Candidate& candidate : TurnedAway(market, index, need, rule, kRandomToday)) {
        ASSERT_EQ(candidate.bound, 0);
        found.insert(candidate.offer.value);
      }
      ASSERT_EQ(found, of_need);
      turned_away += static_cast<int>(of_need.size());
    }
    ASSERT_EQ(candidates->declined, expected);
    for (int32_t need_at = 0; need_at < market.need_count(); ++need_at) {
      const Agreed agreed = market.need({need_at}).agreed;
      for (int64_t edge = candidates->need_begin[need_at]; edge < candidates->need_begin[need_at + 1];
           ++edge) {
        ASSERT_TRUE(!agreed.binds ||
                    market.tap(market.offer(candidates->offer[edge]).tap).party == agreed.tap);
      }
    }
  }
  EXPECT_GT(served, 20);
  EXPECT_GT(turned_away, 100);
}

}  // namespace
}  // namespace ayni::matcher
