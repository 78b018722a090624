// ListChanges: records as changes since a token.
#ifndef AYNI_SERVICES_RULES_CHANGE_METHODS_H_
#define AYNI_SERVICES_RULES_CHANGE_METHODS_H_

#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// Adds ayni.v1.ChangeService to the table. A caller is shown of each type what its List method shows it. A
// record that is gone is told by its name to all who may list the type by record: the ledger tells them the
// same. REQUIRES: the store outlives the table's last call.
void AddChangeMethods(const storage::Store* store, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_CHANGE_METHODS_H_
