// What came of a round, as a person reads it.
#ifndef AYNI_SERVICES_CLI_ROUND_REPORT_H_
#define AYNI_SERVICES_CLI_ROUND_REPORT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/audit.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/cli/connection.h"
#include "services/cli/table.h"
#include "services/page/naming.h"

namespace ayni::cli {

// What a report shows of the segments under a limit, of the thin ones, and of the matches.
inline constexpr size_t kReportSegments = 5;
inline constexpr size_t kReportMatches = 10;

struct RoundReport {
  v1::Round round;
  std::vector<v1::SegmentReport> segments;  // all, or the most concentrated of a trial
  std::vector<v1::Match> matches;           // the first of them
  bool trial = false;                       // nothing was stored, so there is nothing to look up later
};

using page::Naming;

// Asks the server once a name.
Naming NamingBy(Connection* connection);

absl::StatusOr<RoundReport> ReadRoundReport(const std::string& round, Connection* connection);

std::string RoundReportText(const RoundReport& report, const Naming& naming, const TableStyle& style);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_ROUND_REPORT_H_
