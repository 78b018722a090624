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
#include "services/cli/method_run.h"
#include "services/cli/notice_commands.h"
#include "services/cli/notice_page.h"
#include "services/cli/resource_name.h"
#include "services/cli/value_text.h"
#include "services/money_text.h"

namespace ayni::cli {
namespace {

// Of accepted matches, by day and then by district, so that a journey is one block.
absl::StatusOr<std::vector<v1::Match>> ReadVisits(const Invocation& invocation, Connection* connection) {
  v1::ListMatchesRequest request;
  const auto parent = ReadRoundFlag(invocation.arguments);
  if (!parent.ok()) return parent.status();
  request.set_parent(*parent);
  std::string of_tap;
  if (invocation.arguments.Has("tap")) {
    const auto tap =
        CompleteName(*Api::Get().FindResource(v1::Party::descriptor()), invocation.arguments.Value("tap"));
    if (!tap.ok()) return absl::Status(tap.status().code(), absl::StrCat("--tap ", tap.status().message()));
    of_tap = absl::StrCat(" AND tap = \"", *tap, "\"");
  }
  std::vector<v1::Match> visits;
  for (const v1::Match::State state : {v1::Match::STATE_ACCEPTED, v1::Match::STATE_IN_SERVICE}) {
    request.set_filter(absl::StrCat("state = ", v1::Match::State_Name(state), of_tap));
    const absl::Status listed = ForEachListed(
        FindMethod("ayni.v1.MatchService.ListMatches"), &request, 0, connection,
        [&](const google::protobuf::Message& row) { visits.push_back(static_cast<const v1::Match&>(row)); });
    if (!listed.ok()) return listed;
  }
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
  const auto language = ReadNoticeLanguage(invocation.arguments);
  if (!language.ok()) return language.status();
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
  const auto unit_of = [&](const std::string& service) { return units[service]; };
  return PrintPage(invocation, [&] { return RouteSheetPage(*visits, unit_of, *language, naming); });
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
