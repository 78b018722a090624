#include "services/round/segment_trend.h"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ayni/v1/audit_service.pb.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

using google::protobuf::util::MessageDifferencer;

class SegmentTrend : public RoundMarket {
 protected:
  absl::StatusOr<v1::ListTrendPointsResponse> Call(const v1::ListTrendPointsRequest& request) {
    return market_.Call<v1::ListTrendPointsResponse>("ayni.v1.AuditService/ListTrendPoints", request);
  }

  std::vector<v1::TrendPoint> ListAll(const std::string& filter, int page_size, int round_count = 0) {
    v1::ListTrendPointsRequest request;
    request.set_filter(filter);
    request.set_page_size(page_size);
    request.set_round_count(round_count);
    std::vector<v1::TrendPoint> points;
    do {
      const auto page = Call(request);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return points;
      EXPECT_LE(page->trend_points_size(), page_size);
      points.insert(points.end(), page->trend_points().begin(), page->trend_points().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return points;
  }

  // A round that was published so many seconds after the epoch.
  void PutRound(const std::string& id, int64_t published, v1::Round::State state) {
    v1::Round round;
    round.set_name("rounds/" + id);
    round.set_policy("policies/p");
    round.set_state(state);
    round.mutable_publish_time()->set_seconds(published);
    market_.Put(round);
  }

  void PutReport(const std::string& round, int number, const std::string& limit, const std::string& territory,
                 int hhi) {
    v1::SegmentReport report;
    report.set_name(absl::StrCat("rounds/", round, "/segmentReports/", absl::StrFormat("s%06d", number)));
    report.mutable_segment()->set_limit(limit);
    report.mutable_segment()->set_service("services/s");
    report.mutable_segment()->set_territory(territory);
    report.set_hhi(hhi);
    report.set_matched_quantity(hhi / 100);
    report.set_cr1_basis_points(hhi);
    report.set_thin(hhi > 9'000);
    v1::ControllerShare* share = report.add_shares();
    share->set_controller(hhi % 2 == 0 ? "parties/even" : "parties/odd");
    share->set_share_basis_points(hhi);
    market_.Put(report);
  }
};

TEST_F(SegmentTrend, FollowsTheRoundsThatStand) {
  Fill(3, 40, 4, 100);
  SetLimit(3'000);
  for (const char* id : {"r1", "r2", "r3"}) {
    market_.CreateRound(id);
    market_.Publish(absl::StrCat("rounds/", id));
    market_.Put(ANeed(market_, "coop0", absl::StrCat("after-", id), 40));
  }
  ASSERT_TRUE(Undo("rounds/r2", "a mistake").ok());
  const std::vector<v1::TrendPoint> points = ListAll("", 10);
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[0].round(), "rounds/r1");
  EXPECT_EQ(points[1].round(), "rounds/r3");
  EXPECT_FALSE(points[0].has_change());
  ASSERT_TRUE(points[1].has_change());
  EXPECT_EQ(points[1].change().round(), "rounds/r1");
  for (const v1::TrendPoint& point : points) {
    EXPECT_EQ(point.controller_level(), v1::CONTROLLER_LEVEL_TAP);
    EXPECT_EQ(point.territory_level(), v1::TERRITORY_LEVEL_PROVINCE);
    const auto report = market_.Read<v1::SegmentReport>(point.segment_report());
    EXPECT_EQ(point.hhi(), report.hhi());
    EXPECT_EQ(point.hhi_before(), report.hhi_before());
    EXPECT_EQ(point.leader(), report.shares(0).controller());
    EXPECT_EQ(point.matched_quantity(), report.matched_quantity());
    EXPECT_EQ(point.match_count(), report.match_count());
    EXPECT_EQ(point.cr4_basis_points(), report.cr4_basis_points());
    EXPECT_EQ(point.effective_controllers_hundredths(), report.effective_controllers_hundredths());
  }
  EXPECT_EQ(points[1].change().matched_quantity(),
            points[1].matched_quantity() - points[0].matched_quantity());
}

// By segment, then by publication, whatever rounds are called, however pages are cut, and whichever segments
// a round has.
TEST_F(SegmentTrend, IsTheSameHoweverPagesAreCut) {
  SetLimit(3'000);
  std::mt19937_64 random(5);
  constexpr int kRounds = 7;
  const std::vector<std::string> territories = {"territories/a", "territories/b", "territories/c",
                                                "territories/d"};
  std::vector<std::vector<v1::TrendPoint>> expected(territories.size());
  for (int at = 0; at < kRounds; ++at) {
    // Names go against time, and the third was undone.
    const std::string id = absl::StrCat("x", kRounds - at);
    PutRound(id, 1'000 + at, at == 2 ? v1::Round::STATE_UNDONE : v1::Round::STATE_PUBLISHED);
    for (size_t territory = 0; territory < territories.size(); ++territory) {
      if (random() % 4 == 0) continue;
      const int hhi = static_cast<int>(random() % 10'000) + 1;
      PutReport(id, static_cast<int>(territories.size() - territory), "tap-province", territories[territory],
                hhi);
      PutReport(id, 10 + static_cast<int>(territory), "other", territories[territory], hhi);
      if (at == 2) continue;
      v1::TrendPoint point;
      point.set_round("rounds/" + id);
      point.set_hhi(hhi);
      if (!expected[territory].empty()) {
        point.mutable_change()->set_round(expected[territory].back().round());
        point.mutable_change()->set_hhi(hhi - expected[territory].back().hhi());
      }
      expected[territory].push_back(point);
    }
  }
  std::vector<v1::TrendPoint> in_order;
  for (const auto& points : expected) in_order.insert(in_order.end(), points.begin(), points.end());
  const std::string filter = "segment.limit = tap-province AND controller_level = TAP";
  const std::vector<v1::TrendPoint> whole = ListAll(filter, 1'000);
  ASSERT_EQ(whole.size(), in_order.size());
  for (size_t at = 0; at < whole.size(); ++at) {
    EXPECT_EQ(whole[at].round(), in_order[at].round());
    EXPECT_EQ(whole[at].hhi(), in_order[at].hhi());
    EXPECT_EQ(whole[at].change().round(), in_order[at].change().round());
    EXPECT_EQ(whole[at].change().hhi(), in_order[at].change().hhi());
    EXPECT_EQ(whole[at].has_change(), in_order[at].has_change());
  }
  for (const int page_size : {1, 2, 3, 5}) {
    const std::vector<v1::TrendPoint> paged = ListAll(filter, page_size);
    ASSERT_EQ(paged.size(), whole.size()) << page_size;
    for (size_t at = 0; at < whole.size(); ++at)
      EXPECT_TRUE(MessageDifferencer::Equals(paged[at], whole[at])) << page_size << " " << at;
  }
  EXPECT_EQ(ListAll("", 1'000).size(), 2 * whole.size());
  // Of the last two rounds only; the first point of each segment has nothing before it.
  const std::vector<v1::TrendPoint> last = ListAll("segment.territory = territories/a", 10, 2);
  for (const v1::TrendPoint& point : last)
    EXPECT_TRUE(point.round() == "rounds/x1" || point.round() == "rounds/x2");
}

TEST_F(SegmentTrend, GoesOnInTheRoundsThatItBeganWith) {
  SetLimit(3'000);
  for (int at = 0; at < 3; ++at) {
    PutRound(absl::StrCat("r", at), 1'000 + at, v1::Round::STATE_PUBLISHED);
    PutReport(absl::StrCat("r", at), 1, "tap-province", "territories/a", 5'000 + at);
  }
  v1::ListTrendPointsRequest request;
  request.set_page_size(2);
  request.set_round_count(3);
  const auto first = Call(request);
  ASSERT_TRUE(first.ok()) << first.status();
  PutRound("r3", 2'000, v1::Round::STATE_PUBLISHED);
  PutReport("r3", 1, "tap-province", "territories/a", 9'999);
  request.set_page_token(first->next_page_token());
  const auto second = Call(request);
  ASSERT_TRUE(second.ok()) << second.status();
  ASSERT_EQ(second->trend_points_size(), 1);
  EXPECT_EQ(second->trend_points(0).round(), "rounds/r2");
  EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(SegmentTrend, NamesWhatIsWrongWithItsRequest) {
  v1::ListTrendPointsRequest request;
  request.set_round_count(-1);
  request.set_page_size(-1);
  request.set_page_token("x");
  request.set_filter("hhi > 3");
  const absl::Status status = Call(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  for (const char* field : {"round_count", "page_size", "page_token", "filter"})
    EXPECT_NE(std::string(status.message()).find(field), std::string::npos) << field << status;
}

}  // namespace
}  // namespace ayni::services
