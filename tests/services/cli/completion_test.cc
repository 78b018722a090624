#include "services/cli/completion.h"

#include <gmock/gmock.h>

#include "tests/services/cli/command_line.h"

namespace ayni::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

// The last word is the one to complete.
std::vector<std::string> After(std::vector<std::string> words) {
  words.insert(words.begin(), "ayni");
  return Completions(words, words.size() - 1);
}

TEST(Completion, OffersNounsThenVerbsThenFlags) {
  EXPECT_THAT(After({"n"}), ElementsAre("need", "need-template", "notice"));
  EXPECT_THAT(After({"need", "c"}), ElementsAre("create", "candidates"));
  EXPECT_THAT(After({"needs", "u"}), ElementsAre("update"));
  EXPECT_THAT(After({"need", "create", "--w"}),
              ElementsAre("--window.start_date", "--window.end_date", "--wishes.community_tap",
                          "--wishes.woman_tap", "--wishes.same_district"));
  EXPECT_THAT(After({"need", "create", "--"}),
              AllOf(Contains("--file"), Contains("--server"), Not(Contains("--state"))));
}

TEST(Completion, OffersValues) {
  EXPECT_THAT(After({"need", "create", "--urgency", ""}), ElementsAre("NORMAL", "HIGH", "CRITICAL"));
  EXPECT_THAT(After({"need", "list", "--output", "j"}), ElementsAre("json"));
  EXPECT_THAT(After({"policy", "create", "--limits.1.thin-market-rule", "W"}), ElementsAre("WAIVE"));
  // Bash splits at an equals sign.
  EXPECT_THAT(After({"need", "list", "--output", "=", "j"}), ElementsAre("json"));
  EXPECT_THAT(After({"need", "list", "--output", "="}), ElementsAre("table", "json", "csv"));
  EXPECT_THAT(After({"explain", "nee"}), ElementsAre("need", "need-template"));
  EXPECT_THAT(After({"completion", ""}), ElementsAre("bash"));
}

TEST(Completion, OffersTheFieldsOfAPayment) {
  EXPECT_THAT(After({"match", "settle", "--payment", ""}), ElementsAre("payer=", "amount=", "in_kind="));
  EXPECT_THAT(After({"match", "settle", "--payment", "payer", "=", "C"}), ElementsAre("COOPERATIVE"));
  EXPECT_THAT(After({"match", "settle", "--payment", "payer", "=", "FUNDER,a"}),
              ElementsAre("FUNDER,amount="));
  EXPECT_THAT(After({"match", "settle", "--payment", "amount", "=", "1 PEN,payer", "="}),
              ElementsAre("PRODUCERS", "COOPERATIVE", "FUNDER"));
  EXPECT_THAT(After({"match", "settle", "--payment", "in_kind", "=", ""}), ElementsAre());
}

TEST(Completion, LeavesFilesAndUnknownWordsToBash) {
  EXPECT_THAT(After({"need", "create", "--file", ""}), ElementsAre());
  EXPECT_THAT(After({"nothing", "like", ""}), ElementsAre());
}

TEST(Completion, EveryFlagIsOffered) {
  for (const Command& command : Commands()) {
    std::vector<std::string> words = {command.noun};
    if (!command.verb.empty()) words.push_back(command.verb);
    words.push_back("--");
    const std::vector<std::string> offered = After(words);
    for (const Flag& flag : command.grammar.flags) EXPECT_THAT(offered, Contains("--" + flag.name));
  }
}

TEST(Completion, AnswersTheScript) {
  EXPECT_EQ(RunWords({"completion", "words", "1", "ayni", "off"}).out, "offer\n");
  EXPECT_EQ(RunWords({"completion", "words", "9", "ayni"}).code, kDone);
  EXPECT_EQ(RunWords({"completion", "fish"}).code, kUsage);
}

}  // namespace
}  // namespace ayni::cli
