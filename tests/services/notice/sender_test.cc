// What is queued is sent until it is taken, by one server at a time, and the record says what came of it.
#include <gmock/gmock.h>

#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "openssl/evp.h"
#include "openssl/hmac.h"
#include "services/notice/attempts.h"
#include "services/notice/notice_change.h"
#include "services/notice/outbox.h"
#include "services/notice/webhook_signature.h"
#include "services/public_address.h"
#include "tests/services/notice/notice_market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Sending : public NoticeMarket {
 protected:
  // So many notices to tap0, of proposals.
  void Queue(int count, const std::string& url) {
    LayTerritory(&market_);
    market_.Put(ACooperative("coop0"));
    market_.Put(ATap("tap0"));
    market_.Put(AnOffer(market_, "tap0", "o", 10 * count));
    for (int at = 0; at < count; ++at) market_.Put(ANeed(market_, "coop0", absl::StrCat("n", at), 10));
    MustSubscribe("tap0", "own", url);
    const auto collector = OpenCollector();
    ASSERT_EQ(ProposeAgain("r1").size(), count);
    ASSERT_EQ(Collect(collector.get()), count);
  }
  v1::Notice TheNotice() {
    const std::vector<v1::Notice> notices = Notices();
    EXPECT_EQ(notices.size(), 1);
    return notices.at(0);
  }
  v1::Match TheMatch() { return market_.ReadAll<v1::Match>().at(0); }
  absl::StatusOr<v1::Notice> Retry(const std::string& name) {
    v1::RetryNoticeRequest request;
    request.set_name(name);
    return market_.Call<v1::Notice>("ayni.v1.NoticeService/RetryNotice", request);
  }
  std::string Secret(const std::string& subscription) {
    v1::GetSubscriptionSecretRequest request;
    request.set_name(subscription);
    const auto secret =
        market_.Call<v1::SubscriptionSecret>("ayni.v1.NoticeService/GetSubscriptionSecret", request);
    EXPECT_TRUE(secret.ok()) << secret.status();
    return secret.ok() ? secret->secret() : "";
  }
  // By OpenSSL alone.
  static std::string Signed(const std::string& secret_text, const Received& received) {
    std::string key;
    EXPECT_TRUE(absl::Base64Unescape(secret_text.substr(6), &key));
    const std::string signed_text = absl::StrCat(
        received.headers.at("webhook-id"), ".", received.headers.at("webhook-timestamp"), ".", received.body);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), digest, &size);
    return "v1," + absl::Base64Escape(std::string(reinterpret_cast<char*>(digest), size));
  }

  const std::string subscription_ = "parties/tap0/subscriptions/own";
};

TEST_F(Sending, PostsWhatTheReceiverCanCheckAndUnderstand) {
  Receiver receiver;
  Queue(1, receiver.url());
  const Courier courier(channels_, market_.store().secret());
  Sender sender(&market_.store(), &courier, clock_);
  SendAll(&sender);
  ASSERT_EQ(receiver.received().size(), 1);
  const Received received = receiver.received()[0];
  const v1::Notice notice = TheNotice();
  EXPECT_EQ("parties/tap0/notices/" + received.headers.at("webhook-id"), notice.name());
  EXPECT_EQ(received.headers.at("webhook-timestamp"), absl::StrCat(absl::ToUnixSeconds(market_.now())));
  EXPECT_EQ(received.headers.at("webhook-signature"), Signed(Secret(subscription_), received));
  EXPECT_EQ(received.headers.at("content-type"), "application/json");
  const auto data = received.json()["data"];
  EXPECT_EQ(received.json()["type"], "match.proposed");
  EXPECT_EQ(data["match"], notice.match());
  EXPECT_EQ(data["text"], notice.text());
  EXPECT_THAT(notice.text(), HasSubstr("Responda SI o NO"));
  EXPECT_EQ(notice.state(), v1::Notice::STATE_SENT);
  ASSERT_EQ(notice.attempts_size(), 1);
  EXPECT_EQ(notice.attempts(0).result(), v1::NoticeAttempt::RESULT_TAKEN);
  EXPECT_EQ(notice.attempts(0).reason(), "HTTP 200");
}

TEST_F(Sending, SignsWithBothSecretsForADay) {
  Receiver receiver;
  Queue(1, receiver.url());
  const std::string old_secret = Secret(subscription_);
  v1::RotateSubscriptionSecretRequest request;
  request.set_name(subscription_);
  const auto rotated =
      market_.Call<v1::Subscription>("ayni.v1.NoticeService/RotateSubscriptionSecret", request);
  ASSERT_TRUE(rotated.ok()) << rotated.status();
  const std::string new_secret = Secret(subscription_);
  EXPECT_NE(new_secret, old_secret);
  const Courier courier(channels_, market_.store().secret());
  const v1::Notice notice = TheNotice();
  courier.Send(*rotated, notice, market_.now());
  courier.Send(*rotated, notice, market_.now() + absl::Hours(25));
  const auto received = receiver.received();
  ASSERT_EQ(received.size(), 2);
  EXPECT_EQ(received[0].headers.at("webhook-signature"),
            Signed(new_secret, received[0]) + " " + Signed(old_secret, received[0]));
  EXPECT_EQ(received[1].headers.at("webhook-signature"), Signed(new_secret, received[1]));
}

TEST_F(Sending, TriesAgainUntilItIsTaken) {
  Receiver receiver([](int n) { return n < 5 ? 503 : 204; });
  Queue(1, receiver.url());
  const Courier courier(channels_, market_.store().secret());
  Sender sender(&market_.store(), &courier, clock_);
  for (int tries = 1; tries <= 5; ++tries) {
    SendAll(&sender);
    ASSERT_EQ(receiver.received().size(), tries);
    SendAll(&sender);  // not before its time
    ASSERT_EQ(receiver.received().size(), tries);
    market_.Advance(absl::Hours(7));
  }
  SendAll(&sender);
  EXPECT_EQ(receiver.received().size(), 5);
  EXPECT_EQ(receiver.counts().size(), 1);
  const v1::Notice notice = TheNotice();
  EXPECT_EQ(notice.state(), v1::Notice::STATE_SENT);
  ASSERT_EQ(notice.attempts_size(), 5);
  for (int at = 0; at < 4; ++at) EXPECT_EQ(notice.attempts(at).reason(), "HTTP 503");
  EXPECT_EQ(notice.attempts(4).result(), v1::NoticeAttempt::RESULT_TAKEN);
}

TEST_F(Sending, GivesUpAfterSixteenAndIsTriedAgainWhenAsked) {
  Receiver receiver([](int n) { return n <= 16 ? 500 : 200; });
  Queue(1, receiver.url());
  const Courier courier(channels_, market_.store().secret());
  Sender sender(&market_.store(), &courier, clock_);
  for (int tries = 0; tries < 20; ++tries) {
    SendAll(&sender);
    market_.Advance(absl::Hours(8));
  }
  v1::Notice notice = TheNotice();
  EXPECT_EQ(notice.state(), v1::Notice::STATE_FAILED);
  EXPECT_EQ(notice.attempts_size(), 16);
  EXPECT_EQ(receiver.received().size(), 16);
  EXPECT_EQ(sender.counts().failed, 1);
  ASSERT_TRUE(Retry(notice.name()).ok());
  SendAll(&sender);
  notice = TheNotice();
  EXPECT_EQ(notice.state(), v1::Notice::STATE_SENT);
  EXPECT_EQ(notice.attempts_size(), 17);
  EXPECT_TRUE(absl::IsFailedPrecondition(Retry(notice.name()).status()));
}

TEST_F(Sending, BelievesAReceiverThatSaysItIsGone) {
  Receiver receiver([](int) { return 410; });
  Queue(1, receiver.url());
  const Courier courier(channels_, market_.store().secret());
  Sender sender(&market_.store(), &courier, clock_);
  SendAll(&sender);
  EXPECT_EQ(TheNotice().state(), v1::Notice::STATE_FAILED);
  EXPECT_EQ(receiver.received().size(), 1);
}

// A server that stopped after the notice was made, before it was sent.
TEST_F(Sending, SendsWhatAServerLeftThatStopped) {
  Receiver receiver;
  Queue(3, receiver.url());
  market_.Restart();
  const Courier courier(channels_, market_.store().secret());
  Sender sender(&market_.store(), &courier, clock_);
  SendAll(&sender);
  EXPECT_EQ(receiver.counts().size(), 3);
}

// A server that stopped when its attempt was on record, and nobody knows whether it was received.
TEST_F(Sending, TriesAgainWhenTheLeaseOfAServerThatStoppedIsOver) {
  Receiver receiver;
  Queue(1, receiver.url());
  auto stored = ReadRecord(market_.store(), ResourceType::Of<v1::Notice>(), TheNotice().name());
  v1::Notice begun = TheNotice();
  BeginAttempt(market_.now(), &begun);
  ASSERT_TRUE(*CommitNotice(*stored, begun, market_.now(), &market_.store()));
  const Courier courier(channels_, market_.store().secret());
  Sender sender(&market_.store(), &courier, clock_);
  market_.Advance(kAttemptLease - absl::Seconds(1));
  SendAll(&sender);
  EXPECT_EQ(receiver.received().size(), 0);
  market_.Advance(absl::Seconds(1));
  SendAll(&sender);
  EXPECT_EQ(receiver.received().size(), 1);
  const v1::Notice notice = TheNotice();
  ASSERT_EQ(notice.attempts_size(), 2);
  EXPECT_EQ(notice.attempts(0).result(), v1::NoticeAttempt::RESULT_UNSPECIFIED);
  EXPECT_EQ(notice.attempts(1).result(), v1::NoticeAttempt::RESULT_TAKEN);
}

// Two servers over one store, and a receiver that takes its time.
TEST_F(Sending, IsDoneByOneServerAtATime) {
  constexpr int kNotices = 20;
  Receiver receiver([](int) { return 200; }, absl::Milliseconds(20));
  Queue(kNotices, receiver.url());
  const Courier courier(channels_, market_.store().secret());
  Sender first(&market_.store(), &courier, clock_);
  Sender second(&market_.store(), &courier, clock_);
  const auto send = [&](Sender* sender) {
    const absl::Time end = absl::Now() + absl::Seconds(20);
    while (receiver.counts().size() < kNotices && absl::Now() < end) {
      if (!sender->SendOne().value_or(false)) absl::SleepFor(absl::Milliseconds(1));
    }
  };
  std::thread a([&] { send(&first); });
  std::thread b([&] { send(&second); });
  a.join();
  b.join();
  EXPECT_EQ(receiver.counts().size(), kNotices);
  EXPECT_EQ(receiver.received().size(), kNotices);
  for (const v1::Notice& notice : Notices()) {
    EXPECT_EQ(notice.state(), v1::Notice::STATE_SENT);
    EXPECT_EQ(notice.attempts_size(), 1);
  }
}

TEST_F(Sending, LetsAReceiverThatFailsHoldUpNobodyElse) {
  Receiver failing([](int) { return 500; });
  Receiver receiver;
  Queue(50, failing.url());
  market_.Advance(absl::Seconds(1));
  MustSubscribe("coop0", "own", receiver.url());
  const auto collector = OpenCollector();
  MustSay(Tap(TheMatch()), TheMatch().name(), v1::AcceptMatchRequest());
  Collect(collector.get());
  const Courier courier(channels_, market_.store().secret());
  Sender sender(&market_.store(), &courier, clock_);
  SendAll(&sender);
  EXPECT_EQ(receiver.received().size(), 1);
  EXPECT_EQ(failing.received().size(), 1);  // and then it rests
}

// As many as a funder of a whole country has, whose receiver is away.
TEST_F(Sending, HoldsUpNobodyBehindThousandsThatRest) {
  Receiver failing([](int) { return 500; });
  Receiver receiver;
  Queue(1, failing.url());
  const v1::Notice first = TheNotice();
  for (int commit = 0; commit < 25; ++commit) {
    std::vector<v1::Notice> more(1'000, first);
    for (int at = 0; at < 1'000; ++at)
      more[at].set_name(absl::StrCat("parties/tap0/notices/n", 1'000 * commit + at));
    market_.PutNew(more);
  }
  market_.Advance(absl::Seconds(1));
  MustSubscribe("coop0", "own", receiver.url());
  const auto collector = OpenCollector();
  MustSay(Tap(TheMatch()), TheMatch().name(), v1::AcceptMatchRequest());
  ASSERT_EQ(Collect(collector.get()), 2);
  const Courier courier(channels_, market_.store().secret());
  Sender sender(&market_.store(), &courier, clock_);
  for (int looks = 0; looks < 4; ++looks) ASSERT_TRUE(sender.SendOne().ok());
  EXPECT_EQ(receiver.received().size(), 1);
  EXPECT_EQ(failing.received().size(), 1);
}

TEST_F(Sending, GoesNowhereThatNotEverybodyReaches) {
  Receiver receiver;
  Queue(1, receiver.url());
  NoticeChannels channels;
  channels.webhooks = NoticeChannels::Webhooks::kPublic;
  const Courier courier(channels, market_.store().secret());
  v1::Subscription subscription = ToWebhook("");
  for (const std::string& url : {receiver.url("https"), receiver.url("https", "localhost"),
                                 receiver.url("https", "[::1]"), receiver.url("https", "[::ffff:127.0.0.1]"),
                                 receiver.url("https", "0.0.0.0"), receiver.url("https", "2130706433")}) {
    subscription.set_webhook_url(url);
    const Outcome outcome = courier.Send(subscription, TheNotice(), market_.now());
    EXPECT_EQ(outcome.kind, Outcome::Kind::kLater) << url;
    EXPECT_THAT(outcome.reason, HasSubstr("not everybody reaches")) << url;
  }
  subscription.set_webhook_url(receiver.url());
  EXPECT_THAT(courier.Send(subscription, TheNotice(), market_.now()).reason, HasSubstr("without https"));
}

TEST_F(Sending, FollowsNoRedirect) {
  Receiver receiver([](int) { return 302; });
  Queue(1, receiver.url());
  const Courier courier(channels_, market_.store().secret());
  EXPECT_EQ(courier.Send(ToWebhook(receiver.url()), TheNotice(), market_.now()).reason, "HTTP 302");
}

TEST_F(Sending, GivesAGatewayWhatItNeedsForAMessage) {
  Receiver gateway;
  Queue(1, gateway.url());
  NoticeChannels channels;
  channels.sms_url = gateway.url();
  channels.sms_token = "secret";
  v1::Subscription subscription;
  subscription.set_phone("+51984123456");
  const Courier courier(channels, market_.store().secret());
  EXPECT_EQ(courier.Send(subscription, TheNotice(), market_.now()).kind, Outcome::Kind::kTaken);
  const Received received = gateway.received().at(0);
  const std::string id = received.headers.at("idempotency-key");
  EXPECT_EQ("parties/tap0/notices/" + id, TheNotice().name());
  EXPECT_EQ(received.headers.at("authorization"), "Bearer secret");
  EXPECT_EQ(received.json(),
            nlohmann::json({{"id", id}, {"to", "+51984123456"}, {"text", TheNotice().text()}}));
}

TEST_F(Sending, RefusesSubscriptionsThatItCantServe) {
  LayTerritory(&market_);
  market_.Put(ATap("tap0"));
  v1::Subscription subscription;
  subscription.set_email("maria@example.org");
  EXPECT_TRUE(absl::IsFailedPrecondition(Subscribe("tap0", "mail", subscription).status()));
  subscription.set_phone("+51984123456");
  EXPECT_TRUE(Subscribe("tap0", "message", subscription).ok());
  subscription.set_phone("984123456");
  subscription.set_language("ayr");
  const auto both = Subscribe("tap0", "wrong", subscription).status();
  EXPECT_THAT(both.ToString(),
              testing::AllOf(HasSubstr("subscription.phone"), HasSubstr("subscription.language")));
  EXPECT_TRUE(absl::IsInvalidArgument(Subscribe("tap0", "none", v1::Subscription()).status()));
  for (const char* url : {"ftp://example.org/", "https://user@example.org/", "https://", "https://a b/"})
    EXPECT_TRUE(absl::IsInvalidArgument(Subscribe("tap0", "wrong", ToWebhook(url)).status())) << url;
}

TEST_F(Sending, HasAtMostTenOfAMember) {
  LayTerritory(&market_);
  market_.Put(ATap("tap0"));
  const Caller tap{"principals/tap", v1::ROLE_TAP, "parties/tap0"};
  v1::CreateSubscriptionRequest request;
  request.set_parent("parties/tap0");
  request.mutable_subscription()->set_webhook_url("https://example.org/");
  for (int at = 0; at <= 10; ++at) {
    const auto made = market_.CallAs<v1::Subscription>(tap, Scope::kOwnName,
                                                       "ayni.v1.NoticeService/CreateSubscription", request);
    EXPECT_EQ(made.status().code(), at < 10 ? absl::StatusCode::kOk : absl::StatusCode::kResourceExhausted);
  }
}

// All of it together, on its own threads.
TEST_F(Sending, IsDoneByItself) {
  Receiver receiver;
  Fill(3, 10, 3, 10);
  for (int at = 0; at < 3; ++at) MustSubscribe(absl::StrCat("tap", at), "own", receiver.url());
  const Log log(STDERR_FILENO, LogLevel::kError, absl::Now);
  const auto outbox = Outbox::Open(&market_.store(), channels_, &log, clock_);
  ASSERT_TRUE(outbox.ok()) << outbox.status();
  ProposeAgain("r1");
  for (int looks = 0; looks < 1000 && receiver.counts().size() < 3; ++looks)
    absl::SleepFor(absl::Milliseconds(10));
  EXPECT_EQ(receiver.counts().size(), 3);
  (*outbox)->Stop();
  const auto value = [&](const std::string& name) {
    for (const FigureFamily& family : (*outbox)->Figures()) {
      if (family.name == name) return family.figures.at(0).value;
    }
    return -1.0;
  };
  EXPECT_EQ(value("ayni_notices_queued"), 0);
  EXPECT_EQ(value("ayni_notices_made_total"), 3);
  EXPECT_EQ(value("ayni_notices_sent_total"), 3);
}

TEST(Pauses, GrowToSixHoursWithAQuarterMoreOrLess) {
  const double middles[] = {2, 8, 32, 128, 512, 2048, 8192, 21600, 21600, 21600};
  std::set<absl::Duration> firsts;
  for (int name = 0; name < 200; ++name) {
    for (int attempt = 1; attempt <= 10; ++attempt) {
      const absl::Duration pause = PauseAfter(attempt, absl::StrCat("notice", name));
      EXPECT_GE(pause, absl::Seconds(middles[attempt - 1]) * 0.75);
      EXPECT_LE(pause, absl::Seconds(middles[attempt - 1]) * 1.25);
      EXPECT_EQ(pause, PauseAfter(attempt, absl::StrCat("notice", name)));
    }
    firsts.insert(PauseAfter(1, absl::StrCat("notice", name)));
  }
  EXPECT_GT(firsts.size(), 100);
}

TEST(PublicAddress, IsWhatEverybodyReaches) {
  const auto is_public = [](const char* text) {
    sockaddr_storage storage{};
    auto* four = reinterpret_cast<sockaddr_in*>(&storage);
    auto* six = reinterpret_cast<sockaddr_in6*>(&storage);
    if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
      storage.ss_family = AF_INET;
    } else {
      EXPECT_EQ(inet_pton(AF_INET6, text, &six->sin6_addr), 1) << text;
      storage.ss_family = AF_INET6;
    }
    return IsPublicAddress(reinterpret_cast<const sockaddr&>(storage));
  };
  for (const char* text :
       {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
        "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2001:200::1", "2a00:1450::1"})
    EXPECT_TRUE(is_public(text)) << text;
  for (const char* text : {"0.0.0.0",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.255",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.0.1",
                           "192.168.255.255",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:10.0.0.1",
                           "::ffff:1.1.1.1",
                           "64:ff9b::a00:1",
                           "fe80::1",
                           "fc00::1",
                           "fd12::1",
                           "ff02::1",
                           "2001::1",
                           "2001:db8::1",
                           "2002:a00:1::1",
                           "3fff::1"})
    EXPECT_FALSE(is_public(text)) << text;
}

}  // namespace
}  // namespace ayni::services
