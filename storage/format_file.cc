#include "storage/format_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "storage/rocksdb_layout.h"

namespace ayni::storage {
namespace {

// Of the digits of any version, and more than a right file has.
constexpr size_t kReadBytes = 32;

std::string PathIn(const std::string& folder) { return absl::StrCat(folder, "/", kFormatFile); }

absl::Status Failed(const std::string& path, int error) {
  return absl::UnavailableError(absl::StrCat(path, ": ", std::strerror(error)));
}

}  // namespace

absl::Status CheckFormatFile(const std::string& folder) {
  const std::string path = PathIn(folder);
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno == ENOENT ? absl::OkStatus() : Failed(path, errno);
  std::array<char, kReadBytes> bytes;
  const ssize_t size = read(file, bytes.data(), bytes.size());
  const int error = errno;
  close(file);
  if (size < 0) return Failed(path, error);
  const absl::string_view text =
      absl::StripAsciiWhitespace(absl::string_view(bytes.data(), static_cast<size_t>(size)));
  uint64_t version;
  if (!absl::SimpleAtoi(text, &version)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " holds no version of a format: it is damaged, or of a newer program"));
  }
  if (version <= kFormatVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("store at ", folder, ": format version ", version,
                                                    " was written by a newer program; this one reads up to ",
                                                    kFormatVersion));
}

absl::Status MakeFormatFile(const std::string& folder) {
  const std::string path = PathIn(folder);
  if (access(path.c_str(), F_OK) == 0) return absl::OkStatus();
  const std::string new_path = path + ".new";
  const std::string text = absl::StrCat(kFormatVersion, "\n");
  const int file = open(new_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const bool written = file >= 0 &&
                       write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(file) == 0;
  const int error = errno;
  if (file >= 0) close(file);
  if (!written) return Failed(new_path, error);
  return rename(new_path.c_str(), path.c_str()) == 0 ? absl::OkStatus() : Failed(path, errno);
}

}  // namespace ayni::storage
