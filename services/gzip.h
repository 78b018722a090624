// Texts as gzip has them (RFC 1952).
#ifndef AYNI_SERVICES_GZIP_H_
#define AYNI_SERVICES_GZIP_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace ayni::services {

// One member, of zlib's usual strength.
std::string Gzipped(std::string_view text);

// InvalidArgument where it is not one whole member and nothing more; ResourceExhausted where the text has
// more than bytes_max, which is found before more than that is held.
absl::StatusOr<std::string> Gunzipped(std::string_view member, size_t bytes_max);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_GZIP_H_
