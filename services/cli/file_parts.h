// Files here that are too large to hold whole, read part by part. A failure is as LocalFileError has it.
#ifndef AYNI_SERVICES_CLI_FILE_PARTS_H_
#define AYNI_SERVICES_CLI_FILE_PARTS_H_

#include <cstdint>
#include <istream>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/cli/file.h"

namespace ayni::cli {

// Hands over the file, or `in` where the path is -, in parts of at most 1 MiB. A failure of `take` ends it
// and is returned as it is.
absl::Status ReadParts(const std::string& path, std::istream& in,
                       absl::FunctionRef<absl::Status(absl::string_view part)> take);

// Of a regular file; 0 where it is none, or is not there.
int64_t FileBytes(const std::string& path);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_FILE_PARTS_H_
