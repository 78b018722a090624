// What a policy expects of the models of TAPs.
#ifndef AYNI_SERVICES_PLANNING_EXPECTED_SUCCESS_H_
#define AYNI_SERVICES_PLANNING_EXPECTED_SUCCESS_H_

#include <cstdint>

#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"

namespace ayni::services {

// Of 1,000; 0 of a model that is not known.
int32_t SuccessPerMille(const v1::ExpectedSuccess& expected, v1::TapModel model);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_EXPECTED_SUCCESS_H_
