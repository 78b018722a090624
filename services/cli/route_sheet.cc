#include "services/cli/route_sheet.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ayni/v1/catalogue_service.pb.h"
#include "ayni/v1/match_service.pb.h"
#include "services/cli/connection.h"
#include "services/cli/connection_settings.h"
#include "services/cli/csv.h"
#include "services/cli/file.h"
#include "services/cli/method_run.h"
#include "services/cli/notice_page.h"
#include "services/cli/resource_name.h"
#include "services/cli/value_text.h"
#include "services/money_text.h"

namespace ayni::cli {
namespace {

std::string DateText(const google::type::Date& date) {
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

// Of accepted matches, which begin or begin soon. By day, then by district, so that a journey is one block.
absl::StatusOr<std::vector<v1::Match>> ReadVisits(const Invocation& invocation, Connection* connection) {
  v1::ListMatchesRequest request;
  const auto parent = ReadRoundFlag(invocation.arguments);
  if (!parent.ok()) return parent.status();
  request.set_parent(*parent);
  if (invocation.arguments.Has("tap")) {
    const auto tap =
        CompleteName(*Api::Get().FindResource(v1::Party::descriptor()), invocation.arguments.Value("tap"));
    if (!tap.ok()) return absl::Status(tap.status().code(), absl::StrCat("--tap ", tap.status().message()));
    request.set_filter(absl::StrCat("tap = \"", *tap, "\""));
  }
  std::vector<v1::Match> visits;
  const absl::Status listed = ForEachListed(
      FindMethod("ayni.v1.MatchService.ListMatches"), &request, 0, connection,
      [&](const google::protobuf::Message& row) {
        const auto& match = static_cast<const v1::Match&>(row);
        if (match.state() == v1::Match::STATE_ACCEPTED || match.state() == v1::Match::STATE_IN_SERVICE)
          visits.push_back(match);
      });
  if (!listed.ok()) return listed;
  const auto place = [](const v1::Match& match) {
    return std::tuple(DateText(match.window().start_date()), match.district(),
                      DateText(match.window().end_date()), match.name());
  };
  std::sort(visits.begin(), visits.end(),
            [&](const v1::Match& a, const v1::Match& b) { return place(a) < place(b); });
  return visits;
}

std::string Sheet(const std::vector<v1::Match>& visits, const std::map<std::string, v1::Unit>& units,
                  const Naming& naming) {
  std::string csv =
      CsvLine({"start_date", "end_date", "district", "district_name", "latitude", "longitude", "cooperative",
               "cooperative_name", "service", "quantity", "unit", "unit_price", "note", "match", "state"});
  for (const v1::Match& match : visits) {
    const bool has_position = match.has_position();
    const auto unit = units.find(match.service());
    csv += CsvLine({DateText(match.window().start_date()), DateText(match.window().end_date()),
                    LastId(match.district()), Guarded(naming(match.district())),
                    has_position ? absl::StrFormat("%.6f", match.position().latitude()) : "",
                    has_position ? absl::StrFormat("%.6f", match.position().longitude()) : "",
                    LastId(match.cooperative()), Guarded(naming(match.cooperative())),
                    Guarded(naming(match.service())), absl::StrCat(match.quantity()),
                    unit == units.end() ? "" : v1::Unit_Name(unit->second).substr(5),
                    services::MoneyText(match.unit_price()), Guarded(match.note()), match.name(),
                    v1::Match::State_Name(match.state()).substr(6)});
  }
  return csv;
}

absl::StatusOr<ExitCode> RunRouteSheet(const Invocation& invocation) {
  const std::string code =
      invocation.arguments.Has("language") ? invocation.arguments.Value("language") : "spa";
  const auto language = ParseNoticeLanguage(code);
  if (!language.has_value())
    return absl::InvalidArgumentError(absl::StrCat("--language must be spa, eng or quz, is '", code, "'"));
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const auto visits = ReadVisits(invocation, connection->get());
  if (!visits.ok()) return visits.status();
  std::map<std::string, v1::Unit> units;
  v1::ListServicesRequest services;
  const absl::Status listed = ForEachListed(FindMethod("ayni.v1.CatalogueService.ListServices"), &services, 0,
                                            connection->get(), [&](const google::protobuf::Message& row) {
                                              const auto& service = static_cast<const v1::Service&>(row);
                                              units[service.name()] = service.unit();
                                            });
  if (!listed.ok()) return listed;
  const Naming naming = NamingBy(connection->get());
  invocation.environment.out << Sheet(*visits, units, naming);
  if (!invocation.arguments.Has("print")) return kDone;
  const std::string file = invocation.arguments.Value("print");
  const auto unit_of = [&](const std::string& service) { return units[service]; };
  if (absl::Status written = WriteFile(file, RouteSheetPage(*visits, unit_of, *language, naming));
      !written.ok())
    return written;
  invocation.environment.err << "the page is in " << file << "\n";
  return kDone;
}

}  // namespace

Command RouteSheetCommand() {
  Command command;
  command.noun = "match";
  command.verb = "route-sheet";
  command.summary =
      "Prints the visits that both sides accepted as a sheet (CSV), by day and district; and as a page.";
  command.grammar.flags = {
      {"tap", "TAP", "of this TAP alone (all that the caller may see)", {}, false, false},
      {"round", "ROUND", "of this round alone (all)", {}, false, false},
      {"language", "CODE", "of the page: spa, eng or quz (spa)", {}, false, false},
      {"print", "FILE", "writes a page to print as well, with a box for each visit", {}, false, false}};
  for (auto& some : {ConnectionFlags(), GeneralFlags()})
    command.grammar.flags.insert(command.grammar.flags.end(), some.begin(), some.end());
  command.example = "ayni match route-sheet --tap tap-1 --print route.html";
  command.run = RunRouteSheet;
  return command;
}

}  // namespace ayni::cli
