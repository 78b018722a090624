// Files that hold a secret.
#ifndef AYNI_SERVICES_PRIVATE_FILE_H_
#define AYNI_SERVICES_PRIVATE_FILE_H_

#include <string>

#include "absl/status/status.h"

namespace ayni::services {

// A whole file or none, that only its owner reads, and that outlasts a loss of power. Takes the place of one
// that stands there. Unavailable: it could not be written; `what` says in the message what it was to hold.
absl::Status WritePrivateFile(const std::string& path, const std::string& what, const std::string& text);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PRIVATE_FILE_H_
