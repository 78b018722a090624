#include "services/cli/message_reading.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/api.h"
#include "services/cli/nearest.h"
#include "services/cli/value_text.h"

namespace ayni::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// An alias may stand for much each time that it is written.
constexpr int kNodesMax = 200'000;
constexpr size_t kErrorsMax = 100;

class Reading {
 public:
  explicit Reading(ReadingNotes* notes) : notes_(*notes) {}

  std::vector<ReadingError> Run(const std::string& text, Message* message) {
    if (text.size() > kMessageFileBytesMax) {
      errors_.push_back({0, 0, absl::StrCat("is larger than ", kMessageFileBytesMax, " bytes")});
      return errors_;
    }
    try {
      const std::vector<YAML::Node> documents = YAML::LoadAll(text);
      if (documents.size() > 1) Add(documents[1].Mark(), "only one document may stand in the file");
      if (documents.empty() || documents[0].IsNull()) {
        errors_.push_back({1, 1, "the file is empty"});
      } else {
        notes_.filled.reset(message->New());
        ReadFields(documents[0], "", message);
      }
    } catch (const YAML::Exception& error) {
      Add(error.mark, absl::StrCat("is no YAML or JSON: ", error.msg));
    }
    std::stable_sort(errors_.begin(), errors_.end(), [](const ReadingError& a, const ReadingError& b) {
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    return errors_;
  }

 private:
  void Add(const YAML::Mark& mark, std::string what) {
    if (errors_.size() < kErrorsMax) errors_.push_back({mark.line + 1, mark.column + 1, std::move(what)});
  }

  bool Count(const YAML::Node& node) {
    if (++node_count_ == kNodesMax) Add(node.Mark(), "the file holds too much; do aliases multiply?");
    return node_count_ < kNodesMax;
  }

  static std::string Inside(const std::string& path, const std::string& field) {
    return absl::StrCat(path, path.empty() ? "" : ".", field);
  }
  // What is wrong with a node, after the field that it stands for.
  static std::string About(const std::string& path, const std::string& what) {
    return absl::StrCat(path, path.empty() ? "" : " ", what);
  }
  static const char* KindOf(const YAML::Node& node) {
    if (node.IsMap()) return "fields";
    return node.IsSequence() ? "a list" : "a value";
  }

  void ReadFields(const YAML::Node& node, const std::string& path, Message* message) {
    const Descriptor& type = *message->GetDescriptor();
    if (!node.IsMap()) {
      return Add(node.Mark(), About(path, absl::StrCat("must hold fields, as in ", type.field(0)->name(),
                                                       ": ..., and is ", KindOf(node))));
    }
    std::set<std::string> seen;
    for (const auto& entry : node) {
      if (!Count(entry.first)) return;
      if (!entry.first.IsScalar()) {
        Add(entry.first.Mark(), About(path, "has a key that is no name of a field"));
        continue;
      }
      const std::string& key = entry.first.Scalar();
      const FieldDescriptor* field = FindField(type, key);
      if (field == nullptr) {
        Add(entry.first.Mark(),
            absl::StrCat(Inside(path, key), " does not exist", DidYouMean(key, Names(type))));
      } else if (!seen.insert(field->name()).second) {
        Add(entry.first.Mark(), absl::StrCat(Inside(path, key), " stands twice"));
      } else if (!BehaviourOf(*field).output_only) {
        NotePlace(Inside(path, field->name()), entry.first.Mark());
        ReadField(entry.second, Inside(path, field->name()), *field, message);
      } else if (path.empty()) {
        PassOver(entry, *field);
      }
    }
  }

  void NotePlace(const std::string& path, const YAML::Mark& mark) {
    notes_.places[path] = {mark.line + 1, mark.column + 1};
  }

  // Of what can't be read as its field, nothing is known.
  void PassOver(const YAML::detail::iterator_value& entry, const FieldDescriptor& field) {
    if (entry.second.IsNull() || field.is_repeated()) return;
    NotePlace(field.name(), entry.first.Mark());
    notes_.passed_over.push_back(&field);
    if (!entry.second.IsScalar() || !HasText(field)) return;
    if (!Put(field, entry.second.Scalar(), notes_.filled.get()).ok())
      notes_.filled->GetReflection()->ClearField(notes_.filled.get(), &field);
  }

  static const FieldDescriptor* FindField(const Descriptor& type, const std::string& key) {
    const FieldDescriptor* field = type.FindFieldByName(key);
    if (field != nullptr) return field;
    for (int i = 0; i < type.field_count(); ++i) {
      if (type.field(i)->json_name() == key) return type.field(i);
    }
    return nullptr;
  }

  static std::vector<std::string> Names(const Descriptor& type) {
    std::vector<std::string> names;
    for (int i = 0; i < type.field_count(); ++i) {
      if (!BehaviourOf(*type.field(i)).output_only) names.push_back(type.field(i)->name());
    }
    return names;
  }

  void ReadField(const YAML::Node& node, const std::string& path, const FieldDescriptor& field,
                 Message* message) {
    if (node.IsNull()) return;
    if (field.is_map()) return ReadMap(node, path, field, message);
    if (!field.is_repeated()) return ReadValue(node, path, field, message);
    if (!node.IsSequence()) {
      return Add(node.Mark(), About(path, absl::StrCat("must be a list, and is ", KindOf(node))));
    }
    for (size_t i = 0; i < node.size(); ++i) {
      if (!Count(node[i])) return;
      const std::string element = absl::StrCat(path, "[", i, "]");
      NotePlace(element, node[i].Mark());
      ReadValue(node[i], element, field, message);
    }
  }

  // Of texts by texts, which is what maps of this API are.
  void ReadMap(const YAML::Node& node, const std::string& path, const FieldDescriptor& field,
               Message* message) {
    if (!node.IsMap()) {
      return Add(node.Mark(),
                 About(path, absl::StrCat("must hold a text a key, as in spa: ..., and is ", KindOf(node))));
    }
    std::set<std::string> seen;
    for (const auto& entry : node) {
      if (!Count(entry.first)) return;
      if (!entry.first.IsScalar() || !entry.second.IsScalar()) {
        Add(entry.first.Mark(), About(path, "must hold a text a key, as in spa: ..."));
        continue;
      }
      const std::string& key = entry.first.Scalar();
      if (!seen.insert(key).second) {
        Add(entry.first.Mark(), absl::StrCat(Inside(path, key), " stands twice"));
        continue;
      }
      Message* added = message->GetReflection()->AddMessage(message, &field);
      const auto* reflection = added->GetReflection();
      reflection->SetString(added, field.message_type()->map_key(), key);
      reflection->SetString(added, field.message_type()->map_value(), entry.second.Scalar());
    }
  }

  // As PutValue, but bytes, which are base64 in JSON.
  static absl::Status Put(const FieldDescriptor& field, const std::string& text, Message* message) {
    if (field.type() != FieldDescriptor::TYPE_BYTES) return PutValue(field, text, message);
    std::string bytes;
    if (!absl::Base64Unescape(text, &bytes))
      return absl::InvalidArgumentError(absl::StrCat("must be base64, is '", text, "'"));
    const auto* reflection = message->GetReflection();
    field.is_repeated() ? reflection->AddString(message, &field, bytes)
                        : reflection->SetString(message, &field, bytes);
    return absl::OkStatus();
  }

  // Of a field, or an element of a list, to which it is added.
  void ReadValue(const YAML::Node& node, const std::string& path, const FieldDescriptor& field,
                 Message* message) {
    if (node.IsScalar() && HasText(field)) {
      // A text that is empty is one that is not set.
      if (node.Scalar().empty() && !field.is_repeated()) return;
      const absl::Status put = Put(field, node.Scalar(), message);
      if (!put.ok()) Add(node.Mark(), About(path, std::string(put.message())));
      return;
    }
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return Add(node.Mark(), About(path, absl::StrCat("must be a value, and is ", KindOf(node))));
    }
    const auto* reflection = message->GetReflection();
    ReadFields(node, path,
               field.is_repeated() ? reflection->AddMessage(message, &field)
                                   : reflection->MutableMessage(message, &field));
  }

  ReadingNotes& notes_;
  std::vector<ReadingError> errors_;
  int node_count_ = 0;
};

bool SaysSame(const Message& a, const Message& b, const FieldDescriptor& field) {
  const bool is_set = a.GetReflection()->HasField(a, &field);
  return is_set == b.GetReflection()->HasField(b, &field) &&
         (!is_set ||
          ValueText(a, field, -1, ValueStyle::kExact) == ValueText(b, field, -1, ValueStyle::kExact));
}

}  // namespace

std::vector<ReadingError> ReadMessage(const std::string& text, Message* message, ReadingNotes* notes) {
  ReadingNotes unread;
  return Reading(notes == nullptr ? &unread : notes).Run(text, message);
}

FilePlace PlaceOf(const ReadingNotes& notes, std::string path) {
  while (!path.empty()) {
    const auto found = notes.places.find(path);
    if (found != notes.places.end()) return found->second;
    const size_t end = path.find_last_of(".[");
    path.resize(end == std::string::npos ? 0 : end);
  }
  return {};
}

std::string PassedOverText(const std::string& file, const ReadingNotes& notes, const Message* known) {
  std::vector<std::string> names;
  FilePlace first;
  for (const FieldDescriptor* field : notes.passed_over) {
    if (known != nullptr && SaysSame(*notes.filled, *known, *field)) continue;
    if (names.empty()) first = PlaceOf(notes, field->name());
    names.push_back(field->name());
  }
  if (names.empty()) return "";
  return ErrorText(file, {first.line, first.column,
                          absl::StrCat(absl::StrJoin(names, ", "), names.size() == 1 ? " is" : " are",
                                       " the server's to fill: what the file says is passed over")});
}

std::string ErrorText(const std::string& file, const ReadingError& error) {
  if (error.line == 0) return absl::StrCat(file, ": ", error.what);
  return absl::StrCat(file, ":", error.line, ":", error.column, ": ", error.what);
}

}  // namespace ayni::cli
