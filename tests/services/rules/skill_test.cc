// Skills through their methods: who states, confirms and refreshes them, and what is refused.
#include <gmock/gmock.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "ayni/v1/skill_service.pb.h"
#include "tests/services/rules/rejections.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

constexpr char kSkill[] = "taps/tap/skills/s";
// Whoever teaches may have an account of any kind.
const Caller kPartner = {"principals/lab", v1::ROLE_FUNDER, "parties/certifier"};

v1::CreateSkillRequest NewSkill() {
  v1::CreateSkillRequest request;
  request.set_parent("taps/tap");
  request.set_skill_id("s");
  v1::Skill* skill = request.mutable_skill();
  skill->set_technology("alpaca-insemination");
  skill->add_services("services/dosing");
  skill->add_value_chains("valueChains/alpaca");
  skill->set_partner("parties/certifier");
  *skill->mutable_learn_date() = ADay(2026, 1, 10);
  *skill->mutable_refresh_by_date() = ADay(2027, 1, 10);
  skill->set_evidence("Acta de taller 3");
  return request;
}

TEST(CreateSkill, NamesEachWrongField) {
  using R = v1::CreateSkillRequest;
  using S = v1::Skill;
  ExpectRejections<R, S>(
      "ayni.v1.SkillService/CreateSkill", NewSkill(), &R::mutable_skill,
      {
          {"of nobody", [](R* r, S*) { r->set_parent("taps/nobody"); }, "parent"},
          {"of a party that is no TAP", [](R* r, S*) { r->set_parent("taps/coop"); }, "parent"},
          {"no technology", [](R*, S* s) { s->clear_technology(); }, "skill.technology"},
          {"words in place of a technology", [](R*, S* s) { s->set_technology("Inseminación"); },
           "skill.technology"},
          {"no partner", [](R*, S* s) { s->clear_partner(); }, "skill.partner"},
          {"a partner that is nobody", [](R*, S* s) { s->set_partner("parties/nobody"); }, "skill.partner"},
          {"taught by itself", [](R*, S* s) { s->set_partner("parties/tap"); }, "skill.partner"},
          {"no day of learning", [](R*, S* s) { s->clear_learn_date(); }, "skill.learn_date"},
          {"fresh for ever", [](R*, S* s) { s->clear_refresh_by_date(); }, "skill.refresh_by_date"},
          {"stale before it was learnt", [](R*, S* s) { *s->mutable_refresh_by_date() = ADay(2026, 1, 9); },
           "skill.refresh_by_date"},
          {"no such service", [](R*, S* s) { s->set_services(0, "services/none"); }, "skill.services[0]"},
          {"no such chain", [](R*, S* s) { s->set_value_chains(0, "valueChains/none"); },
           "skill.value_chains[0]"},
          {"evidence without end", [](R*, S* s) { s->set_evidence(Characters(501)); }, "skill.evidence"},
      });
}

class ASkill : public testing::Test {
 protected:
  ASkill() { market_.Lay(); }

  absl::StatusOr<v1::Skill> Create(const Caller& caller) {
    const Scope scope = caller.role == v1::ROLE_ADMINISTRATOR ? Scope::kAny : Scope::kOwnName;
    return market_.CallAs<v1::Skill>(caller, scope, "ayni.v1.SkillService/CreateSkill", NewSkill());
  }
  template <typename Request>
  absl::StatusOr<v1::Skill> Change(const Caller& caller, const char* verb, Request request) {
    request.set_name(kSkill);
    const Scope scope = caller.role == v1::ROLE_ADMINISTRATOR ? Scope::kAny : Scope::kOwnRecord;
    return market_.CallAs<v1::Skill>(caller, scope, absl::StrCat("ayni.v1.SkillService/", verb, "Skill"),
                                     request);
  }
  absl::StatusOr<v1::Skill> Refresh(const Caller& caller, const google::type::Date& last) {
    v1::RefreshSkillRequest request;
    *request.mutable_refresh_by_date() = last;
    request.set_evidence("Acta de taller 9");
    return Change(caller, "Refresh", request);
  }

  TestMarket market_;
};

TEST_F(ASkill, IsClaimedByItsTapAndConfirmedByItsPartner) {
  auto skill = Create(TapCaller());
  ASSERT_TRUE(skill.ok()) << skill.status();
  EXPECT_EQ(skill->standing(), v1::RELATION_STANDING_CLAIMED);
  // Its own word stays a claim.
  EXPECT_EQ(ReasonOf(Change(TapCaller(), "Confirm", v1::ConfirmSkillRequest()).status()), "NOT_OWN");
  EXPECT_EQ(ReasonOf(Change(CooperativeCaller(), "Confirm", v1::ConfirmSkillRequest()).status()), "NOT_OWN");
  EXPECT_EQ(ReasonOf(Refresh(TapCaller(), ADay(2028, 1, 10)).status()), "NOT_OWN");
  skill = Change(kPartner, "Confirm", v1::ConfirmSkillRequest());
  ASSERT_TRUE(skill.ok()) << skill.status();
  EXPECT_EQ(skill->standing(), v1::RELATION_STANDING_CONFIRMED);
  EXPECT_EQ(ReasonOf(Change(kPartner, "Confirm", v1::ConfirmSkillRequest()).status()), "SKILL_CONFIRMED");
}

TEST_F(ASkill, OfAnAdministratorIsConfirmed) {
  const auto skill = Create(Administrator());
  ASSERT_TRUE(skill.ok()) << skill.status();
  EXPECT_EQ(skill->standing(), v1::RELATION_STANDING_CONFIRMED);
}

TEST_F(ASkill, IsRefreshedByItsPartnerToALaterDay) {
  ASSERT_TRUE(Create(TapCaller()).ok());
  auto skill = Refresh(kPartner, ADay(2028, 1, 10));
  ASSERT_TRUE(skill.ok()) << skill.status();
  EXPECT_EQ(skill->standing(), v1::RELATION_STANDING_CONFIRMED);
  EXPECT_EQ(skill->refresh_by_date().year(), 2028);
  ASSERT_EQ(skill->refreshes_size(), 1);
  EXPECT_EQ(skill->refreshes(0).refresh_by_date().year(), 2027);
  EXPECT_EQ(skill->refreshes(0).refresh_date().year(), 2026);
  EXPECT_EQ(skill->refreshes(0).evidence(), "Acta de taller 9");
  EXPECT_TRUE(Violates(Refresh(kPartner, ADay(2028, 1, 10)).status(), "refresh_by_date"));
  const absl::Status empty = Change(kPartner, "Refresh", v1::RefreshSkillRequest()).status();
  EXPECT_TRUE(Violates(empty, "refresh_by_date")) << empty;
  EXPECT_TRUE(Violates(empty, "evidence")) << empty;
  v1::UpdateSkillRequest update;
  update.mutable_skill()->set_name(kSkill);
  *update.mutable_skill()->mutable_refresh_by_date() = ADay(2027, 1, 9);
  EXPECT_TRUE(
      Violates(market_.Run("ayni.v1.SkillService/UpdateSkill", update).status(), "skill.refresh_by_date"));
}

// Nobody refreshes it any more, and its date says when that shows.
TEST_F(ASkill, KeepsItsPartnerOnRecord) {
  ASSERT_TRUE(Create(Administrator()).ok());
  v1::DeletePartyRequest request;
  request.set_name("parties/certifier");
  const absl::Status refused = market_.Run("ayni.v1.PartyService/DeleteParty", request).status();
  EXPECT_EQ(ReasonOf(refused), "RESOURCE_IN_USE");
  EXPECT_THAT(std::string(refused.message()), HasSubstr(kSkill));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("go stale on their dates"));
}

}  // namespace
}  // namespace ayni::services
