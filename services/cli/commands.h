// Every command, made from the API's methods and resources, and the few that are written by hand.
#ifndef AYNI_SERVICES_CLI_COMMANDS_H_
#define AYNI_SERVICES_CLI_COMMANDS_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/cli/api.h"
#include "services/cli/arguments.h"
#include "services/cli/environment.h"
#include "services/cli/failure.h"

namespace ayni::cli {

struct Command;

// One run of a command.
struct Invocation {
  const Command& command;
  const Arguments& arguments;
  Environment& environment;
};

// A status that is not OK is a failure to be told; an exit code other than kDone was told already.
using RunFunction = absl::StatusOr<ExitCode> (*)(const Invocation&);

struct Command {
  std::string noun;  // need; the whole command where verb is empty
  std::string verb;  // create
  std::string summary;
  Grammar grammar;
  std::string example;  // as one would type it
  RunFunction run = nullptr;
  // Of a command that is a method of the API; null otherwise.
  const google::protobuf::MethodDescriptor* method = nullptr;
  // What the noun is; null where it is no resource.
  const Resource* resource = nullptr;
};

// In the order of help. Constant.
const std::vector<Command>& Commands();

// Null where there is none. A noun may be given in its plural.
const Command* FindCommand(const std::string& noun, const std::string& verb);
// Each once, in the order of help.
std::vector<std::string> Nouns();
std::vector<std::string> Verbs(const std::string& noun);
// The singular of a noun, or the noun itself.
std::string SingularNoun(const std::string& noun);

// The noun that a resource goes by: ledger for ledgerEntry.
std::string NounOf(const Resource& resource);

// Flags that every command has.
std::vector<Flag> GeneralFlags();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_COMMANDS_H_
