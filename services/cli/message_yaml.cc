#include "services/cli/message_yaml.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/cli/api.h"
#include "services/cli/value_text.h"
#include "services/cli/wrap.h"

namespace ayni::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kLineColumns = 100;

// Whether YAML takes the text, written as it is, for the same text.
bool IsPlain(const std::string& text) {
  static const auto* const words =
      new std::set<std::string>{"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"};
  if (text.empty() || !absl::ascii_isalpha(text[0]) || text.back() == ' ') return false;
  if (words->count(absl::AsciiStrToLower(text)) > 0) return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char each) {
    return absl::ascii_isalnum(each) || each >= 0x80 ||
           absl::StrContains(" _-./+()", static_cast<char>(each));
  });
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char each : text) {
    if (each == '"' || each == '\\') {
      absl::StrAppend(&quoted, "\\", std::string(1, each));
    } else if (each == '\n') {
      quoted += "\\n";
    } else if (each == '\t') {
      quoted += "\\t";
    } else if (static_cast<unsigned char>(each) < 0x20 || each == 0x7f) {
      absl::StrAppend(&quoted, "\\x", absl::Hex(static_cast<unsigned char>(each), absl::kZeroPad2));
    } else {
      quoted += each;
    }
  }
  return quoted + "\"";
}

// Whether the text is words with one blank between two, which lines can be folded of.
bool IsProse(const std::string& text) {
  if (text.size() <= kLineColumns - 20) return false;
  if (absl::ascii_isspace(text.front()) || absl::ascii_isspace(text.back())) return false;
  return !absl::StrContains(text, "  ") && std::all_of(text.begin(), text.end(), [](unsigned char each) {
    return each >= 0x20 && each != 0x7f;
  });
}

class Writing {
 public:
  std::string Run(const Message& message) {
    WriteFields(message, 0, false);
    return std::move(text_);
  }

 private:
  void Line(int indent, const std::string& line) {
    absl::StrAppend(&text_, std::string(indent, ' '), line, "\n");
  }

  void Comment(int indent, const std::string& comment) {
    const int width = static_cast<int>(kLineColumns) - indent - 2;
    for (const auto line : absl::StrSplit(Wrapped(comment, 0, width), '\n', absl::SkipEmpty()))
      Line(indent, absl::StrCat("# ", line));
  }

  // Comments stand at a field's first place.
  void Explain(const FieldDescriptor& field, int indent) {
    if (!explained_.insert(&field).second) return;
    std::string comment = Api::Get().Comment(field);
    if (comment.empty() && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field.is_map())
      comment = Api::Get().Comment(*field.message_type());
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      absl::StrAppend(&comment, comment.empty() ? "" : " ", "One of ",
                      absl::StrJoin(EnumeratorTexts(*field.enum_type()), ", "), ".");
    }
    Comment(indent, comment);
  }

  static bool IsWritten(const FieldDescriptor& field) {
    const Behaviour behaviour = BehaviourOf(field);
    return !behaviour.output_only && !behaviour.identifier && field.name() != "etag";
  }

  // `in_list`: the first line begins an element.
  void WriteFields(const Message& message, int indent, bool in_list) {
    const Descriptor& type = *message.GetDescriptor();
    const size_t begin = text_.size();
    for (int i = 0; i < type.field_count(); ++i) {
      if (IsWritten(*type.field(i))) WriteField(message, *type.field(i), indent);
    }
    if (in_list) BeginElement(begin, indent);
  }

  // The dash of an element stands before its first line that is no comment.
  void BeginElement(size_t begin, int indent) {
    size_t at = begin;
    while (at < text_.size() && text_[at + indent] == '#') at = text_.find('\n', at) + 1;
    if (at >= text_.size()) {
      // All fields are empty.
      Line(indent - 2, "- {}");
      return;
    }
    text_[at + indent - 2] = '-';
  }

  void WriteField(const Message& message, const FieldDescriptor& field, int indent) {
    const auto* reflection = message.GetReflection();
    const bool is_set = field.is_repeated() ? reflection->FieldSize(message, &field) > 0
                                            : reflection->HasField(message, &field);
    if (!is_set && explained_.count(&field) > 0) return;
    if (indent == 0 && !text_.empty()) text_ += "\n";
    Explain(field, indent);
    if (!is_set) return Line(indent, absl::StrCat("# ", field.name(), ":"));
    if (field.is_map()) return WriteMap(message, field, indent);
    if (field.is_repeated()) return WriteList(message, field, indent);
    if (HasText(field)) return WriteScalar(field.name(), ValueOf(message, field, -1), field, indent);
    const Message& part = reflection->GetMessage(message, &field);
    const bool is_empty = part.ByteSizeLong() == 0;
    Line(indent, absl::StrCat(field.name(), is_empty ? ": {}" : ":"));
    if (!is_empty) WriteFields(part, indent + 2, false);
  }

  // By the JSON mapping, enumerators without what they all begin with.
  static std::string ValueOf(const Message& message, const FieldDescriptor& field, int index) {
    if (field.type() != FieldDescriptor::TYPE_BYTES)
      return ValueText(message, field, index, ValueStyle::kExact);
    const auto* reflection = message.GetReflection();
    return absl::Base64Escape(index < 0 ? reflection->GetString(message, &field)
                                        : reflection->GetRepeatedString(message, &field, index));
  }

  static std::string Scalar(const std::string& value, const FieldDescriptor& field) {
    const bool is_text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING ||
                         field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) return value == "yes" ? "true" : "false";
    return !is_text || IsPlain(value) ? value : Quoted(value);
  }

  void WriteScalar(const std::string& name, const std::string& value, const FieldDescriptor& field,
                   int indent) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING || !IsProse(value))
      return Line(indent, absl::StrCat(name, ": ", Scalar(value, field)));
    Line(indent, name + ": >-");
    text_ += Wrapped(value, indent + 2, static_cast<int>(kLineColumns));
  }

  void WriteMap(const Message& message, const FieldDescriptor& field, int indent) {
    Line(indent, field.name() + ":");
    std::map<std::string, std::string> entries;
    const auto* reflection = message.GetReflection();
    for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
      const Message& entry = reflection->GetRepeatedMessage(message, &field, i);
      entries[entry.GetReflection()->GetString(entry, field.message_type()->map_key())] =
          entry.GetReflection()->GetString(entry, field.message_type()->map_value());
    }
    const FieldDescriptor& value = *field.message_type()->map_value();
    for (const auto& [key, text] : entries)
      WriteScalar(IsPlain(key) ? key : Quoted(key), text, value, indent + 2);
  }

  void WriteList(const Message& message, const FieldDescriptor& field, int indent) {
    const auto* reflection = message.GetReflection();
    const int count = reflection->FieldSize(message, &field);
    if (HasText(field)) {
      std::vector<std::string> values;
      for (int i = 0; i < count; ++i) values.push_back(Scalar(ValueOf(message, field, i), field));
      return Line(indent, absl::StrCat(field.name(), ": [", absl::StrJoin(values, ", "), "]"));
    }
    Line(indent, field.name() + ":");
    for (int i = 0; i < count; ++i) {
      if (i > 0 && indent == 0) text_ += "\n";
      WriteFields(reflection->GetRepeatedMessage(message, &field, i), indent + 4, true);
    }
  }

  std::string text_;
  std::set<const FieldDescriptor*> explained_;
};

}  // namespace

std::string YamlText(const Message& message) { return Writing().Run(message); }

}  // namespace ayni::cli
