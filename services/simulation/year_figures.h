// What a year of a simulation came to.
#ifndef AYNI_SERVICES_SIMULATION_YEAR_FIGURES_H_
#define AYNI_SERVICES_SIMULATION_YEAR_FIGURES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace ayni::services {

// Mean over a limit's segments by volume, of what its window holds at the end of the year.
struct YearConcentration {
  std::string limit;
  int64_t hhi = 0;
  int64_t largest_basis_points = 0;
};

// Shares are in hundredths of a per cent. Unlike units are summed by their worth (StartingMarket::worth).
struct YearFigures {
  int year = 0;              // from 1
  int64_t needs = 0;         // that were asked for
  int64_t served_needs = 0;  // that ended with all their units done, and with some
  int64_t partly_served_needs = 0;
  int64_t matches = 0;
  int64_t units = 0;                 // matched
  int64_t welfare = 0;               // score x units
  int64_t served_basis_points = 0;   // worth of what was done, of what was asked for
  int64_t matched_basis_points = 0;  // and of what was matched
  // Of the limit that is shown.
  int64_t hhi = 0;
  int64_t largest_basis_points = 0;
  int64_t providers_hundredths = 0;               // effective: 10,000 / HHI
  std::vector<YearConcentration> concentrations;  // of every limit
  int64_t taps = 0;                               // at the end of the year
  int64_t ended_taps = 0;
  int64_t new_taps = 0;
  int64_t survival_basis_points = 0;  // TAPs of the start that still work
  int64_t community_survival_basis_points = 0;
  int64_t enterprise_survival_basis_points = 0;
  int64_t woman_basis_points = 0;    // worth of what was done by women
  int64_t price_basis_points = 0;    // what was paid, of what it would have cost at the worth of its units
  int64_t blocked_basis_points = 0;  // candidates that a conflict of interest took out
  int64_t lender_capacity_basis_points = 0;  // worth of what TAPs whom lenders own could do
  int64_t lender_basis_points = 0;           // and of what they did
  int64_t public_basis_points = 0;           // worth of what was done by public TAPs or with public money
};

// One figure, in the order of tables.
struct Figure {
  const char* name;   // as in files: served
  const char* title;  // as over columns of tables
  int64_t YearFigures::*value;
  enum class Kind { kCount, kBasisPoints, kHundredths } kind = Kind::kCount;
};
absl::Span<const Figure> Figures();

// Of some values, as of the same year of several runs.
struct Spread {
  int64_t least = 0;
  int64_t median = 0;  // of an even number of them, the lower of the two in the middle
  int64_t greatest = 0;
};
// REQUIRES: there are some.
Spread SpreadOf(std::vector<int64_t> values);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SIMULATION_YEAR_FIGURES_H_
