#include "services/bundle/bundle_market.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "matcher/limit.h"
#include "services/bundle/column_hash.h"

namespace ayni::services {
namespace {

using Column = BundleMarket::Column;
using matcher::kAmountMax;
using matcher::kUnitsMax;

class MarketCheck {
 public:
  MarketCheck(const BundleMarket& market, const matcher::Problem& problem, int64_t kept_count)
      : market_(market), problem_(problem), kept_count_(kept_count) {}

  absl::Status Run() {
    needs_ = problem_.need_count();
    taps_ = Count(market_.tap_name);
    segments_ = Count(market_.segment_limit);
    rows_ = Count(market_.row_controller);
    const int64_t limits = Count(market_.limit_basis);
    if (kept_count_ > problem_.cell_count()) Wrong("kept_cells", "more than the problem has");
    if (limits > matcher::kLimitsMax) Wrong("limit_basis", "more limits than a policy has");
    if (taps_ < problem_.tap_count()) Wrong("tap_name", "fewer than the problem's");
    if (!wrong_.ok()) return wrong_;
    CheckNames();
    CheckLimits(limits);
    CheckSegments(limits);
    if (wrong_.ok()) CheckRows();
    if (wrong_.ok()) CheckPlaces(limits);
    if (wrong_.ok()) CheckClearings();
    return wrong_;
  }

 private:
  static int64_t Count(const Column& column) { return static_cast<int64_t>(column.size()); }

  void Wrong(const char* column, const std::string& what) {
    if (wrong_.ok()) wrong_ = absl::InvalidArgumentError(absl::StrCat("column ", column, ": ", what));
  }

  void CheckSize(const char* name, const Column& column, int64_t size) {
    if (Count(column) != size) Wrong(name, absl::StrCat("has ", column.size(), " numbers, not ", size));
  }

  void CheckRange(const char* name, const Column& column, int64_t least, int64_t most) {
    for (const int64_t number : column) {
      if (number < least || number > most)
        return Wrong(name, absl::StrCat(number, " is not within ", least, " to ", most));
    }
  }

  void Check(const char* name, const Column& column, int64_t size, int64_t least, int64_t most) {
    CheckSize(name, column, size);
    CheckRange(name, column, least, most);
  }

  // From 0, ascending, to `end`.
  void CheckBegins(const char* name, const Column& column, int64_t size, int64_t end) {
    CheckSize(name, column, size);
    if (column.empty() || column.front() != 0 || column.back() != end ||
        !std::is_sorted(column.begin(), column.end()))
      Wrong(name, absl::StrCat("does not ascend from 0 to ", end));
  }

  // In any other order, positions would tell who is who.
  void CheckPseudonyms(const char* name, const Column& column) {
    if (std::adjacent_find(column.begin(), column.end(), std::greater_equal<>()) != column.end())
      Wrong(name, "pseudonyms do not ascend");
  }

  void CheckNames() {
    CheckPseudonyms("need_name", market_.need_name);
    CheckPseudonyms("offer_name", market_.offer_name);
    CheckPseudonyms("tap_name", market_.tap_name);
    CheckPseudonyms("controller_name", market_.controller_name);
    CheckPseudonyms("group_name", market_.group_name);
    CheckSize("need_name", market_.need_name, needs_);
    CheckSize("offer_name", market_.offer_name, problem_.offer_count());
    Check("need_open", market_.need_open, needs_, 0, kAmountMax);
    Check("offer_owner", market_.offer_owner, problem_.offer_count(), 0, taps_ - 1);
    if (!market_.offer_price.empty())
      Check("offer_unit_price", market_.offer_price, problem_.offer_count(), 0, kAmountMax);
    if (!market_.edge_price.empty())
      Check("edge_unit_price", market_.edge_price, problem_.edge_count(), 0, kAmountMax);
  }

  void CheckLimits(int64_t limits) {
    CheckRange("limit_basis", market_.limit_basis, 1, 3);
    Check("limit_measure", market_.limit_measure, limits, 1, 2);
    const bool counts_money = std::find(market_.limit_measure.begin(), market_.limit_measure.end(), 2) !=
                              market_.limit_measure.end();
    if (counts_money && market_.offer_price.empty()) Wrong("offer_unit_price", "is missing");
  }

  void CheckSegments(int64_t limits) {
    CheckRange("segment_limit", market_.segment_limit, 0, limits - 1);
    Check("segment_share", market_.segment_share, segments_, 1, 10'000);
    Check("segment_demanded", market_.segment_demanded, segments_, 0, kAmountMax);
    Check("segment_held", market_.segment_held, segments_, 0, kAmountMax);
    Check("segment_volume", market_.segment_volume, segments_, 0, kAmountMax);
    Check("segment_cap", market_.segment_cap, segments_, 0, kAmountMax);
    Check("segment_waived", market_.segment_waived, segments_, 0, 1);
    CheckBegins("segment_row_begin", market_.segment_row_begin, segments_ + 1, rows_);
  }

  // Every cell that is not of a reserve or floor is of one row, in the order of the rows.
  void CheckRows() {
    CheckRange("row_controller", market_.row_controller, 0, Count(market_.controller_name) - 1);
    Check("row_held", market_.row_held, rows_, 0, kAmountMax);
    Check("row_volume_max", market_.row_volume_max, rows_, 0, kAmountMax);
    CheckSize("row_cell", market_.row_cell, rows_);
    for (int64_t segment = 0; segment < segments_ && wrong_.ok(); ++segment) {
      for (int64_t row = market_.segment_row_begin[segment] + 1; row < market_.segment_row_begin[segment + 1];
           ++row) {
        if (market_.row_controller[row] <= market_.row_controller[row - 1])
          return Wrong("row_controller", "controllers of a segment do not ascend");
      }
    }
    int64_t next = 0;
    for (const int64_t cell : market_.row_cell) {
      if (cell != -1 && cell != next++) return Wrong("row_cell", "cells are not in the order of the rows");
    }
    if (next + kept_count_ != problem_.cell_count())
      Wrong("row_cell", "rows and reserves have other cells than the problem");
  }

  void CheckPlaces(int64_t limits) {
    Check("need_segment", market_.need_segment, limits * needs_, -1, segments_ - 1);
    CheckBegins("tap_controller_begin", market_.tap_controller_begin, limits * taps_ + 1,
                Count(market_.tap_controller));
    CheckRange("tap_controller", market_.tap_controller, 0, Count(market_.controller_name) - 1);
    for (size_t at = 0; at < market_.need_segment.size() && wrong_.ok(); ++at) {
      const int64_t segment = market_.need_segment[at];
      if (segment >= 0 && market_.segment_limit[segment] != static_cast<int64_t>(at) / needs_)
        Wrong("need_segment", "a segment of another limit");
    }
  }

  void CheckClearings() {
    const int64_t cells = problem_.cell_count();
    if (!market_.clearing_room.empty() && (cells == 0 || Count(market_.clearing_room) % cells != 0))
      Wrong("clearing_room", "is not one number a cell and clearing");
    if (cells > 0 && Count(market_.clearing_room) / cells > kClearingsMax)
      Wrong("clearing_room", "more clearings than a round has");
    CheckRange("clearing_room", market_.clearing_room, 0, kUnitsMax);
    CheckRange("taken_edge", market_.taken_edge, 0, problem_.edge_count() - 1);
    Check("taken_units", market_.taken_units, Count(market_.taken_edge), 1, kUnitsMax);
  }

  static constexpr int64_t kClearingsMax = 64;

  const BundleMarket& market_;
  const matcher::Problem& problem_;
  const int64_t kept_count_;
  int64_t needs_ = 0, taps_ = 0, segments_ = 0, rows_ = 0;
  absl::Status wrong_;
};

}  // namespace

std::string DigestOf(const BundleMarket& market) {
  ColumnHash hash(kMarketTitle);
  // The digests of bundles from before there were prices of candidates hold no such column.
  VisitMarket(market, [&](const char*, const Column& column) {
    if (&column != &market.edge_price || !column.empty()) hash.Add(column);
  });
  return hash.Finish();
}

absl::Status Validate(const BundleMarket& market, const matcher::Problem& problem, int64_t kept_count) {
  return MarketCheck(market, problem, kept_count).Run();
}

}  // namespace ayni::services
