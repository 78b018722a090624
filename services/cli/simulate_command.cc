#include "services/cli/simulate_command.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "services/cli/file.h"
#include "services/cli/interrupt.h"
#include "services/cli/progress.h"
#include "services/cli/simulate_plot.h"
#include "services/cli/simulate_report.h"
#include "services/cli/simulated_market.h"
#include "services/simulation/simulate.h"

namespace ayni::cli {
namespace {

using services::SimulationPlan;

constexpr double kPartsPerMillion = 1e6;
constexpr const char* kWithoutChoices[] = {"limits", "reserves", "conflicts"};
constexpr services::WithoutPart kWithoutParts[] = {
    services::WithoutPart::kLimits, services::WithoutPart::kReserves, services::WithoutPart::kConflicts};

absl::Status WrongFlag(const std::string& flag, const std::string& value, const std::string& expected) {
  return absl::InvalidArgumentError(absl::StrCat("--", flag, " must be ", expected, ", is '", value, "'"));
}

// Leaves the number as it is where the flag was not given.
absl::Status ReadNumber(const Arguments& arguments, const std::string& flag, int least, int most,
                        int* number) {
  const std::string value = arguments.Value(flag);
  if (value.empty()) return absl::OkStatus();
  if (absl::SimpleAtoi(value, number) && *number >= least && *number <= most) return absl::OkStatus();
  return WrongFlag(flag, value, absl::StrCat("a whole number from ", least, " to ", most));
}

absl::StatusOr<std::string> ReadWithout(const Arguments& arguments) {
  const std::string value = arguments.Value("without");
  if (value.empty()) return std::string(kWithoutChoices[0]);
  if (std::find(std::begin(kWithoutChoices), std::end(kWithoutChoices), value) != std::end(kWithoutChoices))
    return value;
  return WrongFlag("without", value, "limits, reserves or conflicts");
}

// All but the policies.
absl::StatusOr<SimulationPlan> ReadPlan(const Arguments& arguments) {
  SimulationPlan plan;
  plan.threads = static_cast<int>(
      std::clamp<unsigned>(std::thread::hardware_concurrency(), 1, services::kSimulationThreadsMax));
  absl::Status status = ReadNumber(arguments, "years", 1, services::kSimulatedYearsMax, &plan.years);
  if (status.ok()) status = ReadNumber(arguments, "seeds", 1, services::kSimulatedSeedsMax, &plan.seeds);
  if (status.ok())
    status = ReadNumber(arguments, "threads", 1, services::kSimulationThreadsMax, &plan.threads);
  if (status.ok()) status = ReadNumber(arguments, "rounds-per-year", 1, 12, &plan.rounds_per_year);
  if (!status.ok()) return status;
  if (12 % plan.rounds_per_year != 0)
    return WrongFlag("rounds-per-year", arguments.Value("rounds-per-year"), "1, 2, 3, 4, 6 or 12");
  if (const std::string value = arguments.Value("seed"); !value.empty()) {
    if (!absl::SimpleAtoi(value, &plan.first_seed)) return WrongFlag("seed", value, "a whole number from 0");
  }
  if (const std::string value = arguments.Value("gap"); !value.empty()) {
    double gap = 0;
    if (!absl::SimpleAtod(value, &gap) || !(gap > 0 && gap <= 1))
      return WrongFlag("gap", value, "a fraction above 0 and up to 1, as 0.001 for 0.1 %");
    plan.target_gap_ppm = std::max<int64_t>(1, std::llround(gap * kPartsPerMillion));
  }
  plan.shown_limit = arguments.Value("limit");
  return plan;
}

// Where it is named: opened before anything is simulated, so that hours are not lost to a wrong name.
absl::StatusOr<std::unique_ptr<OutputFile>> OpenOutput(const std::string& path) {
  if (path.empty()) return std::unique_ptr<OutputFile>();
  auto file = std::make_unique<OutputFile>(path, nullptr);
  if (absl::Status opened = file->Write(""); !opened.ok()) return opened;
  return file;
}

absl::Status Fill(OutputFile* file, const std::string& text) {
  if (file == nullptr) return absl::OkStatus();
  absl::Status status = file->Write(text);
  return status.ok() ? file->Complete() : status;
}

absl::StatusOr<services::Simulation> Run(const services::StartingMarket& market, const SimulationPlan& plan,
                                         Environment* environment) {
  const Interrupt interrupt;
  Progress progress(environment);
  const int64_t rounds =
      int64_t{plan.seeds} * static_cast<int64_t>(plan.policies.size()) * plan.years * plan.rounds_per_year;
  int64_t cleared = 0;
  progress.Show(absl::StrCat("simulating ", rounds, " rounds"));
  return services::Simulate(
      market, plan, [&] { return interrupt.asked(); },
      [&](size_t, uint64_t seed, const services::WorldRound& round) {
        progress.Show(absl::StrCat(++cleared, " of ", rounds, " rounds: seed ", seed, ", year ", round.year));
      });
}

absl::StatusOr<ExitCode> RunSimulate(const Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  absl::StatusOr<SimulationPlan> plan = ReadPlan(arguments);
  if (!plan.ok()) return plan.status();
  const absl::StatusOr<std::string> without = ReadWithout(arguments);
  if (!without.ok()) return without.status();
  const auto plot = OpenOutput(arguments.Value("plot"));
  if (!plot.ok()) return plot.status();
  const auto csv = OpenOutput(arguments.Value("csv"));
  if (!csv.ok()) return csv.status();

  const std::string folder = arguments.Word(0);
  Environment& environment = invocation.environment;
  absl::StatusOr<services::StartingMarket> market = [&] {
    Progress progress(&environment);
    return ReadSimulatedMarket(folder, &progress);
  }();
  if (!market.ok()) return market.status();
  const absl::StatusOr<v1::Policy> policy =
      ReadSimulatedPolicy(arguments.Value("policy"), *market, folder, environment);
  if (!policy.ok()) return policy.status();
  const auto part = std::find(std::begin(kWithoutChoices), std::end(kWithoutChoices), *without);
  plan->policies = {*policy, services::Without(*policy, kWithoutParts[part - std::begin(kWithoutChoices)])};

  const absl::Time begin = absl::Now();
  const absl::StatusOr<services::Simulation> simulation = Run(*market, *plan, &environment);
  if (!simulation.ok()) return simulation.status();
  const SimulationTitle title{folder, arguments.Value("policy"), *without};
  environment.out << SimulationText(title, *simulation, {environment.out_width, environment.colour});
  environment.err << absl::StrFormat("simulated in %.1f s%s\n", absl::ToDoubleSeconds(absl::Now() - begin),
                                     simulation->stopped ? ", stopped: of the years that were ended" : "");
  if (absl::Status filled = Fill(csv->get(), SimulationCsv(title, *simulation)); !filled.ok()) return filled;
  if (CompleteYears(*simulation).empty()) return kDone;
  if (absl::Status filled = Fill(plot->get(), SimulationPlot(title, *policy, *simulation)); !filled.ok())
    return filled;
  if (*plot != nullptr) environment.err << "the plot is in " << arguments.Value("plot") << "\n";
  return kDone;
}

}  // namespace

Command SimulateCommand() {
  Command command;
  command.noun = "simulate";
  command.summary =
      "Simulates years of a market here, without a server: needs that come again in their season, services "
      "that succeed or fail, TAPs that end and start, lenders that buy TAPs, terms of government that end; "
      "each round cleared by the engine under the policy, and once more without its limits. It shows what "
      "the limits cost and bring. Ctrl-C ends it with the years that were ended.";
  command.grammar.positionals = {
      {"DIR", "a folder of the files that `ayni market import` takes, as deploy/sample/generate writes"}};
  command.grammar.flags = {
      {"policy", "FILE", "of YAML or JSON; the last one of the folder's policies.csv without it", {}, true},
      {"without",
       "limits|reserves|conflicts",
       "what of the policy is taken out for comparison; limits without it",
       {"limits", "reserves", "conflicts"}},
      {"limit",
       "ID",
       "whose concentration is shown; without it the first for ownership groups in provinces, or the first "
       "of all",
       {}},
      {"years", "N", absl::StrCat("1 to ", services::kSimulatedYearsMax, "; 10 without it"), {}},
      {"rounds-per-year", "N", "1, 2, 3, 4, 6 or 12; 4 without it", {}},
      {"seeds", "N", absl::StrCat("how many, 1 to ", services::kSimulatedSeedsMax, "; 4 without it"), {}},
      {"seed", "N", "the first of them; 1 without it", {}},
      {"threads", "N", "all processors without it; the figures are the same for any number", {}},
      {"gap", "FRACTION", "of each clearing; 0.001 (0.1 %) without it", {}},
      {"csv", "FILE", "every figure of every policy, seed and year", {}, true},
      {"plot", "FILE", "a picture (SVG) of the years with and without", {}, true}};
  for (const Flag& flag : GeneralFlags()) command.grammar.flags.push_back(flag);
  command.example = "ayni simulate sample --policy policy.yaml --years 2 --seeds 2 --plot years.svg";
  command.run = RunSimulate;
  return command;
}

}  // namespace ayni::cli
