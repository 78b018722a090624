#include <utility>

#include "absl/strings/str_cat.h"
#include "services/access/authorisation.h"
#include "services/errors.h"
#include "services/resource/check_name.h"
#include "services/resource/request_fields.h"
#include "services/resource/standard_methods.h"
#include "services/resource/stored.h"

namespace ayni::services {
namespace {

absl::StatusOr<std::unique_ptr<Message>> Get(const Foundation& foundation, const Kind& kind, const Call& call,
                                             const std::string& name) {
  Violations violations;
  CheckName(kind.type, name, FieldPath() / "name", &violations);
  if (!violations.empty()) return violations.ToStatus();
  absl::StatusOr<StoredRecord> stored = ReadRecord(*foundation.store, kind.type, name);
  if (!stored.ok()) return stored.status();
  const bool is_own =
      stored->version != 0 && call.scope == Scope::kOwnRecord && OwnsRecord(call.caller, *stored->record);
  if (call.scope == Scope::kOwnRecord && !is_own) {
    return Forbidden("NOT_OWN", absl::StrCat(name, " is not of the caller's own party, or does not exist"),
                     {{"resource", name}});
  }
  if (stored->version == 0) return ResourceNotFound(kind.type.type(), name);
  FillEtag(kind.type, stored->version, stored->record.get());
  kind.rules.show(call.caller, stored->record.get());
  return std::move(stored->record);
}

}  // namespace

void AddGet(const std::shared_ptr<const Foundation>& foundation, const Kind& kind, const std::string& service,
            MethodTable* table) {
  const std::string name = absl::StrCat(service, "/Get", kind.type.descriptor()->name());
  const google::protobuf::FieldDescriptor* name_field = FieldOf(MethodOf(name)->input_type(), "name");
  table->Add(name, [foundation, &kind, name_field](const std::shared_ptr<const Call>& call,
                                                   const std::shared_ptr<const Requests>& requests,
                                                   const Reply& reply) {
    reply(Get(*foundation, kind, *call, TextOf(*requests->front(), name_field)));
  });
}

}  // namespace ayni::services
