#include "services/cli/table.h"

#include <gmock/gmock.h>

#include "services/cli/wrap.h"
#include "services/page/utf8.h"

namespace ayni::cli {
namespace {

using page::DisplayWidth;
using page::FirstInvalidUtf8;

const std::vector<TableColumn> kColumns = {
    {"name", false, true}, {"display_name"}, {"quantity", true}, {"state"}};
const std::vector<std::vector<std::string>> kRows = {
    {"coop-1/n-1", "Asociación Ñahui", "40", "OPEN"},
    {"coop-1/n-2", "José Nuñez", "1250", ""},
    // The tilde as a mark of its own: the same width.
    {"coop-22/n-3",
     "Nun\xCC\x83"
     "ez",
     "7", "MATCHED"},
};

TEST(Table, AlignsColumnsByWhatATerminalShows) {
  EXPECT_EQ(TableText(kColumns, kRows, {}),
            "name         display_name      quantity  state\n"
            "coop-1/n-1   Asociación Ñahui        40  OPEN\n"
            "coop-1/n-2   José Nuñez            1250\n"
            "coop-22/n-3  Nun\xCC\x83"
            "ez                    7  MATCHED\n");
}

TEST(Table, CutsTheWidestTextsToTheTerminalAndNeverNumbersOrNames) {
  const std::string text = TableText(kColumns, kRows, {40, false});
  EXPECT_EQ(text,
            "name         display…  quantity  state\n"
            "coop-1/n-1   Asociac…        40  OPEN\n"
            "coop-1/n-2   José Nu…      1250\n"
            "coop-22/n-3  Nun\xCC\x83"
            "ez            7  MATCHED\n");
}

TEST(Table, EveryLineFitsAnyTerminalThatIsWideEnough) {
  for (int width = 40; width < 80; ++width) {
    const std::string text = TableText(kColumns, kRows, {width, false});
    size_t start = 0;
    for (size_t end = text.find('\n'); end != std::string::npos;
         start = end + 1, end = text.find('\n', start)) {
      EXPECT_LE(DisplayWidth(text.substr(start, end - start)), width);
    }
  }
}

TEST(Table, WritesItsHeadingInBoldOnlyInColour) {
  EXPECT_EQ(TableText({{"name"}}, {{"x"}}, {0, true}), "\033[1mname\033[0m\nx\n");
}

TEST(Table, LetsNoNameMoveTheCursor) {
  const std::string text = TableText({{"name"}},
                                     {{"a\033[2Jb\nc\r\xE2\x80\xAE"
                                       "d\xFF"}},
                                     {});
  EXPECT_EQ(text,
            "name\n"
            "a\xEF\xBF\xBD[2Jb c\xEF\xBF\xBD\xEF\xBF\xBD"
            "d\xEF\xBF\xBD\n");
}

TEST(Width, CountsCharactersAsTerminalsDo) {
  EXPECT_EQ(DisplayWidth("Ñahui"), 5);
  EXPECT_EQ(DisplayWidth("N\xCC\x83"
                         "ahui"),
            5);
  EXPECT_EQ(DisplayWidth("日本"), 4);
  EXPECT_EQ(DisplayWidth("🦙"), 2);
  EXPECT_EQ(DisplayWidth(""), 0);
}

TEST(Utf8, FindsTheFirstByteThatIsNone) {
  EXPECT_EQ(FirstInvalidUtf8("Ñahui 🦙"), absl::string_view::npos);
  EXPECT_EQ(FirstInvalidUtf8("Nu\xF1"
                             "ez"),
            2u);
  EXPECT_EQ(FirstInvalidUtf8("a\xC0\x80"), 1u) << "overlong";
  EXPECT_EQ(FirstInvalidUtf8("a\xED\xA0\x80"), 1u) << "surrogate";
  EXPECT_EQ(FirstInvalidUtf8("a\xE2\x82"), 1u) << "cut";
}

TEST(Wrap, BreaksBetweenWords) {
  EXPECT_EQ(Wrapped("uno dos tres cuatro", 2, 10), "  uno dos\n  tres\n  cuatro\n");
  EXPECT_EQ(Wrapped("", 2, 10), "");
}

}  // namespace
}  // namespace ayni::cli
