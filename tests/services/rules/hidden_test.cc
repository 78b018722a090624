// What the market keeps from members: identity numbers, what others asked for and how, and what a need could
// pay at most.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/access_service.pb.h"
#include "ayni/v1/ledger_service.pb.h"
#include "ayni/v1/match_service.pb.h"
#include "ayni/v1/round_service.pb.h"
#include "services/resource/digest.h"
#include "services/resource/ledger_seal.h"
#include "services/resource/write.h"
#include "services/rules/resource_methods.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Caller AuditorCaller() { return {"principals/auditor", v1::ROLE_AUDITOR, ""}; }

class Hidden : public testing::Test {
 protected:
  Hidden() { market_.Lay(); }

  v1::ListLedgerEntriesResponse Ledger(const Caller& caller, const std::string& filter = "") {
    v1::ListLedgerEntriesRequest request;
    request.set_filter(filter);
    auto list = market_.CallAs<v1::ListLedgerEntriesResponse>(
        caller, Scope::kAny, "ayni.v1.LedgerService/ListLedgerEntries", request);
    EXPECT_TRUE(list.ok()) << list.status();
    return *std::move(list);
  }

  std::vector<v1::IdentifierScheme> SchemesOf(const std::string& party, const Caller& caller) {
    v1::GetPartyRequest request;
    request.set_name(party);
    const auto read =
        market_.CallAs<v1::Party>(caller, Scope::kAny, "ayni.v1.PartyService/GetParty", request);
    EXPECT_TRUE(read.ok()) << read.status();
    std::vector<v1::IdentifierScheme> schemes;
    for (const v1::Identifier& identifier : read->identifiers()) schemes.push_back(identifier.scheme());
    return schemes;
  }

  TestMarket market_;
};

TEST_F(Hidden, IdentityNumbersOfNaturalPersonsAreForWhomTheyAreOf) {
  v1::CreatePartyRequest request;
  request.set_party_id("ana");
  v1::Party* ana = request.mutable_party();
  *ana = ATap();
  const std::pair<v1::IdentifierScheme, const char*> numbers[] = {{v1::IDENTIFIER_SCHEME_DNI, "41234567"},
                                                                  {v1::IDENTIFIER_SCHEME_RUC, "10412345670"},
                                                                  {v1::IDENTIFIER_SCHEME_PADRON, "PPA-1234"},
                                                                  {v1::IDENTIFIER_SCHEME_RNPSEA, "R-77"}};
  for (const auto& [scheme, value] : numbers) {
    v1::Identifier* identifier = ana->add_identifiers();
    identifier->set_scheme(scheme);
    identifier->set_value(value);
  }
  for (char digit = '0'; digit <= '9'; ++digit) {  // its check digit
    ana->mutable_identifiers(1)->set_value(absl::StrCat("1041234567", std::string(1, digit)));
    if (market_.Run("ayni.v1.PartyService/CreateParty", request).ok()) break;
  }
  const Caller herself{"principals/ana", v1::ROLE_TAP, "parties/ana"};
  EXPECT_EQ(SchemesOf("parties/ana", herself).size(), 4u);
  EXPECT_EQ(SchemesOf("parties/ana", Administrator()).size(), 4u);
  EXPECT_EQ(SchemesOf("parties/ana", AuditorCaller()).size(), 4u);
  EXPECT_THAT(SchemesOf("parties/ana", CooperativeCaller()), ElementsAre(v1::IDENTIFIER_SCHEME_RNPSEA));
  EXPECT_THAT(SchemesOf("parties/ana", TapCaller()), ElementsAre(v1::IDENTIFIER_SCHEME_RNPSEA));
}

TEST_F(Hidden, WhoStatedARelationIsShownToNeitherOfItsEnds) {
  v1::CreateRelationRequest request;
  request.set_relation_id("r");
  request.mutable_relation()->set_subject("parties/tap");
  request.mutable_relation()->set_type(v1::RELATION_TYPE_MEMBER_OF);
  request.mutable_relation()->set_object("parties/coop");
  request.mutable_relation()->mutable_source()->set_kind(v1::RelationSource::KIND_DECLARED);
  const auto made = market_.CallAs<v1::Relation>(TapCaller(), Scope::kOwnName,
                                                 "ayni.v1.RelationService/CreateRelation", request);
  ASSERT_TRUE(made.ok()) << made.status();
  v1::GetRelationRequest get;
  get.set_name(made->name());
  const auto stated_by = [&](const Caller& caller) {
    const Scope scope = caller.role == v1::ROLE_AUDITOR ? Scope::kAny : Scope::kOwnRecord;
    const auto read = market_.CallAs<v1::Relation>(caller, scope, "ayni.v1.RelationService/GetRelation", get);
    EXPECT_TRUE(read.ok()) << read.status();
    return read.ok() ? read->declared_by() : "";
  };
  EXPECT_EQ(stated_by(TapCaller()), TapCaller().principal) << "its own word";
  EXPECT_EQ(stated_by(AuditorCaller()), TapCaller().principal);
  EXPECT_EQ(stated_by(CooperativeCaller()), "");
}

TEST_F(Hidden, ATapDoesNotLearnTheHighestPriceFromItsMatch) {
  v1::Match match;
  match.set_name("rounds/r1/matches/m1");
  match.set_cooperative("parties/coop");
  match.set_tap("parties/tap");
  match.set_score(700'000);
  match.mutable_score_parts()->set_price(143);
  match.mutable_score_parts()->set_fit(1'000);
  match.mutable_unit_price()->set_minor_units(300);
  storage::Change change;
  Call call;
  call.now = market_.now();
  AddPut(call, "", KindOf<v1::Match>(), StoredRecord(), match, &change);
  ASSERT_TRUE(market_.store().CommitAndWait(std::move(change)).ok());
  v1::GetMatchRequest request;
  request.set_name(match.name());
  const auto read = [&](const Caller& caller) {
    return *market_.CallAs<v1::Match>(caller, Scope::kOwnRecord, "ayni.v1.MatchService/GetMatch", request);
  };
  EXPECT_EQ(read(TapCaller()).score_parts().price(), 0);
  EXPECT_EQ(read(TapCaller()).score(), 0);
  EXPECT_EQ(read(TapCaller()).score_parts().fit(), 1'000);
  EXPECT_EQ(read(CooperativeCaller()).score_parts().price(), 143);
  EXPECT_EQ(read(CooperativeCaller()).score(), 700'000);
}

TEST_F(Hidden, ATapDoesNotLearnWhichCooperativeIsServedWorst) {
  v1::Round round;
  round.set_name("rounds/r1");
  round.set_state(v1::Round::STATE_PUBLISHED);
  round.mutable_summary()->mutable_smallest_share()->set_share_ppm(250'000);
  round.mutable_summary()->mutable_smallest_share()->set_cooperative("parties/coop");
  storage::Change change;
  Call call;
  call.now = market_.now();
  AddPut(call, "", KindOf<v1::Round>(), StoredRecord(), round, &change);
  ASSERT_TRUE(market_.store().CommitAndWait(std::move(change)).ok());
  v1::GetRoundRequest request;
  request.set_name(round.name());
  const auto read = [&](const Caller& caller) {
    const auto got =
        market_.CallAs<v1::Round>(caller, Scope::kOwnRecord, "ayni.v1.RoundService/GetRound", request);
    EXPECT_TRUE(got.ok()) << got.status();
    return got->summary().smallest_share();
  };
  EXPECT_EQ(read(TapCaller()).cooperative(), "");
  EXPECT_EQ(read(TapCaller()).share_ppm(), 250'000);
  EXPECT_EQ(read(CooperativeCaller()).cooperative(), "parties/coop");
}

TEST_F(Hidden, NobodyFindsAContactByItsDigest) {
  v1::GetPartyRequest request;
  request.set_name("parties/coop");
  auto party = market_.Call<v1::Party>("ayni.v1.PartyService/GetParty", request);
  ASSERT_TRUE(party.ok());
  party->clear_etag();  // as it is stored, with the true contact
  const std::string bytes = party->SerializeAsString();
  const auto entries = Ledger(TapCaller(), "event.resource = parties/coop");
  ASSERT_EQ(entries.ledger_entries_size(), 1);
  const v1::LedgerEvent& event = entries.ledger_entries(0).event();
  EXPECT_EQ(event.after_digest().size(), 32u);
  EXPECT_NE(event.after_digest(), Sha256(bytes));
  EXPECT_NE(event.after_digest(), SealedDigest("", "parties/coop", Sha256(bytes)));
  // Whoever has the store's secret proves it.
  EXPECT_EQ(event.after_digest(), SealedDigest(market_.store().secret(), "parties/coop", Sha256(bytes)));
}

TEST_F(Hidden, MembersDoNotSeeWhoAskedForWhatOthersDid) {
  v1::CreateNeedRequest request;
  request.set_parent("cooperatives/coop");
  request.set_need_id("n1");
  *request.mutable_need() = ANeed();
  request.set_request_id("secret-plan");
  ASSERT_TRUE(
      market_
          .CallAs<v1::Need>(CooperativeCaller(), Scope::kOwnName, "ayni.v1.NeedService/CreateNeed", request)
          .ok());
  const std::string filter = "event.resource = cooperatives/coop/needs/n1";
  const v1::LedgerEntry to_auditor = Ledger(AuditorCaller(), filter).ledger_entries(0);
  EXPECT_EQ(to_auditor.event().actor(), "principals/coop");
  EXPECT_EQ(to_auditor.event().request_id(), "secret-plan");
  EXPECT_THAT(to_auditor.event().blind(), testing::SizeIs(16));
  const v1::LedgerEntry to_itself = Ledger(CooperativeCaller(), filter).ledger_entries(0);
  EXPECT_EQ(to_itself.SerializeAsString(), to_auditor.SerializeAsString());
  const v1::LedgerEntry to_tap = Ledger(TapCaller(), filter).ledger_entries(0);
  EXPECT_THAT(to_tap.event().actor(), IsEmpty());
  EXPECT_THAT(to_tap.event().request_id(), IsEmpty());
  EXPECT_THAT(to_tap.event().blind(), IsEmpty());
  EXPECT_THAT(to_tap.leaf(), IsEmpty());
  EXPECT_EQ(to_tap.leaf_hash(), to_auditor.leaf_hash());
  EXPECT_EQ(to_tap.event().after_digest(), to_auditor.event().after_digest());
  v1::GetLedgerEntryRequest get;
  get.set_name(to_tap.name());
  const auto read =
      market_.CallAs<v1::LedgerEntry>(TapCaller(), Scope::kAny, "ayni.v1.LedgerService/GetLedgerEntry", get);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->SerializeAsString(), to_tap.SerializeAsString());
  // Nor by asking for it.
  EXPECT_EQ(Ledger(TapCaller(), "event.actor = principals/coop").ledger_entries_size(), 0);
  EXPECT_EQ(Ledger(AuditorCaller(), "event.actor = principals/coop").ledger_entries_size(), 1);
}

TEST_F(Hidden, MembersDoNotSeeWhoHasTokens) {
  v1::CreatePrincipalRequest request;
  request.set_principal_id("eva");
  request.mutable_principal()->set_display_name("Eva");
  request.mutable_principal()->set_role(v1::ROLE_AUDITOR);
  ASSERT_TRUE(market_.Run("ayni.v1.AccessService/CreatePrincipal", request).ok());
  EXPECT_EQ(Ledger(AuditorCaller(), "event.resource = principals/eva").ledger_entries_size(), 1);
  EXPECT_EQ(Ledger(TapCaller(), "event.resource = principals/eva").ledger_entries_size(), 0);
  const auto all = Ledger(TapCaller());
  const v1::LedgerEntry& last = all.ledger_entries(all.ledger_entries_size() - 1);
  EXPECT_THAT(last.event().resource(), IsEmpty());
  EXPECT_THAT(last.event().method(), IsEmpty());
  EXPECT_THAT(last.event().after_digest(), IsEmpty());
}

}  // namespace
}  // namespace ayni::services
