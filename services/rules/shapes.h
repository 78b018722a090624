// The shape of every record that callers write: a limit for each of its fields.
#ifndef AYNI_SERVICES_RULES_SHAPES_H_
#define AYNI_SERVICES_RULES_SHAPES_H_

#include <google/protobuf/descriptor.h>

#include <cstdint>

#include "services/resource/shape.h"

namespace ayni::services {

inline constexpr int64_t kQuantityMax = 1'000'000'000;
inline constexpr int64_t kMinorUnitsMax = 1'000'000'000'000;

// REQUIRES: the message is a record that callers write, or a request that changes a match. Built once; safe
// from any thread.
const Shape& ShapeOf(const google::protobuf::Descriptor* record);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_SHAPES_H_
