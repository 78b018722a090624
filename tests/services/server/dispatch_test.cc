#include "services/server/dispatch.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/services/server/log_pipe.h"
#include "tests/services/server/served_methods.h"

namespace ayni::services {
namespace {

TEST(Dispatch, RunsNoMethodOfACallThatWasAbandonedBefore) {
  int runs = 0;
  MethodTable methods;
  methods.Add(
      "ayni.v1.MarketService/ImportMarket",
      [&runs](std::shared_ptr<const Call>, std::shared_ptr<const Requests>, const Reply&) { ++runs; });
  ServedMethods served(methods);
  const std::string token = absl::StrCat("Bearer ", served.Admit("principals/root", v1::ROLE_ADMINISTRATOR));
  Arrival arrival;
  arrival.authorization = token;
  const auto exchange =
      served.dispatch().Open(*served.dispatch().Find("ayni.v1.MarketService/ImportMarket"), arrival);
  exchange->SetReply([](absl::StatusOr<std::unique_ptr<Message>>) {});
  ASSERT_TRUE(exchange->admitted().ok());
  exchange->Abandon(absl::CancelledError("gone"));
  exchange->Run({});
  EXPECT_EQ(runs, 0);
}

TEST(Dispatch, LetsOutsidersHoldNoMoreCallsThanIsSaid) {
  std::vector<Reply> waiting;
  MethodTable methods;
  methods.Add("ayni.v1.LedgerService/GetLedgerKey",
              [&waiting](const std::shared_ptr<const Call>&, const std::shared_ptr<const Requests>&,
                         const Reply& reply) { waiting.push_back(reply); });
  ServedMethods served(methods, {.takes_outsiders = true, .outsiders_in_flight_max = 2});
  const Route& route = *served.dispatch().Find("ayni.v1.LedgerService/GetLedgerKey");
  const auto open = [&] {
    auto exchange = served.dispatch().Open(route, Arrival());
    exchange->SetReply([](absl::StatusOr<std::unique_ptr<Message>>) {});
    if (exchange->admitted().ok()) {
      exchange->Run({});
    } else {
      exchange->Refuse(exchange->admitted());
    }
    return exchange;
  };
  EXPECT_TRUE(open()->admitted().ok());
  EXPECT_TRUE(open()->admitted().ok());
  EXPECT_EQ(open()->admitted().code(), absl::StatusCode::kResourceExhausted);
  // Members are not counted with them.
  const std::string token = absl::StrCat("Bearer ", served.Admit("principals/root", v1::ROLE_ADMINISTRATOR));
  Arrival arrival;
  arrival.authorization = token;
  const auto member = served.dispatch().Open(route, arrival);
  EXPECT_TRUE(member->admitted().ok());
  member->SetReply([](absl::StatusOr<std::unique_ptr<Message>>) {});
  member->Abandon(absl::CancelledError("gone"));
  waiting[0](absl::NotFoundError("none"));
  EXPECT_TRUE(open()->admitted().ok());
  for (size_t at = 1; at < waiting.size(); ++at) waiting[at](absl::NotFoundError("none"));
}

class DispatchLog : public testing::Test {
 protected:
  // Opens a call without a token so many times at `now_`, and refuses it as a door does.
  void Fail(int times) {
    for (int i = 0; i < times; ++i) {
      const auto exchange = dispatch_->Open(*dispatch_->Find("ayni.v1.NeedService/GetNeed"), Arrival());
      exchange->SetReply(
          [this](absl::StatusOr<std::unique_ptr<Message>> answer) { answers_ += !answer.ok(); });
      exchange->Refuse(exchange->admitted());
    }
  }

  void Open(DispatchOptions options) {
    dispatch_ = *Dispatch::Create(
        AllMethodsAnswering(), directory_, log_, options, [this] { return now_; }, [] { return "r"; });
  }

  std::vector<nlohmann::json> Lines() { return pipe_.Lines(); }

  LogPipe pipe_;
  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  int answers_ = 0;
  Directory directory_;
  Log log_{pipe_.writer(), LogLevel::kInfo, [this] { return now_; }};
  std::unique_ptr<Dispatch> dispatch_;
};

TEST_F(DispatchLog, IsNotFilledByAFloodOfFailures) {
  Open({});
  Fail(kCallLinesPerSecondMax + 50);
  now_ += absl::Seconds(1);
  Fail(1);
  const std::vector<nlohmann::json> lines = Lines();
  ASSERT_EQ(lines.size(), kCallLinesPerSecondMax + 1u);
  EXPECT_EQ(lines.front()["calls_left_out"], 0);
  EXPECT_EQ(lines.back()["calls_left_out"], 50);
  EXPECT_EQ(answers_, kCallLinesPerSecondMax + 51);
}

TEST_F(DispatchLog, TellsOfEveryCallWhereThatIsAskedFor) {
  Open({.log_requests = true});
  Fail(kCallLinesPerSecondMax + 50);
  EXPECT_EQ(Lines().size(), kCallLinesPerSecondMax + 50u);
}

}  // namespace
}  // namespace ayni::services
