// A credential as a document that anybody can check without the market: the W3C's Verifiable Credentials Data
// Model 2.0, with a Data Integrity proof of the cryptosuite eddsa-jcs-2022. README.md shows one.
#ifndef AYNI_SERVICES_CREDENTIAL_VERIFIABLE_CREDENTIAL_H_
#define AYNI_SERVICES_CREDENTIAL_VERIFIABLE_CREDENTIAL_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/party.pb.h"
#include "google/type/date.pb.h"
#include "storage/ledger/ed25519.h"

namespace ayni::services {

inline constexpr size_t kDocumentBytesMax = 256 * 1024;

// What a document is made of.
struct StatedCredential {
  const v1::Credential& credential;
  const v1::Party& holder;
  const v1::Party& certifier;
  google::type::Date first_day;
  google::type::Date last_day;  // of no year: it does not expire
};

// The document, signed at `now`. Names of records stand in it as URLs below the issuer's identifier; of
// parties their display names, and nothing else that tells of a person. Its days are the first and last
// moments of a day anywhere on earth.
std::string SignCredential(const StatedCredential& stated, const storage::SigningKey& key, absl::Time now);

// What a document that was signed says.
struct CheckedCredential {
  std::string holder;  // display name; that of the record where there is none
  std::string scheme;
  std::string certifier;
  std::vector<std::string> services;      // none: all
  std::vector<std::string> value_chains;  // none: all
  std::string valid_from;                 // as written
  std::string valid_until;                // empty: it does not expire
  std::string signed_at;
};

// Whether `issuer`, a did:key, signed the document, every field of it, and it is valid at `now`.
// InvalidArgument: the issuer is no did:key. DataLoss: it is no such document, or not what the issuer signed.
// FailedPrecondition: it is, and not valid now.
absl::StatusOr<CheckedCredential> CheckCredential(std::string_view document, std::string_view issuer,
                                                  absl::Time now);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_CREDENTIAL_VERIFIABLE_CREDENTIAL_H_
