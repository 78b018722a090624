// The standard methods of a resource, Create, Get, List, Update and Delete (AIP-131 to 135), written once
// over the descriptors of their requests and the annotations of their resource.
//
// What a request's fields are called is what the API Improvement Proposals call them: parent, {resource},
// {resource}_id, name, update_mask, etag, filter, page_size, page_token, request_id, validate_only. A request
// that lacks one that its method needs ends the process at start.
#ifndef AYNI_SERVICES_RESOURCE_STANDARD_METHODS_H_
#define AYNI_SERVICES_RESOURCE_STANDARD_METHODS_H_

#include <functional>
#include <memory>
#include <string>

#include "services/method.h"
#include "services/resource/kind.h"
#include "services/resource/page.h"
#include "services/resource/record_cache.h"
#include "services/resource/record_quota.h"
#include "services/resource/rules.h"
#include "services/resource/write.h"
#include "storage/store.h"

namespace ayni::services {

// What the methods of all resources share. REQUIRES: the store outlives every call. Safe to use from any
// thread.
struct Foundation {
  storage::Store* store;
  IdSource new_id;
  std::unique_ptr<RecordCache> cache = std::make_unique<RecordCache>();
  std::unique_ptr<RecordQuota> quota = std::make_unique<RecordQuota>();
  // As in Admission.
  bool single_administrator = false;
};

// Each adds one method, of `service` (as in ayni.v1.NeedService) and named after the kind.
// REQUIRES: kind outlives every call.
void AddCreate(const std::shared_ptr<const Foundation>& foundation, const Kind& kind,
               const std::string& service, MethodTable* table);
void AddGet(const std::shared_ptr<const Foundation>& foundation, const Kind& kind, const std::string& service,
            MethodTable* table);
void AddList(const std::shared_ptr<const Foundation>& foundation, const Kind& kind,
             const std::string& service, MethodTable* table);
void AddUpdate(const std::shared_ptr<const Foundation>& foundation, const Kind& kind,
               const std::string& service, MethodTable* table);
void AddDelete(const std::shared_ptr<const Foundation>& foundation, const Kind& kind,
               const std::string& service, MethodTable* table);

// A change of one stored record, by a request with `name` and `etag`, in other ways than Update: `change`
// gets the record as it stands, and answers with what to store in its place. The method is
// `service`/`method`.
using RecordChange = std::function<absl::StatusOr<Draft>(const Call&, const Message& request,
                                                         const StoredRecord& stored, StoreView* view)>;
void AddRecordChange(const std::shared_ptr<const Foundation>& foundation, const Kind& kind,
                     const std::string& service, const std::string& method, RecordChange change,
                     MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_STANDARD_METHODS_H_
