#include "services/access/authorisation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/access_service.pb.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/need_service.pb.h"
#include "ayni/v1/offer_service.pb.h"
#include "ayni/v1/party_service.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/relation.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/access/outsider.h"
#include "services/api.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

const Caller kCooperative{"principals/ana", v1::ROLE_COOPERATIVE, "parties/c3"};
const Caller kTap{"principals/tomas", v1::ROLE_TAP, "parties/t7"};

std::vector<AccessRow> TableWithout(std::string_view method) {
  std::vector<AccessRow> rows;
  for (const AccessRow& row : AuthorisationTable()) {
    if (row.method != method) rows.push_back(row);
  }
  return rows;
}

AccessRule RuleOf(const std::string& method) {
  for (const AccessRow& row : AuthorisationTable()) {
    if (row.method != method) continue;
    for (const auto* service : ApiServices()) {
      for (int i = 0; i < service->method_count(); ++i) {
        if (MethodName(*service->method(i)) == method) return *AccessRule::Bind(row, service->method(i));
      }
    }
  }
  ADD_FAILURE() << "no row of " << method;
  return *AccessRule::Bind({}, nullptr);
}

TEST(CheckTable, AcceptsTheTableOfThisApi) {
  EXPECT_EQ(CheckTable(AuthorisationTable(), ApiServices()), absl::OkStatus());
}

TEST(CheckTable, NamesAMethodWithoutARow) {
  const std::vector<AccessRow> rows = TableWithout("ayni.v1.NeedService/GetNeed");
  const absl::Status status = CheckTable(rows, ApiServices());
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("ayni.v1.NeedService/GetNeed has no row"));
}

TEST(CheckTable, NamesARowWithoutAMethod) {
  std::vector<AccessRow> rows = TableWithout("");
  rows.push_back({"ayni.v1.NeedService/StealNeed", Scope::kAny, Scope::kAny, Scope::kAny, Scope::kAny});
  EXPECT_THAT(std::string(CheckTable(rows, ApiServices()).message()),
              HasSubstr("ayni.v1.NeedService/StealNeed has a row and is no method"));
}

TEST(CheckTable, NamesAMethodWithTwoRows) {
  std::vector<AccessRow> rows = TableWithout("");
  rows.push_back(rows.front());
  EXPECT_THAT(std::string(CheckTable(rows, ApiServices()).message()), HasSubstr("has two rows"));
}

TEST(CheckTable, RefusesAnOwnerThatTheRequestHasNot) {
  std::vector<AccessRow> rows = TableWithout("ayni.v1.NeedService/GetNeed");
  rows.push_back(
      {"ayni.v1.NeedService/GetNeed", Scope::kOwnName, Scope::kNone, Scope::kAny, Scope::kAny, "owner"});
  EXPECT_THAT(std::string(CheckTable(rows, ApiServices()).message()), HasSubstr("no text field owner"));
}

TEST(CheckTable, RefusesAnOwnNameScopeWithoutAnOwner) {
  std::vector<AccessRow> rows = TableWithout("ayni.v1.NeedService/GetNeed");
  rows.push_back({"ayni.v1.NeedService/GetNeed", Scope::kOwnName, Scope::kNone, Scope::kAny, Scope::kAny});
  EXPECT_EQ(CheckTable(rows, ApiServices()).code(), absl::StatusCode::kFailedPrecondition);
}

TEST(CheckTable, RefusesAnOutsiderWhoOwnsOrStreams) {
  std::vector<AccessRow> rows = TableWithout("ayni.v1.NeedService/GetNeed");
  rows.push_back({"ayni.v1.NeedService/GetNeed", Scope::kOwnName, Scope::kNone, Scope::kAny, Scope::kAny,
                  "name", "", std::nullopt, std::nullopt, Scope::kOwnName});
  EXPECT_THAT(std::string(CheckTable(rows, ApiServices()).message()),
              HasSubstr("nothing is an outsider's own"));
  rows = TableWithout("ayni.v1.MarketService/ImportMarket");
  rows.push_back({"ayni.v1.MarketService/ImportMarket", Scope::kNone, Scope::kNone, Scope::kAny, Scope::kNone,
                  "", "", std::nullopt, std::nullopt, Scope::kAny});
  EXPECT_THAT(std::string(CheckTable(rows, ApiServices()).message()),
              HasSubstr("an outsider sends no stream"));
}

TEST(AccessRule, GivesAnOutsiderNothingThatItsRowDoesNotSay) {
  const AccessRule offers = RuleOf("ayni.v1.OfferService/ListOffers");
  EXPECT_EQ(offers.ScopeOf(v1::ROLE_TAP), Scope::kAny);
  EXPECT_EQ(offers.ScopeOf(Outsider()), Scope::kNone);
  EXPECT_FALSE(offers.CheckRole(Outsider()).ok());
  EXPECT_EQ(RuleOf("ayni.v1.RoundService/GetRound").ScopeOf(Outsider()), Scope::kOwnRecord);
}

TEST(OwnsRecord, HoldsForAnOutsiderOfAPublishedRoundAlone) {
  v1::Round round;
  for (const auto& [state, holds] :
       {std::pair(v1::Round::STATE_DRAFT, false), std::pair(v1::Round::STATE_CLEARING, false),
        std::pair(v1::Round::STATE_PUBLISHED, true), std::pair(v1::Round::STATE_UNDONE, false)}) {
    round.set_state(state);
    EXPECT_EQ(OwnsRecord(Outsider(), round), holds) << v1::Round::State_Name(state);
  }
  v1::Policy policy;
  policy.set_state(v1::Policy::STATE_ACTIVE);
  EXPECT_FALSE(OwnsRecord(Outsider(), policy));
  EXPECT_FALSE(OwnsRecord(Outsider(), v1::Match()));
  EXPECT_FALSE(OwnsRecord(Outsider(), v1::Credential()));
}

TEST(OwnsName, HoldsForTheCallersPartyInItsRoleAndBelow) {
  for (const char* own :
       {"parties/c3", "cooperatives/c3", "cooperatives/c3/needs/n1", "principals/ana/tokens/t"}) {
    EXPECT_TRUE(OwnsName(kCooperative, own)) << own;
  }
  EXPECT_TRUE(OwnsName(kTap, "taps/t7/offers/o1"));
}

TEST(OwnsName, FailsForEveryOtherName) {
  for (const char* other : {"", "cooperatives", "cooperatives/", "cooperatives/-", "cooperatives/c33",
                            "cooperatives/c", "cooperatives/c4/needs/n1", "taps/c3", "parties/c3x",
                            "principals/anabel", "c3", "xcooperatives/c3"}) {
    EXPECT_FALSE(OwnsName(kCooperative, other)) << other;
  }
  EXPECT_FALSE(OwnsName(kTap, "cooperatives/t7"));
}

TEST(OwnsName, FailsForACallerWithoutAParty) {
  const Caller administrator{"principals/root", v1::ROLE_ADMINISTRATOR, ""};
  for (const char* other : {"", "parties/", "parties/c3", "cooperatives/"}) {
    EXPECT_FALSE(OwnsName(administrator, other)) << other;
  }
}

TEST(OwnsRecord, HoldsForAMatchOnEitherSideInItsRole) {
  v1::Match match;
  match.set_cooperative("parties/c3");
  match.set_tap("parties/t7");
  EXPECT_TRUE(OwnsRecord(kCooperative, match));
  EXPECT_TRUE(OwnsRecord(kTap, match));
  EXPECT_FALSE(OwnsRecord({"principals/x", v1::ROLE_TAP, "parties/c3"}, match));
  EXPECT_FALSE(OwnsRecord({"principals/x", v1::ROLE_COOPERATIVE, ""}, v1::Match()));
}

TEST(OwnsRecord, HoldsForARelationThatThePartyIsAnEndOf) {
  v1::Relation relation;
  relation.set_subject("parties/bank");
  relation.set_object("parties/c3");
  EXPECT_TRUE(OwnsRecord(kCooperative, relation));
  EXPECT_FALSE(OwnsRecord(kTap, relation));
}

TEST(OwnsRecord, HoldsForTheHoldersCredential) {
  v1::Credential credential;
  credential.set_holder("parties/t7");
  EXPECT_TRUE(OwnsRecord(kTap, credential));
  EXPECT_FALSE(OwnsRecord(kCooperative, credential));
}

TEST(OwnsRecord, HoldsForWhatIsInForceOrPublished) {
  v1::Policy policy;
  policy.set_state(v1::Policy::STATE_DRAFT);
  EXPECT_FALSE(OwnsRecord(kTap, policy));
  policy.set_state(v1::Policy::STATE_ACTIVE);
  EXPECT_TRUE(OwnsRecord(kTap, policy));
  v1::Round round;
  round.set_state(v1::Round::STATE_CLEARING);
  EXPECT_FALSE(OwnsRecord(kCooperative, round));
  round.set_state(v1::Round::STATE_PUBLISHED);
  EXPECT_TRUE(OwnsRecord(kCooperative, round));
}

TEST(OwnsRecord, HoldsForARecordWhoseNameIsOwn) {
  v1::Need need;
  need.set_name("cooperatives/c3/needs/n1");
  EXPECT_TRUE(OwnsRecord(kCooperative, need));
  EXPECT_FALSE(OwnsRecord(kTap, need));
}

std::string ParentSeen(const Caller& caller, const std::string& parent) {
  v1::ListNeedsRequest request;
  request.set_parent(parent);
  RuleOf("ayni.v1.NeedService/ListNeeds").Narrow(caller, &request);
  return request.parent();
}

TEST(Narrow, TakesTheDashOfAMembersListForItsOwn) {
  EXPECT_EQ(ParentSeen(kCooperative, "cooperatives/-"), "cooperatives/c3");
  EXPECT_EQ(ParentSeen(kCooperative, "cooperatives/c4"), "cooperatives/c4");
  EXPECT_EQ(ParentSeen(kCooperative, "cooperatives/-/-"), "cooperatives/-/-");
  EXPECT_EQ(ParentSeen(kCooperative, "taps/-"), "taps/-");
  EXPECT_EQ(ParentSeen({"principals/x", v1::ROLE_COOPERATIVE, ""}, "cooperatives/-"), "cooperatives/-");
  EXPECT_EQ(ParentSeen({"principals/root", v1::ROLE_AUDITOR, "parties/c3"}, "cooperatives/-"),
            "cooperatives/-");
  v1::ListTokensRequest tokens;
  tokens.set_parent("principals/-");
  RuleOf("ayni.v1.AccessService/ListTokens").Narrow(kTap, &tokens);
  EXPECT_EQ(tokens.parent(), "principals/tomas");
}

TEST(Narrow, LeavesWhatIsPublishedAndWhatIsMade) {
  v1::ListOffersRequest offers;
  offers.set_parent("taps/-");
  RuleOf("ayni.v1.OfferService/ListOffers").Narrow(kTap, &offers);
  EXPECT_EQ(offers.parent(), "taps/-");
  v1::CreateNeedRequest need;
  need.set_parent("cooperatives/-");
  RuleOf("ayni.v1.NeedService/CreateNeed").Narrow(kCooperative, &need);
  EXPECT_EQ(need.parent(), "cooperatives/-");
}

class UpdateParty : public testing::Test {
 protected:
  UpdateParty() { request_.mutable_party()->set_name("parties/c3"); }
  absl::Status Check() const { return rule_.CheckRequest(kCooperative, request_); }

  const AccessRule rule_ = RuleOf("ayni.v1.PartyService/UpdateParty");
  v1::UpdatePartyRequest request_;
};

TEST_F(UpdateParty, LetsTheOwnerChangeItsContact) {
  request_.mutable_party()->mutable_contact()->set_phone("+51984000000");
  request_.mutable_party()->set_etag("e");
  EXPECT_EQ(Check(), absl::OkStatus());
  request_.mutable_update_mask()->add_paths("contact.phone");
  EXPECT_EQ(Check(), absl::OkStatus());
}

TEST_F(UpdateParty, KeepsTheOwnerFromItsRolesByMask) {
  request_.mutable_update_mask()->add_paths("contact");
  request_.mutable_update_mask()->add_paths("roles");
  EXPECT_EQ(Check().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(UpdateParty, KeepsTheOwnerFromItsRolesWithoutAMask) {
  request_.mutable_party()->add_roles(v1::PARTY_ROLE_TAP);
  EXPECT_EQ(Check().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(UpdateParty, KeepsTheOwnerFromChangingEverything) {
  request_.mutable_update_mask()->add_paths("*");
  EXPECT_EQ(Check().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(UpdateParty, KeepsTheOwnerFromAnotherParty) {
  request_.mutable_party()->set_name("parties/c4");
  request_.mutable_party()->mutable_contact()->set_phone("+51984000000");
  EXPECT_EQ(Check().code(), absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace ayni::services
