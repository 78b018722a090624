// SHA-256, for telling requests and pages apart, and for the ledger.
#ifndef AYNI_SERVICES_RESOURCE_DIGEST_H_
#define AYNI_SERVICES_RESOURCE_DIGEST_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/strings/string_view.h"

namespace ayni::services {

// 32 bytes.
std::string Sha256(absl::string_view bytes);

// Of the message's bytes in a fixed order of maps: the same for equal messages, in this build.
std::string DigestOf(const google::protobuf::Message& message);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_DIGEST_H_
