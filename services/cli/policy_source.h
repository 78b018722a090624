// Policies where commands find them: in files, and in the market by name.
#ifndef AYNI_SERVICES_CLI_POLICY_SOURCE_H_
#define AYNI_SERVICES_CLI_POLICY_SOURCE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/policy.pb.h"
#include "services/cli/connection.h"
#include "services/cli/environment.h"
#include "services/cli/message_reading.h"

namespace ayni::cli {

// As in a file: a path with a slash that is no policies/NAME, one that ends in .yaml, .yml or .json, or -.
bool IsPolicyFile(const std::string& word);

// Standard input for -. What is wrong is told in one status, a line each, and exits as a local file's.
absl::StatusOr<v1::Policy> ReadPolicyFile(const std::string& path, const Environment& environment);

// As ReadPolicyFile, with what its text tells beside the policy.
struct PolicyFile {
  std::string path;
  v1::Policy policy;
  ReadingNotes notes;
};
absl::StatusOr<PolicyFile> OpenPolicyFile(const std::string& path, const Environment& environment);

// The path of a field of a file, where the server calls it policy.limits[0].id.
std::string PathInFile(const std::string& field);
// With the server's mistakes at their places in the file.
absl::Status AtPlaces(const absl::Status& status, const PolicyFile& file);

absl::StatusOr<v1::Policy> GetPolicy(const std::string& word, Connection* connection);
// Of a file or a name.
absl::StatusOr<v1::Policy> FindPolicy(const std::string& word, const Environment& environment,
                                      Connection* connection);

// As they became active, and then drafts as they were made.
absl::StatusOr<std::vector<v1::Policy>> ListPoliciesByTime(Connection* connection);
// InvalidArgument, which says what to do, where none is.
absl::StatusOr<v1::Policy> ActivePolicy(const std::vector<v1::Policy>& policies);
// The youngest draft.
absl::StatusOr<v1::Policy> LastDraft(const std::vector<v1::Policy>& policies);

// What stands for it in a text: its id, or `fallback` where it has no name.
std::string PolicyLabel(const v1::Policy& policy, const std::string& fallback);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_POLICY_SOURCE_H_
