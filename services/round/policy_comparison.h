// What two policies come to, side by side.
#ifndef AYNI_SERVICES_ROUND_POLICY_COMPARISON_H_
#define AYNI_SERVICES_ROUND_POLICY_COMPARISON_H_

#include <cstdint>

#include "ayni/v1/policy_service.pb.h"
#include "services/round/policy_outcome.h"

namespace ayni::services {

// Of segments, and of parties that gain or lose of either kind.
inline constexpr int kChangesShownMax = 20;

// (best - welfare) / best in parts per million, rounded to the nearest; 0 where best is.
int64_t PricePpm(int64_t best, int64_t welfare);

// All of the answer but what it says of the market. REQUIRES: both were measured alike.
v1::TryPolicyResponse Compare(const PolicyFigures& in_use, const PolicyFigures& tried, int64_t best_welfare);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_POLICY_COMPARISON_H_
