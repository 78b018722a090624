// How an appeal is decided, and by whom it may not be.
#ifndef AYNI_SERVICES_APPEAL_DECIDING_H_
#define AYNI_SERVICES_APPEAL_DECIDING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/appeal_service.pb.h"
#include "services/method.h"
#include "services/resource/store_view.h"
#include "services/resource/write.h"
#include "storage/store.h"

namespace ayni::services {

// Costs reading the ledger once. InvalidArgument where a field is wrong; FailedPrecondition where it is open
// no more; PermissionDenied with the reason PARTY_CONCERNED where the caller acts for a party that it is
// about, or ADMINISTRATOR_INVOLVED where the ledger says that it had a part in what is contested, naming
// that.
absl::StatusOr<Draft> DecideAppeal(const storage::Store& store, bool single_administrator, const Call& call,
                                   const v1::DecideAppealRequest& request, StoreView* view);

// What a principal did, as the ledger has it.
struct Deed {
  std::string method;
  std::string resource;
};
// The first deed of the principal on one of the resources; of no method where there is none.
absl::StatusOr<Deed> FindDeed(const storage::Store& store, const std::string& principal,
                              const std::vector<std::string>& resources);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_APPEAL_DECIDING_H_
