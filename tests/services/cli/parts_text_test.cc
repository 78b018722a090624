#include "services/cli/parts_text.h"

#include <gmock/gmock.h>

#include "ayni/v1/match.pb.h"
#include "tests/services/cli/command_line.h"

namespace ayni::cli {
namespace {

using ::testing::HasSubstr;

v1::Payment Parsed(const std::string& text) {
  v1::Payment payment;
  const absl::Status put = PutParts(text, &payment);
  EXPECT_TRUE(put.ok()) << put;
  return payment;
}

std::string WhyWrong(const std::string& text) {
  v1::Payment payment;
  return std::string(PutParts(text, &payment).message());
}

TEST(PartsText, GivesFieldsByTheirPathsInAnyOrder) {
  const v1::Payment payment = Parsed("amount=12.50 PEN,payer=cooperative");
  EXPECT_EQ(payment.payer(), v1::PAYER_COOPERATIVE);
  EXPECT_EQ(payment.amount().minor_units(), 1'250);
  EXPECT_EQ(payment.amount().currency(), "PEN");
  EXPECT_EQ(Parsed("in-kind=a sack").in_kind(), "a sack");
}

TEST(PartsText, EndsAValueWhereAFieldFollows) {
  const v1::Payment payment = Parsed("amount=12,50 PEN,in_kind=3 sacks, one large,payer=PRODUCERS");
  EXPECT_EQ(payment.amount().minor_units(), 1'250);
  EXPECT_EQ(payment.in_kind(), "3 sacks, one large");
  EXPECT_EQ(payment.payer(), v1::PAYER_PRODUCERS);
}

TEST(PartsText, NamesThePartThatIsWrong) {
  EXPECT_EQ(WhyWrong("payer=BANK,amount=1.00 PEN"),
            "payer must be one of PRODUCERS, COOPERATIVE, FUNDER, is 'BANK'");
  EXPECT_THAT(WhyWrong("payer=FUNDER,amount=much"), HasSubstr("amount must be"));
  EXPECT_THAT(WhyWrong("payer=FUNDER,amuont=1.00 PEN"), HasSubstr("did you mean 'amount'"));
  EXPECT_EQ(WhyWrong("payer=FUNDER,payer=FUNDER"), "payer is given twice");
  for (const char* none : {"", "12.50 PEN", "=FUNDER"})
    EXPECT_EQ(WhyWrong(none), "must be payer=PRODUCERS|COOPERATIVE|FUNDER,amount=MONEY,in_kind=TEXT");
}

TEST(PartsText, IsAFlagThatMayBeGivenAgain) {
  const auto wrong = RunWords(
      {"match", "settle", "r/m", "--payment", "payer=FUNDER,amount=1.00 PEN", "--payment", "payer=BANK"});
  EXPECT_EQ(wrong.code, kUsage);
  EXPECT_THAT(wrong.err, HasSubstr("--payment 'payer=BANK': payer must be one of"));
}

}  // namespace
}  // namespace ayni::cli
