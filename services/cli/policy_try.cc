#include "services/cli/policy_try.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "ayni/v1/policy_service.pb.h"
#include "services/cli/file.h"
#include "services/cli/method_run.h"
#include "services/cli/operation.h"
#include "services/cli/output.h"
#include "services/cli/policy_commands.h"
#include "services/cli/policy_report.h"
#include "services/cli/policy_source.h"
#include "services/cli/resource_name.h"
#include "services/cli/sweep_plot.h"

namespace ayni::cli {
namespace {

constexpr int32_t kWholeBasisPoints = 10'000;
constexpr int kFractionDigits = 4;
constexpr size_t kSharesMax = 40;
constexpr char kSharesDefault[] = "0.1:1.0:0.1";
constexpr char kSharesForm[] = "must be fractions above 0 and up to 1, as in 0.1:1.0:0.1 or 0.1,0.25,0.5";

// Of a fraction of at most four digits; 0 where it is none.
int32_t BasisPointsOf(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '.');
  if (parts.size() > 2 || parts[0].size() > 1) return 0;
  std::string digits = parts.size() == 2 ? parts[1] : "";
  if (digits.size() > kFractionDigits) return 0;
  digits.resize(kFractionDigits, '0');
  int32_t number = 0;
  for (const char each : (parts[0].empty() ? "0" : parts[0]) + digits) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(each))) return 0;
    number = number * 10 + (each - '0');
  }
  return number <= kWholeBasisPoints ? number : 0;
}

// Sets the policy that the first word says, and the fields that flags give.
template <typename Request>
absl::Status BuildTrial(const Invocation& invocation, Request* request) {
  const std::string word = invocation.arguments.Word(0);
  if (IsPolicyFile(word)) {
    const auto policy = ReadPolicyFile(word, invocation.environment);
    if (!policy.ok()) return policy.status();
    *request->mutable_policy() = *policy;
  } else {
    const auto name = CompleteName(*Api::Get().FindResource(v1::Policy::descriptor()), word);
    if (!name.ok()) return name.status();
    request->set_name(*name);
  }
  for (const char* field : {"round", "target_gap_ppm", "time_limit"}) {
    const absl::Status put = PutFlag(invocation.arguments, KebabCase(field), field, request);
    if (!put.ok()) return put;
  }
  return absl::OkStatus();
}

template <typename Answer>
absl::StatusOr<Answer> RunTrial(const std::string& method, google::protobuf::Message* request,
                                const Invocation& invocation, Connection* connection) {
  google::longrunning::Operation operation;
  const absl::Status begun = connection->Call(FindMethod(method), request, &operation);
  if (!begun.ok()) return begun;
  const absl::Status awaited = Await(&operation, connection, &invocation.environment);
  if (!awaited.ok()) return awaited;
  Answer answer;
  if (!operation.response().UnpackTo(&answer)) return absl::InternalError("the operation has another answer");
  return answer;
}

// Whether the answer was printed as a whole, as programs take it.
absl::StatusOr<bool> PrintWhole(const google::protobuf::Message& answer, const Invocation& invocation) {
  const auto form = ReadOutputForm(invocation.arguments);
  if (!form.ok()) return form.status();
  if (*form == OutputForm::kTable) return false;
  const absl::Status printed = PrintMessage(answer, invocation.arguments, &invocation.environment);
  if (!printed.ok()) return printed;
  return true;
}

template <typename Request>
TrialTitle TitleOf(const Invocation& invocation, const Request& request) {
  return {invocation.arguments.Word(0), request.round()};
}

absl::StatusOr<ExitCode> RunTry(const Invocation& invocation) {
  v1::TryPolicyRequest request;
  if (absl::Status built = BuildTrial(invocation, &request); !built.ok()) return built;
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const auto answer = RunTrial<v1::TryPolicyResponse>("ayni.v1.PolicyService.TryPolicy", &request, invocation,
                                                      connection->get());
  if (!answer.ok()) return answer.status();
  const auto printed = PrintWhole(*answer, invocation);
  if (!printed.ok()) return printed.status();
  const TableStyle style = {invocation.environment.out_width, invocation.environment.colour};
  if (!*printed) {
    invocation.environment.out << PolicyTrialText(TitleOf(invocation, request), *answer,
                                                  NamingBy(connection->get()), style);
  }
  return kDone;
}

absl::StatusOr<ExitCode> RunSweep(const Invocation& invocation) {
  v1::SweepPolicyRequest request;
  if (absl::Status built = BuildTrial(invocation, &request); !built.ok()) return built;
  request.set_limit(invocation.arguments.Value("limit"));
  const std::string given = invocation.arguments.Value("shares");
  const auto shares = ParseShares(given.empty() ? kSharesDefault : given);
  if (!shares.ok()) return absl::InvalidArgumentError(absl::StrCat("--shares ", shares.status().message()));
  request.mutable_share_basis_points()->Assign(shares->begin(), shares->end());
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const auto answer = RunTrial<v1::SweepPolicyResponse>("ayni.v1.PolicyService.SweepPolicy", &request,
                                                        invocation, connection->get());
  if (!answer.ok()) return answer.status();
  const auto printed = PrintWhole(*answer, invocation);
  if (!printed.ok()) return printed.status();
  std::string plot = invocation.arguments.Value("plot");
  if (plot.empty() && *printed) return kDone;
  if (plot.empty()) plot = absl::StrCat("sweep-", request.limit(), ".svg");
  const TrialTitle title = TitleOf(invocation, request);
  if (!*printed) {
    const TableStyle style = {invocation.environment.out_width, invocation.environment.colour};
    invocation.environment.out << SweepText(title, request.limit(), *answer, style);
  }
  if (absl::Status written = WriteFile(plot, SweepPlot(title, request.limit(), *answer)); !written.ok())
    return written;
  invocation.environment.err << "the plot is in " << plot << "\n";
  return kDone;
}

void AddTrialFlags(Command* command) {
  std::vector<Flag>& flags = command->grammar.flags;
  const auto* request = v1::TryPolicyRequest::descriptor();
  for (const char* field : {"time_limit", "target_gap_ppm", "round"}) {
    const auto& described = *request->FindFieldByName(field);
    flags.insert(flags.begin(),
                 {KebabCase(field), ValueForm(described), Api::Get().Comment(described), {}, false, false});
  }
  for (Flag& flag : OutputFlags()) flags.push_back(std::move(flag));
  command->grammar.positionals = {{"POLICY", "a name, or a file of YAML or JSON", true}};
}

}  // namespace

absl::StatusOr<std::vector<int32_t>> ParseShares(const std::string& text) {
  const std::vector<std::string> range = absl::StrSplit(text, ':');
  std::vector<int32_t> shares;
  if (range.size() == 3) {
    const int32_t first = BasisPointsOf(range[0]);
    const int32_t last = BasisPointsOf(range[1]);
    const int32_t step = BasisPointsOf(range[2]);
    if (first == 0 || last < first || step == 0) return absl::InvalidArgumentError(kSharesForm);
    for (int32_t share = first; share <= last && shares.size() <= kSharesMax; share += step)
      shares.push_back(share);
  } else if (range.size() == 1) {
    for (const auto one : absl::StrSplit(text, ',')) {
      shares.push_back(BasisPointsOf(absl::StripAsciiWhitespace(one)));
      if (shares.back() == 0) return absl::InvalidArgumentError(kSharesForm);
    }
  } else {
    return absl::InvalidArgumentError(kSharesForm);
  }
  if (shares.size() <= kSharesMax) return shares;
  return absl::InvalidArgumentError(absl::StrCat("must be at most ", kSharesMax, " shares"));
}

std::vector<Command> PolicyTrialCommands() {
  Command trial = APolicyCommand("try",
                                 "Clears the market of now, or of a past round, under the policy in use and "
                                 "under another one, and shows side by "
                                 "side what would change: units and needs served, welfare and the price of "
                                 "limits, concentration, who gains and "
                                 "who loses, conflicts. Nothing is stored.",
                                 RunTry, "ayni policy try policy.yaml");
  AddTrialFlags(&trial);
  Command sweep =
      APolicyCommand("sweep",
                     "Clears the market under a policy once for each share of one of its limits, and once "
                     "without it: a table, and a "
                     "plot (SVG) of what is served and how concentrated it is. Nothing is stored.",
                     RunSweep, "ayni policy sweep policy.yaml --limit tap-province --shares 0.1:1.0:0.1");
  AddTrialFlags(&sweep);
  sweep.grammar.flags.insert(sweep.grammar.flags.begin(),
                             {{"limit", "ID", "the limit whose share is swept", {}, false, true},
                              {"shares",
                               "FROM:TO:STEP",
                               absl::StrCat("fractions, or a list of them (", kSharesDefault, ")"),
                               {},
                               false,
                               false},
                              {"plot",
                               "FILE",
                               "the plot (sweep-LIMIT.svg; beside JSON and CSV none unless it is named)",
                               {},
                               true,
                               false}});
  return {trial, sweep};
}

}  // namespace ayni::cli
