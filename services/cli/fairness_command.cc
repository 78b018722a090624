#include "services/cli/fairness_command.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ayni/v1/audit_service.pb.h"
#include "services/cli/connection.h"
#include "services/cli/fairness_text.h"
#include "services/cli/file.h"
#include "services/cli/method_run.h"
#include "services/cli/output.h"
#include "services/cli/round_report.h"
#include "services/cli/value_text.h"
#include "services/page/fairness_page.h"

namespace ayni::cli {
namespace {

using page::FairnessPage;
using page::Language;

absl::StatusOr<v1::GetFairnessReportRequest> BuildFairnessRequest(const Arguments& arguments) {
  v1::GetFairnessReportRequest request;
  const auto parent = ReadRoundFlag(arguments);
  if (!parent.ok()) return parent.status();
  request.set_parent(*parent);
  for (const char* field : {"start_date", "end_date", "view"}) {
    const absl::Status put = PutFlag(arguments, KebabCase(field), field, &request);
    if (!put.ok()) return put;
  }
  return request;
}

absl::StatusOr<Language> ReadLanguage(const Arguments& arguments) {
  const std::string given = arguments.Value("language");
  if (given.empty() || given == "eng" || given == "en") return Language::kEnglish;
  if (given == "spa" || given == "es") return Language::kSpanish;
  return absl::InvalidArgumentError(absl::StrCat("--language must be eng or spa, is '", given, "'"));
}

absl::StatusOr<v1::FairnessDimension> ReadDimension(const Arguments& arguments) {
  v1::ListFairnessMatchesRequest holder;
  const absl::Status put = PutFlag(arguments, "dimension", "dimension", &holder);
  if (!put.ok()) return put;
  return holder.dimension();
}

absl::StatusOr<ExitCode> RunFairnessReport(const Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  auto request = BuildFairnessRequest(arguments);
  if (!request.ok()) return request.status();
  const auto language = ReadLanguage(arguments);
  if (!language.ok()) return language.status();
  const auto dimension = ReadDimension(arguments);
  if (!dimension.ok()) return dimension.status();
  const auto form = ReadOutputForm(arguments);
  if (!form.ok()) return form.status();
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  v1::FairnessReport report;
  const absl::Status got =
      (*connection)->Call(FindMethod("ayni.v1.AuditService.GetFairnessReport"), &*request, &report);
  if (!got.ok()) return got;
  const Naming naming = NamingBy(connection->get());
  if (arguments.Has("html")) {
    const std::string file = arguments.Value("html");
    if (absl::Status written = WriteFile(file, FairnessPage(report, *language, naming)); !written.ok())
      return written;
    invocation.environment.err << "the page is in " << file << "\n";
    if (!arguments.Has("output")) return kDone;
  }
  if (*form == OutputForm::kJson) {
    const absl::Status printed = PrintMessage(report, arguments, &invocation.environment);
    if (!printed.ok()) return printed;
    return kDone;
  }
  if (*form == OutputForm::kCsv) {
    invocation.environment.out << FairnessCsv(report, *dimension);
    return kDone;
  }
  const TableStyle style = {invocation.environment.out_width, invocation.environment.colour};
  invocation.environment.out << FairnessText(report, *dimension, *language, naming, style);
  return kDone;
}

}  // namespace

Command FairnessReportCommand() {
  Command command;
  command.noun = "fairness";
  command.verb = "report";
  command.summary =
      "Shows how fair a round was, the rounds of some days, or all: who was served and how alike, what TAPs "
      "were given, waiting, prices, concentration, justified envy, conflicts. As tables, as a sheet "
      "(--output csv), or as a page that stands alone (--html).";
  const auto* request = v1::GetFairnessReportRequest::descriptor();
  std::vector<Flag>& flags = command.grammar.flags;
  flags.push_back({"round", "ROUND", "this round alone (all)", {}, false, false});
  for (const char* field : {"start_date", "end_date"}) {
    const auto& described = *request->FindFieldByName(field);
    flags.push_back(
        {KebabCase(field), ValueForm(described), Api::Get().Comment(described), {}, false, false});
  }
  const auto& view = *request->FindFieldByName("view");
  flags.push_back({"view", absl::StrJoin(EnumeratorTexts(*view.enum_type()), "|"),
                   "PUBLIC: what may leave the operator, of one round and without small cells",
                   EnumeratorTexts(*view.enum_type()), false, false});
  flags.push_back({"dimension", "DIMENSION", "all groups of one table, as in DISTRICT",
                   EnumeratorTexts(*v1::FairnessDimension_descriptor()), false, false});
  flags.push_back(
      {"html", "FILE", "writes the report as a page: no script, nothing from elsewhere", {}, true, false});
  flags.push_back({"language", "eng|spa", "of tables and page (eng)", {"eng", "spa"}, false, false});
  for (auto& some : {OutputFlags(), ConnectionFlags(), GeneralFlags()})
    flags.insert(flags.end(), some.begin(), some.end());
  command.example = "ayni fairness report --round 2026-12 --html fairness.html --language spa";
  command.run = RunFairnessReport;
  return command;
}

}  // namespace ayni::cli
