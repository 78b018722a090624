// StressCoverage over a market in a real store, and beside the market from which the offers are really taken.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/services/planning/coverage_market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CoverageStress : public CoverageMarket {
 protected:
  void SetUp() override {
    CoverageMarket::SetUp();
    PutCooperative("coop", "d0", 20);
    PutFunder("town", v1::PARTY_ROLE_PUBLIC_BODY);
    PutFunder("firm", v1::PARTY_ROLE_COMPANY);
  }
  v1::StressCoverageResponse Of(const v1::StressCoverageRequest& request) {
    const auto stress = Stress(request);
    EXPECT_TRUE(stress.ok()) << stress.status();
    return stress.ok() ? *stress : v1::StressCoverageResponse();
  }
  int LostOffers(const v1::StressCoverageRequest& request) { return Of(request).stress().lost_offer_count(); }
};

TEST_F(CoverageStress, TellsWhatFallsWithAMandateAndTouchesNothing) {
  Subsidise(PutOffer("funded", "o", "prov", "s"), "town", false);
  PutFunding("town", "funded", 20);
  PutOffer("independent", "o", "d0", "s");
  PutNeed("coop", "near", "d0", "s", 30);
  PutNeed("coop", "far", "d1", "s", 40);
  EXPECT_EQ(LostOffers(StressOn(19)), 0) << "the money holds until the twentieth day";
  const v1::StressCoverageResponse response = Of(StressOn(20));
  ASSERT_EQ(response.coverage_losses_size(), 2);
  const v1::CoverageLoss& all = response.coverage_losses(0);
  EXPECT_EQ(all.territory(), "territories/d1") << "who loses all comes first";
  EXPECT_TRUE(all.loses_all());
  EXPECT_EQ(all.lost_quantity(), 40);
  EXPECT_EQ(all.provider_count(), 1);
  EXPECT_EQ(all.remaining_provider_count(), 0);
  EXPECT_EQ(all.hhi(), 10'000);
  EXPECT_EQ(all.remaining_hhi(), 0);
  const v1::CoverageLoss& some = response.coverage_losses(1);
  EXPECT_EQ(some.territory(), "territories/d0");
  EXPECT_FALSE(some.loses_all());
  EXPECT_EQ(some.lost_need_count(), 0);
  EXPECT_EQ(some.provider_count(), 2);
  EXPECT_EQ(some.remaining_provider_count(), 1);
  EXPECT_EQ(some.hhi(), 5'000);
  EXPECT_EQ(some.remaining_hhi(), 10'000);
  const v1::CoverageStress& stress = response.stress();
  EXPECT_EQ(stress.offer_count(), 2);
  EXPECT_EQ(stress.lost_offer_count(), 1);
  EXPECT_EQ(stress.lost_tap_count(), 1);
  EXPECT_EQ(stress.need_count(), 2);
  EXPECT_EQ(stress.lost_quantity(), 40);
  EXPECT_EQ(stress.territory_count(), 2);
  EXPECT_EQ(stress.lost_territory_count(), 1);
  ASSERT_EQ(stress.ending_fundings_size(), 1);
  EXPECT_EQ(stress.ending_fundings(0).funder(), "parties/town");
  EXPECT_EQ(stress.ending_fundings(0).last_end_date().day(), DayAfter(20).day());
  EXPECT_EQ(Candidates("cooperatives/coop/needs/far").size(), 1u) << "nothing is taken away";
}

TEST_F(CoverageStress, KnowsOneFunderFromAnotherAndTheRoleOfEach) {
  Subsidise(PutOffer("public", "o", "prov", "s"), "town", true);
  PutBudget("town", 20);
  Subsidise(PutOffer("private", "o", "prov", "s"), "firm", true);
  PutBudget("firm", 10);
  PutNeed("coop", "n", "d0", "s", 30);
  v1::StressCoverageRequest request = StressOn(20);
  EXPECT_EQ(LostOffers(request), 1);
  EXPECT_EQ(LostOffers(StressOn(19)), 0);
  request.set_funder("parties/firm");
  v1::CoverageStress stress = Of(request).stress();
  ASSERT_EQ(stress.ending_fundings_size(), 1);
  EXPECT_EQ(stress.ending_fundings(0).funder(), "parties/firm");
  EXPECT_EQ(stress.ending_fundings(0).budget_count(), 1);
  EXPECT_EQ(stress.ending_fundings(0).tap_count(), 0);
  request.clear_funder();
  request.set_role(v1::PARTY_ROLE_COMPANY);
  stress = Of(request).stress();
  ASSERT_EQ(stress.ending_fundings_size(), 1);
  EXPECT_EQ(stress.ending_fundings(0).funder(), "parties/firm");
}

TEST_F(CoverageStress, CountsMoneyThatGoesOnAsThere) {
  PutOffer("funded", "o", "prov", "s");
  PutFunding("town", "funded", 20);
  PutNeed("coop", "n", "d0", "s", 30);
  EXPECT_EQ(LostOffers(StressOn(25)), 1);
  v1::Relation next = market_.Read<v1::Relation>("relations/town-6-funded");
  next.set_name("relations/next");
  *next.mutable_start_date() = DayAfter(27);
  next.clear_end_date();
  market_.Put(next);
  EXPECT_EQ(LostOffers(StressOn(25)), 1) << "a day without money between";
  *next.mutable_start_date() = DayAfter(26);
  market_.Put(next);
  EXPECT_EQ(LostOffers(StressOn(25)), 0);
  next.set_subject("parties/firm");
  market_.Put(next);
  EXPECT_EQ(LostOffers(StressOn(25)), 1) << "another one's money is not this one's";
}

TEST_F(CoverageStress, FollowsMoneyThroughAnOwner) {
  PutOffer("funded", "o", "prov", "s");
  PutNeed("coop", "n", "d0", "s", 30);
  PutFunding("town", "firm", 20);
  EXPECT_EQ(LostOffers(StressOn(25)), 0);
  PutRelation("firm", v1::RELATION_TYPE_OWNS, "funded");
  EXPECT_EQ(LostOffers(StressOn(25)), 1);
}

TEST_F(CoverageStress, LeavesWhatProducersPayWhereAsked) {
  PutOffer("funded", "paid", "prov", "s");
  Subsidise(PutOffer("funded", "subsidised", "prov", "s"), "town", false);
  PutFunding("town", "funded", 20);
  PutNeed("coop", "n", "d0", "s", 30);
  v1::StressCoverageRequest request = StressOn(20);
  EXPECT_EQ(LostOffers(request), 2);
  request.set_paid_offers_stay(true);
  EXPECT_EQ(LostOffers(request), 1);
  EXPECT_EQ(Of(request).stress().lost_tap_count(), 0);
}

TEST_F(CoverageStress, IsTheSamePageByPage) {
  for (const std::string& service : kServices) {
    Subsidise(PutOffer("tap", service, "dep", service), "town", false);
    for (const std::string& district : kDistricts) PutNeed("coop", district + service, district, service, 5);
  }
  PutFunding("town", "tap", 5);
  PutOffer("other", "o", "e0", "s2");
  v1::StressCoverageRequest request = StressOn(9);
  const v1::StressCoverageResponse whole = Of(request);
  ASSERT_EQ(whole.coverage_losses_size(), 16);
  request.set_page_size(5);
  int count = 0;
  do {
    const v1::StressCoverageResponse page = Of(request);
    EXPECT_EQ(page.stress().SerializeAsString(), whole.stress().SerializeAsString());
    for (const v1::CoverageLoss& loss : page.coverage_losses())
      EXPECT_EQ(loss.SerializeAsString(), whole.coverage_losses(count++).SerializeAsString());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && count < 100);
  EXPECT_EQ(count, 16);
}

TEST_F(CoverageStress, NamesEveryWrongField) {
  v1::StressCoverageRequest request;
  request.set_funder("parties/nobody");
  request.set_role(v1::PARTY_ROLE_COMPANY);
  request.set_territory("territories/inei.0807");
  request.set_territory_level(v1::TERRITORY_LEVEL_DEPARTMENT);
  EXPECT_THAT(WrongFields(Stress(request).status()),
              ElementsAre("date", "funder", "role", "territory_level"));
  *request.mutable_date() = DayAfter(-3);
  EXPECT_THAT(WrongFields(Stress(request).status()),
              ElementsAre("date", "funder", "role", "territory_level"));
}

TEST_F(CoverageStress, NeedsAPolicy) {
  market_.Delete<v1::Policy>("policies/p");
  EXPECT_EQ(Stress(StressOn(1)).status().code(), absl::StatusCode::kFailedPrecondition);
}

// What is lost is what is lost once the same offers are really deleted.
class Copy : public CoverageStress {
 protected:
  struct Row {
    int needs = 0, lost_needs = 0;
    int64_t units = 0, lost_units = 0;
    std::map<std::string, int64_t> before, after;  // open units by TAP

    static int32_t Hhi(const std::map<std::string, int64_t>& open) {
      int64_t sum = 0, squares = 0;
      for (const auto& [tap, units] : open) {
        sum += units;
        squares += units * units;
      }
      return sum == 0 ? 0 : static_cast<int32_t>((20'000 * squares + sum * sum) / (2 * sum * sum));
    }
  };

  void LendTo() {
    v1::Policy policy = APolicy();
    v1::ConflictRule* rule = policy.add_conflict_rules();
    rule->set_id("lender");
    rule->set_severity(v1::CONFLICT_SEVERITY_BLOCK);
    rule->set_reason("LENDER");
    (*rule->mutable_texts())["spa"] = "Un texto";
    (*rule->mutable_texts())["eng"] = "A text";
    rule->set_end(v1::CONFLICT_END_COOPERATIVE);
    rule->add_steps()->add_types(v1::RELATION_TYPE_LENDS_TO);
    market_.Put(policy);
  }

  // Each offer of a TAP of its own. Returns those that fall on the day, by what was drawn.
  std::set<std::string> Draw(std::mt19937_64* random, int day) {
    const auto below = [&](uint64_t end) { return static_cast<int>((*random)() % end); };
    const char* territories[] = {"d0", "d1", "e0", "e1", "prov", "inei.0807"};
    std::set<std::string> falls;
    const int town_end = below(60), firm_end = below(60);
    PutBudget("town", town_end, below(2) == 0 ? 400'000 : 1'000'000'000);
    PutBudget("firm", firm_end);
    for (int at = 0; at < 9; ++at) {
      const std::string tap = absl::StrCat("tap", at);
      v1::Offer offer = PutOffer(tap, "o", territories[below(6)], kServices[below(2)]);
      offer.set_capacity(1 + below(200));
      if (below(3) == 0) offer.mutable_unit_price()->set_minor_units(200'000);  // too dear for all
      market_.Put(offer);
      const int charge = below(4);
      if (charge < 2) Subsidise(offer, charge == 0 ? "town" : "firm", true);
      if (charge == 0 && town_end <= day) falls.insert(offer.name());
      market_.Delete<v1::Relation>("relations/town-6-" + tap);
      if (below(3) == 0) {
        const int end = below(60);
        PutFunding("town", tap, end);
        if (end <= day) falls.insert(offer.name());
      }
      market_.Delete<v1::Relation>("relations/" + tap + "-5-coop");
      if (below(4) == 0) PutRelation(tap, v1::RELATION_TYPE_LENDS_TO, "coop");
    }
    return falls;
  }
};

TEST_F(Copy, OfTheMarketWithoutTheOffersLosesTheSame) {
  LendTo();
  int lost = 0;
  for (int seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const int day = 10 + static_cast<int>(random() % 40);
    const std::set<std::string> falls = Draw(&random, day);
    std::vector<v1::Need> needs;
    for (const std::string& district : kDistricts) {
      for (const std::string service : {"s", "s1"}) {
        for (const char* id : {"a", "b"})
          needs.push_back(PutNeed("coop", district + service + id, district, service,
                                  1 + static_cast<int64_t>(random() % 90)));
      }
    }
    const v1::StressCoverageResponse stress = Of(StressOn(day));
    std::map<std::pair<std::string, std::string>, Row> rows;
    std::map<std::string, std::pair<int, int>> territories;  // needs, and those that lose all
    std::map<std::string, std::vector<v1::Candidate>> before;
    for (const v1::Need& need : needs) before[need.name()] = Candidates(need.name());
    std::map<std::string, v1::Offer> offers;
    for (const v1::Offer& offer : market_.ReadAll<v1::Offer>()) offers[offer.name()] = offer;
    for (const std::string& offer : falls) market_.Delete<v1::Offer>(offer);
    for (const v1::Need& need : needs) {
      if (before[need.name()].empty()) continue;
      const auto after = Candidates(need.name());
      Row& row = rows[{need.district(), need.service()}];
      ++row.needs;
      row.units += need.quantity();
      ++territories[need.district()].first;
      if (after.empty()) {
        ++row.lost_needs;
        row.lost_units += need.quantity();
        ++territories[need.district()].second;
      }
      for (const v1::Candidate& each : before[need.name()])
        row.before[each.offer()] = offers[each.offer()].capacity();
      for (const v1::Candidate& each : after) row.after[each.offer()] = offers[each.offer()].capacity();
    }
    int listed = 0;
    for (const auto& [key, row] : rows) {
      lost += row.lost_needs;
      if (row.before == row.after) continue;
      ++listed;
      const std::pair<std::string, std::string> wanted = key;
      const auto found = std::find_if(stress.coverage_losses().begin(), stress.coverage_losses().end(),
                                      [&](const v1::CoverageLoss& loss) {
                                        return std::pair(loss.territory(), loss.service()) == wanted;
                                      });
      ASSERT_NE(found, stress.coverage_losses().end()) << key.first << key.second;
      EXPECT_EQ(found->need_count(), row.needs);
      EXPECT_EQ(found->demanded_quantity(), row.units);
      EXPECT_EQ(found->lost_need_count(), row.lost_needs);
      EXPECT_EQ(found->lost_quantity(), row.lost_units);
      EXPECT_EQ(found->provider_count(), static_cast<int>(row.before.size()));
      EXPECT_EQ(found->remaining_provider_count(), static_cast<int>(row.after.size()));
      EXPECT_EQ(found->hhi(), Row::Hhi(row.before));
      EXPECT_EQ(found->remaining_hhi(), Row::Hhi(row.after));
      const auto& [all, gone] = territories[key.first];
      EXPECT_EQ(found->loses_all(), all == gone);
    }
    EXPECT_EQ(stress.coverage_losses_size(), listed);
    int worst = 0;
    for (const v1::CoverageLoss& loss : stress.coverage_losses()) {
      const int rank = loss.loses_all() ? 0 : (loss.lost_need_count() > 0 ? 1 : 2);
      EXPECT_GE(rank, worst);
      worst = rank;
    }
  }
  EXPECT_GT(lost, 10) << "or nothing was tried";
}

}  // namespace
}  // namespace ayni::services
