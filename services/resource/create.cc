#include <utility>

#include "absl/strings/str_cat.h"
#include "services/access/authorisation.h"
#include "services/errors.h"
#include "services/resource/admit.h"
#include "services/resource/form.h"
#include "services/resource/request_fields.h"
#include "services/resource/standard_methods.h"

namespace ayni::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

class Create {
 public:
  Create(std::shared_ptr<const Foundation> foundation, const Kind& kind, const MethodDescriptor* method)
      : foundation_(std::move(foundation)),
        kind_(kind),
        record_(FieldOf(method->input_type(), kind.type.field_name())),
        id_(FieldOf(method->input_type(), kind.type.field_name() + "_id")),
        request_id_(FieldOf(method->input_type(), "request_id")),
        parent_(kind.type.parent_pattern().empty() ? nullptr : FieldOf(method->input_type(), "parent")) {}

  absl::StatusOr<Draft> Plan(const Call& call, const Message& request, StoreView* view) const;

 private:
  // Administrators, who may make records for anyone, have none.
  absl::Status CheckQuota(const Call& call, const std::string& owner) const {
    if (call.scope != Scope::kOwnName && call.scope != Scope::kOwnRecord) return absl::OkStatus();
    return foundation_->quota->Check(*foundation_->store, kind_.type, owner, call.now);
  }
  // Empty, with violations, where the request does not make one.
  std::string NameOf(const Message& request, Violations* violations) const;

  std::shared_ptr<const Foundation> foundation_;
  const Kind& kind_;
  const FieldDescriptor* record_;
  const FieldDescriptor* id_;
  const FieldDescriptor* request_id_;
  const FieldDescriptor* parent_;  // null for a resource at the top
};

std::string Create::NameOf(const Message& request, Violations* violations) const {
  const FieldPath root;
  const std::string parent = parent_ == nullptr ? "" : TextOf(request, parent_);
  if (parent_ != nullptr && !kind_.type.MatchesParent(parent, false)) {
    violations->Add(root / "parent",
                    absl::StrCat("must be ", kind_.type.parent_pattern(), ", is ", Quoted(parent)));
  }
  std::string id = TextOf(request, id_);
  if (id.empty() && !kind_.rules.id_form.empty()) {
    violations->Add(root / id_->name(), absl::StrCat("is required: ", kind_.rules.id_form));
  } else if (id.empty()) {
    id = foundation_->new_id();
  } else if (!IsResourceId(id)) {
    violations->Add(root / id_->name(), absl::StrCat("must be 1 to ", kResourceIdBytesMax,
                                                     " lower-case letters, digits, hyphens and full ",
                                                     "stops, first a letter or digit, is ", Quoted(id)));
  }
  return violations->empty() ? kind_.type.Name(parent, id) : "";
}

absl::StatusOr<Draft> Create::Plan(const Call& call, const Message& request, StoreView* view) const {
  const FieldPath root;
  Violations violations;
  const std::string name = NameOf(request, &violations);
  if (!request.GetReflection()->HasField(request, record_)) {
    violations.Add(root / record_->name(), "is required");
    return violations.ToStatus();
  }
  std::unique_ptr<Message> record(kind_.prototype.New());
  record->CopyFrom(request.GetReflection()->GetMessage(request, record_));
  record->GetReflection()->SetString(record.get(), kind_.type.name_field(), name);
  const FieldPath path = root / record_->name();
  const FieldPath name_path = root / id_->name();
  const FieldPath parent_path = root / "parent";
  const Admission admission{call.caller, call.now,    foundation_->new_id,
                            *view,       path,        name_path,
                            parent_path, &violations, foundation_->single_administrator};
  // A request that makes no name has all else that is wrong with it named too.
  AdmitRecord(kind_, admission, nullptr, record.get());
  if (name.empty()) return violations.ToStatus();
  if (call.scope == Scope::kOwnRecord && !OwnsRecord(call.caller, *record)) {
    return Forbidden("NOT_OWN", absl::StrCat(call.caller.principal, " may make a ", kind_.type.noun(),
                                             " for its own party only"));
  }
  if (!violations.empty()) return violations.ToStatus();
  if (absl::Status status =
          CheckQuota(call, parent_ == nullptr ? call.caller.party : TextOf(request, parent_));
      !status.ok()) {
    return status;
  }
  const StoredRecord& stored = view->ReadNew(kind_.type, name);
  if (stored.version != 0) return ResourceExists(kind_.type.type(), name);
  if (absl::Status status = kind_.rules.permit(admission, nullptr, record.get()); !status.ok()) return status;
  Draft draft;
  AddPut(call, TextOf(request, request_id_), kind_, stored, *record, &draft.change);
  draft.answer = std::move(record);
  return draft;
}

}  // namespace

void AddCreate(const std::shared_ptr<const Foundation>& foundation, const Kind& kind,
               const std::string& service, MethodTable* table) {
  const std::string name = absl::StrCat(service, "/Create", kind.type.descriptor()->name());
  const MethodDescriptor* method = MethodOf(name);
  auto create = std::make_shared<const Create>(foundation, kind, method);
  const auto plan = [create](const Call& call, const Requests& requests, StoreView* view) {
    return create->Plan(call, *requests.front(), view);
  };
  table->Add(name, RunWrites(foundation->store, foundation->cache.get(), {method, &kind, plan}));
}

}  // namespace ayni::services
