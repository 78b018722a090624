#include "services/cli/round_report.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/match_service.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/round_service.pb.h"
#include "services/cli/api.h"
#include "services/cli/method_run.h"
#include "services/cli/resource_name.h"
#include "services/cli/value_text.h"
#include "services/money_text.h"

namespace ayni::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string Percent(int64_t part, int64_t whole) {
  return whole == 0
             ? "-"
             : absl::StrFormat("%.1f %%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string ShortOf(const google::protobuf::Descriptor* message, const std::string& name) {
  const Resource* resource = Api::Get().FindResource(message);
  return resource == nullptr ? name : ShortName(*resource, name);
}

std::string Took(const google::protobuf::Duration& duration) {
  const absl::Duration took = absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
  return DurationText(took, took < absl::Seconds(1) ? absl::Milliseconds(1) : absl::Milliseconds(100));
}

std::string StateLine(const RoundReport& report) {
  const v1::Round& round = report.round;
  if (report.trial)
    return absl::StrCat("Trial of round ", ShortOf(v1::Round::descriptor(), round.name()),
                        ": nothing was stored");
  std::string line = absl::StrCat("Round ", ShortOf(v1::Round::descriptor(), round.name()), ", ");
  switch (round.state()) {
    case v1::Round::STATE_PUBLISHED:
      absl::StrAppend(&line, "published ",
                      ValueText(round, *v1::Round::descriptor()->FindFieldByName("publish_time"), -1,
                                ValueStyle::kShort));
      break;
    case v1::Round::STATE_UNDONE:
      absl::StrAppend(&line, "undone: ", round.undo_reason());
      break;
    case v1::Round::STATE_CLEARING:
      absl::StrAppend(&line, "being cleared");
      break;
    default:
      absl::StrAppend(&line, "draft",
                      round.failure().empty() ? "" : "; the last attempt failed: ", round.failure());
  }
  if (!round.policy().empty())
    absl::StrAppend(&line, ", policy ", ShortOf(v1::Policy::descriptor(), round.policy()));
  return line;
}

std::string SmallestShareText(const v1::SmallestShare& smallest, const Naming& naming) {
  const bool is_score = smallest.score_sum_upper_bound() > 0;
  const auto share = [](int64_t ppm) { return absl::StrFormat("%.4f %%", static_cast<double>(ppm) / 1e4); };
  std::string text = is_score ? absl::StrCat("  smallest score ", smallest.score_sum())
                              : absl::StrCat("  smallest share ", share(smallest.share_ppm()));
  const std::string& who = smallest.need().empty() ? smallest.cooperative() : smallest.need();
  if (!who.empty()) {
    absl::StrAppend(&text, ", of ", smallest.need().empty() ? naming(who) : who);
    const int64_t count = smallest.need_count() + smallest.cooperative_count();
    if (count > 1) absl::StrAppend(&text, " and ", count - 1, " more");
  }
  absl::StrAppend(
      &text, "; at most ",
      is_score ? absl::StrCat(smallest.score_sum_upper_bound()) : share(smallest.upper_bound_ppm()),
      " is possible\n");
  return text;
}

std::string UnitsText(int64_t units) { return absl::StrCat(units, units == 1 ? " unit" : " units"); }

std::string LeftOutText(v1::LeftOut::Reason reason) {
  switch (reason) {
    case v1::LeftOut::REASON_OVERTAKEN:
      return "units given at once meanwhile took the room";
    case v1::LeftOut::REASON_ABOVE_FINAL_CAP:
      return "above the share of what then was matched";
    case v1::LeftOut::REASON_BUDGET:
      return "the budget that subsidises the offer does not pay for them";
    default:
      return "their need or offer changed meanwhile";
  }
}

std::string SummaryText(const v1::RoundSummary& summary, const Naming& naming) {
  const int64_t wholly = summary.served_need_count();
  const int64_t partly = summary.partly_served_need_count();
  std::string text =
      absl::StrFormat("  needs served   %d of %d wholly, %d partly (%s)\n", wholly, summary.need_count(),
                      partly, Percent(wholly + partly, summary.need_count()));
  absl::StrAppendFormat(&text, "  units matched  %d of %d (%s)\n", summary.matched_quantity(),
                        summary.demanded_quantity(),
                        Percent(summary.matched_quantity(), summary.demanded_quantity()));
  absl::StrAppendFormat(&text, "  matches        %d, out of %d candidates with %d offers\n",
                        summary.match_count(), summary.candidate_count(), summary.offer_count());
  if (summary.has_smallest_share()) text += SmallestShareText(summary.smallest_share(), naming);
  absl::StrAppendFormat(&text, "  proved         within %.4f %% of the best possible%s\n",
                        static_cast<double>(summary.gap_ppm()) / 1e4,
                        summary.has_smallest_share() ? " with that share" : "");
  absl::StrAppendFormat(&text, "  took           market %s, clearing %s, verifying %s, storing %s\n",
                        Took(summary.market_duration()), Took(summary.clear_duration()),
                        Took(summary.verify_duration()), Took(summary.commit_duration()));
  if (summary.kept_quantity() > 0) {
    const int64_t cost = std::max<int64_t>(0, summary.welfare_without_reserves() - summary.welfare());
    const bool is_compared = summary.reserve_comparison() != v1::RESERVE_COMPARISON_TIME_USED_UP;
    absl::StrAppendFormat(
        &text, "  reserves       %s kept, of which %d are missing; %s\n", UnitsText(summary.kept_quantity()),
        summary.missing_quantity(),
        is_compared
            ? absl::StrCat("they cost ", Percent(cost, summary.welfare_without_reserves()), " of welfare")
            : "what they cost is not known: the round's time was used up");
    for (const v1::ReserveReport& reserve : summary.reserves()) {
      absl::StrAppendFormat(
          &text, "                 %s, %s: %s%s\n", reserve.reserve(), naming(reserve.value_chain()),
          UnitsText(reserve.matched_quantity()),
          is_compared ? absl::StrFormat(", %d without", reserve.matched_quantity_without()) : "");
    }
  }
  for (const v1::LeftOut& left_out : summary.left_out()) {
    absl::StrAppendFormat(&text, "  left out       %s of %d %s: %s\n", UnitsText(left_out.quantity()),
                          left_out.match_count(), left_out.match_count() == 1 ? "match" : "matches",
                          LeftOutText(left_out.reason()));
  }
  return text;
}

using Segments = std::vector<v1::SegmentReport>;

// Limits at several levels of controllers watch the same market: of these reports the most concentrated one
// stands.
Segments MostConcentrated(Segments segments) {
  std::stable_sort(segments.begin(), segments.end(), [](const auto& a, const auto& b) {
    return std::make_pair(a.hhi(), a.matched_quantity()) > std::make_pair(b.hhi(), b.matched_quantity());
  });
  std::set<std::array<std::string, 3>> markets;
  const auto repeated = [&](const v1::SegmentReport& one) {
    return !markets.insert({one.segment().service(), one.segment().territory(), one.segment().value_chain()})
                .second;
  };
  segments.erase(std::remove_if(segments.begin(), segments.end(), repeated), segments.end());
  return segments;
}

struct SegmentColumn {
  TableColumn table;
  std::function<std::string(const v1::SegmentReport&)> text;
};

const v1::ControllerShare& Largest(const v1::SegmentReport& segment) {
  return segment.shares_size() == 0 ? v1::ControllerShare::default_instance() : segment.shares(0);
}

std::string HeldText(const v1::ControllerShare& share) {
  const int64_t held = share.held_quantity() + share.matched_quantity();
  return share.has_cap() ? absl::StrCat(held, " of ", share.cap()) : absl::StrCat(held);
}

std::string RequesterText(const v1::SegmentReport& segment) {
  if (segment.largest_requester().empty()) return "-";
  return absl::StrFormat("%.1f %%", segment.largest_requester_share_basis_points() / 100.0);
}

std::string WarningsText(const v1::SegmentReport& segment) {
  if (segment.insufficient_data()) return "insufficient data";
  std::vector<std::string> texts;
  for (const int warning : segment.warnings()) {
    switch (warning) {
      case v1::CONCENTRATION_WARNING_HIGH_HHI:
        texts.push_back("HHI");
        break;
      case v1::CONCENTRATION_WARNING_HHI_RISE:
        texts.push_back("its rise");
        break;
      case v1::CONCENTRATION_WARNING_SHARE:
        texts.push_back("share");
        break;
      case v1::CONCENTRATION_WARNING_DEMAND_CONCENTRATED:
        texts.push_back("demand");
        break;
      default:
        break;
    }
  }
  return absl::StrJoin(texts, ", ");
}

constexpr char kOfItsCap[] = "of its cap";

std::vector<SegmentColumn> SegmentColumns(const Naming& naming, bool by_chain) {
  std::vector<SegmentColumn> columns = {
      {{"service"}, [&](const auto& one) { return naming(one.segment().service()); }},
      {{"territory"}, [&](const auto& one) { return naming(one.segment().territory()); }},
      {{"matched", true}, [](const auto& one) { return absl::StrCat(one.matched_quantity()); }},
      {{"HHI", true}, [](const auto& one) { return absl::StrCat(one.hhi()); }},
      {{"share", true},
       [](const auto& one) { return absl::StrFormat("%.1f %%", Largest(one).share_basis_points() / 100.0); }},
      {{kOfItsCap, true}, [](const auto& one) { return HeldText(Largest(one)); }},
      {{"largest controller"}, [&](const auto& one) { return naming(Largest(one).controller()); }},
      {{"largest requester", true}, [](const auto& one) { return RequesterText(one); }},
      {{"look at"}, [](const auto& one) { return WarningsText(one); }},
  };
  if (by_chain) {
    columns.insert(columns.begin() + 2,
                   {{"value chain"}, [&](const auto& one) { return naming(one.segment().value_chain()); }});
  }
  return columns;
}

std::string SegmentsText(const Segments& segments, bool thin, const Naming& naming, const TableStyle& style) {
  Segments shown;
  size_t count = 0;
  for (const v1::SegmentReport& segment : segments) {
    if (segment.thin() != thin) continue;
    ++count;
    if (shown.size() < kReportSegments) shown.push_back(segment);
  }
  if (shown.empty()) return "";
  const bool by_chain = std::any_of(shown.begin(), shown.end(),
                                    [](const auto& one) { return !one.segment().value_chain().empty(); });
  std::vector<TableColumn> columns;
  Rows rows(shown.size());
  for (const SegmentColumn& column : SegmentColumns(naming, by_chain)) {
    columns.push_back(column.table);
    for (size_t i = 0; i < shown.size(); ++i) rows[i].push_back(column.text(shown[i]));
  }
  for (TableColumn& column : columns) {
    if (thin && column.title == kOfItsCap) column.title = "units";
  }
  return absl::StrCat("\n",
                      thin ? "Thin segments, with too few controllers for a limit: a call for new TAPs"
                           : "Most concentrated segments under a limit",
                      " (", shown.size(), " of ", count, ")\n", TableText(columns, rows, style));
}

std::string DistanceText(const v1::Match& match) {
  return match.has_distance_m() ? absl::StrFormat("%.1f km", match.distance_m() / 1000.0) : "-";
}

std::string MatchesText(const RoundReport& report, const Naming& naming, const TableStyle& style) {
  if (report.matches.empty()) return "";
  const std::vector<TableColumn> columns = {{"cooperative"},    {"service"},     {"TAP"},
                                            {"quantity", true}, {"price", true}, {"distance", true}};
  Rows rows;
  for (const v1::Match& match : report.matches) {
    if (rows.size() == kReportMatches) break;
    rows.push_back({naming(match.cooperative()), naming(match.service()), naming(match.tap()),
                    absl::StrCat(match.quantity()), services::MoneyText(match.unit_price()),
                    DistanceText(match)});
  }
  return absl::StrCat(report.trial ? "\nMatches of the highest score (" : "\nFirst matches (", rows.size(),
                      " of ", report.round.summary().match_count(), ")\n", TableText(columns, rows, style));
}

std::string NextText(const RoundReport& report) {
  const std::string id = ShortOf(v1::Round::descriptor(), report.round.name());
  if (report.trial) return absl::StrCat("\nNext\n  ayni round publish ", id, "\n");
  if (report.round.state() != v1::Round::STATE_PUBLISHED)
    return absl::StrCat("\nNext\n  ayni round get ", id, "\n");
  std::string text = absl::StrCat("\nNext\n  ayni match list --round ", id, "\n  ayni segment list --round ",
                                  id, " --filter 'thin = true'\n");
  if (!report.matches.empty()) {
    absl::StrAppend(&text, "  ayni match get ",
                    ShortOf(v1::Match::descriptor(), report.matches.front().name()), "\n  ayni need get ",
                    ShortOf(v1::Need::descriptor(), report.matches.front().need()), "\n");
  }
  return absl::StrCat(text, "  ayni round undo ", id, " --reason '...'\n");
}

// The method that reads resources of a collection, with the field that people call them by.
const google::protobuf::MethodDescriptor* GetMethodOf(const Resource& resource) {
  for (const auto* method : Api::Get().methods()) {
    if (method->name() == "Get" + resource.message->name()) return method;
  }
  return nullptr;
}

std::string AskName(const std::string& name, Connection* connection) {
  for (const Resource& resource : Api::Get().resources()) {
    const auto* field = resource.message->FindFieldByName("display_name");
    if (field == nullptr || !absl::StartsWith(name, resource.pattern.front() + "/")) continue;
    if (resource.pattern.size() != 2) continue;
    const auto* method = GetMethodOf(resource);
    if (method == nullptr) break;
    const MessagePointer request = NewMessage(*method->input_type());
    request->GetReflection()->SetString(request.get(), method->input_type()->FindFieldByName("name"), name);
    const MessagePointer found = NewMessage(*resource.message);
    if (!connection->Call(*method, request.get(), found.get()).ok()) break;
    return found->GetReflection()->GetString(*found, field);
  }
  return LastId(name);
}

}  // namespace

Naming NamingBy(Connection* connection) {
  const auto known = std::make_shared<std::map<std::string, std::string>>();
  return [connection, known](const std::string& name) {
    const auto [place, added] = known->try_emplace(name);
    if (added && !name.empty()) place->second = AskName(name, connection);
    return place->second;
  };
}

absl::StatusOr<RoundReport> ReadRoundReport(const std::string& round, Connection* connection) {
  RoundReport report;
  v1::GetRoundRequest get;
  get.set_name(round);
  const absl::Status got = connection->Call(FindMethod("ayni.v1.RoundService.GetRound"), &get, &report.round);
  if (!got.ok()) return got;
  if (report.round.state() != v1::Round::STATE_PUBLISHED && report.round.state() != v1::Round::STATE_UNDONE)
    return report;
  v1::ListSegmentReportsRequest segments;
  segments.set_parent(round);
  absl::Status listed = ForEachListed(FindMethod("ayni.v1.AuditService.ListSegmentReports"), &segments, 0,
                                      connection, [&](const google::protobuf::Message& row) {
                                        report.segments.push_back(static_cast<const v1::SegmentReport&>(row));
                                      });
  if (!listed.ok()) return listed;
  v1::ListMatchesRequest matches;
  matches.set_parent(round);
  listed = ForEachListed(FindMethod("ayni.v1.MatchService.ListMatches"), &matches, kReportMatches, connection,
                         [&](const google::protobuf::Message& row) {
                           report.matches.push_back(static_cast<const v1::Match&>(row));
                         });
  if (!listed.ok()) return listed;
  return report;
}

std::string RoundReportText(const RoundReport& report, const Naming& naming, const TableStyle& style) {
  std::string text = StateLine(report) + "\n";
  if (report.round.has_summary()) text += SummaryText(report.round.summary(), naming);
  const Segments segments = MostConcentrated(report.segments);
  text += SegmentsText(segments, false, naming, style);
  text += SegmentsText(segments, true, naming, style);
  text += MatchesText(report, naming, style);
  return text + NextText(report);
}

}  // namespace ayni::cli
