// Who may do what: one row for every method of the API, and nowhere else.
//
// A row gives each role a scope (services/method.h). kNone and kOwnName are settled here, before the method
// runs; kOwnRecord is settled by the method, which has read the record, with OwnsRecord below.
#ifndef AYNI_SERVICES_ACCESS_AUTHORISATION_H_
#define AYNI_SERVICES_ACCESS_AUTHORISATION_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ayni/v1/access.pb.h"
#include "services/method.h"

namespace ayni::services {

struct AccessRow {
  std::string_view method;  // as in ayni.v1.NeedService/CreateNeed
  Scope cooperative = Scope::kNone;
  Scope tap = Scope::kNone;
  Scope administrator = Scope::kNone;
  Scope auditor = Scope::kNone;
  // For kOwnName: the request's fields that name whose resource it is, as in need.name; with commas between
  // them, one of which must be the caller's own.
  std::string_view owner = "";
  // For kOwnName in an update: the only fields of the resource that the owner may change; empty: all.
  std::string_view owner_fields = "";
  // Of a funder; unset: what a cooperative and a TAP may alike, and nothing where the two differ.
  std::optional<Scope> funder = std::nullopt;
  // Of a certifier; unset: what all of these members may alike, and nothing where they differ.
  std::optional<Scope> certifier = std::nullopt;
  // Of whoever has no account, where the server takes calls without one: nothing but what a row says.
  // kOwnRecord is what is published and stands.
  Scope outsider = Scope::kNone;
};

std::span<const AccessRow> AuthorisationTable();

// A row, bound to its method. Constant after construction; safe to use from any thread.
class AccessRule {
 public:
  // InvalidArgument where the row names a field that the request has not, or the like.
  static absl::StatusOr<AccessRule> Bind(const AccessRow& row,
                                         const google::protobuf::MethodDescriptor* method);

  Scope ScopeOf(v1::Role role) const;
  // Of a caller's role, or as an outsider.
  Scope ScopeOf(const Caller& caller) const;

  // OK, or PermissionDenied with the reason ROLE_FORBIDDEN: what is known without the request.
  absl::Status CheckRole(const Caller& caller) const;

  // In a list under kOwnName, takes - in the parent for what the caller goes by itself: whoever may see a
  // part of all asks for all in the same words, and gets that part. The method never sees the -.
  void Narrow(const Caller& caller, google::protobuf::Message* request) const;

  // OK, or PermissionDenied with the reason NOT_OWN or FIELD_FORBIDDEN: whether the request is within the
  // scope, so far as the request alone tells. REQUIRES: CheckRole(caller) is OK.
  absl::Status CheckRequest(const Caller& caller, const google::protobuf::Message& request) const;

 private:
  using FieldPath = std::vector<const google::protobuf::FieldDescriptor*>;

  AccessRule(const AccessRow& row, std::string method) : row_(row), method_(std::move(method)) {}
  absl::Status CheckFields(const google::protobuf::Message& request) const;

  AccessRow row_;
  std::string method_;
  std::vector<FieldPath> owners_;
  bool lists_ = false;  // what stands under the one owner, the parent
  std::vector<std::string> owner_fields_;
};

// OK, or FailedPrecondition that names every method of the services without a row, every row without a
// method, and every row that can't be bound.
absl::Status CheckTable(std::span<const AccessRow> table,
                        const std::vector<const google::protobuf::ServiceDescriptor*>& services);

// Whether `name` is the caller's own: its party, as parties/{p} or in the role that it calls in
// (cooperatives/{p}, taps/{p} or funders/{p}), its principal, or what stands below one of them.
bool OwnsName(const Caller& caller, std::string_view name);

// Whether a member may see `record` under the scope kOwnRecord: a match on its side or that it subsidises, an
// agreement on its side, a relation that its party is an end of, an appeal that it made, a credential that
// its party holds or, as a certifier, issued, a skill that its party taught (all read skills, and this one it
// confirms), a policy that is or was in force, a round that was published, and anything else whose name it
// owns. False for every other record. Of an outsider: a round that is published and stands, and nothing else.
bool OwnsRecord(const Caller& caller, const google::protobuf::Message& record);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ACCESS_AUTHORISATION_H_
