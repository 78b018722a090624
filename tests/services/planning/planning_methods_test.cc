// ListTrainingPlans over a market in a real store.
#include <gmock/gmock.h>

#include "ayni/v1/planning_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;

class TrainingPlanning : public testing::Test {
 protected:
  void SetUp() override {
    LayTerritory(&market_);
    market_.Put(ACooperative("coop"));
  }

  absl::StatusOr<v1::ListTrainingPlansResponse> List(const v1::ListTrainingPlansRequest& request) {
    return market_.Call<v1::ListTrainingPlansResponse>("ayni.v1.PlanningService/ListTrainingPlans", request);
  }
  v1::TrainingPlan One(const v1::ListTrainingPlansRequest& request = {}) {
    const auto listed = List(request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    if (!listed.ok() || listed->training_plans_size() != 1) return {};
    return listed->training_plans(0);
  }
  std::vector<std::string> WrongFields(const v1::ListTrainingPlansRequest& request) {
    std::vector<std::string> fields;
    google::rpc::BadRequest wrong;
    const auto detail = List(request).status().GetPayload("type.googleapis.com/google.rpc.BadRequest");
    if (detail.has_value()) wrong.ParseFromString(std::string(*detail));
    for (const auto& violation : wrong.field_violations()) fields.push_back(violation.field());
    return fields;
  }
  void PutTap(const std::string& id, v1::TapModel model, int64_t capacity, int64_t booked = 0,
              int64_t own_capacity = 0) {
    v1::Party tap = ATap(id);
    tap.set_district("territories/d0");
    tap.mutable_tap()->set_model(model);
    tap.mutable_tap()->set_capacity(own_capacity);
    market_.Put(tap);
    v1::Offer offer = AnOffer(market_, id, "o", static_cast<int>(capacity));
    offer.set_booked_quantity(booked);
    market_.Put(offer);
  }
  static int64_t TraineesOf(const v1::TrainingPlan& plan, v1::TapModel model) {
    for (const v1::TraineePlan& each : plan.models()) {
      if (each.model() == model) return each.has_trainee_count() ? each.trainee_count() : -1;
    }
    return -2;
  }

  StoredMarket market_;
};

// CARE 2012, lesson 17: for twelve who stay active, 40 of enterprises or 15 to 18 of the community.
TEST_F(TrainingPlanning, AgreesWithTheField) {
  market_.Put(APolicy());
  market_.Put(ANeed(market_, "coop", "n", 12));
  PutTap("elsewhere", v1::TAP_MODEL_COMMUNITY, 1, 1);
  PutTap("as-well", v1::TAP_MODEL_ENTERPRISE, 1, 1);
  v1::ListTrainingPlansRequest request;
  request.set_probability_basis_points(5'000);
  request.set_success_strength(1'000);
  request.set_draw_count(10'000);
  const v1::TrainingPlan plan = One(request);
  EXPECT_EQ(plan.demanded_quantity(), 12);
  EXPECT_EQ(plan.offered_quantity(), 0);
  EXPECT_EQ(plan.met_ppm(), 0);
  EXPECT_NEAR(static_cast<double>(TraineesOf(plan, v1::TAP_MODEL_ENTERPRISE)), 40, 1);
  EXPECT_NEAR(static_cast<double>(TraineesOf(plan, v1::TAP_MODEL_COMMUNITY)), 16, 1);
  request.set_probability_basis_points(9'000);
  EXPECT_GT(TraineesOf(One(request), v1::TAP_MODEL_ENTERPRISE), 45);
}

TEST_F(TrainingPlanning, CountsWhatIsLeftOfThoseWhoAreThere) {
  v1::Policy policy = APolicy();
  policy.mutable_expected_success()->set_community_per_mille(1'000);
  policy.mutable_expected_success()->set_enterprise_per_mille(0);
  market_.Put(policy);
  market_.Put(ANeed(market_, "coop", "n", 50));
  v1::Need over = ANeed(market_, "coop", "over", 500);
  over.mutable_window()->mutable_start_date()->set_year(2001);
  over.mutable_window()->mutable_end_date()->set_year(2001);
  market_.Put(over);
  PutTap("a", v1::TAP_MODEL_COMMUNITY, 40, 10);     // 30 left
  PutTap("b", v1::TAP_MODEL_COMMUNITY, 20, 0, 10);  // 10 of its own
  PutTap("c", v1::TAP_MODEL_ENTERPRISE, 99);        // of whom nothing is expected
  const v1::TrainingPlan plan = One();
  EXPECT_EQ(plan.demanded_quantity(), 50);
  EXPECT_EQ(plan.offered_quantity(), 139);
  EXPECT_EQ(plan.tap_count(), 3);
  EXPECT_EQ(plan.met_ppm(), 0);
  // 10 are lacking, and each of those who are trained brings 40 or 10.
  EXPECT_EQ(TraineesOf(plan, v1::TAP_MODEL_COMMUNITY), 1);
  EXPECT_EQ(plan.models(0).unit_capacity(), 25);
  EXPECT_EQ(TraineesOf(plan, v1::TAP_MODEL_ENTERPRISE), -2);
}

TEST_F(TrainingPlanning, SaysWhatIsNotKnown) {
  market_.Put(APolicy());
  market_.Put(ANeed(market_, "coop", "n", 50));
  EXPECT_EQ(TraineesOf(One(), v1::TAP_MODEL_COMMUNITY), -1);
  PutTap("a", v1::TAP_MODEL_ENTERPRISE, 10, 10);
  const v1::TrainingPlan plan = One();
  EXPECT_EQ(plan.models(0).model(), v1::TAP_MODEL_COMMUNITY);
  EXPECT_TRUE(plan.models(0).of_other_models());
  EXPECT_FALSE(plan.models(1).of_other_models());
}

TEST_F(TrainingPlanning, IsTheSamePageByPageAndByScope) {
  market_.Put(APolicy());
  PutTap("a", v1::TAP_MODEL_ENTERPRISE, 10);
  v1::Territory other = market_.Read<v1::Territory>("territories/d1");
  other.set_name("territories/inei.080601");
  market_.Put(other);
  for (const std::string district : {"d0", "inei.080601"}) {
    v1::Need need = ANeed(market_, "coop", district, 50);
    need.set_district("territories/" + district);
    market_.Put(need);
  }
  v1::ListTrainingPlansRequest request;
  request.set_seed(5);
  const auto whole = List(request);
  ASSERT_TRUE(whole.ok()) << whole.status();
  ASSERT_EQ(whole->training_plans_size(), 2);
  request.set_page_size(1);
  for (int at = 0; at < 2; ++at) {
    const auto page = List(request);
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_EQ(page->training_plans_size(), 1);
    EXPECT_EQ(page->training_plans(0).SerializeAsString(), whole->training_plans(at).SerializeAsString());
    EXPECT_EQ(page->next_page_token().empty(), at == 1);
    request.set_page_token(page->next_page_token());
  }
  v1::ListTrainingPlansRequest alone;
  alone.set_seed(5);
  alone.set_territory(other.name());
  EXPECT_EQ(One(alone).SerializeAsString(), whole->training_plans(1).SerializeAsString());
  alone.clear_territory();
  alone.set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
  EXPECT_EQ(One(alone).demanded_quantity(), 100);
}

TEST_F(TrainingPlanning, NamesEveryWrongField) {
  market_.Put(APolicy());
  v1::ListTrainingPlansRequest request;
  request.set_territory_level(static_cast<v1::TerritoryLevel>(9));
  request.set_territory("cusco");
  request.set_service("shearing");
  request.set_probability_basis_points(10'000);
  request.set_success_strength(1);
  request.set_draw_count(99);
  EXPECT_THAT(WrongFields(request),
              ElementsAre("territory_level", "territory", "service", "probability_basis_points",
                          "success_strength", "draw_count"));
  v1::ListTrainingPlansRequest unknown;
  unknown.set_territory("territories/nowhere");
  unknown.set_service("services/nothing");
  EXPECT_THAT(WrongFields(unknown), ElementsAre("territory", "service"));
}

TEST_F(TrainingPlanning, NeedsAPolicy) {
  market_.Delete<v1::Policy>("policies/p");
  EXPECT_EQ(List({}).status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace ayni::services
