// Policies tried on a market: that of now, or that of a past round. Writes nothing.
#ifndef AYNI_SERVICES_ROUND_POLICY_TRIAL_H_
#define AYNI_SERVICES_ROUND_POLICY_TRIAL_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/policy_service.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/round/clear_round.h"
#include "storage/store.h"

namespace ayni::services {

// What policies are tried on.
struct TrialMarket {
  // Objective, seed, gap and time limit of each clearing; its name is empty for the market of now.
  v1::Round round;
  std::unique_ptr<storage::Snapshot> snapshot;
  absl::Time snapshot_time;
  std::string secret;  // the store's
};

// The market as it is now where the round has no name, and otherwise as it was at the round's snapshot.
// FailedPrecondition where the round keeps no market; errors of the store.
absl::StatusOr<TrialMarket> OpenTrialMarket(const storage::Store& store, v1::Round round, absl::Time now);

// `options` give the clearings stop and progress. Errors as of ClearRound.
absl::StatusOr<v1::TryPolicyResponse> TryPolicy(const TrialMarket& market, const v1::Policy& in_use,
                                                const v1::Policy& tried, const ClearRoundOptions& options);

// REQUIRES: the policy has the limit, and each share stands once in the request.
absl::StatusOr<v1::SweepPolicyResponse> SweepPolicy(const TrialMarket& market, const v1::Policy& policy,
                                                    const v1::SweepPolicyRequest& request,
                                                    const ClearRoundOptions& options);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_POLICY_TRIAL_H_
