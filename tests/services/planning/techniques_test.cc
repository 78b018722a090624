// ListTechniques over a market in a real store, against a count by hand of every TAP.
#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>

#include "ayni/v1/skill_service.pb.h"
#include "services/market/engine_day.h"
#include "tests/services/stored_market.h"

namespace ayni::services {
namespace {

using testing::ElementsAre;

class Techniques : public testing::Test {
 protected:
  void SetUp() override {
    LayTerritory(&market_);
    today_ = DayOf(market_.now());
    PutParty("firm", {v1::PARTY_ROLE_COMPANY});
    // Counted as what it is first of all.
    PutParty("senasa", {v1::PARTY_ROLE_CERTIFIER, v1::PARTY_ROLE_PUBLIC_BODY});
    PutParty("academy", {v1::PARTY_ROLE_ACADEMIC_INSTITUTION});
  }

  void PutParty(const std::string& id, const std::vector<v1::PartyRole>& roles) {
    v1::Party party;
    party.set_name("parties/" + id);
    for (const v1::PartyRole role : roles) party.add_roles(role);
    market_.Put(party);
  }
  void PutTap(const std::string& id, const std::string& district) {
    v1::Party tap = ATap(id);
    tap.set_district(district);
    market_.Put(tap);
  }
  v1::Skill ASkill(const std::string& name, const std::string& partner, int learnt_days_ago, int fresh_days) {
    v1::Skill skill;
    skill.set_name("taps/" + name);
    skill.set_technology("embryo-transfer");
    skill.set_partner("parties/" + partner);
    *skill.mutable_learn_date() = DateOf(today_ - learnt_days_ago);
    *skill.mutable_refresh_by_date() = DateOf(today_ + fresh_days);
    skill.set_standing(v1::RELATION_STANDING_CONFIRMED);
    return skill;
  }
  v1::ListTechniquesResponse List(const v1::ListTechniquesRequest& request) {
    auto listed = market_.Call<v1::ListTechniquesResponse>("ayni.v1.SkillService/ListTechniques", request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    return listed.ok() ? *listed : v1::ListTechniquesResponse();
  }
  v1::ListTechniquesRequest On(matcher::Day day, v1::TerritoryLevel level = v1::TERRITORY_LEVEL_UNSPECIFIED) {
    v1::ListTechniquesRequest request;
    *request.mutable_day() = DateOf(day);
    request.set_territory_level(level);
    return request;
  }

  StoredMarket market_;
  matcher::Day today_ = 0;
};

TEST_F(Techniques, GoStaleOnTheirDate) {
  PutTap("t", "territories/d0");
  market_.Put(ASkill("t/skills/s", "firm", 100, 10));
  for (const auto& [day, fresh] : {std::pair(today_ + 10, 1), std::pair(today_ + 11, 0)}) {
    const v1::ListTechniquesResponse listed = List(On(day));
    ASSERT_EQ(listed.techniques_size(), 1);
    const v1::Technique& row = listed.techniques(0);
    EXPECT_EQ(row.technology(), "embryo-transfer");
    EXPECT_EQ(row.partner_role(), v1::PARTY_ROLE_COMPANY);
    EXPECT_EQ(row.fresh_tap_count(), fresh);
    EXPECT_EQ(row.stale_tap_count(), 1 - fresh);
    EXPECT_EQ(row.claimed_tap_count(), 0);
    EXPECT_EQ(row.has_next_refresh_by_date(), fresh == 1);
    EXPECT_THAT(row.partners(), ElementsAre("parties/firm"));
  }
  // Before it was learnt there is nothing.
  EXPECT_EQ(List(On(today_ - 101)).techniques_size(), 0);
  // Today, where no day is said.
  EXPECT_EQ(List({}).techniques(0).fresh_tap_count(), 1);
}

TEST_F(Techniques, AreClaimedUntilTheyAreConfirmed) {
  PutTap("t", "territories/d0");
  v1::Skill skill = ASkill("t/skills/s", "firm", 100, 10);
  skill.set_standing(v1::RELATION_STANDING_CLAIMED);
  market_.Put(skill);
  const v1::Technique row = List({}).techniques(0);
  EXPECT_EQ(row.fresh_tap_count(), 0);
  EXPECT_EQ(row.claimed_tap_count(), 1);
  EXPECT_EQ(row.partner_count(), 0);
}

TEST_F(Techniques, WereStaleBetweenTheirLastDayAndALaterRefreshing) {
  PutTap("t", "territories/d0");
  v1::Skill skill = ASkill("t/skills/s", "firm", 100, 10);
  v1::SkillRefresh* refresh = skill.add_refreshes();
  *refresh->mutable_refresh_by_date() = DateOf(today_ - 50);
  *refresh->mutable_refresh_date() = DateOf(today_ - 40);
  market_.Put(skill);
  const auto fresh_on = [&](matcher::Day day) { return List(On(day)).techniques(0).fresh_tap_count(); };
  EXPECT_EQ(fresh_on(today_ - 50), 1);
  EXPECT_EQ(fresh_on(today_ - 49), 0);
  EXPECT_EQ(fresh_on(today_ - 41), 0);
  EXPECT_EQ(fresh_on(today_ - 40), 1);
}

// Any market: each row is the TAPs of its technology, kind and territory, each once, as its best skill there.
TEST_F(Techniques, AreWhatACountOfEveryTapGives) {
  std::mt19937 random(1);
  const auto draw = [&](int max) { return static_cast<int>(random() % (max + 1)); };
  const std::string districts[] = {"territories/d0", "territories/d1", ""};
  const std::pair<std::string, int> partners[] = {{"firm", v1::PARTY_ROLE_COMPANY},
                                                  {"senasa", v1::PARTY_ROLE_PUBLIC_BODY},
                                                  {"academy", v1::PARTY_ROLE_ACADEMIC_INSTITUTION}};
  // By technology, kind and district: by TAP 2 fresh, 1 stale, 0 claimed.
  std::map<std::tuple<std::string, int, std::string>, std::map<int, int>> expected;
  const matcher::Day day = today_ + 3;
  for (int tap = 0; tap < 60; ++tap) {
    const std::string& district = districts[draw(2)];
    const std::string id = "t" + std::to_string(tap);
    PutTap(id, district);
    for (int at = draw(5); at > 0; --at) {
      const auto& [partner, role] = partners[draw(2)];
      v1::Skill skill = ASkill(id + "/skills/s" + std::to_string(at), partner, draw(20) - 8, draw(12));
      skill.set_technology(draw(1) == 0 ? "embryo-transfer" : "drip-irrigation");
      if (draw(3) == 0) skill.set_standing(v1::RELATION_STANDING_CLAIMED);
      market_.Put(skill);
      if (DayOf(skill.learn_date()) > day) continue;
      const int worth = skill.standing() == v1::RELATION_STANDING_CLAIMED ? 0
                        : DayOf(skill.refresh_by_date()) >= day           ? 2
                                                                          : 1;
      int& best = expected[{skill.technology(), role, district}].try_emplace(tap, worth).first->second;
      best = std::max(best, worth);
    }
  }
  v1::ListTechniquesRequest request = On(day, v1::TERRITORY_LEVEL_DISTRICT);
  request.set_page_size(4);
  std::set<std::tuple<std::string, int, std::string>> seen;
  do {
    const v1::ListTechniquesResponse page = List(request);
    EXPECT_LE(page.techniques_size(), 4);
    for (const v1::Technique& row : page.techniques()) {
      const std::tuple key(row.technology(), static_cast<int>(row.partner_role()), row.territory());
      EXPECT_TRUE(seen.insert(key).second) << row.ShortDebugString();
      int64_t counts[3] = {};
      for (const auto& [tap, worth] : expected[key]) ++counts[worth];
      EXPECT_EQ(row.claimed_tap_count(), counts[0]) << row.ShortDebugString();
      EXPECT_EQ(row.stale_tap_count(), counts[1]) << row.ShortDebugString();
      EXPECT_EQ(row.fresh_tap_count(), counts[2]) << row.ShortDebugString();
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen.size(), expected.size());
  EXPECT_GT(seen.size(), 12u);
}

TEST_F(Techniques, NameWhatIsWrongWithTheQuestion) {
  v1::ListTechniquesRequest request;
  request.mutable_day()->set_year(2026);
  request.set_technology("Riego");
  request.set_territory("territories/none");
  const auto listed =
      market_.Call<v1::ListTechniquesResponse>("ayni.v1.SkillService/ListTechniques", request);
  for (const char* field : {"day", "technology", "territory"})
    EXPECT_THAT(std::string(listed.status().ToString()), testing::HasSubstr(field));
}

}  // namespace
}  // namespace ayni::services
