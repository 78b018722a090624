#include "services/cli/clear_command.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "matcher/clear.h"
#include "matcher/maxmin.h"
#include "matcher/verify.h"
#include "services/cli/file_parts.h"
#include "services/cli/interrupt.h"
#include "services/cli/problem_file.h"
#include "services/invariant.h"

namespace ayni::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kPartsPerMillion = 1e6;
constexpr int kThreadsMax = 64;
constexpr double kSecondsMax = 1e6;
constexpr auto kShowEvery = std::chrono::milliseconds(100);
constexpr int kBarWidth = 20;
constexpr char kClearLine[] = "\r\033[K";

const char* PhaseText(matcher::ClearPhase phase) {
  switch (phase) {
    case matcher::ClearPhase::kPrice:
      return "pricing";
    case matcher::ClearPhase::kMatch:
      return "matching";
    case matcher::ClearPhase::kImprove:
      return "improving";
  }
  return "";
}

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// A line on the terminal: how far the gap has come on its way from the whole to the target.
class ProgressLine {
 public:
  ProgressLine(int64_t target_gap_ppm, Environment* environment)
      : target_(std::max(1.0, static_cast<double>(target_gap_ppm)) / kPartsPerMillion),
        environment_(*environment),
        start_(Clock::now()),
        shown_(start_) {}
  ~ProgressLine() {
    if (environment_.err_is_terminal) environment_.err << kClearLine << std::flush;
  }

  void Take(const matcher::ClearProgress& progress) { progress_ = progress; }
  // Of MAXMIN, while it looks for the smallest.
  void Take(std::string minimum) { minimum_ = std::move(minimum); }

  void Show() {
    if (!environment_.err_is_terminal || Clock::now() - shown_ < kShowEvery) return;
    shown_ = Clock::now();
    if (progress_.upper_bound == INT64_MAX && !minimum_.empty()) {
      environment_.err << kClearLine << minimum_ << absl::StrFormat(", %.1f s", SecondsSince(start_))
                       << std::flush;
      return;
    }
    const auto bound = static_cast<double>(progress_.upper_bound);
    const double gap =
        bound == 0 ? 1 : std::min(1.0, (bound - static_cast<double>(progress_.value)) / std::abs(bound));
    const double done = gap <= target_ ? 1 : std::log(gap) / std::log(std::min(target_, 0.999));
    const auto full = static_cast<size_t>(std::clamp(done, 0.0, 1.0) * kBarWidth);
    environment_.err << kClearLine << "[" << std::string(full, '#') << std::string(kBarWidth - full, ' ')
                     << "] " << PhaseText(progress_.phase)
                     << absl::StrFormat(", gap %.4f %%, %.1f s", 100 * gap, SecondsSince(start_))
                     << std::flush;
  }

 private:
  const double target_;
  Environment& environment_;
  const Clock::time_point start_;
  Clock::time_point shown_;
  matcher::ClearProgress progress_;
  std::string minimum_;
};

struct Wish {
  matcher::ClearOptions engine;
  bool maxmin = false;
  matcher::Measure measure = matcher::Measure::kServedShare;
  bool over_groups = false;
  double seconds_max = kSecondsMax;
};

absl::Status WrongFlag(const std::string& flag, const std::string& value, const std::string& expected) {
  return absl::InvalidArgumentError(absl::StrCat("--", flag, " must be ", expected, ", is '", value, "'"));
}

absl::Status ReadMaxmin(const Arguments& arguments, Wish* wish) {
  for (const char* flag : {"measure", "over"}) {
    if (!wish->maxmin && arguments.Has(flag)) {
      return absl::InvalidArgumentError(absl::StrCat("--", flag, " goes with --objective maxmin"));
    }
  }
  if (const std::string value = arguments.Value("measure"); !value.empty()) {
    if (value != "share" && value != "score") return WrongFlag("measure", value, "share or score");
    if (value == "score") wish->measure = matcher::Measure::kScoreSum;
  }
  if (const std::string value = arguments.Value("over"); !value.empty()) {
    if (value != "needs" && value != "groups") return WrongFlag("over", value, "needs or groups");
    wish->over_groups = value == "groups";
  }
  return absl::OkStatus();
}

absl::StatusOr<Wish> ReadWish(const Arguments& arguments) {
  Wish wish;
  if (const std::string value = arguments.Value("objective"); !value.empty()) {
    if (value != "welfare" && value != "maxmin") return WrongFlag("objective", value, "welfare or maxmin");
    wish.maxmin = value == "maxmin";
  }
  if (absl::Status status = ReadMaxmin(arguments, &wish); !status.ok()) return status;
  double gap = 0;
  if (const std::string value = arguments.Value("gap"); !value.empty()) {
    if (!absl::SimpleAtod(value, &gap) || !(gap >= 0 && gap <= 1)) {
      return WrongFlag("gap", value, "a fraction from 0 to 1, as 0.001 for 0.1 %");
    }
    wish.engine.target_gap_ppm = std::llround(std::floor(gap * kPartsPerMillion + 1e-6));
  }
  if (const std::string value = arguments.Value("time-limit"); !value.empty()) {
    if (!absl::SimpleAtod(value, &wish.seconds_max) ||
        !(wish.seconds_max > 0 && wish.seconds_max <= kSecondsMax)) {
      return WrongFlag("time-limit", value, "seconds, more than 0 and at most a million");
    }
  }
  wish.engine.threads =
      static_cast<int>(std::clamp<unsigned>(std::thread::hardware_concurrency(), 1, kThreadsMax));
  if (const std::string value = arguments.Value("threads"); !value.empty()) {
    if (!absl::SimpleAtoi(value, &wish.engine.threads) || wish.engine.threads < 1 ||
        wish.engine.threads > kThreadsMax) {
      return WrongFlag("threads", value, absl::StrCat("a whole number from 1 to ", kThreadsMax));
    }
  }
  if (const std::string value = arguments.Value("seed"); !value.empty()) {
    if (!absl::SimpleAtoi(value, &wish.engine.seed)) return WrongFlag("seed", value, "a whole number from 0");
  }
  return wish;
}

// What was found, as Verify found it anew.
struct Outcome {
  matcher::Solution solution;
  matcher::Certificate certificate;
  std::optional<matcher::Minimum> minimum;
  bool stopped = false;
  double seconds = 0;
};

absl::StatusOr<Outcome> ClearWelfare(const matcher::Problem& problem, const matcher::ClearOptions& options) {
  absl::StatusOr<matcher::Clearing> clearing = matcher::Clear(problem, options);
  if (!clearing.ok()) return clearing.status();
  const absl::StatusOr<matcher::Certificate> certificate = matcher::Verify(problem, clearing->solution);
  INVARIANT(certificate.ok(), certificate.status().ToString());
  return Outcome{std::move(clearing->solution), *certificate, std::nullopt, clearing->stopped};
}

absl::StatusOr<Outcome> ClearMaxmin(const ProblemFile& file, const Wish& wish,
                                    const matcher::MaxminOptions& maxmin_options) {
  const matcher::Problem& problem = file.problem;
  if (wish.over_groups && file.groups.count == 0) {
    return absl::InvalidArgumentError("--over groups: the problem has no groups (lines 'g GROUP NEED...')");
  }
  const matcher::NeedGroups groups = wish.over_groups ? file.groups : matcher::EachNeed(problem);
  absl::StatusOr<matcher::MaxminClearing> cleared =
      matcher::ClearMaxmin(problem, groups, wish.engine, maxmin_options);
  if (!cleared.ok()) return cleared.status();
  matcher::Solution& solution = cleared->clearing.solution;
  matcher::Minimum& minimum = cleared->minimum;
  const absl::StatusOr<matcher::Certificate> certificate = matcher::VerifyPromised(
      problem, groups, wish.measure, solution, minimum.smallest, minimum.promise_price);
  INVARIANT(certificate.ok(), certificate.status().ToString());
  return Outcome{std::move(solution), *certificate, std::move(minimum), cleared->clearing.stopped};
}

absl::StatusOr<Outcome> ClearWithin(const ProblemFile& file, Wish wish, Environment* environment) {
  const Interrupt interrupt;
  const Clock::time_point start = Clock::now();
  ProgressLine line(wish.engine.target_gap_ppm, environment);
  wish.engine.progress = [&](const matcher::ClearProgress& progress) { line.Take(progress); };
  wish.engine.stop = [&] {
    line.Show();
    return interrupt.asked() || SecondsSince(start) >= wish.seconds_max;
  };
  const matcher::MaxminOptions maxmin_options = {.measure = wish.measure,
                                                 .progress = [&](const matcher::MaxminProgress& progress) {
                                                   line.Take(MinimumText({.measure = wish.measure,
                                                                          .smallest = progress.smallest,
                                                                          .upper_bound = progress.upper_bound,
                                                                          .proof = {},
                                                                          .promise_price = {}}));
                                                 }};
  absl::StatusOr<Outcome> outcome =
      wish.maxmin ? ClearMaxmin(file, wish, maxmin_options) : ClearWelfare(file.problem, wish.engine);
  if (outcome.ok()) outcome->seconds = SecondsSince(start);
  return outcome;
}

absl::StatusOr<ExitCode> RunClear(const Invocation& invocation) {
  const absl::StatusOr<Wish> wish = ReadWish(invocation.arguments);
  if (!wish.ok()) return wish.status();
  const std::string path = invocation.arguments.Word(0);
  const std::string out = invocation.arguments.Has("out") ? invocation.arguments.Value("out") : kStandard;
  std::error_code nothing;
  if (out != kStandard && std::filesystem::equivalent(path, out, nothing)) {
    return WrongFlag("out", out, "another file than the problem's");
  }
  const absl::StatusOr<ProblemFile> file = ReadProblem(path, &invocation.environment);
  if (!file.ok()) return file.status();
  const absl::StatusOr<Outcome> outcome = ClearWithin(*file, *wish, &invocation.environment);
  if (!outcome.ok()) return OfFile(path, outcome.status());

  const matcher::Certificate& certificate = outcome->certificate;
  std::optional<matcher::WrittenMinimum> minimum;
  if (outcome->minimum.has_value()) minimum.emplace(*outcome->minimum, wish->over_groups);
  const absl::Status written =
      WriteSolution(file->problem, outcome->solution, certificate, minimum.has_value() ? &*minimum : nullptr,
                    out, &invocation.environment);
  if (!written.ok()) return written;
  if (outcome->minimum.has_value()) invocation.environment.err << MinimumText(*outcome->minimum) << "\n";
  invocation.environment.err << CertificateText(certificate)
                             << absl::StrFormat(", in %.2f s%s\n", outcome->seconds,
                                                outcome->stopped ? ", stopped" : "");
  return certificate.gap_ppm <= wish->engine.target_gap_ppm ? kDone : kGapNotReached;
}

}  // namespace

Command ClearCommand() {
  Command command;
  command.noun = "clear";
  command.summary =
      "Clears a problem in a file here, without a server: matches of great value, with prices that prove how "
      "near to the greatest. Ctrl-C and the time limit end it with the best found so far.";
  command.grammar.positionals = {
      {"PROBLEM", "file of the problem, in text or binary form; - for standard input"}};
  command.grammar.flags = {
      {"out", "FILE", "where the solution goes; standard output without it", {}, true, false, 'o'},
      {"objective",
       "welfare|maxmin",
       "the greatest value (welfare), or the smallest share of all as great as can be, and then the greatest "
       "value; welfare without it",
       {"welfare", "maxmin"}},
      {"measure",
       "share|score",
       "of maxmin: raises the smallest served share, or the smallest sum of weight x units; share without it",
       {"share", "score"}},
      {"over",
       "needs|groups",
       "of maxmin: over needs, or over the problem's groups of needs; needs without it",
       {"needs", "groups"}},
      {"gap",
       "FRACTION",
       "enough is within this fraction of the greatest value; 0.001 (0.1 %) without it",
       {}},
      {"time-limit", "SECONDS", "how long clearing may take, once the problem is read", {}},
      {"threads", "N", "all processors without it; the solution is the same for any number", {}},
      {"seed", "N", "which of equal solutions is found; 0 without it", {}}};
  for (const Flag& flag : GeneralFlags()) command.grammar.flags.push_back(flag);
  command.example = "ayni clear market.ayni -o solution.ayni --gap 0.001 --time-limit 60";
  command.run = RunClear;
  return command;
}

}  // namespace ayni::cli
