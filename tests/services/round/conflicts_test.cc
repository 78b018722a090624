// Conflicts of interest through the API: what blocks, what is shown and to whom, waivers, acknowledgements,
// and what comes to light later.
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/conflict_service.pb.h"
#include "ayni/v1/match_service.pb.h"
#include "ayni/v1/need_service.pb.h"
#include "ayni/v1/relation_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "services/resource/time.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

google::type::Date ADay(int year, int month, int day) {
  google::type::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

template <typename Detail>
Detail DetailOf(const absl::Status& status) {
  Detail detail;
  const auto payload =
      status.GetPayload(absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name()));
  if (payload.has_value()) detail.ParseFromString(std::string(*payload));
  return detail;
}
std::string ReasonOf(const absl::Status& status) { return DetailOf<google::rpc::ErrorInfo>(status).reason(); }
bool Violates(const absl::Status& status, const std::string& field) {
  const auto wrong = DetailOf<google::rpc::BadRequest>(status);
  for (const auto& violation : wrong.field_violations()) {
    if (violation.field() == field) return true;
  }
  return false;
}

Caller Admin(const std::string& id, const std::string& party = "") {
  return {absl::StrCat("principals/", id), v1::ROLE_ADMINISTRATOR, party};
}
Caller Coop(const std::string& id) {
  return {"principals/c", v1::ROLE_COOPERATIVE, absl::StrCat("parties/", id)};
}
Caller Tap(const std::string& id) { return {"principals/t", v1::ROLE_TAP, absl::StrCat("parties/", id)}; }

class Conflicts : public RoundMarket {
 protected:
  // Two cooperatives and two TAPs; tap0 is owned by a lender of coop0, who also funds coop1's members.
  void SetUp() override {
    Fill(2, 5, 2, 20);
    v1::Party lender = ATap("lender");
    lender.clear_tap();
    lender.clear_roles();
    lender.add_roles(v1::PARTY_ROLE_COMPANY);
    market_.Put(lender);
    PutPolicy();
    Relate("owns", "lender", v1::RELATION_TYPE_OWNS, "tap0", 5'000);
    Relate("lends", "lender", v1::RELATION_TYPE_LENDS_TO, "coop0");
    Relate("member", "tap1", v1::RELATION_TYPE_MEMBER_OF, "coop0");
    market_.AwaitLive();
  }

  void PutPolicy() {
    v1::Policy policy = APolicy();
    *policy.add_conflict_rules() = Rule("lender", v1::CONFLICT_SEVERITY_BLOCK);
    v1::ConflictStep* up = policy.mutable_conflict_rules(0)->add_steps();
    up->add_types(v1::RELATION_TYPE_OWNS);
    up->set_against(true);
    policy.mutable_conflict_rules(0)->add_steps()->add_types(v1::RELATION_TYPE_LENDS_TO);
    *policy.add_conflict_rules() = Rule("member", v1::CONFLICT_SEVERITY_FLAG);
    policy.mutable_conflict_rules(1)->add_steps()->add_types(v1::RELATION_TYPE_MEMBER_OF);
    market_.Put(policy);
  }
  static v1::ConflictRule Rule(const std::string& id, v1::ConflictSeverity severity) {
    v1::ConflictRule rule;
    rule.set_id(id);
    rule.set_severity(severity);
    rule.set_reason("A_REASON");
    (*rule.mutable_texts())["spa"] = "Un texto";
    (*rule.mutable_texts())["eng"] = "A text";
    rule.set_end(v1::CONFLICT_END_COOPERATIVE);
    return rule;
  }
  void Relate(const std::string& id, const std::string& subject, v1::RelationType type,
              const std::string& object, int share = 0) {
    v1::Relation relation;
    relation.set_name(absl::StrCat("relations/", id));
    relation.set_subject(absl::StrCat("parties/", subject));
    relation.set_type(type);
    relation.set_object(absl::StrCat("parties/", object));
    relation.set_share_basis_points(share);
    relation.set_standing(v1::RELATION_STANDING_CONFIRMED);
    relation.set_declared_by("principals/admin");
    relation.mutable_source()->set_kind(v1::RelationSource::KIND_REGISTER);
    *relation.mutable_update_time() = ToTimestamp(market_.now());
    market_.Put(relation);
  }

  absl::StatusOr<std::vector<v1::Conflict>> Check(const Caller& caller, const std::string& cooperative,
                                                  const std::string& tap) {
    v1::CheckConflictsRequest request;
    request.set_need(absl::StrCat("cooperatives/", cooperative, "/needs/n"));
    request.set_tap(absl::StrCat("parties/", tap));
    const auto response = market_.CallAs<v1::CheckConflictsResponse>(
        caller, Scope::kOwnName, "ayni.v1.ConflictService/CheckConflicts", request);
    if (!response.ok()) return response.status();
    return std::vector<v1::Conflict>(response->conflicts().begin(), response->conflicts().end());
  }
  std::vector<v1::Conflict> Check(const std::string& cooperative, const std::string& tap) {
    auto checked = Check(Admin("admin"), cooperative, tap);
    EXPECT_TRUE(checked.ok()) << checked.status();
    return *std::move(checked);
  }
  std::vector<v1::Candidate> Candidates(const std::string& cooperative) {
    v1::ListCandidatesRequest request;
    request.set_parent(absl::StrCat("cooperatives/", cooperative, "/needs/n"));
    const auto listed =
        market_.Call<v1::ListCandidatesResponse>("ayni.v1.NeedService/ListCandidates", request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    return {listed->candidates().begin(), listed->candidates().end()};
  }
  std::set<std::string> OffersFor(const std::string& cooperative) {
    std::set<std::string> offers;
    for (const v1::Candidate& candidate : Candidates(cooperative)) offers.insert(candidate.offer());
    return offers;
  }

  v1::Waiver AWaiver(const std::string& rule, v1::Waiver::Kind kind) {
    v1::Waiver waiver;
    waiver.set_rule(rule);
    waiver.set_tap("parties/tap0");
    waiver.set_cooperative("parties/coop0");
    waiver.set_reason("There is nobody else");
    waiver.set_kind(kind);
    const absl::CivilDay today = absl::ToCivilDay(market_.now(), absl::UTCTimeZone());
    *waiver.mutable_start_date() = ADay(static_cast<int>(today.year()) - 1, 1, 1);
    *waiver.mutable_end_date() = ADay(static_cast<int>(today.year()) + 1, 12, 31);
    return waiver;
  }
  absl::StatusOr<v1::Waiver> Create(const Caller& caller, const v1::Waiver& waiver) {
    v1::CreateWaiverRequest request;
    *request.mutable_waiver() = waiver;
    return market_.CallAs<v1::Waiver>(caller, Scope::kAny, "ayni.v1.ConflictService/CreateWaiver", request);
  }
  absl::StatusOr<v1::Waiver> Grant(const Caller& caller, const std::string& name) {
    v1::GrantWaiverRequest request;
    request.set_name(name);
    return market_.CallAs<v1::Waiver>(caller, Scope::kAny, "ayni.v1.ConflictService/GrantWaiver", request);
  }
  absl::StatusOr<v1::Waiver> Revoke(const std::string& name, const std::string& reason) {
    v1::RevokeWaiverRequest request;
    request.set_name(name);
    request.set_reason(reason);
    return market_.CallAs<v1::Waiver>(Admin("ana"), Scope::kAny, "ayni.v1.ConflictService/RevokeWaiver",
                                      request);
  }
  std::vector<v1::Match> PublishRound(const std::string& id) {
    market_.CreateRound(id);
    market_.Publish("rounds/" + id);
    return market_.ReadAll<v1::Match>(absl::StrCat("rounds/", id, "/matches/"));
  }
};

TEST_F(Conflicts, ABlockTakesTheCandidateOutOfBrowsingAndOfTheRoundAlike) {
  EXPECT_THAT(OffersFor("coop0"), ElementsAre("taps/tap1/offers/o"));
  EXPECT_THAT(OffersFor("coop1"), ElementsAre("taps/tap0/offers/o", "taps/tap1/offers/o"));
  for (const v1::Match& match : PublishRound("r")) {
    EXPECT_FALSE(match.cooperative() == "parties/coop0" && match.tap() == "parties/tap0");
    if (match.cooperative() != "parties/coop0") continue;
    EXPECT_THAT(match.flags(), ElementsAre(v1::Match::FLAG_SINGLE_OFFER));
    ASSERT_EQ(match.conflicts_size(), 1);
    const std::vector<v1::Conflict> browsed = Check("coop0", "tap1");
    ASSERT_EQ(browsed.size(), 1u);
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(match.conflicts(0), browsed[0]));
  }
}

TEST_F(Conflicts, FindingsGiveTheEvidenceWithSourceAndDate) {
  const std::vector<v1::Conflict> found = Check("coop0", "tap0");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule(), "lender");
  EXPECT_EQ(found[0].severity(), v1::CONFLICT_SEVERITY_BLOCK);
  EXPECT_EQ(found[0].texts().at("spa"), "Un texto");
  ASSERT_EQ(found[0].path_size(), 2);
  EXPECT_EQ(found[0].path(0).relation(), "relations/owns");
  EXPECT_EQ(found[0].path(0).share_basis_points(), 5'000);
  EXPECT_EQ(found[0].path(0).source().kind(), v1::RelationSource::KIND_REGISTER);
  EXPECT_EQ(found[0].path(0).declared_by(), "principals/admin");
  EXPECT_TRUE(found[0].path(1).has_known_time());
  EXPECT_THAT(Check("coop1", "tap0"), IsEmpty());
}

TEST_F(Conflicts, AreThoseOfWhatWasWrittenRightBefore) {
  v1::Policy policy = market_.Read<v1::Policy>("policies/p");
  for (int times = 0; times < 40; ++times) {
    market_.Delete<v1::Relation>("relations/lends");
    ASSERT_THAT(Check("coop0", "tap0"), IsEmpty());
    Relate("lends", "lender", v1::RELATION_TYPE_LENDS_TO, "coop0");
    ASSERT_THAT(OffersFor("coop0"), ElementsAre("taps/tap1/offers/o"));
    for (const auto severity : {v1::CONFLICT_SEVERITY_FLAG, v1::CONFLICT_SEVERITY_BLOCK}) {
      policy.mutable_conflict_rules(0)->set_severity(severity);
      market_.Put(policy);
      const std::vector<v1::Conflict> found = Check("coop0", "tap0");
      ASSERT_EQ(found.size(), 1u);
      ASSERT_EQ(found.front().severity(), severity);
    }
  }
}

TEST_F(Conflicts, OfAPolicyAreKnownOnceItHolds) {
  const v1::Policy with_rules = market_.Read<v1::Policy>("policies/p");
  std::atomic<bool> stop = false;
  std::atomic<int> policies_alone = 0;
  std::thread reader([&] {
    while (!stop) {
      policies_alone += market_.live().ReadWithConflicts(
          [](const NamedMarket&, const LimitBook& book, const RelationBook& relations) {
            const auto rules = static_cast<size_t>(book.policy_record().conflict_rules_size());
            return relations.conflicts().rules().size() == rules ? 0 : 1;
          });
    }
  });
  for (int times = 0; times < 40; ++times) {
    market_.Put(times % 2 == 0 ? APolicy() : with_rules);
    market_.AwaitLive();
  }
  stop = true;
  reader.join();
  EXPECT_EQ(policies_alone, 0);
}

TEST_F(Conflicts, FollowWhatChanges) {
  market_.Delete<v1::Relation>("relations/lends");
  EXPECT_THAT(Check("coop0", "tap0"), IsEmpty());
  EXPECT_THAT(OffersFor("coop0"), ElementsAre("taps/tap0/offers/o", "taps/tap1/offers/o"));
  Relate("lends-more", "lender", v1::RELATION_TYPE_LENDS_TO, "coop1");
  EXPECT_THAT(OffersFor("coop1"), ElementsAre("taps/tap1/offers/o"));
  v1::Policy policy = market_.Read<v1::Policy>("policies/p");
  policy.mutable_conflict_rules(0)->set_severity(v1::CONFLICT_SEVERITY_DISCLOSE);
  market_.Put(policy);
  EXPECT_THAT(OffersFor("coop1"), ElementsAre("taps/tap0/offers/o", "taps/tap1/offers/o"));
}

TEST_F(Conflicts, ATapIsShownOnlyTheTiesThatItIsAnEndOf) {
  const auto tap = Check(Tap("tap0"), "coop0", "tap0");
  ASSERT_TRUE(tap.ok()) << tap.status();
  ASSERT_EQ(tap->size(), 1u);
  ASSERT_EQ((*tap)[0].path_size(), 1);
  EXPECT_EQ((*tap)[0].path(0).relation(), "relations/owns");
  EXPECT_EQ((*tap)[0].path(0).declared_by(), "");
  const auto cooperative = Check(Coop("coop0"), "coop0", "tap0");
  ASSERT_TRUE(cooperative.ok()) << cooperative.status();
  EXPECT_EQ((*cooperative)[0].path_size(), 2);
  EXPECT_EQ((*cooperative)[0].path(1).declared_by(), "");
}

TEST_F(Conflicts, ShowACooperativeNoRecordThatItMayNotRead) {
  const auto found = Check(Coop("coop0"), "coop0", "tap0");
  ASSERT_TRUE(found.ok()) << found.status();
  int readable = 0;
  for (const v1::ConflictEdge& edge : found->front().path()) {
    const bool is_owned = edge.type() == v1::RELATION_TYPE_OWNS;
    v1::GetRelationRequest request;
    request.set_name(is_owned ? "relations/owns" : "relations/lends");
    const bool reads = market_
                           .CallAs<v1::Relation>(Coop("coop0"), Scope::kOwnRecord,
                                                 "ayni.v1.RelationService/GetRelation", request)
                           .ok();
    readable += reads ? 1 : 0;
    EXPECT_EQ(edge.relation(), reads ? request.name() : "");
    EXPECT_EQ(edge.has_known_time(), reads);
    EXPECT_EQ(edge.share_basis_points(), 0);
    // What there is to judge.
    EXPECT_NE(edge.subject(), "");
    EXPECT_NE(edge.object(), "");
    EXPECT_EQ(edge.source().kind(), v1::RelationSource::KIND_REGISTER);
    EXPECT_EQ(edge.standing(), v1::RELATION_STANDING_CONFIRMED);
  }
  EXPECT_EQ(readable, 1) << "it is an end of the loan, and not of the TAP's ownership";
}

TEST_F(Conflicts, NobodyAsksAboutOthers) {
  EXPECT_EQ(ReasonOf(Check(Tap("tap1"), "coop0", "tap0").status()), "NOT_OWN");
  EXPECT_EQ(ReasonOf(Check(Coop("coop1"), "coop0", "tap0").status()), "NOT_OWN");
  // Its own name as the TAP does not make the need its own.
  EXPECT_EQ(ReasonOf(Check(Coop("coop1"), "coop0", "coop1").status()), "NOT_OWN");
}

TEST_F(Conflicts, AnExceptionFromABlockNeedsTwoAdministratorsAndIsShownForEver) {
  const auto waiver = Create(Admin("ana"), AWaiver("lender", v1::Waiver::KIND_EXCEPTION));
  ASSERT_TRUE(waiver.ok()) << waiver.status();
  EXPECT_EQ(waiver->state(), v1::Waiver::STATE_PROPOSED);
  EXPECT_THAT(OffersFor("coop0"), ElementsAre("taps/tap1/offers/o"));
  EXPECT_EQ(ReasonOf(Grant(Admin("ana"), waiver->name()).status()), "SECOND_ADMINISTRATOR_NEEDED");
  EXPECT_EQ(ReasonOf(Grant(Admin("ben", "parties/tap0"), waiver->name()).status()), "PARTY_CONCERNED");
  const auto granted = Grant(Admin("ben"), waiver->name());
  ASSERT_TRUE(granted.ok()) << granted.status();
  EXPECT_EQ(granted->granted_by(), "principals/ben");
  EXPECT_EQ(ReasonOf(Grant(Admin("cleo"), waiver->name()).status()), "WAIVER_NOT_PROPOSED");
  EXPECT_THAT(OffersFor("coop0"), ElementsAre("taps/tap0/offers/o", "taps/tap1/offers/o"));
  const std::vector<v1::Conflict> found = Check("coop0", "tap0");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].waiver(), waiver->name());
  EXPECT_EQ(found[0].severity(), v1::CONFLICT_SEVERITY_BLOCK);

  market_.Delete<v1::Offer>("taps/tap1/offers/o");
  const std::vector<v1::Match> matches = PublishRound("r");
  ASSERT_FALSE(matches.empty());
  EXPECT_EQ(matches[0].cooperative(), "parties/coop0");
  EXPECT_EQ(matches[0].conflicts(0).waiver(), waiver->name());
  EXPECT_TRUE(Violates(Revoke(waiver->name(), "").status(), "reason"));
  ASSERT_TRUE(Revoke(waiver->name(), "It paid its debt").ok());
  EXPECT_EQ(ReasonOf(Revoke(waiver->name(), "Again").status()), "WAIVER_REVOKED");
  EXPECT_THAT(OffersFor("coop0"), IsEmpty());
  EXPECT_EQ(market_.Read<v1::Match>(matches[0].name()).conflicts(0).waiver(), waiver->name());
}

TEST_F(Conflicts, AnExceptionOfOnePathDoesNotBearAnother) {
  v1::Waiver waiver = AWaiver("lender", v1::Waiver::KIND_EXCEPTION);
  waiver.add_through("parties/lender");
  ASSERT_TRUE(Grant(Admin("ben"), Create(Admin("ana"), waiver)->name()).ok());
  EXPECT_EQ(OffersFor("coop0").size(), 2u);
  v1::Party other = market_.Read<v1::Party>("parties/lender");
  other.set_name("parties/other");
  market_.Put(other);
  Relate("owns-too", "other", v1::RELATION_TYPE_OWNS, "tap0", 3'000);
  Relate("lends-too", "other", v1::RELATION_TYPE_LENDS_TO, "coop0");
  EXPECT_EQ(OffersFor("coop0").size(), 1u);
}

TEST_F(Conflicts, ADismissalKeepsTheFindingAwayThroughReimports) {
  v1::Waiver waiver = AWaiver("member", v1::Waiver::KIND_DISMISSAL);
  waiver.set_tap("parties/tap1");
  const auto dismissal = Create(Admin("ana"), waiver);
  ASSERT_TRUE(dismissal.ok()) << dismissal.status();
  EXPECT_EQ(dismissal->state(), v1::Waiver::STATE_GRANTED) << "the rule does not block";
  EXPECT_THAT(Check("coop0", "tap1"), IsEmpty());
  market_.Delete<v1::Relation>("relations/member");
  Relate("member-again", "tap1", v1::RELATION_TYPE_MEMBER_OF, "coop0");
  EXPECT_THAT(Check("coop0", "tap1"), IsEmpty());
  // Of a rule that has come to block since, one administrator's word is not enough.
  v1::Policy policy = market_.Read<v1::Policy>("policies/p");
  policy.mutable_conflict_rules(1)->set_severity(v1::CONFLICT_SEVERITY_BLOCK);
  market_.Put(policy);
  EXPECT_EQ(Check("coop0", "tap1").size(), 1u);
}

TEST_F(Conflicts, WaiversNameWhatIsWrongWithThem) {
  v1::Waiver waiver = AWaiver("no-such-rule", v1::Waiver::KIND_EXCEPTION);
  waiver.set_tap("parties/coop0");
  waiver.set_cooperative("parties/tap0");
  waiver.mutable_end_date()->set_year(2199);
  const absl::Status status = Create(Admin("ana"), waiver).status();
  for (const char* field : {"waiver.rule", "waiver.tap", "waiver.cooperative", "waiver.end_date"})
    EXPECT_TRUE(Violates(status, field)) << field << ": " << status;
  EXPECT_EQ(
      ReasonOf(Create(Admin("tom", "parties/tap0"), AWaiver("lender", v1::Waiver::KIND_EXCEPTION)).status()),
      "PARTY_CONCERNED");
}

TEST_F(Conflicts, TheCooperativeAcknowledgesItsMatchOnce) {
  std::string name;
  for (const v1::Match& match : PublishRound("r")) {
    if (match.cooperative() == "parties/coop0") name = match.name();
  }
  v1::AcknowledgeMatchRequest request;
  request.set_name(name);
  const auto acknowledge = [&](const Caller& caller) {
    return market_.CallAs<v1::Match>(caller, Scope::kOwnRecord, "ayni.v1.MatchService/AcknowledgeMatch",
                                     request);
  };
  EXPECT_EQ(ReasonOf(acknowledge(Coop("coop1")).status()), "NOT_OWN");
  EXPECT_EQ(ReasonOf(acknowledge(Tap("tap1")).status()), "NOT_OWN");
  request.set_validate_only(true);
  ASSERT_TRUE(acknowledge(Coop("coop0")).ok());
  EXPECT_FALSE(market_.Read<v1::Match>(name).has_acknowledge_time());
  request.set_validate_only(false);
  const auto first = acknowledge(Coop("coop0"));
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->acknowledged_by(), "principals/c");
  market_.Advance(absl::Hours(1));
  const auto again = acknowledge(Coop("coop0"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->acknowledge_time().seconds(), first->acknowledge_time().seconds());
  request.set_etag("\"another\"");
  EXPECT_EQ(acknowledge(Coop("coop0")).status().code(), absl::StatusCode::kAborted);
}

TEST_F(Conflicts, WhatComesToLightLaterIsFoundOnPastMatchesWithItsDate) {
  market_.Delete<v1::Relation>("relations/lends");
  market_.Delete<v1::Offer>("taps/tap1/offers/o");
  PublishRound("r");
  const auto late = [&] {
    market_.AwaitLive();
    v1::ListLateConflictsRequest request;
    request.set_parent("rounds/r");
    const auto listed =
        market_.Call<v1::ListLateConflictsResponse>("ayni.v1.AuditService/ListLateConflicts", request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    return std::vector<v1::LateConflict>(listed->late_conflicts().begin(), listed->late_conflicts().end());
  };
  EXPECT_THAT(late(), IsEmpty());
  market_.Advance(absl::Hours(24 * 40));
  Relate("lends", "lender", v1::RELATION_TYPE_LENDS_TO, "coop0");
  const std::vector<v1::LateConflict> found = late();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(market_.Read<v1::Match>(found[0].match()).cooperative(), "parties/coop0");
  EXPECT_EQ(found[0].conflict().rule(), "lender");
  EXPECT_EQ(found[0].known_time().seconds(), absl::ToUnixSeconds(market_.now()));
  // A loan that began after the match stood in nobody's way.
  v1::Relation relation = market_.Read<v1::Relation>("relations/lends");
  const absl::CivilDay today = absl::ToCivilDay(market_.now(), absl::UTCTimeZone());
  *relation.mutable_start_date() = ADay(static_cast<int>(today.year()), today.month(), today.day());
  market_.Put(relation);
  EXPECT_THAT(late(), IsEmpty());
}

TEST_F(Conflicts, MatchNowKeepsToThemToo) {
  PublishRound("r");
  market_.Advance(absl::Minutes(1));
  market_.Delete<v1::Offer>("taps/tap1/offers/o");
  v1::Need need = ANeed(market_, "coop0", "urgent", 2);
  need.set_urgency(v1::URGENCY_CRITICAL);
  market_.Put(need);
  v1::MatchNowRequest request;
  request.set_name(need.name());
  const auto match_now = [&] {
    return market_.Call<v1::MatchNowResponse>("ayni.v1.NeedService/MatchNow", request);
  };
  EXPECT_EQ(ReasonOf(match_now().status()), "CONFLICTS_BLOCK");
  v1::Policy policy = market_.Read<v1::Policy>("policies/p");
  policy.mutable_conflict_rules(0)->set_severity(v1::CONFLICT_SEVERITY_FLAG);
  market_.Put(policy);
  market_.AwaitLive();
  const auto matched = match_now();
  ASSERT_TRUE(matched.ok()) << matched.status();
  ASSERT_EQ(matched->matches_size(), 1);
  EXPECT_THAT(matched->matches(0).flags(), ElementsAre(v1::Match::FLAG_SINGLE_OFFER));
  ASSERT_EQ(matched->matches(0).conflicts_size(), 1);
  EXPECT_EQ(matched->matches(0).conflicts(0).path(0).source().kind(), v1::RelationSource::KIND_REGISTER);
}

TEST_F(Conflicts, WhatTheLawRequiresOfAServiceIsAskedOfEveryTap) {
  v1::Service service = market_.Read<v1::Service>("services/s");
  service.add_required_credentials("veterinary-licence");
  market_.Put(service);
  EXPECT_THAT(OffersFor("coop1"), IsEmpty());
  v1::Credential licence;
  licence.set_name("credentials/l");
  licence.set_holder("parties/tap1");
  licence.set_scheme("veterinary-licence");
  *licence.mutable_issue_date() = ADay(2000, 1, 1);
  market_.Put(licence);
  EXPECT_THAT(OffersFor("coop1"), ElementsAre("taps/tap1/offers/o"));
  const absl::CivilDay today = absl::ToCivilDay(market_.now(), absl::UTCTimeZone()) + 20;
  *licence.mutable_expire_date() = ADay(static_cast<int>(today.year()), today.month(), today.day());
  market_.Put(licence);
  EXPECT_THAT(OffersFor("coop1"), IsEmpty()) << "it expires inside the need's window";
  EXPECT_THAT(PublishRound("r"), IsEmpty());
}

}  // namespace
}  // namespace ayni::services
