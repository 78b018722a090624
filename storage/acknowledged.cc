#include "storage/acknowledged.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "storage/bytes.h"

namespace ayni::storage {
namespace {

// The sequence, and its complement, so that no other bytes pass for it.
constexpr size_t kFileBytes = 2 * kFixed64Bytes;

}  // namespace

absl::StatusOr<std::unique_ptr<Acknowledged>> Acknowledged::Open(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/", kFile);
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return absl::UnavailableError(absl::StrCat(path, ": ", std::strerror(errno)));
  std::unique_ptr<Acknowledged> acknowledged(new Acknowledged(file));
  std::array<char, kFileBytes> bytes;
  const ssize_t size = pread(file, bytes.data(), bytes.size(), 0);
  if (size < 0) return absl::UnavailableError(absl::StrCat(path, ": ", std::strerror(errno)));
  if (size == 0) return acknowledged;
  const Sequence sequence = DecodeFixed64(bytes.data());
  if (size != kFileBytes || DecodeFixed64(bytes.data() + kFixed64Bytes) != ~sequence) {
    return absl::DataLossError(
        absl::StrCat(path, " is damaged; without it, the store opens at whatever its log still holds"));
  }
  acknowledged->at_open_ = sequence;
  return acknowledged;
}

Acknowledged::~Acknowledged() {
  fdatasync(file_);
  close(file_);
}

void Acknowledged::Raise(Sequence sequence) {
  std::array<char, kFileBytes> bytes;
  EncodeFixed64(bytes.data(), sequence);
  EncodeFixed64(bytes.data() + kFixed64Bytes, ~sequence);
  [[maybe_unused]] const ssize_t written = pwrite(file_, bytes.data(), bytes.size(), 0);
}

}  // namespace ayni::storage
