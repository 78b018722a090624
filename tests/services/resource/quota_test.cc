// How many records a member may have.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "ayni/v1/agreement_service.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/resource/record_quota.h"
#include "services/rules/resource_methods.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

class Quota : public testing::Test {
 protected:
  Quota() {
    market_.Lay();
    quota_.SetMax<v1::Need>(3);
  }

  absl::Status Check(const std::string& owner) {
    return quota_.Check(market_.store(), ResourceType::Of<v1::Need>(), owner, market_.now());
  }
  void Create(const std::string& cooperative, const std::string& id) {
    v1::CreateNeedRequest request;
    request.set_parent(cooperative);
    request.set_need_id(id);
    *request.mutable_need() = ANeed();
    ASSERT_TRUE(market_.Run("ayni.v1.NeedService/CreateNeed", request).ok());
  }
  void Delete(const std::string& name) {
    v1::DeleteNeedRequest request;
    request.set_name(name);
    ASSERT_TRUE(market_.Run("ayni.v1.NeedService/DeleteNeed", request).ok());
  }

  TestMarket market_;
  RecordQuota quota_;
};

TEST_F(Quota, RefusesARecordTooMany) {
  for (const char* id : {"a", "b", "c"}) {
    EXPECT_TRUE(Check("cooperatives/coop").ok()) << id;
    Create("cooperatives/coop", id);
  }
  const absl::Status refused = Check("cooperatives/coop");
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  EXPECT_EQ(ReasonOf(refused), "TOO_MANY_RECORDS");
  EXPECT_TRUE(Check("cooperatives/other").ok());
}

// Else one side could use up what another may have by proposing without end.
TEST_F(Quota, CountsAnAgreementWithWhoSaidYesToIt) {
  quota_.SetMax<v1::Agreement>(1);
  const auto check = [&](const std::string& owner) {
    return quota_.Check(market_.store(), ResourceType::Of<v1::Agreement>(), owner, market_.now());
  };
  v1::CreateAgreementRequest request;
  v1::Agreement& agreement = *request.mutable_agreement();
  agreement.set_cooperative("parties/coop");
  agreement.set_tap("parties/tap");
  agreement.set_kind(v1::CONTRACT_KIND_PER_SERVICE);
  agreement.set_service("services/dosing");
  agreement.add_value_chains("valueChains/alpaca");
  *agreement.mutable_unit_price() = ANeed().highest_unit_price();
  *agreement.mutable_window() = ANeed().window();
  const auto made = market_.CallAs<v1::Agreement>(CooperativeCaller(), Scope::kOwnName,
                                                  "ayni.v1.AgreementService/CreateAgreement", request);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(absl::IsResourceExhausted(check("parties/coop")));
  EXPECT_TRUE(check("parties/tap").ok());
}

TEST_F(Quota, CountsTheCredentialsThatACertifierIssued) {
  quota_.SetMax<v1::Credential>(1);
  const auto check = [&](const std::string& owner) {
    return quota_.Check(market_.store(), ResourceType::Of<v1::Credential>(), owner, market_.now());
  };
  v1::CreateCredentialRequest request;
  *request.mutable_credential() = ACredential();
  ASSERT_TRUE(market_.Run("ayni.v1.CredentialService/CreateCredential", request).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(check("parties/certifier")));
  // Who holds it issued none.
  EXPECT_TRUE(check("parties/tap").ok());
}

TEST_F(Quota, CountsWhatWasThereBefore) {
  for (const char* id : {"a", "b", "c"}) Create("cooperatives/coop", id);
  EXPECT_TRUE(absl::IsResourceExhausted(Check("cooperatives/coop")));
}

TEST_F(Quota, WhatCameToNothingDoesNotCountForLong) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(Check("cooperatives/coop").ok()) << i;
}

TEST_F(Quota, HasRoomAgainOnceOneIsDeleted) {
  for (const char* id : {"a", "b", "c"}) Create("cooperatives/coop", id);
  EXPECT_FALSE(Check("cooperatives/coop").ok());
  Delete("cooperatives/coop/needs/a");
  market_.Advance(kQuotaRefusalHeld);
  EXPECT_TRUE(Check("cooperatives/coop").ok());
}

TEST_F(Quota, HoldsForMembersAndNotForAdministrators) {
  static_assert(kRelationsOfMemberMax < 100'000);
  storage::Change change;
  for (int i = 0; i < kRelationsOfMemberMax; ++i) {
    v1::Relation relation = ARelation();
    relation.set_name(absl::StrCat("relations/r", i));
    AddPut(Call(), "", KindOf<v1::Relation>(), StoredRecord(), relation, &change);
  }
  ASSERT_TRUE(market_.store().CommitAndWait(std::move(change)).ok());
  v1::CreateRelationRequest request;
  *request.mutable_relation() = ARelation();
  const std::string method = "ayni.v1.RelationService/CreateRelation";
  const auto refused = market_.CallAs<v1::Relation>(TapCaller(), Scope::kOwnName, method, request);
  EXPECT_EQ(ReasonOf(refused.status()), "TOO_MANY_RECORDS") << refused.status();
  EXPECT_TRUE(market_.Run(method, request).ok());
}

}  // namespace
}  // namespace ayni::services
