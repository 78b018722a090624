// A copy that is kept by ListChanges is what the lists say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/change_service.pb.h"
#include "services/resource/page.h"
#include "services/rules/resource_methods.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kListChanges[] = "ayni.v1.ChangeService/ListChanges";

// A caller, with its scope in the lists of needs and of relations and credentials.
struct Reader {
  const char* name;
  Caller caller;
  Scope needs;
  Scope records;
  std::string needs_parent;
};

std::vector<Reader> Readers() {
  return {
      {"administrator", Administrator(), Scope::kAny, Scope::kAny, "cooperatives/-"},
      {"auditor", {"principals/auditor", v1::ROLE_AUDITOR, ""}, Scope::kAny, Scope::kAny, "cooperatives/-"},
      {"cooperative", CooperativeCaller(), Scope::kOwnName, Scope::kOwnRecord, "cooperatives/coop"},
      {"tap", TapCaller(), Scope::kNone, Scope::kOwnRecord, ""}};
}

// Records by name, with all that is shown of them.
using Copy = std::map<std::string, std::string>;

class ChangesTest : public testing::Test {
 protected:
  ChangesTest() {
    market_.Lay();
    for (const char* id : {"other", "third"}) {
      v1::CreatePartyRequest request;
      request.set_party_id(id);
      *request.mutable_party() = id == std::string("other") ? ACooperative() : ATap();
      EXPECT_TRUE(market_.Run("ayni.v1.PartyService/CreateParty", request).ok());
    }
  }

  int Draw(int below) { return static_cast<int>(random_() % below); }
  std::string Id() { return absl::StrCat("r", Draw(8)); }

  template <typename Request>
  void TryDelete(const char* method, const std::string& name) {
    Request request;
    request.set_name(name);
    (void)market_.Run(method, request);
  }

  // What is refused, since it stands or does not, is part of the play.
  void ChangeSomething() {
    const std::string cooperative = Draw(2) == 0 ? "coop" : "other";
    const std::string tap = Draw(2) == 0 ? "tap" : "third";
    switch (Draw(9)) {
      case 0: {
        v1::CreateNeedRequest request;
        request.set_parent("cooperatives/" + cooperative);
        request.set_need_id(Id());
        *request.mutable_need() = ANeed();
        (void)market_.Run("ayni.v1.NeedService/CreateNeed", request);
        return;
      }
      case 1: {
        v1::UpdateNeedRequest request;
        request.mutable_need()->set_name(absl::StrCat("cooperatives/", cooperative, "/needs/", Id()));
        request.mutable_need()->set_quantity(1 + Draw(1000));
        (void)market_.Run("ayni.v1.NeedService/UpdateNeed", request);
        return;
      }
      case 2:
        return TryDelete<v1::DeleteNeedRequest>("ayni.v1.NeedService/DeleteNeed",
                                                absl::StrCat("cooperatives/", cooperative, "/needs/", Id()));
      case 3: {
        v1::CreateOfferRequest request;
        request.set_parent("taps/" + tap);
        request.set_offer_id(Id());
        *request.mutable_offer() = AnOffer();
        (void)market_.Run("ayni.v1.OfferService/CreateOffer", request);
        return;
      }
      case 4:
        return TryDelete<v1::DeleteOfferRequest>("ayni.v1.OfferService/DeleteOffer",
                                                 absl::StrCat("taps/", tap, "/offers/", Id()));
      case 5: {
        v1::CreateRelationRequest request;
        request.set_relation_id(Id());
        *request.mutable_relation() = ARelation();
        request.mutable_relation()->set_subject("parties/" + tap);
        request.mutable_relation()->set_object("parties/" + cooperative);
        (void)market_.Run("ayni.v1.RelationService/CreateRelation", request);
        return;
      }
      case 6:
        return TryDelete<v1::DeleteRelationRequest>("ayni.v1.RelationService/DeleteRelation",
                                                    "relations/" + Id());
      case 7: {
        v1::CreateCredentialRequest request;
        request.set_credential_id(Id());
        *request.mutable_credential() = ACredential();
        request.mutable_credential()->set_holder("parties/" + tap);
        (void)market_.Run("ayni.v1.CredentialService/CreateCredential", request);
        return;
      }
      default: {
        // Several records in one commit.
        v1::ImportMarketRequest request;
        request.set_last(true);
        for (int row = 0; row < 3; ++row) {
          v1::Need* need = request.add_rows()->mutable_need();
          *need = ANeed();
          need->set_name(absl::StrCat("cooperatives/", cooperative, "/needs/r", row));
          need->set_quantity(1 + Draw(1000));
        }
        std::vector<std::unique_ptr<Message>> requests;
        requests.push_back(std::make_unique<v1::ImportMarketRequest>(request));
        EXPECT_TRUE(market_
                        .RunAs(Administrator(), Scope::kAny, "ayni.v1.MarketService/ImportMarket",
                               std::move(requests))
                        .ok());
      }
    }
  }

  template <typename Response, typename Request, typename Records>
  void AddListed(const Caller& caller, Scope scope, const std::string& method, Request request,
                 const Records& records, Copy* copy) {
    if (scope == Scope::kNone) return;
    do {
      auto page = market_.CallAs<Response>(caller, scope, method, request);
      ASSERT_TRUE(page.ok()) << method << ": " << page.status();
      for (const auto& record : records(*page)) (*copy)[record.name()] = record.SerializeAsString();
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
  }

  Copy Listed(const Reader& reader) {
    Copy copy;
    v1::ListNeedsRequest needs;
    needs.set_parent(reader.needs_parent);
    AddListed<v1::ListNeedsResponse>(
        reader.caller, reader.needs, "ayni.v1.NeedService/ListNeeds", needs,
        [](const auto& page) { return page.needs(); }, &copy);
    v1::ListOffersRequest offers;
    offers.set_parent("taps/-");
    AddListed<v1::ListOffersResponse>(
        reader.caller, Scope::kAny, "ayni.v1.OfferService/ListOffers", offers,
        [](const auto& page) { return page.offers(); }, &copy);
    AddListed<v1::ListRelationsResponse>(
        reader.caller, reader.records, "ayni.v1.RelationService/ListRelations", v1::ListRelationsRequest(),
        [](const auto& page) { return page.relations(); }, &copy);
    AddListed<v1::ListCredentialsResponse>(
        reader.caller, reader.records, "ayni.v1.CredentialService/ListCredentials",
        v1::ListCredentialsRequest(), [](const auto& page) { return page.credentials(); }, &copy);
    AddListed<v1::ListPartiesResponse>(
        reader.caller, Scope::kAny, "ayni.v1.PartyService/ListParties", v1::ListPartiesRequest(),
        [](const auto& page) { return page.parties(); }, &copy);
    return copy;
  }

  static v1::ListChangesRequest Asked(const Reader& reader) {
    v1::ListChangesRequest request;
    for (const char* type : {"Offer", "Relation", "Credential", "Party"})
      request.add_types(absl::StrCat("ayni.v1/", type));
    if (reader.needs != Scope::kNone) request.add_types("ayni.v1/Need");
    return request;
  }

  absl::StatusOr<v1::ListChangesResponse> Ask(const Reader& reader, const v1::ListChangesRequest& request) {
    return market_.CallAs<v1::ListChangesResponse>(reader.caller, Scope::kAny, kListChanges, request);
  }

  // Reads what changed since the token, and writes the next one over it; other changes come in between.
  void BringUpToDate(const Reader& reader, std::string* token, Copy* copy) {
    v1::ListChangesRequest request = Asked(reader);
    request.set_change_token(*token);
    request.set_page_size(1 + Draw(5));
    for (;;) {
      const auto page = Ask(reader, request);
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_LE(page->changes_size(), request.page_size());
      for (const v1::RecordChange& change : page->changes()) Apply(change, copy);
      EXPECT_NE(page->next_page_token().empty(), page->next_change_token().empty());
      if (page->next_page_token().empty()) {
        *token = page->next_change_token();
        return;
      }
      request.set_page_token(page->next_page_token());
      if (Draw(3) == 0) ChangeSomething();
    }
  }

  static void Apply(const v1::RecordChange& change, Copy* copy) {
    if (change.deleted()) {
      EXPECT_FALSE(change.has_record());
      copy->erase(change.name());
      return;
    }
    const auto* type = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
        change.record().type_url().substr(change.record().type_url().find('/') + 1));
    ASSERT_NE(type, nullptr) << change.record().type_url();
    (*copy)[change.name()] = change.record().value();
  }

  TestMarket market_;
  std::mt19937 random_{7};
};

TEST_F(ChangesTest, KeepACopyThatIsWhatTheListsSay) {
  struct Kept {
    std::string token;
    Copy copy;
  };
  const std::vector<Reader> readers = Readers();
  std::vector<Kept> kept(readers.size());
  for (int i = 0; i < 40; ++i) ChangeSomething();
  for (size_t at = 0; at < readers.size(); ++at) {
    const auto begun = Ask(readers[at], Asked(readers[at]));
    ASSERT_TRUE(begun.ok()) << begun.status();
    EXPECT_EQ(begun->changes_size(), 0);
    kept[at].token = begun->next_change_token();
    for (int i = 0; i < 5; ++i) ChangeSomething();
    kept[at].copy = Listed(readers[at]);
  }
  for (int reading = 0; reading < 30; ++reading) {
    for (int i = Draw(20); i > 0; --i) ChangeSomething();
    for (size_t at = 0; at < readers.size(); ++at) {
      if (Draw(2) == 0) continue;
      BringUpToDate(readers[at], &kept[at].token, &kept[at].copy);
      // What changed while the pages were read comes with the next reading.
      BringUpToDate(readers[at], &kept[at].token, &kept[at].copy);
      while (true) {
        const std::string before = kept[at].token;
        v1::ListChangesRequest request = Asked(readers[at]);
        request.set_change_token(before);
        const auto rest = Ask(readers[at], request);
        ASSERT_TRUE(rest.ok()) << rest.status();
        for (const v1::RecordChange& change : rest->changes()) Apply(change, &kept[at].copy);
        if (rest->next_page_token().empty()) break;
      }
      EXPECT_EQ(kept[at].copy, Listed(readers[at])) << readers[at].name << ", reading " << reading;
    }
  }
}

TEST_F(ChangesTest, ShowARecordOnceAsItIsNow) {
  const Reader administrator = Readers()[0];
  const auto begun = Ask(administrator, Asked(administrator));
  ASSERT_TRUE(begun.ok()) << begun.status();
  v1::CreateNeedRequest create;
  create.set_parent("cooperatives/coop");
  create.set_need_id("n1");
  *create.mutable_need() = ANeed();
  ASSERT_TRUE(market_.Run("ayni.v1.NeedService/CreateNeed", create).ok());
  v1::UpdateNeedRequest update;
  update.mutable_need()->set_name("cooperatives/coop/needs/n1");
  for (const int64_t quantity : {7, 8, 9}) {
    update.mutable_need()->set_quantity(quantity);
    ASSERT_TRUE(market_.Run("ayni.v1.NeedService/UpdateNeed", update).ok());
  }
  v1::ListChangesRequest request = Asked(administrator);
  request.set_change_token(begun->next_change_token());
  auto read = Ask(administrator, request);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->changes_size(), 1);
  v1::Need need;
  ASSERT_TRUE(read->changes(0).record().UnpackTo(&need));
  EXPECT_EQ(need.quantity(), 9);
  EXPECT_FALSE(need.etag().empty());

  v1::DeleteNeedRequest remove;
  remove.set_name(need.name());
  ASSERT_TRUE(market_.Run("ayni.v1.NeedService/DeleteNeed", remove).ok());
  read = Ask(administrator, request);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->changes_size(), 1);
  EXPECT_TRUE(read->changes(0).deleted());
  EXPECT_EQ(read->changes(0).name(), need.name());
}

// The records of others are neither shown nor told to be gone, and what of a record a list hides is hidden.
TEST_F(ChangesTest, ShowEachCallerWhatItsListsShowIt) {
  const Reader cooperative = Readers()[2];
  v1::ListChangesRequest request;
  const auto begun = Ask(cooperative, request);
  ASSERT_TRUE(begun.ok()) << begun.status();
  v1::CreateNeedRequest create;
  create.set_parent("cooperatives/other");
  create.set_need_id("n1");
  *create.mutable_need() = ANeed();
  ASSERT_TRUE(market_.Run("ayni.v1.NeedService/CreateNeed", create).ok());
  TryDelete<v1::DeleteNeedRequest>("ayni.v1.NeedService/DeleteNeed", "cooperatives/other/needs/n1");
  v1::UpdatePartyRequest update;
  update.mutable_party()->set_name("parties/other");
  update.mutable_party()->mutable_contact()->set_phone("+51984000001");
  ASSERT_TRUE(market_.Run("ayni.v1.PartyService/UpdateParty", update).ok());
  request.set_change_token(begun->next_change_token());
  const auto read = Ask(cooperative, request);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->changes_size(), 1);
  v1::Party party;
  ASSERT_TRUE(read->changes(0).record().UnpackTo(&party));
  EXPECT_EQ(party.name(), "parties/other");
  EXPECT_FALSE(party.has_contact());
}

TEST_F(ChangesTest, RefuseTypesAndTokensThatAreNotTheCallers) {
  const std::vector<Reader> readers = Readers();
  v1::ListChangesRequest request;
  request.add_types("ayni.v1/Need");
  request.add_types("ayni.v1/Offer");
  request.add_types("ayni.v1/Offer");
  request.add_types("ayni.v1/Llama");
  const absl::Status refused = Ask(readers[3], request).status();
  EXPECT_THAT(FieldViolations(refused),
              ElementsAre(HasSubstr("types[0] must be one of ayni.v1/"), HasSubstr("types[2] stands twice"),
                          HasSubstr("types[3] must be one of")));
  const auto of_another = Ask(readers[0], {});
  ASSERT_TRUE(of_another.ok());
  v1::ListChangesRequest stolen;
  stolen.set_change_token(of_another->next_change_token());
  EXPECT_TRUE(Violates(Ask(readers[2], stolen).status(), "change_token"));
  stolen.add_types("ayni.v1/Offer");
  EXPECT_TRUE(Violates(Ask(readers[0], stolen).status(), "change_token"));
  stolen.set_change_token("7");
  EXPECT_TRUE(Violates(Ask(readers[0], stolen).status(), "change_token"));
  stolen.set_page_size(-1);
  stolen.set_page_token("8");
  EXPECT_EQ(FieldViolations(Ask(readers[0], stolen).status()).size(), 3u);
}

// A commit of very many records is read in pages that each look at so many and no more.
TEST_F(ChangesTest, EndAPageAfterLookingAtVeryManyRecords) {
  const Reader tap = Readers()[3];
  v1::ListChangesRequest request;
  const auto begun = Ask(tap, request);
  ASSERT_TRUE(begun.ok()) << begun.status();
  storage::Change many;
  v1::Relation relation = ARelation();
  relation.set_subject("parties/third");
  for (int i = 0; i <= kPageRecordsMax; ++i) {
    relation.set_name(absl::StrCat("relations/x", i));
    many.puts.push_back({absl::StrCat("relation:", relation.name()), relation.SerializeAsString()});
  }
  ASSERT_TRUE(market_.store().CommitAndWait(std::move(many)).ok());
  request.set_change_token(begun->next_change_token());
  auto page = Ask(tap, request);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->changes_size(), 0);
  ASSERT_FALSE(page->next_page_token().empty());
  request.set_page_token(page->next_page_token());
  page = Ask(tap, request);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(page->next_page_token().empty());
  EXPECT_FALSE(page->next_change_token().empty());
}

}  // namespace
}  // namespace ayni::services
