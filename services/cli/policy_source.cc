#include "services/cli/policy_source.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ayni/v1/policy_service.pb.h"
#include "services/cli/failure.h"
#include "services/cli/file.h"
#include "services/cli/message_reading.h"
#include "services/cli/method_run.h"
#include "services/cli/resource_name.h"

namespace ayni::cli {
namespace {

const Resource& PolicyResource() { return *Api::Get().FindResource(v1::Policy::descriptor()); }

std::tuple<bool, int64_t, int64_t> TimeOf(const v1::Policy& policy) {
  const bool is_draft = policy.state() == v1::Policy::STATE_DRAFT;
  const auto& time = is_draft ? policy.create_time() : policy.activate_time();
  return {is_draft, time.seconds(), time.nanos()};
}

}  // namespace

bool IsPolicyFile(const std::string& word) {
  if (word == "-") return true;
  for (const char* ending : {".yaml", ".yml", ".json"}) {
    if (absl::EndsWith(word, ending)) return true;
  }
  return absl::StrContains(word, '/') && !absl::StartsWith(word, "policies/");
}

absl::StatusOr<v1::Policy> ReadPolicyFile(const std::string& path, const Environment& environment) {
  absl::StatusOr<PolicyFile> file = OpenPolicyFile(path, environment);
  if (!file.ok()) return file.status();
  return std::move(file->policy);
}

absl::StatusOr<PolicyFile> OpenPolicyFile(const std::string& path, const Environment& environment) {
  std::string text;
  if (path == "-") {
    text.resize(kMessageFileBytesMax + 1);
    environment.in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(environment.in.gcount()));
  } else {
    absl::StatusOr<std::string> read = ReadFile(path, kMessageFileBytesMax);
    if (!read.ok()) return read.status();
    text = *std::move(read);
  }
  PolicyFile file{path, {}, {}};
  const std::vector<ReadingError> errors = ReadMessage(text, &file.policy, &file.notes);
  if (errors.empty()) return file;
  std::string lines = absl::StrCat(errors.size(), errors.size() == 1 ? " mistake" : " mistakes");
  for (const ReadingError& error : errors) absl::StrAppend(&lines, "\n  ", ErrorText(path, error));
  return LocalFileError(path, lines);
}

std::string PathInFile(const std::string& field) { return std::string(absl::StripPrefix(field, "policy.")); }

absl::Status AtPlaces(const absl::Status& status, const PolicyFile& file) {
  return WithFieldNames(status, [&file](const std::string& field) {
    const std::string path = PathInFile(field);
    const FilePlace place = PlaceOf(file.notes, path);
    return ErrorText(file.path, {place.line, place.column, path});
  });
}

absl::StatusOr<v1::Policy> GetPolicy(const std::string& word, Connection* connection) {
  const absl::StatusOr<std::string> name = CompleteName(PolicyResource(), word);
  if (!name.ok()) return name.status();
  v1::GetPolicyRequest request;
  request.set_name(*name);
  v1::Policy policy;
  const absl::Status got = connection->Call(FindMethod("ayni.v1.PolicyService.GetPolicy"), &request, &policy);
  if (!got.ok()) return got;
  return policy;
}

absl::StatusOr<v1::Policy> FindPolicy(const std::string& word, const Environment& environment,
                                      Connection* connection) {
  return IsPolicyFile(word) ? ReadPolicyFile(word, environment) : GetPolicy(word, connection);
}

absl::StatusOr<std::vector<v1::Policy>> ListPoliciesByTime(Connection* connection) {
  v1::ListPoliciesRequest request;
  std::vector<v1::Policy> policies;
  const absl::Status listed = ForEachListed(
      FindMethod("ayni.v1.PolicyService.ListPolicies"), &request, 0, connection,
      [&](const google::protobuf::Message& row) { policies.push_back(static_cast<const v1::Policy&>(row)); });
  if (!listed.ok()) return listed;
  std::stable_sort(policies.begin(), policies.end(),
                   [](const v1::Policy& a, const v1::Policy& b) { return TimeOf(a) < TimeOf(b); });
  return policies;
}

absl::StatusOr<v1::Policy> ActivePolicy(const std::vector<v1::Policy>& policies) {
  for (const v1::Policy& policy : policies) {
    if (policy.state() == v1::Policy::STATE_ACTIVE) return policy;
  }
  return absl::InvalidArgumentError(
      "no policy is active; name one, or a file: deploy/policy/default.yaml is one to begin with");
}

absl::StatusOr<v1::Policy> LastDraft(const std::vector<v1::Policy>& policies) {
  if (!policies.empty() && policies.back().state() == v1::Policy::STATE_DRAFT) return policies.back();
  return absl::InvalidArgumentError("there is no draft; name a policy, or a file");
}

std::string PolicyLabel(const v1::Policy& policy, const std::string& fallback) {
  return policy.name().empty() ? fallback : ShortName(PolicyResource(), policy.name());
}

}  // namespace ayni::cli
