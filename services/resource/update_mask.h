// Update masks: which fields of a record an Update method takes from the request.
#ifndef AYNI_SERVICES_RESOURCE_UPDATE_MASK_H_
#define AYNI_SERVICES_RESOURCE_UPDATE_MASK_H_

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>

#include <vector>

#include "services/resource/field_path.h"
#include "services/resource/resource_type.h"
#include "services/resource/violations.h"

namespace ayni::services {

inline constexpr int kUpdateMaskPathsMax = 100;

// The fields of `record` that a caller may set: all but its name and etag and what the server fills.
std::vector<const google::protobuf::FieldDescriptor*> InputFields(const google::protobuf::Descriptor* record);

// Takes the fields that `mask` names from `given` into `record`: a message as a whole, or fields of it by
// name.sub_name. An empty mask names every field that is set in `given`; * names all. What a caller may not
// set is left as it is, though the mask names it. A path that leads nowhere is a violation of `at`. REQUIRES:
// both are of one type.
void TakeFields(const google::protobuf::FieldMask& mask, const google::protobuf::Message& given,
                google::protobuf::Message* record, const FieldPath& at, Violations* violations);

// Adds a violation for each immutable field in which the two differ.
void CheckImmutable(const ResourceType& type, const google::protobuf::Message& before,
                    const google::protobuf::Message& after, const FieldPath& path, Violations* violations);

// Whether the two differ in no input field.
bool SameInput(const google::protobuf::Message& a, const google::protobuf::Message& b);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_UPDATE_MASK_H_
