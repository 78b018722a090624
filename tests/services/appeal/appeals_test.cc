#include "services/appeal/appeals.h"

#include <gmock/gmock.h>

#include <future>

#include "ayni/v1/appeal_service.pb.h"
#include "ayni/v1/conflict_service.pb.h"
#include "services/resource/time.h"
#include "tests/services/match/spoken_market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kService[] = "ayni.v1.AppealService/";

class AppealsTest : public SpokenMarket {
 protected:
  static Caller Second() { return {"principals/second", v1::ROLE_ADMINISTRATOR, ""}; }
  static Caller CooperativeOf(const std::string& id) {
    return {"principals/of-" + id, v1::ROLE_COOPERATIVE, "parties/" + id};
  }
  static Caller TapOf(const std::string& id) {
    return {"principals/of-" + id, v1::ROLE_TAP, "parties/" + id};
  }

  // The one match of a round of two needs of 10 units and one offer of 10, which goes to one of them.
  v1::Match Propose() {
    Fill(2, 10, 1, 10);
    v1::Offer whole = ReadOffer(0);
    whole.set_smallest_lot(10);
    market_.Put(whole);
    market_.CreateRound("r1");
    market_.Publish("rounds/r1");
    const std::vector<v1::Match> matches = Matches("rounds/r1");
    EXPECT_EQ(matches.size(), 1);
    return matches.at(0);
  }
  std::string PassedOver(const v1::Match& match) {
    return match.cooperative() == "parties/coop0" ? "coop1" : "coop0";
  }

  absl::StatusOr<v1::Appeal> File(const Caller& caller, v1::Appeal appeal, const std::string& id = "") {
    if (appeal.statement().empty()) appeal.set_statement("The visit never took place");
    v1::CreateAppealRequest request;
    *request.mutable_appeal() = std::move(appeal);
    request.set_appeal_id(id);
    return market_.CallAs<v1::Appeal>(caller, Scope::kOwnRecord, std::string(kService) + "CreateAppeal",
                                      request);
  }
  static v1::Appeal AboutMatch(const std::string& match) {
    v1::Appeal appeal;
    appeal.set_match(match);
    return appeal;
  }
  static v1::Appeal AboutRefusal(const std::string& round, const std::string& need = "") {
    v1::Appeal appeal;
    appeal.mutable_refusal()->set_round(round);
    appeal.mutable_refusal()->set_need(need);
    return appeal;
  }
  static v1::Appeal AboutFinding(const std::string& need, const std::string& tap, const std::string& rule) {
    v1::Appeal appeal;
    appeal.mutable_finding()->set_need(need);
    appeal.mutable_finding()->set_tap(tap);
    appeal.mutable_finding()->set_rule(rule);
    return appeal;
  }
  absl::StatusOr<v1::Appeal> Decide(
      const Caller& caller, const std::string& name,
      v1::DecideAppealRequest::Outcome outcome = v1::DecideAppealRequest::OUTCOME_UPHELD,
      const std::string& remedy = "") {
    v1::DecideAppealRequest request;
    request.set_name(name);
    request.set_outcome(outcome);
    request.set_reason("The report and the photographs say so");
    request.set_remedy(remedy);
    return market_.CallAs<v1::Appeal>(caller, Scope::kAny, std::string(kService) + "DecideAppeal", request);
  }
  absl::StatusOr<v1::Appeal> Withdraw(const Caller& caller, const std::string& name) {
    v1::WithdrawAppealRequest request;
    request.set_name(name);
    return market_.CallAs<v1::Appeal>(caller, Scope::kOwnRecord, std::string(kService) + "WithdrawAppeal",
                                      request);
  }
  std::vector<std::string> List(const Caller& caller, Scope scope, const std::string& filter = "") {
    v1::ListAppealsRequest request;
    request.set_filter(filter);
    const auto listed = market_.CallAs<v1::ListAppealsResponse>(
        caller, scope, std::string(kService) + "ListAppeals", request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    std::vector<std::string> names;
    if (!listed.ok()) return names;
    for (const v1::Appeal& appeal : listed->appeals()) names.push_back(appeal.name());
    return names;
  }
  static std::string ReasonOf(const absl::Status& status) {
    const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
    return payload.has_value() ? std::string(*payload) : "";
  }
  void SetAppealDays(int days) {
    v1::Policy policy = market_.Read<v1::Policy>("policies/p");
    policy.clear_country_profiles();
    v1::CountryProfile* profile = policy.add_country_profiles();
    profile->set_territory("territories/pe");
    profile->set_appeal_days(days);
    market_.Put(policy);
  }
  void SitInDistrict(const std::string& party) {
    v1::Party record = market_.Read<v1::Party>(party);
    record.set_district("territories/d0");
    market_.Put(record);
  }
};

TEST_F(AppealsTest, AreDecidedByAnAdministratorWhoHadNoPart) {
  const v1::Match match = Propose();
  const auto filed = File(Cooperative(match), AboutMatch(match.name()), "a1");
  ASSERT_TRUE(filed.ok()) << filed.status();
  EXPECT_EQ(filed->appellant(), match.cooperative());
  EXPECT_EQ(filed->state(), v1::Appeal::STATE_OPEN);
  EXPECT_EQ(TimeOf(filed->decide_by_time()), market_.now() + absl::Hours(24 * 15));
  // "principals/administrator" published the round.
  const auto involved = Decide(Administrator(), filed->name());
  EXPECT_EQ(involved.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(ReasonOf(involved.status()), HasSubstr("ADMINISTRATOR_INVOLVED"));
  EXPECT_THAT(std::string(involved.status().message()), HasSubstr("rounds/r1"));
  EXPECT_EQ(market_.Read<v1::Appeal>("appeals/a1").state(), v1::Appeal::STATE_OPEN);
  market_.Advance(absl::Hours(5));
  const auto decided = Decide(Second(), filed->name(), v1::DecideAppealRequest::OUTCOME_UPHELD,
                              "The match is cancelled, and the need matched anew");
  ASSERT_TRUE(decided.ok()) << decided.status();
  EXPECT_EQ(decided->state(), v1::Appeal::STATE_UPHELD);
  EXPECT_EQ(decided->decision().word().principal(), "principals/second");
  EXPECT_EQ(TimeOf(decided->decision().word().time()), market_.now());
  EXPECT_EQ(decided->decision().reason(), "The report and the photographs say so");
  EXPECT_FALSE(decided->decision().single_handed());
  // Nothing of the match follows by itself.
  EXPECT_EQ(market_.Read<v1::Match>(match.name()).SerializeAsString(), match.SerializeAsString());
  EXPECT_THAT(ReasonOf(Decide(Second(), filed->name()).status()), HasSubstr("APPEAL_NOT_OPEN"));
}

TEST_F(AppealsTest, AreNotDecidedByWhoDecidedTheDisputeOrEndedTheMatch) {
  const v1::Match match = Propose();
  const Caller third = {"principals/third", v1::ROLE_ADMINISTRATOR, ""};
  ASSERT_TRUE(Say(third, match.name(), Cancel()).ok());
  const auto filed = File(Tap(match), AboutMatch(match.name()));
  ASSERT_TRUE(filed.ok()) << filed.status();
  const auto involved = Decide(third, filed->name());
  EXPECT_THAT(std::string(involved.status().message()), HasSubstr("CancelMatch"));
  EXPECT_TRUE(Decide(Second(), filed->name()).ok());
}

TEST_F(AppealsTest, AreNotDecidedByWhoActsForASide) {
  const v1::Match match = Propose();
  const auto filed = File(Cooperative(match), AboutMatch(match.name()));
  ASSERT_TRUE(filed.ok()) << filed.status();
  for (const std::string& party : {match.cooperative(), match.tap()}) {
    const Caller concerned = {"principals/second", v1::ROLE_ADMINISTRATOR, party};
    EXPECT_THAT(ReasonOf(Decide(concerned, filed->name()).status()), HasSubstr("PARTY_CONCERNED")) << party;
  }
  EXPECT_TRUE(Decide({"principals/second", v1::ROLE_ADMINISTRATOR, "parties/other"}, filed->name()).ok());
}

TEST_F(AppealsTest, AreNotDecidedByWhoDecidedOneAboutTheSame) {
  const v1::Match match = Propose();
  const Caller third = {"principals/third", v1::ROLE_ADMINISTRATOR, ""};
  ASSERT_TRUE(File(Cooperative(match), AboutMatch(match.name()), "a1").ok());
  ASSERT_TRUE(Decide(Second(), "appeals/a1", v1::DecideAppealRequest::OUTCOME_DISMISSED).ok());
  ASSERT_TRUE(File(Cooperative(match), AboutMatch(match.name()), "a2").ok());
  EXPECT_THAT(std::string(Decide(Second(), "appeals/a2").status().message()), HasSubstr("appeals/a1"));
  EXPECT_TRUE(Decide(third, "appeals/a2").ok());
  // That two TAPs were passed over by one round is not the same.
  ASSERT_TRUE(File(TapOf("tap0"), AboutRefusal("rounds/r1"), "a3").ok());
  ASSERT_TRUE(File(TapOf("tap1"), AboutRefusal("rounds/r1"), "a4").ok());
  EXPECT_TRUE(Decide(Second(), "appeals/a3").ok());
  EXPECT_TRUE(Decide(Second(), "appeals/a4").ok());
}

TEST_F(AppealsTest, OfAFindingAreNotDecidedByWhoHadToDoWithAWaiverOfIt) {
  const v1::Match match = Propose();
  v1::Policy policy = market_.Read<v1::Policy>("policies/p");
  policy.add_conflict_rules()->set_id("lender-of-requester");
  market_.Put(policy);
  const auto filed =
      File(TapOf("tap0"), AboutFinding("cooperatives/coop1/needs/n", "parties/tap0", "lender-of-requester"));
  ASSERT_TRUE(filed.ok()) << filed.status();
  // Of a finding nobody's round is contested, and so the administrator of the rounds may decide; but not once
  // it has proposed a waiver of it.
  v1::Waiver waiver;
  waiver.set_name("waivers/w");
  waiver.set_rule("lender-of-requester");
  waiver.set_tap("parties/tap0");
  market_.Put(waiver);
  const auto involved = Decide(Administrator(), filed->name());
  EXPECT_THAT(std::string(involved.status().message()), HasSubstr("waivers/w"));
  EXPECT_TRUE(Decide(Second(), filed->name(), v1::DecideAppealRequest::OUTCOME_DISMISSED).ok());
}

TEST_F(AppealsTest, ComeWithinTheDaysOfTheCountry) {
  const v1::Match match = Propose();
  SitInDistrict(match.tap());
  SetAppealDays(5);
  market_.Advance(absl::Hours(24 * 5) + absl::Seconds(1));
  const auto late = File(Tap(match), AboutMatch(match.name()));
  EXPECT_THAT(ReasonOf(late.status()), HasSubstr("APPEAL_TOO_LATE"));
  EXPECT_THAT(ReasonOf(File(Tap(match), AboutRefusal("rounds/r1")).status()), HasSubstr("APPEAL_TOO_LATE"));
  // The cooperative sits nowhere that has a profile: 15 days.
  const auto filed = File(Cooperative(match), AboutMatch(match.name()));
  ASSERT_TRUE(filed.ok()) << filed.status();
  EXPECT_EQ(TimeOf(filed->decide_by_time()), market_.now() + absl::Hours(24 * 15));
  // The match's last word opens the days anew: what is contested may be that word.
  ASSERT_TRUE(Say(Administrator(), match.name(), Cancel()).ok());
  const auto again = File(Tap(match), AboutMatch(match.name()));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(TimeOf(again->decide_by_time()), market_.now() + absl::Hours(24 * 5));
}

TEST_F(AppealsTest, OfARefusalAreThePassedOvers) {
  const v1::Match match = Propose();
  const std::string passed_over = PassedOver(match);
  const std::string need = "cooperatives/" + passed_over + "/needs/n";
  EXPECT_TRUE(File(CooperativeOf(passed_over), AboutRefusal("rounds/r1", need)).ok());
  EXPECT_TRUE(File(TapOf("tap0"), AboutRefusal("rounds/r1")).ok());
  EXPECT_THAT(ReasonOf(File(Cooperative(match), AboutRefusal("rounds/r1", need)).status()),
              HasSubstr("NOT_OWN"));
  EXPECT_THAT(ReasonOf(File(TapOf("tap0"), AboutRefusal("rounds/r1", need)).status()), HasSubstr("NOT_OWN"));
  EXPECT_EQ(File(CooperativeOf(passed_over), AboutRefusal("rounds/r1")).status().code(),
            absl::StatusCode::kInvalidArgument);
  market_.Advance(absl::Minutes(1));
  market_.Put(ANeed(market_, passed_over, "later", 10));
  const auto later = File(CooperativeOf(passed_over),
                          AboutRefusal("rounds/r1", "cooperatives/" + passed_over + "/needs/later"));
  EXPECT_THAT(ReasonOf(later.status()), HasSubstr("NEED_NOT_IN_ROUND"));
  market_.CreateRound("r2");
  EXPECT_THAT(ReasonOf(File(TapOf("tap0"), AboutRefusal("rounds/r2")).status()),
              HasSubstr("ROUND_NOT_PUBLISHED"));
}

TEST_F(AppealsTest, AreOfWhatConcernsTheCallerAndNothingElse) {
  const v1::Match match = Propose();
  const Caller stranger = CooperativeOf(PassedOver(match));
  EXPECT_THAT(ReasonOf(File(stranger, AboutMatch(match.name())).status()), HasSubstr("NOT_OWN"));
  // What does not exist is answered alike.
  EXPECT_THAT(ReasonOf(File(stranger, AboutMatch("rounds/r1/matches/none")).status()), HasSubstr("NOT_OWN"));
  EXPECT_THAT(
      ReasonOf(File(TapOf("tap1"), AboutFinding("cooperatives/coop0/needs/n", "parties/tap0", "r")).status()),
      HasSubstr("NOT_OWN"));
  const auto filed = File(Cooperative(match), AboutMatch(match.name()), "a1");
  ASSERT_TRUE(filed.ok()) << filed.status();
  v1::GetAppealRequest get;
  get.set_name("appeals/a1");
  const std::string method = std::string(kService) + "GetAppeal";
  EXPECT_TRUE(market_.CallAs<v1::Appeal>(Cooperative(match), Scope::kOwnRecord, method, get).ok());
  EXPECT_FALSE(market_.CallAs<v1::Appeal>(Tap(match), Scope::kOwnRecord, method, get).ok());
  EXPECT_THAT(List(Cooperative(match), Scope::kOwnRecord), ElementsAre("appeals/a1"));
  EXPECT_THAT(List(Tap(match), Scope::kOwnRecord), ElementsAre());
  EXPECT_FALSE(Withdraw(Tap(match), "appeals/a1").ok());
}

TEST_F(AppealsTest, AreOneAtATimeAboutTheSame) {
  const v1::Match match = Propose();
  ASSERT_TRUE(File(Cooperative(match), AboutMatch(match.name()), "a1").ok());
  const auto second = File(Cooperative(match), AboutMatch(match.name()));
  EXPECT_THAT(ReasonOf(second.status()), HasSubstr("APPEAL_OPEN"));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("appeals/a1"));
  // The other side's is another one, and so is one about something else.
  EXPECT_TRUE(File(Tap(match), AboutMatch(match.name())).ok());
  EXPECT_TRUE(File(Tap(match), AboutRefusal("rounds/r1")).ok());
  ASSERT_TRUE(Withdraw(Cooperative(match), "appeals/a1").ok());
  EXPECT_EQ(market_.Read<v1::Appeal>("appeals/a1").withdrawal().principal(), "principals/cooperative");
  EXPECT_THAT(ReasonOf(Decide(Second(), "appeals/a1").status()), HasSubstr("APPEAL_NOT_OPEN"));
  EXPECT_TRUE(File(Cooperative(match), AboutMatch(match.name())).ok());
}

TEST_F(AppealsTest, NameEveryFieldThatIsWrong) {
  const v1::Match match = Propose();
  v1::Appeal appeal = AboutFinding("cooperatives/coop0/needs/none", "parties/tap0", "no-such-rule");
  appeal.set_statement("short");
  const auto refused = File(TapOf("tap0"), appeal, "No ID");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  for (const char* field : {"appeal_id", "appeal.finding.need", "appeal.finding.rule", "appeal.statement"})
    EXPECT_THAT(refused.status().ToString(), HasSubstr(field));
  v1::Appeal nothing;
  EXPECT_THAT(File(TapOf("tap0"), nothing).status().ToString(), HasSubstr("appeal.subject"));
  ASSERT_TRUE(File(Cooperative(match), AboutMatch(match.name()), "a1").ok());
  v1::DecideAppealRequest decide;
  decide.set_name("appeals/a1");
  const auto undecided =
      market_.CallAs<v1::Appeal>(Second(), Scope::kAny, std::string(kService) + "DecideAppeal", decide);
  for (const char* field : {"outcome", "reason"})
    EXPECT_THAT(undecided.status().ToString(), HasSubstr(field));
  EXPECT_EQ(Decide(Second(), "appeals/a1", v1::DecideAppealRequest::OUTCOME_DISMISSED, "money back")
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(AppealsTest, AreListedByWhatIsLate) {
  const v1::Match match = Propose();
  ASSERT_TRUE(File(Cooperative(match), AboutMatch(match.name()), "early").ok());
  market_.Advance(absl::Hours(24 * 10));
  ASSERT_TRUE(File(Tap(match), AboutMatch(match.name()), "late").ok());
  market_.Advance(absl::Hours(24 * 6));
  const std::string now = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", market_.now(), absl::UTCTimeZone());
  EXPECT_THAT(List(Second(), Scope::kAny, "state = STATE_OPEN"),
              ElementsAre("appeals/early", "appeals/late"));
  EXPECT_THAT(List(Second(), Scope::kAny, "state = STATE_OPEN AND decide_by_time < " + now),
              ElementsAre("appeals/early"));
  Appeals appeals(&market_.store(), false);
  const auto figures = appeals.Figures(market_.now());
  ASSERT_EQ(figures.size(), 2);
  EXPECT_EQ(figures[0].figures[0].value, 2);
  EXPECT_EQ(figures[1].figures[0].value, 1);
}

// An installation with one administrator has nobody else, and its records say so.
TEST_F(AppealsTest, AreDecidedAloneWhereThereIsOneAdministrator) {
  const v1::Match match = Propose();
  ASSERT_TRUE(File(Cooperative(match), AboutMatch(match.name()), "a1").ok());
  Appeals alone(&market_.store(), true);
  MethodTable table;
  alone.AddMethods([] { return "id"; }, &table);
  v1::DecideAppealRequest request;
  request.set_name("appeals/a1");
  request.set_outcome(v1::DecideAppealRequest::OUTCOME_DISMISSED);
  request.set_reason("The photographs show the visit");
  auto call = std::make_shared<Call>();
  call->caller = Administrator();
  call->method = std::string(kService) + "DecideAppeal";
  call->scope = Scope::kAny;
  call->now = market_.now();
  auto requests = std::make_shared<Requests>();
  requests->emplace_back(std::make_unique<v1::DecideAppealRequest>(request));
  std::promise<absl::StatusOr<std::unique_ptr<Message>>> answer;
  table.Find(call->method)->run(call, requests, [&](auto reply) { answer.set_value(std::move(reply)); });
  const auto decided = answer.get_future().get();
  ASSERT_TRUE(decided.ok()) << decided.status();
  EXPECT_TRUE(static_cast<const v1::Appeal&>(**decided).decision().single_handed());
}

}  // namespace
}  // namespace ayni::services
