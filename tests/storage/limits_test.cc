#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/change.h"
#include "tests/storage/temporary_store.h"

namespace ayni::storage {
namespace {

using testing::HasSubstr;

void ExpectRefused(const Change& change, const std::string& reason) {
  const absl::Status status = Validate(change);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr(reason));
}

TEST(Validate, TakesAChangeAtEveryLimit) {
  Change change;
  change.request_scope = std::string(kRequestIdBytesMax, 's');
  change.request_id = std::string(kRequestIdBytesMax, 'i');
  change.request_digest = std::string(kRequestIdBytesMax, 'd');
  change.response = std::string(kValueBytesMax, 'r');
  change.puts = {{std::string(kKeyBytesMax, 'k'), std::string(kValueBytesMax, 'v')}};
  change.leaves = {std::string(kValueBytesMax, 'l')};
  EXPECT_TRUE(Validate(change).ok()) << Validate(change);
  TemporaryStore store;
  const auto receipt = store->CommitAndWait(change);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ((*store->Get(change.puts[0].key))->value, change.puts[0].value);
}

TEST(Validate, RefusesAnEmptyKey) {
  Change put;
  put.puts = {{"", ""}};
  ExpectRefused(put, "the key of a put is empty");
  Change deletion;
  deletion.deletes = {""};
  ExpectRefused(deletion, "the key of a delete is empty");
  Change precondition;
  precondition.preconditions = {Precondition::Exists("")};
  ExpectRefused(precondition, "the key of a precondition is empty");
  Change index;
  index.index_puts = {""};
  ExpectRefused(index, "an index key is empty");
}

TEST(Validate, RefusesAKeyThatIsTooLong) {
  Change change;
  change.deletes = {std::string(kKeyBytesMax + 1, 'k')};
  ExpectRefused(change, "the key of a delete has 1025 bytes; at most 1024");
}

TEST(Validate, RefusesAValueThatIsTooLong) {
  Change put;
  put.puts = {{"k", std::string(kValueBytesMax + 1, 'v')}};
  ExpectRefused(put, "the value of a put");
  Change leaf;
  leaf.leaves = {std::string(kValueBytesMax + 1, 'l')};
  ExpectRefused(leaf, "a leaf");
  Change response;
  response.request_id = "i";
  response.response = std::string(kValueBytesMax + 1, 'r');
  ExpectRefused(response, "response");
}

TEST(Validate, RefusesARequestIdThatIsTooLong) {
  Change change;
  change.request_id = std::string(kRequestIdBytesMax + 1, 'i');
  ExpectRefused(change, "request_id");
  change.request_id = "i";
  change.request_scope = std::string(kRequestIdBytesMax + 1, 's');
  ExpectRefused(change, "request_scope");
  change.request_scope = "s";
  change.request_digest = std::string(kRequestIdBytesMax + 1, 'd');
  ExpectRefused(change, "request_digest");
}

TEST(Validate, RefusesAScopeWithoutARequestId) {
  Change change;
  change.request_scope = "s";
  ExpectRefused(change, "request_scope without request_id");
}

TEST(Validate, RefusesTooManyItems) {
  Change change;
  change.leaves.resize(kChangeItemsMax + 1);
  ExpectRefused(change, "20000001 items; at most 20000000");
}

TEST(Validate, RefusesTooManyBytes) {
  Change change;
  change.leaves.resize(3, std::string(kValueBytesMax, 'v'));
  EXPECT_TRUE(Validate(change).ok());
  const absl::Status status = Validate(change, {.bytes_max = 2 * kValueBytesMax});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("at most 33554432"));
}

TEST(Validate, RefusesAKeyThatStandsTwice) {
  Change puts;
  puts.puts = {{"a", "1"}, {"b", ""}, {"a", "2"}};
  ExpectRefused(puts, "more than once");
  Change both;
  both.puts = {{"a", "1"}};
  both.deletes = {"a"};
  ExpectRefused(both, "more than once");
}

TEST(Validate, RefusesAPreconditionOnVersionZero) {
  Change change;
  change.preconditions = {Precondition::At("a", 0)};
  ExpectRefused(change, "say Absent");
}

TEST(LargeChange, IsWrittenWholeAndRead) {
  TemporaryStore store;
  constexpr int kRecords = 50'000;
  Change change;
  for (int i = 0; i < kRecords; ++i) {
    const std::string key = "record/" + std::to_string(i);
    change.preconditions.push_back(Precondition::Absent(key));
    change.puts.push_back({key, "value " + std::to_string(i)});
    change.index_puts.push_back("by/" + std::to_string(i % 100) + "/" + key);
    change.leaves.push_back("leaf " + std::to_string(i));
  }
  ASSERT_TRUE(store->CommitAndWait(std::move(change)).ok());
  EXPECT_EQ(store->sequence(), 1u);
  EXPECT_EQ(store->leaf_count(), 50'000u);
  EXPECT_EQ((*store->Get("record/49999"))->value, "value 49999");
  const std::vector<FeedEntry> feed = *store->Feed(0, 10);
  ASSERT_EQ(feed.size(), 1u);
  EXPECT_EQ(feed[0].changes.size(), 50'000u);
  const std::vector<Leaf> leaves = *store->ReadLeaves(49'990, 100);
  ASSERT_EQ(leaves.size(), 10u);
  EXPECT_EQ(leaves[9].bytes, "leaf 49999");
}

}  // namespace
}  // namespace ayni::storage
