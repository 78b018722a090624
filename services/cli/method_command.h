// Commands that are methods of the API, with a grammar made from their requests: the name is a word, the
// parent of a new resource a flag, the fields of the resource flags by their paths, every other field a flag
// by its name.
#ifndef AYNI_SERVICES_CLI_METHOD_COMMAND_H_
#define AYNI_SERVICES_CLI_METHOD_COMMAND_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "services/cli/commands.h"

namespace ayni::cli {

// Of every method but those that stream and those that another command wraps.
std::vector<Command> MethodCommands();

// The field of the request that holds the resource; null where there is none.
const google::protobuf::FieldDescriptor* BodyField(const Command& command);

// Whether the name of what is changed stands in the body, as it does in Update requests.
bool NameInBody(const Command& command);

// Whether the method's answer is a page of many.
bool IsList(const google::protobuf::MethodDescriptor& method);

// A command line that runs, with the values of a made-up market.
std::string ExampleOf(const Command& command);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_METHOD_COMMAND_H_
