#include "services/resource/digest.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "storage/ledger/sha256.h"

namespace ayni::services {

std::string Sha256(absl::string_view bytes) {
  const storage::Sha256Digest digest = storage::Sha256({{bytes.data(), bytes.size()}});
  return std::string(storage::View(digest));
}

std::string DigestOf(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return Sha256(bytes);
}

}  // namespace ayni::services
