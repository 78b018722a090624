// The settings of aynid. Each has one name in three forms, the first of which that is given counts:
//   --metrics-port 9100          on the command line
//   AYNI_METRICS_PORT=9100       in the environment
//   metrics-port = 9100          in the file that --config or AYNI_CONFIG names
#ifndef AYNI_SERVICES_SERVER_SETTINGS_H_
#define AYNI_SERVICES_SERVER_SETTINGS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/log.h"
#include "services/notice/channels.h"
#include "services/session/openid_provider.h"
#include "storage/ledger/signed_note.h"

namespace ayni::services {

struct Settings {
  std::string data;
  std::string admin_token_file;  // filled from data where it is not given

  bool single_administrator = false;

  std::string ledger_key_file;      // filled from data where it is not given
  std::string credential_key_file;  // filled from data where it is not given
  std::string ledger_origin;        // empty: from the key
  std::vector<storage::NoteVerifier> ledger_witnesses;
  absl::Duration ledger_checkpoint_interval;
  absl::Duration ledger_check_interval;

  std::string host;
  int64_t port = 0;
  std::string metrics_host;
  int64_t metrics_port = 0;
  std::string http_host;
  int64_t http_port = 0;
  int64_t http_connections_max = 0;
  std::vector<std::string> http_origins;
  std::string web;          // empty: beside the program's folder
  OpenIdSettings openid;    // but for where it sends browsers back to
  std::string console_url;  // without a slash at its end; empty: there is no provider
  absl::Duration session_lasts;
  std::string pages_host;  // empty: there are no public pages
  int64_t pages_port = 0;
  NoticeChannels notices;
  std::string address_file;
  bool allow_public = false;

  // PEM texts, read from the files that the settings name; empty where none is named.
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_client_authority;
  bool tls_require_client_certificate = false;

  int64_t message_bytes_max = 0;
  int64_t stream_bytes_max = 0;
  int64_t memory_bytes_max = 0;
  int64_t connections_max = 0;
  int64_t concurrent_streams_max = 0;
  int64_t in_flight_max = 0;
  absl::Duration deadline_max;
  absl::Duration stream_deadline_max;
  absl::Duration drain;

  LogLevel log_level = LogLevel::kInfo;
  bool log_requests = false;
};

struct SettingsReading {
  // Where all settings are right and nobody asked for help.
  std::optional<Settings> settings;
  // What --help or --version asked for.
  std::string help;
  // Everything that is wrong, a line each, saying which setting and where it was given.
  std::vector<std::string> errors;
};

using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// Reads the files that the settings name, and nothing else of the world but `environment`.
SettingsReading ReadSettings(int argc, const char* const* argv, const Environment& environment);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_SETTINGS_H_
