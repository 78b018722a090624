// Files here that are too large to hold whole, part by part. A failure is as LocalFileError has it.
#ifndef AYNI_SERVICES_CLI_FILE_PARTS_H_
#define AYNI_SERVICES_CLI_FILE_PARTS_H_

#include <cstdint>
#include <fstream>
#include <istream>
#include <ostream>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace ayni::cli {

// The name by which standard input and output are given for files.
inline constexpr char kStandard[] = "-";

// Hands over the file, or `in` where the path is -, in parts of at most 1 MiB. A failure of `take` ends it
// and is returned as it is.
absl::Status ReadParts(const std::string& path, std::istream& in,
                       absl::FunctionRef<absl::Status(absl::string_view part)> take);

// Of a regular file; 0 where it is none, or is not there.
int64_t FileBytes(const std::string& path);

// A file that is made, or replaced as a whole once it is complete; `out` where the path is -.
class PartsFile {
 public:
  // `out` outlives this.
  PartsFile(const std::string& path, std::ostream& out);
  ~PartsFile();
  PartsFile(const PartsFile&) = delete;
  PartsFile& operator=(const PartsFile&) = delete;

  absl::Status Write(absl::string_view part);
  // Puts the file in its place. Without it, nothing is changed.
  absl::Status Complete();

 private:
  std::string partial() const { return path_ + ".partial"; }

  const std::string path_;
  std::ofstream file_;
  std::ostream& out_;
  bool complete_ = false;
};

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_FILE_PARTS_H_
