#include "services/resource/shape.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "google/api/resource.pb.h"
#include "services/invariant.h"

namespace ayni::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

const ResourceType* ReferenceOf(const FieldDescriptor* field) {
  if (!field->options().HasExtension(google::api::resource_reference)) return nullptr;
  const std::string& type = field->options().GetExtension(google::api::resource_reference).type();
  const ResourceType* found = ResourceType::Find(type);
  INVARIANT(found != nullptr, field->full_name());
  return found;
}

// Whether a FieldLimit must say what the field may hold.
bool NeedsLimit(const FieldDescriptor* field) {
  if (field->is_repeated()) return true;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return true;
    case FieldDescriptor::CPPTYPE_STRING:
      return !field->options().HasExtension(google::api::resource_reference);
    default:
      return false;
  }
}

std::string WrongEnumerator(const EnumDescriptor* type, int number) {
  if (number != 0 && type->FindValueByNumber(number) != nullptr) return "";
  std::string allowed;
  for (int i = 0; i < type->value_count(); ++i) {
    const EnumValueDescriptor* value = type->value(i);
    if (value->number() != 0) absl::StrAppend(&allowed, allowed.empty() ? "" : ", ", value->name());
  }
  return absl::StrCat("must be one of ", allowed, number == 0 ? "" : absl::StrCat(", is ", number));
}

std::string WrongNumber(const FieldLimit& limit, int64_t value) {
  if (value >= limit.min && value <= limit.max) return "";
  return absl::StrCat("must be ", limit.min, " to ", limit.max, ", is ", value);
}

std::string WrongString(const FieldLimit& limit, absl::string_view value) {
  const int64_t characters = CountCharacters(value);
  if (characters < 0) return absl::StrCat("must be UTF-8, is ", Quoted(value));
  if (characters < limit.min || characters > limit.max) {
    return absl::StrCat("must have ", limit.min == 0 ? "at most" : absl::StrCat(limit.min, " to"), " ",
                        limit.max, " characters, has ", characters);
  }
  return limit.form == nullptr ? "" : limit.form(value);
}

int64_t NumberOf(const FieldDescriptor* field, const Message& record) {
  const Reflection* reflection = record.GetReflection();
  return field->cpp_type() == FieldDescriptor::CPPTYPE_INT32 ? reflection->GetInt32(record, field)
                                                             : reflection->GetInt64(record, field);
}

void AddIfWrong(std::string wrong, const FieldPath& path, Violations* violations) {
  if (!wrong.empty()) violations->Add(path, std::move(wrong));
}

}  // namespace

void Shape::Check(Message* record, const FieldPath& path, Referents* referents,
                  Violations* violations) const {
  for (const Field& field : fields_) {
    if (field.descriptor->is_map()) {
      CheckMap(field, record, path, violations);
    } else if (field.descriptor->is_repeated()) {
      CheckRepeated(field, record, path, referents, violations);
    } else {
      CheckSingular(field, record, path, referents, violations);
    }
  }
  if (check_ != nullptr) check_(*record, path, violations);
}

void Shape::CheckSingular(const Field& field, Message* record, const FieldPath& path, Referents* referents,
                          Violations* violations) const {
  const Reflection* reflection = record->GetReflection();
  const FieldPath at = path / field.descriptor->name();
  if (!reflection->HasField(*record, field.descriptor)) {
    if (!field.required) return;
    if (field.descriptor->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      violations->Add(at, "is required: " + WrongEnumerator(field.descriptor->enum_type(), 0));
    } else if (field.limit.max > 0 && field.limit.form == nullptr) {
      violations->Add(at, absl::StrCat("is required: ", field.limit.min, " to ", field.limit.max));
    } else {
      violations->Add(at, field.reference == nullptr
                              ? "is required"
                              : absl::StrCat("is required: ", field.reference->pattern()));
    }
    return;
  }
  switch (field.descriptor->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& value = reflection->GetStringReference(*record, field.descriptor, &scratch);
      if (field.reference == nullptr) return AddIfWrong(WrongString(field.limit, value), at, violations);
      std::string resolved = value;
      AddIfWrong(referents->Resolve(*field.reference, &resolved), at, violations);
      if (resolved != value) reflection->SetString(record, field.descriptor, std::move(resolved));
      return;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return field.shape->Check(reflection->MutableMessage(record, field.descriptor), at, referents,
                                violations);
    case FieldDescriptor::CPPTYPE_ENUM:
      return AddIfWrong(
          WrongEnumerator(field.descriptor->enum_type(), reflection->GetEnumValue(*record, field.descriptor)),
          at, violations);
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return AddIfWrong(WrongNumber(field.limit, NumberOf(field.descriptor, *record)), at, violations);
    default:
      return;
  }
}

void Shape::CheckRepeated(const Field& field, Message* record, const FieldPath& path, Referents* referents,
                          Violations* violations) const {
  const Reflection* reflection = record->GetReflection();
  const FieldDescriptor* descriptor = field.descriptor;
  const std::string& name = descriptor->name();
  const int count = reflection->FieldSize(*record, descriptor);
  if (count == 0 && field.required) violations->Add(path / name, "is required: at least one");
  if (count > field.limit.count_max) {
    violations->Add(path / name,
                    absl::StrCat("must hold at most ", field.limit.count_max, ", holds ", count));
    return;
  }
  absl::flat_hash_set<std::string> seen;
  const bool can_repeat = count > 1;
  for (int i = 0; i < count; ++i) {
    const FieldPath at = path.Element(name, i);
    if (descriptor->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      field.shape->Check(reflection->MutableRepeatedMessage(record, descriptor, i), at, referents,
                         violations);
    } else if (descriptor->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      const int number = reflection->GetRepeatedEnumValue(*record, descriptor, i);
      AddIfWrong(WrongEnumerator(descriptor->enum_type(), number), at, violations);
      if (can_repeat && !seen.insert(absl::StrCat(number)).second)
        violations->Add(at, "stands in the list already");
    } else {
      std::string value = reflection->GetRepeatedString(*record, descriptor, i);
      if (field.reference == nullptr) {
        AddIfWrong(value.empty() ? "must not be empty" : WrongString(field.limit, value), at, violations);
      } else {
        AddIfWrong(referents->Resolve(*field.reference, &value), at, violations);
        reflection->SetRepeatedString(record, descriptor, i, value);
      }
      if (can_repeat && !seen.insert(value).second) {
        violations->Add(at, absl::StrCat("stands in the list already: ", Quoted(value)));
      }
    }
  }
}

void Shape::CheckMap(const Field& field, Message* record, const FieldPath& path,
                     Violations* violations) const {
  const Reflection* reflection = record->GetReflection();
  const std::string& name = field.descriptor->name();
  const int count = reflection->FieldSize(*record, field.descriptor);
  if (count > field.limit.count_max) {
    violations->Add(path / name,
                    absl::StrCat("must hold at most ", field.limit.count_max, ", holds ", count));
    return;
  }
  const Descriptor* entry_type = field.descriptor->message_type();
  for (int i = 0; i < count; ++i) {
    const Message& entry = reflection->GetRepeatedMessage(*record, field.descriptor, i);
    const std::string key = entry.GetReflection()->GetString(entry, entry_type->map_key());
    const std::string value = entry.GetReflection()->GetString(entry, entry_type->map_value());
    if (const std::string wrong = field.limit.form(key); !wrong.empty()) {
      violations->Add(path / name, absl::StrCat("has a key that ", wrong));
    }
    const FieldLimit text{name.c_str(), 1, field.limit.max, 1, WrongText};
    if (const std::string wrong = WrongString(text, value); !wrong.empty()) {
      violations->Add(path / name, absl::StrCat("at ", Quoted(key), " ", wrong));
    }
  }
}

ShapeBook::ShapeBook(const std::vector<Page>& pages) {
  for (const Page& page : pages) shapes_.emplace_back(page.descriptor, std::make_unique<Shape>());
  for (size_t i = 0; i < pages.size(); ++i) Fill(pages[i], shapes_[i].second.get());
}

const Shape& ShapeBook::Of(const Descriptor* descriptor) const {
  for (const auto& [known, shape] : shapes_) {
    if (known == descriptor) return *shape;
  }
  INVARIANT(false, descriptor->full_name());
}

void ShapeBook::Fill(const Page& page, Shape* shape) {
  shape->check_ = page.check;
  if (!page.by_field) return;
  size_t used = 0;
  for (int i = 0; i < page.descriptor->field_count(); ++i) {
    const FieldDescriptor* descriptor = page.descriptor->field(i);
    const bool names_the_record =
        descriptor->name() == "etag" ||
        (descriptor->name() == "name" && page.descriptor->options().HasExtension(google::api::resource));
    if (names_the_record || IsOutputOnly(descriptor)) continue;
    Shape::Field field{descriptor, {}, IsRequired(descriptor), ReferenceOf(descriptor), nullptr};
    bool has_limit = false;
    for (const FieldLimit& limit : page.limits) {
      if (descriptor->name() != limit.field) continue;
      field.limit = limit;
      has_limit = true;
      ++used;
    }
    INVARIANT(has_limit || !NeedsLimit(descriptor), descriptor->full_name());
    const bool holds_messages =
        descriptor->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !descriptor->is_map();
    if (holds_messages) field.shape = &Of(descriptor->message_type());
    const bool is_plain = descriptor->cpp_type() == FieldDescriptor::CPPTYPE_BOOL ||
                          descriptor->cpp_type() == FieldDescriptor::CPPTYPE_UINT64;
    if (!is_plain) shape->fields_.push_back(field);
  }
  INVARIANT(used == page.limits.size(), page.descriptor->full_name());
}

}  // namespace ayni::services
