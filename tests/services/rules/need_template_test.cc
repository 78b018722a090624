#include <gmock/gmock.h>

#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "services/resource/record_keys.h"
#include "services/resource/stored.h"
#include "services/rules/day.h"
#include "services/rules/need_posting.h"
#include "services/rules/need_turns.h"
#include "tests/services/rules/rejections.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

constexpr char kTemplate[] = "cooperatives/coop/needTemplates/dosing";

v1::DateWindow Window(absl::CivilDay start, absl::CivilDay end) {
  v1::DateWindow window;
  *window.mutable_start_date() = ToDate(start);
  *window.mutable_end_date() = ToDate(end);
  return window;
}

// Twice a year, five times, a month ahead.
v1::NeedTemplate ATemplate() {
  v1::NeedTemplate record;
  record.set_service("services/dosing");
  record.set_value_chain("valueChains/alpaca");
  record.set_district("territories/inei.080601");
  record.set_quantity(120);
  record.mutable_highest_unit_price()->set_currency("PEN");
  record.mutable_highest_unit_price()->set_minor_units(350);
  record.add_languages("quz");
  record.set_urgency(v1::URGENCY_HIGH);
  record.set_note("The corral by the school");
  *record.mutable_first_window() = Window(absl::CivilDay(2027, 1, 31), absl::CivilDay(2027, 3, 15));
  record.set_repeat_months(6);
  record.set_turn_count(5);
  record.set_days_ahead(30);
  return record;
}

v1::CreateNeedTemplateRequest NewTemplate() {
  v1::CreateNeedTemplateRequest request;
  request.set_parent("cooperatives/coop");
  request.set_need_template_id("dosing");
  *request.mutable_need_template() = ATemplate();
  return request;
}

TEST(CreateNeedTemplate, NamesEachWrongField) {
  using R = v1::CreateNeedTemplateRequest;
  using T = v1::NeedTemplate;
  ExpectRejections<R, T>(
      "ayni.v1.NeedService/CreateNeedTemplate", NewTemplate(), &R::mutable_need_template,
      {
          {"parent in another role", [](R* r, T*) { r->set_parent("cooperatives/tap"); }, "parent"},
          {"an id that leaves no room", [](R* r, T*) { r->set_need_template_id(Characters(55)); },
           "need_template_id"},
          {"no service", [](R*, T* t) { t->clear_service(); }, "need_template.service"},
          {"a province", [](R*, T* t) { t->set_district("territories/inei.0806"); },
           "need_template.district"},
          {"no quantity", [](R*, T* t) { t->set_quantity(0); }, "need_template.quantity"},
          {"no languages", [](R*, T* t) { t->clear_languages(); }, "need_template.languages"},
          {"no window", [](R*, T* t) { t->clear_first_window(); }, "need_template.first_window"},
          {"end before start",
           [](R*, T* t) { *t->mutable_first_window()->mutable_end_date() = ADay(2027, 1, 30); },
           "need_template.first_window.end_date"},
          {"never again", [](R*, T* t) { t->set_repeat_months(0); }, "need_template.repeat_months"},
          {"too seldom", [](R*, T* t) { t->set_repeat_months(25); }, "need_template.repeat_months"},
          {"no end", [](R*, T* t) { t->clear_turn_count(); }, "need_template.turn_count"},
          {"too many turns", [](R*, T* t) { t->set_turn_count(241); }, "need_template.turn_count"},
          {"last day before the first", [](R*, T* t) { *t->mutable_last_date() = ADay(2027, 1, 30); },
           "need_template.last_date"},
          {"too far ahead", [](R*, T* t) { t->set_days_ahead(367); }, "need_template.days_ahead"},
          {"behind", [](R*, T* t) { t->set_days_ahead(-1); }, "need_template.days_ahead"},
          {"no such agreement", [](R*, T* t) { t->set_agreement("agreements/none"); },
           "need_template.agreement"},
      });
}

TEST(MonthsAfter, KeepTheDayOfTheMonthWhereThereIsOne) {
  const absl::CivilDay end_of_january(2027, 1, 31);
  EXPECT_EQ(MonthsAfter(end_of_january, 1), absl::CivilDay(2027, 2, 28));
  EXPECT_EQ(MonthsAfter(end_of_january, 2), absl::CivilDay(2027, 3, 31));
  EXPECT_EQ(MonthsAfter(end_of_january, 13), absl::CivilDay(2028, 2, 29));
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    const absl::CivilDay day = absl::CivilDay(2000, 1, 1) + static_cast<int64_t>(random() % 40'000);
    const int64_t months = static_cast<int64_t>(random() % 60);
    const absl::CivilDay after = MonthsAfter(day, months);
    ASSERT_EQ(absl::CivilMonth(after) - absl::CivilMonth(day), months);
    ASSERT_LE(after.day(), day.day());
    // Where the day of the month is another, no later day is of that month.
    ASSERT_TRUE(after.day() == day.day() || absl::CivilMonth(after + 1) != absl::CivilMonth(after));
  }
}

// All turns of a template, walked month by month.
TEST(NextTurn, IsTheFirstThatIsNeitherSettledNorOver) {
  std::mt19937_64 random(2);
  int found = 0;
  for (int round = 0; round < 5'000; ++round) {
    v1::NeedTemplate record;
    const absl::CivilDay start = absl::CivilDay(2026, 1, 1) + static_cast<int64_t>(random() % 800);
    const absl::CivilDay end = start + static_cast<int64_t>(random() % 120);
    *record.mutable_first_window() = Window(start, end);
    record.set_repeat_months(1 + static_cast<int>(random() % 24));
    if (random() % 2 == 0) record.set_turn_count(1 + static_cast<int>(random() % 12));
    if (record.turn_count() == 0 || random() % 2 == 0)
      *record.mutable_last_date() = ToDate(start + static_cast<int64_t>(random() % 3'000));
    if (random() % 2 == 0)
      *record.mutable_settled_date() = ToDate(start + static_cast<int64_t>(random() % 1'500));
    const absl::CivilDay open = start + static_cast<int64_t>(random() % 2'000) - 200;
    std::vector<std::pair<absl::CivilDay, absl::CivilDay>> left;
    for (int turn = 0; turn < 400; ++turn) {
      const absl::CivilDay first = MonthsAfter(start, turn * record.repeat_months());
      const absl::CivilDay last = MonthsAfter(end, turn * record.repeat_months());
      const bool is_one = (record.turn_count() == 0 || turn < record.turn_count()) &&
                          (!record.has_last_date() || first <= ToDay(record.last_date())) && last >= open &&
                          (!record.has_settled_date() || first > ToDay(record.settled_date()));
      if (is_one) left.emplace_back(first, last);
    }
    const auto next = NextTurn(record, open);
    ASSERT_EQ(next.has_value(), !left.empty());
    if (left.empty()) continue;
    ++found;
    ASSERT_EQ(ToDay(next->start_date()), left.front().first);
    ASSERT_EQ(ToDay(next->end_date()), left.front().second);
  }
  EXPECT_GT(found, 1'000);
}

class ATemplateOnRecord : public testing::Test {
 protected:
  ATemplateOnRecord() {
    market_.Lay();
    EXPECT_TRUE(Make(NewTemplate()).ok());
  }

  absl::StatusOr<v1::NeedTemplate> Make(const v1::CreateNeedTemplateRequest& request) {
    return market_.CallAs<v1::NeedTemplate>(CooperativeCaller(), Scope::kOwnName,
                                            "ayni.v1.NeedService/CreateNeedTemplate", request);
  }
  absl::StatusOr<v1::NeedTemplate> Update(const v1::NeedTemplate& changed, const char* field) {
    v1::UpdateNeedTemplateRequest request;
    *request.mutable_need_template() = changed;
    request.mutable_need_template()->set_name(kTemplate);
    request.mutable_update_mask()->add_paths(field);
    return market_.CallAs<v1::NeedTemplate>(CooperativeCaller(), Scope::kOwnName,
                                            "ayni.v1.NeedService/UpdateNeedTemplate", request);
  }
  absl::StatusOr<v1::NeedTemplate> PostNext() {
    v1::PostNeedTemplateRequest request;
    request.set_name(kTemplate);
    return market_.CallAs<v1::NeedTemplate>(CooperativeCaller(), Scope::kOwnName,
                                            "ayni.v1.NeedService/PostNeedTemplate", request);
  }
  // At noon of that day, UTC-12.
  int PostOn(absl::CivilDay day) {
    const absl::Time noon = absl::FromCivil(day, absl::UTCTimeZone()) + absl::Hours(24);
    const auto posted = PostNeeds(
        noon, [] { return false; }, &market_.store());
    EXPECT_TRUE(posted.ok()) << posted.status();
    return posted.value_or(-1);
  }
  v1::NeedTemplate Read() {
    const auto stored = ReadRecord(market_.store(), ResourceType::Of<v1::NeedTemplate>(), kTemplate);
    return static_cast<const v1::NeedTemplate&>(*stored->record);
  }
  // By its id.
  v1::Need ReadNeed(const std::string& id) {
    const auto stored = ReadRecord(market_.store(), ResourceType::Of<v1::Need>(),
                                   absl::StrCat("cooperatives/coop/needs/", id));
    return stored->version == 0 ? v1::Need() : static_cast<const v1::Need&>(*stored->record);
  }
  std::set<std::string> Needs() {
    v1::ListNeedsRequest request;
    request.set_parent("cooperatives/coop");
    std::set<std::string> ids;
    const auto listed = market_.Call<v1::ListNeedsResponse>("ayni.v1.NeedService/ListNeeds", request);
    for (const v1::Need& need : listed->needs()) ids.insert(std::string(LastId(need.name())));
    return ids;
  }

  TestMarket market_;
};

TEST_F(ATemplateOnRecord, IsPostedWhenItsDayHasComeAndNotBefore) {
  EXPECT_EQ(ToDay(Read().next_post_date()), absl::CivilDay(2027, 1, 1));
  EXPECT_EQ(PostOn(absl::CivilDay(2026, 12, 31)), 0);
  EXPECT_EQ(PostOn(absl::CivilDay(2027, 1, 1)), 1);
  EXPECT_EQ(PostOn(absl::CivilDay(2027, 1, 1)), 0) << "never twice";
  const v1::Need need = ReadNeed("dosing-20270131");
  EXPECT_EQ(need.template_(), kTemplate);
  EXPECT_EQ(need.quantity(), 120);
  EXPECT_EQ(need.urgency(), v1::URGENCY_HIGH);
  EXPECT_EQ(need.note(), "The corral by the school");
  EXPECT_EQ(need.state(), v1::Need::STATE_OPEN);
  EXPECT_EQ(need.wait_start_time().seconds(), need.create_time().seconds());
  EXPECT_EQ(ToDay(need.window().end_date()), absl::CivilDay(2027, 3, 15));
  EXPECT_EQ(Read().last_need(), need.name());
  EXPECT_EQ(ToDay(Read().next_post_date()), absl::CivilDay(2027, 7, 1)) << "30 days before 31 July";
}

TEST_F(ATemplateOnRecord, CatchesUpAfterAStandstillOnWhatIsNotOver) {
  // The turns of January and July 2027 are over, that of January 2028 is not.
  EXPECT_EQ(PostOn(absl::CivilDay(2028, 3, 15)), 1);
  EXPECT_EQ(Needs(), (std::set<std::string>{"dosing-20280131"}));
  EXPECT_EQ(PostOn(absl::CivilDay(2040, 1, 1)), 0);
  EXPECT_FALSE(Read().has_next_post_date()) << "none is left";
  EXPECT_EQ(Needs().size(), 1u);
}

TEST_F(ATemplateOnRecord, IsNotPostedAgainOnceItsNeedWasDeleted) {
  EXPECT_EQ(PostOn(absl::CivilDay(2027, 1, 1)), 1);
  v1::DeleteNeedRequest request;
  request.set_name("cooperatives/coop/needs/dosing-20270131");
  EXPECT_TRUE(market_.Run("ayni.v1.NeedService/DeleteNeed", request).ok());
  v1::NeedTemplate later;
  later.set_days_ahead(366);
  EXPECT_TRUE(Update(later, "days_ahead").ok());
  EXPECT_EQ(PostOn(absl::CivilDay(2027, 2, 1)), 2);
  EXPECT_EQ(Needs(), (std::set<std::string>{"dosing-20270731", "dosing-20280131"}));
}

TEST_F(ATemplateOnRecord, IsPostedOnceByManyServers) {
  const absl::CivilDay day(2027, 1, 15);
  std::vector<std::thread> servers;
  std::atomic<int> posted = 0;
  for (int at = 0; at < 6; ++at) servers.emplace_back([&] { posted += PostOn(day); });
  for (std::thread& server : servers) server.join();
  EXPECT_EQ(posted, 1);
  EXPECT_EQ(Needs().size(), 1u);
}

TEST_F(ATemplateOnRecord, RestsWhilePausedAndGoesOnAfterwards) {
  v1::NeedTemplate paused;
  paused.set_paused(true);
  EXPECT_TRUE(Update(paused, "paused").ok());
  EXPECT_EQ(PostOn(absl::CivilDay(2027, 2, 1)), 0);
  paused.set_paused(false);
  EXPECT_TRUE(Update(paused, "paused").ok());
  EXPECT_EQ(PostOn(absl::CivilDay(2027, 2, 1)), 1);
}

TEST_F(ATemplateOnRecord, KeepsWhyItCanNotBePostedAndTriesAgain) {
  v1::UpdatePartyRequest request;
  request.mutable_party()->set_name("parties/coop");
  request.mutable_party()->add_roles(v1::PARTY_ROLE_COMPANY);
  request.mutable_update_mask()->add_paths("roles");
  request.mutable_update_mask()->add_paths("cooperative");
  ASSERT_TRUE(market_.Run("ayni.v1.PartyService/UpdateParty", request).ok());
  EXPECT_EQ(PostOn(absl::CivilDay(2027, 1, 1)), 0);
  EXPECT_THAT(Read().last_error(), HasSubstr("PARTY_ROLE_COOPERATIVE"));
  const storage::Sequence before = market_.store().sequence();
  EXPECT_EQ(PostOn(absl::CivilDay(2027, 1, 2)), 0);
  EXPECT_EQ(market_.store().sequence(), before) << "what is said already is not said again";
  request.mutable_party()->set_roles(0, v1::PARTY_ROLE_COOPERATIVE);
  request.mutable_party()->mutable_cooperative();
  ASSERT_TRUE(market_.Run("ayni.v1.PartyService/UpdateParty", request).ok());
  EXPECT_EQ(PostOn(absl::CivilDay(2027, 1, 3)), 1);
  EXPECT_EQ(Read().last_error(), "");
}

TEST_F(ATemplateOnRecord, IsPostedThoughOneBeforeItIsDamaged) {
  v1::CreateNeedTemplateRequest request = NewTemplate();
  request.set_need_template_id("ailing");
  ASSERT_TRUE(Make(request).ok());
  storage::Change damage;
  damage.puts.push_back(
      {RecordKey(ResourceType::Of<v1::NeedTemplate>(), "cooperatives/coop/needTemplates/ailing"), "\xFF"});
  ASSERT_TRUE(market_.store().CommitAndWait(std::move(damage)).ok());
  const absl::Time due = absl::FromCivil(absl::CivilDay(2027, 1, 2), absl::UTCTimeZone());
  const auto posted = PostNeeds(
      due, [] { return false; }, &market_.store());
  EXPECT_TRUE(absl::IsDataLoss(posted.status())) << posted.status();
  EXPECT_THAT(std::string(posted.status().message()), HasSubstr("ailing"));
  EXPECT_NE(ReadNeed("dosing-20270131").name(), "");
}

TEST_F(ATemplateOnRecord, LeavesANeedOfItsNameThatSomebodyElseMade) {
  v1::CreateNeedRequest request;
  request.set_parent("cooperatives/coop");
  request.set_need_id("dosing-20270131");
  *request.mutable_need() = ANeed();
  ASSERT_TRUE(market_.Run("ayni.v1.NeedService/CreateNeed", request).ok());
  EXPECT_EQ(PostOn(absl::CivilDay(2027, 1, 1)), 0);
  EXPECT_THAT(Read().last_error(), HasSubstr("dosing-20270131"));
  EXPECT_EQ(ReadNeed("dosing-20270131").template_(), "");
}

TEST_F(ATemplateOnRecord, PostsTheNextTurnAtOnceWhereItIsAsked) {
  const auto posted = PostNext();
  ASSERT_TRUE(posted.ok()) << posted.status();
  EXPECT_EQ(posted->last_need(), "cooperatives/coop/needs/dosing-20270131");
  for (int turn = 1; turn < 5; ++turn) EXPECT_TRUE(PostNext().ok()) << turn;
  EXPECT_EQ(ReasonOf(PostNext().status()), "NO_TURN_LEFT");
  EXPECT_EQ(Needs(), (std::set<std::string>{"dosing-20270131", "dosing-20270731", "dosing-20280131",
                                            "dosing-20280731", "dosing-20290131"}));
}

TEST_F(ATemplateOnRecord, LeavesItsNeedsWhenItIsDeleted) {
  EXPECT_EQ(PostOn(absl::CivilDay(2027, 1, 1)), 1);
  v1::DeleteNeedTemplateRequest request;
  request.set_name(kTemplate);
  EXPECT_TRUE(market_.Run("ayni.v1.NeedService/DeleteNeedTemplate", request).ok());
  EXPECT_EQ(Needs().size(), 1u);
  EXPECT_EQ(PostOn(absl::CivilDay(2027, 7, 1)), 0);
  v1::UpdateNeedRequest update;
  update.mutable_need()->set_name("cooperatives/coop/needs/dosing-20270131");
  update.mutable_need()->set_quantity(130);
  update.mutable_update_mask()->add_paths("quantity");
  EXPECT_TRUE(market_.Run("ayni.v1.NeedService/UpdateNeed", update).ok());
}

}  // namespace
}  // namespace ayni::services
