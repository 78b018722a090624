#include <utility>

#include "absl/strings/str_cat.h"
#include "services/access/authorisation.h"
#include "services/errors.h"
#include "services/resource/admit.h"
#include "services/resource/check_name.h"
#include "services/resource/request_fields.h"
#include "services/resource/standard_methods.h"
#include "services/resource/update_mask.h"

namespace ayni::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

// The stored record that a call is about, when the caller may change it and has seen it as it is.
absl::StatusOr<const StoredRecord*> ReadForChange(const Kind& kind, const Call& call, const std::string& name,
                                                  const FieldPath& name_path, const std::string& etag,
                                                  StoreView* view) {
  Violations violations;
  CheckName(kind.type, name, name_path, &violations);
  if (!violations.empty()) return violations.ToStatus();
  const StoredRecord& stored = view->Read(kind.type, name);
  const bool is_foreign = stored.version == 0 || !OwnsRecord(call.caller, *stored.record);
  if (call.scope == Scope::kOwnRecord && is_foreign) {
    return Forbidden("NOT_OWN", absl::StrCat(name, " is not of the caller's own party, or does not exist"),
                     {{"resource", name}});
  }
  if (stored.version == 0) return ResourceNotFound(kind.type.type(), name);
  const std::string current = EtagOf(stored.version);
  if (!etag.empty() && etag != current) return EtagDiffers(name, etag, current);
  return &stored;
}

// The reason that a request gives, where it has such a field.
std::string ReasonIn(const MethodDescriptor& method, const Message& request) {
  const FieldDescriptor* reason = method.input_type()->FindFieldByName("reason");
  return reason == nullptr ? "" : TextOf(request, reason);
}

class Update {
 public:
  Update(std::shared_ptr<const Foundation> foundation, const Kind& kind, const MethodDescriptor* method)
      : foundation_(std::move(foundation)),
        kind_(kind),
        record_(FieldOf(method->input_type(), kind.type.field_name())),
        mask_(FieldOf(method->input_type(), "update_mask")),
        request_id_(FieldOf(method->input_type(), "request_id")),
        method_(method) {}

  absl::StatusOr<Draft> Plan(const Call& call, const Message& request, StoreView* view) const;

 private:
  std::shared_ptr<const Foundation> foundation_;
  const Kind& kind_;
  const FieldDescriptor* record_;
  const FieldDescriptor* mask_;
  const FieldDescriptor* request_id_;
  const MethodDescriptor* method_;
};

absl::StatusOr<Draft> Update::Plan(const Call& call, const Message& request, StoreView* view) const {
  const FieldPath root;
  const FieldPath path = root / record_->name();
  const FieldPath name_path = path / "name";
  Violations violations;
  const auto* reflection = request.GetReflection();
  if (!reflection->HasField(request, record_)) {
    violations.Add(path, "is required, with its name");
    return violations.ToStatus();
  }
  const Message& given = reflection->GetMessage(request, record_);
  const std::string name = TextOf(given, kind_.type.name_field());
  absl::StatusOr<const StoredRecord*> stored =
      ReadForChange(kind_, call, name, name_path, TextOf(given, kind_.type.etag_field()), view);
  if (!stored.ok()) return stored.status();
  const Message& before = *(*stored)->record;
  std::unique_ptr<Message> after(before.New());
  after->CopyFrom(before);
  const auto& mask = static_cast<const google::protobuf::FieldMask&>(reflection->GetMessage(request, mask_));
  TakeFields(mask, given, after.get(), root / "update_mask", &violations);
  const Admission admission{call.caller, call.now,    foundation_->new_id,
                            *view,       path,        name_path,
                            name_path,   &violations, foundation_->single_administrator};
  AdmitRecord(kind_, admission, &before, after.get());
  if (!violations.empty()) return violations.ToStatus();
  if (absl::Status status = kind_.rules.permit(admission, &before, after.get()); !status.ok()) return status;
  Draft draft;
  if (SameInput(before, *after)) {
    // Nothing is written but that the request was answered, where that is to be remembered.
    after->CopyFrom(before);
    FillEtag(kind_.type, (*stored)->version, after.get());
    draft.writes = !TextOf(request, request_id_).empty();
  } else {
    if (auto held = kind_.rules.hold(admission, ReasonIn(*method_, request), before, after.get()))
      after = std::move(held);
    if (!violations.empty()) return violations.ToStatus();
    AddPut(call, TextOf(request, request_id_), kind_, **stored, *after, &draft.change);
  }
  draft.answer = std::move(after);
  return draft;
}

// What a request with a name and an etag does to the record of that name.
class ByName {
 public:
  ByName(std::shared_ptr<const Foundation> foundation, const Kind& kind, const MethodDescriptor* method,
         RecordChange change)
      : foundation_(std::move(foundation)),
        kind_(kind),
        name_(FieldOf(method->input_type(), "name")),
        etag_(method->input_type()->FindFieldByName("etag")),
        change_(std::move(change)) {}

  absl::StatusOr<Draft> Plan(const Call& call, const Message& request, StoreView* view) const {
    const FieldPath root;
    const std::string etag = etag_ == nullptr ? "" : TextOf(request, etag_);
    absl::StatusOr<const StoredRecord*> stored =
        ReadForChange(kind_, call, TextOf(request, name_), root / "name", etag, view);
    if (!stored.ok()) return stored.status();
    return change_(call, request, **stored, view);
  }

 private:
  std::shared_ptr<const Foundation> foundation_;
  const Kind& kind_;
  const FieldDescriptor* name_;
  const FieldDescriptor* etag_;  // may be null
  RecordChange change_;
};

absl::StatusOr<Draft> PlanDelete(const Foundation& foundation, const Kind& kind,
                                 const MethodDescriptor* method, const Call& call, const Message& request,
                                 const StoredRecord& stored, StoreView* view) {
  const std::string name = TextOf(*stored.record, kind.type.name_field());
  const FieldPath root;
  Violations violations;
  const Admission admission{call.caller, call.now,    foundation.new_id,
                            *view,       root,        root,
                            root,        &violations, foundation.single_administrator};
  if (absl::Status status = kind.rules.permit(admission, stored.record.get(), nullptr); !status.ok())
    return status;
  for (const Reference& reference : kind.rules.referrers) {
    const std::string referrer = view->FirstReferrer(reference, name, reference.binds);
    if (referrer.empty()) continue;
    return StateForbids(
        "RESOURCE_IN_USE", name,
        absl::StrCat("is referred to by ", referrer, ", and perhaps by others: ", reference.remedy));
  }
  auto held = kind.rules.hold(admission, ReasonIn(*method, request), *stored.record, nullptr);
  if (!violations.empty()) return violations.ToStatus();
  Draft draft;
  const std::string request_id = TextOf(request, FieldOf(method->input_type(), "request_id"));
  if (held != nullptr) {
    AddPut(call, request_id, kind, stored, *held, &draft.change);
    draft.answer = std::move(held);
    return draft;
  }
  AddDelete(call, request_id, kind, stored, name, &draft.change);
  draft.answer = NewMessage(method->output_type());
  if (method->output_type() == kind.type.descriptor()) draft.answer->CopyFrom(*stored.record);
  return draft;
}

}  // namespace

void AddUpdate(const std::shared_ptr<const Foundation>& foundation, const Kind& kind,
               const std::string& service, MethodTable* table) {
  const std::string name = absl::StrCat(service, "/Update", kind.type.descriptor()->name());
  const MethodDescriptor* method = MethodOf(name);
  auto update = std::make_shared<const Update>(foundation, kind, method);
  const auto plan = [update](const Call& call, const Requests& requests, StoreView* view) {
    return update->Plan(call, *requests.front(), view);
  };
  table->Add(name, RunWrites(foundation->store, foundation->cache.get(), {method, &kind, plan}));
}

void AddDelete(const std::shared_ptr<const Foundation>& foundation, const Kind& kind,
               const std::string& service, MethodTable* table) {
  const std::string method = absl::StrCat("Delete", kind.type.descriptor()->name());
  const MethodDescriptor* descriptor = MethodOf(absl::StrCat(service, "/", method));
  AddRecordChange(
      foundation, kind, service, method,
      [foundation, &kind, descriptor](const Call& call, const Message& request, const StoredRecord& stored,
                                      StoreView* view) {
        return PlanDelete(*foundation, kind, descriptor, call, request, stored, view);
      },
      table);
}

void AddRecordChange(const std::shared_ptr<const Foundation>& foundation, const Kind& kind,
                     const std::string& service, const std::string& method, RecordChange change,
                     MethodTable* table) {
  const std::string name = absl::StrCat(service, "/", method);
  const MethodDescriptor* descriptor = MethodOf(name);
  auto by_name = std::make_shared<const ByName>(foundation, kind, descriptor, std::move(change));
  const auto plan = [by_name](const Call& call, const Requests& requests, StoreView* view) {
    return by_name->Plan(call, *requests.front(), view);
  };
  const bool answers_record = descriptor->output_type() == kind.type.descriptor();
  table->Add(name, RunWrites(foundation->store, foundation->cache.get(),
                             {descriptor, answers_record ? &kind : nullptr, plan}));
}

}  // namespace ayni::services
