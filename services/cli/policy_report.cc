#include "services/cli/policy_report.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "services/cli/resource_name.h"

namespace ayni::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string Signed(int64_t number) { return absl::StrCat(number > 0 ? "+" : "", number); }

// A row of figures of both, and their difference.
std::vector<std::string> Row(const std::string& what, int64_t before, int64_t after,
                             const std::function<std::string(int64_t)>& text = nullptr) {
  const auto show = [&](int64_t number) { return text == nullptr ? absl::StrCat(number) : text(number); };
  const std::string change = absl::StrCat(after > before ? "+" : "", show(after - before));
  return {what, show(before), show(after), after == before ? "=" : change};
}

Rows OutcomeRows(const v1::TryPolicyResponse& answer) {
  const v1::PolicyOutcome& before = answer.in_use();
  const v1::PolicyOutcome& after = answer.tried();
  const v1::RoundSummary& old_summary = before.summary();
  const v1::RoundSummary& new_summary = after.summary();
  Rows rows = {
      Row("needs served wholly", old_summary.served_need_count(), new_summary.served_need_count()),
      Row("needs served partly", old_summary.partly_served_need_count(),
          new_summary.partly_served_need_count()),
      Row("units served", old_summary.matched_quantity(), new_summary.matched_quantity()),
      Row("matches", old_summary.match_count(), new_summary.match_count()),
      Row("of them sole source", before.sole_source_match_count(), after.sole_source_match_count()),
      Row("welfare", before.welfare(), after.welfare()),
      Row("price of limits", before.price_ppm(), after.price_ppm(), PpmText),
  };
  for (int i = 0; i < std::min(before.concentrations_size(), after.concentrations_size()); ++i) {
    const v1::Concentration& was = before.concentrations(i);
    const v1::Concentration& is = after.concentrations(i);
    rows.push_back(Row(absl::StrCat("mean HHI, ", was.limit()), was.mean_hhi(), is.mean_hhi()));
    rows.push_back(Row(absl::StrCat("mean CR1, ", was.limit()), was.mean_cr1_basis_points(),
                       is.mean_cr1_basis_points(), BasisPointsText));
  }
  for (const v1::ConflictChange& conflict : answer.conflicts()) {
    rows.push_back(Row(absl::StrCat("matches with ", conflict.rule(), " (",
                                    v1::ConflictSeverity_Name(conflict.severity()).substr(18), ")"),
                       conflict.match_count_before(), conflict.match_count_after()));
  }
  return rows;
}

std::string SegmentsText(const v1::TryPolicyResponse& answer, const Naming& naming, const TableStyle& style) {
  if (answer.segment_changes_size() == 0) return "\nNo segment changes.\n";
  const std::vector<TableColumn> columns = {{"service"},      {"territory"},  {"value chain"}, {"limit"},
                                            {"volume", true}, {"then", true}, {"HHI", true},   {"then", true},
                                            {"CR1", true},    {"then", true}};
  Rows rows;
  for (const v1::SegmentChange& change : answer.segment_changes()) {
    if (rows.size() == kTrialSegments) break;
    const v1::Segment& segment = change.segment();
    rows.push_back({segment.service().empty() ? segment.service_family() : naming(segment.service()),
                    naming(segment.territory()), naming(segment.value_chain()), segment.limit(),
                    absl::StrCat(change.volume_before()), absl::StrCat(change.volume_after()),
                    absl::StrCat(change.hhi_before()), absl::StrCat(change.hhi_after()),
                    BasisPointsText(change.cr1_before_basis_points()),
                    BasisPointsText(change.cr1_after_basis_points())});
  }
  return absl::StrCat("\nSegments that change most (", rows.size(), " of ", answer.changed_segment_count(),
                      ")\n", TableText(columns, rows, style));
}

std::string PartiesText(const std::string& who, const std::string& change, int64_t count,
                        const google::protobuf::RepeatedPtrField<v1::PartyChange>& changes,
                        const Naming& naming, const TableStyle& style) {
  if (count == 0) return absl::StrCat("\nNo ", who, " ", change, "s.\n");
  Rows rows;
  for (const v1::PartyChange& each : changes) {
    if (rows.size() == kTrialParties) break;
    rows.push_back({naming(each.party()), absl::StrCat(each.quantity_before()),
                    absl::StrCat(each.quantity_after()),
                    Signed(each.quantity_after() - each.quantity_before())});
  }
  return absl::StrCat("\n", who, "s that ", change, " (", rows.size(), " of ", count, ")\n",
                      TableText({{who}, {"units", true}, {"then", true}, {"change", true}}, rows, style));
}

std::string AllPartiesText(const std::string& who, const v1::PartyChanges& changes, const Naming& naming,
                           const TableStyle& style) {
  return PartiesText(who, "gain", changes.gaining_count(), changes.gaining(), naming, style) +
         PartiesText(who, "lose", changes.losing_count(), changes.losing(), naming, style);
}

}  // namespace

std::string BasisPointsText(int64_t basis_points) {
  return absl::StrFormat("%.2f %%", static_cast<double>(basis_points) / 100);
}

std::string PpmText(int64_t ppm) { return absl::StrFormat("%.3f %%", static_cast<double>(ppm) / 1e4); }

std::string MarketText(const TrialTitle& title, const google::protobuf::Timestamp& snapshot_time) {
  const std::string time = absl::FormatTime(
      "%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(snapshot_time.seconds()), absl::UTCTimeZone());
  return absl::StrCat(title.round.empty() ? "the market as it is now"
                                          : absl::StrCat("the market of round ", LastId(title.round)),
                      ", ", time);
}

std::string PolicyTrialText(const TrialTitle& title, const v1::TryPolicyResponse& answer,
                            const Naming& naming, const TableStyle& style) {
  std::string text =
      absl::StrCat("Trial of policy ", title.policy, " beside ", LastId(answer.in_use().policy()),
                   ", the one in use: ", MarketText(title, answer.snapshot_time()), "; nothing was stored\n");
  if (!title.round.empty() && !answer.same_problem()) {
    text +=
        "Mind: under its own policy the market does not pose the problem that the round published the digest "
        "of.\n";
  }
  text += TableText({{""}, {"in use", true}, {"tried", true}, {"change", true}}, OutcomeRows(answer), style);
  text += SegmentsText(answer, naming, style);
  text += AllPartiesText("TAP", answer.taps(), naming, style);
  text += AllPartiesText("cooperative", answer.cooperatives(), naming, style);
  return text;
}

std::string SweepText(const TrialTitle& title, const std::string& limit,
                      const v1::SweepPolicyResponse& answer, const TableStyle& style) {
  Rows rows;
  for (const v1::SweepPoint& point : answer.points()) {
    const v1::RoundSummary& summary = point.summary();
    rows.push_back(
        {point.share_basis_points() == 0 ? "no limit" : BasisPointsText(point.share_basis_points()),
         absl::StrCat(summary.served_need_count()), absl::StrCat(summary.matched_quantity()),
         absl::StrCat(point.welfare()), PpmText(point.price_ppm()),
         absl::StrCat(point.concentration().mean_hhi()),
         BasisPointsText(point.concentration().mean_cr1_basis_points())});
  }
  return absl::StrCat("Limit ", limit, " of policy ", title.policy, ": ",
                      MarketText(title, answer.snapshot_time()), "; nothing was stored\n",
                      TableText({{"share", true},
                                 {"needs served", true},
                                 {"units served", true},
                                 {"welfare", true},
                                 {"price", true},
                                 {"mean HHI", true},
                                 {"mean CR1", true}},
                                rows, style));
}

}  // namespace ayni::cli
