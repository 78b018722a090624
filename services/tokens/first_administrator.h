// The administrator of a new store, without whom nobody could make anybody.
#ifndef AYNI_SERVICES_TOKENS_FIRST_ADMINISTRATOR_H_
#define AYNI_SERVICES_TOKENS_FIRST_ADMINISTRATOR_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/resource/rules.h"
#include "storage/store.h"

namespace ayni::services {

inline constexpr char kFirstAdministrator[] = "principals/administrator";

// Makes principals/administrator with a token, and leaves the token's secret in `token_file`, of mode 0600.
// The file is written first: if the process ends between the two, the secret in it is good for nothing, and
// the next start makes another. AlreadyExists where that principal exists in another role. REQUIRES: no
// principal of the store is an administrator.
//
// A file that stands there may be the token of another store: it is moved aside, to the name that comes back;
// empty where there was none.
absl::StatusOr<std::string> MakeFirstAdministrator(storage::Store* store, const IdSource& new_id,
                                                   absl::Time now, const std::string& token_file);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_TOKENS_FIRST_ADMINISTRATOR_H_
