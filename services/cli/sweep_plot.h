// The frontier of a limit as a picture: what is served, and how concentrated it is, over the share.
#ifndef AYNI_SERVICES_CLI_SWEEP_PLOT_H_
#define AYNI_SERVICES_CLI_SWEEP_PLOT_H_

#include <string>

#include "ayni/v1/policy_service.pb.h"
#include "services/cli/policy_report.h"

namespace ayni::cli {

// An SVG that stands alone: no script, no font or picture from elsewhere; dark where its reader prefers that.
// REQUIRES: the answer's first point is the one without the limit.
std::string SweepPlot(const TrialTitle& title, const std::string& limit,
                      const v1::SweepPolicyResponse& answer);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_SWEEP_PLOT_H_
