#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "ayni/v1/ledger_service.pb.h"
#include "services/resource/digest.h"
#include "services/resource/ledger_seal.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

constexpr char kCreateNeed[] = "ayni.v1.NeedService/CreateNeed";
constexpr char kGetNeed[] = "ayni.v1.NeedService/GetNeed";
constexpr char kUpdateNeed[] = "ayni.v1.NeedService/UpdateNeed";
constexpr char kDeleteNeed[] = "ayni.v1.NeedService/DeleteNeed";

class WritesTest : public testing::Test {
 protected:
  WritesTest() { market_.Lay(); }

  static v1::CreateNeedRequest CreateRequest(const std::string& id) {
    v1::CreateNeedRequest request;
    request.set_parent("cooperatives/coop");
    request.set_need_id(id);
    *request.mutable_need() = ANeed();
    return request;
  }
  absl::StatusOr<v1::Need> Create(const std::string& id) {
    return market_.Call<v1::Need>(kCreateNeed, CreateRequest(id));
  }
  absl::StatusOr<v1::Need> Get(const std::string& name) {
    v1::GetNeedRequest request;
    request.set_name(name);
    return market_.Call<v1::Need>(kGetNeed, request);
  }
  absl::StatusOr<v1::Need> Update(const v1::Need& need, std::vector<std::string> paths) {
    v1::UpdateNeedRequest request;
    *request.mutable_need() = need;
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    return market_.Call<v1::Need>(kUpdateNeed, request);
  }
  absl::Status Delete(const std::string& method, const std::string& name, const std::string& etag = "") {
    v1::DeleteNeedRequest request;  // all Delete requests have the same fields
    request.set_name(name);
    request.set_etag(etag);
    const Method* found = market_.methods().Find(method);
    std::unique_ptr<Message> typed(google::protobuf::MessageFactory::generated_factory()
                                       ->GetPrototype(found->descriptor->input_type())
                                       ->New());
    EXPECT_TRUE(typed->ParseFromString(request.SerializeAsString()));
    return market_.Run(method, *typed).status();
  }

  TestMarket market_;
};

TEST_F(WritesTest, CreateFillsWhatTheServerFillsAndKeepsTheRest) {
  v1::CreateNeedRequest request = CreateRequest("n1");
  request.mutable_need()->set_name("cooperatives/other/needs/other");
  request.mutable_need()->set_state(v1::Need::STATE_MATCHED);
  request.mutable_need()->set_matched_quantity(99);
  request.mutable_need()->set_etag("77");
  const auto created = market_.Call<v1::Need>(kCreateNeed, request);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->name(), "cooperatives/coop/needs/n1");
  EXPECT_EQ(created->state(), v1::Need::STATE_OPEN);
  EXPECT_EQ(created->matched_quantity(), 0);
  EXPECT_EQ(created->create_time().seconds(), absl::ToUnixSeconds(market_.now()));
  EXPECT_NE(created->etag(), "77");
  EXPECT_EQ(created->quantity(), 120);
  const auto read = Get("cooperatives/coop/needs/n1");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->SerializeAsString(), created->SerializeAsString());
}

TEST_F(WritesTest, CreateMakesAnIdWhereNoneIsGiven) {
  const auto created = Create("");
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_TRUE(absl::StartsWith(created->name(), "cooperatives/coop/needs/id-"));
}

TEST_F(WritesTest, CreateRefusesANameThatIsTaken) {
  ASSERT_TRUE(Create("n1").ok());
  const absl::Status status = Create("n1").status();
  EXPECT_TRUE(absl::IsAlreadyExists(status)) << status;
  EXPECT_EQ(ReasonOf(status), "RESOURCE_EXISTS");
}

TEST_F(WritesTest, ValidateOnlyChecksAllAndChangesNothing) {
  v1::CreateNeedRequest request = CreateRequest("n1");
  request.set_validate_only(true);
  request.set_request_id("once");
  const storage::Sequence before = market_.store().sequence();
  const auto checked = market_.Call<v1::Need>(kCreateNeed, request);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->name(), "cooperatives/coop/needs/n1");
  EXPECT_EQ(checked->etag(), "");
  EXPECT_EQ(market_.store().sequence(), before);
  EXPECT_TRUE(absl::IsNotFound(Get("cooperatives/coop/needs/n1").status()));
  request.mutable_need()->set_quantity(0);
  EXPECT_TRUE(Violates(market_.Run(kCreateNeed, request).status(), "need.quantity"));
  request.set_validate_only(false);
  request.mutable_need()->set_quantity(5);
  EXPECT_TRUE(market_.Run(kCreateNeed, request).ok());
}

TEST_F(WritesTest, RepeatedRequestIdGetsTheFirstAnswerWhateverCameBetween) {
  v1::CreateNeedRequest request = CreateRequest("");
  request.set_request_id("once");
  const auto first = market_.Call<v1::Need>(kCreateNeed, request);
  ASSERT_TRUE(first.ok()) << first.status();
  v1::Need changed = *first;
  changed.set_quantity(7);
  ASSERT_TRUE(Update(changed, {"quantity"}).ok());
  ASSERT_TRUE(Delete(kDeleteNeed, first->name()).ok());
  ASSERT_TRUE(Delete("ayni.v1.CatalogueService/DeleteService", "services/dosing").ok());
  const storage::Sequence before = market_.store().sequence();
  // The service is gone, so that the request could no longer be carried out.
  const auto again = market_.Call<v1::Need>(kCreateNeed, request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(market_.store().sequence(), before);
}

TEST_F(WritesTest, RequestIdIsOfOneRequestOfOnePrincipalAndMethod) {
  v1::CreateNeedRequest request = CreateRequest("n1");
  request.set_request_id("once");
  ASSERT_TRUE(market_.Run(kCreateNeed, request).ok());
  v1::CreateNeedRequest other = CreateRequest("n2");
  other.set_request_id("once");
  EXPECT_TRUE(Violates(market_.Run(kCreateNeed, other).status(), "request_id"));
  EXPECT_TRUE(market_.CallAs<v1::Need>(CooperativeCaller(), Scope::kOwnName, kCreateNeed, other).ok());
  // The same where the other request would be refused for itself.
  other.mutable_need()->set_quantity(0);
  EXPECT_TRUE(Violates(market_.Run(kCreateNeed, other).status(), "request_id"));
}

TEST_F(WritesTest, RepeatedUpdateAndDeleteAnswerAsAtFirst) {
  const auto need = Create("n1");
  ASSERT_TRUE(need.ok());
  v1::UpdateNeedRequest update;
  *update.mutable_need() = *need;
  update.mutable_need()->set_quantity(7);
  update.mutable_update_mask()->add_paths("quantity");
  update.set_request_id("u");
  const auto first = market_.Call<v1::Need>(kUpdateNeed, update);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto again = market_.Call<v1::Need>(kUpdateNeed, update);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  v1::DeleteNeedRequest remove;
  remove.set_name(need->name());
  remove.set_request_id("d");
  EXPECT_TRUE(market_.Run(kDeleteNeed, remove).ok());
  EXPECT_TRUE(market_.Run(kDeleteNeed, remove).ok());
  EXPECT_TRUE(absl::IsNotFound(Delete(kDeleteNeed, need->name())));
}

TEST_F(WritesTest, UpdateTakesTheFieldsOfTheMaskOnly) {
  const auto created = Create("n1");
  ASSERT_TRUE(created.ok());
  v1::Need need = ANeed();
  need.set_name(created->name());
  need.set_quantity(7);
  need.set_note("By car only");
  need.mutable_wishes()->set_woman_tap(true);
  market_.Advance(absl::Seconds(5));
  const auto updated = Update(need, {"quantity", "wishes.woman_tap"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->quantity(), 7);
  EXPECT_EQ(updated->note(), "");
  EXPECT_TRUE(updated->wishes().woman_tap());
  EXPECT_EQ(updated->create_time().seconds() + 5, updated->update_time().seconds());
  EXPECT_NE(updated->etag(), created->etag());
}

TEST_F(WritesTest, UpdateUnderAClockThatWasSetBackDoesNotGoBack) {
  const auto created = Create("n1");
  ASSERT_TRUE(created.ok());
  v1::Need need = ANeed();
  need.set_name(created->name());
  need.set_quantity(7);
  market_.Advance(absl::Hours(-1));
  const auto updated = Update(need, {"quantity"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->create_time().seconds(), created->create_time().seconds());
  EXPECT_EQ(updated->update_time().seconds(), created->update_time().seconds());
  market_.Advance(absl::Hours(2));
  need.set_quantity(8);
  const auto later = Update(need, {"quantity"});
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_EQ(later->create_time().seconds() + 3600, later->update_time().seconds());
}

TEST_F(WritesTest, UpdateWithoutAMaskTakesEveryFieldThatIsSet) {
  ASSERT_TRUE(Create("n1").ok());
  v1::Need need;
  need.set_name("cooperatives/coop/needs/n1");
  need.set_note("By car only");
  const auto updated = Update(need, {});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->note(), "By car only");
  EXPECT_EQ(updated->quantity(), 120);
}

TEST_F(WritesTest, UpdateOfAllFieldsClearsWhatIsNotSet) {
  v1::CreateNeedRequest request = CreateRequest("n1");
  request.mutable_need()->set_note("By car only");
  ASSERT_TRUE(market_.Run(kCreateNeed, request).ok());
  v1::Need need = ANeed();
  need.set_name("cooperatives/coop/needs/n1");
  const auto updated = Update(need, {"*"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->note(), "");
  need.clear_languages();
  EXPECT_TRUE(Violates(Update(need, {"*"}).status(), "need.languages"));
}

TEST_F(WritesTest, UpdateLeavesAloneWhatTheServerFills) {
  const auto created = Create("n1");
  ASSERT_TRUE(created.ok());
  v1::Need need = *created;
  need.set_matched_quantity(50);
  need.set_state(v1::Need::STATE_MATCHED);
  const auto updated = Update(need, {"matched_quantity", "state", "quantity", "name", "etag"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->matched_quantity(), 0);
  EXPECT_EQ(updated->state(), v1::Need::STATE_OPEN);
}

TEST_F(WritesTest, UpdateThatChangesNothingWritesNothing) {
  const auto created = Create("n1");
  ASSERT_TRUE(created.ok());
  const storage::Sequence before = market_.store().sequence();
  market_.Advance(absl::Hours(1));
  const auto same = Update(*created, {"*"});
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(same->SerializeAsString(), created->SerializeAsString());
  EXPECT_EQ(market_.store().sequence(), before);
  v1::Need wrong = *created;
  wrong.set_etag("stale");
  EXPECT_TRUE(absl::IsAborted(Update(wrong, {"*"}).status()));
}

// Or a repetition would undo what came between.
TEST_F(WritesTest, UpdateThatChangesNothingIsRememberedByItsRequestId) {
  const auto created = Create("n1");
  ASSERT_TRUE(created.ok());
  const uint64_t leaves = market_.store().leaf_count();
  v1::UpdateNeedRequest request;
  *request.mutable_need() = *created;
  request.mutable_need()->clear_etag();
  request.set_request_id("once");
  const auto first = market_.Call<v1::Need>(kUpdateNeed, request);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->SerializeAsString(), created->SerializeAsString());
  EXPECT_EQ(market_.store().leaf_count(), leaves);
  v1::Need changed = *created;
  changed.set_quantity(7);
  ASSERT_TRUE(Update(changed, {"quantity"}).ok());
  const auto again = market_.Call<v1::Need>(kUpdateNeed, request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Get(created->name())->quantity(), 7);
}

// Parties are cached, and what the cache holds may be old.
TEST_F(WritesTest, UpdateThatChangesWhatOnlyTheCacheStillHoldsIsWritten) {
  ASSERT_TRUE(Create("n1").ok());
  v1::UpdatePartyRequest request;
  *request.mutable_party() = ACooperative();
  request.mutable_party()->set_name("parties/coop");
  v1::UpdatePartyRequest renamed = request;
  renamed.mutable_party()->set_display_name("Cooperativa Nueva");
  for (const auto* each : {&renamed, &request, &renamed}) {
    const auto updated = market_.Call<v1::Party>("ayni.v1.PartyService/UpdateParty", *each);
    ASSERT_TRUE(updated.ok()) << updated.status();
    v1::GetPartyRequest get;
    get.set_name("parties/coop");
    const auto read = market_.Call<v1::Party>("ayni.v1.PartyService/GetParty", get);
    EXPECT_EQ(read->display_name(), each->party().display_name());
    EXPECT_EQ(read->etag(), updated->etag());
  }
}

TEST_F(WritesTest, UpdateRefusesFieldsThatDoNotExistOrAreFixed) {
  const auto created = Create("n1");
  ASSERT_TRUE(created.ok());
  EXPECT_TRUE(Violates(Update(*created, {"quantty"}).status(), "update_mask"));
  EXPECT_TRUE(Violates(Update(*created, {"window.middle"}).status(), "update_mask"));
  EXPECT_TRUE(Violates(Update(*created, {"languages.first"}).status(), "update_mask"));
  v1::CreateServiceRequest other;
  other.set_service_id("shearing");
  *other.mutable_service() = AService();
  ASSERT_TRUE(market_.Run("ayni.v1.CatalogueService/CreateService", other).ok());
  v1::Need need = *created;
  need.set_service("services/shearing");
  EXPECT_TRUE(Violates(Update(need, {"service"}).status(), "need.service"));
  need.set_name("cooperatives/coop/needs/n2");
  EXPECT_TRUE(absl::IsNotFound(Update(need, {"quantity"}).status()));
  need.set_name("needs/n2");
  EXPECT_TRUE(Violates(Update(need, {"quantity"}).status(), "need.name"));
}

TEST_F(WritesTest, ChangesUnderAnOldEtagAreAborted) {
  const auto created = Create("n1");
  ASSERT_TRUE(created.ok());
  v1::Need need = *created;
  need.set_quantity(7);
  const auto updated = Update(need, {"quantity"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  const absl::Status status = Update(need, {"quantity"}).status();
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_EQ(ReasonOf(status), "ETAG_MISMATCH");
  EXPECT_TRUE(absl::IsAborted(Delete(kDeleteNeed, created->name(), created->etag())));
  EXPECT_TRUE(Delete(kDeleteNeed, created->name(), updated->etag()).ok());
  EXPECT_TRUE(absl::IsNotFound(Delete(kDeleteNeed, created->name())));
}

TEST_F(WritesTest, DeleteOfWhatIsReferredToNamesAReferrer) {
  ASSERT_TRUE(Create("n1").ok());
  v1::CreateCredentialRequest credential;
  credential.set_credential_id("c1");
  *credential.mutable_credential() = ACredential();
  ASSERT_TRUE(market_.Run("ayni.v1.CredentialService/CreateCredential", credential).ok());
  const std::pair<const char*, const char*> used[] = {
      {"ayni.v1.CatalogueService/DeleteService", "services/dosing"},
      {"ayni.v1.CatalogueService/DeleteValueChain", "valueChains/alpaca"},
      {"ayni.v1.CatalogueService/DeleteTerritory", "territories/inei.080601"},
      {"ayni.v1.CatalogueService/DeleteTerritory", "territories/inei.0806"},
      {"ayni.v1.PartyService/DeleteParty", "parties/coop"},
      {"ayni.v1.PartyService/DeleteParty", "parties/tap"},
      {"ayni.v1.PartyService/DeleteParty", "parties/certifier"},
  };
  for (const auto& [method, name] : used) {
    const absl::Status status = Delete(method, name);
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << name << ": " << status;
    EXPECT_EQ(ReasonOf(status), "RESOURCE_IN_USE") << name;
  }
  EXPECT_TRUE(absl::StrContains(Delete("ayni.v1.CatalogueService/DeleteService", "services/dosing").message(),
                                "cooperatives/coop/needs/n1"));
  ASSERT_TRUE(Delete(kDeleteNeed, "cooperatives/coop/needs/n1").ok());
  EXPECT_TRUE(Delete("ayni.v1.CatalogueService/DeleteService", "services/dosing").ok());
  EXPECT_TRUE(Delete("ayni.v1.CatalogueService/DeleteValueChain", "valueChains/alpaca").ok());
}

TEST_F(WritesTest, EachWriteLeavesALedgerEntryWithTheDigestsOfWhatIsStored) {
  const uint64_t first = market_.store().leaf_count();
  const auto created = Create("n1");
  ASSERT_TRUE(created.ok());
  v1::Need stored = *created;
  stored.clear_etag();
  v1::Need changed = *created;
  changed.set_quantity(7);
  ASSERT_TRUE(Update(changed, {"quantity"}).ok());
  ASSERT_TRUE(Delete(kDeleteNeed, created->name()).ok());
  v1::ListLedgerEntriesRequest request;
  request.set_filter("event.resource = cooperatives/coop/needs/n1");
  const auto list =
      market_.Call<v1::ListLedgerEntriesResponse>("ayni.v1.LedgerService/ListLedgerEntries", request);
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->ledger_entries_size(), 3);
  EXPECT_EQ(list->ledger_entries(0).index(), static_cast<int64_t>(first));
  const v1::LedgerEvent& create = list->ledger_entries(0).event();
  EXPECT_EQ(create.method(), kCreateNeed);
  EXPECT_EQ(create.actor(), "principals/admin");
  EXPECT_EQ(create.before_digest(), "");
  EXPECT_EQ(create.after_digest(),
            SealedDigest(market_.store().secret(), stored.name(), Sha256(stored.SerializeAsString())));
  EXPECT_EQ(list->ledger_entries(1).event().before_digest(), create.after_digest());
  EXPECT_EQ(list->ledger_entries(2).event().before_digest(), list->ledger_entries(1).event().after_digest());
  EXPECT_EQ(list->ledger_entries(2).event().after_digest(), "");
  v1::GetLedgerEntryRequest get;
  get.set_name(list->ledger_entries(1).name());
  const auto entry = market_.Call<v1::LedgerEntry>("ayni.v1.LedgerService/GetLedgerEntry", get);
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->SerializeAsString(), list->ledger_entries(1).SerializeAsString());
  get.set_name("ledgerEntries/0000000000007");
  EXPECT_TRUE(Violates(market_.Run("ayni.v1.LedgerService/GetLedgerEntry", get).status(), "name"));
  get.set_name("ledgerEntries/999999999999");
  EXPECT_TRUE(absl::IsNotFound(market_.Run("ayni.v1.LedgerService/GetLedgerEntry", get).status()));
}

TEST_F(WritesTest, WaitingBeginsAnewWhenANeedGrowsOrMoves) {
  const auto made = Create("n1");
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->wait_start_time().seconds(), made->create_time().seconds());
  const auto update = [&](const char* field, const auto& change) {
    market_.Advance(absl::Hours(24));
    v1::Need need = *Get(made->name());
    change(&need);
    const auto updated = Update(need, {field});
    EXPECT_TRUE(updated.ok()) << updated.status();
    return updated->wait_start_time().seconds();
  };
  EXPECT_EQ(update("quantity", [](v1::Need* need) { need->set_quantity(1); }), made->create_time().seconds());
  EXPECT_EQ(update("note", [](v1::Need* need) { need->set_note("bring vaccine"); }),
            made->create_time().seconds());
  const int64_t grown = update("quantity", [](v1::Need* need) { need->set_quantity(2); });
  EXPECT_EQ(grown, absl::ToUnixSeconds(market_.now()));
  v1::CreateTerritoryRequest request;
  request.set_territory_id("inei.080602");
  *request.mutable_territory() = ADistrict();
  ASSERT_TRUE(market_.Run("ayni.v1.CatalogueService/CreateTerritory", request).ok());
  const int64_t moved =
      update("district", [](v1::Need* need) { need->set_district("territories/inei.080602"); });
  EXPECT_EQ(moved, absl::ToUnixSeconds(market_.now()));
}

TEST_F(WritesTest, AMembersWordJoinsNobodyUntilAnAdministratorConfirmsIt) {
  constexpr char kCreateRelation[] = "ayni.v1.RelationService/CreateRelation";
  const auto create_as = [&](const Caller& caller, const v1::Relation& relation) {
    v1::CreateRelationRequest request;
    *request.mutable_relation() = relation;
    return market_.CallAs<v1::Relation>(caller, Scope::kOwnName, kCreateRelation, request);
  };
  v1::Relation controls = ARelation();
  controls.set_type(v1::RELATION_TYPE_CONTROLS);
  const auto claimed = create_as(TapCaller(), controls);
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  EXPECT_EQ(claimed->standing(), v1::RELATION_STANDING_CLAIMED);
  const auto stated = create_as(Administrator(), controls);
  ASSERT_TRUE(stated.ok()) << stated.status();
  EXPECT_EQ(stated->standing(), v1::RELATION_STANDING_CONFIRMED);
  controls.set_standing(v1::RELATION_STANDING_CONFIRMED);
  EXPECT_TRUE(Violates(create_as(TapCaller(), controls).status(), "relation.standing"));
  controls.clear_standing();
  controls.mutable_source()->set_kind(v1::RelationSource::KIND_REGISTER);
  EXPECT_TRUE(Violates(create_as(CooperativeCaller(), controls).status(), "relation.source.kind"));
  // A change of something else confirms nothing.
  v1::UpdateRelationRequest update;
  *update.mutable_relation() = *claimed;
  update.mutable_relation()->clear_etag();
  *update.mutable_relation()->mutable_end_date() = ADay(2030, 1, 1);
  update.mutable_update_mask()->add_paths("end_date");
  constexpr char kUpdateRelation[] = "ayni.v1.RelationService/UpdateRelation";
  const auto ended = market_.Call<v1::Relation>(kUpdateRelation, update);
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->standing(), v1::RELATION_STANDING_CLAIMED);
  update.mutable_relation()->set_standing(v1::RELATION_STANDING_CONFIRMED);
  update.mutable_update_mask()->add_paths("standing");
  EXPECT_EQ(market_.Call<v1::Relation>(kUpdateRelation, update)->standing(), v1::RELATION_STANDING_CONFIRMED);
}

TEST_F(WritesTest, ContactIsForThePartyItselfAndThoseWhoLookAfterTheMarket) {
  v1::GetPartyRequest request;
  request.set_name("parties/coop");
  const auto sees = [&](const Caller& caller) {
    const auto party =
        market_.CallAs<v1::Party>(caller, Scope::kAny, "ayni.v1.PartyService/GetParty", request);
    EXPECT_TRUE(party.ok()) << party.status();
    return party->has_contact();
  };
  EXPECT_TRUE(sees(Administrator()));
  EXPECT_TRUE(sees({"principals/a", v1::ROLE_AUDITOR, ""}));
  EXPECT_TRUE(sees(CooperativeCaller()));
  EXPECT_FALSE(sees(TapCaller()));
  EXPECT_FALSE(sees({"principals/other", v1::ROLE_COOPERATIVE, "parties/other"}));
}

TEST_F(WritesTest, RecordsOfOthersAreForbiddenWhereOnlyOwnOnesMayBeRead) {
  v1::CreateRelationRequest create;
  create.set_relation_id("r1");
  *create.mutable_relation() = ARelation();
  const auto relation = market_.Call<v1::Relation>("ayni.v1.RelationService/CreateRelation", create);
  ASSERT_TRUE(relation.ok()) << relation.status();
  EXPECT_EQ(relation->declared_by(), "principals/admin");
  v1::GetRelationRequest get;
  get.set_name("relations/r1");
  constexpr char kGet[] = "ayni.v1.RelationService/GetRelation";
  EXPECT_TRUE(market_.CallAs<v1::Relation>(TapCaller(), Scope::kOwnRecord, kGet, get).ok());
  const Caller other{"principals/other", v1::ROLE_TAP, "parties/certifier"};
  const absl::Status foreign = market_.CallAs<v1::Relation>(other, Scope::kOwnRecord, kGet, get).status();
  EXPECT_TRUE(absl::IsPermissionDenied(foreign)) << foreign;
  EXPECT_EQ(ReasonOf(foreign), "NOT_OWN");
  get.set_name("relations/none");
  const absl::Status absent = market_.CallAs<v1::Relation>(other, Scope::kOwnRecord, kGet, get).status();
  EXPECT_TRUE(absl::IsPermissionDenied(absent)) << absent;
}

TEST_F(WritesTest, PartyCannotGiveUpARoleThatRecordsRestOn) {
  ASSERT_TRUE(Create("n1").ok());
  v1::UpdatePartyRequest request;
  request.mutable_party()->set_name("parties/coop");
  request.mutable_party()->add_roles(v1::PARTY_ROLE_COMPANY);
  request.mutable_update_mask()->add_paths("roles");
  request.mutable_update_mask()->add_paths("cooperative");
  constexpr char kUpdate[] = "ayni.v1.PartyService/UpdateParty";
  const absl::Status status = market_.Run(kUpdate, request).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_EQ(ReasonOf(status), "ROLE_IN_USE");
  ASSERT_TRUE(Delete(kDeleteNeed, "cooperatives/coop/needs/n1").ok());
  EXPECT_TRUE(market_.Run(kUpdate, request).ok());
}

}  // namespace
}  // namespace ayni::services
