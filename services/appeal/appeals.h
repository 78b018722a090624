// AppealService: what a cooperative or a TAP contests, and what an administrator decided who was not involved
// before.
//
//   CreateAppeal ── STATE_OPEN ──WithdrawAppeal── STATE_WITHDRAWN
//                       └──────DecideAppeal────── STATE_UPHELD, STATE_DISMISSED
//
// A decision changes nothing but the appeal: its remedy is told there, and done by the methods that cancel
// matches, grant waivers or match needs.
#ifndef AYNI_SERVICES_APPEAL_APPEALS_H_
#define AYNI_SERVICES_APPEAL_APPEALS_H_

#include <functional>
#include <vector>

#include "absl/time/time.h"
#include "services/figures.h"
#include "services/method.h"
#include "services/resource/rules.h"
#include "services/work_thread.h"
#include "storage/store.h"

namespace ayni::services {

// Decisions read the whole ledger, on a thread of their own. REQUIRES: the store and this outlive every call.
// Safe to use from any thread.
class Appeals {
 public:
  // `single_administrator` as in Admission: where there never was another, the one may decide whatever it did
  // before, and the decision says so.
  Appeals(storage::Store* store, bool single_administrator)
      : store_(store), single_administrator_(single_administrator) {}

  void AddMethods(IdSource new_id, MethodTable* table);

  // How many are open, and how many of these are not decided in time. Reads every appeal.
  std::vector<FigureFamily> Figures(absl::Time now) const;

 private:
  storage::Store* const store_;
  const bool single_administrator_;
  WorkThread deciding_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_APPEAL_APPEALS_H_
