// What came of trying policies, as a person reads it.
#ifndef AYNI_SERVICES_CLI_POLICY_REPORT_H_
#define AYNI_SERVICES_CLI_POLICY_REPORT_H_

#include <cstdint>
#include <string>

#include "ayni/v1/policy_service.pb.h"
#include "services/cli/round_report.h"
#include "services/cli/table.h"

namespace ayni::cli {

// What of the changes of parties, of each kind, and of segments.
inline constexpr int kTrialParties = 5;
inline constexpr int kTrialSegments = 10;

struct TrialTitle {
  std::string policy;  // a file, or a name as it was given
  std::string round;   // rounds/{round}; empty: the market as it is now
};

std::string PolicyTrialText(const TrialTitle& title, const v1::TryPolicyResponse& answer,
                            const Naming& naming, const TableStyle& style);

std::string SweepText(const TrialTitle& title, const std::string& limit,
                      const v1::SweepPolicyResponse& answer, const TableStyle& style);

// As in: the market as it is now, 2026-11-28T17:00:00Z.
std::string MarketText(const TrialTitle& title, const google::protobuf::Timestamp& snapshot_time);

// 12.34 %, of ten-thousandths.
std::string BasisPointsText(int64_t basis_points);

// 12.340 %, of parts per million.
std::string PpmText(int64_t ppm);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_POLICY_REPORT_H_
