#include "services/ledger/signing_key_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/private_file.h"
#include "storage/ledger/sha256.h"

namespace ayni::services {

absl::StatusOr<storage::SigningKey> OpenSigningKey(const std::string& path, const std::string& what) {
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) {
    storage::SigningKey key = storage::SigningKey::Generate();
    if (absl::Status written = WritePrivateFile(path, what, key.ToPem()); !written.ok()) return written;
    return key;
  }
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return absl::UnavailableError(absl::StrCat("can't read ", what, " from ", path));
  absl::StatusOr<storage::SigningKey> key = storage::SigningKey::FromPem(text.str());
  if (!key.ok()) return absl::InvalidArgumentError(absl::StrCat(path, " ", key.status().message()));
  return key;
}

std::string OriginOf(const storage::PublicKey& key) {
  const std::string_view bytes(reinterpret_cast<const char*>(key.data()), key.size());
  const std::string_view digest = storage::View(storage::Sha256({bytes})).substr(0, 8);
  return absl::StrCat("ayni/", absl::BytesToHexString(absl::string_view(digest.data(), digest.size())));
}

}  // namespace ayni::services
