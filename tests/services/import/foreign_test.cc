// Parties and relations of other publishers' files: which party they are, and what is proposed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/merge_service.pb.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kRuc[] = "20100066603";
constexpr char kOtherRuc[] = "20131312955";
constexpr char kLei[] = "5493001KJTIIGC8Y1R12";

class Foreign : public ::testing::Test {
 protected:
  v1::Party* AddParty(const std::string& id, const std::string& display_name) {
    v1::ImportRow* row = AddRow();
    v1::Party* party = row->mutable_party();
    party->set_name("parties/" + id);
    party->set_display_name(display_name);
    party->add_roles(v1::PARTY_ROLE_COMPANY);
    return party;
  }

  v1::Relation* AddOwns(const std::string& id, const std::string& owner, const std::string& owned,
                        int share) {
    v1::Relation* relation = AddRow()->mutable_relation();
    relation->set_name("relations/" + id);
    relation->set_subject("parties/" + owner);
    relation->set_object("parties/" + owned);
    relation->set_type(v1::RELATION_TYPE_OWNS);
    relation->set_share_basis_points(share);
    relation->mutable_source()->set_kind(v1::RelationSource::KIND_REGISTER);
    return relation;
  }

  v1::ImportRow* AddRow() {
    v1::ImportRow* row = request_.add_rows();
    row->set_file("register.json");
    row->set_line(request_.rows_size());
    row->set_foreign(true);
    return row;
  }

  // Of the rows added since the last one; `keeps`: also of the next.
  v1::ImportMarketResponse Import(bool keeps = false, bool valid_rows_only = false) {
    request_.set_last(true);
    request_.set_valid_rows_only(valid_rows_only);
    auto response = market_.Call<v1::ImportMarketResponse>("ayni.v1.MarketService/ImportMarket", request_);
    EXPECT_TRUE(response.ok()) << response.status();
    if (!keeps) request_.Clear();
    return response.ok() ? *response : v1::ImportMarketResponse();
  }

  std::vector<v1::MergeProposal> Proposals(const std::string& filter = "") {
    v1::ListMergeProposalsRequest request;
    request.set_filter(filter);
    const auto response =
        market_.Call<v1::ListMergeProposalsResponse>("ayni.v1.MergeService/ListMergeProposals", request);
    EXPECT_TRUE(response.ok()) << response.status();
    return {response->merge_proposals().begin(), response->merge_proposals().end()};
  }

  absl::StatusOr<v1::MergeProposal> Confirm(const std::string& name) {
    v1::ConfirmMergeProposalRequest request;
    request.set_name(name);
    request.set_reason("the same seal on both letters");
    return market_.Call<v1::MergeProposal>("ayni.v1.MergeService/ConfirmMergeProposal", request);
  }

  absl::StatusOr<v1::MergeProposal> Reject(const std::string& name) {
    v1::RejectMergeProposalRequest request;
    request.set_name(name);
    request.set_reason("one is in Puno, the other in Cusco");
    return market_.Call<v1::MergeProposal>("ayni.v1.MergeService/RejectMergeProposal", request);
  }

  absl::StatusOr<v1::Party> Party(const std::string& id) {
    v1::GetPartyRequest request;
    request.set_name("parties/" + id);
    return market_.Call<v1::Party>("ayni.v1.PartyService/GetParty", request);
  }

  // As in owner>owned of each relation.
  std::vector<std::string> Owners() {
    v1::ListRelationsRequest request;
    request.set_page_size(1000);
    const auto response =
        market_.Call<v1::ListRelationsResponse>("ayni.v1.RelationService/ListRelations", request);
    EXPECT_TRUE(response.ok()) << response.status();
    std::vector<std::string> owners;
    for (const v1::Relation& relation : response->relations()) {
      owners.push_back(absl::StrCat(relation.subject().substr(8), ">", relation.object().substr(8)));
    }
    return owners;
  }

  static void Identify(v1::IdentifierScheme scheme, const std::string& value, v1::Party* party) {
    party->add_identifiers()->set_scheme(scheme);
    party->mutable_identifiers(party->identifiers_size() - 1)->set_value(value);
  }

  v1::Party MakeParty(const std::string& id, const std::string& display_name, const std::string& ruc = "") {
    v1::CreatePartyRequest request;
    request.set_party_id(id);
    request.mutable_party()->set_display_name(display_name);
    request.mutable_party()->add_roles(v1::PARTY_ROLE_COMPANY);
    if (!ruc.empty()) Identify(v1::IDENTIFIER_SCHEME_RUC, ruc, request.mutable_party());
    const auto made = market_.Call<v1::Party>("ayni.v1.PartyService/CreateParty", request);
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? *made : v1::Party();
  }

  TestMarket market_;
  v1::ImportMarketRequest request_;
};

TEST_F(Foreign, PartyWithAnIdentifierOfAPartyIsThatParty) {
  MakeParty("banco", "Banco de los Andes", kRuc);
  Identify(v1::IDENTIFIER_SCHEME_RUC, kRuc, AddParty("f1", "BANCO DE LOS ANDES S.A."));
  AddParty("f2", "Holding");
  AddOwns("r1", "f2", "f1", 6000);
  const v1::ImportMarketResponse first = Import(true);
  EXPECT_TRUE(first.applied()) << first.DebugString();
  EXPECT_EQ(first.merged_count(), 1);
  EXPECT_EQ(first.merge_proposal_count(), 0);
  EXPECT_EQ(Party("f1").status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Party("banco")->aliases(), ElementsAre("BANCO DE LOS ANDES S.A."));
  EXPECT_EQ(Party("banco")->display_name(), "Banco de los Andes");
  EXPECT_THAT(Owners(), ElementsAre("f2>banco"));
  const v1::ImportMarketResponse second = Import();
  EXPECT_EQ(second.unchanged_count(), 3) << second.DebugString();
  // A later file may have the relation alone.
  AddOwns("r2", "f1", "f2", 1000);
  EXPECT_TRUE(Import().applied());
  EXPECT_THAT(Owners(), ElementsAre("f2>banco", "banco>f2"));
}

TEST_F(Foreign, RowsOfOneImportWithOneIdentifierAreOneParty) {
  Identify(v1::IDENTIFIER_SCHEME_LEI, kLei, AddParty("f1", "Andina"));
  v1::Party* second = AddParty("f2", "Andina Holding");
  Identify(v1::IDENTIFIER_SCHEME_LEI, kLei, second);
  Identify(v1::IDENTIFIER_SCHEME_RUC, kRuc, second);
  Identify(v1::IDENTIFIER_SCHEME_RUC, kRuc, AddParty("f3", "Andina S.A."));
  AddParty("f4", "Owner");
  AddOwns("r1", "f4", "f3", 2500);
  const v1::ImportMarketResponse response = Import(true);
  EXPECT_TRUE(response.applied()) << response.DebugString();
  EXPECT_EQ(response.merged_count(), 2);
  EXPECT_EQ(Party("f1")->identifiers_size(), 2);
  EXPECT_THAT(Party("f1")->aliases(), ElementsAre("Andina Holding", "Andina S.A."));
  EXPECT_THAT(Owners(), ElementsAre("f4>f1"));
  EXPECT_EQ(Import().unchanged_count(), 5);
}

TEST_F(Foreign, ContradictingIdentifierIsRefusedAndChangesNothing) {
  MakeParty("banco", "Banco", kRuc);
  v1::Party* first = AddParty("f1", "Banco");
  Identify(v1::IDENTIFIER_SCHEME_RUC, kRuc, first);
  Identify(v1::IDENTIFIER_SCHEME_LEI, kLei, first);
  EXPECT_TRUE(Import().applied());
  v1::Party* second = AddParty("f9", "Otro");
  Identify(v1::IDENTIFIER_SCHEME_LEI, kLei, second);
  Identify(v1::IDENTIFIER_SCHEME_RUC, kOtherRuc, second);
  const v1::ImportMarketResponse response = Import(false, true);
  ASSERT_EQ(response.error_count(), 1) << response.DebugString();
  EXPECT_EQ(response.errors(0).field(), "identifiers[1].value");
  EXPECT_THAT(Party("banco")->aliases(), IsEmpty());
  EXPECT_THAT(Proposals("party = \"parties/f9\""), IsEmpty());
}

TEST_F(Foreign, IdentifierThatAThirdPartyHasIsProposedAndStaysThere) {
  MakeParty("a", "Alfa", kRuc);
  AddParty("f1", "Beta");
  EXPECT_TRUE(Import().applied());
  // The publisher has found out the number of a party that stands here under its own name.
  Identify(v1::IDENTIFIER_SCHEME_RUC, kRuc, AddParty("f1", "Beta"));
  const v1::ImportMarketResponse response = Import(true);
  EXPECT_TRUE(response.applied()) << response.DebugString();
  EXPECT_THAT(Party("f1")->identifiers(), IsEmpty());
  const std::vector<v1::MergeProposal> proposals = Proposals("state = STATE_PROPOSED");
  ASSERT_EQ(proposals.size(), 1u);
  EXPECT_EQ(proposals[0].party(), "parties/f1");
  EXPECT_EQ(proposals[0].into(), "parties/a");
  EXPECT_EQ(Import().merge_proposal_count(), 0);
}

TEST_F(Foreign, TwoStoredPartiesCantHaveOneIdentifier) {
  MakeParty("a", "Alfa", kRuc);
  v1::CreatePartyRequest request;
  request.set_party_id("b");
  request.mutable_party()->set_display_name("Beta");
  request.mutable_party()->add_roles(v1::PARTY_ROLE_COMPANY);
  Identify(v1::IDENTIFIER_SCHEME_RUC, kRuc, request.mutable_party());
  const absl::Status status = market_.Call<v1::Party>("ayni.v1.PartyService/CreateParty", request).status();
  EXPECT_TRUE(Violates(status, "party.identifiers[0].value")) << status;
  EXPECT_TRUE(absl::StrContains(FieldViolations(status).at(0), "parties/a")) << status;
  // Nor by a sheet of our own, whose names are ours.
  Identify(v1::IDENTIFIER_SCHEME_RUC, kRuc, AddParty("c", "Gamma"));
  request_.mutable_rows(0)->set_foreign(false);
  const v1::ImportMarketResponse response = Import();
  EXPECT_FALSE(response.applied());
  ASSERT_EQ(response.errors_size(), 1);
  EXPECT_EQ(response.errors(0).field(), "identifiers[0].value");
}

TEST_F(Foreign, EqualNamesStayTwoPartiesAndAreProposed) {
  MakeParty("a", "Agroindustrias Ñusta S.A.C.");
  AddParty("f1", "AGROINDUSTRIAS NUSTA SOCIEDAD ANONIMA CERRADA");
  AddParty("f2", "Minera Lejana");
  const v1::ImportMarketResponse response = Import(true);
  EXPECT_TRUE(response.applied()) << response.DebugString();
  EXPECT_EQ(response.merged_count(), 0);
  EXPECT_EQ(response.merge_proposal_count(), 1);
  const std::vector<v1::MergeProposal> proposals = Proposals();
  ASSERT_EQ(proposals.size(), 1u);
  EXPECT_EQ(proposals[0].party(), "parties/f1");
  EXPECT_EQ(proposals[0].into(), "parties/a");
  EXPECT_EQ(proposals[0].likeness_per_mille(), 1000);
  EXPECT_EQ(proposals[0].state(), v1::MergeProposal::STATE_PROPOSED);
  EXPECT_TRUE(Party("f1").ok());
  EXPECT_EQ(Import().merge_proposal_count(), 0);
}

TEST_F(Foreign, TwoNumbersOfOneRegisterAreNotProposed) {
  MakeParty("a", "Agro Andes", kOtherRuc);
  Identify(v1::IDENTIFIER_SCHEME_RUC, kRuc, AddParty("f1", "Agro Andes"));
  AddParty("f2", "Agro Andes")->set_roles(0, v1::PARTY_ROLE_PERSON);
  EXPECT_EQ(Import().merge_proposal_count(), 0);
}

TEST_F(Foreign, RejectedPairIsNotProposedAgain) {
  MakeParty("a", "Agro Andes");
  AddParty("f1", "Agro Andes");
  Import(true);
  const std::string name = Proposals().at(0).name();
  EXPECT_EQ(Reject(name)->state(), v1::MergeProposal::STATE_REJECTED);
  EXPECT_EQ(ReasonOf(Reject(name).status()), "MERGE_DECIDED");
  EXPECT_EQ(ReasonOf(Confirm(name).status()), "MERGE_DECIDED");
  v1::DeletePartyRequest away;
  away.set_name("parties/f1");
  ASSERT_TRUE(market_.Run("ayni.v1.PartyService/DeleteParty", away).ok());
  EXPECT_EQ(Import().merge_proposal_count(), 0);
  EXPECT_TRUE(Party("f1").ok());
}

TEST_F(Foreign, ConfirmedMergeMovesRelationsAndLeadsLaterImportsToTheOneThatStays) {
  MakeParty("a", "Agro Andes");
  v1::Party* party = AddParty("f1", "Agro Andes SRL");
  Identify(v1::IDENTIFIER_SCHEME_LEI, kLei, party);
  AddParty("f2", "Holding");
  AddOwns("r1", "f2", "f1", 6000);
  AddOwns("r2", "f1", "f2", 100);
  AddOwns("r3", "f1", "a", 100);
  Import(true);
  ASSERT_EQ(Proposals().size(), 1u);
  const auto merged = Confirm(Proposals()[0].name());
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->state(), v1::MergeProposal::STATE_CONFIRMED);
  EXPECT_EQ(merged->decided_by(), Administrator().principal);
  EXPECT_EQ(Party("f1").status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Party("a")->aliases(), ElementsAre("Agro Andes SRL"));
  EXPECT_EQ(Party("a")->identifiers(0).value(), kLei);
  EXPECT_THAT(Owners(), UnorderedElementsAre("f2>a", "a>f2"));
  request_.mutable_rows()->RemoveLast();  // r3 is of a party with itself now
  const v1::ImportMarketResponse again = Import();
  EXPECT_EQ(again.unchanged_count(), 4) << again.DebugString();
  EXPECT_EQ(again.merge_proposal_count(), 0);
}

TEST_F(Foreign, PartyThatAnythingButRelationsRestsOnIsNotMergedAway) {
  market_.Lay();
  v1::GetPartyRequest get;
  get.set_name("parties/tap");
  const std::string tap_name = market_.Call<v1::Party>("ayni.v1.PartyService/GetParty", get)->display_name();
  AddParty("f1", tap_name);
  Import();
  ASSERT_EQ(Proposals().size(), 1u);
  v1::CreateOfferRequest offer;
  offer.set_parent("taps/tap");
  *offer.mutable_offer() = AnOffer();
  offer.mutable_offer()->mutable_embedded()->set_product("vaccine");
  offer.mutable_offer()->mutable_embedded()->set_seller("parties/f1");
  ASSERT_TRUE(market_.Run("ayni.v1.OfferService/CreateOffer", offer).ok());
  EXPECT_EQ(ReasonOf(Confirm(Proposals()[0].name()).status()), "PARTY_IN_USE");
  EXPECT_TRUE(Party("f1").ok());
}

// One of the two: a relation is made to the party that goes and moves with it, or finds it gone.
TEST_F(Foreign, NoRelationIsLeftWithAPartyThatWasMergedAway) {
  MakeParty("other", "Minera Lejana");
  MakeParty("a", "Agro Andes");
  for (int i = 0; i < 40; ++i) {
    const std::string id = absl::StrCat("f", i);
    AddParty(id, "Agro Andes");
    AddOwns(absl::StrCat("first", i), id, "other", 100);
    Import();
    const std::string name = Proposals(absl::StrCat("party = \"parties/", id, "\"")).at(0).name();
    std::thread declares([&] {
      for (int j = 0; j < 8; ++j) {
        v1::CreateRelationRequest request;
        request.mutable_relation()->set_subject("parties/" + id);
        request.mutable_relation()->set_object("parties/other");
        request.mutable_relation()->set_type(v1::RELATION_TYPE_BUYS_FROM);
        request.mutable_relation()->mutable_source()->set_kind(v1::RelationSource::KIND_DECLARED);
        (void)market_.Run("ayni.v1.RelationService/CreateRelation", request);
      }
    });
    auto merged = Confirm(name);
    declares.join();
    // Those who keep declaring may hold it up; they never get past it.
    if (absl::IsAborted(merged.status())) merged = Confirm(name);
    EXPECT_TRUE(merged.ok()) << merged.status();
    if (!merged.ok()) continue;
    const std::vector<std::string> owners = Owners();
    EXPECT_THAT(std::set<std::string>(owners.begin(), owners.end()), ElementsAre("a>other"));
  }
}

TEST_F(Foreign, OnlyPartiesAndRelationsAreForeign) {
  AddRow()->mutable_value_chain()->set_name("valueChains/alpaca");
  const v1::ImportMarketResponse response = Import();
  ASSERT_EQ(response.errors_size(), 1);
  EXPECT_EQ(response.errors(0).field(), "foreign");
}

}  // namespace
}  // namespace ayni::services
