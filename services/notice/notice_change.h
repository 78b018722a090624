// What the server itself writes of notices.
#ifndef AYNI_SERVICES_NOTICE_NOTICE_CHANGE_H_
#define AYNI_SERVICES_NOTICE_NOTICE_CHANGE_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ayni/v1/notice.pb.h"
#include "services/resource/stored.h"
#include "storage/store.h"

namespace ayni::services {

// Puts `after` in place of what is stored, where that still stands: false where it does not.
absl::StatusOr<bool> CommitNotice(const StoredRecord& before, const v1::Notice& after, absl::Time now,
                                  storage::Store* store);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_NOTICE_NOTICE_CHANGE_H_
