// How the concentration of segments went over rounds, as a picture.
#ifndef AYNI_SERVICES_CLI_TREND_PLOT_H_
#define AYNI_SERVICES_CLI_TREND_PLOT_H_

#include <string>
#include <vector>

#include "ayni/v1/audit.pb.h"
#include "services/cli/round_report.h"

namespace ayni::cli {

// More lines than these can't be told apart; the segments in which most was matched are drawn.
inline constexpr size_t kTrendLinesMax = 4;

// As SvgOf. REQUIRES: points is not empty; those of a segment follow one another, in the order of
// publication.
std::string TrendPlot(const std::vector<v1::TrendPoint>& points, const Naming& naming);

// As in: Shearing, Cusco, alpaca. Names of what it is made of, but for its limit.
std::string SegmentText(const v1::Segment& segment, const Naming& naming);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_TREND_PLOT_H_
