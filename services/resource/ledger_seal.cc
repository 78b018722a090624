#include "services/resource/ledger_seal.h"

#include "absl/strings/str_cat.h"
#include "ayni/v1/ledger.pb.h"
#include "services/invariant.h"
#include "services/resource/digest.h"

namespace ayni::services {

std::string SaltOf(absl::string_view secret, absl::string_view name, absl::string_view content) {
  return HmacSha256(secret, absl::StrCat("ayni record v1\n", name, "\n", content));
}

std::string SealedDigest(absl::string_view secret, absl::string_view name, absl::string_view content) {
  return HmacSha256(SaltOf(secret, name, content), content);
}

void SealLeaves(absl::string_view secret, storage::Change* change) {
  v1::LedgerEvent event;
  for (std::string& leaf : change->leaves) {
    INVARIANT(event.ParseFromString(leaf) && event.blind().empty(), "leaves are sealed once");
    const std::string& name = event.resource();
    if (!event.before_digest().empty())
      event.set_before_digest(SealedDigest(secret, name, event.before_digest()));
    if (!event.after_digest().empty())
      event.set_after_digest(SealedDigest(secret, name, event.after_digest()));
    const std::string blind = HmacSha256(secret, absl::StrCat("ayni leaf v1\n", event.SerializeAsString()));
    event.set_blind(blind.substr(0, kBlindBytes));
    leaf = event.SerializeAsString();
  }
}

}  // namespace ayni::services
