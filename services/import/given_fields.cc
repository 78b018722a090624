#include "services/import/given_fields.h"

#include <memory>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/resource/request_fields.h"

namespace ayni::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool IsEmpty(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  return fields.empty();
}

// There, though nothing is set in it.
bool IsEmptyMessage(const Message& message, const FieldDescriptor* field) {
  return !field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         IsEmpty(message.GetReflection()->GetMessage(message, field));
}

// Whether another field of the oneof is set, which taking this one would clear.
bool IsRuledOut(const Message& row, const FieldDescriptor* field) {
  const auto* oneof = field->real_containing_oneof();
  if (oneof == nullptr) return false;
  const FieldDescriptor* set = row.GetReflection()->GetOneofFieldDescriptor(row, oneof);
  return set != nullptr && set != field;
}

std::string KeyOf(const Message& entry) {
  return entry.GetReflection()->GetString(entry, entry.GetDescriptor()->map_key());
}

}  // namespace

GivenFields::GivenFields(const google::protobuf::FieldMask& mask) {
  for (const std::string& path : mask.paths()) {
    Node* node = &root_;
    for (const absl::string_view name : absl::StrSplit(path, '.')) node = &node->below[std::string(name)];
    node->whole = true;
  }
}

std::string GivenFields::FirstStray(const Descriptor& record) const { return FirstStray(root_, record); }

std::string GivenFields::FirstStray(const Node& node, const Descriptor& message) {
  for (const auto& [name, below] : node.below) {
    const FieldDescriptor* field = message.FindFieldByName(name);
    if (field == nullptr) return name;
    if (below.below.empty()) continue;
    std::string stray;
    if (field->is_map() && field->message_type()->map_key()->type() == FieldDescriptor::TYPE_STRING) {
      for (const auto& [key, beyond] : below.below) {
        if (!beyond.below.empty()) stray = absl::StrCat(key, ".", beyond.below.begin()->first);
      }
    } else if (field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      stray = below.below.begin()->first;
    } else {
      stray = FirstStray(below, *field->message_type());
    }
    if (!stray.empty()) return absl::StrCat(name, ".", stray);
  }
  return "";
}

void GivenFields::Complete(const Message& before, Message* row) const {
  const std::unique_ptr<Message> source(before.New());
  source->CopyFrom(before);
  Complete(root_, source.get(), row);
}

void GivenFields::Complete(const Node& node, Message* before, Message* row) {
  static const Node* const kNothing = new Node;
  std::vector<const FieldDescriptor*> taken;
  const Descriptor& type = *row->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    const auto found = node.below.find(field->name());
    const Node& below = found == node.below.end() ? *kNothing : found->second;
    if (below.whole || !IsSet(*before, field) || IsRuledOut(*row, field)) continue;
    if (field->is_map()) {
      CompleteMap(below, field, *before, row);
    } else if (!below.below.empty()) {
      CompleteMessage(below, field, before, row);
    } else if (!IsSet(*row, field) || IsEmptyMessage(*row, field)) {
      taken.push_back(field);
    }
  }
  row->GetReflection()->SwapFields(before, row, taken);
}

void GivenFields::CompleteMap(const Node& node, const FieldDescriptor* map, const Message& before,
                              Message* row) {
  const Reflection* reflection = row->GetReflection();
  std::set<std::string> given;
  for (int i = 0; i < reflection->FieldSize(*row, map); ++i) {
    given.insert(KeyOf(reflection->GetRepeatedMessage(*row, map, i)));
  }
  for (int i = 0; i < reflection->FieldSize(before, map); ++i) {
    const Message& entry = reflection->GetRepeatedMessage(before, map, i);
    const std::string key = KeyOf(entry);
    if (node.below.count(key) == 0 && given.count(key) == 0) {
      reflection->AddMessage(row, map)->CopyFrom(entry);
    }
  }
}

void GivenFields::CompleteMessage(const Node& node, const FieldDescriptor* field, Message* before,
                                  Message* row) {
  const Reflection* reflection = row->GetReflection();
  const bool is_given = reflection->HasField(*row, field);
  Message* part = reflection->MutableMessage(row, field);
  Complete(node, reflection->MutableMessage(before, field), part);
  if (!is_given && IsEmpty(*part)) reflection->ClearField(row, field);
}

}  // namespace ayni::services
