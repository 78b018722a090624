#include "services/cli/commands.h"

#include <gmock/gmock.h>

#include <set>

#include "absl/strings/match.h"
#include "services/cli/arguments.h"
#include "services/cli/message_path.h"
#include "services/cli/method_command.h"
#include "services/cli/method_run.h"
#include "services/cli/output.h"
#include "tests/services/cli/command_line.h"
#include "tests/temporary_folder.h"

namespace ayni::cli {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::vector<std::string> WordsOf(const Command& command) {
  std::vector<std::string> words = {command.noun};
  if (!command.verb.empty()) words.push_back(command.verb);
  return words;
}

TEST(Commands, HelpOfEachHasAnExampleThatItWouldRun) {
  for (const Command& command : Commands()) {
    std::vector<std::string> words = WordsOf(command);
    words.push_back("--help");
    const CommandOutcome outcome = RunWords(words);
    EXPECT_EQ(outcome.code, kDone);
    EXPECT_THAT(outcome.out, HasSubstr("Example\n  " + command.example));
    EXPECT_NE(command.summary, "") << command.noun << " " << command.verb;

    if (command.noun == "completion") continue;
    std::vector<std::string> example = ShellWords(command.example);
    const size_t word_count = command.verb.empty() ? 2 : 3;
    ASSERT_GE(example.size(), word_count) << command.example;
    EXPECT_EQ(example[0], "ayni");
    EXPECT_EQ(FindCommand(example[1], command.verb.empty() ? "" : example[2]), &command) << command.example;
    example.erase(example.begin(), example.begin() + static_cast<int>(word_count));
    const absl::StatusOr<Arguments> arguments = Arguments::Parse(command.grammar, example);
    EXPECT_TRUE(arguments.ok()) << command.example << ": " << arguments.status();
  }
}

TEST(Commands, EveryMethodThatDoesNotStreamHasOne) {
  std::set<const google::protobuf::MethodDescriptor*> commanded;
  for (const Command& command : Commands()) commanded.insert(command.method);
  for (const auto* method : Api::Get().methods()) {
    if (method->client_streaming() || method->name() == "DeleteOperation") continue;
    EXPECT_THAT(commanded, Contains(method)) << method->full_name();
  }
}

TEST(Commands, AreThoseThatPeopleWereTold) {
  const std::vector<std::string> standard = {"create", "get", "list", "update", "delete"};
  for (const char* noun : {"party", "relation", "credential", "service", "value-chain", "territory", "need",
                           "offer", "policy"}) {
    EXPECT_THAT(Verbs(noun), IsSupersetOf(standard)) << noun;
  }
  EXPECT_THAT(Verbs("need"), Contains("candidates"));
  EXPECT_THAT(Verbs("policy"), Contains("activate"));
  EXPECT_THAT(Verbs("round"), IsSupersetOf({"run", "show", "try", "publish", "undo"}));
  EXPECT_THAT(Verbs("match"), IsSupersetOf({"get", "list"}));
  EXPECT_THAT(Verbs("ledger"), IsSupersetOf({"get", "list"}));
  EXPECT_THAT(Verbs("token"), IsSupersetOf({"create", "revoke"}));
  EXPECT_THAT(Verbs("operation"), IsSupersetOf({"get", "list", "cancel", "wait"}));
  EXPECT_THAT(Verbs("price"), Contains("list"));
  EXPECT_THAT(Verbs("segment"), Contains("list"));
  EXPECT_THAT(Verbs("market"), IsSupersetOf({"import", "export"}));
}

TEST(Commands, NoTwoHaveTheSameWords) {
  std::set<std::string> seen;
  for (const Command& command : Commands()) {
    EXPECT_TRUE(seen.insert(command.noun + " " + command.verb).second) << command.noun << " " << command.verb;
    std::set<std::string> flags;
    for (const Flag& flag : command.grammar.flags) {
      EXPECT_TRUE(flags.insert(flag.name).second)
          << command.noun << " " << command.verb << " --" << flag.name;
    }
    if (command.grammar.fields == nullptr) continue;
    for (const std::string& field : FieldFlags(*command.grammar.fields)) {
      EXPECT_TRUE(flags.insert(field).second) << command.noun << " " << command.verb << " --" << field;
    }
  }
}

TEST(Commands, ListsShowFieldsThatThereAre) {
  for (const Command& command : Commands()) {
    if (command.method == nullptr || !IsList(*command.method)) continue;
    const auto& type = *ListedField(*command.method).message_type();
    for (const std::string& column : DefaultColumns(type)) {
      const std::string path = column.substr(0, column.find('='));
      EXPECT_TRUE(MessagePath::Parse(type, path).ok()) << command.noun << ": " << path;
    }
  }
}

TEST(Commands, AreFoundByThePluralToo) {
  EXPECT_EQ(FindCommand("needs", "list"), FindCommand("need", "list"));
  EXPECT_EQ(FindCommand("parties", "list"), FindCommand("party", "list"));
  EXPECT_EQ(FindCommand("chain", "list"), FindCommand("value-chain", "list"));
  EXPECT_EQ(FindCommand("policies", "list"), FindCommand("policy", "list"));
  EXPECT_EQ(FindCommand("prices", "list"), FindCommand("price", "list"));
}

TEST(CommandLine, SuggestsTheNearestWord) {
  const CommandOutcome noun = RunWords({"nede", "list"});
  EXPECT_EQ(noun.code, kUsage);
  EXPECT_THAT(noun.err, HasSubstr("did you mean 'need'?"));
  const CommandOutcome verb = RunWords({"need", "lits"});
  EXPECT_EQ(verb.code, kUsage);
  EXPECT_THAT(verb.err, HasSubstr("did you mean 'list'?"));
  EXPECT_EQ(noun.out, "");
}

TEST(CommandLine, TellsWrongValuesBeforeAnythingIsSent) {
  const CommandOutcome outcome = RunWords({"need", "create", "--cooperative", "c1", "--quantity", "forty"});
  EXPECT_EQ(outcome.code, kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("--quantity must be a whole number"));
  EXPECT_EQ(RunWords({"need", "get", "n1"}).code, kUsage);
  EXPECT_EQ(RunWords({"need", "list", "--output", "xml"}).code, kUsage);
  EXPECT_EQ(RunWords({"need", "list", "--columns", "nothing"}).code, kUsage);
  EXPECT_EQ(RunWords({"need", "list", "--limit", "0"}).code, kUsage);
}

TEST(CommandLine, HelpShowsWhatCanBeTypedAndWhatMust) {
  const std::string create = RunWords({"offer", "create", "--help"}).out;
  EXPECT_THAT(create, HasSubstr("  --fee_for_service [yes|no] (not with embedded or subsidised)\n"));
  EXPECT_THAT(create, HasSubstr("  --embedded.product TEXT (required with embedded; not with "));
  EXPECT_THAT(create, HasSubstr("  --window.start_date DATE (required)\n"));
  EXPECT_THAT(RunWords({"need", "create", "--help"}).out, HasSubstr("  --wishes.woman_tap [yes|no]\n"));
  EXPECT_THAT(RunWords({"offer", "update", "--help"}).out, Not(HasSubstr("(required")));
}

TEST(CommandLine, AnUpdateOfNothingIsWrong) {
  const CommandOutcome outcome = RunWords({"need", "update", "c1/n1"});
  EXPECT_EQ(outcome.code, kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("nothing to change is given"));
  EXPECT_EQ(RunWords({"need", "update", "c1/n1", "--etag", "4"}).code, kUsage);
  EXPECT_EQ(RunWords({"need", "update", "c1/n1", "--file", "-"}, "{}").code, kUsage);
}

TEST(CommandLine, SendsNoTokenInTheClearToAnotherMachine) {
  const TemporaryFolder folder;
  const std::string token = folder / "token";
  FILE* file = fopen(token.c_str(), "w");
  ASSERT_NE(file, nullptr);
  fputs("secret\n", file);
  fclose(file);
  for (const char* server : {"ayni.example:7400", "127.evil.example:7400", "127.0.0.1.example:7400",
                             "localhost.example:7400", "[::2]:7400"}) {
    const CommandOutcome outcome =
        RunWords({"need", "list", "--server", server, "--token-file", token, "--timeout", "10ms"});
    EXPECT_EQ(outcome.code, kUsage) << server;
    EXPECT_THAT(outcome.err, HasSubstr("--tls")) << server;
  }
  for (const char* server : {"127.0.0.1:1", "127.1.2.3:1", "[::1]:1", "localhost:1"}) {
    const CommandOutcome outcome =
        RunWords({"need", "list", "--server", server, "--token-file", token, "--timeout", "10ms"});
    EXPECT_EQ(outcome.code, kUnavailable) << server;
  }
  remove(token.c_str());
}

TEST(CommandLine, AServerThatIsNotThereIsUnavailable) {
  const CommandOutcome outcome = RunWords({"need", "list", "--server", "127.0.0.1:1", "--timeout", "300ms"});
  EXPECT_EQ(outcome.code, kUnavailable);
  EXPECT_THAT(outcome.err, HasSubstr("127.0.0.1:1"));
}

TEST(CommandLine, AFileThatIsNotThereIsALocalFault) {
  EXPECT_EQ(RunWords({"market", "import", "/nonexistent/market"}).code, kLocalFile);
  EXPECT_EQ(RunWords({"need", "list", "--token-file", "/nonexistent/token"}).code, kLocalFile);
}

TEST(CommandLine, HelpGoesOutAndMissingWordsGoWrong) {
  EXPECT_EQ(RunWords({"--help"}).code, kDone);
  EXPECT_THAT(RunWords({"--help"}).out, HasSubstr("Exit codes"));
  EXPECT_EQ(RunWords({}).code, kUsage);
  EXPECT_EQ(RunWords({"need"}).code, kUsage);
  EXPECT_THAT(RunWords({"need", "--help"}).out, HasSubstr("candidates"));
  EXPECT_EQ(RunWords({"help", "need"}).out, RunWords({"need", "--help"}).out);
  EXPECT_EQ(RunWords({"help", "need", "list"}).out, RunWords({"need", "list", "--help"}).out);
  EXPECT_THAT(RunWords({"--version"}).out, HasSubstr("ayni "));
}

}  // namespace
}  // namespace ayni::cli
