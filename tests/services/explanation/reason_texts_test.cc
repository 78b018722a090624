#include "services/reason_texts.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "ayni/v1/explanation.pb.h"
#include "ayni/v1/relation.pb.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

std::set<std::string> PlacesOf(const std::string& text) {
  const std::regex place("\\{[a-z_]+\\}");
  return {std::sregex_token_iterator(text.begin(), text.end(), place), std::sregex_token_iterator()};
}

auto ColumnCount(const std::string& heading) { return std::count(heading.begin(), heading.end(), '|'); }

bool HasTemplate(const std::string& id) {
  for (const ReasonTemplate& each : ReasonTemplates()) {
    if (each.id == id) return true;
  }
  return false;
}

TEST(ReasonTexts, AreInAllLanguagesWithTheSamePlaces) {
  std::set<std::string> ids;
  for (const ReasonTemplate& each : ReasonTemplates()) {
    EXPECT_TRUE(ids.insert(each.id).second) << each.id;
    for (const char* text : {each.spanish, each.english, each.quechua.text}) {
      EXPECT_STRNE(text, "") << each.id;
      EXPECT_EQ(PlacesOf(text), PlacesOf(each.english)) << each.id << ": " << text;
      const std::regex counted("\\{[a-z_]+\\?[^|]*\\|([^}]*)\\}");
      EXPECT_LE(std::regex_replace(text, counted, "$1").size(), 120u) << "a short sentence: " << text;
      EXPECT_NE(absl::EndsWith(text, "."), absl::StartsWith(each.id, "HEADING_")) << text;
      if (absl::StartsWith(each.id, "HEADING_")) {
        EXPECT_EQ(ColumnCount(text), ColumnCount(each.english)) << text;
      }
    }
  }
}

TEST(ReasonTexts, AreThereForEveryCode) {
  const google::protobuf::EnumDescriptor* enums[] = {v1::ReasonCode_descriptor(), v1::ChangeKind_descriptor(),
                                                     v1::ChangeCheck_descriptor(), v1::NeedFate_descriptor(),
                                                     v1::RelationType_descriptor()};
  for (const auto* each : enums) {
    for (int at = 0; at < each->value_count(); ++at) {
      if (each->value(at)->number() == 0) continue;
      EXPECT_TRUE(HasTemplate(each->value(at)->name())) << each->value(at)->name();
    }
  }
}

TEST(ReasonTexts, FillTheirPlacesAndMarkQuechuaForReview) {
  const TextValues values = {{"units", "7"}};
  EXPECT_EQ(ReasonText(TextLanguage::kEnglish, "REASON_CODE_MATCHED", values), "It was given 7 units.");
  EXPECT_EQ(ReasonText(TextLanguage::kSpanish, "REASON_CODE_MATCHED", values), "Recibió 7 unidades.");
  const TextValues one = {{"units", "1"}, {"months", "1"}};
  EXPECT_EQ(ReasonText(TextLanguage::kEnglish, "REASON_CODE_MATCHED", one), "It was given 1 unit.");
  EXPECT_EQ(ReasonText(TextLanguage::kSpanish, "REASON_CODE_MATCHED", one), "Recibió 1 unidad.");
  EXPECT_EQ(ReasonText(TextLanguage::kSpanish, "REASON_CODE_EXPERIENCE", one), "Falta 1 mes de experiencia.");
  for (const ReasonTemplate& each : ReasonTemplates()) {
    EXPECT_THAT(ReasonText(TextLanguage::kQuechua, each.id), HasSubstr("for review by a native speaker"));
    EXPECT_THAT(ReasonText(TextLanguage::kSpanish, each.id), testing::Not(HasSubstr("review")));
  }
}

TEST(ReasonTexts, TakeLanguagesByTheirCodes) {
  EXPECT_EQ(ParseTextLanguage(""), TextLanguage::kSpanish);
  EXPECT_EQ(ParseTextLanguage("spa"), TextLanguage::kSpanish);
  EXPECT_EQ(ParseTextLanguage("eng"), TextLanguage::kEnglish);
  EXPECT_EQ(ParseTextLanguage("quz"), TextLanguage::kQuechua);
  EXPECT_EQ(ParseTextLanguage("en"), std::nullopt);
  EXPECT_EQ(ParseTextLanguage("que"), std::nullopt);
}

}  // namespace
}  // namespace ayni::services
