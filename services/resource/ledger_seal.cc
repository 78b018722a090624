#include "services/resource/ledger_seal.h"

#include "ayni/v1/ledger.pb.h"
#include "services/invariant.h"
#include "storage/ledger/sha256.h"

namespace ayni::services {
namespace {

using storage::HmacSha256;
using storage::Sha256Digest;
using storage::View;

Sha256Digest Salt(std::string_view secret, std::string_view name, std::string_view content) {
  return HmacSha256(secret, {"ayni record v1\n", name, "\n", content});
}

}  // namespace

std::string SaltOf(std::string_view secret, std::string_view name, std::string_view content) {
  return std::string(View(Salt(secret, name, content)));
}

std::string SealedDigest(std::string_view secret, std::string_view name, std::string_view content) {
  return std::string(View(HmacSha256(View(Salt(secret, name, content)), {content})));
}

void SealLeaves(std::string_view secret, storage::Change* change) {
  v1::LedgerEvent event;
  for (std::string& leaf : change->leaves) {
    INVARIANT(event.ParseFromString(leaf) && event.blind().empty(), "leaves are sealed once");
    const std::string& name = event.resource();
    if (!event.before_digest().empty())
      event.set_before_digest(SealedDigest(secret, name, event.before_digest()));
    if (!event.after_digest().empty())
      event.set_after_digest(SealedDigest(secret, name, event.after_digest()));
    const Sha256Digest blind = HmacSha256(secret, {"ayni leaf v1\n", event.SerializeAsString()});
    event.set_blind(blind.data(), kBlindBytes);
    leaf = event.SerializeAsString();
  }
}

}  // namespace ayni::services
