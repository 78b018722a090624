#include "services/notice_text.h"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/cli/notice_page.h"

namespace ayni::cli {
namespace {

using services::FromSmsAlphabet;
using services::InSmsAlphabet;
using services::kNoticeCharactersMax;
using services::NeedNotice;
using services::ProposalNotice;
using services::TextLanguage;
using services::UnitWord;
using services::VisitNotice;

using testing::HasSubstr;

const TextLanguage kLanguages[] = {TextLanguage::kSpanish, TextLanguage::kEnglish, TextLanguage::kQuechua};

v1::Match AMatch() {
  v1::Match match;
  match.set_name("rounds/2026-12/matches/m000001");
  match.set_cooperative("parties/coop-1");
  match.set_tap("parties/tap-1");
  match.set_service("services/shearing");
  match.set_district("territories/inei.080601");
  match.set_quantity(40);
  match.mutable_unit_price()->set_currency("PEN");
  match.mutable_unit_price()->set_minor_units(450);
  match.mutable_window()->mutable_start_date()->set_day(1);
  match.mutable_window()->mutable_start_date()->set_month(3);
  match.mutable_window()->mutable_start_date()->set_year(2027);
  match.mutable_window()->mutable_end_date()->set_day(30);
  match.mutable_window()->mutable_end_date()->set_month(4);
  match.mutable_window()->mutable_end_date()->set_year(2027);
  match.mutable_answer_by_time()->set_seconds(1'796'500'800);  // 2026-12-05T20:00:00Z
  match.set_state(v1::Match::STATE_PROPOSED);
  return match;
}

v1::Need ANeed() {
  v1::Need need;
  need.set_name("cooperatives/coop-1/needs/shearing-2027");
  need.set_service("services/shearing");
  need.set_value_chain("valueChains/alpaca");
  need.set_district("territories/inei.080601");
  need.set_quantity(1);
  *need.mutable_window() = AMatch().window();
  *need.mutable_highest_unit_price() = AMatch().unit_price();
  return need;
}

std::string Names(const std::string& name) {
  if (name == "parties/coop-1") return "Asociación Ñahui";
  if (name == "parties/tap-1") return "Kamayoq Máximo";
  if (name == "services/shearing") return "Esquila";
  if (name == "valueChains/alpaca") return "Alpaca";
  return "Sicuani";
}

TEST(NoticeText, TellsWhatIsAskedAndUntilWhen) {
  EXPECT_EQ(ProposalNotice(AMatch(), v1::UNIT_ANIMAL, TextLanguage::kSpanish, Names),
            "AYNI 2026-12/m000001: Kamayoq Maximo para Asociacion Ñahui: Esquila, 40 animales, en Sicuani, "
            "01/03-30/04, a 4.50 PEN c/u. Responda SI o NO hasta 05/12 15:00");
  EXPECT_EQ(NeedNotice(ANeed(), v1::UNIT_ANIMAL, TextLanguage::kEnglish, Names),
            "AYNI coop-1/shearing-2027: asked for: Esquila, Alpaca, 1 animal, in Sicuani, 01/03-30/04, up to "
            "4.50 PEN each. Asociacion Ñahui");
  EXPECT_THAT(VisitNotice(AMatch(), v1::UNIT_ANIMAL, TextLanguage::kQuechua, Names), HasSubstr("40 uywa"));
}

// Any names at all: what is counted are characters of the alphabet that a message has room for.
TEST(NoticeText, FitsOneMessageWhateverTheNames) {
  std::mt19937_64 random(7);
  const std::vector<std::string> letters = {"a",  " ",  "ñ",  "ó", "@", "[", "€",
                                            "漢", "\"", "\n", "Ü", "_", "é", "x"};
  for (int tries = 0; tries < 300; ++tries) {
    std::string name;
    for (int length = static_cast<int>(random() % 200); length > 0; --length)
      name += letters[random() % letters.size()];
    const Naming naming = [&](const std::string&) { return name; };
    v1::Match match = AMatch();
    match.set_quantity(static_cast<int64_t>(1 + random() % 1'000'000'000));
    match.mutable_unit_price()->set_minor_units(static_cast<int64_t>(random() % 1'000'000'000'000));
    const auto language = kLanguages[tries % 3];
    for (const std::string& text : {ProposalNotice(match, v1::UNIT_PARTICIPANT_HOUR, language, naming),
                                    VisitNotice(match, v1::UNIT_PARTICIPANT_HOUR, language, naming),
                                    NeedNotice(ANeed(), v1::UNIT_INSEMINATION, language, naming)}) {
      const std::string sms = InSmsAlphabet(text);
      ASSERT_LE(sms.size(), kNoticeCharactersMax) << text;
      // Nothing is lost on the way: it is of that alphabet.
      ASSERT_EQ(FromSmsAlphabet(sms), text);
    }
    // What is to be answered is never cut away.
    ASSERT_THAT(ProposalNotice(match, v1::UNIT_VISIT, language, naming),
                testing::AllOf(HasSubstr("2026-12/m000001"), HasSubstr(absl::StrCat(match.quantity())),
                               HasSubstr("05/12 15:00")));
  }
}

// As a match has them when all that can be said of it was said.
v1::Match SaidMatch() {
  v1::Match match = AMatch();
  match.mutable_delivery()->set_quantity(38);
  match.mutable_delivery()->mutable_date()->set_day(5);
  match.mutable_delivery()->mutable_date()->set_month(3);
  match.mutable_confirmation()->set_quantity(38);
  match.mutable_confirmation()->set_rating(4);
  match.mutable_tap_yes()->mutable_time()->set_seconds(2);
  match.mutable_cooperative_yes()->mutable_time()->set_seconds(1);
  match.mutable_ending()->set_side(v1::SIDE_TAP);
  match.mutable_ending()->set_reason("El camino está cerrado");
  match.mutable_dispute()->set_side(v1::SIDE_COOPERATIVE);
  match.mutable_dispute()->set_reason("Faltan dos");
  match.mutable_dispute()->set_outcome(v1::Dispute::OUTCOME_PARTLY_DELIVERED);
  match.mutable_dispute()->set_decision_reason("Visto en la chacra");
  return match;
}

TEST(NoticeText, TellsWhatBecameOfAMatch) {
  const auto told = [](v1::MatchEvent event) {
    return services::EventNotice(event, SaidMatch(), v1::UNIT_ANIMAL, TextLanguage::kSpanish, Names);
  };
  EXPECT_EQ(told(v1::MATCH_EVENT_PROPOSED),
            ProposalNotice(AMatch(), v1::UNIT_ANIMAL, TextLanguage::kSpanish, Names));
  EXPECT_EQ(
      told(v1::MATCH_EVENT_ACCEPTED_BY_ONE),
      "AYNI 2026-12/m000001: Asociacion Ñahui dijo SI; falta Kamayoq Maximo, hasta 05/12 15:00. Esquila, 40 "
      "animales, en Sicuani, 01/03-30/04");
  EXPECT_EQ(told(v1::MATCH_EVENT_ACCEPTED),
            VisitNotice(AMatch(), v1::UNIT_ANIMAL, TextLanguage::kSpanish, Names));
  EXPECT_EQ(told(v1::MATCH_EVENT_DECLINED),
            "AYNI 2026-12/m000001: Kamayoq Maximo dijo NO: El camino esta cerrado. Esquila, 40 animales, en "
            "Sicuani, 01/03-30/04");
  EXPECT_EQ(told(v1::MATCH_EVENT_DELIVERED),
            "AYNI 2026-12/m000001: Kamayoq Maximo dice que termino: Esquila, 38 animales, en Sicuani, 05/03. "
            "Asociacion Ñahui: confirme o reclame");
  EXPECT_EQ(
      told(v1::MATCH_EVENT_DECIDED),
      "AYNI 2026-12/m000001: la administracion decidio: se presto en parte, 38 animales. Visto en la chacra. "
      "Kamayoq Maximo para Asociacion Ñahui: Esquila, en Sicuani");
  v1::Match cancelled = SaidMatch();
  cancelled.mutable_ending()->set_side(v1::SIDE_ADMINISTRATOR);
  EXPECT_THAT(services::EventNotice(v1::MATCH_EVENT_CANCELLED, cancelled, v1::UNIT_ANIMAL,
                                    TextLanguage::kSpanish, Names),
              HasSubstr("anulado por la administracion: El camino esta cerrado"));
}

// Any names and reasons, of any match: one message each.
TEST(NoticeText, TellsEveryEventInOneMessage) {
  std::mt19937_64 random(11);
  const std::vector<std::string> letters = {"a", " ", "ñ", "ó", "[", "€", "漢", "\n", "W"};
  const auto text = [&](uint64_t length_max) {
    std::string made;
    for (uint64_t length = random() % length_max; length > 0; --length)
      made += letters[random() % letters.size()];
    return made;
  };
  for (int tries = 0; tries < 200; ++tries) {
    const Naming naming = [name = text(120)](const std::string&) { return name; };
    v1::Match match = SaidMatch();
    match.set_quantity(static_cast<int64_t>(1 + random() % 1'000'000'000));
    match.mutable_confirmation()->set_quantity(match.quantity());
    match.mutable_unit_price()->set_minor_units(static_cast<int64_t>(random() % 1'000'000'000'000));
    match.mutable_ending()->set_reason(text(2'000));
    match.mutable_dispute()->set_reason(text(2'000));
    match.mutable_dispute()->set_decision_reason(text(2'000));
    for (int at = 1; at < v1::MatchEvent_descriptor()->value_count(); ++at) {
      for (const TextLanguage language : kLanguages) {
        const auto event = static_cast<v1::MatchEvent>(v1::MatchEvent_descriptor()->value(at)->number());
        const std::string told =
            services::EventNotice(event, match, v1::UNIT_PARTICIPANT_HOUR, language, naming);
        const std::string sms = InSmsAlphabet(told);
        ASSERT_LE(sms.size(), kNoticeCharactersMax) << told;
        ASSERT_EQ(FromSmsAlphabet(sms), told);
        ASSERT_THAT(told, HasSubstr("2026-12/m000001"));
        ASSERT_FALSE(absl::StrContains(told, "{")) << told;
      }
    }
  }
}

TEST(NoticeText, HasAWordForEveryUnitInEveryLanguage) {
  for (int at = 1; at < v1::Unit_descriptor()->value_count(); ++at) {
    for (const TextLanguage language : kLanguages) {
      const auto unit = static_cast<v1::Unit>(v1::Unit_descriptor()->value(at)->number());
      EXPECT_NE(UnitWord(unit, 1, language), "") << v1::Unit_Name(unit);
      EXPECT_NE(UnitWord(unit, 2, language), "") << v1::Unit_Name(unit);
    }
  }
  EXPECT_EQ(UnitWord(v1::UNIT_VISIT, 1, TextLanguage::kSpanish), "visita");
  EXPECT_EQ(UnitWord(v1::UNIT_VISIT, 2, TextLanguage::kSpanish), "visitas");
}

TEST(NoticePage, HasRoomForTheAnswerOfAProposalAlone) {
  v1::Match match = AMatch();
  match.set_note("<the gate is blue>");
  const std::string proposal = MatchPage(match, v1::UNIT_ANIMAL, TextLanguage::kSpanish, Names);
  EXPECT_THAT(proposal, HasSubstr("SÍ, acepto"));
  EXPECT_THAT(proposal, HasSubstr("05/12/2026 15:00"));
  EXPECT_THAT(proposal, HasSubstr("&lt;the gate is blue&gt;"));
  match.set_state(v1::Match::STATE_ACCEPTED);
  EXPECT_FALSE(absl::StrContains(MatchPage(match, v1::UNIT_ANIMAL, TextLanguage::kSpanish, Names), "acepto"));
  EXPECT_THAT(NeedPage(ANeed(), v1::UNIT_ANIMAL, TextLanguage::kQuechua, Names),
              HasSubstr("for review by a native speaker"));
}

}  // namespace
}  // namespace ayni::cli
