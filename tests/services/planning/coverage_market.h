// A market of two provinces in which offers reach one place and not another, and money ends.
#ifndef AYNI_TESTS_SERVICES_PLANNING_COVERAGE_MARKET_H_
#define AYNI_TESTS_SERVICES_PLANNING_COVERAGE_MARKET_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "ayni/v1/budget.pb.h"
#include "ayni/v1/need_service.pb.h"
#include "ayni/v1/planning_service.pb.h"
#include "ayni/v1/relation.pb.h"
#include "google/rpc/error_details.pb.h"
#include "tests/services/stored_market.h"

namespace ayni::services {

// Districts d0 and d1 of province prov, 10 km apart; e0 and e1 of province inei.0807, some 100 km away.
// Services s, and s1 to s3; s and s1 are of one family.
class CoverageMarket : public testing::Test {
 protected:
  static inline const std::vector<std::string> kDistricts = {"d0", "d1", "e0", "e1"};
  static inline const std::vector<std::string> kServices = {"s", "s1", "s2", "s3"};

  void SetUp() override {
    LayTerritory(&market_);
    v1::Territory province = market_.Read<v1::Territory>("territories/prov");
    province.set_name("territories/inei.0807");
    market_.Put(province);
    for (int at = 0; at < 2; ++at) {
      v1::Territory district = market_.Read<v1::Territory>(absl::StrCat("territories/d", at));
      district.set_name(absl::StrCat("territories/e", at));
      district.set_parent("territories/inei.0807");
      district.mutable_position()->set_longitude(-72 - at / 10.0);
      market_.Put(district);
    }
    for (const std::string& id : kServices) {
      v1::Service service;
      service.set_name("services/" + id);
      service.set_family(id == "s" || id == "s1" ? "health" : id);
      market_.Put(service);
    }
  }

  google::type::Date DayAfter(int days) const {
    const absl::CivilDay day = absl::ToCivilDay(market_.now(), absl::UTCTimeZone()) + days;
    google::type::Date date;
    date.set_year(static_cast<int32_t>(day.year()));
    date.set_month(day.month());
    date.set_day(day.day());
    return date;
  }

  void PutCooperative(const std::string& id, const std::string& district, int members) {
    v1::Party party = ACooperative(id);
    party.set_district("territories/" + district);
    party.mutable_cooperative()->set_member_count(members);
    market_.Put(party);
  }
  v1::Need PutNeed(const std::string& cooperative, const std::string& id, const std::string& district,
                   const std::string& service, int64_t quantity) {
    v1::Need need = ANeed(market_, cooperative, id, quantity);
    need.set_district("territories/" + district);
    need.set_service("services/" + service);
    market_.Put(need);
    return need;
  }
  // Of a TAP of its own, there alone.
  v1::Offer PutOffer(const std::string& tap, const std::string& id, const std::string& territory,
                     const std::string& service) {
    market_.Put(ATap(tap));
    v1::Offer offer = AnOffer(market_, tap, id, 100);
    offer.set_service("services/" + service);
    offer.mutable_coverage()->set_territories(0, "territories/" + territory);
    market_.Put(offer);
    return offer;
  }
  void PutFunder(const std::string& id, v1::PartyRole role) {
    v1::Party party;
    party.set_name("parties/" + id);
    party.add_roles(role);
    market_.Put(party);
  }
  v1::Relation PutRelation(const std::string& subject, v1::RelationType type, const std::string& object) {
    v1::Relation relation;
    relation.set_name(absl::StrCat("relations/", subject, "-", static_cast<int>(type), "-", object));
    relation.set_subject("parties/" + subject);
    relation.set_type(type);
    relation.set_object("parties/" + object);
    relation.set_standing(v1::RELATION_STANDING_CONFIRMED);
    if (type == v1::RELATION_TYPE_OWNS) relation.set_share_basis_points(10'000);
    market_.Put(relation);
    return relation;
  }
  // From today until that day.
  void PutFunding(const std::string& funder, const std::string& tap, int end) {
    v1::Relation funding = PutRelation(funder, v1::RELATION_TYPE_FUNDS, tap);
    *funding.mutable_start_date() = DayAfter(0);
    *funding.mutable_end_date() = DayAfter(end);
    market_.Put(funding);
  }
  void PutBudget(const std::string& funder, int end, int64_t money = 1'000'000'000) {
    v1::Budget budget;
    budget.set_name(absl::StrCat("funders/", funder, "/budgets/b"));
    budget.mutable_amount()->set_currency("PEN");
    budget.mutable_amount()->set_minor_units(money);
    *budget.mutable_window()->mutable_start_date() = DayAfter(-1);
    *budget.mutable_window()->mutable_end_date() = DayAfter(end);
    *budget.add_producer_shares()->mutable_start_date() = DayAfter(-1);
    market_.Put(budget);
  }
  void Subsidise(v1::Offer offer, const std::string& funder, bool out_of_budget) {
    offer.mutable_subsidised()->set_funder("parties/" + funder);
    if (out_of_budget) offer.mutable_subsidised()->set_budget(absl::StrCat("funders/", funder, "/budgets/b"));
    market_.Put(offer);
  }

  std::vector<v1::Candidate> Candidates(const std::string& need) {
    market_.AwaitLive();
    v1::ListCandidatesRequest request;
    request.set_parent(need);
    request.set_page_size(1'000);
    const auto listed =
        market_.Call<v1::ListCandidatesResponse>("ayni.v1.NeedService/ListCandidates", request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    if (!listed.ok()) return {};
    return {listed->candidates().begin(), listed->candidates().end()};
  }

  absl::StatusOr<v1::ListCoverageGapsResponse> ListGaps(const v1::ListCoverageGapsRequest& request,
                                                        v1::Role role = v1::ROLE_ADMINISTRATOR) {
    return market_.CallAs<v1::ListCoverageGapsResponse>({"principals/any", role, ""}, Scope::kAny,
                                                        "ayni.v1.PlanningService/ListCoverageGaps", request);
  }
  // Of all territories of the level.
  std::vector<v1::CoverageGap> Gaps(v1::TerritoryLevel level = v1::TERRITORY_LEVEL_DISTRICT,
                                    v1::Role role = v1::ROLE_ADMINISTRATOR) {
    v1::ListCoverageGapsRequest request;
    request.set_territory_level(level);
    request.set_all(true);
    const auto listed = ListGaps(request, role);
    EXPECT_TRUE(listed.ok()) << listed.status();
    if (!listed.ok()) return {};
    return {listed->coverage_gaps().begin(), listed->coverage_gaps().end()};
  }

  absl::StatusOr<v1::StressCoverageResponse> Stress(const v1::StressCoverageRequest& request) {
    return market_.Call<v1::StressCoverageResponse>("ayni.v1.PlanningService/StressCoverage", request);
  }
  v1::StressCoverageRequest StressOn(int days) const {
    v1::StressCoverageRequest request;
    *request.mutable_date() = DayAfter(days);
    return request;
  }

  static std::vector<std::string> WrongFields(const absl::Status& status) {
    std::vector<std::string> fields;
    google::rpc::BadRequest wrong;
    const auto detail = status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
    if (detail.has_value()) wrong.ParseFromString(std::string(*detail));
    for (const auto& violation : wrong.field_violations()) fields.push_back(violation.field());
    return fields;
  }

  StoredMarket market_;
};

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_PLANNING_COVERAGE_MARKET_H_
