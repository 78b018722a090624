// Resource names as people write them: the ids alone, with a slash between. coop-3 of a party is
// parties/coop-3, and coop-3/n17 of a need is cooperatives/coop-3/needs/n17.
#ifndef AYNI_SERVICES_CLI_RESOURCE_NAME_H_
#define AYNI_SERVICES_CLI_RESOURCE_NAME_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/cli/api.h"

namespace ayni::cli {

// A full name is left as it is. Fails where the text is neither that nor as many ids as the pattern has, or
// an id is none.
absl::StatusOr<std::string> CompleteName(const Resource& resource, const std::string& text);

// The ids of a full name; what does not follow the pattern is left as it is.
std::string ShortName(const Resource& resource, const std::string& name);

// The last part of a name: n17 of cooperatives/coop-3/needs/n17.
std::string LastId(const std::string& name);

// As CompleteName for the part of the pattern above the last collection: coop-3 is cooperatives/coop-3, and -
// stands for all. REQUIRES: HasParent.
absl::StatusOr<std::string> CompleteParent(const Resource& resource, const std::string& text);
bool HasParent(const Resource& resource);
// What the parent is called: cooperative, for a need. REQUIRES: HasParent.
std::string ParentNoun(const Resource& resource);

// How a person may write the name: NEED of a one-part pattern, COOPERATIVE/NEED of a two-part one.
std::string NameForm(const Resource& resource);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_RESOURCE_NAME_H_
