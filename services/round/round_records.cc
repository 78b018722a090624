#include "services/round/round_records.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "matcher/candidate.h"
#include "matcher/limit_report.h"
#include "services/round/match_record.h"
#include "services/round/requesters.h"
#include "services/round/reserve_reports.h"
#include "services/round/tap_calls.h"

namespace ayni::services {
namespace {

v1::Segment SegmentRecord(const ClearedRound& cleared, const matcher::Segment& segment) {
  return cleared.market.ToRecord(cleared.policy_record.limits(segment.limit).id(), segment.key);
}

// Of too few matches no figure says anything, so that nothing is warned of.
void AddWarnings(const v1::ConcentrationThresholds& thresholds, const matcher::SegmentReport& report,
                 v1::SegmentReport* record) {
  record->set_insufficient_data(report.match_count < thresholds.least_match_count());
  if (record->insufficient_data()) return;
  const int32_t requester_share = thresholds.requester_share_basis_points();
  if (requester_share > 0 && record->largest_requester_share_basis_points() > requester_share)
    record->add_warnings(v1::CONCENTRATION_WARNING_DEMAND_CONCENTRATED);
  const bool rose = thresholds.hhi_rise() > 0 && report.hhi - report.hhi_before > thresholds.hhi_rise();
  if (thresholds.high_hhi() > 0 && report.hhi > thresholds.high_hhi()) {
    record->add_warnings(v1::CONCENTRATION_WARNING_HIGH_HHI);
    if (rose) record->add_warnings(v1::CONCENTRATION_WARNING_HHI_RISE);
  }
  const int32_t share = thresholds.share_basis_points();
  if (share > 0 && report.cr1_basis_points > share && rose)
    record->add_warnings(v1::CONCENTRATION_WARNING_SHARE);
}

v1::SegmentReport ReportRecord(const ClearedRound& cleared, const matcher::Segment& segment,
                               const LargestRequester& requester, const matcher::SegmentReport& report) {
  v1::SegmentReport record;
  *record.mutable_segment() = SegmentRecord(cleared, segment);
  record.set_demanded_quantity(segment.demanded);
  record.set_unreached_quantity(segment.unreached);
  record.set_volume(segment.volume);
  record.set_matched_quantity(report.matched);
  record.set_eligible_controller_count(segment.eligible_controller_count);
  record.set_thin(segment.thin);
  record.set_hhi(report.hhi);
  record.set_hhi_before(report.hhi_before);
  record.set_cr1_basis_points(report.cr1_basis_points);
  record.set_cr4_basis_points(report.cr4_basis_points);
  record.set_effective_controllers_hundredths(report.effective_controllers_hundredths);
  record.set_share_basis_points(segment.share_basis_points);
  record.set_match_count(report.match_count);
  record.set_largest_requester(requester.party);
  record.set_largest_requester_share_basis_points(requester.share_basis_points);
  AddWarnings(cleared.policy_record.thresholds(), report, &record);
  for (const matcher::ControllerShare& share : report.shares) {
    v1::ControllerShare* added = record.add_shares();
    added->set_controller(cleared.market.NameOf(share.controller));
    added->set_held_quantity(share.held);
    added->set_matched_quantity(share.matched);
    if (!segment.waived) added->set_cap(share.cap);
    if (share.volume.has_value()) added->set_volume(*share.volume);
    added->set_share_basis_points(share.share_basis_points);
    added->set_share_before_basis_points(share.share_before_basis_points);
  }
  return record;
}

// Whether all candidates of the need are offers of one ownership group.
bool IsSingleOffer(const ClearedRound& cleared, matcher::NeedIndex need) {
  const matcher::Problem& problem = cleared.posed.problem;
  const matcher::Market& market = cleared.market.market();
  const auto group_of = [&](int64_t edge) {
    return market.tap(market.offer(problem.edge_offer[edge]).tap).ownership_group;
  };
  const int64_t begin = problem.need_edge_begin[need.at()];
  for (int64_t edge = begin + 1; edge < problem.need_edge_begin[need.at() + 1]; ++edge) {
    if (group_of(edge) != group_of(begin)) return false;
  }
  return true;
}

// A reserve stands where the limit does; of a floor the controller is its TAP.
void AddKept(const ClearedRound& cleared, const matcher::Kept& kept, v1::Cell* cell) {
  if (kept.reserve >= 0) {
    *cell->mutable_segment() =
        cleared.market.ToRecord(cleared.policy_record.reserves(kept.reserve).id(), kept.key);
  } else {
    cell->mutable_segment()->set_limit(cleared.policy_record.floors(kept.floor).id());
    cell->set_controller(cleared.market.NameOf(kept.tap));
  }
}

class PriceList {
 public:
  explicit PriceList(const ClearedRound& cleared) : cleared_(cleared) {}

  std::vector<v1::Price> Make() {
    const matcher::Prices none;
    const matcher::Prices& prices = cleared_.solution.prices;
    const matcher::Prices& share = cleared_.maxmin.has_value() ? cleared_.maxmin->minimum.proof.prices : none;
    const NamedMarket& market = cleared_.market;
    AddAll(prices.need, share.need,
           [&](int32_t at, v1::Price* price) { price->set_need(market.NameOf(matcher::NeedIndex{at})); });
    AddAll(prices.offer, share.offer,
           [&](int32_t at, v1::Price* price) { price->set_offer(market.NameOf(matcher::OfferIndex{at})); });
    AddAll(prices.tap, share.tap,
           [&](int32_t at, v1::Price* price) { price->set_tap(market.NameOf(matcher::TapIndex{at})); });
    const std::vector<v1::Cell> cells = CellRecords(cleared_);
    AddAll(prices.cell, share.cell,
           [&](int32_t at, v1::Price* price) { *price->mutable_cell() = cells[at]; });
    if (cleared_.maxmin.has_value()) AddPromises(*cleared_.maxmin);
    return std::move(list_);
  }

 private:
  // `share_prices` are empty where the round has no smallest share.
  template <typename SetOf>
  void AddAll(const std::vector<int64_t>& prices, const std::vector<int64_t>& share_prices,
              const SetOf& set_of) {
    const size_t first = list_.size();
    for (size_t at = 0; at < prices.size(); ++at) {
      const int64_t share_price = share_prices.empty() ? 0 : share_prices[at];
      if (prices[at] == 0 && share_price == 0) continue;
      v1::Price& price = list_.emplace_back();
      set_of(static_cast<int32_t>(at), &price);
      price.set_price(prices[at]);
      price.set_share_price(share_price);
    }
    SortFrom(first);
  }

  void AddPromises(const ClearedMinimum& maxmin) {
    const size_t first = list_.size();
    for (int32_t group = 0; group < maxmin.cooperatives.groups.count; ++group) {
      const int64_t promise_price = maxmin.minimum.promise_price[group];
      const int64_t weight = maxmin.minimum.proof.group_weight[group];
      if (promise_price == 0 && weight == 0) continue;
      v1::Price& price = list_.emplace_back();
      const std::string& name = maxmin.cooperatives.names[group];
      maxmin.cooperatives.are_needs ? price.set_need(name) : price.set_cooperative(name);
      price.set_price(promise_price);
      price.set_share_weight(weight);
    }
    SortFrom(first);
  }

  static auto KeyOf(const v1::Price& price) {
    const v1::Segment& segment = price.cell().segment();
    return std::tie(price.need(), price.offer(), price.tap(), price.cooperative(), segment.limit(),
                    segment.service(), segment.service_family(), segment.territory(), segment.value_chain(),
                    segment.currency(), price.cell().controller());
  }

  // Those from `first` on, by what they are of.
  void SortFrom(size_t first) {
    std::sort(list_.begin() + static_cast<ptrdiff_t>(first), list_.end(),
              [](const v1::Price& a, const v1::Price& b) { return KeyOf(a) < KeyOf(b); });
  }

  const ClearedRound& cleared_;
  std::vector<v1::Price> list_;
};

}  // namespace

std::vector<v1::Cell> CellRecords(const ClearedRound& cleared) {
  const matcher::SegmentTable& table = cleared.posed.segments;
  std::vector<v1::Cell> cells(cleared.posed.problem.cell_room.size());
  for (size_t segment = 0; segment < table.segments.size(); ++segment) {
    const matcher::SegmentIndex index{static_cast<int32_t>(segment)};
    for (const matcher::SegmentController& row : table.ControllersOf(index)) {
      if (!row.cell.present()) continue;
      v1::Cell& cell = cells[row.cell.at()];
      *cell.mutable_segment() = SegmentRecord(cleared, table.segments[segment]);
      cell.set_controller(cleared.market.NameOf(row.controller));
    }
  }
  for (const matcher::Kept& kept : cleared.posed.kept) AddKept(cleared, kept, &cells[kept.cell.at()]);
  return cells;
}

std::vector<MatchedEdge> MatchedEdges(const ClearedRound& cleared) {
  const matcher::Problem& problem = cleared.posed.problem;
  std::vector<MatchedEdge> matched;
  for (int32_t need = 0; need < problem.need_count(); ++need) {
    for (int64_t edge = problem.need_edge_begin[need]; edge < problem.need_edge_begin[need + 1]; ++edge) {
      const matcher::Units units = cleared.solution.edge_units[edge];
      if (units == 0) continue;
      matched.push_back({0, edge, matcher::NeedIndex{need}, problem.edge_offer[edge], units});
    }
  }
  std::vector<std::tuple<std::string, std::string, size_t>> by_name;
  by_name.reserve(matched.size());
  for (size_t at = 0; at < matched.size(); ++at)
    by_name.emplace_back(cleared.market.NameOf(matched[at].need), cleared.market.NameOf(matched[at].offer),
                         at);
  std::sort(by_name.begin(), by_name.end());
  for (size_t at = 0; at < by_name.size(); ++at)
    matched[std::get<size_t>(by_name[at])].number = static_cast<int64_t>(at) + 1;
  return matched;
}

v1::Match MatchRecord(const ClearedRound& cleared, const std::string& round, const MatchedEdge& matched,
                      absl::Time now) {
  const matcher::Market& market = cleared.market.market();
  const matcher::Need need = market.need(matched.need);
  const matcher::Candidate candidate =
      matcher::CandidateOf(market, need, matched.offer, cleared.policy.score_rule, cleared.today);
  v1::Match record =
      MakeMatch(cleared.market, cleared.market.NameOf(matched.need), need, candidate, matched.units, now);
  record.set_name(absl::StrCat(round, "/matches/", absl::StrFormat("m%06d", matched.number)));
  if (cleared.posed.segments.SoleSource(matched.need)) record.add_flags(v1::Match::FLAG_SOLE_SOURCE);
  if (IsSingleOffer(cleared, matched.need)) record.add_flags(v1::Match::FLAG_SINGLE_OFFER);
  record.set_origin(v1::Match::ORIGIN_ROUND);
  for (v1::Conflict& conflict : cleared.conflicts->On(cleared.market, matched.need, matched.offer))
    *record.add_conflicts() = std::move(conflict);
  return record;
}

std::vector<v1::SegmentReport> SegmentReportRecords(const ClearedRound& cleared,
                                                    const matcher::SegmentTable& segments,
                                                    const std::string& round,
                                                    absl::Span<const MatchedEdge> matched,
                                                    std::vector<matcher::SegmentIndex>* of) {
  std::vector<matcher::Units> edge_units(cleared.posed.problem.edge_offer.size());
  for (const MatchedEdge& each : matched) edge_units[each.edge] = each.units;
  std::vector<matcher::SegmentReport> reports =
      matcher::ReportSegments(cleared.market.market(), cleared.posed.problem, segments, edge_units);
  const auto volume = [&](const matcher::SegmentReport& report) {
    return segments.segments[report.segment.at()].held + report.matched;
  };
  std::sort(reports.begin(), reports.end(),
            [&](const matcher::SegmentReport& a, const matcher::SegmentReport& b) {
              return std::tuple(-a.hhi, -volume(a), a.segment) < std::tuple(-b.hhi, -volume(b), b.segment);
            });
  const TapCalls calls(cleared, edge_units);
  const std::vector<LargestRequester> requesters = LargestRequesters(cleared);
  std::vector<v1::SegmentReport> records;
  records.reserve(reports.size());
  for (const matcher::SegmentReport& report : reports) {
    const size_t at = report.segment.at();
    if (of != nullptr) of->push_back(report.segment);
    records.push_back(ReportRecord(cleared, segments.segments[at], requesters[at], report));
    if (records.back().thin()) *records.back().mutable_tap_call() = calls.Of(report.segment);
    records.back().set_name(
        absl::StrCat(round, "/segmentReports/", absl::StrFormat("s%06d", records.size())));
  }
  return records;
}

v1::RoundSummary SummaryOf(const ClearedRound& cleared, absl::Span<const MatchedEdge> matched) {
  v1::RoundSummary summary = cleared.summary;
  int64_t served = 0;
  int64_t partly_served = 0;
  int64_t units = 0;
  for (size_t at = 0; at < matched.size();) {
    const matcher::NeedIndex need = matched[at].need;
    matcher::Units of_need = 0;
    for (; at < matched.size() && matched[at].need == need; ++at) of_need += matched[at].units;
    ++(of_need == cleared.market.market().need(need).open_quantity ? served : partly_served);
    units += of_need;
  }
  summary.set_served_need_count(served);
  summary.set_partly_served_need_count(partly_served);
  summary.set_match_count(static_cast<int64_t>(matched.size()));
  summary.set_matched_quantity(units);
  AddReserveReports(cleared, matched, &summary);
  return summary;
}

std::vector<v1::Price> PriceRecords(const ClearedRound& cleared) { return PriceList(cleared).Make(); }

}  // namespace ayni::services
