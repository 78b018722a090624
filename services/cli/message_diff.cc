#include "services/cli/message_diff.h"

#include <algorithm>
#include <functional>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/api.h"
#include "services/cli/value_text.h"
#include "services/page/utf8.h"

namespace ayni::cli {
namespace {

using page::Printable;
using page::Truncated;

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Kind = Difference::Kind;

// Of a value in a line.
constexpr int kValueColumns = 60;

bool IsLookedAt(const FieldDescriptor& field) {
  const Behaviour behaviour = BehaviourOf(field);
  return !behaviour.output_only && !behaviour.identifier && field.name() != "etag";
}

bool IsSet(const Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  return field.is_repeated() ? reflection->FieldSize(message, &field) > 0
                             : reflection->HasField(message, &field);
}

// Whether the field is one value or several, rather than parts with fields of their own.
bool HasValues(const FieldDescriptor& field) { return !field.is_map() && HasText(field); }

std::string ValuesText(const Message& message, const FieldDescriptor& field) {
  if (!IsSet(message, field)) return "";
  if (!field.is_repeated()) return ValueText(message, field, -1, ValueStyle::kShort);
  std::vector<std::string> values;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i)
    values.push_back(ValueText(message, field, i, ValueStyle::kShort));
  return absl::StrJoin(values, ", ");
}

using Elements = std::vector<std::pair<std::string, const Message*>>;

// Each with what tells it apart: its id, or its place.
Elements ElementsOf(const Message& message, const FieldDescriptor& field) {
  const FieldDescriptor* id = field.message_type()->FindFieldByName("id");
  const auto* reflection = message.GetReflection();
  Elements elements;
  for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
    const Message& element = reflection->GetRepeatedMessage(message, &field, i);
    elements.emplace_back(id == nullptr ? absl::StrCat(i) : element.GetReflection()->GetString(element, id),
                          &element);
  }
  return elements;
}

const Message* Find(const Elements& elements, const std::string& key) {
  for (const auto& [each, element] : elements) {
    if (each == key) return element;
  }
  return nullptr;
}

class Comparison {
 public:
  std::vector<Difference> Run(const Message& before, const Message& after) {
    CompareFields(before, after, "");
    return std::move(differences_);
  }

 private:
  void Add(const std::string& path, std::string before, std::string after) {
    if (before == after) return;
    const Kind kind = before.empty() ? Kind::kAdded : after.empty() ? Kind::kRemoved : Kind::kChanged;
    differences_.push_back({kind, path, std::move(before), std::move(after)});
  }

  void CompareFields(const Message& before, const Message& after, const std::string& prefix) {
    const Descriptor& type = *before.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (!IsLookedAt(field) || (!IsSet(before, field) && !IsSet(after, field))) continue;
      const std::string path = prefix + field.name();
      if (HasValues(field)) {
        Add(path, ValuesText(before, field), ValuesText(after, field));
      } else if (field.is_map()) {
        CompareMaps(before, after, field, path);
      } else if (field.is_repeated()) {
        CompareLists(before, after, field, path);
      } else {
        CompareFields(before.GetReflection()->GetMessage(before, &field),
                      after.GetReflection()->GetMessage(after, &field), path + ".");
      }
    }
  }

  void CompareMaps(const Message& before, const Message& after, const FieldDescriptor& field,
                   const std::string& path) {
    std::map<std::string, std::pair<std::string, std::string>> entries;
    const auto read = [&](const Message& message, auto place) {
      const auto* reflection = message.GetReflection();
      for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
        const Message& entry = reflection->GetRepeatedMessage(message, &field, i);
        const auto* of_entry = entry.GetReflection();
        entries[of_entry->GetString(entry, field.message_type()->map_key())].*place =
            of_entry->GetString(entry, field.message_type()->map_value());
      }
    };
    read(before, &std::pair<std::string, std::string>::first);
    read(after, &std::pair<std::string, std::string>::second);
    for (const auto& [key, texts] : entries) Add(absl::StrCat(path, ".", key), texts.first, texts.second);
  }

  void CompareLists(const Message& before, const Message& after, const FieldDescriptor& field,
                    const std::string& path) {
    const Elements old_elements = ElementsOf(before, field);
    const Elements new_elements = ElementsOf(after, field);
    std::vector<std::string> old_order;
    for (const auto& [key, element] : old_elements) {
      const std::string at = absl::StrCat(path, "[", key, "]");
      const Message* now = Find(new_elements, key);
      if (now == nullptr) {
        differences_.push_back({Kind::kRemoved, at, ElementText(*element), ""});
      } else {
        CompareFields(*element, *now, at + ".");
        old_order.push_back(key);
      }
    }
    std::vector<std::string> new_order;
    for (const auto& [key, element] : new_elements) {
      if (Find(old_elements, key) == nullptr) {
        differences_.push_back({Kind::kAdded, absl::StrCat(path, "[", key, "]"), "", ElementText(*element)});
      } else {
        new_order.push_back(key);
      }
    }
    if (old_order != new_order) {
      differences_.push_back({Kind::kChanged, path + " in the order", absl::StrJoin(old_order, ", "),
                              absl::StrJoin(new_order, ", ")});
    }
  }

  // The values of a part, in one line.
  static std::string ElementText(const Message& message) {
    const std::unique_ptr<Message> none(message.New());
    std::vector<std::string> texts;
    for (const Difference& each : Comparison().Run(*none, message)) {
      if (each.path != "id") texts.push_back(absl::StrCat(each.path, " ", each.after));
    }
    return absl::StrJoin(texts, ", ");
  }

  std::vector<Difference> differences_;
};

}  // namespace

std::vector<Difference> Differences(const Message& before, const Message& after) {
  return Comparison().Run(before, after);
}

std::string DifferencesText(const std::vector<Difference>& differences, bool colour) {
  std::string text;
  const auto line = [&](const char* tint, const std::string& content) {
    absl::StrAppend(&text, colour ? tint : "", Printable(content), colour ? "\033[0m" : "", "\n");
  };
  for (const Difference& each : differences) {
    const std::string before = Truncated(Printable(each.before), kValueColumns);
    const std::string after = Truncated(Printable(each.after), kValueColumns);
    switch (each.kind) {
      case Kind::kAdded:
        line("\033[32m", absl::StrCat("+ ", each.path, ": ", each.after));
        break;
      case Kind::kRemoved:
        line("\033[31m", absl::StrCat("- ", each.path, ": ", each.before));
        break;
      case Kind::kChanged:
        line("\033[33m", absl::StrCat("~ ", each.path, ": ", before, " -> ", after));
    }
  }
  return text;
}

}  // namespace ayni::cli
