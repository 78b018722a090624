// The commands that clear and verify files, with no server.
#include <gmock/gmock.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "matcher/problem_binary.h"
#include "services/cli/arguments.h"
#include "tests/services/cli/command_line.h"
#include "tests/temporary_folder.h"

namespace ayni::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kMarket[] =
    "p ayni 2 2 1 1 3\n"
    "n 1 2\n"
    "n 2 3\n"
    "o 1 9 1\n"
    "o 2 5 0\n"
    "t 1 3\n"
    "k 1 4\n"
    "e 1 1 2 10 1\n"
    "e 1 2 2 20 1\n"
    "e 2 1 3 30\n";

// Files of one test, which go with it.
class Engine : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return folder_ / name; }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
    return Path(name);
  }
  static std::string Read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

  size_t FileCount() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder_.path()), {}));
  }

  TemporaryFolder folder_;
};

// Needs and offers of one unit each on a ring, where all weights tie.
std::string Ring(int size) {
  std::string text = absl::StrCat("p ayni ", size, " ", size, " 0 0 ", 10 * size, "\n");
  for (int i = 1; i <= size; ++i) absl::StrAppend(&text, "n ", i, " 1\no ", i, " 1 0\n");
  for (int i = 0; i < size; ++i) {
    for (int k = 0; k < 10; ++k) {
      absl::StrAppend(&text, "e ", i + 1, " ", (i + 11 * k) % size + 1, " 1 500\n");
    }
  }
  return text;
}

TEST_F(Engine, DoesNotWriteASolutionOverItsProblem) {
  const std::string market = Write("market.ayni", kMarket);
  const CommandOutcome cleared = RunWords({"clear", market, "-o", market});
  EXPECT_EQ(cleared.code, kUsage);
  EXPECT_THAT(cleared.err, HasSubstr("--out must be another file than the problem's"));
  EXPECT_EQ(Read(market), kMarket);
}

TEST_F(Engine, ClearsToAFileThatVerifyAccepts) {
  const std::string market = Write("market.ayni", kMarket);
  const CommandOutcome cleared = RunWords({"clear", market, "-o", Path("solution.ayni")});
  EXPECT_EQ(cleared.code, kDone) << cleared.err;
  EXPECT_EQ(cleared.out, "");
  EXPECT_THAT(cleared.err, StartsWith("value 130, at most 130 is possible: gap 0.0000 %"));
  EXPECT_THAT(Read(Path("solution.ayni")), StartsWith("h ayni 65536\ns 130 130\nx 1 2 2\nx 2 1 3\n"));
  EXPECT_EQ(FileCount(), 2u);
  const CommandOutcome verified = RunWords({"verify", market, Path("solution.ayni")});
  EXPECT_EQ(verified.code, kDone) << verified.err;
  EXPECT_EQ(verified.out, "verified: value 130, at most 130 is possible: gap 0.0000 %\n");
}

TEST_F(Engine, RaisesTheSmallestShareFirstWhereAsked) {
  const std::string market = Write("market.ayni",
                                   "p ayni 2 1 0 0 2\nn 1 2\nn 2 2\no 1 2 0\n"
                                   "e 1 1 2 100\ne 2 1 2 1\n");
  const CommandOutcome welfare = RunWords({"clear", market, "--objective", "welfare"});
  EXPECT_THAT(welfare.out, StartsWith("h ayni 65536\ns 200 200\nx 1 1 2\n"));
  const CommandOutcome cleared = RunWords({"clear", market, "--objective", "maxmin", "-o", Path("s.ayni")});
  EXPECT_EQ(cleared.code, kDone) << cleared.err;
  EXPECT_THAT(cleared.err,
              StartsWith("smallest share 50.0000 %, at most 50.0000 % is possible\nvalue 101, at most "
                         "101 is possible: gap 0.0000 %"));
  const CommandOutcome verified = RunWords({"verify", market, Path("s.ayni")});
  EXPECT_EQ(verified.code, kDone) << verified.err;
  EXPECT_EQ(verified.out,
            "verified: value 101, at most 101 is possible: gap 0.0000 %\n"
            "verified: smallest share 50.0000 %, at most 50.0000 % is possible\n");
  EXPECT_EQ(RunWords({"clear", market, "--objective", "profit"}).code, kUsage);
}

TEST_F(Engine, RaisesTheSmallestOfTheGroupsThatTheProblemHas) {
  const std::string lines =
      "p ayni 3 1 0 0 3\nn 1 1\nn 2 1\nn 3 2\no 1 3 0\ne 1 1 1 100\ne 2 1 1 40\ne 3 1 2 30\n";
  const std::string market = Write("market.ayni", lines + "g 1 1 2\ng 2 3\n");
  const auto clear = [&](const std::vector<std::string>& flags) {
    std::vector<std::string> words = {"clear", market, "--objective", "maxmin", "-o", Path("s.ayni")};
    words.insert(words.end(), flags.begin(), flags.end());
    return RunWords(words);
  };
  EXPECT_THAT(clear({"--over", "groups"}).err, StartsWith("smallest share 50.0000 %, at most 50.0000 %"));
  EXPECT_THAT(clear({"--over", "groups", "--measure", "score"}).err,
              StartsWith("smallest score sum 60, at most 60 is possible\n"));
  EXPECT_THAT(RunWords({"verify", market, Path("s.ayni")}).out,
              HasSubstr("verified: smallest score sum 60, at most 60 is possible\n"));
  ASSERT_EQ(RunWords({"problem", "convert", market, Path("market.bin")}).code, kDone);
  EXPECT_EQ(RunWords({"verify", Path("market.bin"), Path("s.ayni")}).code, kDone);
  EXPECT_THAT(clear({"--measure", "score"}).err, StartsWith("smallest score sum 30, at most 40 is possible"));

  const CommandOutcome ungrouped =
      RunWords({"clear", Write("plain.ayni", lines), "--objective", "maxmin", "--over", "groups"});
  EXPECT_EQ(ungrouped.code, kLocalFile);
  EXPECT_THAT(ungrouped.err, HasSubstr("the problem has no groups"));
  EXPECT_THAT(RunWords({"clear", market, "--over", "groups"}).err,
              HasSubstr("--over goes with --objective maxmin"));
}

TEST_F(Engine, GoesFromStandardInputToStandardOutput) {
  const CommandOutcome cleared = RunWords({"clear", "-"}, kMarket);
  EXPECT_EQ(cleared.code, kDone) << cleared.err;
  EXPECT_THAT(cleared.out, StartsWith("h ayni 65536\ns 130 130\n"));
  const CommandOutcome verified = RunWords({"verify", Write("market.ayni", kMarket), "-"}, cleared.out);
  EXPECT_EQ(verified.code, kDone) << verified.err;
  EXPECT_EQ(RunWords({"verify", "-", "-"}, kMarket).code, kUsage);
}

TEST_F(Engine, RefusesASolutionByItsLine) {
  const std::string market = Write("market.ayni", kMarket);
  const std::string sound = RunWords({"clear", market}).out;
  const auto refused = [&](const std::string& from, const std::string& to) {
    EXPECT_THAT(sound, HasSubstr(from));
    const CommandOutcome outcome =
        RunWords({"verify", market, Write("s.ayni", absl::StrReplaceAll(sound, {{from, to}}))});
    EXPECT_EQ(outcome.code, kSolutionRefused) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    return absl::StrReplaceAll(outcome.err, {{folder_.path(), ""}});
  };
  EXPECT_EQ(
      refused("x 1 2 2\n", "x 1 1 2\n"),
      "ayni: refused: /s.ayni:4: TAP 1 has 5 units, 2 more than its capacity of 3; this line is the first "
      "above it\n");
  EXPECT_EQ(refused("x 1 2 2\n", "x 1 2 3\n"),
            "ayni: refused: /s.ayni:3: need 1 with offer 2 has 3 units: expected 1 to 2\n");
  EXPECT_EQ(refused("s 130 130\n", "s 131 131\n"),
            "ayni: refused: /s.ayni:2: VALUE is 131: what is matched is worth 130\n");
  EXPECT_EQ(refused("s 130 130\n", "s 130 129\n"),
            "ayni: refused: /s.ayni:2: UPPER_BOUND is 129: the prices prove 130\n");
}

TEST_F(Engine, TellsFileLineAndWhatWasExpected) {
  const std::string wrong =
      Write("market.ayni", absl::StrReplaceAll(kMarket, {{"e 1 2 2 20 1", "e 1 2 2 0"}}));
  const CommandOutcome cleared = RunWords({"clear", wrong});
  EXPECT_EQ(cleared.code, kLocalFile);
  EXPECT_EQ(cleared.err, absl::StrCat("ayni: ", wrong,
                                      ":9: expected 'e NEED OFFER BOUND WEIGHT [CELL...]': WEIGHT is 0: 1 to "
                                      "1000000\n"));
  const CommandOutcome of_input = RunWords({"clear", "-"}, "p ayni 1 0 0 0 0\n");
  EXPECT_EQ(of_input.code, kLocalFile);
  EXPECT_EQ(of_input.err, "ayni: standard input: expected a line of need 1: there is none\n");
  EXPECT_EQ(RunWords({"clear", Path("nothing")}).code, kLocalFile);
  EXPECT_EQ(RunWords({"clear", folder_.path()}).code, kLocalFile);
  const CommandOutcome verified =
      RunWords({"verify", Write("sound.ayni", kMarket), Write("s.ayni", "h ayni 65536\ns 1\n")});
  EXPECT_EQ(verified.code, kLocalFile);
  EXPECT_THAT(verified.err, HasSubstr("s.ayni:2: expected 's VALUE UPPER_BOUND': UPPER_BOUND is missing"));
}

TEST_F(Engine, StopsAtTheTimeLimitWithWhatItHas) {
  const std::string market = Write("market.ayni", Ring(3000));
  const CommandOutcome cleared =
      RunWords({"clear", market, "--time-limit", "0.000001", "--gap", "0", "-o", Path("s.ayni")});
  EXPECT_EQ(cleared.code, kGapNotReached) << cleared.err;
  EXPECT_THAT(cleared.err, HasSubstr("stopped"));
  EXPECT_EQ(RunWords({"verify", market, Path("s.ayni")}).code, kDone);
}

TEST_F(Engine, WritesTheSameBytesForAnyNumberOfThreadsAndOthersForAnotherSeed) {
  const std::string market = Write("market.ayni", Ring(400));
  const std::string one = RunWords({"clear", market, "--threads", "1"}).out;
  EXPECT_TRUE(RunWords({"clear", market, "--threads", "2"}).out == one);
  EXPECT_TRUE(RunWords({"clear", market, "--threads", "7"}).out == one);
  EXPECT_TRUE(RunWords({"clear", market, "--seed", "5"}).out != one);
}

TEST_F(Engine, ConvertsToTheBinaryFormThatBothCommandsReadAndBack) {
  const std::string market = Write("market.ayni", kMarket), binary = Path("market.bin");
  ASSERT_EQ(RunWords({"problem", "convert", market, binary}).code, kDone);
  EXPECT_THAT(Read(binary), StartsWith(std::string(matcher::kProblemMagic)));
  EXPECT_EQ(RunWords({"problem", "convert", binary, "-"}).out, kMarket);
  EXPECT_EQ(RunWords({"problem", "convert", "-", "-"}, Read(binary)).out, kMarket);
  EXPECT_EQ(RunWords({"problem", "convert", market, "-", "--form", "text"}).out, kMarket);
  ASSERT_EQ(RunWords({"clear", binary, "--out", Path("s.ayni")}).code, kDone);
  EXPECT_EQ(RunWords({"verify", binary, Path("s.ayni")}).code, kDone);
  EXPECT_EQ(RunWords({"verify", market, Path("s.ayni")}).code, kDone);
  EXPECT_EQ(RunWords({"problem", "convert", market, binary, "--form", "csv"}).code, kUsage);
  const CommandOutcome cut = RunWords({"clear", Write("cut.bin", Read(binary).substr(0, 60))});
  EXPECT_EQ(cut.code, kLocalFile);
  EXPECT_THAT(cut.err, HasSubstr("cut.bin: it ends before its last column does"));
}

TEST_F(Engine, LeavesNothingBehindWhereItFails) {
  const std::string market = Write("market.ayni", kMarket);
  EXPECT_EQ(RunWords({"clear", market, "-o", Path("no/such/folder")}).code, kLocalFile);
  std::filesystem::create_directory(Path("taken"));
  EXPECT_EQ(RunWords({"clear", market, "-o", Path("taken")}).code, kLocalFile);
  EXPECT_EQ(FileCount(), 2u) << "the problem and the folder";
}

TEST_F(Engine, RefusesFlagsThatAreWrong) {
  const std::string market = Write("market.ayni", kMarket);
  for (const auto& [flag, value] : {std::pair("--gap", "x"),
                                    {"--gap", "-0.1"},
                                    {"--gap", "nan"},
                                    {"--gap", "2"},
                                    {"--time-limit", "0"},
                                    {"--time-limit", "inf"},
                                    {"--threads", "0"},
                                    {"--threads", "65"},
                                    {"--seed", "-1"}}) {
    const CommandOutcome outcome = RunWords({"clear", market, flag, value});
    EXPECT_EQ(outcome.code, kUsage) << flag << " " << value;
    EXPECT_THAT(outcome.err, HasSubstr(flag));
  }
  EXPECT_EQ(RunWords({"clear"}).code, kUsage);
  EXPECT_EQ(RunWords({"clear", market, "-o"}).code, kUsage);
  EXPECT_EQ(RunWords({"clear", market, "-x", "1"}).code, kUsage);
}

}  // namespace
}  // namespace ayni::cli
