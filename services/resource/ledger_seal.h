// What keeps the public ledger from giving away what it is of: digests under a key, and leaves that can't be
// guessed by their hash.
//
//   content   = SHA-256 of the stored bytes
//   salt      = HMAC-SHA-256(secret, "ayni record v1\n" name "\n" content)
//   digest    = HMAC-SHA-256(salt, content)
//   blind     = the first 16 bytes of HMAC-SHA-256(secret, "ayni leaf v1\n" and the event without its blind)
//
// Whoever is given a salt and the record checks the digest; a salt opens no other record, and no other
// version of the same one. The digest before a change is that after the change before it, so that a chain of
// changes can be followed without reading any of them.
#ifndef AYNI_SERVICES_RESOURCE_LEDGER_SEAL_H_
#define AYNI_SERVICES_RESOURCE_LEDGER_SEAL_H_

#include <string>
#include <string_view>

#include "storage/change.h"

namespace ayni::services {

inline constexpr size_t kBlindBytes = 16;

// 32 bytes: the key of the record's digest when it has this content, to be shown to who may read it.
std::string SaltOf(std::string_view secret, std::string_view name, std::string_view content);
// 32 bytes.
std::string SealedDigest(std::string_view secret, std::string_view name, std::string_view content);

// Seals the change's leaves, each an event whose digests are the contents. To be done once to every change
// that is committed. REQUIRES: the leaves are serialised events that are not sealed.
void SealLeaves(std::string_view secret, storage::Change* change);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_LEDGER_SEAL_H_
