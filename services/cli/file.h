// Files here: read whole, and written by one rule (README.md, "Files that are written"). A failure is as
// LocalFileError has it.
#ifndef AYNI_SERVICES_CLI_FILE_H_
#define AYNI_SERVICES_CLI_FILE_H_

#include <cstddef>
#include <ostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace ayni::cli {

// The name by which standard input and output are given for files.
inline constexpr char kStandard[] = "-";

inline constexpr size_t kFileBytesMax = size_t{2} << 30;

// At most `bytes_max`: what has no end is not read to it.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t bytes_max = kFileBytesMax);

// A file that is made, or replaced as a whole once it is complete: until then, and where anything fails, the
// old one stands. Of a symbolic link, what it leads to is made or replaced. What is no regular file (a
// device, a pipe) is written to as the parts come, and stays what it is. Not thread-safe.
class OutputFile {
 public:
  // - is `standard`, which outlives this; a file can't have that name where it is null.
  OutputFile(const std::string& path, std::ostream* standard);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // A failure to open it is told here.
  absl::Status Write(absl::string_view part);
  // Puts the file in its place.
  absl::Status Complete();

 private:
  void Open();
  // Remembers the failure that errno tells.
  absl::Status Fail();

  const std::string path_;  // as it was given
  std::ostream* const standard_;
  std::string target_;   // what is replaced; empty where nothing is
  std::string partial_;  // beside it, until it is complete
  int descriptor_ = -1;
  absl::Status status_;
};

// The whole text as one OutputFile.
absl::Status WriteFile(const std::string& path, absl::string_view text, std::ostream* standard = nullptr);

// A new file that only its owner may read, made before what goes into it exists, so that a secret is not
// asked for and then lost. Removed again unless it is filled. Not thread-safe.
class SecretFile {
 public:
  // Fails where there is anything already: a secret replaces nothing, and goes to nobody who may read along.
  static absl::StatusOr<SecretFile> Create(const std::string& path);
  SecretFile(SecretFile&& other) noexcept;
  SecretFile& operator=(SecretFile&&) = delete;
  ~SecretFile();

  // The text and a line feed, fsynced.
  absl::Status Fill(const std::string& secret);

 private:
  SecretFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_;  // -1 when done
  bool filled_ = false;
};

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_FILE_H_
