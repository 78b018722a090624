// What came of a simulation: tables for people, and a file of every figure.
#ifndef AYNI_SERVICES_CLI_SIMULATE_REPORT_H_
#define AYNI_SERVICES_CLI_SIMULATE_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/cli/table.h"
#include "services/simulation/simulate.h"

namespace ayni::cli {

struct SimulationTitle {
  std::string folder;
  std::string policy;   // a file; empty: the folder's own
  std::string without;  // limits, reserves or conflicts
};

// What the policies of a simulation are called, as in: with limits, without limits.
std::string PolicyLabelOf(const SimulationTitle& title, size_t policy);

// A year of one seed, as each policy had it.
struct PairedYear {
  uint64_t seed = 0;
  int year = 0;
  std::vector<const services::YearFigures*> figures;  // in the order of the policies
};
// Those that every policy ended: seed by seed, and year by year. Of a simulation that was stopped, only of
// the seeds that came furthest, so that every year is of the same seeds. Views of the simulation.
std::vector<PairedYear> CompleteYears(const services::Simulation& simulation);

// 12.34 of hundredths of a per cent and of hundredths; a whole number as it is.
std::string FigureText(const services::Figure& figure, int64_t value);

std::string SimulationText(const SimulationTitle& title, const services::Simulation& simulation,
                           const TableStyle& style);
// A row a policy, seed and year, with every figure, and the concentration under each limit.
std::string SimulationCsv(const SimulationTitle& title, const services::Simulation& simulation);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_SIMULATE_REPORT_H_
