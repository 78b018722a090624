// What a fairness report's dimensions are of.
#ifndef AYNI_SERVICES_FAIRNESS_DIMENSION_H_
#define AYNI_SERVICES_FAIRNESS_DIMENSION_H_

#include "ayni/v1/fairness.pb.h"

namespace ayni::services {

// Whether cells of the dimension are of needs; otherwise they are of TAPs.
inline bool IsOfNeeds(v1::FairnessDimension dimension) {
  return dimension < v1::FAIRNESS_DIMENSION_TAP_GENDER;
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_FAIRNESS_DIMENSION_H_
