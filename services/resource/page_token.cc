#include "services/resource/page_token.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/resource/digest.h"

namespace ayni::services {
namespace {

// Not a secret's length: it tells a token of another list, or a cut one, from a right one.
constexpr size_t kTagBytes = 9;

}  // namespace

std::string PageTokens::Tag(absl::string_view name) const {
  return Sha256(absl::StrCat(list_.size(), ":", list_, name)).substr(0, kTagBytes);
}

std::string PageTokens::After(absl::string_view name) const {
  return absl::WebSafeBase64Escape(absl::StrCat(Tag(name), name));
}

absl::optional<std::string> PageTokens::Read(absl::string_view token) const {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() < kTagBytes) return absl::nullopt;
  const absl::string_view name = absl::string_view(bytes).substr(kTagBytes);
  if (absl::string_view(bytes).substr(0, kTagBytes) != Tag(name)) return absl::nullopt;
  return std::string(name);
}

}  // namespace ayni::services
