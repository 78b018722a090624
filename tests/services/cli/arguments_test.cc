#include "services/cli/arguments.h"

#include <gmock/gmock.h>

#include "ayni/v1/need.pb.h"

namespace ayni::cli {
namespace {

using ::testing::HasSubstr;

Grammar NeedGrammar() {
  Grammar grammar;
  grammar.positionals = {{"NEED", "the need", true}};
  grammar.flags = {{"cooperative", "COOPERATIVE", "whose", {}, false, false},
                   {"validate-only", "", "check", {}, false, false},
                   {"help", "", "show", {}, false, false}};
  grammar.fields = v1::Need::descriptor();
  return grammar;
}

std::string WhyWrong(const std::vector<std::string>& words) {
  const absl::StatusOr<Arguments> arguments = Arguments::Parse(NeedGrammar(), words);
  return arguments.ok() ? "" : std::string(arguments.status().message());
}

TEST(Arguments, TakesFlagsInEveryWay) {
  const absl::StatusOr<Arguments> arguments = Arguments::Parse(
      NeedGrammar(), {"--cooperative=c1", "n1", "--quantity", "40", "--wishes.woman_tap", "--validate-only",
                      "--languages", "quz", "--languages=spa", "--note", "--odd"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_EQ(arguments->Value("cooperative"), "c1");
  EXPECT_EQ(arguments->Word(0), "n1");
  EXPECT_TRUE(arguments->Has("validate-only"));
  ASSERT_EQ(arguments->fields().size(), 5u);
  EXPECT_EQ(arguments->fields()[1].path, "wishes.woman_tap");
  EXPECT_EQ(arguments->fields()[1].value, "yes");
  EXPECT_EQ(arguments->fields()[4].value, "--odd");
}

TEST(Arguments, TakesYesOrNoAfterASwitch) {
  const absl::StatusOr<Arguments> arguments = Arguments::Parse(
      NeedGrammar(), {"--wishes.woman_tap", "no", "--validate-only", "yes", "--wishes.same_district", "n1"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_EQ(arguments->Word(0), "n1");
  EXPECT_TRUE(arguments->Has("validate-only"));
  ASSERT_EQ(arguments->fields().size(), 2u);
  EXPECT_EQ(arguments->fields()[0].value, "no");
  EXPECT_EQ(arguments->fields()[1].value, "yes");
}

TEST(Arguments, RefusesBytesThatAreNoUtf8) {
  EXPECT_EQ(WhyWrong({"n1", "--note", "\xFF"}), "--note is not in UTF-8");
  EXPECT_EQ(WhyWrong({"n1", "--cooperative=\xC3"}), "--cooperative is not in UTF-8");
}

TEST(Arguments, UnderstandsHyphensInFields) {
  const absl::StatusOr<Arguments> arguments =
      Arguments::Parse(NeedGrammar(), {"n1", "--value-chain", "alpaca"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_EQ(arguments->fields()[0].path, "value_chain");
}

TEST(Arguments, TakesWordsAfterTwoHyphensAsTheyAre) {
  const absl::StatusOr<Arguments> arguments = Arguments::Parse(NeedGrammar(), {"--", "--n1"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_EQ(arguments->Word(0), "--n1");
}

TEST(Arguments, SaysWhatIsWrong) {
  EXPECT_THAT(WhyWrong({"n1", "--quantiy", "4"}), HasSubstr("did you mean 'quantity'"));
  EXPECT_THAT(WhyWrong({"n1", "--validate-onl"}), HasSubstr("did you mean 'validate-only'"));
  EXPECT_THAT(WhyWrong({"n1", "--quantity"}), HasSubstr("needs a value"));
  EXPECT_THAT(WhyWrong({"n1", "--cooperative", "a", "--cooperative", "b"}), HasSubstr("twice"));
  EXPECT_THAT(WhyWrong({"n1", "n2"}), HasSubstr("unexpected word 'n2'"));
  EXPECT_THAT(WhyWrong({}), HasSubstr("NEED is missing"));
  EXPECT_THAT(WhyWrong({"n1", "--state", "OPEN"}), HasSubstr("filled by the server"));
  EXPECT_THAT(WhyWrong({"n1", "-q", "4"}), HasSubstr("two hyphens"));
  EXPECT_THAT(WhyWrong({"n1", "--validate-only=maybe"}), HasSubstr("yes and no"));
}

TEST(Arguments, AskForHelpNeedsNothingElse) {
  for (const char* word : {"--help", "-h"}) {
    const absl::StatusOr<Arguments> arguments = Arguments::Parse(NeedGrammar(), {word});
    ASSERT_TRUE(arguments.ok()) << arguments.status();
    EXPECT_TRUE(arguments->Has("help"));
  }
}

}  // namespace
}  // namespace ayni::cli
