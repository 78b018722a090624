// How to reach the server and as whom, from flags, environment and files.
#ifndef AYNI_SERVICES_CLI_CONNECTION_SETTINGS_H_
#define AYNI_SERVICES_CLI_CONNECTION_SETTINGS_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/cli/arguments.h"
#include "services/cli/environment.h"

namespace ayni::cli {

inline constexpr char kDefaultServer[] = "127.0.0.1:7400";

struct ConnectionSettings {
  std::string server;  // HOST:PORT, [ADDRESS]:PORT or unix:PATH
  std::string token;   // empty: none is sent; fit for a header
  bool tls = false;
  std::string root_certificates;    // PEM; empty: those of the system
  std::string certificate;          // PEM, of the caller; empty: none
  std::string key;                  // PEM
  std::ostream* notices = nullptr;  // told of each retry; null where nobody looks
  absl::Duration timeout;           // of a call with its retries; of a long-running one, of each look at it
};

// The flags that say how to reach the server.
std::vector<Flag> ConnectionFlags();

// From flags, environment and files, in this order. InvalidArgument where one is wrong, which it names, or
// they don't fit together: a token is not sent in the clear but to the machine itself. Never says a token.
absl::StatusOr<ConnectionSettings> ReadConnectionSettings(const Arguments& arguments,
                                                          const Environment& environment);

// Whether the server is reached without a network.
bool IsThisMachine(const std::string& server);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_CONNECTION_SETTINGS_H_
