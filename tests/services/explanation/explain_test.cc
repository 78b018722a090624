#include <gmock/gmock.h>

#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "services/errors.h"
#include "services/market/engine_day.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

constexpr char kNeed[] = "ayni.v1.AuditService/ExplainNeed";
constexpr char kTap[] = "ayni.v1.AuditService/ExplainTap";
constexpr char kLimitValues[] = "ayni.v1.AuditService/ListLimitValues";

class Explain : public RoundMarket {
 protected:
  void Publish() {
    market_.CreateRound("r");
    market_.Publish("rounds/r");
  }
  static v1::ExplainNeedRequest Asking(const std::string& need, const std::string& language = "eng") {
    v1::ExplainNeedRequest request;
    request.set_name(need);
    request.set_round("rounds/r");
    request.set_language(language);
    return request;
  }
  v1::ExplainNeedResponse Why(const v1::ExplainNeedRequest& request) {
    const auto answer = market_.Call<v1::ExplainNeedResponse>(kNeed, request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *answer : v1::ExplainNeedResponse();
  }
  static const v1::Reason* Find(const v1::CandidateFate& fate, v1::ReasonCode code) {
    for (const v1::Reason& reason : fate.reasons()) {
      if (reason.code() == code) return &reason;
    }
    return nullptr;
  }
};

constexpr char kFirst[] = "cooperatives/coop0/needs/n";

TEST_F(Explain, ANeedThatWasServedSaysByWhomAndWhyNotTheOther) {
  Fill(1, 10, 2, 10);
  v1::Offer dearer = AnOffer(market_, "tap1", "o", 10);
  dearer.mutable_unit_price()->set_minor_units(90'000);
  market_.Put(dearer);
  Publish();
  const v1::ExplainNeedResponse answer = Why(Asking(kFirst));
  EXPECT_EQ(answer.fate(), v1::NEED_FATE_SERVED);
  EXPECT_EQ(answer.text(), "The need was given all: 10 units.");
  EXPECT_EQ(answer.changes_size(), 0);
  ASSERT_EQ(answer.candidates_size(), 2);
  const v1::CandidateFate& given = answer.candidates(0);
  EXPECT_EQ(given.offer(), "taps/tap0/offers/o");
  EXPECT_EQ(given.rank(), 1);
  EXPECT_EQ(given.matched_quantity(), 10);
  EXPECT_NE(Find(given, v1::REASON_CODE_MATCHED), nullptr);
  const v1::CandidateFate& other = answer.candidates(1);
  EXPECT_EQ(other.rank(), 2);
  const v1::Reason* outbid = Find(other, v1::REASON_CODE_OUTBID);
  ASSERT_NE(outbid, nullptr);
  ASSERT_EQ(outbid->takers_size(), 1);
  EXPECT_EQ(outbid->takers(0).offer(), "taps/tap0/offers/o");
  EXPECT_GT(outbid->takers(0).score(), other.score());
  EXPECT_GT(outbid->takers(0).score_parts().price(), other.score_parts().price());
}

TEST_F(Explain, EveryReasonIsGivenAndTheSmallestChangeOfThePriceIsChecked) {
  Fill(1, 10, 1, 10);
  v1::Offer offer = AnOffer(market_, "tap0", "o", 10);
  offer.mutable_unit_price()->set_minor_units(100'250);
  market_.Put(offer);
  market_.Put(ATap("tap1"));
  v1::Offer far = AnOffer(market_, "tap1", "o", 10);
  far.mutable_unit_price()->set_minor_units(200'000);
  far.set_languages(0, "aym");
  far.mutable_coverage()->set_territories(0, "territories/d1");
  market_.Put(far);
  Publish();
  const v1::ExplainNeedResponse answer = Why(Asking(kFirst));
  EXPECT_EQ(answer.fate(), v1::NEED_FATE_NO_CANDIDATE);
  ASSERT_EQ(answer.others_size(), 2);
  EXPECT_EQ(answer.others(0).offer(), "taps/tap0/offers/o") << "the nearest first";
  ASSERT_EQ(answer.others(0).reasons_size(), 1);
  EXPECT_EQ(answer.others(0).reasons(0).text(),
            "The price is 2.50 PEN above the highest that the need pays.");
  EXPECT_EQ(answer.others(0).reasons(0).field(), "highest_unit_price");
  EXPECT_EQ(answer.others(0).reasons(0).distance(), 250);
  ASSERT_EQ(answer.others(1).reasons_size(), 3);
  EXPECT_EQ(answer.others(1).reasons(0).code(), v1::REASON_CODE_PLACE);
  EXPECT_EQ(answer.others(1).reasons(1).code(), v1::REASON_CODE_PRICE);
  EXPECT_EQ(answer.others(1).reasons(2).code(), v1::REASON_CODE_LANGUAGE);
  ASSERT_EQ(answer.changes_size(), 1);
  EXPECT_EQ(answer.changes(0).kind(), v1::CHANGE_KIND_HIGHEST_PRICE);
  EXPECT_EQ(answer.changes(0).amount(), 250);
  EXPECT_EQ(answer.changes(0).value(), 100'250);
  EXPECT_EQ(answer.changes(0).check(), v1::CHANGE_CHECK_SMALLEST);
  EXPECT_EQ(answer.changes(0).quantity(), 10);
  EXPECT_EQ(answer.changes(0).text(),
            "Paying up to 1002.50 PEN: 2.50 PEN more. Checked: it would have brought 10 units, and one step "
            "less none.");
}

TEST_F(Explain, ALimitThatIsFullSaysWhoseItIsAndWhatOneMoreUnitWouldBring) {
  Fill(1, 10, 1, 20);
  SetLimit(6'000);
  Publish();
  const v1::ExplainNeedResponse answer = Why(Asking(kFirst));
  EXPECT_EQ(answer.fate(), v1::NEED_FATE_PARTLY_SERVED);
  ASSERT_EQ(answer.candidates_size(), 1);
  const v1::Reason* full = Find(answer.candidates(0), v1::REASON_CODE_LIMIT_FULL);
  ASSERT_NE(full, nullptr);
  EXPECT_EQ(full->limit().segment().limit(), "tap-province");
  EXPECT_EQ(full->limit().controller(), "parties/tap0");
  EXPECT_EQ(full->limit().cap(), 6);
  EXPECT_EQ(full->limit().given_quantity(), 6);
  EXPECT_EQ(full->text(), "The limit tap-province leaves tap0 6 in prov: it held 0 and was given 6.");
  ASSERT_EQ(answer.changes_size(), 1);
  EXPECT_EQ(answer.changes(0).kind(), v1::CHANGE_KIND_LIMIT_ROOM);
  EXPECT_EQ(answer.changes(0).amount(), 1);
  EXPECT_EQ(answer.changes(0).check(), v1::CHANGE_CHECK_SMALLEST);

  v1::ListLimitValuesRequest request;
  request.set_parent("rounds/r");
  const auto values = market_.Call<v1::ListLimitValuesResponse>(kLimitValues, request);
  ASSERT_TRUE(values.ok()) << values.status();
  ASSERT_EQ(values->limit_values_size(), 1);
  const v1::LimitValue& value = values->limit_values(0);
  EXPECT_EQ(value.limit().cap(), 6);
  EXPECT_EQ(value.turned_away_quantity(), 4);
  EXPECT_GT(value.price().price(), 0);
  EXPECT_EQ(value.share_point_value(), value.price().price() * 10 / 100 / 65'536)
      << "a hundredth of ten units";
}

TEST_F(Explain, ACapOfWhatOthersOfferIsTheControllersOwn) {
  Fill(3, 40, 4, 20);
  v1::Offer offer = ReadOffer(0);
  offer.set_capacity(100'000);
  market_.Put(offer);
  v1::Policy policy = GroupPolicy(3'000);
  policy.mutable_limits(0)->set_basis(v1::LIMIT_BASIS_OFFERED);
  market_.Put(policy);
  Publish();
  v1::ListSegmentReportsRequest request;
  request.set_parent("rounds/r");
  const auto reports =
      market_.Call<v1::ListSegmentReportsResponse>("ayni.v1.AuditService/ListSegmentReports", request);
  ASSERT_TRUE(reports.ok()) << reports.status();
  int64_t cap = 0;
  for (const v1::ControllerShare& share : reports->segment_reports(0).shares()) {
    if (share.controller() == "parties/tap0") cap = share.cap();
  }
  int full_count = 0;
  for (int at = 0; at < 3; ++at) {
    const v1::ExplainNeedResponse answer = Why(Asking(absl::StrCat("cooperatives/coop", at, "/needs/n")));
    for (const v1::CandidateFate& fate : answer.candidates()) {
      EXPECT_EQ(Find(fate, v1::REASON_CODE_WITHIN_GAP), nullptr) << fate.offer();
      const v1::Reason* full = Find(fate, v1::REASON_CODE_LIMIT_FULL);
      if (full == nullptr || full->limit().controller() != "parties/tap0") continue;
      ++full_count;
      EXPECT_EQ(full->limit().cap(), cap);
    }
  }
  EXPECT_GT(full_count, 0);
}

TEST_F(Explain, WhatAConflictBlocksSaysOnWhichEvidence) {
  Fill(1, 10, 1, 10);
  v1::Policy policy = APolicy();
  v1::ConflictRule* rule = policy.add_conflict_rules();
  rule->set_id("member");
  rule->set_severity(v1::CONFLICT_SEVERITY_BLOCK);
  rule->set_reason("MEMBER_OF_REQUESTER");
  (*rule->mutable_texts())["spa"] = "El proveedor es socio de la cooperativa.";
  (*rule->mutable_texts())["eng"] = "The provider is a member of the cooperative.";
  rule->add_steps()->add_types(v1::RELATION_TYPE_MEMBER_OF);
  rule->set_end(v1::CONFLICT_END_COOPERATIVE);
  market_.Put(policy);
  v1::Relation relation;
  relation.set_name("relations/m");
  relation.set_subject("parties/tap0");
  relation.set_type(v1::RELATION_TYPE_MEMBER_OF);
  relation.set_object("parties/coop0");
  relation.set_standing(v1::RELATION_STANDING_CONFIRMED);
  market_.Put(relation);
  Publish();
  const v1::ExplainNeedResponse answer = Why(Asking(kFirst));
  EXPECT_EQ(answer.fate(), v1::NEED_FATE_NO_CANDIDATE);
  ASSERT_EQ(answer.others_size(), 1);
  ASSERT_EQ(answer.others(0).reasons_size(), 1);
  const v1::Reason& blocked = answer.others(0).reasons(0);
  EXPECT_EQ(blocked.code(), v1::REASON_CODE_BLOCKED);
  EXPECT_EQ(blocked.text(), "A conflict of interest blocks it: The provider is a member of the cooperative.");
  EXPECT_THAT(Why(Asking(kFirst, "quz")).others(0).reasons(0).text(),
              HasSubstr("El proveedor es socio de la cooperativa."))
      << "there is none in Quechua";
  ASSERT_EQ(blocked.conflicts_size(), 1);
  ASSERT_EQ(blocked.conflicts(0).path_size(), 1);
  EXPECT_EQ(blocked.conflicts(0).path(0).relation(), "relations/m");
  EXPECT_EQ(answer.changes_size(), 0) << "no change of terms lifts a conflict";
}

TEST_F(Explain, WhatWasSupersededSaysSo) {
  Fill(2, 10, 2, 10);
  bool once = false;
  WhileCleared([&] {
    once = true;
    v1::Need need = market_.Read<v1::Need>(kFirst);
    need.set_note("changed meanwhile");
    market_.Put(need);
  });
  Publish();
  market_.rounds_store().before_commit = nullptr;
  ASSERT_TRUE(once);
  ASSERT_GT(market_.Read<v1::Round>("rounds/r").summary().superseded_count(), 0);
  bool superseded = false;
  const v1::ExplainNeedResponse answer = Why(Asking(kFirst));
  for (const v1::CandidateFate& fate : answer.candidates())
    superseded |= Find(fate, v1::REASON_CODE_SUPERSEDED) != nullptr;
  EXPECT_TRUE(superseded);
}

// Two of four offers change; without their matches the others stand above their share of what is matched.
TEST_F(Explain, WhatWentForTheShareOfTheRestSaysSo) {
  Fill(4, 25, 4, 25);
  v1::Policy policy = GroupPolicy(4'000);
  policy.mutable_limits(0)->set_basis(v1::LIMIT_BASIS_MATCHED);
  market_.Put(policy);
  WhileCleared([this] { ChangeLastTwoOffersOfFour(); });
  Publish();
  market_.rounds_store().before_commit = nullptr;
  ASSERT_EQ(market_.Read<v1::Round>("rounds/r").summary().left_out_size(), 2);
  std::map<v1::ReasonCode, std::set<std::string>> offers;
  for (int need = 0; need < 4; ++need) {
    const auto answer = Why(Asking(absl::StrCat("cooperatives/coop", need, "/needs/n")));
    for (const v1::CandidateFate& fate : answer.candidates()) {
      for (const v1::Reason& reason : fate.reasons()) {
        offers[reason.code()].insert(fate.offer());
        EXPECT_FALSE(reason.text().empty());
      }
    }
  }
  EXPECT_THAT(offers[v1::REASON_CODE_SUPERSEDED],
              testing::ElementsAre("taps/tap2/offers/o", "taps/tap3/offers/o"));
  ASSERT_FALSE(offers[v1::REASON_CODE_ABOVE_FINAL_CAP].empty());
  for (const std::string& offer : offers[v1::REASON_CODE_ABOVE_FINAL_CAP])
    EXPECT_THAT(offer, testing::AnyOf("taps/tap0/offers/o", "taps/tap1/offers/o"));
}

TEST_F(Explain, TheAnswerStaysWhateverBecomesOfTheMarket) {
  Fill(3, 10, 2, 10);
  SetLimit(4'000);
  Publish();
  const std::string before = Why(Asking(kFirst)).SerializeAsString();
  market_.Delete<v1::Offer>("taps/tap0/offers/o");
  market_.Put(ANeed(market_, "coop1", "another", 50));
  ASSERT_TRUE(Undo("rounds/r", "a test").ok());
  market_.Restart();
  EXPECT_EQ(Why(Asking(kFirst)).SerializeAsString(), before);
}

TEST_F(Explain, ATapReadsWhatItWasPassedOverForPageByPage) {
  Fill(5, 10, 2, 10);
  Publish();
  v1::ExplainTapRequest request;
  request.set_parent("parties/tap0");
  request.set_round("rounds/r");
  request.set_language("eng");
  const auto whole = market_.Call<v1::ExplainTapResponse>(kTap, request);
  ASSERT_TRUE(whole.ok()) << whole.status();
  // It has 10 units for one need or more of five.
  ASSERT_GE(whole->fates_size(), 3);
  for (const v1::TapFate& fate : whole->fates()) {
    EXPECT_TRUE(fate.eligible());
    ASSERT_GE(fate.reasons_size(), 1);
  }
  request.set_page_size(1);
  std::vector<std::string> needs;
  do {
    const auto page = market_.Call<v1::ExplainTapResponse>(kTap, request);
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_EQ(page->fates_size(), 1);
    needs.push_back(page->fates(0).need());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  ASSERT_EQ(static_cast<int>(needs.size()), whole->fates_size());
  for (int at = 0; at < whole->fates_size(); ++at) EXPECT_EQ(needs[at], whole->fates(at).need());
}

TEST_F(Explain, OneTapIsExplainedHoweverFarItIs) {
  Fill(1, 10, 1, 10);
  market_.Put(ATap("tap1"));
  v1::Service other;
  other.set_name("services/other");
  market_.Put(other);
  v1::Offer offer = AnOffer(market_, "tap1", "o", 10);
  offer.set_service("services/other");
  offer.set_languages(0, "aym");
  market_.Put(offer);
  Publish();
  EXPECT_EQ(Why(Asking(kFirst)).other_count(), 0);
  v1::ExplainNeedRequest request = Asking(kFirst);
  request.set_tap("parties/tap1");
  const v1::ExplainNeedResponse answer = Why(request);
  ASSERT_EQ(answer.others_size(), 1);
  EXPECT_EQ(answer.others(0).reasons(0).code(), v1::REASON_CODE_SERVICE);
  EXPECT_EQ(answer.others(0).reasons(1).code(), v1::REASON_CODE_LANGUAGE);
}

TEST_F(Explain, TextsAreInTheLanguageThatWasAskedFor) {
  Fill(1, 10, 1, 10);
  Publish();
  EXPECT_EQ(Why(Asking(kFirst, "")).text(), "El pedido recibió todo: 10 unidades.");
  EXPECT_EQ(Why(Asking(kFirst, "spa")).text(), "El pedido recibió todo: 10 unidades.");
  EXPECT_THAT(Why(Asking(kFirst, "quz")).text(), HasSubstr("[for review by a native speaker]"));
}

TEST_F(Explain, WhatCantBeExplainedIsRefused) {
  Fill(2, 10, 1, 20);
  market_.CreateRound("draft");
  Publish();
  v1::ExplainNeedRequest wrong = Asking("needs/n");
  wrong.set_round("r");
  wrong.set_tap("tap");
  wrong.set_language("fr");
  const absl::Status status = market_.Call<v1::ExplainNeedResponse>(kNeed, wrong).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("language"));
  v1::ExplainNeedRequest draft = Asking(kFirst);
  draft.set_round("rounds/draft");
  EXPECT_EQ(market_.Call<v1::ExplainNeedResponse>(kNeed, draft).status().code(),
            absl::StatusCode::kFailedPrecondition);
  const Caller member{"principals/coop0", v1::ROLE_COOPERATIVE, "parties/coop0"};
  EXPECT_EQ(market_.CallAs<v1::ExplainNeedResponse>(member, Scope::kOwnName, kNeed, draft).status().code(),
            absl::StatusCode::kNotFound)
      << "a member sees no draft";
}

TEST_F(Explain, AReserveSaysWhatEachUnitOfItCosts) {
  Fill(2, 10, 2, 20);
  // The dearer is a woman: without the reserve she is given nothing.
  v1::Party woman = ATap("tap1");
  woman.mutable_tap()->set_gender(v1::GENDER_WOMAN);
  market_.Put(woman);
  v1::Offer dearer = AnOffer(market_, "tap1", "o", 20);
  dearer.mutable_unit_price()->set_minor_units(90'000);
  market_.Put(dearer);
  v1::Policy policy = APolicy();
  v1::Reserve* reserve = policy.add_reserves();
  reserve->set_id("women");
  reserve->mutable_taps()->set_gender(v1::GENDER_WOMAN);
  reserve->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
  reserve->set_share_basis_points(5'000);
  reserve->set_penalty(500'000);
  market_.Put(policy);
  Publish();
  v1::ListLimitValuesRequest request;
  request.set_parent("rounds/r");
  const auto values = market_.Call<v1::ListLimitValuesResponse>(kLimitValues, request);
  ASSERT_TRUE(values.ok()) << values.status();
  ASSERT_FALSE(values->limit_values().empty());
  const v1::LimitValue& value = *values->limit_values().rbegin();
  EXPECT_EQ(value.price().cell().segment().limit(), "women");
  EXPECT_LT(value.price().price(), 0);
  EXPECT_GE(value.price().price(), -65'536 * int64_t{500'000}) << "no unit is worth more than its penalty";
  EXPECT_EQ(value.capacity(), 10);
  EXPECT_EQ(value.given_quantity(), 10);
  EXPECT_FALSE(value.has_limit());
}

TEST_F(Explain, WhatIsNotThereIsNotFound) {
  Fill(1, 10, 1, 20);
  Publish();
  const auto refused = [](const absl::Status& status, const std::string& name) {
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(name));
  };
  const std::string none = "cooperatives/coop0/needs/none";
  refused(market_.Call<v1::ExplainNeedResponse>(kNeed, Asking(none)).status(), none);
  v1::ExplainNeedRequest of_tap = Asking(kFirst);
  of_tap.set_tap("parties/nobody");
  refused(market_.Call<v1::ExplainNeedResponse>(kNeed, of_tap).status(), "parties/nobody");
  v1::ExplainTapRequest request;
  request.set_parent("parties/nobody");
  request.set_round("rounds/r");
  refused(market_.Call<v1::ExplainTapResponse>(kTap, request).status(), "parties/nobody");
}

TEST_F(Explain, ANeedThatTheRoundDidNotAskForSaysWhy) {
  Fill(2, 10, 1, 20);
  v1::Need over = ANeed(market_, "coop0", "over", 10);
  *over.mutable_window()->mutable_start_date() = DateOf(DayOf(market_.now()) - 9);
  *over.mutable_window()->mutable_end_date() = DateOf(DayOf(market_.now()) - 1);
  market_.Put(over);
  v1::Need had_all = ANeed(market_, "coop0", "had-all", 10);
  had_all.set_matched_quantity(10);
  market_.Put(had_all);
  Publish();
  market_.Put(ANeed(market_, "coop0", "later", 10));
  for (const auto& [id, code, words] : {std::tuple("later", "NEED_NOT_IN_ROUND", "it was made later"),
                                        std::tuple("had-all", "NEED_NOT_OPEN", "had nothing open"),
                                        std::tuple("over", "NEED_WINDOW_OVER", "had its last day")}) {
    const absl::Status status =
        market_.Call<v1::ExplainNeedResponse>(kNeed, Asking(absl::StrCat("cooperatives/coop0/needs/", id)))
            .status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(words));
    EXPECT_THAT(DetailsOf(status)[0].SerializeAsString(), HasSubstr(code));
  }
}

}  // namespace
}  // namespace ayni::services
