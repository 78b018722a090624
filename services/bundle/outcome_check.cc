#include "services/bundle/outcome_check.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/policy.pb.h"
#include "matcher/limit.h"
#include "services/bundle/proof_check.h"
#include "services/bundle/pseudonym_text.h"
#include "services/bundle/segment_count.h"

namespace ayni::services {
namespace {

using matcher::Plus;
using matcher::Units;

constexpr int64_t kWhole = 10'000;  // basis points, and the greatest HHI
constexpr size_t kLargestCount = 4;

int64_t Rounded(__int128 part, __int128 whole) {
  return whole == 0 ? 0 : static_cast<int64_t>((2 * part + whole) / (2 * whole));
}

// Sum of squared shares, by the formula of services/round/README.md.
int64_t HhiOf(const std::vector<int64_t>& amounts, int64_t total) {
  const int64_t scale = total / 1'000'000'000'000'000 + 1;
  __int128 squares = 0;
  for (const int64_t amount : amounts) squares += static_cast<__int128>(amount / scale) * (amount / scale);
  const __int128 whole = static_cast<__int128>(total / scale) * (total / scale);
  return std::min(kWhole, Rounded(kWhole * squares, whole));
}

int64_t CapOf(int64_t share, int64_t volume) {
  const __int128 parts = static_cast<__int128>(share) * volume;
  return std::max<int64_t>(1, static_cast<int64_t>((parts + kWhole - 1) / kWhole));
}

class OutcomeCheck {
 public:
  OutcomeCheck(const BundleContents& contents, std::vector<BundleFinding>* findings)
      : contents_(contents),
        statement_(contents.statement),
        problem_(contents.problem),
        market_(contents.market),
        units_(contents.solution.edge_units),
        standing_(units_),
        segment_held_(contents.market.segment_held),
        row_held_(contents.market.row_held),
        places_(contents),
        findings_(*findings) {
    policy_.ParseFromString(contents.bundle.policy().record());
    for (int at = 0; at < statement_.left_out_edges_size(); ++at) {
      Units& units = standing_[statement_.left_out_edges(at)];
      units = std::max<Units>(0, units - statement_.left_out_units(at));
    }
    for (int at = 0; at < statement_.held_since_segments_size(); ++at) {
      int64_t& held = segment_held_[statement_.held_since_segments(at)];
      held = Plus(held, statement_.segment_held_since(at));
    }
    for (int at = 0; at < statement_.held_since_rows_size(); ++at) {
      int64_t& held = row_held_[statement_.held_since_rows(at)];
      held = Plus(held, statement_.row_held_since(at));
    }
    found_ = places_.Count(units_);
    stands_ = places_.Count(standing_);
  }

  void Run() {
    Check("summary", WrongSummary(), "all figures come of problem and solution");
    Check("cells", places_.WrongCell(), "every candidate lies in the cells of whoever controls its TAP");
    Check("reports", WrongReports(),
          absl::StrCat(statement_.segment_reports_size(), " segments counted again"));
    Check("concentration", WrongConcentration(), "HHI, CR1 and CR4 computed again");
    Check("caps", WrongCaps(), "each is the policy's share of its segment, and nobody stands above it");
  }

 private:
  void Check(const char* subject, const std::string& wrong, const std::string& right) {
    findings_.push_back({subject, wrong.empty() ? right : wrong, wrong.empty()});
  }

  std::string WrongSummary() const {
    const v1::RoundSummary& stated = statement_.round().summary();
    int64_t needs = 0, demanded = 0, reached = 0, served = 0, partly = 0, matches = 0, matched = 0;
    for (int64_t need = 0; need < problem_.need_count(); ++need) {
      const int64_t open = market_.need_open[need];
      int64_t of_need = 0;
      for (int64_t edge = problem_.need_edge_begin[need]; edge < problem_.need_edge_begin[need + 1]; ++edge) {
        of_need = Plus(of_need, standing_[edge]);
        matches += standing_[edge] > 0 ? 1 : 0;
      }
      matched = Plus(matched, of_need);
      if (of_need > 0) ++(of_need == open ? served : partly);
      if (open == 0) continue;
      ++needs;
      demanded = Plus(demanded, open);
      reached += problem_.need_demand[need];
    }
    const std::pair<const char*, std::pair<int64_t, int64_t>> figures[] = {
        {"need_count", {needs, stated.need_count()}},
        {"offer_count", {problem_.offer_count(), stated.offer_count()}},
        {"candidate_count", {problem_.edge_count(), stated.candidate_count()}},
        {"cell_count", {problem_.cell_count(), stated.cell_count()}},
        {"demanded_quantity", {demanded, stated.demanded_quantity()}},
        {"reached_quantity", {reached, stated.reached_quantity()}},
        {"served_need_count", {served, stated.served_need_count()}},
        {"partly_served_need_count", {partly, stated.partly_served_need_count()}},
        {"match_count", {matches, stated.match_count()}},
        {"matched_quantity", {matched, stated.matched_quantity()}},
        {"superseded_count", {MatchCount(units_) - matches, stated.superseded_count()}}};
    for (const auto& [name, values] : figures) {
      if (values.first != values.second)
        return absl::StrCat(name, " is ", values.first, ", stated is ", values.second);
    }
    std::string wrong = WrongLeftOut();
    return wrong.empty() && policy_.reserves_size() + policy_.floors_size() > 0 ? WrongWelfare() : wrong;
  }

  // What the market would have been given without reserves can't be told from this problem alone.
  std::string WrongWelfare() const {
    const v1::RoundSummary& stated = statement_.round().summary();
    __int128 welfare = 0;
    std::vector<int64_t> of_cell(problem_.cell_count());
    for (int64_t edge = 0; edge < problem_.edge_count(); ++edge) {
      welfare += static_cast<__int128>(standing_[edge]) * problem_.edge_weight[edge];
      for (int64_t at = problem_.edge_cell_begin[edge]; at < problem_.edge_cell_begin[edge + 1]; ++at)
        of_cell[problem_.edge_cell[at].at()] += standing_[edge];
    }
    if (welfare != stated.welfare()) return "welfare is another";
    int64_t kept = 0, missing = 0;
    for (size_t cell = 0; problem_.has_floors() && cell < of_cell.size(); ++cell) {
      kept += problem_.cell_floor[cell];
      missing += std::max<int64_t>(0, problem_.cell_floor[cell] - of_cell[cell]);
    }
    if (kept != stated.kept_quantity()) return absl::StrCat("kept_quantity is ", kept);
    if (missing != stated.missing_quantity()) return absl::StrCat("missing_quantity is ", missing);
    return "";
  }

  static int64_t MatchCount(const std::vector<Units>& units) {
    return std::count_if(units.begin(), units.end(), [](Units each) { return each > 0; });
  }

  std::string WrongLeftOut() const {
    int64_t left_out = 0, stated = 0;
    for (int at = 0; at < statement_.left_out_edges_size(); ++at) {
      if (statement_.left_out_units(at) > units_[statement_.left_out_edges(at)])
        return "more is left out than was matched";
      left_out = Plus(left_out, statement_.left_out_units(at));
    }
    for (const v1::LeftOut& each : statement_.round().summary().left_out())
      stated = Plus(stated, std::clamp<int64_t>(each.quantity(), 0, matcher::kAmountMax));
    if (left_out != stated) return absl::StrCat(left_out, " units are left out, stated is ", stated);
    return WrongReasons();
  }

  // Rounds that are older than the reasons of each match have none.
  std::string WrongReasons() const {
    if (statement_.left_out_by_reason().empty()) return "";
    std::map<int64_t, int64_t> by_edge;
    std::map<v1::LeftOut::Reason, std::pair<int64_t, int64_t>> by_reason;  // matches and units
    for (const v1::LeftOutUnits& units : statement_.left_out_by_reason()) {
      int64_t& of_edge = by_edge[units.edge()];
      of_edge = Plus(of_edge, units.quantity());
      auto& [matches, quantity] = by_reason[units.reason()];
      ++matches;
      quantity = Plus(quantity, units.quantity());
    }
    for (int at = 0; at < statement_.left_out_edges_size(); ++at) {
      const auto found = by_edge.find(statement_.left_out_edges(at));
      if (found == by_edge.end() || found->second != statement_.left_out_units(at))
        return absl::StrCat("why units of edge ", statement_.left_out_edges(at),
                            " are left out is not stated of each");
      by_edge.erase(found);
    }
    if (!by_edge.empty())
      return absl::StrCat("units of edge ", by_edge.begin()->first, " are stated as left out, and stand");
    for (const v1::LeftOut& each : statement_.round().summary().left_out()) {
      if (by_reason[each.reason()] != std::pair(each.match_count(), each.quantity()))
        return absl::StrCat("what is left out for ", v1::LeftOut::Reason_Name(each.reason()), " is another");
      by_reason.erase(each.reason());
    }
    return by_reason.empty() ? "" : "a reason for what is left out is not in the summary";
  }

  // Whether each report says of its segment what the columns and the units come to.
  std::string WrongReports() const {
    if (!found_.wrong.empty()) return found_.wrong;
    if (statement_.segment_reports_size() != static_cast<int>(market_.segment_limit.size()))
      return "there is not one report a segment";
    for (int at = 0; at < statement_.segment_reports_size(); ++at) {
      const v1::SegmentReport& report = statement_.segment_reports(at);
      std::string wrong = WrongFigures(at, report);
      if (wrong.empty()) wrong = WrongShares(at, report);
      if (!wrong.empty()) return absl::StrCat("segment ", at, ", ", report.segment().limit(), ": ", wrong);
    }
    return "";
  }

  std::string WrongFigures(int at, const v1::SegmentReport& report) const {
    const int64_t limit = market_.segment_limit[at];
    if (limit >= policy_.limits_size() ||
        policy_.limits(static_cast<int>(limit)).id() != report.segment().limit())
      return "is of another limit";
    const std::pair<const char*, std::pair<int64_t, int64_t>> figures[] = {
        {"demanded_quantity", {market_.segment_demanded[at], report.demanded_quantity()}},
        {"volume", {VolumeOf(at), report.volume()}},
        {"matched_quantity", {stands_.of_segment[at], report.matched_quantity()}},
        {"match_count", {stands_.matches_of_segment[at], report.match_count()}},
        {"share_basis_points", {market_.segment_share[at], report.share_basis_points()}}};
    for (const auto& [name, values] : figures) {
      if (values.first != values.second)
        return absl::StrCat(name, " is ", values.first, ", stated is ", values.second);
    }
    return "";
  }

  bool IsMatched(int at) const {
    return market_.limit_basis[market_.segment_limit[at]] == v1::LIMIT_BASIS_MATCHED;
  }
  // With what stands; and what then is the cap of a row.
  int64_t VolumeOf(int at) const {
    return IsMatched(at) ? Plus(segment_held_[at], stands_.of_segment[at]) : market_.segment_volume[at];
  }
  int64_t CapOfRow(int at, int64_t row, int64_t volume) const {
    return CapOf(market_.segment_share[at], std::min(volume, market_.row_volume_max[row]));
  }
  bool HasLessVolume(int at, int64_t row) const {
    return market_.segment_waived[at] == 0 && market_.row_volume_max[row] < VolumeOf(at);
  }

  // Rows of the segment that hold or were given something, or of which less volume counts, the largest first.
  std::vector<int64_t> ShownRows(int at) const {
    std::vector<int64_t> rows;
    for (int64_t row = market_.segment_row_begin[at]; row < market_.segment_row_begin[at + 1]; ++row) {
      if (Total(row) > 0 || HasLessVolume(at, row)) rows.push_back(row);
    }
    std::stable_sort(rows.begin(), rows.end(), [&](int64_t a, int64_t b) { return Total(a) > Total(b); });
    return rows;
  }
  int64_t Total(int64_t row) const { return Plus(row_held_[row], stands_.of_row[row]); }

  std::string WrongShares(int at, const v1::SegmentReport& report) const {
    const std::vector<int64_t> rows = ShownRows(at);
    if (static_cast<int>(rows.size()) != report.shares_size()) return "there is not one share a controller";
    for (int share = 0; share < report.shares_size(); ++share) {
      const v1::ControllerShare& stated = report.shares(share);
      const int64_t row = rows[share];
      if (stated.controller() !=
              PseudonymText("party", market_.controller_name[market_.row_controller[row]]) ||
          stated.held_quantity() != row_held_[row] || stated.matched_quantity() != stands_.of_row[row])
        return absl::StrCat("the share of ", stated.controller(), " is not what it holds and was given");
      const bool has_cap = market_.segment_waived[at] == 0, has_volume = HasLessVolume(at, row);
      if (stated.has_cap() != has_cap || (has_cap && stated.cap() != CapOfRow(at, row, VolumeOf(at))))
        return absl::StrCat("the cap of ", stated.controller(), " is not its share of the volume");
      if (stated.has_volume() != has_volume || (has_volume && stated.volume() != market_.row_volume_max[row]))
        return absl::StrCat("the volume of ", stated.controller(), " is another");
    }
    return "";
  }

  std::string WrongConcentration() const {
    for (int at = 0;
         at < statement_.segment_reports_size() && at < static_cast<int>(market_.segment_limit.size());
         ++at) {
      const v1::SegmentReport& report = statement_.segment_reports(at);
      const int64_t held = segment_held_[at], total = Plus(held, stands_.of_segment[at]);
      std::vector<int64_t> before, after;
      int64_t largest = 0, largest_four = 0;
      const std::vector<int64_t> rows = ShownRows(at);
      for (size_t place = 0; place < rows.size(); ++place) {
        before.push_back(row_held_[rows[place]]);
        after.push_back(Total(rows[place]));
        const int64_t share = Rounded(static_cast<__int128>(kWhole) * after.back(), total);
        const int64_t share_before = Rounded(static_cast<__int128>(kWhole) * before.back(), held);
        if (place == 0) largest = share;
        if (place < kLargestCount) largest_four += share;
        if (static_cast<int>(place) >= report.shares_size()) return "a share is missing";
        const v1::ControllerShare& stated = report.shares(static_cast<int>(place));
        if (stated.share_basis_points() != share || stated.share_before_basis_points() != share_before)
          return absl::StrCat("segment ", at, ": ", stated.controller(), " has a share of ", share);
      }
      const int64_t hhi = HhiOf(after, total);
      if (report.hhi() != hhi || report.hhi_before() != HhiOf(before, held))
        return absl::StrCat("segment ", at, ": HHI is ", hhi, ", stated is ", report.hhi());
      if (report.cr1_basis_points() != largest || report.cr4_basis_points() != std::min(largest_four, kWhole))
        return absl::StrCat("segment ", at, ": CR1 is ", largest, ", stated is ", report.cr1_basis_points());
      if (report.effective_controllers_hundredths() != (hhi == 0 ? 0 : Rounded(100 * kWhole, hhi)))
        return absl::StrCat("segment ", at, ": the number of effective controllers is another");
    }
    return "";
  }

  std::string WrongCaps() const {
    if (!found_.wrong.empty()) return found_.wrong;
    for (int at = 0; at < static_cast<int>(market_.segment_limit.size()); ++at) {
      std::string wrong = WrongCapOf(at);
      for (int64_t row = market_.segment_row_begin[at]; row < market_.segment_row_begin[at + 1]; ++row) {
        if (wrong.empty()) wrong = WrongRow(at, row);
      }
      if (!wrong.empty()) return absl::StrCat("segment ", at, ": ", wrong);
    }
    return "";
  }

  std::string WrongCapOf(int at) const {
    const auto place = static_cast<int>(market_.segment_limit[at]);
    if (place >= policy_.limits_size() || at >= statement_.segment_reports_size()) return "has no limit";
    const v1::Limit& limit = policy_.limits(place);
    const v1::SegmentReport& report = statement_.segment_reports(at);
    const int64_t share = market_.segment_share[at];
    const bool is_exception =
        std::any_of(limit.exceptions().begin(), limit.exceptions().end(),
                    [&](const v1::LimitException& each) { return each.share_basis_points() == share; });
    if (share != limit.share_basis_points() && !is_exception) return "its share is not the policy's";
    if (market_.limit_basis[place] != std::max<int>(1, limit.basis()) ||
        market_.limit_measure[place] != std::max<int>(1, limit.measure()))
      return "its limit is measured otherwise than the policy says";
    const bool thin = report.eligible_controller_count() < limit.min_controllers();
    if (report.thin() != thin ||
        (market_.segment_waived[at] == 1) != (thin && limit.thin_market_rule() == v1::THIN_MARKET_RULE_WAIVE))
      return "is waived otherwise than the policy says";
    const int64_t given = IsMatched(at) ? found_.of_segment[at] : market_.segment_demanded[at];
    if (market_.segment_volume[at] != Plus(given, market_.segment_held[at])) return "its volume is another";
    if (market_.segment_cap[at] != CapOf(share, market_.segment_volume[at]))
      return absl::StrCat("its cap should be ", CapOf(share, market_.segment_volume[at]));
    return "";
  }

  // Of what was found, and of what stands.
  std::string WrongRow(int at, int64_t row) const {
    const int64_t held = market_.row_held[row], cap = CapOfRow(at, row, market_.segment_volume[at]),
                  cell = market_.row_cell[row];
    if (market_.segment_waived[at] == 1) return cell < 0 ? "" : "has a cell, and is waived";
    const Units room = std::min(std::max<int64_t>(0, cap - held), matcher::kUnitsMax);
    if (cell >= 0 && !IsMatched(at) && problem_.cell_room[cell] != room)
      return absl::StrCat("the room of cell ", cell, " is not its cap less what is held");
    const bool is_above = IsAbove(held, found_, row, cap) ||
                          IsAbove(row_held_[row], stands_, row, CapOfRow(at, row, VolumeOf(at)));
    if (!is_above) return "";
    return absl::StrCat(PseudonymText("party", market_.controller_name[market_.row_controller[row]]),
                        " stands above its cap");
  }

  // One that holds nothing may have one unit.
  static bool IsAbove(int64_t held, const SegmentCount& count, int64_t row, int64_t cap) {
    const int64_t units = count.units_of_row[row];
    return units > 0 && (held > 0 || units > 1) && Plus(held, count.of_row[row]) > cap;
  }

  const BundleContents& contents_;
  const v1::RoundStatement& statement_;
  const matcher::Problem& problem_;
  const BundleMarket& market_;
  const std::vector<Units>& units_;
  std::vector<Units> standing_;  // without what was left out
  // With what MatchNow gave since the snapshot.
  std::vector<int64_t> segment_held_, row_held_;
  const SegmentPlaces places_;
  SegmentCount found_, stands_;
  v1::Policy policy_;
  std::vector<BundleFinding>& findings_;
};

}  // namespace

void CheckOutcome(const BundleContents& contents, std::vector<BundleFinding>* findings) {
  CheckProof(contents, findings);
  OutcomeCheck(contents, findings).Run();
}

}  // namespace ayni::services
