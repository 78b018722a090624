// ListCoverageGaps over a market in a real store, and beside what candidates probes have in each district.
#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>

#include "tests/services/planning/coverage_market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CoverageGaps : public CoverageMarket {
 protected:
  v1::CoverageGap Of(const std::string& territory, v1::TerritoryLevel level = v1::TERRITORY_LEVEL_DISTRICT,
                     v1::Role role = v1::ROLE_ADMINISTRATOR) {
    for (const v1::CoverageGap& gap : Gaps(level, role)) {
      if (gap.territory() == "territories/" + territory) return gap;
    }
    return {};
  }
};

TEST_F(CoverageGaps, AreReportedOnceOneOfferIsTakenAway) {
  for (int at = 0; at < 4; ++at)
    PutOffer(absl::StrCat("tap", at), "o", "d0", at == 0 ? "s2" : (at == 1 ? "s1" : "s"));
  v1::ListCoverageGapsRequest request;
  auto listed = ListGaps(request);
  ASSERT_TRUE(listed.ok()) << listed.status();
  EXPECT_THAT(listed->coverage_gaps(), IsEmpty()) << "four providers and three kinds of service";
  EXPECT_EQ(listed->least_providers(), 4);
  EXPECT_EQ(listed->least_services(), 3);
  market_.Delete<v1::Offer>("taps/tap0/offers/o");
  listed = ListGaps(request);
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->coverage_gaps_size(), 1);
  const v1::CoverageGap& gap = listed->coverage_gaps(0);
  EXPECT_EQ(gap.territory(), "territories/d0");
  EXPECT_EQ(gap.provider_count(), 3);
  EXPECT_EQ(gap.missing_provider_count(), 1);
  EXPECT_EQ(gap.service_count(), 2);
  EXPECT_EQ(gap.family_count(), 1);
  EXPECT_EQ(gap.missing_service_count(), 1);
  request.set_least_providers(3);
  request.set_least_services(2);
  EXPECT_THAT(ListGaps(request)->coverage_gaps(), IsEmpty());
}

TEST_F(CoverageGaps, CountTapsOfOneOwnerOnce) {
  PutOffer("tap0", "o", "d0", "s");
  PutOffer("tap1", "o", "d0", "s");
  EXPECT_EQ(Of("d0").provider_count(), 2);
  v1::Relation ownership = PutRelation("tap0", v1::RELATION_TYPE_OWNS, "tap1");
  EXPECT_EQ(Of("d0").provider_count(), 1);
  EXPECT_EQ(Of("d0").services(0).provider_count(), 1);
  ownership.set_standing(v1::RELATION_STANDING_CLAIMED);
  market_.Put(ownership);
  EXPECT_EQ(Of("d0").provider_count(), 2) << "a claim joins nobody";
}

TEST_F(CoverageGaps, LookAheadToADay) {
  v1::Offer offer = PutOffer("tap0", "o", "d0", "s");
  PutOffer("tap1", "o", "d0", "s");
  *offer.mutable_window()->mutable_end_date() = DayAfter(10);
  market_.Put(offer);
  v1::ListCoverageGapsRequest request;
  for (const auto& [days, providers] : {std::pair(0, 2), std::pair(10, 2), std::pair(11, 1)}) {
    *request.mutable_date() = DayAfter(days);
    EXPECT_EQ(ListGaps(request)->coverage_gaps(0).provider_count(), providers) << days;
  }
  *request.mutable_date() = DayAfter(-2);
  EXPECT_THAT(WrongFields(ListGaps(request).status()), ElementsAre("date"));
}

TEST_F(CoverageGaps, TellMembersNothingOfFewerThanThreeCooperatives) {
  for (int at = 0; at < 3; ++at) PutCooperative(absl::StrCat("coop", at), "d1", 2);
  // Two ask in e0, where no cooperative sits and nothing is offered; in d0 two ask for s.
  PutOffer("tap0", "o", "d0", "s1");
  for (int at = 0; at < 2; ++at) {
    PutNeed(absl::StrCat("coop", at), "far", "e0", "s", 10);
    PutNeed(absl::StrCat("coop", at), "near", "d0", "s", 10);
  }
  EXPECT_EQ(Of("e0").need_count(), 2);
  EXPECT_EQ(Of("d0").cooperative_count(), 2);
  EXPECT_THAT(Of("d0").unoffered_services(), ElementsAre("services/s"));
  const auto of_member = [&](const std::string& district) {
    return Of(district, v1::TERRITORY_LEVEL_DISTRICT, v1::ROLE_TAP);
  };
  EXPECT_EQ(of_member("e0").territory(), "");
  EXPECT_EQ(of_member("d0").provider_count(), 1);
  EXPECT_THAT(of_member("d0").unoffered_services(), IsEmpty());
  EXPECT_EQ(of_member("d1").territory(), "territories/d1") << "where cooperatives sit";
  // The third makes three cooperatives of six members together.
  PutNeed("coop2", "far", "e0", "s", 10);
  PutNeed("coop2", "near", "d0", "s", 10);
  for (const v1::Role role : {v1::ROLE_TAP, v1::ROLE_COOPERATIVE, v1::ROLE_FUNDER}) {
    const v1::CoverageGap known = Of("d0", v1::TERRITORY_LEVEL_DISTRICT, role);
    EXPECT_THAT(known.unoffered_services(), ElementsAre("services/s"));
    EXPECT_FALSE(known.has_need_count());
    EXPECT_FALSE(known.has_cooperative_count());
    EXPECT_EQ(Of("e0", v1::TERRITORY_LEVEL_DISTRICT, role).territory(), "territories/e0");
  }
  EXPECT_EQ(Of("d0", v1::TERRITORY_LEVEL_DISTRICT, v1::ROLE_AUDITOR).need_count(), 3);
}

TEST_F(CoverageGaps, AreTheSamePageByPageAndByScope) {
  for (const std::string& district : kDistricts) PutOffer("tap-" + district, "o", district, "s");
  v1::ListCoverageGapsRequest request;
  const auto whole = ListGaps(request);
  ASSERT_EQ(whole->coverage_gaps_size(), 4);
  request.set_page_size(3);
  const auto first = ListGaps(request);
  ASSERT_EQ(first->coverage_gaps_size(), 3);
  request.set_page_token(first->next_page_token());
  const auto second = ListGaps(request);
  ASSERT_EQ(second->coverage_gaps_size(), 1);
  EXPECT_EQ(second->coverage_gaps(0).SerializeAsString(), whole->coverage_gaps(3).SerializeAsString());
  EXPECT_EQ(second->next_page_token(), "");
  v1::ListCoverageGapsRequest scoped;
  scoped.set_territory("territories/inei.0807");
  EXPECT_EQ(ListGaps(scoped)->coverage_gaps_size(), 2);
  scoped.set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
  ASSERT_EQ(ListGaps(scoped)->coverage_gaps_size(), 1);
  EXPECT_EQ(ListGaps(scoped)->coverage_gaps(0).provider_count(), 2);
}

TEST_F(CoverageGaps, NameEveryWrongField) {
  v1::ListCoverageGapsRequest request;
  request.set_territory_level(static_cast<v1::TerritoryLevel>(9));
  request.set_territory("territories/nowhere");
  request.set_least_providers(1'001);
  request.set_least_services(-1);
  request.mutable_date()->set_year(2026);
  EXPECT_THAT(WrongFields(ListGaps(request).status()),
              ElementsAre("territory_level", "territory", "least_providers", "least_services", "date"));
}

// A probe of each service in each district meets every offer that reaches it, and no other.
TEST_F(CoverageGaps, AreThoseThatProbesMeet) {
  for (int seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const auto below = [&](uint64_t end) { return static_cast<int>(random() % end); };
    const char* territories[] = {"d0", "d1", "e0", "e1", "prov", "inei.0807", "dep"};
    std::map<std::string, std::string> owner;  // of the second of a pair
    PutFunder("fund", v1::PARTY_ROLE_COMPANY);
    PutBudget("fund", 100, below(2) == 0 ? 300'000 : 1'000'000'000);
    for (int at = 0; at < 10; ++at) {
      const std::string tap = absl::StrCat("tap", at);
      v1::Offer offer = PutOffer(tap, "o", territories[below(7)], kServices[below(4)]);
      if (below(2) == 0) {
        // One district away, some, or none.
        offer.mutable_coverage()->clear_territories();
        offer.mutable_coverage()->mutable_position()->set_latitude(-14 + below(20) / 100.0);
        offer.mutable_coverage()->mutable_position()->set_longitude(-71 - below(110) / 100.0);
        offer.mutable_coverage()->set_radius_m(1'000 * (1 + below(60)));
      }
      if (below(4) == 0) offer.set_booked_quantity(100);
      offer.set_smallest_lot(below(12));
      market_.Put(offer);
      if (below(3) == 0) Subsidise(offer, "fund", true);
      if (at % 2 == 1 && below(2) == 0) {
        PutRelation(absl::StrCat("tap", at - 1), v1::RELATION_TYPE_OWNS, tap);
        owner["parties/" + tap] = absl::StrCat("parties/tap", at - 1);
      } else if (at % 2 == 1) {
        market_.Delete<v1::Relation>(absl::StrCat("relations/tap", at - 1, "-1-", tap));
      }
    }
    PutCooperative("probe", "d0", 20);
    for (const auto& [level, parent_of] :
         {std::pair(v1::TERRITORY_LEVEL_DISTRICT, std::string()),
          std::pair(v1::TERRITORY_LEVEL_PROVINCE, std::string("province"))}) {
      std::map<std::string, std::map<std::string, std::set<std::string>>> groups;  // territory, service
      for (const std::string& district : kDistricts) {
        const std::string territory =
            "territories/" + (parent_of.empty() ? district : (district[0] == 'd' ? "prov" : "inei.0807"));
        for (const std::string& service : kServices) {
          const v1::Need need = PutNeed("probe", district + service, district, service, 1'000);
          auto& of_service = groups[territory]["services/" + service];
          for (const v1::Candidate& candidate : Candidates(need.name())) {
            const std::string tap =
                "parties/" + candidate.offer().substr(5, candidate.offer().find("/offers") - 5);
            of_service.insert(owner.contains(tap) ? owner[tap] : tap);
          }
        }
      }
      const std::vector<v1::CoverageGap> gaps = Gaps(level);
      ASSERT_EQ(gaps.size(), groups.size());
      for (const v1::CoverageGap& gap : gaps) {
        std::set<std::string> all;
        std::map<std::string, int> offered;
        std::vector<std::string> unoffered;
        std::set<std::string> families;
        for (const auto& [service, of_service] : groups[gap.territory()]) {
          all.insert(of_service.begin(), of_service.end());
          if (of_service.empty()) {
            unoffered.push_back(service);
          } else {
            offered[service] = static_cast<int>(of_service.size());
            families.insert(service == "services/s1" ? "services/s" : service);
          }
        }
        std::map<std::string, int> stated;
        for (const v1::ServiceProviders& each : gap.services())
          stated[each.service()] = each.provider_count();
        EXPECT_EQ(stated, offered) << gap.territory();
        EXPECT_EQ(gap.provider_count(), static_cast<int>(all.size())) << gap.territory();
        EXPECT_EQ(gap.service_count(), static_cast<int>(offered.size()));
        EXPECT_EQ(gap.family_count(), static_cast<int>(families.size()));
        EXPECT_THAT(gap.unoffered_services(), testing::ElementsAreArray(unoffered)) << gap.territory();
      }
    }
  }
}

}  // namespace
}  // namespace ayni::services
