// The fields of a JSON object by name and type, with what is wrong with them.
#ifndef AYNI_SERVICES_CLI_JSON_FIELDS_H_
#define AYNI_SERVICES_CLI_JSON_FIELDS_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/cli/json_problem.h"

namespace ayni::cli {

// A missing field, and one that is null, are not set: that is no problem; a wrong type is one. The object
// outlives it.
class JsonFields {
 public:
  using Json = nlohmann::json;

  JsonFields(const Json& object, std::string path, std::vector<JsonProblem>* problems)
      : object_(&object), path_(std::move(path)), problems_(problems) {}

  bool Has(const char* name) const;
  std::string Text(const char* name) const;
  std::optional<bool> Bool(const char* name) const;
  std::optional<double> Number(const char* name) const;
  std::optional<JsonFields> Object(const char* name) const;
  std::vector<JsonFields> Objects(const char* name) const;
  // A text alone is a list of one.
  std::vector<std::string> Texts(const char* name) const;

  const Json* Find(const char* name) const;
  void Wrong(absl::string_view name, const std::string& description) const;
  std::string PathOf(absl::string_view name) const;

 private:
  const Json* object_;
  std::string path_;
  std::vector<JsonProblem>* problems_;
};

// The object of a text, or why it is none.
std::optional<nlohmann::json> ParseJsonObject(absl::string_view text, std::string* wrong);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_JSON_FIELDS_H_
