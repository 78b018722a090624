#include "services/server/web_folder.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/gzip.h"
#include "services/server/connect_protocol.h"

namespace ayni::services {
namespace {

constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";
constexpr char kKeptForEver[] = "public, max-age=31536000, immutable";

struct TypeOfEnding {
  const char* ending;
  const char* type;
};

constexpr TypeOfEnding kTypes[] = {{".html", "text/html; charset=utf-8"},
                                   {".js", "text/javascript; charset=utf-8"},
                                   {".mjs", "text/javascript; charset=utf-8"},
                                   {".css", "text/css; charset=utf-8"},
                                   {".json", "application/json"},
                                   {".webmanifest", "application/manifest+json"},
                                   {".svg", "image/svg+xml"},
                                   {".png", "image/png"},
                                   {".ico", "image/x-icon"},
                                   {".woff2", "font/woff2"},
                                   {".txt", "text/plain; charset=utf-8"}};

std::string TypeOf(const std::string& path) {
  for (const TypeOfEnding& each : kTypes) {
    if (absl::EndsWith(path, each.ending)) return each.type;
  }
  return "application/octet-stream";
}

}  // namespace

absl::StatusOr<WebFolder> WebFolder::Read(const std::string& folder) {
  WebFolder web;
  std::error_code error;
  size_t bytes = 0;
  const std::filesystem::path root(folder);
  for (std::filesystem::recursive_directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->is_regular_file()) continue;
    std::ifstream file(entry->path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file.is_open() || file.bad())
      return absl::UnavailableError(absl::StrCat("can't read ", entry->path().string()));
    bytes += text.size();
    if (bytes > kWebFolderBytesMax)
      return absl::UnavailableError(absl::StrCat(folder, " has more than ", kWebFolderBytesMax, " bytes"));
    web.Add(absl::StrCat("/", entry->path().lexically_relative(root).generic_string()), text);
  }
  if (error) return absl::UnavailableError(absl::StrCat("can't read ", folder, ": ", error.message()));
  return web;
}

void WebFolder::Add(const std::string& path, const std::string& text) {
  std::string compressed = Gzipped(text);
  if (compressed.size() >= text.size()) compressed.clear();
  files_[path] = {TypeOf(path), text, std::move(compressed), WeakTag(text)};
}

std::optional<HttpResponse> WebFolder::Find(const DoorRequest& request) const {
  const bool is_folder = absl::EndsWith(request.path, "/");
  const auto found = files_.find(is_folder ? request.path + "index.html" : request.path);
  if (found == files_.end()) return std::nullopt;
  const File& file = found->second;
  HttpResponse response{
      .type = file.type,
      .headers = {{"ETag", file.tag},
                  {"Cache-Control", absl::StartsWith(found->first, "/assets/") ? kKeptForEver : "no-cache"},
                  {"Vary", "Accept-Encoding"},
                  {"Content-Security-Policy", kPolicy},
                  {"Referrer-Policy", "no-referrer"},
                  {"Cross-Origin-Opener-Policy", "same-origin"}}};
  if (HoldsTag(request.headers("if-none-match"), file.tag)) {
    response.code = 304;
  } else if (TakesGzip(request.headers("accept-encoding")) && !file.compressed.empty()) {
    response.body = file.compressed;
    response.headers.emplace_back("Content-Encoding", "gzip");
  } else {
    response.body = file.text;
  }
  return response;
}

}  // namespace ayni::services
