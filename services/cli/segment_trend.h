// `ayni segment trend`: how the concentration of segments went from one published round to the next.
#ifndef AYNI_SERVICES_CLI_SEGMENT_TREND_H_
#define AYNI_SERVICES_CLI_SEGMENT_TREND_H_

#include <string>
#include <vector>

#include "ayni/v1/audit.pb.h"
#include "services/cli/commands.h"
#include "services/cli/round_report.h"
#include "services/cli/table.h"

namespace ayni::cli {

Command SegmentTrendCommand();

// A table a segment, a row a round. REQUIRES: as TrendPlot.
std::string TrendText(const std::vector<v1::TrendPoint>& points, const Naming& naming,
                      const TableStyle& style);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_SEGMENT_TREND_H_
