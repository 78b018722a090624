#include "services/cli/message_path.h"

#include <google/protobuf/any.pb.h>

#include <algorithm>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/cli/api.h"
#include "services/cli/nearest.h"
#include "services/invariant.h"

namespace ayni::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr char kSeparator = '|';
constexpr char kEscape = '\\';

std::vector<std::string> SplitValues(const std::string& text) {
  std::vector<std::string> values(1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kSeparator) {
      values.emplace_back();
      continue;
    }
    const bool escaped = text[i] == kEscape && i + 1 < text.size();
    values.back() += text[escaped ? ++i : i];
  }
  return values;
}

std::string JoinValues(const std::vector<std::string>& values) {
  std::string text;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) text += kSeparator;
    for (char c : values[i]) {
      if (c == kSeparator || c == kEscape) text += kEscape;
      text += c;
    }
  }
  return text;
}

// A repeated message whose elements have paths of their own.
bool HasElementPaths(const FieldDescriptor& field) {
  return field.is_repeated() && !field.is_map() && !HasText(field);
}

std::vector<std::string> FieldNames(const Descriptor& message) {
  std::vector<std::string> names;
  for (int i = 0; i < message.field_count(); ++i) names.push_back(message.field(i)->name());
  return names;
}

absl::Status Nowhere(const std::string& path, const std::string& why) {
  return absl::InvalidArgumentError(absl::StrCat("'", path, "' ", why));
}

// The entry of a map of texts; null where there is none.
const Message* FindEntry(const Message& message, const FieldDescriptor& map, const std::string& key) {
  const Reflection& reflection = *message.GetReflection();
  const FieldDescriptor* key_field = map.message_type()->map_key();
  for (int i = 0; i < reflection.FieldSize(message, &map); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &map, i);
    if (entry.GetReflection()->GetString(entry, key_field) == key) return &entry;
  }
  return nullptr;
}

// Made where there is none.
Message* MutableEntry(const FieldDescriptor& map, const std::string& key, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  const FieldDescriptor* key_field = map.message_type()->map_key();
  for (int i = 0; i < reflection.FieldSize(*message, &map); ++i) {
    Message* entry = reflection.MutableRepeatedMessage(message, &map, i);
    if (entry->GetReflection()->GetString(*entry, key_field) == key) return entry;
  }
  Message* entry = reflection.AddMessage(message, &map);
  entry->GetReflection()->SetString(entry, key_field, key);
  return entry;
}

}  // namespace

absl::StatusOr<MessagePath> MessagePath::Parse(const Descriptor& message, const std::string& path) {
  MessagePath parsed;
  parsed.text_ = path;
  const Descriptor* holder = &message;
  const std::vector<std::string> names = absl::StrSplit(path, '.');
  for (size_t i = 0; i < names.size(); ++i) {
    const FieldDescriptor* field = holder == nullptr ? nullptr : holder->FindFieldByName(names[i]);
    if (field == nullptr) {
      const std::string hint = holder == nullptr ? "" : DidYouMean(names[i], FieldNames(*holder));
      return Nowhere(path, absl::StrCat("is no field of ", message.name(), hint));
    }
    Step step{field, -1, ""};
    holder = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !HasText(*field) ? field->message_type()
                                                                                       : nullptr;
    if (field->is_map()) {
      if (i + 2 != names.size() || names[i + 1].empty()) return Nowhere(path, "must name one key of the map");
      step.key = names[++i];
    } else if (HasElementPaths(*field) && i + 1 < names.size()) {
      if (!absl::SimpleAtoi(names[++i], &step.element) || step.element < 1 || step.element > kElementsMax) {
        return Nowhere(path, absl::StrCat("must number its element, 1 to ", kElementsMax));
      }
      --step.element;
    }
    parsed.steps_.push_back(std::move(step));
  }
  return parsed;
}

bool MessagePath::repeated() const { return leaf().is_repeated() && HasText(leaf()); }

bool MessagePath::output_only() const {
  return std::any_of(steps_.begin(), steps_.end(),
                     [](const Step& step) { return BehaviourOf(*step.field).output_only; });
}

bool MessagePath::within_list() const {
  return std::any_of(steps_.begin(), steps_.end(),
                     [](const Step& step) { return step.element >= 0 || !step.key.empty(); });
}

std::string MessagePath::GivenPath() const {
  const std::string mask = MaskPath();
  const Step& last = steps_.back();
  const bool is_entry = last.field->is_map() && mask.size() + 1 + last.key.size() == text_.size();
  return is_entry ? text_ : mask;
}

bool MessagePath::has_value() const { return leaf().is_map() || HasText(leaf()); }

std::string MessagePath::MaskPath() const {
  std::vector<std::string> names;
  for (const Step& step : steps_) {
    names.push_back(step.field->name());
    if (step.field->is_repeated()) break;
  }
  return absl::StrJoin(names, ".");
}

const Message* MessagePath::Holder(const Message& message) const {
  const Message* holder = &message;
  for (size_t i = 0; i + 1 < steps_.size(); ++i) {
    const Reflection& reflection = *holder->GetReflection();
    const Step& step = steps_[i];
    if (step.element >= 0) {
      if (step.element >= reflection.FieldSize(*holder, step.field)) return nullptr;
      holder = &reflection.GetRepeatedMessage(*holder, step.field, step.element);
    } else {
      if (!reflection.HasField(*holder, step.field)) return nullptr;
      holder = &reflection.GetMessage(*holder, step.field);
    }
  }
  return holder;
}

Message* MessagePath::MutableHolder(Message* message) const {
  for (size_t i = 0; i + 1 < steps_.size(); ++i) {
    const Reflection& reflection = *message->GetReflection();
    const Step& step = steps_[i];
    if (step.element < 0) {
      message = reflection.MutableMessage(message, step.field);
      continue;
    }
    while (reflection.FieldSize(*message, step.field) <= step.element)
      reflection.AddMessage(message, step.field);
    message = reflection.MutableRepeatedMessage(message, step.field, step.element);
  }
  return message;
}

absl::Status MessagePath::Put(const std::string& text, Message* message) const {
  if (text.empty()) return absl::OkStatus();
  const Step& last = steps_.back();
  if (repeated()) {
    for (const std::string& value : SplitValues(text)) {
      const absl::Status put = PutElement(value, message);
      if (!put.ok()) return put;
    }
    return absl::OkStatus();
  }
  Message* holder = MutableHolder(message);
  const Reflection& reflection = *holder->GetReflection();
  if (last.field->is_map()) {
    return PutValue(*last.field->message_type()->map_value(), text,
                    MutableEntry(*last.field, last.key, holder));
  }
  if (HasText(*last.field)) return PutValue(*last.field, text, holder);
  if (last.field->is_repeated()) return absl::InvalidArgumentError("must be given field by field");
  if (text != "yes") return absl::InvalidArgumentError(absl::StrCat("must be yes or empty, is '", text, "'"));
  reflection.MutableMessage(holder, last.field);
  return absl::OkStatus();
}

absl::Status MessagePath::PutElement(const std::string& text, Message* message) const {
  INVARIANT(repeated(), text_);
  return PutValue(leaf(), text, MutableHolder(message));
}

void MessagePath::Clear(Message* message) const {
  INVARIANT(repeated(), text_);
  if (Holder(*message) == nullptr) return;
  Message* holder = MutableHolder(message);
  holder->GetReflection()->ClearField(holder, &leaf());
}

std::string MessagePath::Text(const Message& message, ValueStyle style) const {
  const Message* holder = Holder(message);
  if (holder == nullptr) return "";
  const Reflection& reflection = *holder->GetReflection();
  const Step& last = steps_.back();
  if (last.field->is_map()) {
    const Message* entry = FindEntry(*holder, *last.field, last.key);
    return entry == nullptr ? "" : ValueText(*entry, *last.field->message_type()->map_value(), -1, style);
  }
  if (repeated()) {
    std::vector<std::string> values;
    for (int i = 0; i < reflection.FieldSize(*holder, last.field); ++i) {
      values.push_back(ValueText(*holder, *last.field, i, style));
    }
    return JoinValues(values);
  }
  if (!HasText(*last.field)) return PresenceText(*holder);
  if (last.field->has_presence() && !reflection.HasField(*holder, last.field)) return "";
  return ValueText(*holder, *last.field, -1, style);
}

std::string MessagePath::PresenceText(const Message& holder) const {
  const FieldDescriptor& field = leaf();
  const Reflection& reflection = *holder.GetReflection();
  if (field.is_repeated() || !reflection.HasField(holder, &field)) return "";
  const Message& present = reflection.GetMessage(holder, &field);
  for (const MessagePath& below : PathsOf(*field.message_type(), {&present}, true)) {
    if (!below.Text(present, ValueStyle::kExact).empty()) return "";
  }
  return "yes";
}

namespace {

using Messages = std::vector<const Message*>;

std::vector<std::string> KeysOf(const Messages& holders, const FieldDescriptor& map) {
  std::set<std::string> keys;
  for (const Message* holder : holders) {
    const Reflection& reflection = *holder->GetReflection();
    for (int i = 0; i < reflection.FieldSize(*holder, &map); ++i) {
      const Message& entry = reflection.GetRepeatedMessage(*holder, &map, i);
      keys.insert(entry.GetReflection()->GetString(entry, map.message_type()->map_key()));
    }
  }
  return {keys.begin(), keys.end()};
}

Messages SubmessagesOf(const Messages& holders, const FieldDescriptor& field, int element) {
  Messages found;
  for (const Message* holder : holders) {
    const Reflection& reflection = *holder->GetReflection();
    if (element < 0 && reflection.HasField(*holder, &field))
      found.push_back(&reflection.GetMessage(*holder, &field));
    if (element >= 0 && reflection.FieldSize(*holder, &field) > element) {
      found.push_back(&reflection.GetRepeatedMessage(*holder, &field, element));
    }
  }
  return found;
}

bool IsMessageOfAny(const FieldDescriptor& field) {
  return field.containing_type() == google::protobuf::Any::descriptor() &&
         field.number() == google::protobuf::Any::kValueFieldNumber;
}

// `whole`: also what no holder has, in a message that has a field.
void AddPaths(const Descriptor& type, const Messages& holders, const std::string& prefix, bool outputs,
              bool whole, std::vector<std::string>* paths) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (BehaviourOf(field).output_only && !outputs) continue;
    // Bytes of another message, which say nothing.
    if (IsMessageOfAny(field)) continue;
    const std::string path = prefix + field.name();
    if (field.is_map()) {
      for (const std::string& key : KeysOf(holders, field)) paths->push_back(absl::StrCat(path, ".", key));
    } else if (HasText(field)) {
      paths->push_back(path);
    } else if (field.is_repeated()) {
      for (int element = 0;; ++element) {
        const Messages elements = SubmessagesOf(holders, field, element);
        if (elements.empty()) break;
        AddPaths(*field.message_type(), elements, absl::StrCat(path, ".", element + 1, "."), outputs, whole,
                 paths);
      }
    } else {
      const Messages present = SubmessagesOf(holders, field, -1);
      if (present.empty() && !whole) continue;
      if (!whole || field.message_type()->field_count() == 0) paths->push_back(path);
      AddPaths(*field.message_type(), present, path + ".", outputs, whole, paths);
    }
  }
}

std::vector<MessagePath> Parsed(const Descriptor& type, const std::vector<std::string>& texts) {
  std::vector<MessagePath> paths;
  for (const std::string& text : texts) {
    absl::StatusOr<MessagePath> path = MessagePath::Parse(type, text);
    // An element beyond kElementsMax has no path.
    if (path.ok()) paths.push_back(*std::move(path));
  }
  return paths;
}

}  // namespace

std::vector<MessagePath> PathsOf(const Descriptor& type, const Messages& messages, bool outputs) {
  std::vector<std::string> texts;
  AddPaths(type, messages, "", outputs, false, &texts);
  return Parsed(type, texts);
}

std::vector<MessagePath> PathsOfAll(const Descriptor& type, const Messages& messages) {
  std::vector<std::string> texts;
  AddPaths(type, messages, "", true, true, &texts);
  return Parsed(type, texts);
}

}  // namespace ayni::cli
