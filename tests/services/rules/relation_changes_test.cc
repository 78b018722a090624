// Relations that a rule of the active policy blocks by, and one administrator who wants a block gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/services/market.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

constexpr char kLender[] = "relations/lender";

class RelationChanges : public testing::Test {
 protected:
  explicit RelationChanges(bool single_administrator = false)
      : market_({}, {.single_administrator = single_administrator}) {
    market_.Lay();
    Activate();
    State("lender", v1::RELATION_TYPE_LENDS_TO);
    State("owner", v1::RELATION_TYPE_OWNS);
    State("member", v1::RELATION_TYPE_MEMBER_OF);
    market_.Advance(absl::Hours(1));
  }

  // A policy with a rule that blocks by loans and holdings of 25 %, and is lifted by recusals.
  void Activate() {
    v1::CreatePolicyRequest create;
    create.set_policy_id("p1");
    *create.mutable_policy() = APolicy();
    v1::ConflictRule* rule = create.mutable_policy()->add_conflict_rules();
    rule->set_id("lender");
    rule->set_severity(v1::CONFLICT_SEVERITY_BLOCK);
    rule->set_reason("LENDER");
    (*rule->mutable_texts())["spa"] = "Presta";
    (*rule->mutable_texts())["eng"] = "Lends";
    v1::ConflictStep* step = rule->add_steps();
    step->add_types(v1::RELATION_TYPE_LENDS_TO);
    step->add_types(v1::RELATION_TYPE_OWNS);
    rule->set_end(v1::CONFLICT_END_COOPERATIVE);
    rule->add_lifted_by(v1::RELATION_TYPE_RECUSED_FROM);
    const auto draft = market_.Call<v1::Policy>("ayni.v1.PolicyService/CreatePolicy", create);
    ASSERT_TRUE(draft.ok()) << draft.status();
    v1::ActivatePolicyRequest activate;
    activate.set_name(draft->name());
    activate.set_etag(draft->etag());
    const auto active = market_.CallAs<v1::Policy>(SecondAdministrator(), Scope::kAny,
                                                   "ayni.v1.PolicyService/ActivatePolicy", activate);
    ASSERT_TRUE(active.ok()) << active.status();
  }
  absl::StatusOr<v1::Relation> Create(const std::string& id, v1::RelationType type,
                                      v1::RelationStanding standing = v1::RELATION_STANDING_UNSPECIFIED) {
    v1::CreateRelationRequest request;
    request.set_relation_id(id);
    v1::Relation* relation = request.mutable_relation();
    *relation = ARelation();
    relation->set_type(type);
    relation->set_standing(standing);
    *relation->mutable_start_date() = ADay(2020, 1, 1);
    if (type == v1::RELATION_TYPE_OWNS) relation->set_share_basis_points(6000);
    return market_.Call<v1::Relation>("ayni.v1.RelationService/CreateRelation", request);
  }
  void State(const std::string& id, v1::RelationType type) {
    const auto made = Create(id, type);
    ASSERT_TRUE(made.ok()) << made.status();
  }
  v1::Relation Get(const std::string& name) {
    v1::GetRelationRequest request;
    request.set_name(name);
    const auto relation = market_.Call<v1::Relation>("ayni.v1.RelationService/GetRelation", request);
    return relation.ok() ? *relation : v1::Relation();
  }
  absl::StatusOr<v1::Relation> Update(const std::string& name,
                                      const std::function<void(v1::Relation*)>& change,
                                      const std::string& reason = "It ended") {
    v1::UpdateRelationRequest request;
    *request.mutable_relation() = Get(name);
    change(request.mutable_relation());
    request.mutable_update_mask()->add_paths("*");
    request.set_reason(reason);
    return market_.Call<v1::Relation>("ayni.v1.RelationService/UpdateRelation", request);
  }
  absl::StatusOr<v1::Relation> Delete(const std::string& name, const std::string& reason) {
    v1::DeleteRelationRequest request;
    request.set_name(name);
    request.set_reason(reason);
    return market_.Call<v1::Relation>("ayni.v1.RelationService/DeleteRelation", request);
  }
  absl::StatusOr<v1::Relation> Confirm(const Caller& caller, const std::string& name,
                                       const std::string& etag) {
    v1::ConfirmRelationChangeRequest request;
    request.set_name(name);
    request.set_etag(etag);
    return market_.CallAs<v1::Relation>(caller, Scope::kAny, "ayni.v1.RelationService/ConfirmRelationChange",
                                        request);
  }
  absl::StatusOr<v1::ImportMarketResponse> Import(const v1::Relation& relation) {
    auto request = std::make_unique<v1::ImportMarketRequest>();
    request->set_last(true);
    v1::ImportRow* row = request->add_rows();
    row->set_file("relations.csv");
    row->set_line(2);
    *row->mutable_relation() = relation;
    std::vector<std::unique_ptr<Message>> requests;
    requests.push_back(std::move(request));
    const auto answer = market_.RunAs(Administrator(), Scope::kAny, "ayni.v1.MarketService/ImportMarket",
                                      std::move(requests));
    if (!answer.ok()) return answer.status();
    return static_cast<const v1::ImportMarketResponse&>(**answer);
  }

  TestMarket market_;
};

TEST_F(RelationChanges, DeletionWaitsForAnotherAdministrator) {
  EXPECT_TRUE(Violates(Delete(kLender, "").status(), "reason"));
  const auto asked = Delete(kLender, "Paid back");
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_TRUE(asked->proposed_change().deletion());
  EXPECT_EQ(asked->proposed_change().reason(), "Paid back");
  EXPECT_EQ(asked->proposed_change().rule(), "lender");
  EXPECT_EQ(asked->proposed_change().proposed_by(), "principals/admin");
  EXPECT_EQ(Get(kLender).name(), kLender) << "it stays";
  EXPECT_EQ(ReasonOf(Confirm(Administrator(), kLender, asked->etag()).status()),
            "SECOND_ADMINISTRATOR_NEEDED");
  EXPECT_TRUE(Violates(Confirm(SecondAdministrator(), kLender, "").status(), "etag"));
  const auto gone = Confirm(SecondAdministrator(), kLender, asked->etag());
  ASSERT_TRUE(gone.ok()) << gone.status();
  EXPECT_EQ(gone->confirmed_change().confirmed_by(), "principals/second");
  EXPECT_EQ(Get(kLender).name(), "");
}

TEST_F(RelationChanges, WhateverMayLiftABlockWaits) {
  const std::pair<const char*, std::function<void(v1::Relation*)>> changes[] = {
      {"relations/owner", [](v1::Relation* relation) { relation->set_share_basis_points(5999); }},
      {kLender, [](v1::Relation* relation) { *relation->mutable_end_date() = ADay(2026, 1, 1); }},
      {kLender, [](v1::Relation* relation) { *relation->mutable_start_date() = ADay(2020, 1, 2); }},
      {kLender, [](v1::Relation* relation) { relation->set_standing(v1::RELATION_STANDING_CLAIMED); }}};
  for (const auto& [name, change] : changes) {
    EXPECT_TRUE(Violates(Update(name, change, "").status(), "reason")) << name;
    const v1::Relation before = Get(name);
    const auto asked = Update(name, change);
    ASSERT_TRUE(asked.ok()) << asked.status();
    EXPECT_TRUE(asked->has_proposed_change()) << name;
    v1::Relation wanted = before;
    change(&wanted);
    wanted.clear_confirmed_change();
    const auto confirmed = Confirm(SecondAdministrator(), name, asked->etag());
    ASSERT_TRUE(confirmed.ok()) << confirmed.status();
    for (v1::Relation relation : {Get(name)}) {
      EXPECT_FALSE(relation.has_proposed_change());
      relation.clear_confirmed_change();
      *relation.mutable_update_time() = wanted.update_time();
      relation.set_etag(wanted.etag());
      EXPECT_EQ(relation.DebugString(), wanted.DebugString());
    }
  }
}

TEST_F(RelationChanges, WhatLiftsNoBlockStandsAtOnce) {
  const auto more = Update(
      "relations/owner",
      [](v1::Relation* relation) {
        relation->set_share_basis_points(7000);
        relation->clear_start_date();
        relation->mutable_source()->set_reference("Register, page 3");
      },
      "");
  ASSERT_TRUE(more.ok()) << more.status();
  EXPECT_EQ(more->share_basis_points(), 7000);
  EXPECT_FALSE(more->has_proposed_change());
  EXPECT_TRUE(Delete("relations/member", "").ok()) << "no rule that blocks reads it";
  EXPECT_EQ(Get("relations/member").name(), "");
}

TEST_F(RelationChanges, OnesOwnSlipIsOnesOwnForAMoment) {
  State("slip", v1::RELATION_TYPE_LENDS_TO);
  EXPECT_TRUE(Delete("relations/slip", "").ok());
  EXPECT_EQ(Get("relations/slip").name(), "");
  v1::DeleteRelationRequest request;
  request.set_name("relations/theirs");
  State("theirs", v1::RELATION_TYPE_LENDS_TO);
  EXPECT_TRUE(Violates(market_
                           .CallAs<v1::Relation>(SecondAdministrator(), Scope::kAny,
                                                 "ayni.v1.RelationService/DeleteRelation", request)
                           .status(),
                       "reason"));
}

TEST_F(RelationChanges, ARecusalLiftsNothingUntilAnotherOneConfirmsIt) {
  EXPECT_TRUE(
      Violates(Create("recused", v1::RELATION_TYPE_RECUSED_FROM, v1::RELATION_STANDING_CONFIRMED).status(),
               "relation.standing"));
  const auto claimed = Create("recused", v1::RELATION_TYPE_RECUSED_FROM);
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  EXPECT_EQ(claimed->standing(), v1::RELATION_STANDING_CLAIMED);
  const auto asked = Update("relations/recused", [](v1::Relation* relation) {
    relation->set_standing(v1::RELATION_STANDING_CONFIRMED);
  });
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_EQ(asked->standing(), v1::RELATION_STANDING_CLAIMED);
  const auto confirmed = Confirm(SecondAdministrator(), "relations/recused", asked->etag());
  ASSERT_TRUE(confirmed.ok()) << confirmed.status();
  EXPECT_EQ(confirmed->standing(), v1::RELATION_STANDING_CONFIRMED);
}

TEST_F(RelationChanges, AnImportIsNoWayRound) {
  v1::Relation ended = Get(kLender);
  *ended.mutable_end_date() = ADay(2026, 1, 1);
  const auto imported = Import(ended);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_FALSE(imported->applied());
  ASSERT_EQ(imported->errors_size(), 1);
  EXPECT_THAT(imported->errors(0).description(), HasSubstr("another administrator confirms"));
  EXPECT_FALSE(Get(kLender).has_end_date());
}

TEST_F(RelationChanges, MayBeRejectedAndAreThenNotConfirmed) {
  ASSERT_TRUE(Delete(kLender, "Paid back").ok());
  v1::RejectRelationChangeRequest reject;
  reject.set_name(kLender);
  const auto rejected = market_.Call<v1::Relation>("ayni.v1.RelationService/RejectRelationChange", reject);
  ASSERT_TRUE(rejected.ok()) << rejected.status();
  EXPECT_EQ(ReasonOf(Confirm(SecondAdministrator(), kLender, rejected->etag()).status()),
            "NO_PROPOSED_CHANGE");
}

class SingleAdministratorsRelations : public RelationChanges {
 protected:
  SingleAdministratorsRelations() : RelationChanges(true) {}
};

TEST_F(SingleAdministratorsRelations, StandAtOnceAndTheRecordSaysSo) {
  const auto changed = Update(
      "relations/owner", [](v1::Relation* relation) { relation->set_share_basis_points(100); }, "");
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->share_basis_points(), 100);
  EXPECT_TRUE(changed->confirmed_change().single_handed());
  EXPECT_TRUE(Delete(kLender, "").ok());
  EXPECT_EQ(Get(kLender).name(), "");
}

}  // namespace
}  // namespace ayni::services
