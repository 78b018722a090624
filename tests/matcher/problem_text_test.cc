#include "matcher/problem_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/matcher/random_problem.h"
#include "tests/matcher/with_line.h"

namespace ayni::matcher {
namespace {

using ::testing::HasSubstr;

std::string TextOf(const Problem& problem) {
  std::string text;
  EXPECT_TRUE(WriteProblemText(problem, [&](absl::string_view part) {
                text.append(part.data(), part.size());
                return absl::OkStatus();
              }).ok());
  return text;
}

// In parts of so many bytes.
absl::StatusOr<Problem> Read(absl::string_view text, size_t part_bytes = 1 << 20, int64_t bytes_likely = 0) {
  ProblemTextReader reader(bytes_likely);
  for (size_t begin = 0; begin < text.size(); begin += part_bytes) {
    if (absl::Status status = reader.Take(text.substr(begin, part_bytes)); !status.ok()) return status;
  }
  return std::move(reader).Finish();
}

void ExpectSame(const Problem& a, const Problem& b) {
  EXPECT_EQ(a.need_demand, b.need_demand);
  EXPECT_EQ(a.offer_capacity, b.offer_capacity);
  EXPECT_EQ(a.offer_tap, b.offer_tap);
  EXPECT_EQ(a.offer_lot, b.offer_lot);
  EXPECT_EQ(a.tap_capacity, b.tap_capacity);
  EXPECT_EQ(a.cell_room, b.cell_room);
  EXPECT_EQ(a.cell_floor, b.cell_floor);
  EXPECT_EQ(a.need_edge_begin, b.need_edge_begin);
  EXPECT_EQ(a.edge_offer, b.edge_offer);
  EXPECT_EQ(a.edge_bound, b.edge_bound);
  EXPECT_EQ(a.edge_weight, b.edge_weight);
  EXPECT_EQ(a.edge_cell_begin, b.edge_cell_begin);
  EXPECT_EQ(a.edge_cell, b.edge_cell);
  for (size_t c = 0; c < a.cell_floor.size(); ++c) {
    if (a.cell_floor[c] == 0) continue;
    EXPECT_EQ(a.cell_penalty[c], b.cell_penalty[c]);
  }
}

// Two needs, two offers, one TAP, two cells, three edges.
constexpr char kSmall[] =
    "c a small market\n"
    "p ayni 2 2 1 2 3\n"
    "n 1 2\n"
    "n 2 3\n"
    "o 1 4 1 2\n"
    "o 2 5 0\n"
    "t 1 6\n"
    "k 1 7\n"
    "k 2 8\n"
    "f 2 4 30\n"
    "e 1 1 2 10 1 2\n"
    "e 1 2 2 20\n"
    "e 2 1 3 30 2\n";

// The small market with one line, from 1, in place of another.
std::string SmallWith(int line, const std::string& text) { return WithLine(kSmall, line, text); }

TEST(ProblemText, ReadsWhatTheFormatSays) {
  const auto problem = Read(kSmall);
  ASSERT_TRUE(problem.ok()) << problem.status();
  EXPECT_TRUE(Validate(*problem).ok());
  ExpectSame(*problem, ProblemBuilder()
                           .Need(2)
                           .Need(3)
                           .Offer(4, 0, 2)
                           .Offer(5)
                           .Tap(6)
                           .Cell(7)
                           .Cell(8, 4, 30)
                           .Edge(0, 0, 2, 10, {0, 1})
                           .Edge(0, 1, 2, 20)
                           .Edge(1, 0, 3, 30, {1})
                           .Build());
}

TEST(ProblemText, GivesBackWhatItWroteWhereverThePartsAreCut) {
  Random random(31);
  for (int i = 0; i < 300; ++i) {
    const Problem problem = RandomProblem(random, {.lots = true, .floors = i % 2 == 0});
    const std::string text = TextOf(problem);
    const auto read = Read(text, static_cast<size_t>(Draw(random, 1, 40)), i % 3 == 0 ? text.size() : 0);
    ASSERT_TRUE(read.ok()) << read.status();
    ASSERT_TRUE(Validate(*read).ok());
    ExpectSame(*read, problem);
    ASSERT_EQ(TextOf(*read), text);
  }
}

TEST(ProblemText, HoldsGroupsOfNeeds) {
  const auto read = [](const std::string& lines, NeedGroups* groups) {
    ProblemTextReader reader;
    const absl::Status taken = reader.Take("p ayni 3 0 0 0 0\nn 1 1\nn 2 1\nn 3 1\n" + lines);
    return taken.ok() ? std::move(reader).Finish(groups).status() : taken;
  };
  NeedGroups groups;
  ASSERT_TRUE(read("g 2 1 3\ng 1 2\n", &groups).ok());
  EXPECT_EQ(groups, (NeedGroups{2, {1, 0, 1}}));
  std::string text;
  const auto sink = [&](absl::string_view part) {
    text.append(part.data(), part.size());
    return absl::OkStatus();
  };
  ASSERT_TRUE(WriteProblemText(ProblemBuilder().Need(1).Need(1).Need(1).Build(), sink, &groups).ok());
  ProblemTextReader reader;
  ASSERT_TRUE(reader.Take(text).ok());
  NeedGroups again;
  ASSERT_TRUE(std::move(reader).Finish(&again).ok());
  EXPECT_EQ(again, groups);
  ASSERT_TRUE(read("", &groups).ok());
  EXPECT_EQ(groups.count, 0);
  const auto refusal = [&](const std::string& lines) { return std::string(read(lines, &groups).message()); };
  EXPECT_EQ(refusal("g 1 1 2\n"), "expected a line of a group with need 3: there is none");
  EXPECT_EQ(refusal("g 1 1 2\ng 3 3\n"), "expected a line of group 2: there is none");
  EXPECT_EQ(refusal("g 1 1 2\ng 2 3 1\n"), "6: a group with need 1 stands twice");
  EXPECT_EQ(refusal("g 1\n"), "5: expected 'g GROUP NEED...': NEED is missing: 1 to 3");
  EXPECT_EQ(refusal("g 4 1\n"), "5: expected 'g GROUP NEED...': GROUP is 4: 1 to 3");
}

TEST(ProblemText, ReadsLinesInAnyOrderAndWithAnyEnd) {
  Random random(32);
  for (int i = 0; i < 200; ++i) {
    const Problem problem = RandomProblem(random, {.lots = true, .floors = true});
    std::vector<std::string> lines = absl::StrSplit(TextOf(problem), '\n');
    for (size_t k = lines.size() - 1; k > 1; --k) std::swap(lines[k], lines[Draw(random, 1, k)]);
    const auto read = Read(absl::StrJoin(lines, i % 2 == 0 ? "\n" : "\r\n"), 17);
    ASSERT_TRUE(read.ok()) << read.status();
    ExpectSame(*read, problem);
  }
}

TEST(ProblemText, PassesOverCommentsEmptyLinesAndBlanks) {
  const auto problem = Read("\n c x\n\n  p\tayni 1  0 0 0 0  \nc\nn 1 5 \n\t\n");
  ASSERT_TRUE(problem.ok()) << problem.status();
  EXPECT_EQ(problem->need_demand, std::vector<Units>{5});
}

struct Fault {
  std::string text;
  std::string says;
};

class ProblemTextFault : public ::testing::TestWithParam<Fault> {};

TEST_P(ProblemTextFault, IsNamedByLineAndWhatWasExpected) {
  const auto problem = Read(GetParam().text);
  EXPECT_EQ(problem.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(problem.status().message()), GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    All, ProblemTextFault,
    ::testing::Values(
        Fault{"", "expected 'p ayni NEEDS OFFERS TAPS CELLS EDGES': the text has no such line"},
        Fault{"c\nn 1 2\n", "2: expected 'p ayni NEEDS OFFERS TAPS CELLS EDGES' first: found 'n'"},
        Fault{"p cnf 1 2\n", "1: expected 'p ayni NEEDS OFFERS TAPS CELLS EDGES': found 'cnf' for 'ayni'"},
        Fault{"p ayni 1 2\n",
              "1: expected 'p ayni NEEDS OFFERS TAPS CELLS EDGES': TAPS is missing: 0 to 2147483646"},
        Fault{"p ayni -1 2 0 0 0\n",
              "1: expected 'p ayni NEEDS OFFERS TAPS CELLS EDGES': NEEDS is -1: 0 to 2147483646"},
        Fault{SmallWith(3, "p ayni 2 2 1 2 3"),
              "3: expected 'p ayni NEEDS OFFERS TAPS CELLS EDGES': there is one already"},
        Fault{SmallWith(3, "n 1"), "3: expected 'n NEED DEMAND': DEMAND is missing: 0 to 1000000000"},
        Fault{SmallWith(3, "n 3 2"), "3: expected 'n NEED DEMAND': NEED is 3: 1 to 2"},
        Fault{SmallWith(3, "n 1 x"), "3: expected 'n NEED DEMAND': DEMAND is 'x': 0 to 1000000000"},
        Fault{SmallWith(3, "n 1 1.5"), "3: expected 'n NEED DEMAND': DEMAND is '1.5': 0 to 1000000000"},
        Fault{SmallWith(3, "n 1 1000000001"),
              "3: expected 'n NEED DEMAND': DEMAND is 1000000001: 0 to 1000000000"},
        Fault{SmallWith(3, "n 1 99999999999999999999"),
              "3: expected 'n NEED DEMAND': DEMAND is '99999999999999999999': 0 to 1000000000"},
        Fault{SmallWith(3, "n 1 2 3"), "3: expected 'n NEED DEMAND': '3' is one word too many"},
        Fault{SmallWith(3, "c"), "expected a line of need 1: there is none"},
        Fault{SmallWith(4, "c"), "expected a line of need 2: there is none"},
        Fault{SmallWith(4, "n 2 3\nn 2 9"), "5: need 2 stands twice"},
        Fault{SmallWith(4, "n 1 9"), "4: need 1 stands twice"},
        Fault{SmallWith(5, "o 1 4"), "5: expected 'o OFFER CAPACITY TAP [LOT]': TAP is missing: 0 to 1"},
        Fault{SmallWith(5, "o 1 4 2"), "5: expected 'o OFFER CAPACITY TAP [LOT]': TAP is 2: 0 to 1"},
        Fault{SmallWith(5, "o 1 4 1 0"),
              "5: expected 'o OFFER CAPACITY TAP [LOT]': LOT is 0: 1 to 1000000000"},
        Fault{SmallWith(7, "c"), "expected a line of TAP 1: there is none"},
        Fault{SmallWith(8, "k 1 -7"), "8: expected 'k CELL CAP': CAP is -7: 0 to 1000000000"},
        Fault{SmallWith(9, "c"), "expected a line of cell 2: there is none"},
        Fault{SmallWith(10, "f 2 4"),
              "10: expected 'f CELL FLOOR PENALTY': PENALTY is missing: 0 to 100000000"},
        Fault{SmallWith(10, "f 2 4 30\nf 2 5 1"), "11: the floor of cell 2 stands twice"},
        Fault{SmallWith(11, "e 1 1 2 0 1"),
              "11: expected 'e NEED OFFER BOUND WEIGHT [CELL...]': WEIGHT is 0: 1 to 1000000"},
        Fault{SmallWith(11, "e 1 1 0 5"),
              "11: expected 'e NEED OFFER BOUND WEIGHT [CELL...]': BOUND is 0: 1 to 1000000000"},
        Fault{SmallWith(11, "e 1 1 2 10 3"),
              "11: expected 'e NEED OFFER BOUND WEIGHT [CELL...]': CELL is 3: 1 to 2"},
        Fault{SmallWith(11, "e 1 1 2 10 2 1 2"),
              "11: expected 'e NEED OFFER BOUND WEIGHT [CELL...]': CELL 2 stands twice"},
        Fault{SmallWith(12, "e 1 1 2 20"), "12: the edge of need 1 and offer 1 stands twice"},
        Fault{SmallWith(13, "e 1 1 2 20"), "the edge of need 1 and offer 1 stands twice"},
        Fault{SmallWith(12, "c"), "expected the 3 edges of the line 'p': there are 2"},
        Fault{absl::StrCat(kSmall, "e 2 2 1 1\n"), "14: is an edge more than the 3 of the line 'p'"},
        Fault{SmallWith(3, "q 1 2"), "3: expected a line that begins with one of n, o, t, k, f, g, e and c"},
        Fault{SmallWith(3, "nn 1 2"), "3: expected a line that begins with one of n, o, t, k, f, g, e and c"},
        Fault{SmallWith(3, "n \x1b[31m 2"), "3: expected 'n NEED DEMAND': NEED is '\\x1b[31m': 1 to 2"},
        Fault{"p ayni 0 0 0 0 1\ne 1 1 1 1\n",
              "2: expected 'e NEED OFFER BOUND WEIGHT [CELL...]': NEED is '1': there is none"}));

TEST(ProblemText, RefusesMoreCellsThanAnEdgeMayLieIn) {
  std::string text = "p ayni 1 1 0 65 1\nn 1 1\no 1 1 0\n";
  std::string edge = "e 1 1 1 1";
  for (int c = 1; c <= 65; ++c) {
    absl::StrAppend(&text, "k ", c, " 1\n");
    absl::StrAppend(&edge, " ", c);
  }
  EXPECT_THAT(std::string(Read(text + edge).status().message()), HasSubstr("at most 64 cells"));
}

TEST(ProblemText, RefusesSumsThatAValueCouldNotHold) {
  std::string needs = "p ayni 9001 0 0 0 0\n";
  for (int n = 1; n <= 9001; ++n) absl::StrAppend(&needs, "n ", n, " 1000000000\n");
  EXPECT_EQ(std::string(Read(needs).status().message()),
            "9002: needs demand 9001000000000 units up to here: expected at most 9000000000000 in all");
  std::string floors = "p ayni 0 0 0 91 0\n";
  for (int c = 1; c <= 91; ++c) absl::StrAppend(&floors, "k ", c, " 0\n");
  for (int c = 1; c <= 91; ++c) absl::StrAppend(&floors, "f ", c, " 1000000000 100000000\n");
  EXPECT_EQ(std::string(Read(floors).status().message()),
            "183: the sum of FLOOR x PENALTY up to here is above 9000000000000000000");
}

TEST(ProblemText, RefusesALineWithoutEndBeforeItFillsTheMemory) {
  ProblemTextReader reader;
  const std::string part(1 << 16, 'c');
  EXPECT_EQ(std::string(reader.Take(part).message()), "1: expected a line of at most 4096 bytes");
  EXPECT_EQ(std::string(Read(absl::StrCat("c ", part, "\n"), 100).status().message()),
            "1: expected a line of at most 4096 bytes");
}

TEST(ProblemText, AsksForNoMoreMemoryThanTheTextIsLong) {
  // Counts near 2^31 that nothing follows: had they been believed, this would need 100 GB.
  EXPECT_EQ(std::string(Read("p ayni 2147483646 2147483646 2147483646 2147483646 9000000000\n"
                             "n 2147483646 5\nk 2147483646 1\n")
                            .status()
                            .message()),
            "expected a line of need 1: there is none");
}

TEST(ProblemText, FailsAsTheSinkItIsWrittenTo) {
  const auto full = [](absl::string_view) { return absl::ResourceExhaustedError("full"); };
  EXPECT_EQ(WriteProblemText(ProblemBuilder().Need(1).Build(), full).code(),
            absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace ayni::matcher
