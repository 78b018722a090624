// A market whose sides are told what becomes of its matches.
#ifndef AYNI_TESTS_SERVICES_NOTICE_NOTICE_MARKET_H_
#define AYNI_TESTS_SERVICES_NOTICE_NOTICE_MARKET_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ayni/v1/notice_service.pb.h"
#include "services/match/lapses.h"
#include "services/notice/collector.h"
#include "services/notice/courier.h"
#include "services/notice/match_events.h"
#include "services/notice/sender.h"
#include "services/resource/time.h"
#include "tests/services/match/spoken_market.h"
#include "tests/services/notice/receiver.h"

namespace ayni::services {

class NoticeMarket : public SpokenMarket {
 protected:
  using Event =
      std::tuple<std::string, v1::MatchEvent, int64_t, std::string>;  // match, event, time, subscription

  absl::StatusOr<v1::Subscription> Subscribe(const std::string& party, const std::string& id,
                                             v1::Subscription subscription) {
    v1::CreateSubscriptionRequest request;
    request.set_parent("parties/" + party);
    request.set_subscription_id(id);
    *request.mutable_subscription() = std::move(subscription);
    return market_.Call<v1::Subscription>("ayni.v1.NoticeService/CreateSubscription", request);
  }
  static v1::Subscription ToWebhook(const std::string& url) {
    v1::Subscription subscription;
    subscription.set_webhook_url(url);
    return subscription;
  }
  void MustSubscribe(const std::string& party, const std::string& id, const std::string& url) {
    const auto made = Subscribe(party, id, ToWebhook(url));
    ASSERT_TRUE(made.ok()) << made.status();
  }

  std::unique_ptr<Collector> OpenCollector(storage::Store* store = nullptr) {
    auto opened = Collector::Open(store == nullptr ? &market_.store() : store, clock_);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return *std::move(opened);
  }
  // All that the store has: how many notices.
  int64_t Collect(Collector* collector) {
    int64_t made = 0;
    const storage::Sequence goal = market_.store().sequence();
    while (collector->sequence() < goal) {
      const auto some = collector->Collect();
      EXPECT_TRUE(some.ok()) << some.status();
      if (!some.ok()) return -1;
      made += *some;
    }
    return made;
  }
  // Sends until nothing is due.
  void SendAll(Sender* sender) {
    while (true) {
      const auto sent = sender->SendOne();
      ASSERT_TRUE(sent.ok()) << sent.status();
      if (!*sent) return;
    }
  }

  std::vector<v1::Notice> Notices() { return market_.ReadAll<v1::Notice>(); }

  // What must be told: each event that a match's record says, to each subscription of a party of the match.
  std::multiset<Event> Expected() {
    std::multiset<Event> expected;
    const auto subscriptions = market_.ReadAll<v1::Subscription>();
    for (const v1::Match& match : market_.ReadAll<v1::Match>()) {
      for (const v1::Subscription& subscription : subscriptions) {
        const std::string party = subscription.name().substr(0, subscription.name().find("/subscriptions"));
        if (party != match.cooperative() && party != match.tap() && party != match.subsidy().funder())
          continue;
        for (const TimedEvent& event : EventsOf(match))
          expected.emplace(match.name(), event.event, absl::ToUnixNanos(event.time), subscription.name());
      }
    }
    return expected;
  }
  std::multiset<Event> Told() {
    std::multiset<Event> told;
    for (const v1::Notice& notice : Notices()) {
      told.emplace(notice.match(), notice.event(), absl::ToUnixNanos(TimeOf(notice.event_time())),
                   notice.subscription());
    }
    return told;
  }
  static std::set<v1::MatchEvent> KindsOf(const std::multiset<Event>& events) {
    std::set<v1::MatchEvent> kinds;
    for (const Event& event : events) kinds.insert(std::get<1>(event));
    return kinds;
  }

  // A round of so many matches, each of a need and an offer of its own.
  std::vector<v1::Match> Propose(int count) {
    Fill(count, 10, count, 10);
    return ProposeAgain("r1");
  }
  std::vector<v1::Match> ProposeAgain(const std::string& id) {
    market_.CreateRound(id);
    market_.Publish("rounds/" + id);
    return Matches("rounds/" + id);
  }
  // Says it a second later than what was said before, so that each event has a time of its own.
  template <typename Request>
  void MustSay(const Caller& caller, const std::string& match, Request request) {
    market_.Advance(absl::Seconds(1));
    const auto said = Say(caller, match, std::move(request));
    ASSERT_TRUE(said.ok()) << said.status();
  }

  const NoticeChannels channels_ = {.webhooks = NoticeChannels::Webhooks::kPrivate};
  const std::function<absl::Time()> clock_ = [this] { return market_.now(); };
};

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_NOTICE_NOTICE_MARKET_H_
