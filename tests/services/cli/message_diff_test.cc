#include "services/cli/message_diff.h"

#include <gmock/gmock.h>

#include <random>

#include "ayni/v1/policy.pb.h"
#include "tests/services/cli/random_message.h"

namespace ayni::cli {
namespace {

using testing::IsEmpty;

v1::Policy APolicy() {
  v1::Policy policy;
  policy.set_name("policies/a");
  policy.set_full_waiting_days(90);
  for (const char* id : {"tap", "group"}) {
    v1::Limit* limit = policy.add_limits();
    limit->set_id(id);
    limit->set_share_basis_points(4'000);
  }
  return policy;
}

std::string DiffOf(const v1::Policy& before, const v1::Policy& after) {
  return DifferencesText(Differences(before, after), false);
}

TEST(MessageDiff, ElementsAreMatchedByTheirIds) {
  v1::Policy after = APolicy();
  after.mutable_limits(0)->Swap(after.mutable_limits(1));
  EXPECT_EQ(DiffOf(APolicy(), after), "~ limits in the order: tap, group -> group, tap\n");
  after.mutable_limits(0)->set_share_basis_points(3'000);
  after.mutable_limits(1)->set_id("brand");
  EXPECT_EQ(DiffOf(APolicy(), after),
            "- limits[tap]: share_basis_points 4000\n"
            "~ limits[group].share_basis_points: 4000 -> 3000\n"
            "+ limits[brand]: share_basis_points 4000\n");
}

TEST(MessageDiff, SetUnsetAndMaps) {
  v1::Policy before = APolicy();
  v1::Policy after = APolicy();
  after.clear_full_waiting_days();
  after.mutable_thresholds()->set_high_hhi(1'800);
  v1::ConflictRule* rule = before.add_conflict_rules();
  rule->set_id("lender");
  (*rule->mutable_texts())["spa"] = "Presta";
  *after.add_conflict_rules() = *rule;
  (*after.mutable_conflict_rules(0)->mutable_texts())["spa"] = "Le presta";
  EXPECT_EQ(DiffOf(before, after),
            "- full_waiting_days: 90\n"
            "~ conflict_rules[lender].texts.spa: Presta -> Le presta\n"
            "+ thresholds.high_hhi: 1800\n");
}

TEST(MessageDiff, NamesAndWhatTheServerFillsSayNothing) {
  v1::Policy after = APolicy();
  after.set_name("policies/b");
  after.set_etag("7");
  after.set_state(v1::Policy::STATE_ACTIVE);
  after.set_author("principals/x");
  EXPECT_EQ(DiffOf(APolicy(), after), "");
}

TEST(MessageDiff, NothingDiffersFromItself) {
  std::mt19937 random(3);
  for (int i = 0; i < 200; ++i) {
    v1::Policy policy;
    FillRandomly(&random, &policy);
    int id = 0;
    for (v1::Limit& limit : *policy.mutable_limits()) limit.set_id(std::to_string(++id));
    for (v1::Reserve& reserve : *policy.mutable_reserves()) reserve.set_id(std::to_string(++id));
    for (v1::Floor& floor : *policy.mutable_floors()) floor.set_id(std::to_string(++id));
    for (v1::ConflictRule& rule : *policy.mutable_conflict_rules()) rule.set_id(std::to_string(++id));
    EXPECT_THAT(Differences(policy, policy), IsEmpty());
  }
}

}  // namespace
}  // namespace ayni::cli
