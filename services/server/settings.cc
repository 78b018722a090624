#include "services/server/settings.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/data_folder.h"
#include "services/loopback.h"
#include "services/rules/codes.h"
#include "services/text_view.h"

namespace ayni::services {
namespace {

constexpr char kVersionText[] = "aynid " AYNI_VERSION "\n";
constexpr absl::Duration kSessionLastsLeast = absl::Minutes(1);
constexpr int64_t kKibi = 1024;
constexpr int64_t kMebi = kKibi * kKibi;
constexpr int64_t kGibi = kMebi * kKibi;

// Puts a value in its place; returns what is wrong with it, empty where nothing is.
using Take = std::function<std::string(const std::string& value, Settings* settings)>;

struct Setting {
  const char* name;
  const char* value;  // what stands for the value in the help; null for a switch
  const char* preset;
  const char* help;
  Take take;
};

Take Text(std::string Settings::*place) {
  return [place](const std::string& value, Settings* settings) {
    settings->*place = value;
    return std::string();
  };
}

Take Switch(bool Settings::*place) {
  return [place](const std::string& value, Settings* settings) -> std::string {
    return absl::SimpleAtob(value, &(settings->*place)) ? "" : "must be true or false";
  };
}

Take Whole(int64_t Settings::*place, int64_t min, int64_t max) {
  return [=](const std::string& value, Settings* settings) -> std::string {
    int64_t& number = settings->*place;
    if (absl::SimpleAtoi(value, &number) && number >= min && number <= max) return "";
    return absl::StrCat("must be a whole number from ", min, " to ", max);
  };
}

Take Bytes(int64_t Settings::*place, int64_t min, int64_t max) {
  return [=](const std::string& value, Settings* settings) -> std::string {
    const size_t digits = value.find_first_not_of("0123456789");
    const std::string unit = digits == std::string::npos ? "" : value.substr(digits);
    const std::map<std::string, int64_t> factors = {{"", 1}, {"KiB", kKibi}, {"MiB", kMebi}, {"GiB", kGibi}};
    const auto factor = factors.find(unit);
    int64_t number = 0;
    if (factor != factors.end() && absl::SimpleAtoi(value.substr(0, digits), &number) &&
        number <= max / factor->second && number * factor->second >= min) {
      settings->*place = number * factor->second;
      return "";
    }
    return absl::StrCat("must be a size from ", min, " to ", max, " bytes, as in 4194304, 4096KiB or 4MiB");
  };
}

Take Lasting(absl::Duration Settings::*place, absl::Duration max) {
  return [=](const std::string& value, Settings* settings) -> std::string {
    absl::Duration& duration = settings->*place;
    if (absl::ParseDuration(value, &duration) && duration >= absl::ZeroDuration() && duration <= max)
      return "";
    return absl::StrCat("must be a duration of at most ", absl::FormatDuration(max),
                        ", as in 10s, 1m30s or 250ms");
  };
}

Take PemFile(std::string Settings::*place) {
  return [place](const std::string& value, Settings* settings) -> std::string {
    if (value.empty()) return "";
    std::ifstream file(value);
    std::ostringstream text;
    text << file.rdbuf();
    settings->*place = text.str();
    const bool is_pem = (settings->*place).find("-----BEGIN ") != std::string::npos;
    return file && is_pem ? "" : "must name a PEM file that can be read";
  };
}

// HOST:PORT, of IPv6 with brackets.
std::string TakePublicPages(const std::string& value, Settings* settings) {
  if (value.empty()) return "";
  const size_t colon = value.rfind(':');
  std::string host = value.substr(0, colon);
  if (absl::StartsWith(host, "[") && absl::EndsWith(host, "]")) host = host.substr(1, host.size() - 2);
  int64_t port = 0;
  if (colon == std::string::npos || host.empty() || !absl::SimpleAtoi(value.substr(colon + 1), &port) ||
      port < 0 || port > 65535)
    return "must be a numeric address and a port, as in 127.0.0.1:7402 or [::1]:7402";
  settings->pages_host = host;
  settings->pages_port = port;
  return "";
}

// SCHEME://HOST[:PORT] each, as browsers send them.
std::string TakeHttpOrigins(const std::string& value, Settings* settings) {
  for (const absl::string_view text : absl::StrSplit(value, ',', absl::SkipWhitespace())) {
    const absl::string_view origin = absl::StripAsciiWhitespace(text);
    absl::string_view host = origin;
    const bool has_scheme = absl::ConsumePrefix(&host, "https://") || absl::ConsumePrefix(&host, "http://");
    if (!has_scheme || host.empty() || host.find_first_of("/?#* ") != absl::string_view::npos)
      return "must be origins with commas between them, as in https://console.example";
    settings->http_origins.emplace_back(origin);
  }
  return "";
}

std::string TakeOrigin(const std::string& value, Settings* settings) {
  settings->ledger_origin = value;
  return value.empty() || storage::IsKeyName(value) ? "" : "must have no spaces and no +, at most 255 bytes";
}

std::string TakeWitnesses(const std::string& value, Settings* settings) {
  for (const absl::string_view text : absl::StrSplit(value, ',', absl::SkipWhitespace())) {
    absl::StatusOr<storage::NoteVerifier> witness =
        storage::NoteVerifier::Parse(View(absl::StripAsciiWhitespace(text)));
    if (!witness.ok()) return absl::StrCat("must be verifier keys: ", witness.status().message());
    if (witness->algorithm != storage::NoteAlgorithm::kCosignature)
      return absl::StrCat("must be keys for cosignatures (algorithm 4): ", witness->name, " is of a log");
    settings->ledger_witnesses.push_back(*std::move(witness));
  }
  return "";
}

std::string TakeNoticeWebhooks(const std::string& value, Settings* settings) {
  const std::map<std::string, NoticeChannels::Webhooks> kinds = {
      {"off", NoticeChannels::Webhooks::kOff},
      {"public", NoticeChannels::Webhooks::kPublic},
      {"private", NoticeChannels::Webhooks::kPrivate}};
  const auto found = kinds.find(value);
  if (found == kinds.end()) return "must be off, public or private";
  settings->notices.webhooks = found->second;
  return "";
}

Take NoticeText(std::string NoticeChannels::*place) {
  return [place](const std::string& value, Settings* settings) {
    settings->notices.*place = value;
    return std::string();
  };
}

// With one of these schemes.
Take NoticeUrl(std::string NoticeChannels::*place, const char* first, const char* second) {
  return [=](const std::string& value, Settings* settings) -> std::string {
    settings->notices.*place = value;
    const bool is_url = absl::StartsWith(value, first) || absl::StartsWith(value, second);
    return value.empty() || is_url ? "" : absl::StrCat("must begin with ", first, " or ", second);
  };
}

// The first line of a file.
std::string TakeSecretFile(const std::string& value, std::string* secret) {
  if (value.empty()) return "";
  std::ifstream file(value);
  const bool is_read = static_cast<bool>(std::getline(file, *secret));
  return is_read && !secret->empty() ? "" : "must name a file with a secret in its first line";
}

Take NoticeSecretFile(std::string NoticeChannels::*place) {
  return [place](const std::string& value, Settings* settings) {
    return TakeSecretFile(value, &(settings->notices.*place));
  };
}

Take OpenIdText(std::string OpenIdSettings::*place) {
  return [place](const std::string& value, Settings* settings) {
    settings->openid.*place = value;
    return std::string();
  };
}

std::string TakeOpenIdSecretFile(const std::string& value, Settings* settings) {
  return TakeSecretFile(value, &settings->openid.client_secret);
}

std::string TakeConsoleUrl(const std::string& value, Settings* settings) {
  settings->console_url = std::string(absl::StripSuffix(value, "/"));
  if (value.empty() || IsWebAddress(settings->console_url)) return "";
  return "must be https://HOST, or http of this machine alone, as in https://mercado.example";
}

std::string TakeIssuer(const std::string& value, Settings* settings) {
  settings->openid.issuer = value;
  return value.empty() ? "" : WrongIssuer(value);
}

std::string TakeLogLevel(const std::string& value, Settings* settings) {
  const std::map<std::string, LogLevel> levels = {{"debug", LogLevel::kDebug},
                                                  {"info", LogLevel::kInfo},
                                                  {"warning", LogLevel::kWarning},
                                                  {"error", LogLevel::kError}};
  const auto found = levels.find(value);
  if (found == levels.end()) return "must be debug, info, warning or error";
  settings->log_level = found->second;
  return "";
}

const std::vector<Setting>& AllSettings() {
  static const auto& settings = *new std::vector<Setting>{
      {"data", "DIR", "",
       "where the market is kept, made where it does not exist; empty: $XDG_DATA_HOME/ayni, or "
       "~/.local/share/ayni",
       Text(&Settings::data)},
      {"admin-token-file", "FILE", "",
       "where the first start leaves an administrator's token; empty: administrator.token in the data folder",
       Text(&Settings::admin_token_file)},
      {"single-administrator", nullptr, "false",
       "lets one administrator decide what takes two elsewhere, where there is no second: policies, new "
       "administrators and their tokens, relations that a rule blocks by; the record, and so the ledger, "
       "says "
       "so. Also the way back in where tokens were lost: start with it once, make what is missing, and start "
       "without it",
       Switch(&Settings::single_administrator)},
      {"ledger-key-file", "FILE", "",
       "private key that signs the ledger's checkpoints, Ed25519 in PEM, made where there is none; empty: "
       "ledger.key in "
       "the data folder",
       Text(&Settings::ledger_key_file)},
      {"credential-key-file", "FILE", "",
       "private key that signs exported credentials, Ed25519 in PEM, made where there is none; empty: "
       "credential.key in the data folder",
       Text(&Settings::credential_key_file)},
      {"ledger-origin", "NAME", "",
       "what the ledger is called in its checkpoints, as in ayni.coop.pe/market, and never otherwise; empty: "
       "a name from "
       "its key",
       TakeOrigin},
      {"ledger-witnesses", "KEYS", "",
       "verifier keys whose cosignatures checkpoints take, with commas between them, as `ayni ledger "
       "witness-key` "
       "prints them",
       TakeWitnesses},
      {"ledger-checkpoint-interval", "DURATION", "10m",
       "how often the ledger's head is signed, where it grew; 0s: only when asked for",
       Lasting(&Settings::ledger_checkpoint_interval, absl::Hours(24))},
      {"ledger-check-interval", "DURATION", "1h",
       "rest between two checks of every record against its last ledger entry; 0s: none",
       Lasting(&Settings::ledger_check_interval, absl::Hours(24 * 30))},
      {"host", "ADDRESS", "127.0.0.1", "address of the gRPC door", Text(&Settings::host)},
      {"port", "NUMBER", "7400", "port of the gRPC door; 0: any that is free",
       Whole(&Settings::port, 0, 65535)},
      {"metrics-host", "ADDRESS", "127.0.0.1", "numeric address of /metrics, /healthz and /readyz",
       Text(&Settings::metrics_host)},
      {"metrics-port", "NUMBER", "7401", "port of /metrics, /healthz and /readyz; 0: any that is free",
       Whole(&Settings::metrics_port, 0, 65535)},
      {"http-host", "ADDRESS", "127.0.0.1", "numeric address of the HTTP door, which takes JSON",
       Text(&Settings::http_host)},
      {"http-port", "NUMBER", "7403", "port of the HTTP door; 0: any that is free",
       Whole(&Settings::http_port, 0, 65535)},
      {"http-origins", "ORIGINS", "",
       "origins whose pages may call the HTTP door from a browser, with commas between them, as in "
       "https://console.example; empty: no other than its own",
       TakeHttpOrigins},
      {"web", "DIR", "",
       "files that the HTTP door serves, those of the web console; empty: the folder web beside that of this "
       "program, where there is one",
       Text(&Settings::web)},
      {"console-url", "URL", "",
       "where people find the web console, as in https://mercado.example: where the OpenID provider sends "
       "them "
       "back to, /session/openid/callback below it",
       TakeConsoleUrl},
      {"openid-issuer", "URL", "",
       "OpenID provider at which people may sign in to the console, by the address that its ID tokens say, "
       "as in "
       "https://accounts.example; empty: by tokens alone",
       TakeIssuer},
      {"openid-client-id", "ID", "", "what this market is called there",
       OpenIdText(&OpenIdSettings::client_id)},
      {"openid-client-secret-file", "FILE", "", "its secret there, the first line; empty: a public client",
       TakeOpenIdSecretFile},
      {"openid-name", "NAME", "", "what the console calls the provider; empty: its host",
       OpenIdText(&OpenIdSettings::display_name)},
      {"session-lasts", "DURATION", "720h",
       "how long a browser stays signed in; one of an administrator or auditor for 12h at most",
       Lasting(&Settings::session_lasts, absl::Hours(24 * 90))},
      {"http-connections-max", "NUMBER", "1024",
       "connections to the HTTP door, half of them from one address; less where descriptors are few",
       Whole(&Settings::http_connections_max, 1, 1'000'000)},
      {"public-pages", "ADDRESS", "",
       "numeric address and port, as in 127.0.0.1:7402, of what everybody may read over HTTP: fairness "
       "reports "
       "of published rounds, and the ledger's checkpoint and hashes; what publishes and proves rounds is "
       "then "
       "open to calls without a token too; empty: nothing is",
       TakePublicPages},
      {"notice-webhooks", "WHICH", "public",
       "which webhooks of subscriptions notices are posted to: public (https, addresses that everybody "
       "reaches), "
       "private (also http and networks behind this server) or off",
       TakeNoticeWebhooks},
      {"notice-smtp", "URL", "",
       "mail server that takes notices, as in smtps://mail.coop.pe:465 or smtp://127.0.0.1:25; empty: no "
       "emails",
       NoticeUrl(&NoticeChannels::smtp_url, "smtps://", "smtp://")},
      {"notice-smtp-user", "NAME", "", "who this server is there; empty: nobody",
       NoticeText(&NoticeChannels::smtp_user)},
      {"notice-smtp-password-file", "FILE", "", "its password, the first line",
       NoticeSecretFile(&NoticeChannels::smtp_password)},
      {"notice-from", "ADDRESS", "", "whom emails are from, as in ayni@coop.pe",
       NoticeText(&NoticeChannels::mail_from)},
      {"notice-sms", "URL", "",
       "gateway that takes messages to telephones, a POST of id, to and text each; empty: no messages",
       NoticeUrl(&NoticeChannels::sms_url, "https://", "http://")},
      {"notice-sms-token-file", "FILE", "", "bearer token of the gateway, the first line; empty: none",
       NoticeSecretFile(&NoticeChannels::sms_token)},
      {"address-file", "FILE", "", "written when the server serves: a JSON object with its addresses",
       Text(&Settings::address_file)},
      {"allow-public", nullptr, "false",
       "permits addresses that others can reach; the gRPC door then needs TLS",
       Switch(&Settings::allow_public)},
      {"tls-certificate", "FILE", "", "certificate chain of the gRPC door, PEM",
       PemFile(&Settings::tls_certificate)},
      {"tls-key", "FILE", "", "its private key, PEM", PemFile(&Settings::tls_key)},
      {"tls-client-authority", "FILE", "",
       "authority, PEM; its client certificates are as good as a token of the principal that their common "
       "name says",
       PemFile(&Settings::tls_client_authority)},
      {"tls-require-client-certificate", nullptr, "false",
       "refuses connections without a client certificate of that authority, whatever token they bring",
       Switch(&Settings::tls_require_client_certificate)},
      {"message-size-max", "SIZE", "4MiB", "of one request",
       Bytes(&Settings::message_bytes_max, kKibi, 64 * kMebi)},
      {"stream-size-max", "SIZE", "512MiB", "of all messages of one import together",
       Bytes(&Settings::stream_bytes_max, kKibi, 64 * kGibi)},
      {"buffer-size-max", "SIZE", "512MiB",
       "of what comes in and of answers that nobody has read, of all connections together",
       Bytes(&Settings::memory_bytes_max, 16 * kMebi, 64 * kGibi)},
      {"connections-max", "NUMBER", "4096",
       "connections to the gRPC door, half of them from one address; less where the process may not have two "
       "descriptors for each",
       Whole(&Settings::connections_max, 1, 1'000'000)},
      {"streams-max", "NUMBER", "1024", "calls under way on one connection",
       Whole(&Settings::concurrent_streams_max, 1, 100'000)},
      {"calls-max", "NUMBER", "10000", "calls under way in all; more are refused",
       Whole(&Settings::in_flight_max, 1, 1'000'000)},
      {"deadline-max", "DURATION", "1m", "the latest that a call is answered, whatever its client asks for",
       Lasting(&Settings::deadline_max, absl::Hours(1))},
      {"stream-deadline-max", "DURATION", "15m", "the same for an import",
       Lasting(&Settings::stream_deadline_max, absl::Hours(24))},
      {"drain", "DURATION", "10s", "how long calls under way may take when the server stops",
       Lasting(&Settings::drain, absl::Minutes(10))},
      {"log-level", "LEVEL", "info", "least level of the log's lines: debug, info, warning or error",
       TakeLogLevel},
      {"log-requests", nullptr, "false", "logs every call, not only those that the server failed or forbade",
       Switch(&Settings::log_requests)},
  };
  return settings;
}

std::string EnvironmentName(const std::string& name) {
  return absl::StrCat("AYNI_", absl::AsciiStrToUpper(absl::StrReplaceAll(name, {{"-", "_"}})));
}

std::string Help() {
  std::string help =
      "aynid: the market's server\n\n"
      "Usage: aynid [--data DIR] [--port NUMBER] ...\n\n"
      "Each setting may be given on the command line, in the environment, or in the file that --config\n"
      "(AYNI_CONFIG) names; the first of the three counts.\n\n";
  for (const Setting& setting : AllSettings()) {
    const std::string flag =
        absl::StrCat("--", setting.name, setting.value ? " " : "", setting.value ? setting.value : "");
    absl::StrAppend(&help, "  ", flag, "   ", EnvironmentName(setting.name), "   ", setting.name,
                    " = ...\n      ", setting.help);
    if (*setting.preset != 0) absl::StrAppend(&help, " (", setting.preset, ")");
    absl::StrAppend(&help, "\n");
  }
  absl::StrAppend(
      &help,
      "  --config FILE   AYNI_CONFIG\n      the file, a line a setting, as in: port = 7400\n"
      "  --help, --version\n\n"
      "Exit codes: 0 stopped as asked; 2 wrong settings; 3 the store can't be opened; 4 an address can't be\n"
      "had; 5 the store failed; 1 anything else.\n\n"
      "Example: aynid --data /var/lib/ayni --port 7400\n");
  return help;
}

// A value with where it was given, for the messages about it.
struct Given {
  std::string value;
  std::string where;
};

// Reads the command line into `given`; the reading's help or errors where there is nothing more to do.
void ReadCommandLine(int argc, const char* const* argv, std::map<std::string, Given>* given,
                     SettingsReading* reading) {
  CLI::App app;
  app.set_help_flag();
  bool wants_help = false;
  bool wants_version = false;
  app.add_flag("--help,-h", wants_help);
  app.add_flag("--version", wants_version);
  std::map<std::string, std::string> values;
  std::map<std::string, CLI::Option*> options;
  options["config"] = app.add_option("--config", values["config"]);
  for (const Setting& setting : AllSettings()) {
    std::string& value = values[setting.name];
    const std::string flag = absl::StrCat("--", setting.name);
    options[setting.name] = setting.value ? app.add_option(flag, value) : app.add_flag(flag, value);
  }
  // Said twice, the last one counts.
  for (const auto& [name, option] : options) option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    reading->errors.push_back(absl::StrCat(error.what(), " (aynid --help lists the settings)"));
    return;
  }
  if (wants_help) reading->help = Help();
  if (wants_version) reading->help = kVersionText;
  for (const auto& [name, option] : options) {
    if (option->count() > 0) (*given)[name] = {values[name], absl::StrCat("--", name)};
  }
}

void ReadFile(const std::string& path, std::map<std::string, Given>* given, SettingsReading* reading) {
  std::ifstream file(path);
  // A folder opens like a file, and reads like an empty one.
  if (!file || std::filesystem::is_directory(path)) {
    reading->errors.push_back(absl::StrCat("--config: ", path, " can't be read"));
    return;
  }
  std::map<std::string, bool> known;
  for (const Setting& setting : AllSettings()) known[setting.name] = true;
  try {
    for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_config(file)) {
      const std::string name = item.fullname();
      if (!known[name] || item.inputs.size() != 1) {
        reading->errors.push_back(absl::StrCat(path, ": ", name, " is no setting, or has not one value"));
        continue;
      }
      given->emplace(name, Given{item.inputs[0], absl::StrCat(name, " in ", path)});
    }
  } catch (const CLI::Error& error) {
    reading->errors.push_back(absl::StrCat(path, ": ", error.what()));
  }
}

void CheckTogether(const Environment& environment, Settings* settings, std::vector<std::string>* errors) {
  const bool has_tls = !settings->tls_certificate.empty() && !settings->tls_key.empty();
  if (settings->tls_certificate.empty() != settings->tls_key.empty()) {
    errors->push_back("--tls-certificate and --tls-key go together");
  }
  if (!settings->tls_client_authority.empty() && !has_tls) {
    errors->push_back("--tls-client-authority needs --tls-certificate and --tls-key");
  }
  if (settings->tls_require_client_certificate && settings->tls_client_authority.empty()) {
    errors->push_back("--tls-require-client-certificate needs --tls-client-authority");
  }
  if (!IsLoopback(settings->host) && !(settings->allow_public && has_tls)) {
    errors->push_back(
        absl::StrCat("--host ", settings->host,
                     " can be reached by others: that needs --allow-public, --tls-certificate and "
                     "--tls-key, and a proxy before it; or choose 127.0.0.1"));
  }
  if (!IsLoopback(settings->metrics_host) && !settings->allow_public) {
    errors->push_back(
        absl::StrCat("--metrics-host ", settings->metrics_host,
                     " can be reached by others: that needs --allow-public; or choose 127.0.0.1"));
  }
  if (!IsLoopback(settings->http_host) && !settings->allow_public) {
    errors->push_back(absl::StrCat(
        "--http-host ", settings->http_host,
        " can be reached by others: that needs --allow-public, and a proxy with TLS before it; or choose "
        "127.0.0.1"));
  }
  if (!settings->pages_host.empty() && !IsLoopback(settings->pages_host) && !settings->allow_public) {
    errors->push_back(absl::StrCat(
        "--public-pages ", settings->pages_host,
        " can be reached by others: that needs --allow-public, and a proxy with TLS before it; or choose "
        "127.0.0.1"));
  }
  const NoticeChannels& notices = settings->notices;
  const bool is_address = notices.mail_from.find('@') != std::string::npos &&
                          notices.mail_from.find_first_of(" <>\r\n") == std::string::npos;
  if (notices.smtp_url.empty() != notices.mail_from.empty() || (!notices.mail_from.empty() && !is_address))
    errors->push_back(
        "--notice-smtp and --notice-from go together, and the latter is an address as ayni@coop.pe");
  if (notices.smtp_user.empty() != notices.smtp_password.empty() ||
      (!notices.smtp_user.empty() && notices.smtp_url.empty()))
    errors->push_back(
        "--notice-smtp-user and --notice-smtp-password-file go together, and with --notice-smtp");
  if (!notices.sms_token.empty() && notices.sms_url.empty())
    errors->push_back("--notice-sms-token-file goes with --notice-sms");
  if (settings->session_lasts < kSessionLastsLeast)
    errors->push_back(absl::StrCat("--session-lasts must be ", absl::FormatDuration(kSessionLastsLeast),
                                   " at least, or nobody could stay signed in"));
  OpenIdSettings& openid = settings->openid;
  if (!openid.issuer.empty() && (openid.client_id.empty() || settings->console_url.empty()))
    errors->push_back("--openid-issuer goes with --openid-client-id and --console-url");
  if (openid.issuer.empty() && !(openid.client_id.empty() && openid.client_secret.empty()))
    errors->push_back("--openid-client-id and --openid-client-secret-file go with --openid-issuer");
  if (openid.display_name.empty()) {
    const size_t host = openid.issuer.find("//");
    if (host != std::string::npos)
      openid.display_name = openid.issuer.substr(host + 2, openid.issuer.find('/', host + 2) - host - 2);
  }
  if (settings->data.empty()) {
    settings->data =
        DefaultDataFolder(environment("XDG_DATA_HOME").value_or(""), environment("HOME").value_or(""));
  }
  if (settings->data.empty()) errors->push_back("--data must name a folder, since HOME does not");
  if (settings->admin_token_file.empty())
    settings->admin_token_file = settings->data + "/administrator.token";
  if (settings->ledger_key_file.empty()) settings->ledger_key_file = settings->data + "/ledger.key";
  if (settings->credential_key_file.empty())
    settings->credential_key_file = settings->data + "/credential.key";
}

}  // namespace

SettingsReading ReadSettings(int argc, const char* const* argv, const Environment& environment) {
  SettingsReading reading;
  std::map<std::string, Given> given;
  ReadCommandLine(argc, argv, &given, &reading);
  if (!reading.help.empty() || !reading.errors.empty()) return reading;
  const auto from_environment = [&](const std::string& name) {
    const std::string variable = EnvironmentName(name);
    const std::optional<std::string> value = environment(variable);
    if (value.has_value()) given.emplace(name, Given{*value, variable});
  };
  from_environment("config");
  for (const Setting& setting : AllSettings()) from_environment(setting.name);
  if (given.count("config") > 0) ReadFile(given["config"].value, &given, &reading);

  Settings settings;
  for (const Setting& setting : AllSettings()) {
    const auto found = given.find(setting.name);
    const std::string value = found == given.end() ? setting.preset : found->second.value;
    const std::string wrong = setting.take(value, &settings);
    if (!wrong.empty()) {
      reading.errors.push_back(absl::StrCat(found == given.end() ? setting.name : found->second.where, " ",
                                            wrong, ", is \"", value, "\""));
    }
  }
  CheckTogether(environment, &settings, &reading.errors);
  if (reading.errors.empty()) reading.settings = std::move(settings);
  return reading;
}

}  // namespace ayni::services
