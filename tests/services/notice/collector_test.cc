// Every event is told once to each subscription of those whom its match concerns, whatever stops and starts.
#include <gmock/gmock.h>

#include <thread>

#include "services/reason_texts.h"
#include "services/resource/record_keys.h"
#include "tests/services/notice/notice_market.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

constexpr char kNowhere[] = "http://127.0.0.1:9/";

// A store that fails the n-th commit that makes notices, and those after it, until it is mended.
class FailingStore : public Interposed {
 public:
  explicit FailingStore(storage::Store* below) : Interposed(below) {}
  int made_before_failure = 1;
  bool is_mended = false;

  void Commit(storage::Change change, Done done) override {
    const bool makes = !change.puts.empty() && change.puts[0].key.rfind("notice:", 0) == 0;
    if (makes && !is_mended && made_before_failure-- <= 0)
      return done(absl::UnavailableError("the disk is full"));
    Interposed::Commit(std::move(change), std::move(done));
  }
};

// Counts what a collector reads of the feed.
class CountingStore : public Interposed {
 public:
  using Interposed::Interposed;
  mutable int feed_entries = 0;

  absl::StatusOr<std::vector<storage::FeedEntry>> Feed(storage::Sequence after, size_t limit) const override {
    auto entries = Interposed::Feed(after, limit);
    if (entries.ok()) feed_entries += static_cast<int>(entries->size());
    return entries;
  }
};

class Collecting : public NoticeMarket {
 protected:
  // Leads each match another way, so that together they say all that a match can say.
  void SayAll(const std::vector<v1::Match>& matches) {
    ASSERT_GE(matches.size(), 8);
    const auto accept = [&](const v1::Match& match) {
      MustSay(Tap(match), match.name(), v1::AcceptMatchRequest());
      MustSay(Cooperative(match), match.name(), v1::AcceptMatchRequest());
    };
    const auto deliver = [&](const v1::Match& match) {
      MustSay(Tap(match), match.name(), v1::StartMatchRequest());
      MustSay(Tap(match), match.name(), Deliver(8));
    };
    MustSay(Cooperative(matches[0]), matches[0].name(), v1::AcknowledgeMatchRequest());
    for (int at = 0; at < 5; ++at) accept(matches[at]);
    for (int at = 0; at < 3; ++at) deliver(matches[at]);
    MustSay(Cooperative(matches[0]), matches[0].name(), Confirm());
    MustSay(Tap(matches[0]), matches[0].name(), Settle(matches[0], 8));
    MustSay(Cooperative(matches[1]), matches[1].name(), Dispute());
    MustSay(Administrator(), matches[1].name(), Decide(v1::Dispute::OUTCOME_PARTLY_DELIVERED, 5));
    MustSay(Tap(matches[2]), matches[2].name(), Dispute());
    MustSay(Administrator(), matches[2].name(), Decide(v1::Dispute::OUTCOME_NOT_DELIVERED));
    MustSay(Cooperative(matches[3]), matches[3].name(), Cancel());
    MustSay(Administrator(), matches[4].name(), Cancel());
    MustSay(Tap(matches[5]), matches[5].name(), Decline());
    MustSay(Tap(matches[6]), matches[6].name(), v1::AcceptMatchRequest());
    market_.Advance(absl::Hours(169));
    ASSERT_EQ(*LapseMatches(market_.now(), &market_.store()), matches.size() - 6);
  }
};

TEST_F(Collecting, TellsEveryEventOnceToBothSides) {
  Fill(8, 10, 8, 10);
  for (int at = 0; at < 8; ++at) {
    MustSubscribe(absl::StrCat("coop", at), "own", kNowhere);
    MustSubscribe(absl::StrCat("tap", at), "own", kNowhere);
  }
  MustSubscribe("coop0", "second", kNowhere);
  const auto collector = OpenCollector();
  const std::vector<v1::Match> matches = ProposeAgain("r1");
  ASSERT_EQ(matches.size(), 8);
  Collect(collector.get());
  EXPECT_EQ(Told().size(), 17);
  SayAll(matches);
  Collect(collector.get());
  EXPECT_EQ(Told(), Expected());
  // What an undone round says is all that is missing.
  EXPECT_EQ(KindsOf(Told()).size(), v1::MatchEvent_descriptor()->value_count() - 2);
  EXPECT_EQ(Collect(collector.get()), 0);
}

TEST_F(Collecting, TellsThatARoundWasUndone) {
  Fill(2, 10, 2, 10);
  MustSubscribe("coop0", "own", kNowhere);
  const auto collector = OpenCollector();
  ProposeAgain("r1");
  market_.Advance(absl::Seconds(1));
  ASSERT_TRUE(Undo("rounds/r1", "wrong policy").ok());
  Collect(collector.get());
  EXPECT_EQ(KindsOf(Told()), (std::set<v1::MatchEvent>{v1::MATCH_EVENT_PROPOSED, v1::MATCH_EVENT_UNDONE}));
}

TEST_F(Collecting, TellsTheFunderOfWhatItPays) {
  Fill(1, 10, 1, 10);
  market_.Put(ACooperative("fund"));
  MustSubscribe("fund", "own", kNowhere);
  const auto collector = OpenCollector();
  v1::Match match = ProposeAgain("r1").at(0);
  EXPECT_EQ(Collect(collector.get()), 0);
  match.mutable_subsidy()->set_funder("parties/fund");
  market_.Put(match);
  EXPECT_EQ(Collect(collector.get()), 1);
}

TEST_F(Collecting, IsOfNoUseToThoseWhoDidNotSubscribeOrSubscribedLater) {
  Fill(1, 10, 1, 10);
  v1::Subscription answers = ToWebhook(kNowhere);
  answers.add_events(v1::MATCH_EVENT_ACCEPTED_BY_ONE);
  ASSERT_TRUE(Subscribe("tap0", "answers", answers).ok());
  const auto collector = OpenCollector();
  const v1::Match match = ProposeAgain("r1").at(0);
  market_.Advance(absl::Seconds(1));
  MustSubscribe("coop0", "late", kNowhere);
  MustSay(Tap(match), match.name(), v1::AcceptMatchRequest());
  Collect(collector.get());
  const std::vector<v1::Notice> notices = Notices();
  ASSERT_EQ(notices.size(), 2);  // of the answer alone, to each
  EXPECT_EQ(notices[0].event(), v1::MATCH_EVENT_ACCEPTED_BY_ONE);
  EXPECT_EQ(notices[1].event(), v1::MATCH_EVENT_ACCEPTED_BY_ONE);
}

// A word is as old as its call, which waits for its commit.
TEST_F(Collecting, TellsAWordToWhoSubscribedBeforeItWasThere) {
  Fill(1, 10, 1, 10);
  const auto collector = OpenCollector();
  v1::Match match = ProposeAgain("r1").at(0);
  market_.Advance(absl::Seconds(1));
  *match.mutable_tap_yes()->mutable_time() = *match.mutable_update_time() = ToTimestamp(market_.now());
  market_.Advance(absl::Seconds(1));
  MustSubscribe("tap0", "own", kNowhere);
  market_.Put(match);
  EXPECT_EQ(Collect(collector.get()), 1);
  EXPECT_EQ(KindsOf(Told()), (std::set<v1::MatchEvent>{v1::MATCH_EVENT_ACCEPTED_BY_ONE}));
}

TEST_F(Collecting, BeginsWhereTheFirstStartFoundTheFeed) {
  Fill(1, 10, 1, 10);
  MustSubscribe("tap0", "own", kNowhere);
  ProposeAgain("r1");
  const auto collector = OpenCollector();
  EXPECT_EQ(Collect(collector.get()), 0);
}

TEST_F(Collecting, ReadsNothingWhereNobodySubscribed) {
  Fill(8, 10, 8, 10);
  CountingStore store(&market_.store());
  auto collector = OpenCollector(&store);
  const std::vector<v1::Match> matches = ProposeAgain("r1");
  EXPECT_EQ(Collect(collector.get()), 0);
  EXPECT_EQ(store.feed_entries, 0);
  EXPECT_EQ(collector->sequence(), store.sequence());
  // And from where it is then, nothing is missing.
  market_.Advance(absl::Seconds(1));
  MustSubscribe("tap0", "own", kNowhere);
  for (const v1::Match& match : matches) MustSay(Tap(match), match.name(), v1::AcceptMatchRequest());
  EXPECT_EQ(Collect(collector.get()), 1);
  EXPECT_GT(store.feed_entries, 0);
}

TEST_F(Collecting, GoesOnAfterACrashWithoutTellingTwice) {
  Fill(8, 10, 8, 10);
  for (int at = 0; at < 8; ++at) MustSubscribe(absl::StrCat("tap", at), "own", kNowhere);
  auto collector = OpenCollector();
  const std::vector<v1::Match> matches = ProposeAgain("r1");
  Collect(collector.get());
  collector = nullptr;  // what it kept in memory is gone
  SayAll(matches);      // while nobody follows
  collector = OpenCollector();
  EXPECT_GT(Collect(collector.get()), 0);
  EXPECT_EQ(Told(), Expected());
  collector = OpenCollector();
  EXPECT_EQ(Collect(collector.get()), 0);
  EXPECT_EQ(Told(), Expected());
}

// A round of more matches than one commit takes: what was not written is made when the store is well again.
TEST_F(Collecting, GoesOnInTheMiddleOfARound) {
  constexpr int kMatches = 450;
  LayTerritory(&market_);
  market_.Put(ACooperative("coop0"));
  market_.Put(ATap("tap0"));
  market_.Put(AnOffer(market_, "tap0", "o", 10 * kMatches));
  for (int at = 0; at < kMatches; ++at) market_.Put(ANeed(market_, "coop0", absl::StrCat("n", at), 10));
  MustSubscribe("coop0", "own", kNowhere);
  FailingStore store(&market_.store());
  auto collector = OpenCollector(&store);
  ASSERT_EQ(ProposeAgain("r1").size(), kMatches);
  EXPECT_TRUE(absl::IsUnavailable(collector->Collect().status()));
  const size_t before = Told().size();
  EXPECT_GT(before, 0);
  EXPECT_LT(before, kMatches);
  collector = OpenCollector(&store);
  store.is_mended = true;
  EXPECT_EQ(Collect(collector.get()), kMatches - before);
  EXPECT_EQ(Told(), Expected());
}

// Two servers over one store, while matches are spoken of: each event once.
TEST_F(Collecting, TellsOnceHoweverManyFollow) {
  Fill(8, 10, 8, 10);
  for (int at = 0; at < 8; ++at) {
    MustSubscribe(absl::StrCat("coop", at), "own", kNowhere);
    MustSubscribe(absl::StrCat("tap", at), "own", kNowhere);
  }
  const auto first = OpenCollector();
  const auto second = OpenCollector();
  std::atomic<bool> ends = false;
  std::atomic<int64_t> made = 0;
  const auto follow = [&](Collector* collector) {
    while (!ends) {
      const auto some = collector->Collect();
      if (some.ok()) made += *some;
    }
  };
  std::thread a([&] { follow(first.get()); });
  std::thread b([&] { follow(second.get()); });
  SayAll(ProposeAgain("r1"));
  for (int looks = 0; looks < 500 && Told().size() < Expected().size(); ++looks)
    absl::SleepFor(absl::Milliseconds(10));
  ends = true;
  a.join();
  b.join();
  EXPECT_EQ(Told(), Expected());
  // No notice was written over another: each was made by one commit.
  EXPECT_EQ(made, static_cast<int64_t>(Told().size()));
}

TEST_F(Collecting, DropsWhatIsQueuedOfASubscriptionThatIsGone) {
  Fill(1, 10, 1, 10);
  MustSubscribe("tap0", "own", kNowhere);
  const auto collector = OpenCollector();
  const v1::Match match = ProposeAgain("r1").at(0);
  Collect(collector.get());
  v1::DeleteSubscriptionRequest request;
  request.set_name("parties/tap0/subscriptions/own");
  ASSERT_TRUE(
      market_.Call<google::protobuf::Empty>("ayni.v1.NoticeService/DeleteSubscription", request).ok());
  market_.Advance(absl::Seconds(1));
  // Another one of its name is told what happens from now on.
  MustSubscribe("tap0", "own", kNowhere);
  MustSay(Tap(match), match.name(), v1::AcceptMatchRequest());
  Collect(collector.get());
  std::map<v1::MatchEvent, v1::Notice::State> states;
  for (const v1::Notice& notice : Notices()) states[notice.event()] = notice.state();
  EXPECT_EQ(states, (std::map<v1::MatchEvent, v1::Notice::State>{
                        {v1::MATCH_EVENT_PROPOSED, v1::Notice::STATE_DROPPED},
                        {v1::MATCH_EVENT_ACCEPTED_BY_ONE, v1::Notice::STATE_QUEUED}}));
}

TEST_F(Collecting, TellsInTheReceiversLanguage) {
  Fill(1, 10, 1, 10);
  const auto speak = [&](const std::string& party, const std::vector<std::string>& languages) {
    v1::Party changed = market_.Read<v1::Party>("parties/" + party);
    changed.clear_languages();
    for (const std::string& language : languages) changed.add_languages(language);
    market_.Put(changed);
  };
  speak("coop0", {"ayr", "quz", "spa"});
  v1::Subscription english = ToWebhook(kNowhere);
  english.set_language("eng");
  ASSERT_TRUE(Subscribe("coop0", "english", english).ok());
  MustSubscribe("coop0", "own", kNowhere);
  speak("tap0", {});
  MustSubscribe("tap0", "own", kNowhere);
  const auto collector = OpenCollector();
  const v1::Match match = ProposeAgain("r1").at(0);
  Collect(collector.get());
  const auto languages = [&](v1::MatchEvent event) {
    std::map<std::string, std::string> by_subscription;
    for (const v1::Notice& notice : Notices()) {
      if (notice.event() == event) by_subscription[notice.subscription()] = notice.language();
    }
    return by_subscription;
  };
  EXPECT_EQ(languages(v1::MATCH_EVENT_PROPOSED),
            (std::map<std::string, std::string>{{"parties/coop0/subscriptions/english", "eng"},
                                                {"parties/coop0/subscriptions/own", "quz"},
                                                {"parties/tap0/subscriptions/own", "spa"}}));
  // What the country's profile says, to those who say nothing.
  v1::Policy policy = market_.Read<v1::Policy>("policies/p");
  policy.add_country_profiles()->set_territory(market_.Read<v1::Territory>(match.district()).parent());
  policy.mutable_country_profiles(0)->set_language("eng");
  market_.Put(policy);
  MustSay(Tap(match), match.name(), v1::AcceptMatchRequest());
  Collect(collector.get());
  EXPECT_EQ(languages(v1::MATCH_EVENT_ACCEPTED_BY_ONE).at("parties/tap0/subscriptions/own"), "eng");
  EXPECT_EQ(languages(v1::MATCH_EVENT_ACCEPTED_BY_ONE).at("parties/coop0/subscriptions/own"), "quz");
  for (const v1::Notice& notice : Notices()) {
    if (notice.subscription() == "parties/coop0/subscriptions/english" &&
        notice.event() == v1::MATCH_EVENT_ACCEPTED_BY_ONE) {
      EXPECT_THAT(notice.text(), HasSubstr("tap0 said YES; coop0 is to answer until"));
    }
  }
}

}  // namespace
}  // namespace ayni::services
