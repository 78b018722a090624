#include "services/planning/expected_success.h"

namespace ayni::services {

int32_t SuccessPerMille(const v1::ExpectedSuccess& expected, v1::TapModel model) {
  switch (model) {
    case v1::TAP_MODEL_COMMUNITY:
      return expected.community_per_mille();
    case v1::TAP_MODEL_ENTERPRISE:
      return expected.enterprise_per_mille();
    case v1::TAP_MODEL_PUBLIC:
      return expected.public_per_mille();
    case v1::TAP_MODEL_ACADEMIC:
      return expected.academic_per_mille();
    default:
      return 0;
  }
}

}  // namespace ayni::services
