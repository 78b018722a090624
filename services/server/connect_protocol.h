// The Connect protocol (connectrpc.com/docs/protocol), version 1: what HTTP says of a call, and what a call's
// answer is to HTTP. Values in, values out: nothing here reads a socket.
//
//   POST /ayni.v1.NeedService/CreateNeed     application/json or application/proto: one message
//   GET  /ayni.v1.NeedService/GetNeed?connect=v1&encoding=json&message=...     where nothing is changed
//   POST /ayni.v1.MarketService/ImportMarket application/connect+json or +proto: messages in envelopes
//
// JSON is protobuf's: lowerCamelCase names (snake_case is read too), 64-bit numbers and bytes as text.
#ifndef AYNI_SERVICES_SERVER_CONNECT_PROTOCOL_H_
#define AYNI_SERVICES_SERVER_CONNECT_PROTOCOL_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/method.h"
#include "services/server/http_port.h"

namespace ayni::services {

enum class ConnectCodec { kJson, kProto };

// A call as far as HTTP's first lines say it.
struct ConnectCall {
  std::string method;  // as in ayni.v1.NeedService/GetNeed
  ConnectCodec codec = ConnectCodec::kJson;
  bool streams = false;     // messages come in envelopes, and so does the answer
  bool compressed = false;  // the body, or each envelope that says so, is gzip
  bool takes_gzip = false;  // the answer may be
  absl::Duration timeout = absl::InfiniteDuration();
  std::optional<std::string> message;  // of GET, whose message stands in its address
  // Why it is no call that can be answered with more than this: an error of the protocol's own.
  absl::Status wrong;
};

// A header's value by its name in lower case; empty where there is none.
using HttpHeaders = std::function<std::string_view(std::string_view name)>;

// Whether one of an Accept-Encoding's encodings is gzip, and not refused by q=0.
bool TakesGzip(std::string_view encodings);
// The weak ETag of an answer of these bytes, however it is compressed.
std::string WeakTag(std::string_view bytes);
// Whether an If-None-Match names the tag.
bool HoldsTag(std::string_view tags, std::string_view tag);

// The call that a POST or GET of `path` with `query` is. `method` is
// what is there under the path; null: nothing. Where HTTP itself has the answer (404, 405, 415), that is in
// `refusal`, and the call means nothing.
ConnectCall ReadConnectCall(bool is_get, const std::string& path, const std::string& query,
                            const HttpHeaders& headers, const google::protobuf::MethodDescriptor* method,
                            std::optional<HttpResponse>* refusal);

// One message of the type. InvalidArgument with the reason MESSAGE_MALFORMED, and for JSON what is wrong with
// it; ResourceExhausted where it is compressed and larger than bytes_max.
absl::StatusOr<std::unique_ptr<Message>> ReadConnectMessage(const google::protobuf::Descriptor& type,
                                                            ConnectCodec codec, bool compressed,
                                                            std::string_view bytes, size_t bytes_max);

// What stands in the envelope at the beginning of `bytes`.
struct Envelope {
  bool compressed = false;
  std::string_view message;
  size_t size = 0;  // of the whole envelope
};

// nullopt where it is not whole yet. InvalidArgument where its first byte says what is not known, and
// ResourceExhausted where it is to be longer than bytes_max.
absl::StatusOr<std::optional<Envelope>> ReadEnvelope(std::string_view bytes, size_t bytes_max);

// The answer of a call to which HTTP answers. `request_id` is that of the exchange; `tag_seen`, of a GET, its
// If-None-Match.
HttpResponse ToHttpResponse(const ConnectCall& call, const absl::StatusOr<std::unique_ptr<Message>>& answer,
                            const std::string& request_id, std::string_view tag_seen);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_CONNECT_PROTOCOL_H_
