#include "services/resource/admit.h"

#include "services/invariant.h"
#include "services/resource/time.h"
#include "services/resource/update_mask.h"

namespace ayni::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void FillFromBefore(const ResourceType& type, const Message* before, Message* after) {
  const Reflection* reflection = after->GetReflection();
  for (const FieldDescriptor* field : type.output_only_fields()) reflection->ClearField(after, field);
  if (before == nullptr) return;
  const std::unique_ptr<Message> source(before->New());
  source->CopyFrom(*before);
  reflection->SwapFields(source.get(), after, type.output_only_fields());
}

}  // namespace

void AdmitRecord(const Kind& kind, const Admission& admission, const Message* before, Message* after) {
  INVARIANT(kind.shape != nullptr, kind.type.type());
  const Reflection* reflection = after->GetReflection();
  FillFromBefore(kind.type, before, after);
  reflection->ClearField(after, kind.type.etag_field());
  auto* update_time = static_cast<google::protobuf::Timestamp*>(
      reflection->MutableMessage(after, kind.type.update_time_field()));
  *update_time = LaterOf(*update_time, admission.now);
  if (before == nullptr) {
    reflection->MutableMessage(after, kind.type.create_time_field())->CopyFrom(*update_time);
  }
  kind.shape->Check(after, admission.path, &admission.view, admission.violations);
  if (before != nullptr) CheckImmutable(kind.type, *before, *after, admission.path, admission.violations);
  kind.rules.admit(admission, before, after);
}

}  // namespace ayni::services
