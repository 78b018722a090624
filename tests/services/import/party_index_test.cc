#include "services/import/party_index.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

std::vector<std::string> IndexKeys(TestMarket* market) {
  std::vector<std::string> keys;
  const auto snapshot = market->store().TakeSnapshot();
  const auto cursor = (*snapshot)->ScanIndex(storage::KeyRange::All());
  while (cursor->Next()) keys.emplace_back(cursor->key());
  return keys;
}

TEST(PartyIndex, GivesPartiesOfAnOlderStoreTheirKeysOnce) {
  TestMarket market;
  market.Lay();
  v1::CreatePartyRequest request;
  request.set_party_id("a");
  request.mutable_party()->set_display_name("Agro Andes");
  request.mutable_party()->add_roles(v1::PARTY_ROLE_COMPANY);
  request.mutable_party()->add_identifiers()->set_scheme(v1::IDENTIFIER_SCHEME_RUC);
  request.mutable_party()->mutable_identifiers(0)->set_value("20100066603");
  ASSERT_TRUE(market.Run("ayni.v1.PartyService/CreateParty", request).ok());
  const std::vector<std::string> whole = IndexKeys(&market);
  storage::Change older;
  for (const std::string& key : whole) {
    const bool is_new =
        absl::StartsWith(key, "i:") || absl::StartsWith(key, "n:") || absl::StartsWith(key, "N:");
    if (is_new) older.index_deletes.push_back(key);
  }
  ASSERT_GT(older.index_deletes.size(), 8u);
  ASSERT_TRUE(market.store().CommitAndWait(older).ok());
  ASSERT_TRUE(IndexParties(&market.store()).ok());
  std::vector<std::string> indexed = IndexKeys(&market);
  ASSERT_EQ(indexed.back(), "x:parties-1");
  indexed.pop_back();
  EXPECT_EQ(indexed, whole);
  request.set_party_id("b");
  EXPECT_TRUE(Violates(market.Run("ayni.v1.PartyService/CreateParty", request).status(),
                       "party.identifiers[0].value"));
  const storage::Sequence before = market.store().sequence();
  ASSERT_TRUE(IndexParties(&market.store()).ok());
  EXPECT_EQ(market.store().sequence(), before);
}

}  // namespace
}  // namespace ayni::services
