// One kind of resource, with all that its methods need to know of it.
#ifndef AYNI_SERVICES_RESOURCE_KIND_H_
#define AYNI_SERVICES_RESOURCE_KIND_H_

#include <google/protobuf/message.h>

#include "services/resource/resource_type.h"
#include "services/resource/rules.h"
#include "services/resource/shape.h"

namespace ayni::services {

// Constant after construction, and safe to use from any thread.
struct Kind {
  const ResourceType& type;
  const google::protobuf::Message& prototype;
  const Shape* shape;  // null where callers write no such record
  Rules rules;
};

template <typename Record>
Kind MakeKind(const RulesOf<Record>& rules, const Shape* shape) {
  return {ResourceType::Of<Record>(), Record::default_instance(), shape, OverMessages(rules)};
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_KIND_H_
