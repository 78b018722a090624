#include <gtest/gtest.h>

#include "ayni/v1/catalogue_service.pb.h"
#include "ayni/v1/round_service.pb.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

class PolicyTest : public testing::Test {
 protected:
  PolicyTest() { market_.Lay(); }

  void CreatePolicy(const std::string& id) {
    v1::CreatePolicyRequest request;
    request.set_policy_id(id);
    *request.mutable_policy() = APolicy();
    const auto policy = market_.Call<v1::Policy>("ayni.v1.PolicyService/CreatePolicy", request);
    ASSERT_TRUE(policy.ok()) << policy.status();
    EXPECT_EQ(policy->state(), v1::Policy::STATE_DRAFT);
    EXPECT_EQ(policy->author(), "principals/admin");
  }
  absl::StatusOr<v1::Policy> Activate(const std::string& id, const Caller& caller = SecondAdministrator()) {
    v1::ActivatePolicyRequest request;
    request.set_name("policies/" + id);
    request.set_etag(EtagOf(id));
    return market_.CallAs<v1::Policy>(caller, Scope::kAny, "ayni.v1.PolicyService/ActivatePolicy", request);
  }
  std::string EtagOf(const std::string& id) {
    v1::GetPolicyRequest request;
    request.set_name("policies/" + id);
    return market_.Call<v1::Policy>("ayni.v1.PolicyService/GetPolicy", request)->etag();
  }
  absl::Status SetReason(const std::string& id, const std::string& reason, const Caller& caller) {
    v1::UpdatePolicyRequest request;
    request.mutable_policy()->set_name("policies/" + id);
    request.mutable_policy()->set_reason(reason);
    return market_.CallAs<v1::Policy>(caller, Scope::kAny, "ayni.v1.PolicyService/UpdatePolicy", request)
        .status();
  }
  v1::Policy::State StateOf(const std::string& id) {
    v1::GetPolicyRequest request;
    request.set_name("policies/" + id);
    return market_.Call<v1::Policy>("ayni.v1.PolicyService/GetPolicy", request)->state();
  }
  template <typename Request>
  absl::Status Delete(const std::string& method, const std::string& name) {
    Request request;
    request.set_name(name);
    return market_.Run(method, request).status();
  }

  TestMarket market_;
};

TEST_F(PolicyTest, ActivationSupersedesTheActiveOneInTheSameCommit) {
  CreatePolicy("p1");
  CreatePolicy("p2");
  const auto first = Activate("p1");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->state(), v1::Policy::STATE_ACTIVE);
  EXPECT_EQ(first->activator(), "principals/second");
  EXPECT_FALSE(first->single_handed());
  const storage::Sequence before = market_.store().sequence();
  ASSERT_TRUE(Activate("p2").ok());
  EXPECT_EQ(market_.store().sequence(), before + 1);
  EXPECT_EQ(StateOf("p1"), v1::Policy::STATE_SUPERSEDED);
  EXPECT_EQ(StateOf("p2"), v1::Policy::STATE_ACTIVE);
  EXPECT_EQ(ReasonOf(Activate("p1").status()), "POLICY_NOT_DRAFT");
}

TEST_F(PolicyTest, WhoeverWroteItLastDoesNotMakeItActive) {
  CreatePolicy("p1");
  EXPECT_EQ(ReasonOf(Activate("p1", Administrator()).status()), "POLICY_NEEDS_SECOND_ADMINISTRATOR");
  ASSERT_TRUE(SetReason("p1", "As the second sees it", SecondAdministrator()).ok());
  const absl::Status own = Activate("p1", SecondAdministrator()).status();
  EXPECT_EQ(ReasonOf(own), "POLICY_NEEDS_SECOND_ADMINISTRATOR");
  EXPECT_NE(own.message().find("principals/second"), absl::string_view::npos) << own;
  EXPECT_NE(own.message().find("--single-administrator"), absl::string_view::npos) << own;
  EXPECT_EQ(StateOf("p1"), v1::Policy::STATE_DRAFT);
  EXPECT_TRUE(Activate("p1", Administrator()).ok());
}

TEST_F(PolicyTest, IsMadeActiveAsItWasLookedAt) {
  CreatePolicy("p1");
  v1::ActivatePolicyRequest request;
  request.set_name("policies/p1");
  const auto activate = [&] {
    return market_
        .CallAs<v1::Policy>(SecondAdministrator(), Scope::kAny, "ayni.v1.PolicyService/ActivatePolicy",
                            request)
        .status();
  };
  EXPECT_TRUE(Violates(activate(), "etag")) << activate();
  request.set_etag(EtagOf("p1"));
  ASSERT_TRUE(SetReason("p1", "Not what was looked at", Administrator()).ok());
  EXPECT_TRUE(absl::IsAborted(activate())) << activate();
  EXPECT_EQ(StateOf("p1"), v1::Policy::STATE_DRAFT);
  request.set_etag(EtagOf("p1"));
  EXPECT_EQ(activate(), absl::OkStatus());
}

TEST_F(PolicyTest, WritingNothingNewMakesNobodyItsAuthor) {
  CreatePolicy("p1");
  ASSERT_TRUE(SetReason("p1", APolicy().reason(), SecondAdministrator()).ok());
  EXPECT_EQ(ReasonOf(Activate("p1", Administrator()).status()), "POLICY_NEEDS_SECOND_ADMINISTRATOR");
}

TEST(SingleAdministrator, ActivatesTheirOwnAndTheRecordSaysSo) {
  TestMarket market({}, {.single_administrator = true});
  market.Lay();
  for (const auto& [id, caller] :
       {std::pair("p1", Administrator()), std::pair("p2", SecondAdministrator())}) {
    v1::CreatePolicyRequest create;
    create.set_policy_id(id);
    *create.mutable_policy() = APolicy();
    create.mutable_policy()->set_single_handed(true);
    const auto policy = market.Call<v1::Policy>("ayni.v1.PolicyService/CreatePolicy", create);
    ASSERT_TRUE(policy.ok()) << policy.status();
    EXPECT_FALSE(policy->single_handed()) << "nobody's to say";
    v1::ActivatePolicyRequest activate;
    activate.set_name(std::string("policies/") + id);
    const auto active =
        market.CallAs<v1::Policy>(caller, Scope::kAny, "ayni.v1.PolicyService/ActivatePolicy", activate);
    ASSERT_TRUE(active.ok()) << active.status();
    EXPECT_EQ(active->single_handed(), caller.principal == "principals/admin");
  }
}

TEST_F(PolicyTest, OnlyDraftsAreChangedOrDeleted) {
  CreatePolicy("p1");
  ASSERT_TRUE(Activate("p1").ok());
  v1::UpdatePolicyRequest request;
  request.mutable_policy()->set_name("policies/p1");
  request.mutable_policy()->set_reason("Another");
  EXPECT_EQ(ReasonOf(market_.Run("ayni.v1.PolicyService/UpdatePolicy", request).status()),
            "POLICY_NOT_DRAFT");
  EXPECT_EQ(ReasonOf(Delete<v1::DeletePolicyRequest>("ayni.v1.PolicyService/DeletePolicy", "policies/p1")),
            "POLICY_NOT_DRAFT");
  CreatePolicy("p2");
  request.mutable_policy()->set_name("policies/p2");
  EXPECT_TRUE(market_.Run("ayni.v1.PolicyService/UpdatePolicy", request).ok());
  EXPECT_TRUE(Delete<v1::DeletePolicyRequest>("ayni.v1.PolicyService/DeletePolicy", "policies/p2").ok());
}

TEST_F(PolicyTest, RoundTakesTheActivePolicyAndDrawsASeed) {
  v1::CreateRoundRequest request;
  request.set_round_id("r1");
  request.mutable_round();
  constexpr char kCreateRound[] = "ayni.v1.RoundService/CreateRound";
  EXPECT_EQ(ReasonOf(market_.Run(kCreateRound, request).status()), "NO_ACTIVE_POLICY");
  CreatePolicy("p1");
  ASSERT_TRUE(Activate("p1").ok());
  const auto round = market_.Call<v1::Round>(kCreateRound, request);
  ASSERT_TRUE(round.ok()) << round.status();
  EXPECT_EQ(round->policy(), "policies/p1");
  EXPECT_EQ(round->objective(), v1::OBJECTIVE_WELFARE);
  EXPECT_EQ(round->state(), v1::Round::STATE_DRAFT);
  EXPECT_NE(round->seed(), 0u);
  request.set_round_id("r2");
  request.mutable_round()->set_seed(7);
  const auto chosen = market_.Call<v1::Round>(kCreateRound, request);
  ASSERT_TRUE(chosen.ok()) << chosen.status();
  EXPECT_NE(chosen->seed(), 7u) << "nobody chooses the seed";
  request.mutable_round()->set_objective(v1::OBJECTIVE_MAXMIN);
  request.set_round_id("r3");
  const auto maxmin = market_.Call<v1::Round>(kCreateRound, request);
  ASSERT_TRUE(maxmin.ok()) << maxmin.status();
  EXPECT_EQ(maxmin->objective(), v1::OBJECTIVE_MAXMIN);
  request.mutable_round()->clear_objective();
  EXPECT_TRUE(Delete<v1::DeleteRoundRequest>("ayni.v1.RoundService/DeleteRound", "rounds/r1").ok());
  request.mutable_round()->mutable_time_limit()->set_seconds(3601);
  EXPECT_TRUE(Violates(market_.Run(kCreateRound, request).status(), "round.time_limit"));
  request.mutable_round()->mutable_time_limit()->set_seconds(0);
  EXPECT_TRUE(Violates(market_.Run(kCreateRound, request).status(), "round.time_limit"));
}

// A limit that counts the units of a family as one, where the family's services may have unlike units.
class FamilyUnits : public PolicyTest {
 protected:
  absl::Status AddService(const std::string& id, v1::Unit unit, const std::string& family) {
    v1::CreateServiceRequest request;
    request.set_service_id(id);
    *request.mutable_service() = AService();
    request.mutable_service()->clear_name();
    request.mutable_service()->set_unit(unit);
    request.mutable_service()->set_family(family);
    return market_.Call<v1::Service>("ayni.v1.CatalogueService/CreateService", request).status();
  }
  absl::Status Move(const std::string& id, const std::string& family) {
    v1::UpdateServiceRequest request;
    request.mutable_service()->set_name("services/" + id);
    request.mutable_service()->set_family(family);
    return market_.Call<v1::Service>("ayni.v1.CatalogueService/UpdateService", request).status();
  }
  absl::Status CreateWithLimit(const std::string& id, v1::LimitMeasure measure) {
    v1::CreatePolicyRequest request;
    request.set_policy_id(id);
    *request.mutable_policy() = APolicy();
    v1::Limit* limit = request.mutable_policy()->add_limits();
    limit->set_id("families");
    limit->set_controller_level(v1::CONTROLLER_LEVEL_TAP);
    limit->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
    limit->set_by_service_family(true);
    limit->set_share_basis_points(3'000);
    limit->set_basis(v1::LIMIT_BASIS_MATCHED);
    limit->set_measure(measure);
    return market_.Call<v1::Policy>("ayni.v1.PolicyService/CreatePolicy", request).status();
  }
  static bool Says(const absl::Status& status, const std::string& text) {
    return status.ToString().find(text) != std::string::npos;
  }
};

TEST_F(FamilyUnits, UnlikeOnesAreRefusedWithTheServicesAndTheRemedy) {
  ASSERT_TRUE(AddService("visits", v1::UNIT_VISIT, "mixed").ok());
  ASSERT_TRUE(AddService("hectares", v1::UNIT_HECTARE, "mixed").ok());
  const absl::Status refused = CreateWithLimit("p1", v1::LIMIT_MEASURE_UNITS);
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << refused;
  for (const char* text : {"limit families", "services/visits in UNIT_VISIT",
                           "services/hectares in UNIT_HECTARE", "LIMIT_MEASURE_MONEY"})
    EXPECT_TRUE(Says(refused, text)) << refused;
  EXPECT_TRUE(CreateWithLimit("p1", v1::LIMIT_MEASURE_MONEY).ok());
}

TEST_F(FamilyUnits, AreLookedAtAgainWhenThePolicyIsActivated) {
  ASSERT_TRUE(AddService("visits", v1::UNIT_VISIT, "mixed").ok());
  ASSERT_TRUE(CreateWithLimit("p1", v1::LIMIT_MEASURE_UNITS).ok());
  ASSERT_TRUE(AddService("hectares", v1::UNIT_HECTARE, "mixed").ok());
  const auto refused = Activate("p1");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition) << refused.status();
  EXPECT_TRUE(Says(refused.status(), "services/hectares in UNIT_HECTARE")) << refused.status();
  EXPECT_EQ(StateOf("p1"), v1::Policy::STATE_DRAFT);
}

TEST_F(FamilyUnits, KeepAServiceOutOfAFamilyThatTheActivePolicyAddsUp) {
  ASSERT_TRUE(AddService("visits", v1::UNIT_VISIT, "mixed").ok());
  ASSERT_TRUE(AddService("hectares", v1::UNIT_HECTARE, "other").ok());
  ASSERT_TRUE(CreateWithLimit("p1", v1::LIMIT_MEASURE_UNITS).ok());
  ASSERT_TRUE(Activate("p1").ok());
  EXPECT_TRUE(AddService("more", v1::UNIT_VISIT, "mixed").ok());
  for (const absl::Status& refused :
       {AddService("plants", v1::UNIT_PLANT, "mixed"), Move("hectares", "mixed")}) {
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << refused;
    EXPECT_TRUE(Says(refused, "the limit families of policies/p1")) << refused;
  }
}

}  // namespace
}  // namespace ayni::services
