// Turns of need templates, posted as needs: each once, whoever posts it and however often it is tried.
//
// One commit writes the need and moves the template's settled_date past its turn, on the template's version
// and the absence of the need: of two servers that would post one turn, one finds it posted.
#ifndef AYNI_SERVICES_RULES_NEED_POSTING_H_
#define AYNI_SERVICES_RULES_NEED_POSTING_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/log.h"
#include "services/method.h"
#include "services/repeating_thread.h"
#include "services/resource/record_quota.h"
#include "services/resource/store_view.h"
#include "services/resource/stored.h"
#include "services/resource/write.h"
#include "storage/store.h"

namespace ayni::services {

// A RecordChange (standard_methods.h): the next turn whose window is not over is posted, whatever its day.
// FailedPrecondition where none is left; what CreateNeed would answer to its need.
absl::StatusOr<Draft> PostNeedTemplate(const storage::Store& store, const Call& call, const Message& request,
                                       const StoredRecord& stored, RecordQuota* quota, StoreView* view);

// Posts all turns whose day had come at `now`, and passes over those whose window was over by then: how many
// it posted. A template whose turn can't be posted keeps why in last_error, and is tried again by the next
// call. Where one fails for what is not its own fault, the others are posted all the same, and the first such
// failure is returned. `stop` is asked between two. Costs nothing where none is due.
absl::StatusOr<int> PostNeeds(absl::Time now, const std::function<bool()>& stop, storage::Store* store);

// Does so again and again, on a thread of its own, until it is destroyed.
class NeedPosting {
 public:
  using Clock = std::function<absl::Time()>;

  // REQUIRES: all outlive it.
  NeedPosting(storage::Store* store, const Log* log, Clock clock);

 private:
  void Pass(const RepeatingThread::Stops& stops);

  storage::Store& store_;
  const Log& log_;
  const Clock clock_;
  RepeatingThread thread_;  // last
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_NEED_POSTING_H_
