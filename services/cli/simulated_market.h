// The market and the policy of a simulation, out of files here.
#ifndef AYNI_SERVICES_CLI_SIMULATED_MARKET_H_
#define AYNI_SERVICES_CLI_SIMULATED_MARKET_H_

#include <string>

#include "absl/status/statusor.h"
#include "ayni/v1/policy.pb.h"
#include "services/cli/environment.h"
#include "services/cli/progress.h"
#include "services/simulation/starting_market.h"

namespace ayni::cli {

// The files of a folder, as `ayni market import` takes them. What is wrong with rows is told in one status, a
// line each, and exits as a local file's.
absl::StatusOr<services::StartingMarket> ReadSimulatedMarket(const std::string& folder, Progress* progress);

// Of the file; where none is named, the last one of the market's own. What is wrong is told likewise.
absl::StatusOr<v1::Policy> ReadSimulatedPolicy(const std::string& file,
                                               const services::StartingMarket& market,
                                               const std::string& folder, const Environment& environment);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_SIMULATED_MARKET_H_
