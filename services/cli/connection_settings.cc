#include "services/cli/connection_settings.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/cli/csv.h"
#include "services/cli/failure.h"
#include "services/cli/file.h"
#include "services/data_folder.h"
#include "services/loopback.h"

namespace ayni::cli {
namespace {

constexpr absl::Duration kTimeoutDefault = absl::Minutes(1);
constexpr size_t kTokenFileBytesMax = 4096;
constexpr size_t kPemBytesMax = 4 << 20;
constexpr int kPortMax = 65535;
constexpr char kTokenForm[] =
    "a token is one line of letters, digits and signs, as `ayni token create --out FILE` writes it";

// Without the brackets of [::1].
std::string HostOf(const std::string& server) {
  const std::string host = server.substr(0, server.rfind(':'));
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

bool IsHost(absl::string_view host) {
  if (absl::ConsumePrefix(&host, "[")) {
    return absl::ConsumeSuffix(&host, "]") && host.size() > 1 &&
           std::all_of(host.begin(), host.end(),
                       [](char c) { return absl::ascii_isxdigit(c) || c == ':' || c == '.'; });
  }
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
  });
}

bool IsPort(absl::string_view text) {
  int port = 0;
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit) && absl::SimpleAtoi(text, &port) &&
         port > 0 && port <= kPortMax;
}

bool IsServer(absl::string_view server) {
  if (absl::ConsumePrefix(&server, "unix:")) return !server.empty();
  const size_t colon = server.rfind(':');
  return colon != absl::string_view::npos && IsHost(server.substr(0, colon)) &&
         IsPort(server.substr(colon + 1));
}

absl::StatusOr<std::string> ReadServer(const Arguments& arguments, const Environment& environment) {
  const bool given = arguments.Has("server");
  const std::string server = given ? arguments.Value("server") : environment.variable("AYNI_SERVER");
  if (!given && server.empty()) return kDefaultServer;
  if (IsServer(server)) return server;
  return absl::InvalidArgumentError(
      absl::StrCat(given ? "--server" : "AYNI_SERVER", " must be HOST:PORT with a port of 1 to ", kPortMax,
                   ", as in ", kDefaultServer, " or [::1]:7400, or unix:PATH; is '", server, "'"));
}

std::string DefaultTokenFile(const Environment& environment) {
  std::string folder = environment.variable("AYNI_DATA");
  if (folder.empty()) {
    folder = services::DefaultDataFolder(environment.variable("XDG_DATA_HOME"), environment.variable("HOME"));
  }
  return folder + "/administrator.token";
}

// What a header can carry.
bool IsToken(absl::string_view text) { return std::all_of(text.begin(), text.end(), absl::ascii_isgraph); }

absl::StatusOr<std::string> ReadTokenFile(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path, kTokenFileBytesMax);
  if (!text.ok()) return text;
  absl::string_view token = *text;
  // As editors save a file.
  absl::ConsumePrefix(&token, kByteOrderMark);
  token = absl::StripAsciiWhitespace(token);
  if (token.empty()) return LocalFileError(path, "holds no token");
  if (!IsToken(token)) return LocalFileError(path, absl::StrCat("holds no token alone: ", kTokenForm));
  return std::string(token);
}

absl::StatusOr<std::string> ReadToken(const Arguments& arguments, const Environment& environment) {
  if (arguments.Has("token-file")) return ReadTokenFile(arguments.Value("token-file"));
  const std::string token = environment.variable("AYNI_TOKEN");
  if (!token.empty() && !IsToken(token)) {
    return absl::InvalidArgumentError(absl::StrCat("AYNI_TOKEN holds no token: ", kTokenForm));
  }
  if (!token.empty()) return token;
  const std::string file = environment.variable("AYNI_TOKEN_FILE");
  if (!file.empty()) return ReadTokenFile(file);
  // Not every machine has the market's data. One that has it and may not read it is told.
  const std::string here = DefaultTokenFile(environment);
  std::error_code error;
  return std::filesystem::exists(here, error) ? ReadTokenFile(here) : "";
}

absl::Status ReadPem(const Arguments& arguments, const std::string& flag, std::string* pem) {
  if (!arguments.Has(flag)) return absl::OkStatus();
  absl::StatusOr<std::string> text = ReadFile(arguments.Value(flag), kPemBytesMax);
  if (text.ok()) *pem = *std::move(text);
  return text.status();
}

absl::Status ReadTls(const Arguments& arguments, ConnectionSettings* settings) {
  settings->tls = arguments.Has("tls") || arguments.Has("ca") || arguments.Has("certificate");
  if (arguments.Has("certificate") != arguments.Has("key")) {
    return absl::InvalidArgumentError("--certificate and --key must be given together");
  }
  absl::Status read = ReadPem(arguments, "ca", &settings->root_certificates);
  if (read.ok()) read = ReadPem(arguments, "certificate", &settings->certificate);
  if (read.ok()) read = ReadPem(arguments, "key", &settings->key);
  return read;
}

}  // namespace

bool IsThisMachine(const std::string& server) {
  return absl::StartsWith(server, "unix:") || services::IsLoopback(HostOf(server));
}

std::vector<Flag> ConnectionFlags() {
  return {
      {"server",
       "HOST:PORT",
       absl::StrCat("where aynid listens; or unix:PATH (AYNI_SERVER; ", kDefaultServer, ")"),
       {},
       false,
       false},
      {"token-file",
       "FILE",
       "the token to call with (AYNI_TOKEN_FILE, or the token itself in AYNI_TOKEN; else administrator.token "
       "in AYNI_DATA "
       "or ~/.local/share/ayni)",
       {},
       true,
       false},
      {"tls", "", "encrypt, and check the server's certificate", {}, false, false},
      {"ca", "FILE", "certificates to trust, PEM; implies --tls (the system's)", {}, true, false},
      {"certificate", "FILE", "the caller's certificate for mutual TLS, PEM", {}, true, false},
      {"key", "FILE", "its key, PEM", {}, true, false},
      {"timeout", "DURATION", "for a call with its retries (1m)", {}, false, false},
  };
}

absl::StatusOr<ConnectionSettings> ReadConnectionSettings(const Arguments& arguments,
                                                          const Environment& environment) {
  ConnectionSettings settings;
  absl::StatusOr<std::string> server = ReadServer(arguments, environment);
  if (!server.ok()) return server.status();
  settings.server = *std::move(server);
  if (environment.err_is_terminal) settings.notices = &environment.err;
  settings.timeout = kTimeoutDefault;
  if (arguments.Has("timeout") && (!absl::ParseDuration(arguments.Value("timeout"), &settings.timeout) ||
                                   settings.timeout <= absl::ZeroDuration())) {
    return absl::InvalidArgumentError(
        absl::StrCat("--timeout must be a duration as in 90s or 5m, is '", arguments.Value("timeout"), "'"));
  }
  const absl::Status tls = ReadTls(arguments, &settings);
  if (!tls.ok()) return tls;
  absl::StatusOr<std::string> token = ReadToken(arguments, environment);
  if (!token.ok()) return token.status();
  settings.token = *std::move(token);
  if (!settings.token.empty() && !settings.tls && !IsThisMachine(settings.server)) {
    return absl::InvalidArgumentError(
        absl::StrCat("a token must not travel in the clear to ", settings.server, ": use --tls"));
  }
  return settings;
}

}  // namespace ayni::cli
