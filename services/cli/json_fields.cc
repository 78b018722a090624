#include "services/cli/json_fields.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/page/utf8.h"

namespace ayni::cli {
namespace {

using page::Printable;
using page::Truncated;

// Of an explanation that quotes the file.
constexpr int kWrongWidth = 200;

}  // namespace

const JsonFields::Json* JsonFields::Find(const char* name) const {
  const auto found = object_->find(name);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

bool JsonFields::Has(const char* name) const { return Find(name) != nullptr; }

std::string JsonFields::PathOf(absl::string_view name) const {
  return absl::StrCat(path_, path_.empty() || name.empty() ? "" : ".", name);
}

void JsonFields::Wrong(absl::string_view name, const std::string& description) const {
  problems_->push_back({PathOf(name), description});
}

std::string JsonFields::Text(const char* name) const {
  const Json* value = Find(name);
  if (value == nullptr) return "";
  if (value->is_string()) return value->get<std::string>();
  Wrong(name, absl::StrCat("must be a text, is ", value->type_name()));
  return "";
}

std::optional<bool> JsonFields::Bool(const char* name) const {
  const Json* value = Find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  Wrong(name, absl::StrCat("must be true or false, is ", value->type_name()));
  return std::nullopt;
}

std::optional<double> JsonFields::Number(const char* name) const {
  const Json* value = Find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->get<double>();
  Wrong(name, absl::StrCat("must be a number, is ", value->type_name()));
  return std::nullopt;
}

std::optional<JsonFields> JsonFields::Object(const char* name) const {
  const Json* value = Find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_object()) return JsonFields(*value, PathOf(name), problems_);
  Wrong(name, absl::StrCat("must be an object, is ", value->type_name()));
  return std::nullopt;
}

std::vector<JsonFields> JsonFields::Objects(const char* name) const {
  std::vector<JsonFields> objects;
  const Json* value = Find(name);
  if (value == nullptr) return objects;
  if (!value->is_array()) {
    Wrong(name, absl::StrCat("must be an array, is ", value->type_name()));
    return objects;
  }
  for (size_t i = 0; i < value->size(); ++i) {
    const std::string at = absl::StrCat(name, "[", i, "]");
    if ((*value)[i].is_object()) {
      objects.emplace_back((*value)[i], PathOf(at), problems_);
    } else {
      Wrong(at, absl::StrCat("must be an object, is ", (*value)[i].type_name()));
    }
  }
  return objects;
}

std::vector<std::string> JsonFields::Texts(const char* name) const {
  const Json* value = Find(name);
  if (value == nullptr) return {};
  if (!value->is_array()) return {Text(name)};
  std::vector<std::string> texts;
  for (size_t i = 0; i < value->size(); ++i) {
    if ((*value)[i].is_string()) {
      texts.push_back((*value)[i].get<std::string>());
    } else {
      Wrong(absl::StrCat(name, "[", i, "]"), absl::StrCat("must be a text, is ", (*value)[i].type_name()));
    }
  }
  return texts;
}

std::optional<nlohmann::json> ParseJsonObject(absl::string_view text, std::string* wrong) {
  try {
    nlohmann::json parsed = nlohmann::json::parse(text.begin(), text.end());
    if (parsed.is_object()) return parsed;
    *wrong = absl::StrCat("must be an object, is ", parsed.type_name());
  } catch (const nlohmann::json::exception& thrown) {
    // [json.exception.parse_error.101] parse error at line 1, column 5: ...
    absl::string_view what = thrown.what();
    const size_t end = what.find("] ");
    if (end != absl::string_view::npos) what.remove_prefix(end + 2);
    *wrong = absl::StrCat("is no JSON: ", Truncated(Printable(what), kWrongWidth));
  }
  return std::nullopt;
}

}  // namespace ayni::cli
