#include "services/cli/plan_command.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "ayni/v1/planning_service.pb.h"
#include "services/cli/connection_settings.h"
#include "services/cli/file.h"
#include "services/cli/line_plot.h"
#include "services/cli/method_run.h"
#include "services/cli/output.h"
#include "services/cli/resource_name.h"
#include "services/cli/table.h"
#include "services/cli/value_text.h"
#include "services/page/utf8.h"

namespace ayni::cli {
namespace {

using page::Truncated;
using Plans = std::vector<v1::TrainingPlan>;

constexpr char kPlanMethod[] = "ayni.v1.PlanningService.ListTrainingPlans";
constexpr int32_t kProbabilityDefault = 9'000;  // the server's too
constexpr int64_t kWholePpm = 1'000'000;
constexpr size_t kPlotLinesMax = 4;
constexpr int64_t kTicks = 5;
constexpr double kLabelWidth = 196;
// Of the letters of labels, so many fit beside the panels.
constexpr int kLabelColumns = 24;

std::string ModelText(v1::TapModel model) {
  return absl::AsciiStrToLower(v1::TapModel_Name(model).substr(sizeof("TAP_MODEL_") - 1));
}

// By this plans are listed for people: what is asked for where it is not met, draw by draw.
__int128 Missing(const v1::TrainingPlan& plan) {
  return static_cast<__int128>(plan.demanded_quantity()) * (kWholePpm - plan.met_ppm());
}

std::string TraineesText(const v1::TraineePlan& plan) {
  return absl::StrCat(plan.has_trainee_count() ? absl::StrCat(plan.trainee_count()) : "-",
                      plan.of_other_models() ? "*" : "");
}

std::string PercentText(int64_t ppm) { return absl::StrFormat("%.1f %%", static_cast<double>(ppm) / 1e4); }

std::string PlanText(const Plans& plans, size_t rows_max, int32_t probability, const Naming& naming,
                     const TableStyle& style) {
  if (plans.empty()) return "nothing is asked for there that is not over\n";
  std::vector<TableColumn> columns = {{"territory"},     {"service"},       {"asked for", true},
                                      {"offered", true}, {"by TAPs", true}, {"met today", true}};
  for (const v1::TraineePlan& model : plans.front().models())
    columns.push_back({ModelText(model.model()), true});
  std::vector<std::vector<std::string>> rows;
  for (const v1::TrainingPlan& plan : plans) {
    if (rows.size() == rows_max) break;
    rows.push_back({naming(plan.territory()), naming(plan.service()), absl::StrCat(plan.demanded_quantity()),
                    absl::StrCat(plan.offered_quantity()), absl::StrCat(plan.tap_count()),
                    PercentText(plan.met_ppm())});
    for (const v1::TraineePlan& model : plan.models()) rows.back().push_back(TraineesText(model));
  }
  std::string text = TableText(columns, rows, style);
  absl::StrAppendFormat(
      &text,
      "\ntrainees of one model or the other, so that what is asked for is met with a probability "
      "of %s; -: more than 10,000; *: no TAP of the model offers the service, so that those of others stand "
      "for "
      "it\n",
      PercentText(int64_t{100} * probability));
  if (rows.size() < plans.size())
    absl::StrAppend(&text, plans.size() - rows.size(), " more with --rows 0, the most lacking first\n");
  return text;
}

// 0.9, 90% or 90 %: in hundredths of a per cent.
absl::StatusOr<int32_t> ReadProbability(const Arguments& arguments) {
  if (!arguments.Has("probability")) return kProbabilityDefault;
  std::string text(absl::StripAsciiWhitespace(arguments.Value("probability")));
  const bool is_percent = !text.empty() && text.back() == '%';
  if (is_percent) text = std::string(absl::StripAsciiWhitespace(text.substr(0, text.size() - 1)));
  std::replace(text.begin(), text.end(), ',', '.');
  double value = 0;
  const double scale = is_percent ? 100 : 10'000;
  if (absl::SimpleAtod(text, &value) && value * scale >= 1 && value * scale <= 9'999)
    return static_cast<int32_t>(value * scale + 0.5);
  return absl::InvalidArgumentError(absl::StrCat(
      "--probability must be 0.0001 to 0.9999, as in 0.9 or 90%, is '", arguments.Value("probability"), "'"));
}

absl::StatusOr<v1::ListTrainingPlansRequest> RequestOf(const Arguments& arguments) {
  v1::ListTrainingPlansRequest request;
  const auto probability = ReadProbability(arguments);
  if (!probability.ok()) return probability.status();
  request.set_probability_basis_points(*probability);
  for (const auto& [flag, field] :
       {std::pair("territory", "territory"), std::pair("service", "service"),
        std::pair("level", "territory_level"), std::pair("success-strength", "success_strength"),
        std::pair("draws", "draw_count"), std::pair("seed", "seed")}) {
    if (const absl::Status put = PutFlag(arguments, flag, field, &request); !put.ok()) return put;
  }
  return request;
}

PlotSeries SeriesOf(const v1::TrainingPlan& plan, const v1::TraineePlan& model, const std::string& label,
                    char tint, int64_t count_max) {
  PlotSeries series{Truncated(label, kLabelColumns), tint, {}};
  const auto add = [&](int64_t count, double percent) {
    series.points.push_back({static_cast<double>(count) / static_cast<double>(count_max), percent,
                             absl::StrFormat("%s: %d trainees suffice with %g %%", label, count, percent)});
  };
  add(0, static_cast<double>(plan.met_ppm()) / 1e4);
  for (int at = 0; at < model.quantiles_size(); ++at) {
    const int64_t count = model.quantiles(at);
    if (count > 0 && count <= count_max) add(count, 100.0 * (at + 1) / (model.quantiles_size() + 1));
  }
  return series;
}

}  // namespace

std::string PlanPlot(const Plans& plans, int32_t basis_points, const Naming& naming) {
  const size_t shown = std::min(plans.size(), kPlotLinesMax);
  int64_t count_max = kTicks;
  for (size_t at = 0; at < shown; ++at) {
    for (const v1::TraineePlan& model : plans[at].models()) {
      for (const int64_t count : model.quantiles()) count_max = std::max(count_max, count);
    }
  }
  count_max = (count_max + kTicks - 1) / kTicks * kTicks;
  LinePlot plot;
  plot.title = "How many to train";
  plot.subtitle = absl::StrCat(
      "Probability that what is asked for is met",
      shown < plans.size() ? absl::StrCat("; the ", shown, " of ", plans.size(), " markets that lack most")
                           : "");
  plot.axis_title = "TAPs that are trained, of one model alone";
  for (int64_t tick = 0; tick <= kTicks; ++tick)
    plot.ticks.emplace_back(static_cast<double>(tick) / kTicks, absl::StrCat(count_max / kTicks * tick));
  plot.label_width = kLabelWidth;
  for (int model = 0; model < plans.front().models_size(); ++model) {
    PlotPanel panel{
        absl::StrCat("Trainees of model ", ModelText(plans.front().models(model).model())), " %", {}, {}};
    for (size_t at = 0; at < shown; ++at) {
      panel.series.push_back(
          SeriesOf(plans[at], plans[at].models(model),
                   absl::StrCat(naming(plans[at].territory()), ", ", naming(plans[at].service())),
                   static_cast<char>('a' + at), count_max));
    }
    panel.guides.push_back({absl::StrFormat("%g %%", basis_points / 100.0), basis_points / 100.0});
    plot.panels.push_back(std::move(panel));
  }
  return SvgOf(plot);
}

namespace {

absl::StatusOr<ExitCode> RunPlan(const Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  auto output = RowOutput::Create(*v1::TrainingPlan::descriptor(), arguments, &invocation.environment);
  if (!output.ok()) return output.status();
  const auto form = ReadOutputForm(arguments);
  if (!form.ok()) return form.status();
  auto request = RequestOf(arguments);
  if (!request.ok()) return request.status();
  const auto rows = ReadRowsFlag(arguments);
  if (!rows.ok()) return rows.status();
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  Plans plans;
  const absl::Status listed = ForEachListed(FindMethod(kPlanMethod), &*request, 0, connection->get(),
                                            [&](const google::protobuf::Message& row) {
                                              plans.push_back(static_cast<const v1::TrainingPlan&>(row));
                                            });
  if (!listed.ok()) return listed;
  const bool is_for_people = *form == OutputForm::kTable && !arguments.Has("columns");
  if (!is_for_people) {
    for (const v1::TrainingPlan& plan : plans) output->Add(plan);
    output->Finish();
  }
  std::stable_sort(plans.begin(), plans.end(), [](const v1::TrainingPlan& a, const v1::TrainingPlan& b) {
    return Missing(a) > Missing(b);
  });
  const Naming naming = NamingBy(connection->get());
  const int32_t probability = request->probability_basis_points();
  if (is_for_people) {
    invocation.environment.out << PlanText(plans, *rows, probability, naming,
                                           {invocation.environment.out_width, invocation.environment.colour});
  }
  const std::string plot = arguments.Value("plot");
  if (plot.empty()) return kDone;
  if (plans.empty() || plans.front().models().empty()) {
    invocation.environment.err << "no plot is written: there is nothing to draw\n";
    return kDone;
  }
  if (absl::Status written = WriteFile(plot, PlanPlot(plans, probability, naming)); !written.ok())
    return written;
  invocation.environment.err << "the plot is in " << plot << "\n";
  return kDone;
}

}  // namespace

Command PlanCommand() {
  Command command;
  command.noun = "plan";
  command.summary =
      "Tells how many TAPs to train in each territory, of each service that is asked for there, so that what "
      "is asked "
      "for is met with a chosen probability: by drawing which TAPs stay and which trainees succeed, as the "
      "active "
      "policy expects of each model. The same market and seed give the same numbers.";
  command.method = &FindMethod(kPlanMethod);
  command.run = RunPlan;
  command.example = "ayni plan --territory inei.0806 --probability 0.9 --plot plan.svg";
  const auto* request = v1::ListTrainingPlansRequest::descriptor();
  const auto comment = [&](const char* field) {
    return Api::Get().Comment(*request->FindFieldByName(field));
  };
  std::vector<Flag>& flags = command.grammar.flags;
  flags = {{"territory", "NAME", comment("territory"), {}, false, false},
           {"service", "NAME", comment("service"), {}, false, false},
           {"level", absl::StrJoin(EnumeratorTexts(*v1::TerritoryLevel_descriptor()), "|"),
            comment("territory_level"), EnumeratorTexts(*v1::TerritoryLevel_descriptor()), false, false},
           {"probability",
            "PROBABILITY",
            "with which what is asked for is to be met, as in 0.9 or 90% (0.9)",
            {},
            false,
            false},
           {"success-strength", "NUMBER", comment("success_strength"), {}, false, false},
           {"draws", "NUMBER", comment("draw_count"), {}, false, false},
           {"seed", "NUMBER", "of the draws (0)", {}, false, false},
           RowsFlag(),
           {"plot",
            "FILE",
            "draws how surely so many suffice, as SVG: the four markets that lack most",
            {},
            true,
            false}};
  for (auto& some : {OutputFlags(), ConnectionFlags(), GeneralFlags()})
    flags.insert(flags.end(), some.begin(), some.end());
  return command;
}

}  // namespace ayni::cli
