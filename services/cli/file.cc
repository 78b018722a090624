#include "services/cli/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/cli/failure.h"

namespace ayni::cli {

namespace {

absl::Status TooLarge(const std::string& path, size_t bytes_max) {
  return LocalFileError(path, absl::StrCat("is larger than ", bytes_max, " bytes"));
}

constexpr mode_t kModeBits = 0777;

absl::Status StandardOutputFailed() { return LocalFileError("standard output", "can't be written"); }

// What the path leads to, whether that is there or not. Of a circle any part, which then can't be replaced.
std::string EndOfLinks(const std::string& path) {
  constexpr int kLinksMax = 40;
  std::filesystem::path end = path;
  std::error_code error;
  for (int links = 0; links < kLinksMax && std::filesystem::is_symlink(end, error); ++links)
    end = end.parent_path() / std::filesystem::read_symlink(end, error);
  return end.string();
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

OutputFile::OutputFile(const std::string& path, std::ostream* standard)
    : path_(path), standard_(path == kStandard ? standard : nullptr) {
  if (standard_ == nullptr) Open();
}

void OutputFile::Open() {
  if (path_ == kStandard) {
    status_ = LocalFileError(path_, "standard output has something else here: name a file, as in ./out");
    return;
  }
  struct stat found = {};
  const bool exists = ::stat(path_.c_str(), &found) == 0;
  if (exists && S_ISDIR(found.st_mode)) {
    status_ = LocalFileError(path_, "is a folder");
  } else if (exists && !S_ISREG(found.st_mode)) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    target_ = EndOfLinks(path_);
    // Of two at once, each has its own.
    partial_ = absl::StrCat(target_, ".", ::getpid(), ".partial");
    constexpr mode_t kNewFile = 0666;
    descriptor_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kNewFile);
    // Who may read the old one may read the new one.
    if (descriptor_ >= 0 && exists && ::fchmod(descriptor_, found.st_mode & kModeBits) != 0)
      Fail().IgnoreError();
  }
  if (status_.ok() && descriptor_ < 0) Fail().IgnoreError();
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!partial_.empty()) ::unlink(partial_.c_str());
}

absl::Status OutputFile::Fail() {
  status_ = LocalFileError(path_, std::strerror(errno));
  return status_;
}

absl::Status OutputFile::Write(absl::string_view part) {
  if (!status_.ok()) return status_;
  if (standard_ != nullptr) {
    standard_->write(part.data(), static_cast<std::streamsize>(part.size()));
    return *standard_ ? absl::OkStatus() : StandardOutputFailed();
  }
  while (!part.empty()) {
    const ssize_t written = ::write(descriptor_, part.data(), part.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Fail();
    part.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status OutputFile::Complete() {
  if (!status_.ok()) return status_;
  if (standard_ != nullptr) {
    standard_->flush();
    return *standard_ ? absl::OkStatus() : StandardOutputFailed();
  }
  if (::close(std::exchange(descriptor_, -1)) != 0) return Fail();
  if (partial_.empty()) return absl::OkStatus();
  if (::rename(partial_.c_str(), target_.c_str()) != 0) return Fail();
  partial_.clear();
  return absl::OkStatus();
}

absl::Status WriteFile(const std::string& path, absl::string_view text, std::ostream* standard) {
  OutputFile file(path, standard);
  if (absl::Status written = file.Write(text); !written.ok()) return written;
  return file.Complete();
}

absl::StatusOr<SecretFile> SecretFile::Create(const std::string& path) {
  if (path == kStandard)
    return LocalFileError(path, "a secret goes into a file of its own: name one that is not there yet");
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0 && errno == EEXIST)
    return LocalFileError(path, "is there already, and a secret replaces nothing: name another");
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
