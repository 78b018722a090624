// Files here, whole. A failure is as LocalFileError has it.
#ifndef AYNI_SERVICES_CLI_FILE_H_
#define AYNI_SERVICES_CLI_FILE_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ayni::cli {

inline constexpr size_t kFileBytesMax = size_t{2} << 30;

// At most `bytes_max`: what has no end is not read to it.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t bytes_max = kFileBytesMax);

// Makes the file, or replaces it as a whole; leaves all as it was where it fails.
absl::Status WriteFile(const std::string& path, const std::string& text);

// A new file that only its owner may read, made before what goes into it exists, so that a secret is not
// asked for and then lost. Removed again unless it is filled. Not thread-safe.
class SecretFile {
 public:
  // Fails where there is a file already.
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
