#include "services/cli/value_text.h"

#include <gmock/gmock.h>

#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/relation.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/money_text.h"

namespace ayni::cli {
namespace {

using ::testing::HasSubstr;

template <typename Message>
absl::Status Put(const char* field, const std::string& text, Message* message) {
  return PutValue(*Message::descriptor()->FindFieldByName(field), text, message);
}

std::string WhyWrong(const absl::Status& status) { return std::string(status.message()); }

TEST(Money, TakesADecimalPointOrComma) {
  for (const char* text :
       {"12.50 PEN", "12,50 PEN", "12.5 pen", " 12,5  PEN ", "12,50\u00A0PEN", "12,50\u202FPEN"}) {
    const absl::StatusOr<v1::Money> money = services::ParseMoney(text);
    ASSERT_TRUE(money.ok()) << text << ": " << money.status();
    EXPECT_EQ(money->minor_units(), 1250);
    EXPECT_EQ(money->currency(), "PEN");
    EXPECT_EQ(services::MoneyText(*money), "12.50 PEN");
  }
}

TEST(Money, HasTheDigitsOfItsCurrency) {
  EXPECT_EQ(services::ParseMoney("1500 CLP")->minor_units(), 1500);
  EXPECT_EQ(services::MoneyText(*services::ParseMoney("1500 CLP")), "1500 CLP");
  EXPECT_EQ(services::ParseMoney("1.234 KWD")->minor_units(), 1234);
  EXPECT_EQ(services::MoneyText(*services::ParseMoney("0,05 PEN")), "0.05 PEN");
}

TEST(Money, RefusesRatherThanGuess) {
  for (const char* text : {"1.250 PEN", "1,250.00 PEN", "12.50", "PEN 12.50", "12.50 S/", "twelve PEN",
                           ". PEN", "12. PEN", "9999999999999999 PEN", ""}) {
    EXPECT_FALSE(services::ParseMoney(text).ok()) << text;
  }
  EXPECT_THAT(WhyWrong(services::ParseMoney("1.250 PEN").status()), HasSubstr("thousands separator"));
}

TEST(Value, TakesADecimalPointOrComma) {
  google::type::LatLng position;
  for (const char* text : {"-13.53", "-13,53"}) {
    ASSERT_TRUE(Put("latitude", text, &position).ok());
    EXPECT_EQ(position.latitude(), -13.53);
  }
  EXPECT_FALSE(Put("latitude", "1.234,5", &position).ok());
  EXPECT_FALSE(Put("latitude", "nan", &position).ok());
  EXPECT_FALSE(Put("latitude", "1e999", &position).ok());
}

TEST(Value, RefusesWhatIsNoWholeNumber) {
  v1::Need need;
  for (const char* text : {"1.5", "1,000", "4e3", "forty", "9223372036854775808", " 4"}) {
    EXPECT_FALSE(Put("quantity", text, &need).ok()) << text;
  }
  EXPECT_TRUE(Put("quantity", "-4", &need).ok());
  EXPECT_FALSE(Put("least_experience_months", "2147483648", &need).ok());
}

TEST(Value, TakesEnumeratorsWithAndWithoutTheirPrefixInAnyCase) {
  v1::Party party;
  for (const char* text :
       {"FINANCIAL_INSTITUTION", "financial-institution", "PARTY_ROLE_FINANCIAL_INSTITUTION"}) {
    party.clear_roles();
    ASSERT_TRUE(Put("roles", text, &party).ok()) << text;
    EXPECT_EQ(party.roles(0), v1::PARTY_ROLE_FINANCIAL_INSTITUTION);
  }
  EXPECT_FALSE(Put("roles", "UNSPECIFIED", &party).ok());
  EXPECT_THAT(WhyWrong(Put("roles", "BANK", &party)), HasSubstr("COOPERATIVE, TAP, COMPANY"));
}

TEST(Value, TakesDaysOfTheCalendarOnly) {
  v1::Relation relation;
  ASSERT_TRUE(Put("start_date", "2028-02-29", &relation).ok());
  EXPECT_EQ(relation.start_date().day(), 29);
  for (const char* text : {"2027-02-29", "01/12/2026", "2026-12-1", "2026-12", "tomorrow", "2026-12-01T00"}) {
    EXPECT_FALSE(Put("start_date", text, &relation).ok()) << text;
  }
}

TEST(Value, CompletesReferencesAndRefusesThoseOfAnotherKind) {
  v1::Need need;
  ASSERT_TRUE(Put("district", "inei.080601", &need).ok());
  EXPECT_EQ(need.district(), "territories/inei.080601");
  ASSERT_TRUE(Put("name", "coop-1/n-2", &need).ok());
  EXPECT_EQ(need.name(), "cooperatives/coop-1/needs/n-2");
  EXPECT_FALSE(Put("service", "valueChains/alpaca", &need).ok());
}

TEST(Value, WritesCodePairsDurationsAndInstants) {
  v1::Party party;
  ASSERT_TRUE(Put("identifiers", "RUC:20100066603", &party).ok());
  EXPECT_EQ(party.identifiers(0).scheme(), v1::IDENTIFIER_SCHEME_RUC);
  EXPECT_EQ(party.identifiers(0).value(), "20100066603");
  EXPECT_FALSE(Put("identifiers", "20100066603", &party).ok());
  v1::Round round;
  ASSERT_TRUE(Put("time_limit", "1h30m", &round).ok());
  EXPECT_EQ(round.time_limit().seconds(), 5400);
  ASSERT_TRUE(Put("publish_time", "2026-12-01T08:30:00-05:00", &round).ok());
  EXPECT_EQ(
      ValueText(round, *v1::Round::descriptor()->FindFieldByName("publish_time"), -1, ValueStyle::kExact),
      "2026-12-01T13:30:00Z");
}

std::string Again(const char* field, const std::string& text) {
  v1::Round round;
  const absl::Status put = Put(field, text, &round);
  if (!put.ok()) return WhyWrong(put);
  return ValueText(round, *v1::Round::descriptor()->FindFieldByName(field), -1, ValueStyle::kExact);
}

TEST(Value, TakesEveryInstantAndDurationOfTheApiAsItIs) {
  for (const char* instant : {"2500-12-01T08:30:00Z", "9999-12-31T23:59:59.999999999Z",
                              "0001-01-01T00:00:00Z", "1969-12-31T23:59:59.500Z"}) {
    EXPECT_EQ(Again("publish_time", instant), instant);
  }
  for (const char* instant :
       {"infinite-future", "infinite-past", "10000-01-01T00:00:00Z", "0000-12-31T00:00:00Z"}) {
    EXPECT_THAT(Again("publish_time", instant), HasSubstr("must be an instant")) << instant;
  }
  EXPECT_EQ(Again("time_limit", "3000000h"), "3000000h");
  EXPECT_EQ(Again("time_limit", "-3000000h0.5s"), "-3000000h0.5s");
  for (const char* duration : {"inf", "-inf", "87660001h"}) {
    EXPECT_THAT(Again("time_limit", duration), HasSubstr("must be a duration")) << duration;
  }
}

TEST(Value, AnEmptyMessageIsThereOrNot) {
  v1::Offer offer;
  ASSERT_TRUE(Put("fee_for_service", "no", &offer).ok());
  EXPECT_FALSE(offer.has_fee_for_service());
  ASSERT_TRUE(Put("fee_for_service", "yes", &offer).ok());
  EXPECT_TRUE(offer.has_fee_for_service());
}

}  // namespace
}  // namespace ayni::cli
