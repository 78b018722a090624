#include "services/cli/coverage_commands.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "ayni/v1/planning_service.pb.h"
#include "services/cli/connection_settings.h"
#include "services/cli/coverage_text.h"
#include "services/cli/method_run.h"
#include "services/cli/output.h"
#include "services/cli/value_text.h"

namespace ayni::cli {
namespace {

constexpr char kGapsMethod[] = "ayni.v1.PlanningService.ListCoverageGaps";
constexpr char kStressMethod[] = "ayni.v1.PlanningService.StressCoverage";
constexpr int32_t kPageSize = 1'000;

// A field of the request as a flag of the same name, or of another.
Flag FlagOf(const google::protobuf::Descriptor& request, const char* field, const char* flag = nullptr) {
  const auto& described = *request.FindFieldByName(field);
  Flag made;
  made.name = flag == nullptr ? KebabCase(field) : flag;
  made.help = Api::Get().Comment(described);
  if (described.enum_type() != nullptr) {
    made.choices = EnumeratorTexts(*described.enum_type());
    made.value_form = absl::StrJoin(made.choices, "|");
  } else if (described.type() != google::protobuf::FieldDescriptor::TYPE_BOOL) {
    made.value_form = ValueForm(described);
  }
  return made;
}

void AddUsualFlags(Command* command) {
  std::vector<Flag>& flags = command->grammar.flags;
  flags.push_back(RowsFlag());
  for (auto& some : {OutputFlags(), ConnectionFlags(), GeneralFlags()})
    flags.insert(flags.end(), some.begin(), some.end());
}

// Pages as one answer: all, or as many as have so many rows. `join` adds one to those before it.
template <typename Request, typename Response, typename Join>
absl::Status ReadPages(const char* method, Request request, size_t rows_max, Connection* connection,
                       Response* all, const Join& join) {
  request.set_page_size(static_cast<int32_t>(std::min<size_t>(rows_max, kPageSize)));
  for (size_t rows = 0; rows < rows_max; rows += static_cast<size_t>(request.page_size())) {
    Response page;
    absl::Status status = connection->Call(FindMethod(method), &request, &page);
    if (!status.ok()) return status;
    request.set_page_token(page.next_page_token());
    join(&page, all);
    if (request.page_token().empty()) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> RunGaps(const Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  auto output = RowOutput::Create(*v1::CoverageGap::descriptor(), arguments, &invocation.environment);
  if (!output.ok()) return output.status();
  const auto form = ReadOutputForm(arguments);
  if (!form.ok()) return form.status();
  v1::ListCoverageGapsRequest request;
  for (const auto& [flag, field] :
       {std::pair("territory", "territory"), std::pair("level", "territory_level"),
        std::pair("least-providers", "least_providers"), std::pair("least-services", "least_services"),
        std::pair("date", "date")}) {
    if (const absl::Status put = PutFlag(arguments, flag, field, &request); !put.ok()) return put;
  }
  request.set_all(arguments.Has("all"));
  const auto rows = ReadRowsFlag(arguments);
  if (!rows.ok()) return rows.status();
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  v1::ListCoverageGapsResponse gaps;
  // Those that lack most may stand on any page.
  const absl::Status read = ReadPages(
      kGapsMethod, request, SIZE_MAX, connection->get(), &gaps,
      [](v1::ListCoverageGapsResponse* page, v1::ListCoverageGapsResponse* all) { all->MergeFrom(*page); });
  if (!read.ok()) return read;
  if (*form == OutputForm::kTable && !arguments.Has("columns")) {
    const TableStyle style = {invocation.environment.out_width, invocation.environment.colour};
    invocation.environment.out << CoverageGapsText(gaps, *rows, NamingBy(connection->get()), style);
    return kDone;
  }
  for (const v1::CoverageGap& gap : gaps.coverage_gaps()) output->Add(gap);
  output->Finish();
  return kDone;
}

absl::StatusOr<ExitCode> RunStress(const Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  auto output = RowOutput::Create(*v1::CoverageLoss::descriptor(), arguments, &invocation.environment);
  if (!output.ok()) return output.status();
  const auto form = ReadOutputForm(arguments);
  if (!form.ok()) return form.status();
  v1::StressCoverageRequest request;
  for (const auto& [flag, field] :
       {std::pair("date", "date"), std::pair("funder", "funder"), std::pair("role", "role"),
        std::pair("territory", "territory"), std::pair("level", "territory_level")}) {
    if (const absl::Status put = PutFlag(arguments, flag, field, &request); !put.ok()) return put;
  }
  request.set_paid_offers_stay(arguments.Has("paid-offers-stay"));
  const auto rows = ReadRowsFlag(arguments);
  if (!rows.ok()) return rows.status();
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  v1::StressCoverageResponse stress;
  const bool is_for_people = *form == OutputForm::kTable && !arguments.Has("columns");
  // Each page is computed anew, and the worst stand on the first.
  const absl::Status read =
      ReadPages(kStressMethod, request, is_for_people ? *rows : SIZE_MAX, connection->get(), &stress,
                [](v1::StressCoverageResponse* page, v1::StressCoverageResponse* all) {
                  all->mutable_coverage_losses()->MergeFrom(page->coverage_losses());
                  all->mutable_stress()->Swap(page->mutable_stress());
                  all->set_next_page_token(page->next_page_token());
                });
  if (!read.ok()) return read;
  if (is_for_people) {
    const TableStyle style = {invocation.environment.out_width, invocation.environment.colour};
    invocation.environment.out << CoverageStressText(stress, *rows, NamingBy(connection->get()), style);
    return kDone;
  }
  if (*form == OutputForm::kJson) {
    const absl::Status printed = PrintMessage(stress, arguments, &invocation.environment);
    if (!printed.ok()) return printed;
    return kDone;
  }
  for (const v1::CoverageLoss& loss : stress.coverage_losses()) output->Add(loss);
  output->Finish();
  return kDone;
}

}  // namespace

Command CoverageGapsCommand() {
  Command command;
  command.noun = "coverage";
  command.verb = "gaps";
  command.summary =
      "Tells where choice lacks: territories that fewer independent providers or kinds of service reach than "
      "the least numbers, and what is asked for there that nobody offers. TAPs of one owner are one "
      "provider. "
      "An offer reaches a territory where it reaches one of its districts.";
  command.method = &FindMethod(kGapsMethod);
  command.run = RunGaps;
  command.example = "ayni coverage gaps --level PROVINCE --least-providers 4 --least-services 3";
  const auto& request = *v1::ListCoverageGapsRequest::descriptor();
  command.grammar.flags = {FlagOf(request, "territory"),
                           FlagOf(request, "territory_level", "level"),
                           FlagOf(request, "least_providers"),
                           FlagOf(request, "least_services"),
                           FlagOf(request, "date"),
                           FlagOf(request, "all")};
  AddUsualFlags(&command);
  return command;
}

Command CoverageStressCommand() {
  Command command;
  command.noun = "coverage";
  command.verb = "stress";
  command.summary =
      "Tells what the market of today would lose if all money of public bodies that ends by a day were gone, "
      "as "
      "after an election: offers that fall, needs without any candidate left, who remains. The territories "
      "that lose all come first. Nothing is changed.";
  command.method = &FindMethod(kStressMethod);
  command.run = RunStress;
  command.example = "ayni coverage stress --date 2030-12-31 --level PROVINCE";
  const auto& request = *v1::StressCoverageRequest::descriptor();
  Flag date = FlagOf(request, "date");
  date.required = true;
  command.grammar.flags = {date,
                           FlagOf(request, "funder"),
                           FlagOf(request, "role"),
                           FlagOf(request, "paid_offers_stay"),
                           FlagOf(request, "territory"),
                           FlagOf(request, "territory_level", "level")};
  AddUsualFlags(&command);
  return command;
}

}  // namespace ayni::cli
