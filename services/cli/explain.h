// `ayni explain`: what a noun is, field by field, from the API's own comments.
#ifndef AYNI_SERVICES_CLI_EXPLAIN_H_
#define AYNI_SERVICES_CLI_EXPLAIN_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "services/cli/commands.h"

namespace ayni::cli {

Command ExplainCommand();

// The nouns that it explains.
std::vector<std::string> ExplainedNouns();

// The message's comment, and of each field, and of each field of a message that it holds: its path, what may
// be given, whether it must be, and its comment; of an enumeration, its values. At most `width` columns,
// where it is above 40.
std::string ExplainText(const google::protobuf::Descriptor& message, int width);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_EXPLAIN_H_
