#include "services/cli/failure.h"

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/page/utf8.h"

namespace ayni::cli {
namespace {

using page::Printable;

constexpr char kServerPayload[] = "ayni.cli/server";
constexpr char kLocalFilePayload[] = "ayni.cli/local-file";
constexpr char kNotAsSignedPayload[] = "ayni.cli/not-as-signed";

// The google.rpc.Status that a status from the server carries.
google::rpc::Status ServerStatus(const absl::Status& status) {
  google::rpc::Status server;
  if (const auto payload = status.GetPayload(kServerPayload)) server.ParseFromString(std::string(*payload));
  return server;
}

ExitCode ServerExitCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kNotFound:
      return kNotFound;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kNotAllowed;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return kConflict;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return kUnavailable;
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return kServerFailed;
    default:
      return kRefused;
  }
}

std::string Remedy(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return "is aynid running, and at the address that --server or AYNI_SERVER gives?";
    case absl::StatusCode::kUnauthenticated:
      return "name the file of a token with --token-file or AYNI_TOKEN_FILE";
    case absl::StatusCode::kDeadlineExceeded:
      return "give it longer with --timeout; a repeated write is safe with the same --request-id";
    case absl::StatusCode::kAborted:
      return "read it again, and repeat the change on what it is now";
    default:
      return "";
  }
}

// What the message says already is not said again.
void AddViolation(const std::string& what, const std::string& description, std::vector<std::string>* lines) {
  if (absl::StrContains(lines->front(), description)) return;
  lines->push_back(absl::StrCat("  ", what, what.empty() ? "" : ": ", description));
}

void AddDetail(const google::protobuf::Any& detail, std::vector<std::string>* lines) {
  google::rpc::BadRequest bad_request;
  google::rpc::PreconditionFailure precondition;
  google::rpc::QuotaFailure quota;
  google::rpc::Help help;
  if (detail.UnpackTo(&bad_request)) {
    // The message is all of these in a row.
    const int count = bad_request.field_violations_size();
    if (count > 0)
      lines->front() = count == 1 ? "1 field is wrong" : absl::StrCat(count, " fields are wrong");
    for (const auto& violation : bad_request.field_violations()) {
      AddViolation(violation.field(), violation.description(), lines);
    }
  } else if (detail.UnpackTo(&precondition)) {
    for (const auto& violation : precondition.violations()) {
      AddViolation(violation.subject(), violation.description(), lines);
      if (violation.type() == "NO_ACTIVE_POLICY") {
        lines->push_back(
            "  see `ayni policy list`, then `ayni policy activate ID`; `ayni policy apply "
            "deploy/policy/default.yaml` makes a draft to begin with");
      }
    }
  } else if (detail.UnpackTo(&quota)) {
    for (const auto& violation : quota.violations()) AddViolation("", violation.description(), lines);
  } else if (detail.UnpackTo(&help)) {
    for (const auto& link : help.links())
      lines->push_back(absl::StrCat("  ", link.description(), " ", link.url()));
  }
}

std::string RequestIdOf(const google::rpc::Status& server) {
  google::rpc::RequestInfo request;
  for (const auto& detail : server.details()) {
    if (detail.UnpackTo(&request)) return request.request_id();
  }
  return "";
}

}  // namespace

std::vector<std::string> ExitCodeTexts() {
  return {
      "0  done",
      "1  the server refused it: wrong fields, or a state that does not allow it",
      "2  the command line is wrong; nothing was sent",
      "3  what it names does not exist",
      "4  no token, an unknown one, or a role that may not",
      "5  it exists already, or changed since it was read",
      "6  the server can't be reached, is overloaded, or did not answer in time",
      "7  some rows of an import are wrong",
      "8  a file here can't be read, written or understood",
      "9  the server failed",
      "10 verify: the solution is not feasible, or not what it states",
      "11 clear: the gap asked for was not reached; the best found is written, with its true gap",
      "12 a ledger or a round's bundle is not what was signed",
  };
}

absl::Status FromServer(const grpc::Status& status, const std::string& request_id) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status server;
  if (!server.ParseFromString(status.error_details())) server.Clear();
  if (RequestIdOf(server).empty() && !request_id.empty()) {
    google::rpc::RequestInfo request;
    request.set_request_id(request_id);
    server.add_details()->PackFrom(request);
  }
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  result.SetPayload(kServerPayload, absl::Cord(server.SerializeAsString()));
  return result;
}

absl::Status LocalFileError(const std::string& path, const std::string& why) {
  absl::Status status = absl::FailedPreconditionError(absl::StrCat(path, ": ", why));
  status.SetPayload(kLocalFilePayload, absl::Cord());
  return status;
}

absl::Status WithFieldNames(const absl::Status& status,
                            const std::function<std::string(const std::string& field)>& name) {
  if (!status.GetPayload(kServerPayload)) return status;
  google::rpc::Status server = ServerStatus(status);
  for (auto& detail : *server.mutable_details()) {
    google::rpc::BadRequest bad_request;
    if (!detail.UnpackTo(&bad_request)) continue;
    for (auto& violation : *bad_request.mutable_field_violations())
      violation.set_field(name(violation.field()));
    detail.PackFrom(bad_request);
  }
  absl::Status named = status;
  named.SetPayload(kServerPayload, absl::Cord(server.SerializeAsString()));
  return named;
}

std::vector<std::pair<std::string, std::string>> WrongFields(const absl::Status& status) {
  std::vector<std::pair<std::string, std::string>> fields;
  const google::rpc::Status server = ServerStatus(status);
  for (const auto& detail : server.details()) {
    google::rpc::BadRequest bad_request;
    if (!detail.UnpackTo(&bad_request)) continue;
    for (const auto& violation : bad_request.field_violations())
      fields.emplace_back(violation.field(), violation.description());
  }
  return fields;
}

absl::Status NotAsSigned(const std::string& why) {
  absl::Status status = absl::DataLossError(absl::StrCat("refused: ", why));
  status.SetPayload(kNotAsSignedPayload, absl::Cord());
  return status;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.GetPayload(kNotAsSignedPayload)) return kNotAsSigned;
  if (status.GetPayload(kServerPayload)) return ServerExitCode(status.code());
  return status.GetPayload(kLocalFilePayload) ? kLocalFile : kUsage;
}

std::vector<std::string> FailureLines(const absl::Status& status) {
  const google::rpc::Status server = ServerStatus(status);
  std::vector<std::string> lines = {std::string(status.message())};
  for (const auto& detail : server.details()) AddDetail(detail, &lines);
  if (status.GetPayload(kServerPayload)) {
    const std::string remedy = Remedy(status);
    if (!remedy.empty()) lines.push_back("  " + remedy);
  }
  const std::string request_id = RequestIdOf(server);
  if (!request_id.empty()) lines.push_back("  request " + request_id);
  // Of a file here a status may tell several mistakes, a line each.
  if (status.GetPayload(kLocalFilePayload)) lines = absl::StrSplit(status.message(), '\n');
  for (std::string& line : lines) line = Printable(line);
  return lines;
}

}  // namespace ayni::cli
