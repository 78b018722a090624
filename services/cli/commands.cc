#include "services/cli/commands.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "services/cli/bundle_commands.h"
#include "services/cli/clear_command.h"
#include "services/cli/completion.h"
#include "services/cli/coverage_commands.h"
#include "services/cli/credential_commands.h"
#include "services/cli/doctor.h"
#include "services/cli/explain.h"
#include "services/cli/fairness_command.h"
#include "services/cli/ledger_commands.h"
#include "services/cli/market_export.h"
#include "services/cli/market_import.h"
#include "services/cli/method_command.h"
#include "services/cli/notice_commands.h"
#include "services/cli/ocds_export.h"
#include "services/cli/openapi_document.h"
#include "services/cli/plan_command.h"
#include "services/cli/policy_activate.h"
#include "services/cli/policy_commands.h"
#include "services/cli/policy_edit.h"
#include "services/cli/policy_try.h"
#include "services/cli/problem_convert.h"
#include "services/cli/round_run.h"
#include "services/cli/route_sheet.h"
#include "services/cli/segment_trend.h"
#include "services/cli/simulate_command.h"
#include "services/cli/token_draw.h"
#include "services/cli/verify_command.h"

namespace ayni::cli {
namespace {

// Resources that people call otherwise than the API does.
struct OtherNoun {
  const char* singular;
  const char* noun;
};

constexpr OtherNoun kOtherNouns[] = {{"ledgerEntry", "ledger"}, {"segmentReport", "segment"}};

// In the order in which a person meets them; others come after these.
constexpr const char* kNounOrder[] = {
    "need",   "need-template", "offer",          "agreement", "budget",  "match",    "subscription",
    "notice", "round",         "policy",         "market",    "party",   "relation", "credential",
    "skill",  "service",       "value-chain",    "territory", "segment", "price",    "fairness",
    "ledger", "checkpoint",    "merge-proposal", "principal", "token",   "identity", "operation"};

std::ptrdiff_t PlaceOf(const std::string& noun) {
  return std::find(std::begin(kNounOrder), std::end(kNounOrder), noun) - std::begin(kNounOrder);
}

absl::StatusOr<ExitCode> RunVersion(const Invocation& invocation) {
  invocation.environment.out << "ayni " AYNI_VERSION "\n";
  return kDone;
}

Command VersionCommand() {
  Command command;
  command.noun = "version";
  command.summary = "Prints the version of this program.";
  command.grammar.flags = GeneralFlags();
  command.example = "ayni version";
  command.run = RunVersion;
  return command;
}

// Takes the place of the method's of its words, where there is one.
void TakePlaceOfMethod(Command* own, std::vector<Command>* commands) {
  const auto method = std::find_if(commands->begin(), commands->end(), [&](const Command& each) {
    return each.noun == own->noun && each.verb == own->verb;
  });
  if (method == commands->end()) return;
  own->method = method->method;
  own->resource = method->resource;
  commands->erase(method);
}

// Those that are written by hand stand before those that are methods, and in the place of the two of their
// name.
void AddPolicyCommands(std::vector<Command>* commands) {
  std::vector<Command> own = {PolicyEditCommand(), PolicyActivateCommand()};
  for (const auto& some : {PolicyCommands(), PolicyTrialCommands()})
    own.insert(own.end(), some.begin(), some.end());
  for (Command& command : own) TakePlaceOfMethod(&command, commands);
  const auto first = std::find_if(commands->begin(), commands->end(),
                                  [](const Command& command) { return command.noun == "policy"; });
  commands->insert(first, own.begin(), own.end());
}

void AddCredentialCommands(std::vector<Command>* commands) {
  for (Command& command : CredentialCommands(*commands)) {
    TakePlaceOfMethod(&command, commands);
    commands->push_back(std::move(command));
  }
}

// The export stands in the place of the method that it calls part by part.
void AddBundleCommands(std::vector<Command>* commands) {
  const std::vector<Command> bundle = BundleCommands(*commands);
  const auto method = std::find_if(commands->begin(), commands->end(), [&](const Command& each) {
    return each.noun == bundle.front().noun && each.verb == bundle.front().verb;
  });
  commands->insert(commands->erase(method), bundle.begin(), bundle.end());
}

std::vector<Command> MakeCommands() {
  std::vector<Command> commands = MethodCommands();
  const std::vector<Command> round = RoundCommands(commands);
  const auto first_round = std::find_if(commands.begin(), commands.end(),
                                        [](const Command& command) { return command.noun == "round"; });
  commands.insert(first_round, round.begin(), round.end());
  AddBundleCommands(&commands);
  AddPolicyCommands(&commands);
  AddCredentialCommands(&commands);
  commands.push_back(TokenDrawCommand());
  commands.push_back(SegmentTrendCommand());
  Command fairness = FairnessReportCommand();
  TakePlaceOfMethod(&fairness, &commands);
  commands.push_back(std::move(fairness));
  commands.push_back(RouteSheetCommand());
  for (Command& command : NoticeCommands()) commands.push_back(std::move(command));
  commands.push_back(OcdsExportCommand());
  for (Command& command : LedgerCommands()) commands.push_back(std::move(command));
  commands.push_back(MarketImportCommand());
  commands.push_back(MarketExportCommand());
  std::stable_sort(commands.begin(), commands.end(),
                   [](const Command& a, const Command& b) { return PlaceOf(a.noun) < PlaceOf(b.noun); });
  commands.push_back(PlanCommand());
  commands.push_back(CoverageGapsCommand());
  commands.push_back(CoverageStressCommand());
  commands.push_back(ClearCommand());
  commands.push_back(VerifyCommand());
  commands.push_back(ProblemConvertCommand());
  commands.push_back(SimulateCommand());
  commands.push_back(DoctorCommand());
  commands.push_back(ExplainCommand());
  commands.push_back(OpenApiCommand());
  commands.push_back(CompletionCommand());
  commands.push_back(VersionCommand());
  return commands;
}

}  // namespace

const std::vector<Command>& Commands() {
  static const auto* const commands = new std::vector<Command>(MakeCommands());
  return *commands;
}

const Command* FindCommand(const std::string& noun, const std::string& verb) {
  const std::string singular = SingularNoun(noun);
  const auto found = std::find_if(Commands().begin(), Commands().end(), [&](const Command& command) {
    return command.noun == singular && command.verb == verb;
  });
  return found == Commands().end() ? nullptr : &*found;
}

std::vector<std::string> Nouns() {
  std::vector<std::string> nouns;
  for (const Command& command : Commands()) {
    if (std::find(nouns.begin(), nouns.end(), command.noun) == nouns.end()) nouns.push_back(command.noun);
  }
  return nouns;
}

std::vector<std::string> Verbs(const std::string& noun) {
  std::vector<std::string> verbs;
  for (const Command& command : Commands()) {
    if (command.noun == noun) verbs.push_back(command.verb);
  }
  return verbs;
}

std::string SingularNoun(const std::string& noun) {
  if (noun == "chain" || noun == "chains") return "value-chain";
  for (const Resource& resource : Api::Get().resources()) {
    if (noun == KebabCase(resource.plural) || noun == NounOf(resource) + "s") return NounOf(resource);
  }
  for (const Command& command : Commands()) {
    if (noun == command.noun + "s") return command.noun;
  }
  return noun;
}

std::string NounOf(const Resource& resource) {
  for (const OtherNoun& other : kOtherNouns) {
    if (resource.singular == other.singular) return other.noun;
  }
  return KebabCase(resource.singular);
}

std::vector<Flag> GeneralFlags() { return {{"help", "", "show this", {}, false, false}}; }

}  // namespace ayni::cli
