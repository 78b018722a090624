// What the market keeps from members: identity numbers, and what a need could pay at most.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "ayni/v1/match_service.pb.h"
#include "services/resource/write.h"
#include "services/rules/resource_methods.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;

Caller AuditorCaller() { return {"principals/auditor", v1::ROLE_AUDITOR, ""}; }

class Hidden : public testing::Test {
 protected:
  Hidden() { market_.Lay(); }

  std::vector<v1::IdentifierScheme> SchemesOf(const std::string& party, const Caller& caller) {
    v1::GetPartyRequest request;
    request.set_name(party);
    const auto read =
        market_.CallAs<v1::Party>(caller, Scope::kAny, "ayni.v1.PartyService/GetParty", request);
    EXPECT_TRUE(read.ok()) << read.status();
    std::vector<v1::IdentifierScheme> schemes;
    for (const v1::Identifier& identifier : read->identifiers()) schemes.push_back(identifier.scheme());
    return schemes;
  }

  TestMarket market_;
};

TEST_F(Hidden, IdentityNumbersOfNaturalPersonsAreForWhomTheyAreOf) {
  v1::CreatePartyRequest request;
  request.set_party_id("ana");
  v1::Party* ana = request.mutable_party();
  *ana = ATap();
  const std::pair<v1::IdentifierScheme, const char*> numbers[] = {{v1::IDENTIFIER_SCHEME_DNI, "41234567"},
                                                                  {v1::IDENTIFIER_SCHEME_RUC, "10412345670"},
                                                                  {v1::IDENTIFIER_SCHEME_PADRON, "PPA-1234"},
                                                                  {v1::IDENTIFIER_SCHEME_RNPSEA, "R-77"}};
  for (const auto& [scheme, value] : numbers) {
    v1::Identifier* identifier = ana->add_identifiers();
    identifier->set_scheme(scheme);
    identifier->set_value(value);
  }
  for (char digit = '0'; digit <= '9'; ++digit) {  // its check digit
    ana->mutable_identifiers(1)->set_value(absl::StrCat("1041234567", std::string(1, digit)));
    if (market_.Run("ayni.v1.PartyService/CreateParty", request).ok()) break;
  }
  const Caller herself{"principals/ana", v1::ROLE_TAP, "parties/ana"};
  EXPECT_EQ(SchemesOf("parties/ana", herself).size(), 4u);
  EXPECT_EQ(SchemesOf("parties/ana", Administrator()).size(), 4u);
  EXPECT_EQ(SchemesOf("parties/ana", AuditorCaller()).size(), 4u);
  EXPECT_THAT(SchemesOf("parties/ana", CooperativeCaller()), ElementsAre(v1::IDENTIFIER_SCHEME_RNPSEA));
  EXPECT_THAT(SchemesOf("parties/ana", TapCaller()), ElementsAre(v1::IDENTIFIER_SCHEME_RNPSEA));
}

TEST_F(Hidden, ATapDoesNotLearnTheHighestPriceFromItsMatch) {
  v1::Match match;
  match.set_name("rounds/r1/matches/m1");
  match.set_cooperative("parties/coop");
  match.set_tap("parties/tap");
  match.set_score(700'000);
  match.mutable_score_parts()->set_price(143);
  match.mutable_score_parts()->set_fit(1'000);
  match.mutable_unit_price()->set_minor_units(300);
  storage::Change change;
  Call call;
  call.now = market_.now();
  AddPut(call, "", KindOf<v1::Match>(), StoredRecord(), match, &change);
  ASSERT_TRUE(market_.store().CommitAndWait(std::move(change)).ok());
  v1::GetMatchRequest request;
  request.set_name(match.name());
  const auto read = [&](const Caller& caller) {
    return *market_.CallAs<v1::Match>(caller, Scope::kOwnRecord, "ayni.v1.MatchService/GetMatch", request);
  };
  EXPECT_EQ(read(TapCaller()).score_parts().price(), 0);
  EXPECT_EQ(read(TapCaller()).score(), 0);
  EXPECT_EQ(read(TapCaller()).score_parts().fit(), 1'000);
  EXPECT_EQ(read(CooperativeCaller()).score_parts().price(), 143);
  EXPECT_EQ(read(CooperativeCaller()).score(), 700'000);
}

}  // namespace
}  // namespace ayni::services
