#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/resource/store_view.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

constexpr char kImport[] = "ayni.v1.MarketService/ImportMarket";

using Rows = std::vector<v1::ImportRow>;

// A whole small market, in the order in which its rows may be checked.
Rows MarketRows() {
  Rows rows;
  const auto add = [&rows](const char* file) {
    v1::ImportRow row;
    row.set_file(file);
    row.set_line(static_cast<int64_t>(rows.size()) + 2);
    rows.push_back(row);
    return &rows.back();
  };
  const std::tuple<const char*, v1::TerritoryLevel, const char*> territories[] = {
      {"iso3166.pe", v1::TERRITORY_LEVEL_COUNTRY, ""},
      {"inei.08", v1::TERRITORY_LEVEL_DEPARTMENT, "territories/iso3166.pe"},
      {"inei.0806", v1::TERRITORY_LEVEL_PROVINCE, "territories/inei.08"},
      {"inei.080601", v1::TERRITORY_LEVEL_DISTRICT, "territories/inei.0806"}};
  for (const auto& [id, level, parent] : territories) {
    v1::Territory* territory = add("territories.csv")->mutable_territory();
    territory->set_name(absl::StrCat("territories/", id));
    territory->set_display_name(id);
    territory->set_level(level);
    territory->set_parent(parent);
  }
  rows.back().mutable_territory()->add_other_codes()->set_scheme(v1::TERRITORY_SCHEME_RENIEC);
  rows.back().mutable_territory()->mutable_other_codes(0)->set_code("070601");
  v1::ValueChain* value_chain = add("value_chains.csv")->mutable_value_chain();
  *value_chain = AValueChain();
  value_chain->set_name("valueChains/alpaca");
  v1::Service* service = add("services.csv")->mutable_service();
  *service = AService();
  service->set_name("services/dosing");
  const std::pair<const char*, v1::Party> parties[] = {
      {"coop", ACooperative()}, {"tap", ATap()}, {"certifier", ACertifier()}};
  for (const auto& [id, party] : parties) {
    v1::Party* imported = add("parties.csv")->mutable_party();
    *imported = party;
    imported->set_name(absl::StrCat("parties/", id));
  }
  v1::Relation* relation = add("relations.csv")->mutable_relation();
  *relation = ARelation();
  relation->set_standing(v1::RELATION_STANDING_CONFIRMED);
  relation->set_name("relations/r1");
  v1::Credential* credential = add("credentials.csv")->mutable_credential();
  *credential = ACredential();
  credential->set_name("credentials/c1");
  for (int i = 0; i < 5; ++i) {
    v1::Need* need = add("needs.csv")->mutable_need();
    *need = ANeed();
    need->set_name(absl::StrCat("cooperatives/coop/needs/n", i));
    if (i == 3) need->set_district("territories/reniec.070601");
  }
  v1::Offer* offer = add("offers.csv")->mutable_offer();
  *offer = AnOffer();
  offer->set_name("taps/tap/offers/o1");
  v1::Policy* policy = add("policies.csv")->mutable_policy();
  *policy = APolicy();
  policy->set_name("policies/p1");
  return rows;
}

struct Options {
  bool valid_rows_only = false;
  bool validate_only = false;
  std::string request_id = "";
  size_t rows_per_message = 3;
  bool says_last = true;
  // The fields that rows of a file give, as in parties.csv: roles,contact.phone.
  std::vector<std::pair<std::string, std::vector<std::string>>> file_fields = {};
};

absl::StatusOr<v1::ImportMarketResponse> Import(TestMarket* market, const Rows& rows,
                                                const Options& options = {}) {
  std::vector<std::unique_ptr<Message>> requests;
  for (size_t i = 0; i < rows.size() || i == 0; i += options.rows_per_message) {
    auto request = std::make_unique<v1::ImportMarketRequest>();
    for (size_t j = i; j < std::min(rows.size(), i + options.rows_per_message); ++j)
      *request->add_rows() = rows[j];
    if (i == 0) {
      request->set_valid_rows_only(options.valid_rows_only);
      request->set_validate_only(options.validate_only);
      request->set_request_id(options.request_id);
      for (const auto& [file, paths] : options.file_fields) {
        auto* fields = request->add_file_fields();
        fields->set_file(file);
        for (const std::string& path : paths) fields->mutable_fields()->add_paths(path);
      }
    }
    requests.push_back(std::move(request));
  }
  if (options.says_last) static_cast<v1::ImportMarketRequest&>(*requests.back()).set_last(true);
  auto response = market->RunAs(Administrator(), Scope::kAny, kImport, std::move(requests));
  if (!response.ok()) return response.status();
  return static_cast<const v1::ImportMarketResponse&>(**response);
}

// Every record of the store with its bytes, without the moments in them.
std::vector<std::string> Records(TestMarket* market) {
  std::vector<std::string> records;
  const auto snapshot = market->store().TakeSnapshot();
  const auto cursor = (*snapshot)->Scan(storage::KeyRange::All());
  while (cursor->Next())
    records.push_back(absl::StrCat(std::string(cursor->key()), "=", std::string(cursor->value())));
  return records;
}

TEST(Import, SaysToSplitWhatIsTooMuchForOneCommit) {
  storage::RocksDbOptions options;
  options.change_items_max = 40;
  TestMarket market(options);
  for (const char* request_id : {"", "once"}) {
    const absl::Status status = Import(&market, MarketRows(), {.request_id = request_id}).status();
    EXPECT_EQ(ReasonOf(status), "CHANGE_TOO_LARGE") << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "split it")) << status;
  }
  EXPECT_EQ(market.store().sequence(), 0u);
}

// The committer looks at each of them itself, while all others wait.
TEST(Import, AsksTheCommitterForNoRangeThatNothingRestsOn) {
  TestMarket market;
  market.Lay();
  StoreView view(market.store());
  Rows rows;
  for (int i = 0; i < 50; ++i) {
    v1::ImportRow row;
    *row.mutable_need() = ANeed();
    row.mutable_need()->set_name(absl::StrCat("cooperatives/coop/needs/m", i));
    if (i > 0) row.mutable_need()->set_district(absl::StrFormat("territories/inei.99%04d", i));
    rows.push_back(row);
  }
  for (int i = 0; i < 10; ++i) EXPECT_EQ(view.OwnTerritoryName("territories/inei.990001"), "");
  storage::Change change;
  view.AddPreconditions(&change);
  EXPECT_EQ(change.preconditions.size(), 1u);
  view.ForgetEmptyRanges(0);
  change = {};
  view.AddPreconditions(&change);
  EXPECT_TRUE(change.preconditions.empty());
  const auto imported = Import(&market, rows, {.valid_rows_only = true});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->created_count(), 1);
  EXPECT_EQ(imported->error_count(), 49);
}

TEST(Import, RefusesAStreamThatDoesNotSayItsEnd) {
  TestMarket market;
  EXPECT_TRUE(Violates(Import(&market, MarketRows(), {.says_last = false}).status(), "last"));
  EXPECT_TRUE(Violates(Import(&market, {}, {.says_last = false}).status(), "last"));
  std::vector<std::unique_ptr<Message>> requests;
  for (int i = 0; i < 2; ++i) {
    auto request = std::make_unique<v1::ImportMarketRequest>();
    request->set_last(true);
    requests.push_back(std::move(request));
  }
  EXPECT_TRUE(
      Violates(market.RunAs(Administrator(), Scope::kAny, kImport, std::move(requests)).status(), "last"));
  EXPECT_EQ(market.store().sequence(), 0u);
}

TEST(Import, MakesAWholeMarketInOneCommitAndRepeatingItChangesNothing) {
  TestMarket market;
  const Rows rows = MarketRows();
  const auto first = Import(&market, rows);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(first->applied()) << first->DebugString();
  EXPECT_EQ(first->created_count(), static_cast<int64_t>(rows.size()));
  EXPECT_EQ(market.store().sequence(), 1u);
  EXPECT_EQ(market.store().leaf_count(), rows.size());
  market.Advance(absl::Hours(1));
  const std::vector<std::string> records = Records(&market);
  const auto second = Import(&market, rows);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_TRUE(second->applied());
  EXPECT_EQ(second->unchanged_count(), static_cast<int64_t>(rows.size()));
  EXPECT_EQ(second->created_count() + second->updated_count(), 0);
  EXPECT_EQ(market.store().sequence(), 1u);
  EXPECT_EQ(Records(&market), records);
}

TEST(Import, GivesTheSameRecordsWhateverTheOrderOfItsRows) {
  TestMarket in_order;
  Rows rows = MarketRows();
  ASSERT_TRUE(Import(&in_order, rows)->applied());
  std::mt19937 random(5);
  for (int round = 0; round < 5; ++round) {
    TestMarket market;
    std::shuffle(rows.begin(), rows.end(), random);
    const auto imported = Import(&market, rows, {.rows_per_message = 1 + random() % 7});
    ASSERT_TRUE(imported.ok()) << imported.status();
    EXPECT_TRUE(imported->applied()) << imported->DebugString();
    EXPECT_EQ(Records(&market), Records(&in_order));
  }
}

TEST(Import, ReportsEveryBadRowAndChangesNothing) {
  TestMarket market;
  Rows rows = MarketRows();
  rows[7].mutable_party()->clear_tap();  // the TAP, which a relation, a credential and an offer refer to
  rows[12].mutable_need()->set_quantity(0);
  rows[12].mutable_need()->mutable_highest_unit_price()->set_currency("SOL");
  const auto imported = Import(&market, rows);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_FALSE(imported->applied());
  EXPECT_EQ(market.store().sequence(), 0u);
  std::vector<std::string> errors;
  for (const auto& error : imported->errors()) {
    errors.push_back(absl::StrCat(error.file(), ":", error.line(), ":", error.field()));
  }
  EXPECT_EQ(imported->error_count(), imported->errors_size());
  EXPECT_EQ(errors,
            (std::vector<std::string>{"parties.csv:9:tap", "relations.csv:11:subject",
                                      "credentials.csv:12:holder", "needs.csv:14:quantity",
                                      "needs.csv:14:highest_unit_price.currency", "offers.csv:18:name"}));
}

TEST(Import, AppliesTheValidRowsAndNoneThatRefersToAnInvalidOne) {
  TestMarket market;
  Rows rows = MarketRows();
  rows[7].mutable_party()->clear_tap();
  const auto imported = Import(&market, rows, {.valid_rows_only = true});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_TRUE(imported->applied());
  EXPECT_EQ(imported->created_count(), static_cast<int64_t>(rows.size()) - 4);
  // Mended, the rest follows and nothing is doubled.
  const auto mended = Import(&market, MarketRows());
  ASSERT_TRUE(mended.ok()) << mended.status();
  EXPECT_EQ(mended->created_count(), 4);
  EXPECT_EQ(mended->unchanged_count(), static_cast<int64_t>(rows.size()) - 4);
}

TEST(Import, ValidateOnlyChecksAllAndChangesNothing) {
  TestMarket market;
  const auto imported = Import(&market, MarketRows(), {.validate_only = true});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_FALSE(imported->applied());
  EXPECT_EQ(imported->error_count(), 0);
  EXPECT_EQ(imported->created_count(), static_cast<int64_t>(MarketRows().size()));
  EXPECT_EQ(market.store().sequence(), 0u);
}

TEST(Import, UpdatesChangedRowsAndKeepsWhatTheServerFilled) {
  TestMarket market;
  Rows rows = MarketRows();
  ASSERT_TRUE(Import(&market, rows)->applied());
  rows[11].mutable_need()->set_quantity(7);
  rows[11].mutable_need()->set_matched_quantity(3);
  const auto imported = Import(&market, rows);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->updated_count(), 1) << imported->DebugString();
  v1::GetNeedRequest request;
  request.set_name("cooperatives/coop/needs/n0");
  const auto need = market.Call<v1::Need>("ayni.v1.NeedService/GetNeed", request);
  ASSERT_TRUE(need.ok());
  EXPECT_EQ(need->quantity(), 7);
  EXPECT_EQ(need->matched_quantity(), 0);
}

v1::Party PartyNamed(TestMarket* market, const std::string& name) {
  v1::GetPartyRequest request;
  request.set_name(name);
  const auto party = market->Call<v1::Party>("ayni.v1.PartyService/GetParty", request);
  EXPECT_TRUE(party.ok()) << party.status();
  return party.ok() ? *party : v1::Party();
}

TEST(Import, KeepsWhatTheRowsOfAFileDoNotGive) {
  TestMarket market;
  Rows rows = MarketRows();
  v1::Party* whole = rows[6].mutable_party();
  whole->mutable_contact()->set_phone("+51984000000");
  whole->mutable_contact()->set_email("coop@ayni.example");
  whole->add_aliases("La Esperanza");
  ASSERT_TRUE(Import(&market, rows)->applied());

  v1::ImportRow sheet = rows[6];
  v1::Party* given = sheet.mutable_party();
  given->clear_contact();
  given->clear_aliases();
  given->set_display_name("Another");
  const std::vector<std::string> columns = {"name", "display_name", "contact.phone"};
  const auto imported = Import(&market, {sheet}, {.file_fields = {{"parties.csv", columns}}});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->updated_count(), 1) << imported->DebugString();
  const v1::Party party = PartyNamed(&market, "parties/coop");
  EXPECT_EQ(party.display_name(), "Another");
  EXPECT_EQ(party.contact().phone(), "");
  EXPECT_EQ(party.contact().email(), "coop@ayni.example");
  EXPECT_EQ(party.aliases_size(), 1);
  // Again, nothing is left to change; and rows of other files give all.
  EXPECT_EQ(Import(&market, {sheet}, {.file_fields = {{"parties.csv", columns}}})->unchanged_count(), 1);
  EXPECT_EQ(Import(&market, {sheet}, {.file_fields = {{"other.csv", columns}}})->updated_count(), 1);
  EXPECT_FALSE(PartyNamed(&market, "parties/coop").has_contact());
}

TEST(Import, RefusesFieldsThatItsRowsCannotHave) {
  TestMarket market;
  const auto refused = [&](const std::vector<std::pair<std::string, std::vector<std::string>>>& fields) {
    return Import(&market, MarketRows(), {.file_fields = fields}).status();
  };
  EXPECT_TRUE(Violates(refused({{"parties.csv", {"name", "phone"}}}), "file_fields"));
  EXPECT_TRUE(Violates(refused({{"policies.csv", {"limits.1"}}}), "file_fields"));
  EXPECT_TRUE(Violates(refused({{"a", {}}, {"a", {}}}), "file_fields[1].file"));
  EXPECT_TRUE(Violates(refused({{"a", std::vector<std::string>(1001, "x")}}), "file_fields[0].fields"));
  EXPECT_TRUE(Violates(refused({101, {"a", {}}}), "file_fields"));
  EXPECT_EQ(market.store().sequence(), 0u);
}

TEST(Import, NamesEveryWrongRowThoughItDescribesSoMany) {
  TestMarket market;
  Rows rows;
  for (int i = 0; i < 10'001; ++i) {
    v1::ImportRow row;
    row.set_file(i % 2 == 0 ? "even.csv" : "odd.csv");
    row.set_line(20'000 - i);
    row.mutable_value_chain()->set_name(absl::StrCat("valueChains/c", i));
    rows.push_back(row);
  }
  *rows[5].mutable_value_chain() = AValueChain();
  rows[5].mutable_value_chain()->set_name("valueChains/right");
  const auto imported = Import(&market, rows, {.valid_rows_only = true, .rows_per_message = 1000});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->created_count(), 1);
  EXPECT_EQ(imported->errors_size(), 10'000);
  ASSERT_EQ(imported->wrong_rows_size(), 2);
  EXPECT_EQ(imported->wrong_rows(0).file(), "even.csv");
  EXPECT_EQ(imported->wrong_rows(0).lines_size(), 5001);
  EXPECT_EQ(imported->wrong_rows(1).lines_size(), 4999);
  EXPECT_EQ(imported->wrong_rows(0).lines(0), 10'000);
  EXPECT_EQ(imported->wrong_rows(0).lines(5000), 20'000);
}

TEST(Import, LeavesOutWhatItsSenderFoundWrongAndWhatRefersToIt) {
  TestMarket market;
  Rows rows = MarketRows();
  ASSERT_TRUE(Import(&market, rows)->applied());
  // The TAP is stored; but its row of now can't be read.
  const std::string name = rows[7].party().name();
  rows[7].mutable_party()->Clear();
  rows[7].mutable_party()->set_name(name);
  rows[7].set_wrong(true);
  rows.push_back(rows[11]);  // of no name
  rows.back().mutable_need()->Clear();
  rows.back().set_line(99);
  rows.back().set_wrong(true);
  rows[12].mutable_need()->set_quantity(7);
  const auto all = Import(&market, rows);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_FALSE(all->applied());
  const auto imported = Import(&market, rows, {.valid_rows_only = true});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->updated_count(), 1);
  // Rows that stand as they are stored are left as they are.
  EXPECT_EQ(imported->error_count(), 0) << imported->DebugString();
  ASSERT_EQ(imported->wrong_rows_size(), 2) << imported->DebugString();
  EXPECT_EQ(imported->wrong_rows(0).lines(0), 9);
  EXPECT_EQ(imported->wrong_rows(1).lines(0), 99);
  rows[16].mutable_offer()->set_name("taps/tap/offers/o2");
  const auto referring = Import(&market, rows, {.valid_rows_only = true});
  ASSERT_TRUE(referring.ok()) << referring.status();
  ASSERT_EQ(referring->errors_size(), 1) << referring->DebugString();
  EXPECT_EQ(referring->errors(0).file(), "offers.csv");
  EXPECT_TRUE(absl::StrContains(referring->errors(0).description(), "whose own row is wrong: parties.csv:9"));
}

TEST(Import, LeavesARowAsItStandsThoughWhatItRefersToIsWrong) {
  TestMarket market;
  Rows rows = MarketRows();
  ASSERT_TRUE(Import(&market, rows)->applied());
  // The row of a party that the relation names can't be read, and the relation's gives no standing.
  const std::string subject = rows[9].relation().subject();
  for (v1::ImportRow& row : rows) {
    if (row.party().name() != subject) continue;
    row.mutable_party()->Clear();
    row.mutable_party()->set_name(subject);
    row.set_wrong(true);
  }
  rows[9].mutable_relation()->clear_standing();
  const Options options = {.file_fields = {{"relations.csv", {"name", "subject", "type", "object"}}}};
  const auto imported = Import(&market, rows, options);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->error_count(), 0) << imported->DebugString();
  ASSERT_EQ(imported->wrong_rows_size(), 1) << imported->DebugString();
  EXPECT_EQ(imported->wrong_rows(0).file(), "parties.csv");
}

TEST(Import, RefusesToChangeWhatIsFixed) {
  TestMarket market;
  Rows rows = MarketRows();
  ASSERT_TRUE(Import(&market, rows)->applied());
  rows[5].mutable_service()->set_unit(v1::UNIT_HOUR);
  v1::ActivatePolicyRequest activate;
  activate.set_name("policies/p1");
  v1::GetPolicyRequest looked_at;
  looked_at.set_name("policies/p1");
  activate.set_etag(market.Call<v1::Policy>("ayni.v1.PolicyService/GetPolicy", looked_at)->etag());
  ASSERT_TRUE(market
                  .CallAs<v1::Policy>(SecondAdministrator(), Scope::kAny,
                                      "ayni.v1.PolicyService/ActivatePolicy", activate)
                  .ok());
  rows[17].mutable_policy()->set_reason("Another");
  const auto imported = Import(&market, rows);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_FALSE(imported->applied());
  ASSERT_GE(imported->errors_size(), 2) << imported->DebugString();
  EXPECT_EQ(imported->errors(0).field(), "unit");
  EXPECT_EQ(imported->errors(imported->errors_size() - 1).file(), "policies.csv");
}

TEST(Import, RefusesANameThatStandsTwice) {
  TestMarket market;
  Rows rows = MarketRows();
  rows.push_back(rows[6]);
  const auto imported = Import(&market, rows);
  ASSERT_TRUE(imported.ok()) << imported.status();
  ASSERT_EQ(imported->errors_size(), 1) << imported->DebugString();
  EXPECT_TRUE(absl::StrContains(imported->errors(0).description(), "parties.csv:8"));
}

TEST(Import, RepeatedRequestIdGetsTheFirstAnswer) {
  TestMarket market;
  const auto first = Import(&market, MarketRows(), {.request_id = "once"});
  ASSERT_TRUE(first.ok()) << first.status();
  const auto again = Import(&market, MarketRows(), {.request_id = "once"});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(again->created_count(), static_cast<int64_t>(MarketRows().size()));
  Rows other = MarketRows();
  other.pop_back();
  EXPECT_TRUE(Violates(Import(&market, other, {.request_id = "once"}).status(), "request_id"));
}

TEST(Import, HasLimitsAndTakesNothing) {
  TestMarket market;
  const Rows many(1001);
  EXPECT_TRUE(Violates(Import(&market, many, {.rows_per_message = 1001}).status(), "rows"));
  const auto empty = Import(&market, {});
  ASSERT_TRUE(empty.ok()) << empty.status();
  EXPECT_TRUE(empty->applied());
  EXPECT_FALSE(market.RunAs(Administrator(), Scope::kAny, kImport, {}).ok());
}

TEST(Import, TakesSixtyThousandRowsInOneCommit) {
  TestMarket market;
  Rows rows = MarketRows();
  for (int i = 0; i < 60'000; ++i) {
    v1::ImportRow row;
    row.set_file("needs.csv");
    row.set_line(i + 100);
    *row.mutable_need() = ANeed();
    row.mutable_need()->set_name(absl::StrFormat("cooperatives/coop/needs/m%05d", i));
    row.mutable_need()->set_quantity(1 + i % 90);
    rows.push_back(std::move(row));
  }
  const auto first = Import(&market, rows, {.rows_per_message = 1000});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->created_count(), static_cast<int64_t>(rows.size()));
  const auto second = Import(&market, rows, {.rows_per_message = 1000});
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->unchanged_count(), static_cast<int64_t>(rows.size()));
}

}  // namespace
}  // namespace ayni::services
