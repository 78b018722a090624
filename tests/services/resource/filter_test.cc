#include "services/resource/filter.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/audit.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"

namespace ayni::services {
namespace {

std::vector<FilterField> FieldsOf(const google::protobuf::Descriptor* record,
                                  std::vector<const char*> paths) {
  std::vector<FilterField> fields;
  for (const char* path : paths) fields.emplace_back(record, path);
  return fields;
}

const std::vector<FilterField>& NeedFields() {
  static const auto* const fields =
      new auto(FieldsOf(v1::Need::descriptor(), {"service", "district", "state", "urgency"}));
  return *fields;
}

std::string AsItIs(const ResourceType&, const std::string& name) { return name; }

// The filter, or what is wrong with it.
Filter Parse(const std::string& text, const std::vector<FilterField>& fields, std::string* wrong) {
  const FieldPath root;
  Violations violations;
  Filter filter = Filter::Parse(text, fields, AsItIs, root / "filter", &violations);
  *wrong = violations.empty() ? "" : violations.all().front().description;
  return filter;
}

bool Matches(const std::string& text, const std::vector<FilterField>& fields,
             const google::protobuf::Message& record) {
  std::string wrong;
  const Filter filter = Parse(text, fields, &wrong);
  EXPECT_EQ(wrong, "") << text;
  return filter.Matches(record);
}

TEST(Filter, ComparesDaysAndMoments) {
  const auto fields = FieldsOf(v1::Need::descriptor(), {"window.start_date", "create_time"});
  v1::Need need;
  google::type::Date* start = need.mutable_window()->mutable_start_date();
  start->set_year(2027);
  start->set_month(1);
  start->set_day(31);
  need.mutable_create_time()->set_seconds(1'764'007'200);  // 2025-11-24T18:00:00Z
  for (const char* text :
       {"window.start_date = 2027-01-31", "window.start_date > '2026-12-31'",
        "window.start_date < 2027-02-01", "create_time >= 2025-11-24T18:00:00Z",
        "create_time < 2025-11-24T13:00:00.001-05:00", "create_time != 2025-11-24T18:00:01Z"}) {
    EXPECT_TRUE(Matches(text, fields, need)) << text;
  }
  for (const char* text : {"window.start_date > 2027-01-31", "create_time > 2025-11-24T18:00:00Z"}) {
    EXPECT_FALSE(Matches(text, fields, need)) << text;
  }
  EXPECT_FALSE(Matches("window.start_date >= 1900-01-01", fields, v1::Need())) << "what is not set is no day";
  std::string wrong;
  Parse("window.start_date = 2027-02-30", fields, &wrong);
  EXPECT_TRUE(absl::StrContains(wrong, "as in 2027-01-31")) << wrong;
  Parse("create_time > 2027-01-01", fields, &wrong);
  EXPECT_TRUE(absl::StrContains(wrong, "as in 2027-01-31T18:00:00Z")) << wrong;
  Parse("window.start_date : 2027-01-31", fields, &wrong);
  EXPECT_NE(wrong, "");
}

TEST(Filter, FindsATextOfAListWhateverItsCaseAndAccents) {
  const auto fields = FieldsOf(v1::Party::descriptor(), {"aliases", "languages", "tap.model"});
  v1::Party party;
  party.add_aliases("Asociación Núñez");
  party.add_languages("quz");
  party.mutable_tap()->set_model(v1::TAP_MODEL_COMMUNITY);
  EXPECT_TRUE(
      Matches("aliases : \"asociacion nunez\" AND languages:quz AND tap.model = COMMUNITY", fields, party));
  EXPECT_FALSE(Matches("aliases : nunez", fields, party)) << "the whole of it";
}

TEST(Filter, ComparesNamesAndEnumerators) {
  v1::Need need;
  need.set_service("services/dosing");
  need.set_state(v1::Need::STATE_OPEN);
  for (const char* text :
       {"", "  ", "service = services/dosing", "service=\"services/dosing\" AND state=STATE_OPEN",
        "state = OPEN", "state != 'MATCHED'", "urgency = URGENCY_UNSPECIFIED",
        "service != services/shearing AND service > services/a AND service <= services/dosing"}) {
    EXPECT_TRUE(Matches(text, NeedFields(), need)) << text;
  }
  for (const char* text :
       {"service = services/shearing", "state = OPEN AND service = services/x", "state = MATCHED"}) {
    EXPECT_FALSE(Matches(text, NeedFields(), need)) << text;
  }
}

TEST(Filter, ListsTheAllowedFieldsWhereItCannotBeRead) {
  for (const char* text :
       {"servise = services/x", "service", "service =", "service ~ x", "= x",
        "service = services/x state = OPEN", "service = services/x AND",
        "service = services/x OR state = OPEN", "NOT state = OPEN", "(state = OPEN)", "state = SOMETIMES",
        "state < OPEN", "service = dosing", "service = \"services/x", "note = x", "AND"}) {
    std::string wrong;
    Parse(text, NeedFields(), &wrong);
    EXPECT_TRUE(absl::StrContains(wrong, "service, district, state, urgency")) << text << ": " << wrong;
  }
}

TEST(Filter, HasLimits) {
  std::string wrong;
  Parse(std::string(kFilterBytesMax + 1, ' '), NeedFields(), &wrong);
  EXPECT_NE(wrong, "");
  std::string many = "state = OPEN";
  for (size_t i = 1; i <= kFilterComparisonsMax; ++i) many += " AND state = OPEN";
  Parse(many, NeedFields(), &wrong);
  EXPECT_NE(wrong, "");
}

TEST(Filter, AsksListsWhetherTheyHoldAValue) {
  const auto fields = FieldsOf(v1::Offer::descriptor(), {"coverage.territories"});
  v1::Offer offer;
  EXPECT_FALSE(Matches("coverage.territories : territories/inei.08", fields, offer));
  offer.mutable_coverage()->add_territories("territories/inei.07");
  offer.mutable_coverage()->add_territories("territories/inei.08");
  EXPECT_TRUE(Matches("coverage.territories:territories/inei.08", fields, offer));
  EXPECT_FALSE(Matches("coverage.territories:territories/inei.09", fields, offer));
  std::string wrong;
  Parse("coverage.territories = territories/inei.08", fields, &wrong);
  EXPECT_NE(wrong, "");
}

TEST(Filter, FindsTextsWhateverTheirCaseAndAccents) {
  const auto fields = FieldsOf(v1::Party::descriptor(), {"roles", "display_name"});
  v1::Party party;
  party.set_display_name("Cooperativa NÚÑEZ de Ocongate");
  party.add_roles(v1::PARTY_ROLE_COOPERATIVE);
  EXPECT_TRUE(Matches("display_name : nunez", fields, party));
  EXPECT_TRUE(Matches("display_name : \"Núñez de\"", fields, party));
  EXPECT_FALSE(Matches("display_name : valverde", fields, party));
  EXPECT_TRUE(Matches("roles : COOPERATIVE", fields, party));
  EXPECT_FALSE(Matches("roles : PARTY_ROLE_TAP", fields, party));
}

TEST(Filter, ComparesNumbersAndBooleansAsBruteForceDoes) {
  const auto fields = FieldsOf(v1::SegmentReport::descriptor(), {"hhi", "thin"});
  std::mt19937 random(7);
  const std::pair<const char*, std::function<bool(int, int)>> operators[] = {
      {"=", std::equal_to<int>()},    {"!=", std::not_equal_to<int>()}, {"<", std::less<int>()},
      {"<=", std::less_equal<int>()}, {">", std::greater<int>()},       {">=", std::greater_equal<int>()},
      {":", std::equal_to<int>()},
  };
  for (int i = 0; i < 2000; ++i) {
    const int value = static_cast<int>(random() % 5) - 2;
    const int bound = static_cast<int>(random() % 5) - 2;
    const bool thin = random() % 2 == 0;
    v1::SegmentReport report;
    report.set_hhi(value);
    report.set_thin(thin);
    for (const auto& [symbol, holds] : operators) {
      const std::string text = absl::StrCat("hhi ", symbol, " ", bound, " AND thin = true");
      EXPECT_EQ(Matches(text, fields, report), holds(value, bound) && thin) << text;
    }
  }
}

TEST(Filter, SurvivesAnyText) {
  std::mt19937 random(11);
  const std::string pieces[] = {"service",
                                "state",
                                " ",
                                "=",
                                "!=",
                                "<",
                                ":",
                                "AND",
                                "OPEN",
                                "\"",
                                "'",
                                "\\",
                                "services/x",
                                "(",
                                "\xFF",
                                "\0x",
                                "territories/080601",
                                ","};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (size_t j = random() % 9; j > 0; --j) text += pieces[random() % std::size(pieces)];
    std::string wrong;
    Parse(text, NeedFields(), &wrong).Matches(v1::Need());
  }
}

TEST(Folded, LeavesOtherScriptsAlone) {
  EXPECT_EQ(Folded("ÁÉÍÓÚÜÑ áéíóúüñ Ç"), "aeiouun aeiouun c");
  EXPECT_EQ(Folded("×÷Æß"), "×÷Æß");
  EXPECT_EQ(Folded("漢字\xC3"), "漢字\xC3");
}

}  // namespace
}  // namespace ayni::services
