#include "services/access/authorisation.h"

#include <google/protobuf/field_mask.pb.h>

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ayni/v1/agreement.pb.h"
#include "ayni/v1/appeal.pb.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/relation.pb.h"
#include "ayni/v1/round.pb.h"
#include "ayni/v1/skill.pb.h"
#include "services/access/outsider.h"
#include "services/api.h"
#include "services/errors.h"
#include "services/text_view.h"

namespace ayni::services {
namespace {

using google::protobuf::FieldDescriptor;

// What an update carries beside the fields that it changes; the server ignores or compares them.
constexpr std::string_view kFieldsOfEveryUpdate[] = {"name", "etag", "create_time", "update_time"};

// An empty result: there is no such string field.
std::vector<const FieldDescriptor*> Resolve(const google::protobuf::Descriptor* message,
                                            const std::string& path) {
  std::vector<const FieldDescriptor*> fields;
  for (const std::string& name : std::vector<std::string>(absl::StrSplit(path, '.'))) {
    const FieldDescriptor* field = message == nullptr ? nullptr : message->FindFieldByName(name);
    if (field == nullptr || field->is_repeated()) return {};
    fields.push_back(field);
    message = field->message_type();
  }
  return fields.back()->type() == FieldDescriptor::TYPE_STRING ? fields : decltype(fields){};
}

std::string Read(const google::protobuf::Message& message, const std::vector<const FieldDescriptor*>& path) {
  const google::protobuf::Message* holder = &message;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    holder = &holder->GetReflection()->GetMessage(*holder, path[i]);
  }
  return holder->GetReflection()->GetString(*holder, path.back());
}

bool Equals(std::string_view name, std::string_view own) { return !own.empty() && name == own; }

// What the caller goes by in a collection, as in cooperatives: cooperatives/c3. Empty where it is none of it.
std::string OwnNameIn(const Caller& caller, absl::string_view collection) {
  absl::string_view id = collection == "principals" ? caller.principal : caller.party;
  if (!absl::ConsumePrefix(&id, collection == "principals" ? "principals/" : "parties/") || id.empty())
    return "";
  const bool may_have = collection == "principals" || collection == "parties" ||
                        (collection == "cooperatives" && caller.role == v1::ROLE_COOPERATIVE) ||
                        (collection == "taps" && caller.role == v1::ROLE_TAP) ||
                        (collection == "funders" && caller.role == v1::ROLE_FUNDER);
  return may_have ? absl::StrCat(collection, "/", id) : "";
}

}  // namespace

absl::StatusOr<AccessRule> AccessRule::Bind(const AccessRow& row,
                                            const google::protobuf::MethodDescriptor* method) {
  AccessRule rule(row, MethodName(*method));
  const bool own_name = row.cooperative == Scope::kOwnName || row.tap == Scope::kOwnName ||
                        row.administrator == Scope::kOwnName || row.auditor == Scope::kOwnName ||
                        row.funder == Scope::kOwnName || row.certifier == Scope::kOwnName;
  if (row.outsider == Scope::kOwnName) return absl::InvalidArgumentError("nothing is an outsider's own");
  if (row.outsider != Scope::kNone && method->client_streaming())
    return absl::InvalidArgumentError("an outsider sends no stream");
  if (own_name == row.owner.empty()) {
    return absl::InvalidArgumentError("an owner field goes with the scope kOwnName, and only with it");
  }
  if (!row.owner.empty() && method->client_streaming()) {
    return absl::InvalidArgumentError("a stream has no one owner");
  }
  for (const std::string& path :
       std::vector<std::string>(absl::StrSplit(Absl(row.owner), ',', absl::SkipEmpty()))) {
    FieldPath fields = Resolve(method->input_type(), path);
    if (fields.empty())
      return absl::InvalidArgumentError(absl::StrCat("the request has no text field ", path));
    rule.owners_.push_back(std::move(fields));
  }
  rule.lists_ = row.owner == "parent" && absl::StartsWith(method->name(), "List");
  rule.owner_fields_ = absl::StrSplit(Absl(row.owner_fields), ',', absl::SkipEmpty());
  if (rule.owner_fields_.empty()) return rule;
  if (rule.owners_.size() != 1 || rule.owners_[0].size() != 2) {
    return absl::InvalidArgumentError("the owner's fields need one owner, the name of the updated resource");
  }
  const google::protobuf::Descriptor* resource = rule.owners_[0][0]->message_type();
  for (const std::string& field : rule.owner_fields_) {
    if (resource->FindFieldByName(field) == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat("the resource has no field ", field));
    }
  }
  return rule;
}

Scope AccessRule::ScopeOf(v1::Role role) const {
  const Scope of_both_sides = row_.cooperative == row_.tap ? row_.tap : Scope::kNone;
  const Scope of_funder = row_.funder.value_or(of_both_sides);
  switch (role) {
    case v1::ROLE_COOPERATIVE:
      return row_.cooperative;
    case v1::ROLE_TAP:
      return row_.tap;
    case v1::ROLE_ADMINISTRATOR:
      return row_.administrator;
    case v1::ROLE_AUDITOR:
      return row_.auditor;
    case v1::ROLE_FUNDER:
      return of_funder;
    case v1::ROLE_CERTIFIER:
      return row_.certifier.value_or(of_funder == of_both_sides ? of_both_sides : Scope::kNone);
    default:
      return Scope::kNone;
  }
}

Scope AccessRule::ScopeOf(const Caller& caller) const {
  return IsOutsider(caller) ? row_.outsider : ScopeOf(caller.role);
}

absl::Status AccessRule::CheckRole(const Caller& caller) const {
  if (ScopeOf(caller) != Scope::kNone) return absl::OkStatus();
  return Forbidden(
      "ROLE_FORBIDDEN",
      absl::StrCat(caller.principal, " may not call ", method_, " in the role ", v1::Role_Name(caller.role)),
      {{"method", method_}, {"role", v1::Role_Name(caller.role)}});
}

absl::Status AccessRule::CheckRequest(const Caller& caller, const google::protobuf::Message& request) const {
  if (ScopeOf(caller) != Scope::kOwnName) return absl::OkStatus();
  const bool owns = std::any_of(owners_.begin(), owners_.end(),
                                [&](const FieldPath& path) { return OwnsName(caller, Read(request, path)); });
  if (!owns) {
    return Forbidden("NOT_OWN",
                     absl::StrCat(caller.principal, " may call ", method_, " on what is its own, and ",
                                  Absl(row_.owner), " is not"),
                     {{"method", method_}, {"field", Absl(row_.owner)}});
  }
  return CheckFields(request);
}

void AccessRule::Narrow(const Caller& caller, google::protobuf::Message* request) const {
  if (!lists_ || ScopeOf(caller) != Scope::kOwnName) return;
  const FieldDescriptor* field = owners_[0].back();
  const std::string parent = request->GetReflection()->GetString(*request, field);
  absl::string_view collection = parent;
  if (!absl::ConsumeSuffix(&collection, "/-")) return;
  const std::string own = OwnNameIn(caller, collection);
  if (!own.empty()) request->GetReflection()->SetString(request, field, own);
}

absl::Status AccessRule::CheckFields(const google::protobuf::Message& request) const {
  if (owner_fields_.empty()) return absl::OkStatus();
  const auto& resource = request.GetReflection()->GetMessage(request, owners_[0][0]);
  std::vector<std::string> changed;
  const FieldDescriptor* mask_field = request.GetDescriptor()->FindFieldByName("update_mask");
  if (mask_field != nullptr && request.GetReflection()->HasField(request, mask_field)) {
    const auto& mask = request.GetReflection()->GetMessage(request, mask_field);
    for (const std::string& path : dynamic_cast<const google::protobuf::FieldMask&>(mask).paths()) {
      changed.push_back(path.substr(0, path.find('.')));
    }
  }
  if (changed.empty()) {
    std::vector<const FieldDescriptor*> set;
    resource.GetReflection()->ListFields(resource, &set);
    for (const FieldDescriptor* field : set) {
      if (std::find(std::begin(kFieldsOfEveryUpdate), std::end(kFieldsOfEveryUpdate), field->name()) ==
          std::end(kFieldsOfEveryUpdate)) {
        changed.push_back(field->name());
      }
    }
  }
  for (const std::string& field : changed) {
    if (std::find(owner_fields_.begin(), owner_fields_.end(), field) != owner_fields_.end()) continue;
    return Forbidden("FIELD_FORBIDDEN",
                     absl::StrCat("only an administrator may change ", field, "; the owner may change ",
                                  absl::StrJoin(owner_fields_, ", "), "; name them in update_mask"),
                     {{"method", method_}, {"field", field}});
  }
  return absl::OkStatus();
}

absl::Status CheckTable(std::span<const AccessRow> table,
                        const std::vector<const google::protobuf::ServiceDescriptor*>& services) {
  std::map<std::string, const google::protobuf::MethodDescriptor*> methods;
  for (const google::protobuf::ServiceDescriptor* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      methods.emplace(MethodName(*service->method(i)), service->method(i));
    }
  }
  std::vector<std::string> wrong;
  std::map<std::string, int> row_counts;
  for (const AccessRow& row : table) {
    const std::string method(row.method);
    if (++row_counts[method] == 2) wrong.push_back(absl::StrCat(method, " has two rows"));
    const auto found = methods.find(method);
    if (found == methods.end()) {
      wrong.push_back(absl::StrCat(method, " has a row and is no method"));
      continue;
    }
    const absl::Status bound = AccessRule::Bind(row, found->second).status();
    if (!bound.ok()) wrong.push_back(absl::StrCat("the row of ", method, ": ", bound.message()));
  }
  for (const auto& [method, descriptor] : methods) {
    if (row_counts.count(method) == 0) wrong.push_back(absl::StrCat(method, " has no row"));
  }
  if (wrong.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("authorisation table: ", absl::StrJoin(wrong, "; ")));
}

bool OwnsName(const Caller& caller, std::string_view name) {
  const std::string own = OwnNameIn(caller, Absl(name.substr(0, name.find('/'))));
  if (own.empty() || name.substr(0, own.size()) != own) return false;
  return name.size() == own.size() || name[own.size()] == '/';
}

bool OwnsRecord(const Caller& caller, const google::protobuf::Message& record) {
  if (IsOutsider(caller)) {
    const auto* round = dynamic_cast<const v1::Round*>(&record);
    return round != nullptr && round->state() == v1::Round::STATE_PUBLISHED;
  }
  if (const auto* match = dynamic_cast<const v1::Match*>(&record)) {
    return (caller.role == v1::ROLE_COOPERATIVE && Equals(match->cooperative(), caller.party)) ||
           (caller.role == v1::ROLE_TAP && Equals(match->tap(), caller.party)) ||
           (caller.role == v1::ROLE_FUNDER && Equals(match->subsidy().funder(), caller.party));
  }
  if (const auto* agreement = dynamic_cast<const v1::Agreement*>(&record)) {
    return (caller.role == v1::ROLE_COOPERATIVE && Equals(agreement->cooperative(), caller.party)) ||
           (caller.role == v1::ROLE_TAP && Equals(agreement->tap(), caller.party));
  }
  if (const auto* relation = dynamic_cast<const v1::Relation*>(&record)) {
    return Equals(relation->subject(), caller.party) || Equals(relation->object(), caller.party);
  }
  if (const auto* credential = dynamic_cast<const v1::Credential*>(&record)) {
    return Equals(credential->holder(), caller.party) ||
           (caller.role == v1::ROLE_CERTIFIER && Equals(credential->certifier(), caller.party));
  }
  if (const auto* appeal = dynamic_cast<const v1::Appeal*>(&record)) {
    return Equals(appeal->appellant(), caller.party);
  }
  if (const auto* skill = dynamic_cast<const v1::Skill*>(&record)) {
    return Equals(skill->partner(), caller.party);
  }
  if (const auto* policy = dynamic_cast<const v1::Policy*>(&record)) {
    return policy->state() == v1::Policy::STATE_ACTIVE || policy->state() == v1::Policy::STATE_SUPERSEDED;
  }
  if (const auto* round = dynamic_cast<const v1::Round*>(&record)) {
    return round->state() == v1::Round::STATE_PUBLISHED || round->state() == v1::Round::STATE_UNDONE;
  }
  const google::protobuf::FieldDescriptor* name = record.GetDescriptor()->FindFieldByName("name");
  return name != nullptr && OwnsName(caller, record.GetReflection()->GetString(record, name));
}

}  // namespace ayni::services
