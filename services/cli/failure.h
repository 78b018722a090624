// Failures as a person reads them and as a script acts on them.
#ifndef AYNI_SERVICES_CLI_FAILURE_H_
#define AYNI_SERVICES_CLI_FAILURE_H_

#include <grpcpp/support/status.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace ayni::cli {

enum ExitCode {
  kDone = 0,
  kRefused = 1,           // the server refused it: wrong fields, or a state that does not allow it
  kUsage = 2,             // the command line is wrong; nothing was sent
  kNotFound = 3,          // what it names does not exist
  kNotAllowed = 4,        // no token, an unknown one, or a role that may not
  kConflict = 5,          // exists already, or changed since it was read
  kUnavailable = 6,       // the server can't be reached, or did not answer in time
  kRowsFailed = 7,        // some rows of an import are wrong
  kLocalFile = 8,         // a file here can't be read, written or understood
  kServerFailed = 9,      // the server failed
  kSolutionRefused = 10,  // the solution is not feasible, or not what it states
  kGapNotReached = 11,    // clearing ended short of the gap asked for; what it found is written
  kNotAsSigned = 12       // a ledger or a round's bundle is not what was signed
};

// One line a code, for help.
std::vector<std::string> ExitCodeTexts();

// A failure that the server, or the way to it, reported. Carries the details of google.rpc.
absl::Status FromServer(const grpc::Status& status, const std::string& request_id);
// A file or folder here that can't be read or written.
absl::Status LocalFileError(const std::string& path, const std::string& why);
// A ledger, a proof or a bundle that is not what was signed.
absl::Status NotAsSigned(const std::string& why);

// With each field that the server found wrong called as `name` calls it.
absl::Status WithFieldNames(const absl::Status& status,
                            const std::function<std::string(const std::string& field)>& name);
// The fields that the server found wrong, and what is wrong with them.
std::vector<std::pair<std::string, std::string>> WrongFields(const absl::Status& status);

// Failures that come from none of these are of the command line: kUsage. REQUIRES: status is not OK.
ExitCode ExitCodeOf(const absl::Status& status);

// One line for the message, one for each violation, precondition and hint, and one for the request id.
// REQUIRES: status is not OK.
std::vector<std::string> FailureLines(const absl::Status& status);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_FAILURE_H_
