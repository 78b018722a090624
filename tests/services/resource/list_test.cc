#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ayni/v1/ledger_service.pb.h"
#include "ayni/v1/match_service.pb.h"
#include "services/resource/standard_methods.h"
#include "services/resource/write.h"
#include "services/rules/resource_methods.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

constexpr char kListNeeds[] = "ayni.v1.NeedService/ListNeeds";
constexpr char kUrgencies[][17] = {"URGENCY_NORMAL", "URGENCY_HIGH", "URGENCY_CRITICAL"};

class ListTest : public testing::Test {
 protected:
  ListTest() {
    market_.Lay();
    Copy("ayni.v1.PartyService/CreateParty", "other", ACooperative());
    CopyService("shearing");
    v1::CreateTerritoryRequest district;
    district.set_territory_id("inei.080602");
    *district.mutable_territory() = ADistrict();
    EXPECT_TRUE(market_.Run("ayni.v1.CatalogueService/CreateTerritory", district).ok());
  }

  void Copy(const char* method, const std::string& id, const v1::Party& party) {
    v1::CreatePartyRequest request;
    request.set_party_id(id);
    *request.mutable_party() = party;
    EXPECT_TRUE(market_.Run(method, request).ok());
  }
  void CopyService(const std::string& id) {
    v1::CreateServiceRequest request;
    request.set_service_id(id);
    *request.mutable_service() = AService();
    EXPECT_TRUE(market_.Run("ayni.v1.CatalogueService/CreateService", request).ok());
  }

  v1::Need Create(const std::string& cooperative, const std::string& id) {
    v1::CreateNeedRequest request;
    request.set_parent("cooperatives/" + cooperative);
    request.set_need_id(id);
    *request.mutable_need() = ANeed();
    request.mutable_need()->set_service(random_() % 2 == 0 ? "services/dosing" : "services/shearing");
    request.mutable_need()->set_district(random_() % 2 == 0 ? "territories/inei.080601"
                                                            : "territories/inei.080602");
    request.mutable_need()->set_urgency(static_cast<v1::Urgency>(random_() % 4));
    const auto need = market_.Call<v1::Need>("ayni.v1.NeedService/CreateNeed", request);
    EXPECT_TRUE(need.ok()) << need.status();
    return need.ok() ? *need : v1::Need();
  }

  absl::StatusOr<v1::ListNeedsResponse> Page(const std::string& parent, const std::string& filter, int size,
                                             const std::string& token) {
    v1::ListNeedsRequest request;
    request.set_parent(parent);
    request.set_filter(filter);
    request.set_page_size(size);
    request.set_page_token(token);
    return market_.Call<v1::ListNeedsResponse>(kListNeeds, request);
  }

  // The names on all pages, in their order.
  std::vector<std::string> AllPages(
      const std::string& parent, const std::string& filter, int size,
      const std::function<void()>& between = [] {}) {
    std::vector<std::string> names;
    std::string token;
    do {
      const auto page = Page(parent, filter, size, token);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      EXPECT_LE(page->needs_size(), size);
      for (const v1::Need& need : page->needs()) names.push_back(need.name());
      token = page->next_page_token();
      between();
    } while (!token.empty());
    return names;
  }

  TestMarket market_;
  std::mt19937 random_{3};
};

// A client takes 4 MiB in a message, where it is not told otherwise.
TEST_F(ListTest, KeepsAPageOfLargeRecordsWithinWhatClientsTake) {
  v1::Offer offer = AnOffer();
  for (int i = 0; i < 5000; ++i)
    offer.mutable_coverage()->add_territories(absl::StrFormat("territories/inei.%06d", i));
  Call call;
  storage::Change change;
  for (int i = 0; i < 100; ++i) {
    offer.set_name(absl::StrFormat("taps/tap/offers/o%03d", i));
    AddPut(call, "", KindOf<v1::Offer>(), {}, offer, &change);
  }
  ASSERT_TRUE(market_.store().CommitAndWait(std::move(change)).ok());
  v1::ListOffersRequest request;
  request.set_parent("taps/-");
  request.set_page_size(1000);
  int seen = 0;
  do {
    const auto page = market_.Call<v1::ListOffersResponse>("ayni.v1.OfferService/ListOffers", request);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->ByteSizeLong(), kPageBytesMax + 1000);
    ASSERT_GT(page->offers_size(), 0);
    for (const v1::Offer& each : page->offers())
      EXPECT_EQ(each.name(), absl::StrFormat("taps/tap/offers/o%03d", seen++));
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, 100);
}

TEST_F(ListTest, UnionOfPagesIsWhatBruteForceFinds) {
  std::map<std::string, v1::Need> needs;
  for (int i = 0; i < 120; ++i) {
    const v1::Need need = Create(i % 3 == 0 ? "other" : "coop", absl::StrFormat("n%03d", i * 7 % 120));
    needs[need.name()] = need;
  }
  for (int round = 0; round < 60; ++round) {
    const std::string parent = std::vector<std::string>{"cooperatives/-", "cooperatives/coop"}[random_() % 2];
    std::string filter;
    const auto add = [&](const std::string& comparison) {
      absl::StrAppend(&filter, filter.empty() ? "" : " AND ", comparison);
    };
    const bool by_service = random_() % 2 == 0;
    const bool by_district = random_() % 2 == 0;
    const int urgency = static_cast<int>(random_() % 4);
    if (by_service) add("service = services/dosing");
    // By its other code, in every second round.
    if (by_district)
      add(round % 2 == 0 ? "district = territories/reniec.070601" : "district = territories/inei.080601");
    if (urgency > 0) add(absl::StrCat("urgency != ", kUrgencies[urgency - 1]));
    std::vector<std::string> expected;
    for (const auto& [name, need] : needs) {
      const bool matches = (parent == "cooperatives/-" || name.rfind("cooperatives/coop/", 0) == 0) &&
                           (!by_service || need.service() == "services/dosing") &&
                           (!by_district || need.district() == "territories/inei.080601") &&
                           (urgency == 0 || need.urgency() != urgency);
      if (matches) expected.push_back(name);
    }
    const int size = 1 + static_cast<int>(random_() % 17);
    EXPECT_EQ(AllPages(parent, filter, size), expected) << parent << " " << filter << " by " << size;
  }
}

TEST_F(ListTest, PagesHoldWhatStaysThoughRecordsComeAndGo) {
  std::set<std::string> staying;
  for (int i = 0; i < 50; ++i) staying.insert(Create("coop", absl::StrFormat("s%02d", i)).name());
  std::vector<std::string> passing;
  for (int i = 0; i < 30; ++i) passing.push_back(Create("coop", absl::StrFormat("p%02d", i)).name());
  int next = 0;
  const std::vector<std::string> names = AllPages("cooperatives/coop", "", 7, [&] {
    v1::DeleteNeedRequest request;
    request.set_name(passing[next % passing.size()]);
    if (next < static_cast<int>(passing.size())) {
      EXPECT_TRUE(market_.Run("ayni.v1.NeedService/DeleteNeed", request).ok());
    }
    Create("coop", absl::StrFormat("t%02d", next++));
  });
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  for (const std::string& name : staying) {
    EXPECT_TRUE(std::binary_search(names.begin(), names.end(), name)) << name;
  }
}

TEST_F(ListTest, RefusesATokenOfAnotherList) {
  for (int i = 0; i < 3; ++i) Create("coop", absl::StrCat("n", i));
  const auto page = Page("cooperatives/coop", "state = OPEN", 1, "");
  ASSERT_TRUE(page.ok()) << page.status();
  const std::string token = page->next_page_token();
  ASSERT_FALSE(token.empty());
  EXPECT_TRUE(Page("cooperatives/coop", "state = OPEN", 2, token).ok());
  EXPECT_TRUE(Violates(Page("cooperatives/coop", "", 1, token).status(), "page_token"));
  EXPECT_TRUE(Violates(Page("cooperatives/-", "state = OPEN", 1, token).status(), "page_token"));
  EXPECT_TRUE(Violates(Page("cooperatives/coop", "state = OPEN", 1, token.substr(1)).status(), "page_token"));
  EXPECT_TRUE(Violates(Page("cooperatives/coop", "state = OPEN", 1, "cooperatives/coop/needs/n1").status(),
                       "page_token"));
}

TEST_F(ListTest, UnderAParentThatDoesNotExistIsNone) {
  const absl::Status status = Page("cooperatives/none", "", 10, "").status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "cooperatives/none")) << status;
  v1::ListMatchesRequest matches;
  matches.set_parent("rounds/none");
  EXPECT_TRUE(absl::IsNotFound(market_.Run("ayni.v1.MatchService/ListMatches", matches).status()));
  const auto own = market_.CallAs<v1::ListMatchesResponse>(CooperativeCaller(), Scope::kOwnRecord,
                                                           "ayni.v1.MatchService/ListMatches", matches);
  EXPECT_TRUE(own.ok()) << "who sees only what is their own learns nothing: " << own.status();
  const auto empty = Page("cooperatives/coop", "", 10, "");
  EXPECT_TRUE(empty.ok()) << empty.status();
}

TEST_F(ListTest, NamesEveryWrongField) {
  const absl::Status status = Page("coop", "colour = red", -1, "x").status();
  for (const char* field : {"parent", "filter", "page_size", "page_token"})
    EXPECT_TRUE(Violates(status, field)) << field;
}

TEST_F(ListTest, PagesHave100RecordsUnlessAskedAndAtMost1000) {
  v1::CreateValueChainRequest request;
  *request.mutable_value_chain() = AValueChain();
  for (int i = 0; i < 1005; ++i) {
    request.set_value_chain_id(absl::StrFormat("v%04d", i));
    ASSERT_TRUE(market_.Run("ayni.v1.CatalogueService/CreateValueChain", request).ok());
  }
  v1::ListValueChainsRequest list;
  constexpr char kList[] = "ayni.v1.CatalogueService/ListValueChains";
  EXPECT_EQ(market_.Call<v1::ListValueChainsResponse>(kList, list)->value_chains_size(), 100);
  list.set_page_size(5000);
  EXPECT_EQ(market_.Call<v1::ListValueChainsResponse>(kList, list)->value_chains_size(), 1000);
}

TEST_F(ListTest, ListsOwnRecordsOnlyWhereTheCallerMayReadNoOther) {
  v1::CreateRelationRequest request;
  *request.mutable_relation() = ARelation();
  ASSERT_TRUE(market_.Run("ayni.v1.RelationService/CreateRelation", request).ok());
  request.mutable_relation()->set_object("parties/other");
  ASSERT_TRUE(market_.Run("ayni.v1.RelationService/CreateRelation", request).ok());
  const auto count = [&](const Caller& caller, Scope scope) {
    const auto list = market_.CallAs<v1::ListRelationsResponse>(
        caller, scope, "ayni.v1.RelationService/ListRelations", v1::ListRelationsRequest());
    EXPECT_TRUE(list.ok()) << list.status();
    return list->relations_size();
  };
  EXPECT_EQ(count(Administrator(), Scope::kAny), 2);
  EXPECT_EQ(count(TapCaller(), Scope::kOwnRecord), 2);
  EXPECT_EQ(count(CooperativeCaller(), Scope::kOwnRecord), 1);
}

TEST_F(ListTest, ListsACooperativesAndATapsOwnMatchesByTheirIndex) {
  storage::Change change;
  services::Call call;
  call.now = market_.now();
  std::vector<std::string> own;
  for (int i = 0; i < 60; ++i) {
    v1::Match match;
    match.set_name(absl::StrFormat("rounds/r1/matches/m%02d", i));
    match.set_cooperative(i % 6 == 0 ? "parties/coop" : "parties/other");
    match.set_tap("parties/tap");
    match.set_state(v1::Match::STATE_PROPOSED);
    AddPut(call, "", KindOf<v1::Match>(), StoredRecord(), match, &change);
    if (i % 6 == 0) own.push_back(match.name());
  }
  ASSERT_TRUE(market_.store().CommitAndWait(std::move(change)).ok());
  v1::ListMatchesRequest request;
  request.set_parent("rounds/-");
  request.set_page_size(4);
  std::vector<std::string> listed;
  std::vector<int> sizes;
  do {
    const auto page = market_.CallAs<v1::ListMatchesResponse>(CooperativeCaller(), Scope::kOwnRecord,
                                                              "ayni.v1.MatchService/ListMatches", request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::Match& match : page->matches()) listed.push_back(match.name());
    sizes.push_back(page->matches_size());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, own);
  EXPECT_EQ(sizes, (std::vector<int>{4, 4, 2}));
  request.set_page_size(100);
  const auto of_tap = market_.CallAs<v1::ListMatchesResponse>(TapCaller(), Scope::kOwnRecord,
                                                              "ayni.v1.MatchService/ListMatches", request);
  EXPECT_EQ(of_tap->matches_size(), 60);
  v1::GetMatchRequest get;
  get.set_name("rounds/r1/matches/m01");
  EXPECT_TRUE(absl::IsPermissionDenied(
      market_.CallAs<v1::Match>(CooperativeCaller(), Scope::kOwnRecord, "ayni.v1.MatchService/GetMatch", get)
          .status()));
}

TEST_F(ListTest, ResolvesATerritorysOtherCodeWhereItIsExcluded) {
  v1::CreateNeedRequest create;
  create.set_parent("cooperatives/coop");
  *create.mutable_need() = ANeed();
  ASSERT_TRUE(market_.Run("ayni.v1.NeedService/CreateNeed", create).ok());
  v1::ListNeedsRequest request;
  request.set_parent("cooperatives/coop");
  const auto count = [&](const std::string& filter) {
    request.set_filter(filter);
    const auto list = market_.Call<v1::ListNeedsResponse>("ayni.v1.NeedService/ListNeeds", request);
    EXPECT_TRUE(list.ok()) << list.status();
    return list->needs_size();
  };
  EXPECT_EQ(count("district != territories/inei.080601"), count("district != territories/reniec.070601"));
}

TEST_F(ListTest, LedgerPagesHoldEveryLeafOnce) {
  std::vector<int64_t> indices;
  v1::ListLedgerEntriesRequest request;
  request.set_page_size(3);
  do {
    const auto page =
        market_.Call<v1::ListLedgerEntriesResponse>("ayni.v1.LedgerService/ListLedgerEntries", request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::LedgerEntry& entry : page->ledger_entries()) indices.push_back(entry.index());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  ASSERT_EQ(indices.size(), market_.store().leaf_count());
  for (size_t i = 0; i < indices.size(); ++i) EXPECT_EQ(indices[i], static_cast<int64_t>(i));
}

}  // namespace
}  // namespace ayni::services
