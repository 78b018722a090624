#include "services/cli/json_values.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace ayni::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// As in 2: {"a": 1}; what is wrong in place of a value, and the error at the end.
std::vector<std::string> Values(const std::string& text, size_t part_bytes = 1) {
  std::vector<std::string> values;
  JsonValues reader([&](int64_t line, absl::string_view value, const std::string& wrong) {
    values.push_back(absl::StrCat(line, ": ", wrong.empty() ? std::string(value) : wrong));
  });
  bool is_right = true;
  for (size_t at = 0; at < text.size() && is_right; at += part_bytes) {
    is_right = reader.Feed(absl::string_view(text).substr(at, part_bytes));
  }
  if (!is_right || !reader.Finish())
    values.push_back(absl::StrCat("error ", reader.line(), ": ", reader.error()));
  return values;
}

TEST(JsonValues, GivesTheElementsOfAnArrayWithTheirLines) {
  EXPECT_THAT(Values("[{\"a\": {\"b\": [1, 2]}},\n\n  {}\n]\n"),
              ElementsAre("1: {\"a\": {\"b\": [1, 2]}}", "3: {}"));
  EXPECT_THAT(Values("\xEF\xBB\xBF \n[ ]"), IsEmpty());
  EXPECT_THAT(Values("[{\n\"a\":\n1}]"), ElementsAre("1: {\n\"a\":\n1}"));
}

TEST(JsonValues, BracketsAndQuotesInTextsEndNothing) {
  EXPECT_THAT(Values(R"([{"a": "}]\"}{"}, {"b": "\\"}])"),
              ElementsAre(R"(1: {"a": "}]\"}{"})", R"(1: {"b": "\\"})"));
}

TEST(JsonValues, GivesAnObjectALine) {
  EXPECT_THAT(Values("{\"a\": 1}\r\n\n{\"b\": \"}\n{\"c\": 3}"),
              ElementsAre("1: {\"a\": 1}\r", "3: {\"b\": \"}", "4: {\"c\": 3}"));
}

TEST(JsonValues, PartsOfAnySizeAreAlike) {
  const std::string text = "[{\"a\": \"\\\"\"},\n{\"b\": [[[]]]},\n{}";
  for (size_t part_bytes = 1; part_bytes <= text.size(); ++part_bytes) {
    EXPECT_EQ(Values(text, part_bytes), Values(text)) << part_bytes;
  }
}

TEST(JsonValues, DepthAndBytesOfAValueHaveALimit) {
  const auto nested = [](int depth) {
    return absl::StrCat("[{\"a\":", std::string(depth - 1, '['), std::string(depth - 1, ']'), "},\n{}]");
  };
  EXPECT_EQ(Values(nested(kJsonDepthMax)).front().substr(0, 4), "1: {");
  EXPECT_THAT(Values(nested(kJsonDepthMax + 1)), ElementsAre("1: is nested deeper than 64", "2: {}"));
  EXPECT_THAT(Values(nested(100'000)), ElementsAre("1: is nested deeper than 64", "2: {}"));
  const std::string large = absl::StrCat("[{\"a\": \"", std::string(kJsonValueBytesMax, 'x'), "\"}, {}]");
  EXPECT_EQ(Values(large, large.size()).front().substr(0, 14), "1: has more th");
  EXPECT_EQ(Values(large, large.size()).back(), "1: {}");
}

TEST(JsonValues, SaysWhereTheFileCantBeReadOn) {
  EXPECT_THAT(Values(""), ElementsAre("error 1: holds nothing"));
  EXPECT_THAT(Values("\n7"), ElementsAre("error 2: is no JSON: it should begin with [ or {"));
  EXPECT_THAT(Values("[{}\n{}]"),
              ElementsAre("1: {}", "error 2: lacks a comma between two elements of its array"));
  EXPECT_THAT(Values("[{},\n{\n\n"),
              ElementsAre("1: {}", "error 2: ends within the element that begins here"));
}

}  // namespace
}  // namespace ayni::cli
