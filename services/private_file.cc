#include "services/private_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

// What names a file outlasts a loss of power only once its folder is synced.
bool SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = file >= 0 && fsync(file) == 0;
  if (file >= 0) close(file);
  return synced;
}

}  // namespace

absl::Status WritePrivateFile(const std::string& path, const std::string& what, const std::string& text) {
  const std::string new_path = path + ".new";
  unlink(new_path.c_str());
  const int file = open(new_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  const bool written = file >= 0 &&
                       write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(file) == 0;
  const int error = errno;
  if (file >= 0) close(file);
  if (written && rename(new_path.c_str(), path.c_str()) == 0 && SyncFolderOf(path)) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("can't write ", what, " to ", path, ": ", std::strerror(written ? errno : error)));
}

}  // namespace ayni::services
