#include <gmock/gmock.h>

#include "absl/strings/ascii.h"
#include "ayni/v1/access.pb.h"
#include "ayni/v1/policy_service.pb.h"
#include "ayni/v1/relation.pb.h"
#include "google/rpc/error_details.pb.h"
#include "services/resource/record_keys.h"
#include "services/round/kept_market.h"
#include "tests/services/round/round_market.h"

namespace ayni::services {
namespace {

using google::longrunning::Operation;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kTry[] = "ayni.v1.PolicyService/TryPolicy";
constexpr char kSweep[] = "ayni.v1.PolicyService/SweepPolicy";

class PolicyTrial : public RoundMarket {
 protected:
  static v1::Policy WithLimit(int share_basis_points) {
    v1::Policy policy = APolicy();
    v1::Limit* limit = policy.add_limits();
    limit->set_id("taps");
    limit->set_controller_level(v1::CONTROLLER_LEVEL_TAP);
    limit->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
    limit->set_share_basis_points(share_basis_points);
    limit->set_basis(v1::LIMIT_BASIS_DEMAND);
    limit->set_window_days(30);
    return policy;
  }
  static v1::TryPolicyRequest Trying(const v1::Policy& policy, const std::string& round = "") {
    v1::TryPolicyRequest request;
    *request.mutable_policy() = policy;
    request.set_round(round);
    return request;
  }

  template <typename Answer>
  Answer Run(const std::string& method, const Message& request) {
    const auto begun = market_.Call<Operation>(method, request);
    EXPECT_TRUE(begun.ok()) << begun.status();
    Answer answer;
    if (!begun.ok()) return answer;
    const Operation done = market_.Await(begun->name());
    EXPECT_FALSE(done.has_error()) << done.error().message();
    EXPECT_TRUE(done.response().UnpackTo(&answer)) << done.DebugString();
    return answer;
  }
  v1::TryPolicyResponse Try(const v1::TryPolicyRequest& request) {
    return Run<v1::TryPolicyResponse>(kTry, request);
  }
  absl::Status Refusal(const std::string& method, const Message& request) {
    return market_.Call<Operation>(method, request).status();
  }
};

TEST_F(PolicyTrial, SaysWhatALimitWouldChangeAndStoresNothing) {
  Fill(1, 100, 2, 100);
  const storage::Sequence sequence = market_.store().sequence();
  const v1::TryPolicyResponse answer = Try(Trying(WithLimit(3'000)));
  EXPECT_EQ(market_.store().sequence(), sequence);
  EXPECT_EQ(answer.in_use().policy(), "policies/p");
  EXPECT_EQ(answer.tried().policy(), "");
  EXPECT_EQ(answer.in_use().summary().matched_quantity(), 100);
  EXPECT_EQ(answer.tried().summary().matched_quantity(), 60);
  EXPECT_EQ(answer.best_welfare(), answer.in_use().welfare());
  EXPECT_EQ(answer.in_use().price_ppm(), 0);
  EXPECT_EQ(answer.tried().price_ppm(), 400'000) << "the TAPs are alike, and 40 of 100 units are given up";
  ASSERT_EQ(answer.segment_changes_size(), 1);
  const v1::SegmentChange& change = answer.segment_changes(0);
  EXPECT_EQ(change.segment().limit(), "taps");
  EXPECT_EQ(change.segment().territory(), "territories/prov");
  EXPECT_EQ(change.hhi_before(), 10'000);
  EXPECT_EQ(change.cr1_before_basis_points(), 10'000);
  EXPECT_EQ(change.hhi_after(), 5'000);
  EXPECT_EQ(change.cr1_after_basis_points(), 5'000);
  ASSERT_EQ(answer.tried().concentrations_size(), 1);
  EXPECT_EQ(answer.in_use().concentrations(0).mean_hhi(), 10'000);
  EXPECT_EQ(answer.tried().concentrations(0).mean_hhi(), 5'000);
  ASSERT_EQ(answer.taps().gaining_size(), 1);
  EXPECT_EQ(answer.taps().gaining(0).quantity_before(), 0);
  EXPECT_EQ(answer.taps().gaining(0).quantity_after(), 30);
  ASSERT_EQ(answer.taps().losing_size(), 1);
  EXPECT_EQ(answer.taps().losing(0).quantity_before(), 100);
  ASSERT_EQ(answer.cooperatives().losing_size(), 1);
  EXPECT_EQ(answer.cooperatives().losing(0).party(), "parties/coop0");
  EXPECT_EQ(answer.cooperatives().losing(0).quantity_after(), 60);
}

TEST_F(PolicyTrial, ThePolicyInUseChangesNothing) {
  Fill(3, 50, 3, 40);
  v1::TryPolicyRequest request;
  request.set_name("policies/p");
  const v1::TryPolicyResponse answer = Try(request);
  EXPECT_EQ(answer.tried().policy(), "policies/p");
  EXPECT_EQ(answer.tried().welfare(), answer.in_use().welfare());
  EXPECT_EQ(answer.changed_segment_count() + answer.taps().gaining_count() + answer.taps().losing_count() +
                answer.cooperatives().gaining_count() + answer.cooperatives().losing_count(),
            0);
  EXPECT_EQ(answer.tried().summary().solution_digest(), answer.in_use().summary().solution_digest());
}

TEST_F(PolicyTrial, APastRoundIsClearedAgainToTheLastBitWhateverBecameOfTheMarket) {
  Fill(3, 60, 4, 50);
  SetLimit(4'000);
  market_.CreateRound("r1");
  market_.Publish("rounds/r1");
  market_.Advance(absl::Hours(24 * 3));
  market_.Put(ANeed(market_, "coop0", "n2", 40));
  market_.CreateRound("r2");
  const v1::Round second = market_.Publish("rounds/r2");
  // The market goes on: rounds are undone, offers go, a party changes, another policy comes into force.
  ASSERT_TRUE(Undo("rounds/r1", "a test").ok());
  market_.Delete<v1::Offer>("taps/tap1/offers/o");
  v1::Party tap = market_.Read<v1::Party>("parties/tap2");
  tap.mutable_tap()->set_model(v1::TAP_MODEL_ENTERPRISE);
  market_.Put(tap);
  v1::Policy newer = WithLimit(1'000);
  newer.set_name("policies/q");
  v1::Policy older = market_.Read<v1::Policy>("policies/p");
  older.set_state(v1::Policy::STATE_SUPERSEDED);
  market_.Put(older);
  market_.Put(newer);
  market_.Advance(absl::Hours(24 * 40));

  for (const char* name : {"rounds/r1", "rounds/r2"}) {
    const v1::Round round = market_.Read<v1::Round>(name);
    v1::TryPolicyRequest request;
    request.set_name("policies/q");
    request.set_round(name);
    const v1::TryPolicyResponse answer = Try(request);
    EXPECT_TRUE(answer.same_problem()) << name;
    EXPECT_EQ(answer.in_use().policy(), "policies/p");
    EXPECT_EQ(answer.in_use().summary().problem_digest(), round.summary().problem_digest());
    EXPECT_EQ(answer.in_use().summary().solution_digest(), round.summary().solution_digest());
    EXPECT_EQ(answer.in_use().summary().matched_quantity(), round.summary().matched_quantity());
    EXPECT_EQ(answer.seed(), round.seed());
    EXPECT_EQ(answer.snapshot_sequence(), round.snapshot_sequence());
    EXPECT_LE(answer.tried().summary().matched_quantity(), answer.in_use().summary().matched_quantity());
  }
}

// A kept market holds what became of matches, as far as scores learn from it.
TEST_F(PolicyTrial, APastRoundScoresByTheOutcomesOfThen) {
  Fill(3, 60, 3, 100);
  v1::Policy policy = APolicy();
  policy.mutable_expected_success()->set_prior_strength(5);
  policy.mutable_expected_success()->set_survival_years_max(3);
  market_.Put(policy);
  const auto put = [this](const std::string& id, const std::string& tap, v1::Match::State state) {
    v1::Match match;
    match.set_name("rounds/old/matches/" + id);
    match.set_tap("parties/" + tap);
    match.set_cooperative("parties/coop0");
    match.set_state(state);
    match.mutable_confirmation()->set_rating(tap == "tap1" ? 1 : 5);
    match.mutable_confirmation()->set_quantity(1);
    match.mutable_ending()->set_side(tap == "tap0" ? v1::SIDE_TAP : v1::SIDE_ADMINISTRATOR);
    if (tap == "tap2") match.mutable_dispute()->set_outcome(v1::Dispute::OUTCOME_NOT_DELIVERED);
    market_.Put(match);
  };
  put("a", "tap0", v1::Match::STATE_CONFIRMED);
  put("b", "tap0", v1::Match::STATE_CANCELLED);
  put("c", "tap1", v1::Match::STATE_SETTLED);
  put("d", "tap2", v1::Match::STATE_CANCELLED);
  put("e", "tap2", v1::Match::STATE_CONFIRMED);
  market_.CreateRound("r1");
  const v1::Round round = market_.Publish("rounds/r1");
  put("a", "tap0", v1::Match::STATE_DISPUTED);
  put("c", "tap1", v1::Match::STATE_DISPUTED);
  v1::TryPolicyRequest request;
  request.set_name("policies/p");
  request.set_round("rounds/r1");
  const v1::TryPolicyResponse then = Try(request);
  EXPECT_TRUE(then.same_problem());
  request.clear_round();
  EXPECT_NE(Try(request).in_use().summary().problem_digest(), round.summary().problem_digest());
}

TEST_F(PolicyTrial, SweepFindsTheFrontierOfOneLimit) {
  Fill(1, 100, 4, 100);
  v1::SweepPolicyRequest request;
  *request.mutable_policy() = WithLimit(3'000);
  request.set_limit("taps");
  for (const int share : {5'000, 1'000, 2'500}) request.add_share_basis_points(share);
  const auto answer = Run<v1::SweepPolicyResponse>(kSweep, request);
  std::vector<int64_t> shares, units, prices, hhi;
  for (const v1::SweepPoint& point : answer.points()) {
    shares.push_back(point.share_basis_points());
    units.push_back(point.summary().matched_quantity());
    prices.push_back(point.price_ppm());
    hhi.push_back(point.concentration().mean_hhi());
  }
  EXPECT_THAT(shares, ElementsAre(0, 1'000, 2'500, 5'000));
  EXPECT_THAT(units, ElementsAre(100, 40, 100, 100));
  EXPECT_THAT(prices, ElementsAre(0, 600'000, 0, 0));
  EXPECT_THAT(hhi, ElementsAre(10'000, 2'500, 2'500, 5'000));
}

TEST_F(PolicyTrial, RequestsThatMakeNoSenseAreRefusedByField) {
  Fill(1, 10, 1, 10);
  v1::TryPolicyRequest both = Trying(WithLimit(3'000));
  both.set_name("policies/p");
  EXPECT_THAT(std::string(Refusal(kTry, both).message()), HasSubstr("name or policy is required"));
  EXPECT_TRUE(absl::IsInvalidArgument(Refusal(kTry, v1::TryPolicyRequest())));
  EXPECT_THAT(std::string(Refusal(kTry, Trying(WithLimit(0))).message()),
              HasSubstr("policy.limits[0].share_basis_points"));
  v1::TryPolicyRequest hurried = Trying(WithLimit(3'000));
  hurried.set_target_gap_ppm(-1);
  EXPECT_THAT(std::string(Refusal(kTry, hurried).message()), HasSubstr("target_gap_ppm"));
  EXPECT_TRUE(absl::IsNotFound(Refusal(kTry, Trying(APolicy(), "rounds/none"))));
  market_.CreateRound("r1");
  EXPECT_TRUE(absl::IsFailedPrecondition(Refusal(kTry, Trying(APolicy(), "rounds/r1"))));

  v1::SweepPolicyRequest sweep;
  *sweep.mutable_policy() = WithLimit(3'000);
  sweep.set_limit("tap");
  for (const int share : {0, 5, 5}) sweep.add_share_basis_points(share);
  const std::string message(Refusal(kSweep, sweep).message());
  EXPECT_THAT(message, HasSubstr("limit must be the id of a limit of the policy (taps), is \"tap\""));
  EXPECT_THAT(message, HasSubstr("share_basis_points[0] must be 1 to 10000"));
  EXPECT_THAT(message, HasSubstr("share_basis_points[2] stands in the list already"));
}

TEST_F(PolicyTrial, WithoutAnActivePolicyThereIsNothingToCompareWith) {
  Fill(1, 10, 1, 10);
  v1::Policy policy = APolicy();
  policy.set_state(v1::Policy::STATE_DRAFT);
  market_.Put(policy);
  EXPECT_THAT(std::string(Refusal(kTry, Trying(APolicy())).message()), HasSubstr("no active policy"));
}

TEST_F(PolicyTrial, IsAnOperationThatCanBeCancelledListedAndForgotten) {
  Fill(1, 10, 1, 10);
  Gate gate(&market_.rounds_store());
  const auto begun = market_.Call<Operation>(kTry, Trying(WithLimit(3'000)));
  ASSERT_TRUE(begun.ok()) << begun.status();
  EXPECT_THAT(begun->name(), HasSubstr("operations/policyTrials/"));
  gate.AwaitReached();
  market_.CreateRound("r1");
  EXPECT_TRUE(absl::IsFailedPrecondition(market_.StartTry("rounds/r1").status())) << "one at a time";
  EXPECT_TRUE(CancelOperation(begun->name()).ok());
  gate.Open();
  EXPECT_THAT(market_.Await(begun->name()).error().message(), HasSubstr("cancelled by"));
  market_.rounds_store().before_snapshot = nullptr;
  market_.Publish("rounds/r1");

  std::vector<std::string> names;
  google::longrunning::ListOperationsRequest list;
  list.set_page_size(1);
  do {
    const auto page = market_.Call<google::longrunning::ListOperationsResponse>(
        "google.longrunning.Operations/ListOperations", list);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const Operation& each : page->operations()) names.push_back(each.name());
    list.set_page_token(page->next_page_token());
  } while (!list.page_token().empty());
  EXPECT_THAT(names, ElementsAre(begun->name(), "operations/r1"));

  google::longrunning::DeleteOperationRequest forget;
  forget.set_name(begun->name());
  EXPECT_TRUE(
      market_.Call<google::protobuf::Empty>("google.longrunning.Operations/DeleteOperation", forget).ok());
  EXPECT_TRUE(absl::IsNotFound(GetOperation(begun->name()).status()));
}

class KeptMarketTest : public RoundMarket {
 protected:
  // Keys, versions and values, of what a clearing reads.
  static std::vector<std::string> ContentOf(const storage::Snapshot& snapshot, const std::string& stem) {
    std::vector<std::string> content;
    const auto cursor = snapshot.Scan(storage::KeyRange::Prefix(stem));
    while (cursor->Next()) {
      content.push_back(absl::StrCat(std::string(cursor->key()), " ", cursor->version(), " ",
                                     std::string(cursor->value())));
    }
    EXPECT_TRUE(cursor->status().ok()) << cursor->status();
    return content;
  }
  KeptMarketStats Keep(const std::string& round) {
    const auto snapshot = market_.store().TakeSnapshot();
    const auto stats = KeepMarket(
        **snapshot, round, [] { return false; }, &market_.store());
    EXPECT_TRUE(stats.ok()) << stats.status();
    return stats.ok() ? *stats : KeptMarketStats();
  }
};

TEST_F(KeptMarketTest, HoldsWhatTheSnapshotHeldAndKeepsWhatIsTheSameOnce) {
  Fill(0, 0, 20, 10);
  std::vector<v1::Need> needs;
  for (int at = 0; at < 5'000; ++at) needs.push_back(ANeed(market_, absl::StrCat("coop", at), "n", 10));
  market_.PutNew(needs);
  const auto snapshot = market_.store().TakeSnapshot();
  const KeptMarketStats first = Keep("rounds/a");
  EXPECT_GT(first.chunk_count, 7) << "or this test says little";
  EXPECT_EQ(first.new_chunk_count, first.chunk_count);
  v1::Need need = ReadNeed(1'234);
  need.set_quantity(11);
  market_.Put(need);
  const KeptMarketStats second = Keep("rounds/b");
  EXPECT_EQ(second.record_count, first.record_count);
  EXPECT_EQ(second.new_chunk_count, 1);

  const auto kept = OpenKeptMarket(market_.store(), "rounds/a");
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ((*kept)->sequence(), (*snapshot)->sequence());
  for (const char* stem : {"need:", "offer:", "territory:", "need:cooperatives/coop12", "need:none"}) {
    EXPECT_EQ(ContentOf(**kept, stem), ContentOf(**snapshot, stem)) << stem;
  }
  const std::string key = RecordKey(ResourceType::Of<v1::Need>(), need.name());
  EXPECT_EQ((*(*kept)->Get(key))->value, (*(*snapshot)->Get(key))->value);
  EXPECT_FALSE((*kept)->Get("need:cooperatives/coop1")->has_value());
  EXPECT_FALSE((*kept)->Get("a")->has_value());
  EXPECT_TRUE(absl::IsNotFound(OpenKeptMarket(market_.store(), "rounds/c").status()));
}

// Names, papers, telephone numbers and what was written about people: nothing of it is in what is stored for
// the round, and who shares a number still shares it.
TEST_F(KeptMarketTest, HoldsNothingThatAPartyCouldHaveErased) {
  Fill(1, 10, 4, 10);
  for (const int at : {0, 1, 2}) {
    v1::Party party = ATap(absl::StrCat("tap", at));
    party.set_display_name("Quispe Secret");
    party.add_aliases("Secret's Alias");
    party.mutable_tap()->set_assembly_act("Secret act");
    party.mutable_contact()->set_phone(at < 2 ? "+51987Secret" : "+51900Secret");
    party.mutable_contact()->set_email(at == 0 ? "secret@x" : "Secret@X");
    v1::Identifier* identifier = party.add_identifiers();
    identifier->set_scheme(v1::IDENTIFIER_SCHEME_DNI);
    identifier->set_value("4Secret");
    market_.Put(party);
  }
  v1::Need need = ReadNeed(0);
  need.set_note("ask for Secret");
  market_.Put(need);
  v1::Relation relation;
  relation.set_name("relations/r");
  relation.set_subject("parties/tap0");
  relation.set_object("parties/tap1");
  relation.set_type(v1::RELATION_TYPE_FAMILY_OF);
  relation.mutable_source()->set_reference("as Secret says");
  market_.Put(relation);
  v1::Match match;
  match.set_name("rounds/before/matches/m1");
  match.set_need(need.name());
  match.set_state(v1::Match::STATE_CONFIRMED);
  match.mutable_delivery()->set_report("Secret was away");
  match.mutable_confirmation()->set_benefit_seen("as Secret saw");
  match.mutable_confirmation()->set_quantity(3);
  match.mutable_settlement()->add_payments()->set_in_kind("Secret's potatoes");
  match.mutable_ending()->set_reason("Secret fell ill");
  match.mutable_dispute()->set_reason("Secret did not come");
  market_.Put(match);
  v1::Principal principal;
  principal.set_name("principals/x");
  principal.set_display_name("Secret");
  market_.Put(principal);
  Keep("rounds/a");
  const auto kept = OpenKeptMarket(market_.store(), "rounds/a");
  ASSERT_TRUE(kept.ok()) << kept.status();
  const auto cursor = (*kept)->Scan(storage::KeyRange::All());
  int count = 0;
  while (cursor->Next()) {
    ++count;
    EXPECT_EQ(absl::AsciiStrToLower(std::string(cursor->value())).find("secret"), std::string::npos)
        << cursor->key();
  }
  EXPECT_GT(count, 8);
  const auto party = [&](int at) {
    v1::Party record;
    const auto stored =
        (*kept)->Get(RecordKey(ResourceType::Of<v1::Party>(), absl::StrCat("parties/tap", at)));
    EXPECT_TRUE(record.ParseFromString((*stored)->value));
    return record;
  };
  EXPECT_EQ(party(0).contact().phone(), party(1).contact().phone());
  EXPECT_NE(party(0).contact().phone(), party(2).contact().phone());
  EXPECT_EQ(party(0).contact().email(), party(2).contact().email()) << "whatever the case";
  EXPECT_EQ(party(0).tap().gender(), ATap("tap0").tap().gender());
}

}  // namespace
}  // namespace ayni::services
