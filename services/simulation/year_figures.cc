#include "services/simulation/year_figures.h"

#include <algorithm>

namespace ayni::services {

absl::Span<const Figure> Figures() {
  using Kind = Figure::Kind;
  static constexpr Figure kFigures[] = {
      {"needs", "asked", &YearFigures::needs},
      {"served_needs", "served needs", &YearFigures::served_needs},
      {"partly_served_needs", "partly", &YearFigures::partly_served_needs},
      {"matches", "matches", &YearFigures::matches},
      {"units", "units", &YearFigures::units},
      {"welfare", "welfare", &YearFigures::welfare},
      {"matched", "matched", &YearFigures::matched_basis_points, Kind::kBasisPoints},
      {"served", "served", &YearFigures::served_basis_points, Kind::kBasisPoints},
      {"hhi", "HHI", &YearFigures::hhi},
      {"largest", "largest", &YearFigures::largest_basis_points, Kind::kBasisPoints},
      {"providers", "providers", &YearFigures::providers_hundredths, Kind::kHundredths},
      {"taps", "TAPs", &YearFigures::taps},
      {"ended_taps", "ended", &YearFigures::ended_taps},
      {"new_taps", "new", &YearFigures::new_taps},
      {"survival", "survive", &YearFigures::survival_basis_points, Kind::kBasisPoints},
      {"community_survival", "community", &YearFigures::community_survival_basis_points, Kind::kBasisPoints},
      {"enterprise_survival", "enterprise", &YearFigures::enterprise_survival_basis_points,
       Kind::kBasisPoints},
      {"women", "women", &YearFigures::woman_basis_points, Kind::kBasisPoints},
      {"price", "price", &YearFigures::price_basis_points, Kind::kBasisPoints},
      {"blocked", "blocked", &YearFigures::blocked_basis_points, Kind::kBasisPoints},
      {"lender_capacity", "lenders own", &YearFigures::lender_capacity_basis_points, Kind::kBasisPoints},
      {"lenders", "lenders do", &YearFigures::lender_basis_points, Kind::kBasisPoints},
      {"public", "public", &YearFigures::public_basis_points, Kind::kBasisPoints}};
  return kFigures;
}

Spread SpreadOf(std::vector<int64_t> values) {
  std::sort(values.begin(), values.end());
  return {values.front(), values[(values.size() - 1) / 2], values.back()};
}

}  // namespace ayni::services
