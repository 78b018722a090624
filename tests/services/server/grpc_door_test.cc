#include "services/server/grpc_door.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "ayni/v1/need_service.pb.h"
#include "ayni/v1/offer_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/errors.h"
#include "tests/services/market.h"
#include "tests/services/server/served_methods.h"

namespace ayni::services {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

constexpr char kGetNeed[] = "ayni.v1.NeedService/GetNeed";

// Holds the replies of calls until a test lets them go.
class HeldReplies {
 public:
  MethodFunction Method() {
    return [this](std::shared_ptr<const Call>, std::shared_ptr<const Requests>, Reply reply) {
      const std::lock_guard lock(mutex_);
      replies_.push_back(std::move(reply));
      arrived_.notify_all();
    };
  }

  void WaitFor(size_t count) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(arrived_.wait_for(lock, std::chrono::seconds(20), [&] { return replies_.size() >= count; }));
  }

  void ReplyToAll() {
    const std::lock_guard lock(mutex_);
    for (const Reply& reply : replies_) reply(std::make_unique<v1::Need>());
    replies_.clear();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Reply> replies_;
};

MethodTable GetNeedThat(MethodFunction run) {
  MethodTable methods;
  methods.Add(kGetNeed, std::move(run));
  return methods;
}

MethodTable GetNeedEchoing() {
  return GetNeedThat([](std::shared_ptr<const Call>, std::shared_ptr<const Requests> requests, Reply reply) {
    auto need = std::make_unique<v1::Need>();
    need->set_name(static_cast<const v1::GetNeedRequest&>(*requests->at(0)).name());
    reply(std::move(need));
  });
}

MethodTable GetNeedFailing(const absl::Status& status) {
  return GetNeedThat(
      [status](std::shared_ptr<const Call>, std::shared_ptr<const Requests>, Reply reply) { reply(status); });
}

template <typename Detail>
bool FindDetail(const grpc::Status& status, Detail* detail) {
  google::rpc::Status rpc_status;
  rpc_status.ParseFromString(status.error_details());
  for (const google::protobuf::Any& any : rpc_status.details()) {
    if (any.UnpackTo(detail)) return true;
  }
  return false;
}

v1::GetNeedRequest Request() {
  v1::GetNeedRequest request;
  request.set_name("cooperatives/c3/needs/n17");
  return request;
}

TEST(GrpcDoor, AnswersACall) {
  ServedMethods served(GetNeedEchoing());
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  const Answered answered = Ask(served.Connect(), kGetNeed, Request(), {.token = token, .headers = {}});
  ASSERT_TRUE(answered.status.ok()) << answered.status.error_message();
  grpc::Slice slice;
  ASSERT_TRUE(answered.response.DumpToSingleSlice(&slice).ok());
  v1::Need need;
  ASSERT_TRUE(need.ParseFromArray(slice.begin(), static_cast<int>(slice.size())));
  EXPECT_EQ(need.name(), "cooperatives/c3/needs/n17");
}

TEST(GrpcDoor, RefusesBadTokensWithTheReason) {
  ServedMethods served(GetNeedEchoing());
  served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  const auto channel = served.Connect();
  EXPECT_EQ(Ask(channel, kGetNeed, Request()).Reason(), "TOKEN_MISSING");
  EXPECT_EQ(Ask(channel, kGetNeed, Request(), {.token = "secret", .headers = {}}).Reason(),
            "TOKEN_MALFORMED");
  const Answered unknown = Ask(channel, kGetNeed, Request(), {.token = NewSecret(), .headers = {}});
  EXPECT_EQ(unknown.Reason(), "TOKEN_UNKNOWN");
  EXPECT_EQ(unknown.status.error_code(), StatusCode::UNAUTHENTICATED);
}

TEST(GrpcDoor, StopsARevokedTokenAtOnce) {
  ServedMethods served(GetNeedEchoing());
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  const auto channel = served.Connect();
  EXPECT_TRUE(Ask(channel, kGetNeed, Request(), {.token = token, .headers = {}}).status.ok());
  served.directory().Erase("principals/root/tokens/t");
  EXPECT_EQ(Ask(channel, kGetNeed, Request(), {.token = token, .headers = {}}).Reason(), "TOKEN_UNKNOWN");
}

TEST(GrpcDoor, TakesAWellFormedRequestIdAndMakesOneElse) {
  ServedMethods served(GetNeedEchoing());
  const auto channel = served.Connect();
  const auto id_for = [&](const std::map<std::string, std::string>& headers) {
    return Ask(channel, kGetNeed, Request(), {.token = "", .headers = headers})
        .trailers.find("x-request-id")
        ->second;
  };
  EXPECT_EQ(id_for({{"x-request-id", "a-7_b.C"}}), "a-7_b.C");
  EXPECT_EQ(id_for({}), "made-1");
  EXPECT_EQ(id_for({{"x-request-id", "a b"}}), "made-2");
  EXPECT_EQ(id_for({{"x-request-id", std::string(65, 'a')}}), "made-3");
}

TEST(GrpcDoor, SaysTheRequestIdInTheErrorsDetails) {
  ServedMethods served(GetNeedEchoing());
  const Answered answered =
      Ask(served.Connect(), kGetNeed, Request(), {.token = "", .headers = {{"x-request-id", "r1"}}});
  google::rpc::RequestInfo request_info;
  ASSERT_TRUE(FindDetail(answered.status, &request_info));
  EXPECT_EQ(request_info.request_id(), "r1");
}

TEST(GrpcDoor, CarriesTheDetailsOfAMethodsStatus) {
  ServedMethods served(GetNeedFailing(ResourceNotFound("ayni.v1/Need", "cooperatives/c3/needs/n17")));
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  const Answered answered = Ask(served.Connect(), kGetNeed, Request(), {.token = token, .headers = {}});
  EXPECT_EQ(answered.status.error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(answered.Reason(), "RESOURCE_NOT_FOUND");
  google::rpc::ResourceInfo resource_info;
  ASSERT_TRUE(FindDetail(answered.status, &resource_info));
  EXPECT_EQ(resource_info.resource_name(), "cooperatives/c3/needs/n17");
}

TEST(GrpcDoor, GivesAReasonToAStatusThatBringsNone) {
  ServedMethods served(GetNeedFailing(absl::UnavailableError("the store rests")));
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  EXPECT_EQ(Ask(served.Connect(), kGetNeed, Request(), {.token = token, .headers = {}}).Reason(),
            "UNAVAILABLE");
}

TEST(GrpcDoor, KeepsAnErrorWithinWhatClientsTake) {
  google::rpc::BadRequest bad_request;
  for (int i = 0; i < 200; ++i) {
    auto* violation = bad_request.add_field_violations();
    violation->set_field(absl::StrCat("need.languages[", i, "]"));
    violation->set_description(std::string(200, 'x'));
  }
  std::string message;
  while (message.size() < 100'000) message += "ñ";
  absl::Status status = absl::InvalidArgumentError(message);
  AttachDetail(bad_request, &status);
  ServedMethods served(GetNeedFailing(status));
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  const Answered answered = Ask(served.Connect(), kGetNeed, Request(), {.token = token, .headers = {}});
  EXPECT_EQ(answered.status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(answered.Reason(), "INVALID_ARGUMENT");
  google::rpc::BadRequest kept;
  ASSERT_TRUE(FindDetail(answered.status, &kept));
  ASSERT_GT(kept.field_violations_size(), 2);
  EXPECT_EQ(kept.field_violations(0).field(), "need.languages[0]");
  EXPECT_THAT(kept.field_violations(kept.field_violations_size() - 1).description(),
              HasSubstr(absl::StrCat(200 - (kept.field_violations_size() - 1), " more")));
}

TEST(GrpcDoor, RefusesBytesThatAreNoMessage) {
  ServedMethods served(GetNeedEchoing());
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  v1::GetNeedRequest not_utf8;
  not_utf8.set_name("cooperatives/\xff");
  const Answered answered = Ask(served.Connect(), kGetNeed, not_utf8, {.token = token, .headers = {}});
  EXPECT_EQ(answered.status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(answered.Reason(), "MESSAGE_MALFORMED");
}

TEST(GrpcDoor, KeepsNothingOfFieldsThatItDoesNotKnow) {
  TestMarket market;
  market.Lay();
  ServedMethods served(market.methods());
  const std::string token = served.Admit("principals/ana", v1::ROLE_TAP, "parties/tap");
  v1::CreateOfferRequest request;
  request.set_parent("taps/tap");
  request.set_offer_id("o1");
  *request.mutable_offer() = AnOffer();
  v1::Offer* offer = request.mutable_offer();
  for (Message* holder : {static_cast<Message*>(offer), static_cast<Message*>(offer->mutable_window())}) {
    holder->GetReflection()->MutableUnknownFields(holder)->AddLengthDelimited(9999,
                                                                              std::string(1 << 20, 'x'));
  }
  const Answered answered =
      Ask(served.Connect(), "ayni.v1.OfferService/CreateOffer", request, {.token = token, .headers = {}});
  ASSERT_TRUE(answered.status.ok()) << answered.status.error_message();
  EXPECT_LT(answered.response.Length(), 10'000u);
  const auto snapshot = market.store().TakeSnapshot();
  const auto cursor = (*snapshot)->Scan(storage::KeyRange::Prefix("offer:"));
  ASSERT_TRUE(cursor->Next());
  EXPECT_LT(cursor->value().size(), 10'000u);
}

TEST(GrpcDoor, RefusesAMessageAboveTheLimit) {
  ServedMethods served(GetNeedEchoing());
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  v1::GetNeedRequest request;
  request.set_name(std::string((4 << 20) - 100, 'n'));
  EXPECT_TRUE(Ask(served.Connect(), kGetNeed, request, {.token = token, .headers = {}}).status.error_code() !=
              StatusCode::INVALID_ARGUMENT);
  request.set_name(std::string((4 << 20) + 1, 'n'));
  EXPECT_EQ(Ask(served.Connect(), kGetNeed, request, {.token = token, .headers = {}}).status.error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
}

TEST(GrpcDoor, AnswersUnimplementedForAMethodOfTheApiThatIsNotServed) {
  ServedMethods served(GetNeedEchoing());
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  EXPECT_EQ(
      Ask(served.Connect(), "ayni.v1.NeedService/DeleteNeed", Request(), {.token = token, .headers = {}})
          .status.error_code(),
      StatusCode::UNIMPLEMENTED);
}

TEST(GrpcDoor, GivesTheMethodTheCallersDeadlineOrItsOwnIfEarlier) {
  absl::Duration left;
  MethodTable methods =
      GetNeedThat([&](std::shared_ptr<const Call> call, std::shared_ptr<const Requests>, Reply reply) {
        left = call->deadline - call->now;
        reply(std::make_unique<v1::Need>());
      });
  ServedMethods served(methods, {.deadline_max = absl::Seconds(60)});
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  const auto channel = served.Connect();
  Ask(channel, kGetNeed, Request(), {.token = token, .headers = {}, .timeout = absl::Seconds(10)});
  // gRPC rounds a timeout up on its way.
  EXPECT_LE(left, absl::Seconds(11));
  EXPECT_GT(left, absl::Seconds(5));
  Ask(channel, kGetNeed, Request(), {.token = token, .headers = {}, .timeout = absl::Hours(1)});
  EXPECT_EQ(left, absl::Seconds(60));
}

TEST(GrpcDoor, AnswersWhenItsOwnDeadlinePasses) {
  HeldReplies held;
  ServedMethods served(GetNeedThat(held.Method()), {.deadline_max = absl::Milliseconds(300)});
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  const Answered answered = Ask(served.Connect(), kGetNeed, Request(), {.token = token, .headers = {}});
  EXPECT_EQ(answered.status.error_code(), StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(answered.Reason(), "SERVER_DEADLINE");
  // The method's own answer comes too late, and goes nowhere.
  held.ReplyToAll();
}

TEST(GrpcDoor, DropsTheAnswerToAClientThatHasGone) {
  HeldReplies held;
  ServedMethods served(GetNeedThat(held.Method()));
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  const Answered answered = Ask(served.Connect(), kGetNeed, Request(),
                                {.token = token, .headers = {}, .timeout = absl::Milliseconds(200)});
  EXPECT_EQ(answered.status.error_code(), StatusCode::DEADLINE_EXCEEDED);
  held.WaitFor(1);
  held.ReplyToAll();
}

TEST(GrpcDoor, RefusesCallsBeyondItsLimit) {
  HeldReplies held;
  ServedMethods served(GetNeedThat(held.Method()), {.in_flight_max = 2});
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  const auto channel = served.Connect();
  const auto ask = [&] {
    EXPECT_TRUE(Ask(channel, kGetNeed, Request(), {.token = token, .headers = {}}).status.ok());
  };
  std::thread first(ask);
  std::thread second(ask);
  held.WaitFor(2);
  const Answered third = Ask(channel, kGetNeed, Request(), {.token = token, .headers = {}});
  EXPECT_EQ(third.status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(third.Reason(), "SERVER_BUSY");
  held.ReplyToAll();
  first.join();
  second.join();
}

TEST(GrpcDoor, LetsCallsUnderWayFinishWhenItCloses) {
  HeldReplies held;
  ServedMethods served(GetNeedThat(held.Method()));
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  const auto channel = served.Connect();
  grpc::Status under_way;
  std::thread client(
      [&] { under_way = Ask(channel, kGetNeed, Request(), {.token = token, .headers = {}}).status; });
  held.WaitFor(1);
  std::thread closing([&] { served.door().Close(absl::Seconds(20)); });
  // Until the door takes no more.
  while (
      Ask(served.Connect(), kGetNeed, Request(), {.token = token, .headers = {}, .timeout = absl::Seconds(1)})
          .status.error_code() != StatusCode::UNAVAILABLE) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  held.ReplyToAll();
  client.join();
  closing.join();
  EXPECT_TRUE(under_way.ok()) << under_way.error_message();
}

TEST(GrpcDoor, EndsCallsThatOutlastTheDrain) {
  HeldReplies held;
  ServedMethods served(GetNeedThat(held.Method()));
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  const auto channel = served.Connect();
  grpc::Status under_way;
  std::thread client(
      [&] { under_way = Ask(channel, kGetNeed, Request(), {.token = token, .headers = {}}).status; });
  held.WaitFor(1);
  served.door().Close(absl::Milliseconds(100));
  client.join();
  EXPECT_FALSE(under_way.ok());
  held.ReplyToAll();
}

TEST(GrpcDoor, RefusesAnAddressThatIsTaken) {
  ServedMethods served(GetNeedEchoing());
  GrpcDoorOptions options;
  options.port = served.door().port();
  EXPECT_EQ(GrpcDoor::Open(options, &served.dispatch()).status().code(), absl::StatusCode::kUnavailable);
}

TEST(GrpcDoor, TellsNoCallerThatAnOutcomeIsUnknownButToTryAgain) {
  ServedMethods served(GetNeedFailing(absl::UnknownError("/var/lib/ayni/store/000004.log: no space")));
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  const Answered answered = Ask(served.Connect(), kGetNeed, Request(), {.token = token, .headers = {}});
  EXPECT_EQ(answered.status.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(answered.Reason(), "OUTCOME_UNKNOWN");
  EXPECT_THAT(answered.status.error_message(), testing::Not(HasSubstr("/var")));
}

}  // namespace
}  // namespace ayni::services
