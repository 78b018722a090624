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

struct MadeAdministrator {
  std::string principal;  // its name
  std::string aside;      // where the file that stood in the token's way is now; empty where none did
};

// Gives principals/administrator a token, and leaves the token's secret in `token_file`, of mode 0600. Where
// there is no such principal it is made; where it is disabled, or in another role, one of another name is
// made. The file is written first: if the process ends between the two, the secret in it is good for nothing,
// and the next start makes another.
//
// A file that stands there may be the token of another store, so it is moved aside.
absl::StatusOr<MadeAdministrator> MakeAdministrator(storage::Store* store, const IdSource& new_id,
                                                    absl::Time now, const std::string& token_file);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_TOKENS_FIRST_ADMINISTRATOR_H_
