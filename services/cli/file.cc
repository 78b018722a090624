#include "services/cli/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/cli/failure.h"

namespace ayni::cli {

namespace {

absl::Status TooLarge(const std::string& path, size_t bytes_max) {
  return LocalFileError(path, absl::StrCat("is larger than ", bytes_max, " bytes"));
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t bytes_max) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return LocalFileError(path, "is a folder");
  // Of a pipe the size is not known, and what comes is read.
  const auto size =
      std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
  if (size > bytes_max) return TooLarge(path, bytes_max);
  std::ifstream file(path, std::ios::binary);
  if (!file) return LocalFileError(path, std::strerror(errno));
  std::string text;
  text.reserve(size);
  std::array<char, 1 << 16> block;
  while (file.read(block.data(), block.size()), file.gcount() > 0) {
    text.append(block.data(), static_cast<size_t>(file.gcount()));
    if (text.size() > bytes_max) return TooLarge(path, bytes_max);
  }
  if (!file.eof()) return LocalFileError(path, "can't be read to its end");
  return text;
}

absl::Status WriteFile(const std::string& path, const std::string& text) {
  const std::string partial = path + ".partial";
  std::ofstream file(partial, std::ios::binary | std::ios::trunc);
  if (!file) return LocalFileError(path, std::strerror(errno));
  file << text;
  file.close();
  std::error_code error;
  if (file) {
    std::filesystem::rename(partial, path, error);
  } else {
    error.assign(errno, std::generic_category());
  }
  if (!error) return absl::OkStatus();
  const std::string why = error.message();
  std::filesystem::remove(partial, error);
  return LocalFileError(path, why);
}

absl::StatusOr<SecretFile> SecretFile::Create(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return LocalFileError(path, std::strerror(errno));
  return SecretFile(path, descriptor);
}

SecretFile::SecretFile(SecretFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      filled_(other.filled_) {}

SecretFile::~SecretFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  if (!filled_) ::unlink(path_.c_str());
}

absl::Status SecretFile::Fill(const std::string& secret) {
  const std::string line = secret + "\n";
  const ssize_t written = ::write(descriptor_, line.data(), line.size());
  filled_ = written == static_cast<ssize_t>(line.size()) && ::fsync(descriptor_) == 0;
  return filled_ ? absl::OkStatus() : LocalFileError(path_, "can't be written");
}

}  // namespace ayni::cli
