#include "services/resource/update_mask.h"

#include <google/protobuf/util/message_differencer.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/resource/form.h"
#include "services/resource/request_fields.h"

namespace ayni::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;

bool IsInput(const FieldDescriptor* field) {
  return field->name() != "name" && field->name() != "etag" && !IsOutputOnly(field);
}

std::string NoSuchField(const Descriptor* record, absl::string_view path) {
  std::string fields;
  for (const FieldDescriptor* field : InputFields(record)) {
    absl::StrAppend(&fields, fields.empty() ? "" : ", ", field->name());
  }
  return absl::StrCat("names ", Quoted(path), ", which is no field of it; the fields are ", fields);
}

// Takes the field at `path` from `given`, which loses it. False where the path leads nowhere.
bool TakeField(absl::string_view path, Message* given, Message* record) {
  bool is_top = true;
  for (;;) {
    const size_t dot = path.find('.');
    const FieldDescriptor* field = record->GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
    if (field == nullptr) return false;
    if (is_top && !IsInput(field)) return true;
    if (dot == absl::string_view::npos) {
      record->GetReflection()->SwapFields(given, record, {field});
      return true;
    }
    if (field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
    given = given->GetReflection()->MutableMessage(given, field);
    record = record->GetReflection()->MutableMessage(record, field);
    path.remove_prefix(dot + 1);
    is_top = false;
  }
}

}  // namespace

std::vector<const FieldDescriptor*> InputFields(const Descriptor* record) {
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < record->field_count(); ++i) {
    if (IsInput(record->field(i))) fields.push_back(record->field(i));
  }
  return fields;
}

void TakeFields(const FieldMask& mask, const Message& given, Message* record, const FieldPath& at,
                Violations* violations) {
  const std::unique_ptr<Message> taken(given.New());
  taken->CopyFrom(given);
  const bool takes_all = mask.paths_size() == 1 && mask.paths(0) == "*";
  if (mask.paths_size() == 0 || takes_all) {
    std::vector<const FieldDescriptor*> fields;
    for (const FieldDescriptor* field : InputFields(record->GetDescriptor())) {
      if (takes_all || IsSet(given, field)) fields.push_back(field);
    }
    record->GetReflection()->SwapFields(taken.get(), record, fields);
    return;
  }
  if (mask.paths_size() > kUpdateMaskPathsMax) {
    violations->Add(
        at, absl::StrCat("must hold at most ", kUpdateMaskPathsMax, " paths, holds ", mask.paths_size()));
    return;
  }
  for (int i = 0; i < mask.paths_size(); ++i) {
    // A path that stands twice, or under one before it, must not be swapped back.
    bool is_taken = false;
    for (int j = 0; j < mask.paths_size() && !is_taken; ++j) {
      const std::string& other = mask.paths(j);
      const bool covers = mask.paths(i).size() > other.size() && mask.paths(i)[other.size()] == '.' &&
                          mask.paths(i).compare(0, other.size(), other) == 0;
      is_taken = covers || (j < i && mask.paths(i) == other);
    }
    if (is_taken) continue;
    if (!TakeField(mask.paths(i), taken.get(), record)) {
      violations->Add(at, NoSuchField(record->GetDescriptor(), mask.paths(i)));
    }
  }
}

void CheckImmutable(const ResourceType& type, const Message& before, const Message& after,
                    const FieldPath& path, Violations* violations) {
  for (const FieldDescriptor* field : type.immutable_fields()) {
    google::protobuf::util::MessageDifferencer differencer;
    if (differencer.CompareWithFields(before, after, {field}, {field})) continue;
    violations->Add(path / field->name(), "is fixed when it is made, and can't be changed");
  }
}

bool SameInput(const Message& a, const Message& b) {
  const std::vector<const FieldDescriptor*> fields = InputFields(a.GetDescriptor());
  google::protobuf::util::MessageDifferencer differencer;
  return differencer.CompareWithFields(a, b, fields, fields);
}

}  // namespace ayni::services
