#include "matcher/solution_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "matcher/clear.h"
#include "matcher/maxmin.h"
#include "tests/matcher/random_problem.h"
#include "tests/matcher/with_line.h"

namespace ayni::matcher {
namespace {

using ::testing::StartsWith;

std::string TextOf(const Problem& problem, const Clearing& clearing) {
  std::string text;
  EXPECT_TRUE(WriteSolutionText(problem, clearing.solution, clearing.value, clearing.upper_bound, nullptr,
                                [&](absl::string_view part) {
                                  text.append(part.data(), part.size());
                                  return absl::OkStatus();
                                })
                  .ok());
  return text;
}

absl::StatusOr<StatedSolution> Read(const Problem& problem, absl::string_view text,
                                    size_t part_bytes = 1 << 20) {
  SolutionTextReader reader(problem);
  for (size_t begin = 0; begin < text.size(); begin += part_bytes) {
    if (absl::Status status = reader.Take(text.substr(begin, part_bytes)); !status.ok()) return status;
  }
  return std::move(reader).Finish();
}

absl::StatusOr<Certificate> Check(const Problem& problem, absl::string_view text) {
  const absl::StatusOr<StatedSolution> stated = Read(problem, text);
  return stated.ok() ? VerifyStated(problem, {}, *stated) : stated.status();
}

// Needs of 5 and 3; offers of 4 (lot 2, with the TAP) and 9; a TAP of 6; a cell of 7 with a floor of 3.
Problem Small() {
  return ProblemBuilder()
      .Need(5)
      .Need(3)
      .Offer(4, 0, 2)
      .Offer(9)
      .Tap(3)
      .Cell(5, 3, 2)
      .Edge(0, 0, 4, 10, {0})
      .Edge(0, 1, 9, 8, {0})
      .Edge(1, 0, 4, 7)
      .Edge(1, 1, 3, 6, {0})
      .Build();
}

// 3 units of need 1 with offer 2 and 2 of need 2 with offer 1: 24 + 14. Prices: 5*10 + 3*7 + 3*2 (a negative
// price of the cell makes it less).
constexpr char kSmall[] =
    "h ayni 65536\n"
    "s 38 71\n"
    "x 1 2 3\n"
    "x 2 1 2\n"
    "pn 1 655360\n"
    "pn 2 458752\n";

std::string SmallWith(int line, const std::string& text) { return WithLine(kSmall, line, text); }

TEST(SolutionText, IsCheckedAgainstTheProblem) {
  const auto certificate = Check(Small(), kSmall);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->value, 38);
  EXPECT_EQ(certificate->upper_bound, 71);
}

TEST(SolutionText, GivesBackWhatItWroteInAnyOrder) {
  Random random(35);
  for (int i = 0; i < 200; ++i) {
    const Problem problem = RandomProblem(random, {.lots = true, .floors = i % 2 == 0});
    const auto clearing = Clear(problem);
    ASSERT_TRUE(clearing.ok());
    const std::string text = TextOf(problem, *clearing);
    std::vector<std::string> lines = absl::StrSplit(text, '\n');
    for (size_t k = lines.size() - 1; k > 1; --k) std::swap(lines[k], lines[Draw(random, 1, k)]);
    const auto stated = Read(problem, absl::StrJoin(lines, "\n"), 13);
    ASSERT_TRUE(stated.ok()) << stated.status();
    EXPECT_EQ(TextOf(problem, {stated->solution, stated->value, stated->upper_bound}), text);
    const auto certificate = VerifyStated(problem, {}, *stated);
    ASSERT_TRUE(certificate.ok()) << certificate.status() << "\n" << text;
  }
}

struct Fault {
  std::string text;
  std::string says;
};

class SolutionTextFault : public ::testing::TestWithParam<Fault> {};

TEST_P(SolutionTextFault, IsNamedByLine) {
  const auto certificate = Check(Small(), GetParam().text);
  EXPECT_EQ(certificate.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(certificate.status().message()), GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    All, SolutionTextFault,
    ::testing::Values(
        Fault{"", "expected 'h ayni PRICE_SCALE': the text has no such line"},
        Fault{"h ayni 65536\n", "expected 's VALUE UPPER_BOUND': the text has no such line"},
        Fault{"s 1 2\n", "1: expected 'h ayni PRICE_SCALE' first: found 's'"},
        Fault{"h ayni 1000\n", "1: expected 'h ayni PRICE_SCALE': PRICE_SCALE is 1000: 65536 to 65536"},
        Fault{SmallWith(2, "s 38"),
              "2: expected 's VALUE UPPER_BOUND': UPPER_BOUND is missing: -9223372036854775808 to "
              "9223372036854775807"},
        Fault{SmallWith(3, "s 38 71"), "3: expected 's VALUE UPPER_BOUND': there is one already on line 2"},
        Fault{SmallWith(3, "x 1 3 3"), "3: expected 'x NEED OFFER UNITS': OFFER is 3: 1 to 2"},
        Fault{SmallWith(3, "x 1 2 0"), "3: expected 'x NEED OFFER UNITS': UNITS is 0: 1 to 1000000000"},
        Fault{SmallWith(4, "x 1 2 2"),
              "4: expected 'x NEED OFFER UNITS': need 1 with offer 2 has units already"},
        Fault{SmallWith(6, "pn 1 5"), "6: expected 'pn NEED PRICE': there is one of NEED 1 already"},
        Fault{SmallWith(6, "pq 1 5"),
              "6: expected a line that begins with one of s, x, pn, po, pt, pk, m, pm, g, qn, qo, qt, qk and "
              "c"},
        Fault{SmallWith(6, "y 1 5"),
              "6: expected a line that begins with one of s, x, pn, po, pt, pk, m, pm, g, qn, qo, qt, qk and "
              "c"},
        Fault{SmallWith(4, "x 2 1 1"),
              "4: need 2 with offer 1 has 1 units: expected 2 to 4 (its lot to its bound)"},
        Fault{SmallWith(4, "x 2 1 5"),
              "4: need 2 with offer 1 has 5 units: expected 2 to 4 (its lot to its bound)"},
        Fault{SmallWith(3, "x 1 2 6"),
              "3: need 1 has 6 units, 1 more than its demand of 5; this line is the first above it"},
        Fault{SmallWith(4, "x 2 1 3\nx 1 1 2"),
              "5: offer 1 has 5 units, 1 more than its capacity of 4; this line is the first above it"},
        Fault{SmallWith(4, "x 2 1 2\nx 1 1 2"),
              "5: TAP 1 has 4 units, 1 more than its capacity of 3; this line is the first above it"},
        Fault{SmallWith(4, "x 2 2 3"),
              "4: cell 1 has 6 units, 1 more than its cap of 5; this line is the first above it"},
        Fault{SmallWith(5, "pn 1 -5"), "5: PRICE of need 1 is -5: 0 to 419495936000000"},
        Fault{SmallWith(6, "pk 1 -131073"), "6: PRICE of cell 1 is -131073: -131072 to 419495936000000"},
        Fault{SmallWith(2, "s 39 71"), "2: VALUE is 39: what is matched is worth 38"},
        Fault{SmallWith(2, "s 38 70"), "2: UPPER_BOUND is 70: the prices prove 71"}));

TEST(SolutionText, SaysWhereTheProblemHasNoSuchEdge) {
  const Problem problem = ProblemBuilder().Need(1).Offer(1).Offer(1).Edge(0, 1, 1, 1).Build();
  EXPECT_THAT(std::string(Check(problem, "h ayni 65536\ns 0 0\nx 1 1 1\n").status().message()),
              StartsWith("3: expected 'x NEED OFFER UNITS': the problem has no edge of need 1 and offer 1"));
}

// Needs of two units and an offer of two, of which welfare would give both to the first.
Problem Contended() {
  return ProblemBuilder().Need(2).Need(2).Offer(2).Edge(0, 0, 2, 100).Edge(1, 0, 2, 1).Build();
}

constexpr char kFair[] =
    "h ayni 65536\n"
    "s 101 101\n"
    "x 1 1 1\n"
    "x 2 1 1\n"
    "po 1 6553600\n"
    "m share needs 500000 500000\n"
    "pm 2 -6488064\n"
    "g 1 1\n"
    "g 2 1\n"
    "qo 1 65536\n";

TEST(SolutionText, StatesTheSmallestShareWithItsProof) {
  const auto certificate = Check(Contended(), kFair);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->value, 101);
  EXPECT_EQ(certificate->upper_bound, 101);
}

// Two needs of a group and one of another, and three units between them; the smallest score sum is 60.
TEST(SolutionText, StatesTheSmallestScoreSumOfGroups) {
  const Problem problem = ProblemBuilder()
                              .Need(1)
                              .Need(1)
                              .Need(2)
                              .Offer(3)
                              .Edge(0, 0, 1, 100)
                              .Edge(1, 0, 1, 40)
                              .Edge(2, 0, 2, 30)
                              .Build();
  const NeedGroups groups{2, {0, 0, 1}};
  const auto cleared = ClearMaxmin(problem, groups, {.target_gap_ppm = 0}, {.measure = Measure::kScoreSum});
  ASSERT_TRUE(cleared.ok()) << cleared.status();
  std::string text;
  const WrittenMinimum minimum{cleared->minimum, true};
  ASSERT_TRUE(WriteSolutionText(problem, cleared->clearing.solution, cleared->clearing.value,
                                cleared->clearing.upper_bound, &minimum,
                                [&](absl::string_view part) {
                                  text.append(part.data(), part.size());
                                  return absl::OkStatus();
                                })
                  .ok());
  const auto check = [&](const std::string& stated) {
    SolutionTextReader reader(problem, groups.count);
    absl::Status status = reader.Take(stated);
    if (!status.ok()) return status;
    const auto read = std::move(reader).Finish();
    return read.ok() ? VerifyStated(problem, groups, *read).status() : read.status();
  };
  ASSERT_THAT(text, ::testing::HasSubstr("\nm score groups 60 60\n")) << text;
  EXPECT_TRUE(check(text).ok()) << check(text);
  const auto with = [&](const std::string& from, const std::string& to) {
    return std::string(check(absl::StrReplaceAll(text, {{from, to}})).message());
  };
  EXPECT_THAT(
      with("m score groups 60 60", "m score groups 61 61"),
      ::testing::EndsWith("SMALLEST is 61: group 2 has 60 of score, 1 less than the 61 that it takes"));
  EXPECT_THAT(with("m score groups 60 60", "m score needs 60 60"),
              ::testing::HasSubstr("need 2 has 0 of score"));
}

TEST(SolutionText, NamesTheLineThatIsWrongOfTheSmallestShare) {
  const auto with = [](int line, const std::string& text) {
    std::vector<std::string> lines = absl::StrSplit(kFair, '\n');
    lines[line - 1] = text;
    return std::string(Check(Contended(), absl::StrJoin(lines, "\n")).status().message());
  };
  EXPECT_EQ(with(3, "x 1 1 2\nc"),
            "5: offer 1 has 3 units, 1 more than its capacity of 2; this line is the first above it");
  EXPECT_EQ(with(4, "c"), "6: SMALLEST is 500000: need 2 has 0 units, 1 less than the 1 that it takes");
  EXPECT_EQ(with(6, "m share needs 500001 500001"),
            "6: SMALLEST is 500001: need 1 has 1 units, 1 less than the 2 that it takes");
  EXPECT_EQ(with(6, "m share needs 499999 500000"), "6: SMALLEST is 499999: the smallest of all is 500000");
  EXPECT_EQ(with(6, "m share needs 500000 499999"),
            "6: UPPER_BOUND is 499999: the weights and prices prove 500000");
  EXPECT_EQ(with(6, "c"), "7: expected 'm MEASURE OVER SMALLEST UPPER_BOUND' before 'pm GROUP PRICE'");
  EXPECT_EQ(with(6, "c\nc\nc\nc\nc"),
            "11: expected 'm MEASURE OVER SMALLEST UPPER_BOUND' before 'pm GROUP PRICE'");
  EXPECT_EQ(with(6, "m hours needs 1 1"),
            "6: expected 'm MEASURE OVER SMALLEST UPPER_BOUND': MEASURE is 'hours': share or score");
  EXPECT_EQ(with(6, "m share groups 500000 500000"),
            "6: expected 'm MEASURE OVER SMALLEST UPPER_BOUND': OVER is groups: the problem has none");
  EXPECT_EQ(with(7, "pm 2 1"), "7: expected 'pm GROUP PRICE': PRICE is 1: -419495936000000 to 0");
  EXPECT_EQ(with(7, "c"), "2: UPPER_BOUND is 101: the prices prove 200");
  EXPECT_EQ(with(8, "g 1 1000001"), "8: expected 'g GROUP WEIGHT': WEIGHT is 1000001: 0 to 1000000");
  EXPECT_EQ(with(9, "g 1 1"), "9: expected 'g GROUP WEIGHT': there is one of GROUP 1 already");
}

// Every number of every line, one up and one down, and every line left out or stated twice: what then breaks
// a constraint, or is no longer what line 's' states, is refused. What passes has value and bound as stated.
TEST(SolutionText, EveryChangeOfOneLineThatBreaksItIsCaught) {
  Random random(36);
  int refused = 0;
  int passed = 0;
  for (int i = 0; i < 150; ++i) {
    const Problem problem = RandomProblem(random, {.lots = true, .floors = i % 2 == 0});
    const auto clearing = Clear(problem);
    ASSERT_TRUE(clearing.ok());
    const std::vector<std::string> lines =
        absl::StrSplit(TextOf(problem, *clearing), '\n', absl::SkipEmpty());
    const auto try_with = [&](size_t line, const std::string& text, bool may_pass) {
      std::vector<std::string> changed = lines;
      changed[line] = text;
      const auto certificate = Check(problem, absl::StrJoin(changed, "\n"));
      ++(certificate.ok() ? passed : refused);
      if (!certificate.ok()) return;
      ASSERT_EQ(certificate->value, clearing->value) << text;
      ASSERT_EQ(certificate->upper_bound, clearing->upper_bound) << text;
      ASSERT_TRUE(may_pass) << lines[line] << " became " << text;
    };
    for (size_t line = 0; line < lines.size(); ++line) {
      // A price may change the bound by less than a whole, and two pairs may weigh the same; units and the
      // line 's' can't change and be right, as no weight is 0.
      const bool price = lines[line][0] == 'p';
      try_with(line, "", price);
      try_with(line, absl::StrCat(lines[line], "\n", lines[line]), false);
      const std::vector<std::string> words = absl::StrSplit(lines[line], ' ');
      for (size_t word = 1; word < words.size(); ++word) {
        int64_t number = 0;
        if (!absl::SimpleAtoi(words[word], &number)) continue;
        for (const int64_t changed : {number - 1, number + 1, -number - 1, number + kPriceScale}) {
          std::vector<std::string> others = words;
          others[word] = absl::StrCat(changed);
          try_with(line, absl::StrJoin(others, " "), price || (lines[line][0] == 'x' && word < 3));
        }
      }
    }
  }
  EXPECT_GT(refused, 5'000);
  EXPECT_LT(passed, refused / 4);
}

}  // namespace
}  // namespace ayni::matcher
