#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ayni/v1/audit_service.pb.h"
#include "tests/services/explanation/random_round.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kNeed[] = "ayni.v1.AuditService/ExplainNeed";
constexpr char kTap[] = "ayni.v1.AuditService/ExplainTap";

std::string Json(const Message& message) {
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
  return json;
}

Caller Cooperative(const std::string& id) {
  return {"principals/" + id, v1::ROLE_COOPERATIVE, "parties/" + id};
}
Caller TapOf(const std::string& id) { return {"principals/" + id, v1::ROLE_TAP, "parties/" + id}; }

std::string DigitsOf(int64_t minor_units) { return absl::StrCat(minor_units); }
std::string WordsOf(int64_t minor_units) {
  return absl::StrFormat("%d.%02d", minor_units / 100, minor_units % 100);
}

// Random markets whose highest prices are numbers that nothing else is: 7,000,000,000 and more.
RandomRecords WithTellingPrices(const StoredMarket& market, uint64_t number) {
  RandomRecords records = MakeRecords(market, number);
  int64_t at = 0;
  for (v1::Need& need : records.needs) {
    v1::Money* price = need.mutable_highest_unit_price();
    price->set_minor_units(7'000'000'000 + 1'013 * ++at);
  }
  for (v1::Offer& offer : records.offers) {
    offer.mutable_unit_price()->set_minor_units(
        offer.unit_price().minor_units() % 3 == 0 ? 7'000'002'000 : 3'000'000'000 + 1'009 * ++at);
  }
  return records;
}

TEST(ExplanationLeaks, ACooperativeIsToldNothingOfAnothersNeeds) {
  int takers = 0;
  for (uint64_t number = 1; number <= 40; ++number) {
    SCOPED_TRACE(number);
    StoredMarket market;
    const RandomRecords records = WithTellingPrices(market, number);
    PublishRound(records, &market);
    for (const v1::Need& need : records.needs) {
      const std::string own(FirstId(need.name()));
      v1::ExplainNeedRequest request;
      request.set_name(need.name());
      request.set_round("rounds/r");
      const auto answer =
          market.CallAs<v1::ExplainNeedResponse>(Cooperative(own), Scope::kOwnName, kNeed, request);
      ASSERT_TRUE(answer.ok()) << answer.status();
      const std::string json = Json(*answer);
      for (const v1::Need& other : records.needs) {
        if (FirstId(other.name()) == own) continue;
        EXPECT_THAT(json, Not(HasSubstr(std::string(FirstId(other.name())))));
        EXPECT_THAT(json, Not(HasSubstr(DigitsOf(other.highest_unit_price().minor_units()))));
        EXPECT_THAT(json, Not(HasSubstr(WordsOf(other.highest_unit_price().minor_units()))));
      }
      for (const v1::CandidateFate& fate : answer->candidates()) {
        for (const v1::Reason& reason : fate.reasons()) {
          for (const v1::Taker& taker : reason.takers()) {
            ++takers;
            if (!taker.need().empty()) continue;
            EXPECT_EQ(taker.score(), 0);
            EXPECT_EQ(taker.score_parts().price(), 0);
          }
        }
      }
    }
  }
  EXPECT_GT(takers, 50);
}

TEST(ExplanationLeaks, ATapIsToldNoHighestPriceAndNoOtherTap) {
  int rows = 0;
  for (uint64_t number = 1; number <= 40; ++number) {
    SCOPED_TRACE(number);
    StoredMarket market;
    const RandomRecords records = WithTellingPrices(market, number);
    PublishRound(records, &market);
    for (const std::string own : {"tap0", "tap1", "tap2"}) {
      v1::ExplainTapRequest request;
      request.set_parent("parties/" + own);
      request.set_round("rounds/r");
      const auto answer = market.CallAs<v1::ExplainTapResponse>(TapOf(own), Scope::kOwnName, kTap, request);
      ASSERT_TRUE(answer.ok()) << answer.status();
      rows += answer->fates_size();
      const std::string json = Json(*answer);
      for (const v1::Need& need : records.needs) {
        EXPECT_THAT(json, Not(HasSubstr(DigitsOf(need.highest_unit_price().minor_units()))));
        EXPECT_THAT(json, Not(HasSubstr(WordsOf(need.highest_unit_price().minor_units()))));
      }
      for (const v1::Party& tap : records.taps) {
        if (tap.name() == "parties/" + own) continue;
        EXPECT_THAT(json, Not(HasSubstr(std::string(FirstId(tap.name())))));
      }
      for (const v1::TapFate& fate : answer->fates()) {
        EXPECT_EQ(fate.score_parts().price(), 0);
        for (const v1::Reason& reason : fate.reasons()) {
          EXPECT_TRUE(reason.code() != v1::REASON_CODE_PRICE || reason.distance() == 0);
          EXPECT_TRUE(reason.code() != v1::REASON_CODE_PLACE || reason.distance() % 1'000 == 0);
          for (const v1::Taker& taker : reason.takers()) {
            EXPECT_EQ(taker.score(), 0);
            EXPECT_EQ(taker.score_parts().price(), 0);
          }
        }
      }
    }
  }
  EXPECT_GT(rows, 50);
}

TEST(ExplanationLeaks, AnAdministratorIsToldWhomItWentTo) {
  int named = 0;
  for (uint64_t number = 1; number <= 20; ++number) {
    StoredMarket market;
    const RandomRecords records = WithTellingPrices(market, number);
    PublishRound(records, &market);
    for (const v1::Need& need : records.needs) {
      v1::ExplainNeedRequest request;
      request.set_name(need.name());
      request.set_round("rounds/r");
      const auto answer = market.Call<v1::ExplainNeedResponse>(kNeed, request);
      ASSERT_TRUE(answer.ok()) << answer.status();
      for (const v1::CandidateFate& fate : answer->candidates()) {
        for (const v1::Reason& reason : fate.reasons()) {
          for (const v1::Taker& taker : reason.takers())
            named += taker.need() != need.name() && taker.score() > 0;
        }
      }
    }
  }
  EXPECT_GT(named, 10);
}

}  // namespace
}  // namespace ayni::services
