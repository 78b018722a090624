// The files of the web console and the API's document, as GETs that are no calls get them.
#ifndef AYNI_SERVICES_SERVER_WEB_FOLDER_H_
#define AYNI_SERVICES_SERVER_WEB_FOLDER_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/server/connect_door.h"

namespace ayni::services {

inline constexpr size_t kWebFolderBytesMax = 64 << 20;

// All in memory, compressed too: what is asked for never becomes a path of this machine's. Constant, and safe
// to use from any thread.
class WebFolder {
 public:
  // Reads every file of the folder and of those in it; a folder's own page is its index.html. Unavailable
  // where one can't be read, or all together have more than kWebFolderBytesMax.
  static absl::StatusOr<WebFolder> Read(const std::string& folder);

  // Adds a file that is in no folder.
  void Add(const std::string& path, const std::string& text);

  // With a tag, and how long it may be kept: what stands under /assets/ has the hash of its bytes in its
  // name, and stays for ever. Pages may load nothing of elsewhere, and run no script but files of here.
  std::optional<HttpResponse> Find(const DoorRequest& request) const;

  size_t file_count() const { return files_.size(); }

 private:
  struct File {
    std::string type;
    std::string text;
    std::string compressed;  // empty where that is no shorter
    std::string tag;
  };

  std::map<std::string, File> files_;  // by path, which begins with /
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_WEB_FOLDER_H_
