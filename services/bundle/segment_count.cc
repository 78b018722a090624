#include "services/bundle/segment_count.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "matcher/limit.h"

namespace ayni::services {

using matcher::kAmountMax;
using matcher::Plus;

SegmentPlaces::SegmentPlaces(const BundleContents& contents)
    : market_(contents.market),
      problem_(contents.problem),
      limits_(static_cast<int64_t>(market_.limit_basis.size())),
      needs_(problem_.need_count()),
      taps_(static_cast<int64_t>(market_.tap_name.size())),
      limit_cells_(problem_.cell_count() - contents.statement.kept_cells_size()) {}

int64_t SegmentPlaces::SegmentOf(int64_t limit, int64_t need) const {
  return market_.need_segment[limit * needs_ + need];
}

absl::Span<const int64_t> SegmentPlaces::ControllersOf(int64_t limit, int64_t offer) const {
  const int64_t at = limit * taps_ + market_.offer_owner[offer];
  const int64_t begin = market_.tap_controller_begin[at], end = market_.tap_controller_begin[at + 1];
  return absl::MakeConstSpan(market_.tap_controller.data() + begin, end - begin);
}

int64_t SegmentPlaces::RowOf(int64_t segment, int64_t controller) const {
  if (segment < 0) return -1;
  const auto rows = market_.row_controller.begin();
  const auto begin = rows + market_.segment_row_begin[segment];
  const auto end = rows + market_.segment_row_begin[segment + 1];
  const auto found = std::lower_bound(begin, end, controller);
  return found == end || *found != controller ? -1 : found - rows;
}

int64_t SegmentPlaces::Measured(int64_t limit, int64_t edge, int64_t units) const {
  if (market_.limit_measure[limit] == 1) return units;
  const int64_t price = market_.edge_price.empty() ? market_.offer_price[problem_.edge_offer[edge].at()]
                                                   : market_.edge_price[edge];
  const __int128 cost = static_cast<__int128>(units) * price;
  return static_cast<int64_t>(std::min<__int128>(cost, kAmountMax));
}

SegmentCount SegmentPlaces::Count(absl::Span<const matcher::Units> edge_units) const {
  SegmentCount count;
  count.of_segment.resize(market_.segment_limit.size());
  count.matches_of_segment.resize(market_.segment_limit.size());
  count.of_row.resize(market_.row_controller.size());
  count.units_of_row.resize(market_.row_controller.size());
  for (int64_t need = 0; need < needs_; ++need) {
    for (int64_t edge = problem_.need_edge_begin[need]; edge < problem_.need_edge_begin[need + 1]; ++edge) {
      if (edge_units[edge] == 0) continue;
      const auto offer = static_cast<int64_t>(problem_.edge_offer[edge].at());
      for (int64_t limit = 0; limit < limits_; ++limit) {
        const int64_t segment = SegmentOf(limit, need);
        if (segment < 0) {
          count.wrong = absl::StrCat("edge ", edge, " is given units, and lies in no segment");
          return count;
        }
        const int64_t amount = Measured(limit, edge, edge_units[edge]);
        count.of_segment[segment] = Plus(count.of_segment[segment], amount);
        ++count.matches_of_segment[segment];
        for (const int64_t controller : ControllersOf(limit, offer)) {
          const int64_t row = RowOf(segment, controller);
          if (row < 0) {
            count.wrong = absl::StrCat("edge ", edge, " is given units, and segment ", segment,
                                       " does not know its controller");
            return count;
          }
          count.of_row[row] = Plus(count.of_row[row], amount);
          count.units_of_row[row] = Plus(count.units_of_row[row], edge_units[edge]);
        }
      }
    }
  }
  return count;
}

std::string SegmentPlaces::WrongCell() const {
  for (int64_t need = 0; need < needs_; ++need) {
    for (int64_t edge = problem_.need_edge_begin[need]; edge < problem_.need_edge_begin[need + 1]; ++edge) {
      const auto offer = static_cast<int64_t>(problem_.edge_offer[edge].at());
      int64_t at = problem_.edge_cell_begin[edge];
      const int64_t end = problem_.edge_cell_begin[edge + 1];
      for (int64_t limit = 0; limit < limits_; ++limit) {
        for (const int64_t controller : ControllersOf(limit, offer)) {
          const int64_t row = RowOf(SegmentOf(limit, need), controller);
          if (row < 0) return absl::StrCat("the controller of edge ", edge, " is not known in its segment");
          const int64_t cell = market_.row_cell[row];
          if (cell < 0) continue;
          if (at == end || problem_.edge_cell[at].value != cell)
            return absl::StrCat("edge ", edge, " does not lie in cell ", cell, ", where its controller is");
          ++at;
        }
      }
      if (at < end && problem_.edge_cell[at].value < limit_cells_)
        return absl::StrCat("edge ", edge, " lies in cell ", problem_.edge_cell[at].value,
                            ", which is not its controller's");
    }
  }
  return "";
}

}  // namespace ayni::services
