// Ids of new resources and of calls: 16 lower-case characters of Crockford's base 32, the first 9 of which
// tell the millisecond, so that records made one after another lie side by side in the store; the last 7 are
// random.
#ifndef AYNI_SERVICES_SERVER_NEW_ID_H_
#define AYNI_SERVICES_SERVER_NEW_ID_H_

#include <string>

#include "absl/time/time.h"

namespace ayni::services {

// Thread-safe. Two ids of one millisecond are the same with a probability of 2^-35. Not a secret.
std::string NewId(absl::Time now);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_NEW_ID_H_
