#include "services/cli/file_parts.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include "services/cli/failure.h"

namespace ayni::cli {
namespace {

constexpr size_t kPartBytes = 1 << 20;

absl::Status HandOver(const std::string& path, std::istream& in,
                      absl::FunctionRef<absl::Status(absl::string_view)> take) {
  std::vector<char> part(kPartBytes);
  while (in.read(part.data(), static_cast<std::streamsize>(part.size())), in.gcount() > 0) {
    const absl::Status taken = take({part.data(), static_cast<size_t>(in.gcount())});
    if (!taken.ok()) return taken;
  }
  return in.eof() ? absl::OkStatus() : LocalFileError(path, "can't be read to its end");
}

}  // namespace

absl::Status ReadParts(const std::string& path, std::istream& in,
                       absl::FunctionRef<absl::Status(absl::string_view part)> take) {
  if (path == kStandard) return HandOver("standard input", in, take);
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return LocalFileError(path, "is a folder");
  std::ifstream file(path, std::ios::binary);
  if (!file) return LocalFileError(path, std::strerror(errno));
  return HandOver(path, file, take);
}

int64_t FileBytes(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return 0;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<int64_t>(size);
}

}  // namespace ayni::cli
