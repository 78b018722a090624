#include "services/cli/parts_text.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/arguments.h"
#include "services/cli/message_path.h"
#include "services/cli/value_text.h"

namespace ayni::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool IsOfPath(char each) {
  return absl::ascii_islower(each) || absl::ascii_isdigit(each) || each == '_' || each == '.' || each == '-';
}

// Where the path that begins at `begin` ends, which an equals sign follows; npos where none begins there.
size_t PathEnd(const std::string& text, size_t begin) {
  size_t end = begin;
  while (end < text.size() && IsOfPath(text[end])) ++end;
  return end > begin && end < text.size() && text[end] == '=' ? end : std::string::npos;
}

size_t NextPart(const std::string& text, size_t from) {
  for (size_t comma = text.find(',', from); comma != std::string::npos; comma = text.find(',', comma + 1)) {
    if (PathEnd(text, comma + 1) != std::string::npos) return comma;
  }
  return text.size();
}

std::string FormOf(const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM) return IsSwitch(field) ? "yes|no" : ValueForm(field);
  return absl::StrJoin(EnumeratorTexts(*field.enum_type()), "|");
}

}  // namespace

absl::Status PutParts(const std::string& text, google::protobuf::Message* message) {
  std::set<std::string> given;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t path_end = PathEnd(text, begin);
    if (path_end == std::string::npos)
      return absl::InvalidArgumentError(absl::StrCat("must be ", PartsForm(*message->GetDescriptor())));
    const auto path = ParseFieldFlag(*message->GetDescriptor(), text.substr(begin, path_end - begin));
    if (!path.ok()) return path.status();
    if (!given.insert(path->text()).second)
      return absl::InvalidArgumentError(path->text() + " is given twice");
    const size_t end = NextPart(text, path_end + 1);
    const absl::Status put = path->Put(text.substr(path_end + 1, end - path_end - 1), message);
    if (!put.ok()) return absl::Status(put.code(), absl::StrCat(path->text(), " ", put.message()));
    begin = end + 1;
  }
  return absl::OkStatus();
}

std::string PartsForm(const Descriptor& message) {
  std::vector<std::string> forms;
  for (const std::string& path : FieldFlags(message))
    forms.push_back(absl::StrCat(path, "=", FormOf(MessagePath::Parse(message, path)->leaf())));
  return absl::StrJoin(forms, ",");
}

std::vector<std::string> PartNames(const Descriptor& message) {
  std::vector<std::string> names;
  for (const std::string& path : FieldFlags(message)) names.push_back(path + "=");
  return names;
}

std::vector<std::string> PartValues(const Descriptor& message, const std::string& path) {
  const auto parsed = ParseFieldFlag(message, path);
  if (!parsed.ok() || parsed->leaf().cpp_type() != FieldDescriptor::CPPTYPE_ENUM) return {};
  return EnumeratorTexts(*parsed->leaf().enum_type());
}

}  // namespace ayni::cli
