// The methods of the API that read and write resources, put together.
#ifndef AYNI_SERVICES_RULES_RESOURCE_METHODS_H_
#define AYNI_SERVICES_RULES_RESOURCE_METHODS_H_

#include "absl/types/span.h"
#include "services/method.h"
#include "services/resource/kind.h"
#include "services/resource/standard_methods.h"
#include "storage/store.h"

namespace ayni::services {

// The kind of a record: its type, shape and rules. Built once; safe from any thread. REQUIRES: it is a
// resource.
const Kind& KindOf(const google::protobuf::Descriptor* record);
// All of them.
absl::Span<const Kind> AllKinds();
template <typename Record>
const Kind& KindOf() {
  return KindOf(Record::descriptor());
}

struct ResourceOptions {
  // One administrator decides what takes two elsewhere, and the records say so.
  bool single_administrator = false;
};

// Adds the standard methods of every resource, ActivatePolicy, AcknowledgeMatch, and what grants and revokes
// waivers, confirms and rejects changes of relations, and lists changes. Not those that make and revoke
// tokens, clear rounds, make and decide appeals, or read candidates, conflicts and prices. REQUIRES: *store
// outlives every call;
// new_id may be called from any thread.
void AddResourceMethods(storage::Store* store, IdSource new_id, const ResourceOptions& options,
                        MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_RESOURCE_METHODS_H_
