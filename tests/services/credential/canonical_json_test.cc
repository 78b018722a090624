#include "services/credential/canonical_json.h"

#include <gmock/gmock.h>

namespace ayni::services {
namespace {

using testing::HasSubstr;

std::string Canonical(std::string_view text) {
  std::string wrong;
  const auto json = ParseStrictJson(text, &wrong);
  EXPECT_TRUE(json.has_value()) << wrong;
  return json.has_value() ? CanonicalJson(*json) : "";
}

// RFC 8785, section 3.2.3: its example of sorting.
TEST(CanonicalJson, SortsNamesByTheirUtf16) {
  EXPECT_EQ(Canonical(R"({
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis"
  })"),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
            "\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\",\"\xe2\x82\xac\":\"Euro Sign\","
            "\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\","
            "\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

// RFC 8785, section 3.2.2.2, and its example of literals.
TEST(CanonicalJson, EscapesAsLittleAsCanBe) {
  EXPECT_EQ(Canonical(R"(["\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", null, true, false, -7, 0])"),
            "[\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\",null,true,false,-7,0]");
  EXPECT_EQ(Canonical("\"\\b\\t\\n\\f\\r\\u001f\x7f\""), "\"\\b\\t\\n\\f\\r\\u001f\x7f\"");
  EXPECT_EQ(Canonical(" { } "), "{}");
}

TEST(ParseStrictJson, RefusesWhatCouldBeReadInTwoWays) {
  const std::pair<std::string, const char*> cases[] = {
      {R"({"a":1,"a":2})", "has a twice"},
      {R"({"b":{"a":1,"\u0061":2}})", "has a twice"},
      {"[1.0]", "no integer"},
      {"[1e2]", "no integer"},
      {"[9007199254740992]", "too large"},
      {"[-9007199254740992]", "too small"},
      {"[1,]", "is no JSON"},
      {"{} {}", "is no JSON"},
      {"\"\xff\"", "is no JSON"},
      {"\"\\ud800\"", "is no JSON"},
      {"", "is no JSON"},
      {std::string(40, '[') + std::string(40, ']'), "nested deeper"},
  };
  for (const auto& [text, why] : cases) {
    std::string wrong;
    EXPECT_FALSE(ParseStrictJson(text, &wrong).has_value()) << text;
    EXPECT_THAT(wrong, HasSubstr(why)) << text;
  }
  // The same name in two objects, and one inside the other.
  EXPECT_EQ(Canonical(R"([{"a":{"a":1}},{"a":2}])"), R"([{"a":{"a":1}},{"a":2}])");
}

}  // namespace
}  // namespace ayni::services
