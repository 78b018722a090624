// On which days a credential holds, as the engine counts them.
#ifndef AYNI_SERVICES_MARKET_CREDENTIAL_DAYS_H_
#define AYNI_SERVICES_MARKET_CREDENTIAL_DAYS_H_

#include <vector>

#include "ayni/v1/credential.pb.h"
#include "matcher/market.h"

namespace ayni::services {

// Its days without those on which it was suspended, and without those between its last day and a renewal that
// came later: windows in the order of their days, with no day in two. The first one begins on the day of
// issue, and may be empty: since when somebody is certified does not change by a suspension.
std::vector<matcher::Window> HoldingWindowsOf(const v1::Credential& credential);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_CREDENTIAL_DAYS_H_
