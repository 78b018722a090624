#include "services/server/connect_protocol.h"

#include <google/protobuf/util/json_util.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/rpc/status.pb.h"
#include "services/errors.h"
#include "services/gzip.h"
#include "services/query.h"
#include "services/server/rpc_status.h"
#include "services/text_view.h"
#include "storage/ledger/sha256.h"

namespace ayni::services {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageToJsonString;

constexpr char kVersion[] = "1";
constexpr size_t kTimeoutDigitsMax = 10;
// Smaller answers only grow by it.
constexpr size_t kCompressedBytesMin = 1024;
constexpr size_t kTagBytes = 16;
// What JSON can't be read is not said in full: it may be long, and of any bytes.
constexpr size_t kReasonBytesMax = 300;
// Of an envelope: how it is flagged, and the length of its message, the most significant byte first.
constexpr size_t kEnvelopeHeadBytes = 5;
constexpr unsigned char kFlagCompressed = 1;
constexpr unsigned char kFlagEnd = 2;

constexpr char kTypes[] = "application/json, application/proto";
constexpr char kStreamTypes[] = "application/connect+json, application/connect+proto";

struct CodeWords {
  absl::StatusCode code;
  const char* word;
  int http;
};

// As the protocol has them.
constexpr CodeWords kCodes[] = {{absl::StatusCode::kCancelled, "canceled", 499},
                                {absl::StatusCode::kUnknown, "unknown", 500},
                                {absl::StatusCode::kInvalidArgument, "invalid_argument", 400},
                                {absl::StatusCode::kDeadlineExceeded, "deadline_exceeded", 504},
                                {absl::StatusCode::kNotFound, "not_found", 404},
                                {absl::StatusCode::kAlreadyExists, "already_exists", 409},
                                {absl::StatusCode::kPermissionDenied, "permission_denied", 403},
                                {absl::StatusCode::kResourceExhausted, "resource_exhausted", 429},
                                {absl::StatusCode::kFailedPrecondition, "failed_precondition", 400},
                                {absl::StatusCode::kAborted, "aborted", 409},
                                {absl::StatusCode::kOutOfRange, "out_of_range", 400},
                                {absl::StatusCode::kUnimplemented, "unimplemented", 501},
                                {absl::StatusCode::kInternal, "internal", 500},
                                {absl::StatusCode::kUnavailable, "unavailable", 503},
                                {absl::StatusCode::kDataLoss, "data_loss", 500},
                                {absl::StatusCode::kUnauthenticated, "unauthenticated", 401}};

const CodeWords& WordsOf(absl::StatusCode code) {
  for (const CodeWords& words : kCodes) {
    if (words.code == code) return words;
  }
  return kCodes[1];
}

absl::Status Malformed(const std::string& why) {
  absl::Status status = absl::InvalidArgumentError(why);
  AttachErrorInfo("MESSAGE_MALFORMED", {}, &status);
  return status;
}

// A media type without its parameters, which say nothing that UTF-8 does not.
std::string MediaType(std::string_view value) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(Absl(value.substr(0, value.find(';')))));
}

bool ReadCodec(const std::string& word, ConnectCodec* codec) {
  *codec = word == "proto" ? ConnectCodec::kProto : ConnectCodec::kJson;
  return word == "proto" || word == "json";
}

absl::Status ReadEncoding(std::string_view encoding, bool* compressed) {
  *compressed = absl::EqualsIgnoreCase(Absl(encoding), "gzip");
  if (*compressed || encoding.empty() || absl::EqualsIgnoreCase(Absl(encoding), "identity"))
    return absl::OkStatus();
  absl::Status status = absl::UnimplementedError("messages may be compressed by gzip, or not at all");
  AttachErrorInfo("ENCODING_UNKNOWN", {}, &status);
  return status;
}

absl::Status ReadTimeout(std::string_view text, absl::Duration* timeout) {
  if (text.empty()) return absl::OkStatus();
  int64_t milliseconds = 0;
  const bool has_form =
      text.size() <= kTimeoutDigitsMax && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (!has_form || !absl::SimpleAtoi(Absl(text), &milliseconds))
    return Malformed("connect-timeout-ms must be at most 10 digits");
  *timeout = absl::Milliseconds(milliseconds);
  return absl::OkStatus();
}

absl::Status ReadGet(const std::string& query, ConnectCall* call) {
  std::map<std::string, std::string> fields;
  if (!ReadQuery(query, &fields)) return Malformed("the query is not percent-encoded as it should be");
  if (fields.count("connect") != 0 && fields["connect"] != "v1")
    return Malformed("connect must be v1, the version of the protocol");
  if (!ReadCodec(fields["encoding"], &call->codec)) return Malformed("encoding must be json or proto");
  if (fields.count("message") == 0) return Malformed("message is required: what would be the body of a POST");
  if (absl::Status read = ReadEncoding(fields["compression"], &call->compressed); !read.ok()) return read;
  call->message = fields["message"];
  if (fields["base64"] != "1") return absl::OkStatus();
  const std::string text = *call->message;
  if (!absl::WebSafeBase64Unescape(text, &*call->message)) return Malformed("message is no base64url");
  return absl::OkStatus();
}

HttpResponse WrongType(const char* types) {
  HttpResponse refusal = Refusal(415, absl::StrCat("send ", types));
  refusal.headers.emplace_back("Accept-Post", types);
  return refusal;
}

HttpResponse WrongVerb(const char* allowed, const char* why) {
  HttpResponse refusal = Refusal(405, why);
  refusal.headers.emplace_back("Allow", allowed);
  return refusal;
}

// Of a JSON text that MessageToJsonString makes.
nlohmann::json JsonOf(const google::protobuf::Message& message) {
  std::string text;
  if (!MessageToJsonString(message, &text).ok()) return nullptr;
  return nlohmann::json::parse(text, nullptr, false);
}

nlohmann::json ErrorOf(const absl::Status& status, const std::string& request_id) {
  const google::rpc::Status rpc_status = ToRpcStatus(status, request_id);
  nlohmann::json error = {{"code", WordsOf(status.code()).word}, {"message", rpc_status.message()}};
  for (const google::protobuf::Any& detail : rpc_status.details()) {
    std::string type_name;
    if (!google::protobuf::Any::ParseAnyTypeUrl(detail.type_url(), &type_name)) continue;
    std::string value = absl::Base64Escape(detail.value());
    value.erase(value.find_last_not_of('=') + 1);
    nlohmann::json told = {{"type", type_name}, {"value", value}};
    // For people: no program reads it.
    nlohmann::json debug = JsonOf(detail);
    if (debug.is_object()) {
      debug.erase("@type");
      told["debug"] = std::move(debug);
    }
    error["details"].push_back(std::move(told));
  }
  return error;
}

std::string TextOf(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Encoded(ConnectCodec codec, const google::protobuf::Message& message) {
  if (codec == ConnectCodec::kProto) return message.SerializeAsString();
  std::string text;
  // Fails of an Any of a type that is not linked in, which no answer holds.
  (void)MessageToJsonString(message, &text);
  return text;
}

std::string Enveloped(unsigned char flags, const std::string& message) {
  std::string envelope(1, static_cast<char>(flags));
  for (int shift = 24; shift >= 0; shift -= 8)
    envelope += static_cast<char>((message.size() >> shift) & 0xFF);
  return envelope + message;
}

HttpResponse ToStreamResponse(const ConnectCall& call, const absl::StatusOr<std::unique_ptr<Message>>& answer,
                              const std::string& request_id) {
  HttpResponse response{.type = call.codec == ConnectCodec::kJson ? "application/connect+json"
                                                                  : "application/connect+proto"};
  nlohmann::json end = {{"metadata", {{"x-request-id", {request_id}}}}};
  if (answer.ok()) {
    std::string message = Encoded(call.codec, **answer);
    const bool compresses = call.takes_gzip && message.size() >= kCompressedBytesMin;
    if (compresses) message = Gzipped(message);
    if (call.takes_gzip) response.headers.emplace_back("Connect-Content-Encoding", "gzip");
    response.body = Enveloped(compresses ? kFlagCompressed : 0, message);
  } else {
    end["error"] = ErrorOf(answer.status(), request_id);
  }
  response.body += Enveloped(kFlagEnd, TextOf(end));
  return response;
}

}  // namespace

bool TakesGzip(std::string_view encodings) {
  for (const absl::string_view each : absl::StrSplit(Absl(encodings), ',')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(each, absl::MaxSplits(';', 1));
    if (!absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parts.first), "gzip")) continue;
    const absl::string_view quality = absl::StripAsciiWhitespace(parts.second);
    double q = 1;
    return !absl::StartsWith(quality, "q=") || !absl::SimpleAtod(quality.substr(2), &q) || q > 0;
  }
  return false;
}

std::string WeakTag(std::string_view bytes) {
  const storage::Sha256Digest sha = storage::Sha256({bytes});
  return absl::StrCat("W/\"", absl::BytesToHexString(Absl(storage::View(sha).substr(0, kTagBytes))), "\"");
}

bool HoldsTag(std::string_view tags, std::string_view tag) {
  for (const absl::string_view each : absl::StrSplit(Absl(tags), ',')) {
    const absl::string_view seen = absl::StripAsciiWhitespace(each);
    if (seen == Absl(tag) || seen == "*") return true;
  }
  return false;
}

ConnectCall ReadConnectCall(bool is_get, const std::string& path, const std::string& query,
                            const HttpHeaders& headers, const MethodDescriptor* method,
                            std::optional<HttpResponse>* refusal) {
  ConnectCall call;
  call.method = path.substr(1);
  if (method == nullptr) {
    *refusal = Refusal(404, absl::StrCat("there is no method ", call.method));
    return call;
  }
  call.streams = method->client_streaming() || method->server_streaming();
  if (is_get) {
    if (method->options().idempotency_level() != google::protobuf::MethodOptions::NO_SIDE_EFFECTS ||
        call.streams) {
      *refusal = WrongVerb("POST", "what changes something is asked for by POST");
      return call;
    }
    call.takes_gzip = TakesGzip(headers("accept-encoding"));
    call.wrong = ReadGet(query, &call);
  } else {
    const std::string type = MediaType(headers("content-type"));
    absl::string_view codec = type;
    const bool is_known =
        absl::ConsumePrefix(&codec, call.streams ? "application/connect+" : "application/") &&
        ReadCodec(std::string(codec), &call.codec);
    if (!is_known) {
      *refusal = WrongType(call.streams ? kStreamTypes : kTypes);
      return call;
    }
    call.takes_gzip = TakesGzip(headers(call.streams ? "connect-accept-encoding" : "accept-encoding"));
    call.wrong = ReadEncoding(headers(call.streams ? "connect-content-encoding" : "content-encoding"),
                              &call.compressed);
  }
  const std::string_view version = headers("connect-protocol-version");
  if (call.wrong.ok() && !version.empty() && version != kVersion)
    call.wrong = Malformed("connect-protocol-version must be 1");
  if (call.wrong.ok()) call.wrong = ReadTimeout(headers("connect-timeout-ms"), &call.timeout);
  return call;
}

absl::StatusOr<std::unique_ptr<Message>> ReadConnectMessage(const google::protobuf::Descriptor& type,
                                                            ConnectCodec codec, bool compressed,
                                                            std::string_view bytes, size_t bytes_max) {
  std::string plain;
  if (compressed) {
    absl::StatusOr<std::string> text = Gunzipped(bytes, bytes_max);
    if (absl::IsResourceExhausted(text.status())) {
      absl::Status status = absl::ResourceExhaustedError(
          absl::StrCat("a message may have ", bytes_max, " bytes when it is not compressed"));
      AttachErrorInfo("MESSAGE_TOO_LARGE", {}, &status);
      return status;
    }
    if (!text.ok()) return Malformed("the message is no gzip, or not a whole one");
    plain = *std::move(text);
    bytes = plain;
  }
  std::unique_ptr<Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
  if (codec == ConnectCodec::kProto) {
    if (message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return message;
    return Malformed(absl::StrCat("the message is not a serialised ", type.full_name()));
  }
  // An empty body is an empty message, as in curl without data.
  if (bytes.empty()) return message;
  const auto read =
      JsonStringToMessage(google::protobuf::StringPiece(bytes.data(), bytes.size()), message.get());
  if (read.ok()) return message;
  return Malformed(
      absl::StrCat("the message is not the JSON of a ", type.full_name(), ": ",
                   std::string(read.message().data(), read.message().size()).substr(0, kReasonBytesMax)));
}

absl::StatusOr<std::optional<Envelope>> ReadEnvelope(std::string_view bytes, size_t bytes_max) {
  if (bytes.size() < kEnvelopeHeadBytes) return std::nullopt;
  const auto flags = static_cast<unsigned char>(bytes[0]);
  if ((flags & ~kFlagCompressed) != 0)
    return Malformed("an envelope's first byte must be 0, or 1 where it is compressed");
  size_t size = 0;
  for (size_t at = 1; at < kEnvelopeHeadBytes; ++at) size = size << 8 | static_cast<unsigned char>(bytes[at]);
  if (size > bytes_max) {
    absl::Status status =
        absl::ResourceExhaustedError(absl::StrCat("a message may have ", bytes_max, " bytes"));
    AttachErrorInfo("MESSAGE_TOO_LARGE", {}, &status);
    return status;
  }
  if (bytes.size() < kEnvelopeHeadBytes + size) return std::nullopt;
  return Envelope{(flags & kFlagCompressed) != 0, bytes.substr(kEnvelopeHeadBytes, size),
                  kEnvelopeHeadBytes + size};
}

HttpResponse ToHttpResponse(const ConnectCall& call, const absl::StatusOr<std::unique_ptr<Message>>& answer,
                            const std::string& request_id, std::string_view tag_seen) {
  HttpResponse response;
  if (call.streams) {
    response = ToStreamResponse(call, answer, request_id);
    response.headers.emplace_back("Cache-Control", "no-store");
  } else if (!answer.ok()) {
    response = {.code = WordsOf(answer.status().code()).http,
                .type = "application/json",
                .body = TextOf(ErrorOf(answer.status(), request_id)),
                .headers = {{"Cache-Control", "no-store"}}};
  } else {
    response = {.type = call.codec == ConnectCodec::kJson ? "application/json" : "application/proto",
                .body = Encoded(call.codec, **answer)};
    if (call.message.has_value()) {
      const std::string tag = WeakTag(response.body);
      // An answer is one person's, and may hold a secret: whoever keeps it does so knowingly, with its tag.
      response.headers = {{"ETag", tag}, {"Cache-Control", "no-store"}};
      if (HoldsTag(tag_seen, tag)) {
        response.code = 304;
        response.body.clear();
      }
    } else {
      response.headers = {{"Cache-Control", "no-store"}};
    }
    response.headers.emplace_back("Vary", "Accept-Encoding, Authorization, Cookie");
    if (call.takes_gzip && response.body.size() >= kCompressedBytesMin) {
      response.body = Gzipped(response.body);
      response.headers.emplace_back("Content-Encoding", "gzip");
    }
  }
  response.headers.emplace_back("X-Request-Id", request_id);
  return response;
}

}  // namespace ayni::services
