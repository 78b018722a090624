// Texts in what an OpenID provider says.
#ifndef AYNI_SERVICES_SESSION_JSON_TEXT_H_
#define AYNI_SERVICES_SESSION_JSON_TEXT_H_

#include <nlohmann/json.hpp>
#include <string>

namespace ayni::services {

// The text of that name; empty where it is missing or no text, or where `object` is none.
inline std::string TextIn(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SESSION_JSON_TEXT_H_
