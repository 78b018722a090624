#include "services/gzip.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/gzip_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <zlib.h>

#include <limits>
#include <memory>
#include <vector>

#include "services/invariant.h"

namespace ayni::services {
namespace {

// zlib's number for gzip with the largest window.
constexpr int kWindowBits = 15 + 16;
constexpr size_t kPartBytes = 256 << 10;

struct EndInflate {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

// zlib does not write to its input.
Bytef* InputOf(std::string_view text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); }

}  // namespace

std::string Gzipped(std::string_view text) {
  std::string member;
  google::protobuf::io::StringOutputStream out(&member);
  google::protobuf::io::GzipOutputStream gzip(&out, google::protobuf::io::GzipOutputStream::Options());
  {
    google::protobuf::io::CodedOutputStream coded(&gzip);
    coded.WriteRaw(text.data(), static_cast<int>(text.size()));
  }
  const bool is_closed = gzip.Close();
  INVARIANT(is_closed, "a text in memory can be compressed");
  return member;
}

absl::StatusOr<std::string> Gunzipped(std::string_view member, size_t bytes_max) {
  if (member.size() > std::numeric_limits<uInt>::max())
    return absl::ResourceExhaustedError("is larger than 4 GiB");
  z_stream state = {};
  if (inflateInit2(&state, kWindowBits) != Z_OK) return absl::InternalError("zlib does not begin");
  const std::unique_ptr<z_stream, EndInflate> stream(&state);
  stream->next_in = InputOf(member);
  stream->avail_in = static_cast<uInt>(member.size());
  std::string text;
  std::vector<char> part(kPartBytes);
  int result = Z_OK;
  while (result == Z_OK) {
    stream->next_out = reinterpret_cast<Bytef*>(part.data());
    stream->avail_out = static_cast<uInt>(part.size());
    result = inflate(stream.get(), Z_NO_FLUSH);
    const size_t size = part.size() - stream->avail_out;
    if (text.size() + size > bytes_max) return absl::ResourceExhaustedError("holds more than it may");
    text.append(part.data(), size);
  }
  if (result != Z_STREAM_END || stream->avail_in > 0)
    return absl::InvalidArgumentError("is no gzip, or not a whole one");
  return text;
}

}  // namespace ayni::services
