// `ayni plan`: how many TAPs to train, by territory and service, as a table and as a picture.
#ifndef AYNI_SERVICES_CLI_PLAN_COMMAND_H_
#define AYNI_SERVICES_CLI_PLAN_COMMAND_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ayni/v1/planning.pb.h"
#include "services/cli/commands.h"
#include "services/cli/round_report.h"

namespace ayni::cli {

Command PlanCommand();

// How surely so many trainees suffice: a panel a model, a line a plan, of the first four. `basis_points` is
// the probability that was asked for. REQUIRES: one plan at least, each with the same models.
std::string PlanPlot(const std::vector<v1::TrainingPlan>& plans, int32_t basis_points, const Naming& naming);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_PLAN_COMMAND_H_
