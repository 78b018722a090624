// The years of a simulation as a picture: lines of the middle of the seeds, bands from the least to the
// greatest.
#ifndef AYNI_SERVICES_CLI_SIMULATE_PLOT_H_
#define AYNI_SERVICES_CLI_SIMULATE_PLOT_H_

#include <string>

#include "ayni/v1/policy.pb.h"
#include "services/cli/simulate_report.h"
#include "services/simulation/simulate.h"

namespace ayni::cli {

// REQUIRES: some year was ended under every policy.
std::string SimulationPlot(const SimulationTitle& title, const v1::Policy& policy,
                           const services::Simulation& simulation);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_SIMULATE_PLOT_H_
