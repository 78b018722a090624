// JSON in one form only, by the JSON Canonicalization Scheme (RFC 8785), of documents whose numbers are
// integers: what is signed must be the same bytes whoever writes it.
#ifndef AYNI_SERVICES_CREDENTIAL_CANONICAL_JSON_H_
#define AYNI_SERVICES_CREDENTIAL_CANONICAL_JSON_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace ayni::services {

inline constexpr int kJsonDepthMax = 32;

// Parses a text that has one meaning only. Nothing, and why in `wrong`, where it is no JSON in UTF-8, an
// object has a name twice, a number is no integer of at most 2^53 - 1 in size, or it is nested deeper than
// kJsonDepthMax.
std::optional<nlohmann::json> ParseStrictJson(std::string_view text, std::string* wrong);

// No white space, names in the order of their UTF-16 code units, strings with the fewest escapes.
// REQUIRES: the text is UTF-8 and its numbers are integers, as ParseStrictJson gives them.
std::string CanonicalJson(const nlohmann::json& json);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_CREDENTIAL_CANONICAL_JSON_H_
