// Base 58 in Bitcoin's alphabet, as multibase writes it after a z.
#ifndef AYNI_SERVICES_CREDENTIAL_BASE58_H_
#define AYNI_SERVICES_CREDENTIAL_BASE58_H_

#include <optional>
#include <string>
#include <string_view>

namespace ayni::services {

// What is longer is no key and no signature. Both cost the square of the length.
inline constexpr size_t kBase58BytesMax = 256;

// REQUIRES: at most kBase58BytesMax bytes.
std::string Base58(std::string_view bytes);
// Nothing where it is not base 58, or longer than what it could come of.
std::optional<std::string> FromBase58(std::string_view text);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_CREDENTIAL_BASE58_H_
