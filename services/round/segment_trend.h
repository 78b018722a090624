// AuditService.ListTrendPoints: how segments went from one published round to the next.
#ifndef AYNI_SERVICES_ROUND_SEGMENT_TREND_H_
#define AYNI_SERVICES_ROUND_SEGMENT_TREND_H_

#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

inline constexpr int kTrendRoundsDefault = 24;
inline constexpr int kTrendRoundsMax = 100;

// REQUIRES: the store outlives every call.
void AddSegmentTrend(const storage::Store* store, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_SEGMENT_TREND_H_
