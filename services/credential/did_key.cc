#include "services/credential/did_key.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/credential/base58.h"
#include "services/text_view.h"

namespace ayni::services {
namespace {

constexpr std::string_view kPrefix = "did:key:z";
// The multicodec of a public key of Ed25519, as a variable-length integer.
constexpr std::string_view kMulticodec = "\xed\x01";

}  // namespace

std::string DidOf(const storage::PublicKey& key) {
  const std::string_view bytes(reinterpret_cast<const char*>(key.data()), key.size());
  return absl::StrCat(Absl(kPrefix), Base58(absl::StrCat(Absl(kMulticodec), Absl(bytes))));
}

absl::StatusOr<storage::PublicKey> KeyOf(std::string_view did) {
  const absl::Status wrong = absl::InvalidArgumentError(
      "is no did:key of Ed25519, which begins with did:key:z6Mk and has 56 characters");
  if (!absl::StartsWith(Absl(did), Absl(kPrefix))) return wrong;
  const std::optional<std::string> bytes = FromBase58(did.substr(kPrefix.size()));
  if (!bytes.has_value() || bytes->size() != kMulticodec.size() + storage::kPublicKeyBytes ||
      !absl::StartsWith(*bytes, Absl(kMulticodec)))
    return wrong;
  storage::PublicKey key;
  std::copy(bytes->begin() + kMulticodec.size(), bytes->end(), key.begin());
  return key;
}

std::string VerificationMethodOf(std::string_view did) {
  return absl::StrCat(Absl(did), "#", Absl(did.substr(kPrefix.size() - 1)));
}

}  // namespace ayni::services
