#include "services/cli/need_why.h"

#include <gmock/gmock.h>

#include "absl/strings/str_split.h"

namespace ayni::cli {
namespace {

using services::TextLanguage;
using testing::HasSubstr;
using testing::StartsWith;

v1::ExplainNeedResponse AnAnswer() {
  v1::ExplainNeedResponse answer;
  answer.set_need("cooperatives/coop-1/needs/n-1");
  answer.set_round("rounds/2026-12");
  answer.set_fate(v1::NEED_FATE_PASSED_OVER);
  answer.set_text("The need was given none of 8 units; 2 offers could have served it.");
  answer.set_candidate_count(2);
  answer.set_other_count(40);
  v1::CandidateFate& candidate = *answer.add_candidates();
  candidate.set_offer("taps/a-tap-of-a-long-name-for-the-upper-valley/offers/o-1");
  candidate.set_rank(1);
  candidate.set_score(612'345);
  candidate.set_bound(8);
  candidate.set_reduced_value(-65'536 * 3 / 2);
  candidate.mutable_unit_price()->set_currency("PEN");
  candidate.mutable_unit_price()->set_minor_units(1'250);
  v1::Price& price = *candidate.add_prices();
  price.set_offer(candidate.offer());
  price.set_price(65'536 * 5);
  candidate.mutable_score_parts()->set_fit(1'000);
  v1::Reason& reason = *candidate.add_reasons();
  reason.set_code(v1::REASON_CODE_OFFER_FULL);
  reason.set_text("The offer had nothing left: it went to other needs.");
  v1::Taker& taker = *reason.add_takers();
  taker.set_quantity(8);
  taker.mutable_score_parts()->set_fit(1'000);
  taker.mutable_score_parts()->set_distance(812);
  v1::SmallestChange& change = *answer.add_changes();
  change.set_text(
      "Paying up to 14.00 PEN: 1.50 PEN more. Checked: it would have brought 8 units, and one step less "
      "none.");
  v1::CandidateFate& other = *answer.add_others();
  other.set_offer("taps/tap-2/offers/o-2");
  v1::Reason& place = *other.add_reasons();
  place.set_code(v1::REASON_CODE_PLACE);
  place.set_text("The place is 12.4 km beyond its reach.");
  return answer;
}

TEST(NeedWhy, SaysFateChangesReasonsAndWhomItWentTo) {
  const std::string text = NeedWhyText(AnAnswer(), TextLanguage::kEnglish, 80);
  EXPECT_THAT(text, StartsWith("coop-1/n-1 in round 2026-12\nThe need was given none"));
  EXPECT_THAT(text, HasSubstr("What would have changed it\n"));
  EXPECT_THAT(text, HasSubstr("score 612345, prices 5.0, net -1.5; given 0 of 8"));
  EXPECT_THAT(text, HasSubstr("    The offer had nothing left"));
  EXPECT_THAT(text, HasSubstr("8 to another need")) << "who may not be named";
  EXPECT_THAT(text, HasSubstr("Offers that are no candidates (1 of 40)\n- tap-2/o-2"));
}

TEST(NeedWhy, HasHeadingsInTheLanguageOfTheReasons) {
  const std::string spanish = NeedWhyText(AnAnswer(), TextLanguage::kSpanish, 80);
  EXPECT_THAT(spanish, StartsWith("coop-1/n-1 en la ronda 2026-12\n"));
  for (const char* words :
       {"Qué lo habría cambiado\n", "Candidatas (1 de 2)\n", "no son candidatas (1 de 40)\n",
        "puntaje 612345, precios 5.0, neto -1.5; recibió 0 de 8", "8 a otro pedido", "partes del puntaje"})
    EXPECT_THAT(spanish, HasSubstr(words));
  const std::string quechua = NeedWhyText(AnAnswer(), TextLanguage::kQuechua, 80);
  EXPECT_THAT(quechua, StartsWith("coop-1/n-1, 2026-12 rondapi [for review by a native speaker]\n"));
  EXPECT_THAT(quechua, HasSubstr("huk mañakuyman 8"));
}

TEST(NeedWhy, SaysWhatAConflictRestsOnInWords) {
  v1::ExplainNeedResponse answer = AnAnswer();
  v1::ConflictEdge& edge = *answer.mutable_others(0)->mutable_reasons(0)->add_conflicts()->add_path();
  edge.set_subject("parties/coop-2");
  edge.set_type(v1::RELATION_TYPE_OWNS);
  edge.set_object("parties/tap-2");
  EXPECT_THAT(NeedWhyText(answer, TextLanguage::kEnglish, 80),
              HasSubstr("        coop-2 owns a share of tap-2.\n"));
  EXPECT_THAT(NeedWhyText(answer, TextLanguage::kSpanish, 80),
              HasSubstr("        coop-2 es dueño de una parte de tap-2.\n"));
}

TEST(NeedWhy, FitsIntoEightyColumns) {
  const std::string text = NeedWhyText(AnAnswer(), TextLanguage::kEnglish, 80);
  for (const auto line : absl::StrSplit(text, '\n')) EXPECT_LE(line.size(), 80u) << line;
}

}  // namespace
}  // namespace ayni::cli
