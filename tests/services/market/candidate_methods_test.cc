#include "services/market/candidate_methods.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/need_service.pb.h"
#include "tests/services/stored_market.h"

namespace ayni::services {
namespace {

constexpr char kMethod[] = "ayni.v1.NeedService/ListCandidates";

class ListCandidates : public testing::Test {
 protected:
  void SetUp() override {
    LayTerritory(&market_);
    market_.Put(ATap("tap"));
    for (int at = 0; at < 7; ++at) {
      v1::Offer offer = AnOffer(market_, "tap", absl::StrCat("o", at), 5);
      offer.mutable_unit_price()->set_minor_units(10'000 * (at % 4));
      market_.Put(offer);
    }
    market_.AwaitLive();
    market_.Put(need_ = ANeed(market_, "coop", "n", 3));
  }

  absl::StatusOr<v1::ListCandidatesResponse> List(int page_size = 0, const std::string& token = "",
                                                  const std::string& parent = "cooperatives/coop/needs/n") {
    v1::ListCandidatesRequest request;
    request.set_parent(parent);
    request.set_page_size(page_size);
    request.set_page_token(token);
    return market_.Call<v1::ListCandidatesResponse>(kMethod, request);
  }

  StoredMarket market_;
  v1::Need need_;
};

TEST_F(ListCandidates, GivesThemBestScoreFirstThenByOffer) {
  const auto listed = List();
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->candidates_size(), 7);
  EXPECT_TRUE(listed->next_page_token().empty());
  for (int at = 1; at < listed->candidates_size(); ++at) {
    const v1::Candidate& before = listed->candidates(at - 1);
    const v1::Candidate& after = listed->candidates(at);
    EXPECT_TRUE(before.score() > after.score() ||
                (before.score() == after.score() && before.offer() < after.offer()));
  }
  EXPECT_EQ(listed->candidates(0).offer(), "taps/tap/offers/o0");
}

TEST_F(ListCandidates, SaysWhyEachStandsWhereItDoes) {
  const auto listed = List();
  ASSERT_TRUE(listed.ok()) << listed.status();
  const v1::Candidate& best = listed->candidates(0);
  const v1::ScoreWeights weights = APolicy().score_weights();
  const v1::ScoreParts& parts = best.score_parts();
  EXPECT_EQ(best.score(),
            parts.fit() * weights.fit() + parts.distance() * weights.distance() +
                parts.price() * weights.price() + parts.expected_success() * weights.expected_success() +
                parts.language() * weights.language() + parts.waiting_time() * weights.waiting_time() +
                parts.wishes() * weights.wishes() + parts.urgency() * weights.urgency());
  EXPECT_EQ(best.need(), need_.name());
  EXPECT_EQ(best.quantity(), 3);
  EXPECT_EQ(best.distance_m(), 0);
  EXPECT_EQ(best.unit_price().currency(), "PEN");
}

TEST_F(ListCandidates, PagesHoldEachOnceInTheSameOrder) {
  const auto whole = List();
  ASSERT_TRUE(whole.ok());
  std::vector<std::string> offers;
  std::string token;
  do {
    const auto page = List(2, token);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->candidates_size(), 2);
    for (const v1::Candidate& candidate : page->candidates()) offers.push_back(candidate.offer());
    token = page->next_page_token();
  } while (!token.empty());
  ASSERT_EQ(static_cast<int>(offers.size()), whole->candidates_size());
  for (size_t at = 0; at < offers.size(); ++at) EXPECT_EQ(offers[at], whole->candidates(at).offer());
}

TEST_F(ListCandidates, APageGoesOnWhereItsNeighbourEndedThoughOffersComeAndGo) {
  const auto whole = List();
  const auto first = List(3);
  ASSERT_TRUE(whole.ok());
  ASSERT_TRUE(first.ok());
  market_.Delete<v1::Offer>(first->candidates(2).offer());
  market_.AwaitLive();
  const auto second = List(3, first->next_page_token());
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->candidates(0).offer(), whole->candidates(3).offer());
}

TEST_F(ListCandidates, RefusesATokenOfAnotherNeed) {
  const auto first = List(2);
  ASSERT_TRUE(first.ok());
  market_.Put(ANeed(market_, "coop", "n2", 3));
  EXPECT_EQ(List(2, first->next_page_token(), "cooperatives/coop/needs/n2").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ListCandidates, RefusesWhatIsNoNeed) {
  EXPECT_EQ(List(0, "", "needs/n").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(List(-1).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(List(0, "", "cooperatives/coop/needs/none").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ListCandidates, FindsANeedThatWasJustMade) {
  for (int id = 0; id < 20; ++id) {
    const v1::Need need = ANeed(market_, "coop", absl::StrCat("just", id), 3);
    market_.Put(need);
    const auto listed = List(0, "", need.name());
    ASSERT_TRUE(listed.ok()) << listed.status();
    EXPECT_EQ(listed->candidates_size(), 7);
  }
}

TEST_F(ListCandidates, WithoutAnActivePolicyIsRefused) {
  v1::Policy policy = APolicy();
  policy.set_state(v1::Policy::STATE_SUPERSEDED);
  market_.Put(policy);
  market_.AwaitLive();
  EXPECT_EQ(List().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ListCandidates, AMatchedNeedHasNone) {
  need_.set_matched_quantity(need_.quantity());
  market_.Put(need_);
  const auto listed = List();
  ASSERT_TRUE(listed.ok());
  EXPECT_EQ(listed->candidates_size(), 0);
}

}  // namespace
}  // namespace ayni::services
