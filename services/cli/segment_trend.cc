#include "services/cli/segment_trend.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/policy.pb.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/cli/connection_settings.h"
#include "services/cli/file.h"
#include "services/cli/method_run.h"
#include "services/cli/output.h"
#include "services/cli/policy_report.h"
#include "services/cli/resource_name.h"
#include "services/cli/trend_plot.h"
#include "services/cli/value_text.h"

namespace ayni::cli {
namespace {

using google::protobuf::util::MessageDifferencer;
using Rows = std::vector<std::vector<std::string>>;

constexpr char kTrendMethod[] = "ayni.v1.AuditService.ListTrendPoints";

std::string Signed(const std::string& number) {
  return number[0] == '-' || number == "0" || number == "0.00 %" ? number : "+" + number;
}

std::string LevelName(const std::string& enumerator) {
  return enumerator.substr(enumerator.find("LEVEL_") + 6);
}

std::vector<std::string> RowOf(const v1::TrendPoint& point, const Naming& naming) {
  const bool has_change = point.has_change();
  const v1::TrendChange& change = point.change();
  return {LastId(point.round()),
          ValueText(point, *v1::TrendPoint::descriptor()->FindFieldByName("publish_time"), -1,
                    ValueStyle::kShort),
          absl::StrCat(point.matched_quantity()),
          has_change ? Signed(absl::StrCat(change.matched_quantity())) : "",
          absl::StrCat(point.match_count()),
          absl::StrCat(point.hhi_before()),
          absl::StrCat(point.hhi()),
          has_change ? Signed(absl::StrCat(change.hhi())) : "",
          BasisPointsText(point.cr1_basis_points()),
          has_change ? Signed(BasisPointsText(change.cr1_basis_points())) : "",
          BasisPointsText(point.cr4_basis_points()),
          absl::StrFormat("%.2f", point.effective_controllers_hundredths() / 100.0),
          naming(point.leader()),
          has_change && change.other_leader() ? "new" : "",
          point.thin() ? "thin" : ""};
}

// A controller's level, or a territory's: no two have a name in common.
absl::StatusOr<std::string> LevelFilter(const std::string& text) {
  const std::string name = absl::AsciiStrToUpper(absl::StrReplaceAll(text, {{"-", "_"}}));
  std::vector<std::string> known;
  for (const auto& [field, type] : {std::pair("controller_level", v1::ControllerLevel_descriptor()),
                                    std::pair("territory_level", v1::TerritoryLevel_descriptor())}) {
    for (int at = 1; at < type->value_count(); ++at) {
      known.push_back(LevelName(type->value(at)->name()));
      if (known.back() == name) return absl::StrCat(field, " = ", name);
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--level must be one of ", absl::StrJoin(known, ", "), ", is '", text, "'"));
}

absl::StatusOr<v1::ListTrendPointsRequest> RequestOf(const Arguments& arguments) {
  std::vector<std::string> filter;
  if (arguments.Has("filter")) filter.push_back(arguments.Value("filter"));
  if (arguments.Has("limit"))
    filter.push_back(absl::StrCat("segment.limit = \"", arguments.Value("limit"), "\""));
  for (const auto& [part, type] :
       {std::pair("service", v1::Service::descriptor()), std::pair("territory", v1::Territory::descriptor()),
        std::pair("value-chain", v1::ValueChain::descriptor())}) {
    if (!arguments.Has(part)) continue;
    const auto name = CompleteName(*Api::Get().FindResource(type), arguments.Value(part));
    if (!name.ok())
      return absl::Status(name.status().code(), absl::StrCat("--", part, " ", name.status().message()));
    filter.push_back(absl::StrCat("segment.", absl::StrReplaceAll(part, {{"-", "_"}}), " = \"", *name, "\""));
  }
  if (arguments.Has("level")) {
    const auto level = LevelFilter(arguments.Value("level"));
    if (!level.ok()) return level.status();
    filter.push_back(*level);
  }
  v1::ListTrendPointsRequest request;
  request.set_filter(absl::StrJoin(filter, " AND "));
  const absl::Status put = PutFlag(arguments, "rounds", "round_count", &request);
  if (!put.ok()) return put;
  return request;
}

absl::Status Plot(const std::vector<v1::TrendPoint>& points, const Naming& naming,
                  const Invocation& invocation) {
  const std::string file = invocation.arguments.Value("plot");
  if (file.empty()) return absl::OkStatus();
  if (points.empty()) {
    invocation.environment.err << "no plot is written: there is nothing to draw\n";
    return absl::OkStatus();
  }
  if (absl::Status written = WriteFile(file, TrendPlot(points, naming)); !written.ok()) return written;
  invocation.environment.err << "the plot is in " << file << "\n";
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> RunTrend(const Invocation& invocation) {
  auto output =
      RowOutput::Create(*v1::TrendPoint::descriptor(), invocation.arguments, &invocation.environment);
  if (!output.ok()) return output.status();
  const auto form = ReadOutputForm(invocation.arguments);
  if (!form.ok()) return form.status();
  auto request = RequestOf(invocation.arguments);
  if (!request.ok()) return request.status();
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  std::vector<v1::TrendPoint> points;
  const absl::Status listed = ForEachListed(FindMethod(kTrendMethod), &*request, 0, connection->get(),
                                            [&](const google::protobuf::Message& row) {
                                              points.push_back(static_cast<const v1::TrendPoint&>(row));
                                            });
  if (!listed.ok()) return listed;
  const Naming naming = NamingBy(connection->get());
  const bool is_for_people =
      *form == OutputForm::kTable && !invocation.arguments.Has("columns") && !points.empty();
  if (is_for_people) {
    invocation.environment.out << TrendText(
        points, naming, {invocation.environment.out_width, invocation.environment.colour});
  } else {
    for (const v1::TrendPoint& point : points) output->Add(point);
    output->Finish();
  }
  if (absl::Status plotted = Plot(points, naming, invocation); !plotted.ok()) return plotted;
  return kDone;
}

}  // namespace

std::string TrendText(const std::vector<v1::TrendPoint>& points, const Naming& naming,
                      const TableStyle& style) {
  const std::vector<TableColumn> columns = {{"round", false, true},
                                            {"published"},
                                            {"matched", true},
                                            {"change", true},
                                            {"matches", true},
                                            {"HHI before", true},
                                            {"HHI", true},
                                            {"change", true},
                                            {"CR1", true},
                                            {"change", true},
                                            {"CR4", true},
                                            {"effective", true},
                                            {"leader"},
                                            {""},
                                            {""}};
  std::string text;
  for (size_t begin = 0; begin < points.size();) {
    const v1::TrendPoint& first = points[begin];
    Rows rows;
    size_t end = begin;
    while (end < points.size() && MessageDifferencer::Equals(points[end].segment(), first.segment()))
      rows.push_back(RowOf(points[end++], naming));
    absl::StrAppend(&text, begin == 0 ? "" : "\n", SegmentText(first.segment(), naming), ": limit ",
                    first.segment().limit(), "\n", TableText(columns, rows, style));
    begin = end;
  }
  return text;
}

Command SegmentTrendCommand() {
  Command command;
  command.noun = "segment";
  command.verb = "trend";
  command.summary =
      "Tells how the concentration of segments went from one published round to the next: a row a round with "
      "what "
      "was matched, HHI before and after, the shares of the largest and the four largest controllers (CR1, "
      "CR4), "
      "the effective number of controllers, who leads, whether the segment was thin, and what changed since "
      "the "
      "round before. Rounds that were undone are left out.";
  command.method = &FindMethod(kTrendMethod);
  command.run = RunTrend;
  command.example = "ayni segment trend --limit tap-province --territory inei.0806 --plot trend.svg";
  command.grammar.flags = {
      {"limit", "ID", "of this limit", {}, false, false},
      {"level",
       "LEVEL",
       "of limits at this level of controllers or territories, as in SUPPLIER or DISTRICT",
       {},
       false,
       false},
      {"service", "NAME", "of this service", {}, false, false},
      {"territory", "NAME", "of this territory", {}, false, false},
      {"value-chain", "NAME", "of this value chain", {}, false, false},
      {"filter",
       "TEXT",
       Api::Get().Comment(*v1::ListTrendPointsRequest::descriptor()->FindFieldByName("filter")),
       {},
       false,
       false},
      {"rounds",
       "NUMBER",
       Api::Get().Comment(*v1::ListTrendPointsRequest::descriptor()->FindFieldByName("round_count")),
       {},
       false,
       false},
      {"plot", "FILE", "draws it too, as SVG: the four segments in which most was matched", {}, true, false}};
  for (auto flags : {OutputFlags(), ConnectionFlags(), GeneralFlags()}) {
    for (Flag& flag : flags) command.grammar.flags.push_back(std::move(flag));
  }
  return command;
}

}  // namespace ayni::cli
