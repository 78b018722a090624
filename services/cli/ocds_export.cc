#include "services/cli/ocds_export.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "ayni/v1/catalogue_service.pb.h"
#include "ayni/v1/match_service.pb.h"
#include "ayni/v1/offer_service.pb.h"
#include "ayni/v1/party_service.pb.h"
#include "services/cli/connection.h"
#include "services/cli/file.h"
#include "services/cli/method_run.h"
#include "services/cli/ocds_release.h"

namespace ayni::cli {
namespace {

// Nobody has registered it: who publishes asks for one.
constexpr char kOcidPrefix[] = "ocds-000000";
constexpr char kPublisher[] = "Ayni";

template <typename Record, typename Request>
absl::Status ReadInto(const char* method, Request request, Connection* connection,
                      std::map<std::string, Record>* records) {
  return ForEachListed(FindMethod(method), &request, 0, connection,
                       [&](const google::protobuf::Message& row) {
                         const auto& record = static_cast<const Record&>(row);
                         records->emplace(record.name(), record);
                       });
}

absl::StatusOr<OcdsReferences> ReadReferences(Connection* connection) {
  OcdsReferences references;
  absl::Status read =
      ReadInto("ayni.v1.PartyService.ListParties", v1::ListPartiesRequest(), connection, &references.parties);
  if (!read.ok()) return read;
  v1::ListOffersRequest offers;
  offers.set_parent("taps/-");
  read = ReadInto("ayni.v1.OfferService.ListOffers", offers, connection, &references.offers);
  if (!read.ok()) return read;
  read = ReadInto("ayni.v1.CatalogueService.ListServices", v1::ListServicesRequest(), connection,
                  &references.services);
  if (!read.ok()) return read;
  read = ReadInto("ayni.v1.CatalogueService.ListValueChains", v1::ListValueChainsRequest(), connection,
                  &references.value_chains);
  if (!read.ok()) return read;
  read = ReadInto("ayni.v1.CatalogueService.ListTerritories", v1::ListTerritoriesRequest(), connection,
                  &references.territories);
  if (!read.ok()) return read;
  return references;
}

std::string ValueOr(const Arguments& arguments, const char* flag, const std::string& otherwise) {
  return arguments.Has(flag) ? arguments.Value(flag) : otherwise;
}

absl::StatusOr<ExitCode> RunOcdsExport(const Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  v1::ListMatchesRequest request;
  const auto parent = ReadRoundFlag(arguments);
  if (!parent.ok()) return parent.status();
  request.set_parent(*parent);
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const auto references = ReadReferences(connection->get());
  if (!references.ok()) return references.status();
  const std::string prefix = ValueOr(arguments, "ocid-prefix", kOcidPrefix);
  std::string releases;  // a line each, so that two packages can be compared
  size_t count = 0;
  // The package is as old as its newest release: the same matches give the same bytes.
  std::string published = "1970-01-01T00:00:00Z";
  const absl::Status listed = ForEachListed(
      FindMethod("ayni.v1.MatchService.ListMatches"), &request, 0, connection->get(),
      [&](const google::protobuf::Message& row) {
        const OcdsJson release = OcdsRelease(static_cast<const v1::Match&>(row), *references, prefix);
        published = std::max(published, release["date"].get<std::string>());
        absl::StrAppend(&releases, count++ == 0 ? "\n" : ",\n",
                        release.dump(-1, ' ', false, OcdsJson::error_handler_t::replace));
      });
  if (!listed.ok()) return listed;
  const OcdsJson package = {
      {"uri", ValueOr(arguments, "uri", absl::StrCat("urn:ayni:ocds:", request.parent()))},
      {"version", "1.1"},
      {"publishedDate", published},
      {"publisher", {{"name", ValueOr(arguments, "publisher", kPublisher)}}}};
  std::string text = package.dump(-1, ' ', false, OcdsJson::error_handler_t::replace);
  text.pop_back();
  absl::StrAppend(&text, ",\"releases\":[", releases, "\n]}\n");
  const std::string path = arguments.Word(0);
  absl::Status written = WriteFile(path, text, &invocation.environment.out);
  if (!written.ok()) return written;
  if (path != kStandard) invocation.environment.out << path << "  " << count << "\n";
  return kDone;
}

}  // namespace

Command OcdsExportCommand() {
  Command command;
  command.noun = "match";
  command.verb = "export-ocds";
  command.summary =
      "Writes the matches that the caller may see as a release package of the Open Contracting Data Standard "
      "1.1: of each the need as tender, the match as award, and the contract once both have accepted.";
  command.grammar.positionals = {{"FILE", "made, or replaced; - is standard output", true}};
  command.grammar.flags = {
      {"round", "ROUND", "of this round alone (all)", {}, false, false},
      {"ocid-prefix",
       "PREFIX",
       absl::StrCat("that the Open Contracting Partnership gave the publisher (", kOcidPrefix,
                    ", which is nobody's)"),
       {},
       false,
       false},
      {"publisher", "NAME", absl::StrCat("who publishes it (", kPublisher, ")"), {}, false, false},
      {"uri", "URI", "where it is published", {}, false, false}};
  for (auto& some : {ConnectionFlags(), GeneralFlags()})
    command.grammar.flags.insert(command.grammar.flags.end(), some.begin(), some.end());
  command.example = "ayni match export-ocds releases.json --round 2026-12";
  command.run = RunOcdsExport;
  return command;
}

}  // namespace ayni::cli
