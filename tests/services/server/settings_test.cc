#include "services/server/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "services/loopback.h"

namespace ayni::services {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SettingsOf : public testing::Test {
 protected:
  SettingsOf()
      : folder_(std::filesystem::temp_directory_path() / ("settings_test." + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~SettingsOf() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  SettingsReading Read(std::vector<const char*> arguments,
                       std::map<std::string, std::string> environment = {}) {
    environment.emplace("HOME", "/home/ana");
    arguments.insert(arguments.begin(), "aynid");
    return ReadSettings(static_cast<int>(arguments.size()), arguments.data(),
                        [&](const std::string& name) -> std::optional<std::string> {
                          const auto found = environment.find(name);
                          if (found == environment.end()) return std::nullopt;
                          return found->second;
                        });
  }

  const std::filesystem::path folder_;
};

TEST_F(SettingsOf, NothingGivenAreLoopbackAndSafe) {
  const SettingsReading reading = Read({});
  ASSERT_TRUE(reading.settings.has_value()) << testing::PrintToString(reading.errors);
  EXPECT_EQ(reading.settings->host, "127.0.0.1");
  EXPECT_EQ(reading.settings->port, 7400);
  EXPECT_EQ(reading.settings->message_bytes_max, 4 << 20);
  EXPECT_EQ(reading.settings->admin_token_file, "/home/ana/.local/share/ayni/administrator.token");
  EXPECT_FALSE(reading.settings->allow_public);
}

TEST_F(SettingsOf, PublicPagesAreServedOnlyWhereAnAddressIsGiven) {
  EXPECT_TRUE(Read({}).settings->pages_host.empty());
  const SettingsReading given = Read({"--public-pages", "[::1]:7402"});
  ASSERT_TRUE(given.settings.has_value()) << testing::PrintToString(given.errors);
  EXPECT_EQ(given.settings->pages_host, "::1");
  EXPECT_EQ(given.settings->pages_port, 7402);
  for (const char* wrong : {"7402", ":7402", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:-1"})
    EXPECT_THAT(Read({"--public-pages", wrong}).errors, testing::ElementsAre(HasSubstr("127.0.0.1:7402")))
        << wrong;
  EXPECT_THAT(Read({"--public-pages", "0.0.0.0:80"}).errors,
              testing::ElementsAre(HasSubstr("--allow-public")));
  EXPECT_TRUE(Read({"--public-pages", "0.0.0.0:80", "--allow-public"}).settings.has_value());
}

TEST_F(SettingsOf, NoticesGoByTheChannelsThatAreNamed) {
  const NoticeChannels preset = Read({}).settings->notices;
  EXPECT_EQ(preset.webhooks, NoticeChannels::Webhooks::kPublic);
  EXPECT_TRUE(preset.smtp_url.empty() && preset.sms_url.empty());
  const std::string password = Write("password", "pass word\n");
  const SettingsReading given =
      Read({"--notice-webhooks", "off", "--notice-smtp", "smtps://mail.coop.pe:465", "--notice-from",
            "ayni@coop.pe", "--notice-smtp-user", "ayni", "--notice-smtp-password-file", password.c_str(),
            "--notice-sms", "http://127.0.0.1:8000/send", "--notice-sms-token-file", password.c_str()});
  ASSERT_TRUE(given.settings.has_value()) << testing::PrintToString(given.errors);
  EXPECT_EQ(given.settings->notices.webhooks, NoticeChannels::Webhooks::kOff);
  EXPECT_EQ(given.settings->notices.smtp_password, "pass word");
  EXPECT_EQ(given.settings->notices.sms_token, "pass word");
  const std::vector<std::vector<const char*>> wrong = {
      {"--notice-webhooks", "all"},
      {"--notice-smtp", "mail.coop.pe"},
      {"--notice-smtp", "smtp://mail.coop.pe"},
      {"--notice-from", "ayni@coop.pe"},
      {"--notice-smtp", "smtp://mail.coop.pe", "--notice-from", "Ayni <ayni@coop.pe>"},
      {"--notice-smtp", "smtp://mail.coop.pe", "--notice-from", "a@coop.pe", "--notice-smtp-user", "ayni"},
      {"--notice-sms-token-file", password.c_str()},
      {"--notice-sms", "http://127.0.0.1/", "--notice-sms-token-file", "/nowhere"}};
  for (const auto& arguments : wrong)
    EXPECT_THAT(Read(arguments).errors, testing::Contains(HasSubstr("--notice-"))) << arguments[0];
}

TEST_F(SettingsOf, AnOpenIdProviderGoTogether) {
  const Settings preset = *Read({}).settings;
  EXPECT_TRUE(preset.openid.issuer.empty() && preset.console_url.empty());
  const std::string secret = Write("secret", "s e cret\nmore\n");
  const SettingsReading given =
      Read({"--openid-issuer", "https://accounts.example/realms/a", "--openid-client-id", "mercado",
            "--openid-client-secret-file", secret.c_str(), "--console-url", "https://mercado.example/"});
  ASSERT_TRUE(given.settings.has_value()) << testing::PrintToString(given.errors);
  EXPECT_EQ(given.settings->openid.issuer, "https://accounts.example/realms/a") << "as it was given";
  EXPECT_EQ(given.settings->openid.client_id, "mercado");
  EXPECT_EQ(given.settings->openid.client_secret, "s e cret");
  EXPECT_EQ(given.settings->console_url, "https://mercado.example");
  const char* secret_file = secret.c_str();
  const std::vector<std::vector<const char*>> wrong = {
      {"--openid-issuer", "https://a.example"},
      {"--openid-issuer", "https://a.example", "--openid-client-id", "m"},
      {"--openid-issuer", "https://a.example", "--console-url", "https://m.example"},
      {"--openid-client-id", "m"},
      {"--openid-client-id", "m", "--console-url", "https://m.example"},
      {"--openid-client-secret-file", secret_file}};
  for (const auto& arguments : wrong)
    EXPECT_THAT(Read(arguments).errors,
                testing::ElementsAre(AllOf(HasSubstr("--openid-"), HasSubstr(" with "))))
        << testing::PrintToString(arguments);
  EXPECT_TRUE(Read({"--console-url", "https://m.example"}).settings.has_value());
}

TEST_F(SettingsOf, AnOpenIdProviderAreWhatBrowsersCanUseSafely) {
  for (const char* name : {"--openid-issuer", "--console-url"}) {
    for (const char* wrong :
         {"a.example", "http://a.example", "ftp://a.example", "https://", "https://a.example?b",
          "https://a.example#b", "https://u@a.example", "javascript:x"})
      EXPECT_THAT(Read({name, wrong}).errors, Contains(AllOf(HasSubstr(name), HasSubstr(wrong)))) << wrong;
  }
  const std::string empty = Write("empty", "\n");
  for (const char* wrong : {empty.c_str(), "/nowhere"})
    EXPECT_THAT(Read({"--openid-client-secret-file", wrong}).errors,
                Contains(HasSubstr("--openid-client-secret-file")));
  EXPECT_TRUE(Read({"--openid-issuer", "http://127.0.0.1:8080", "--openid-client-id", "m", "--console-url",
                    "http://localhost:7401"})
                  .settings.has_value())
      << "of this machine";
}

TEST_F(SettingsOf, AnOpenIdProviderAreCalledByItsHostWhereNoNameIsGiven) {
  const auto name = [&](std::vector<const char*> more) {
    std::vector<const char*> arguments = {"--openid-issuer",    "https://accounts.example:8443/realms/a",
                                          "--openid-client-id", "m",
                                          "--console-url",      "https://m.example"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const SettingsReading reading = Read(arguments);
    return reading.settings.has_value() ? reading.settings->openid.display_name : "";
  };
  EXPECT_EQ(name({}), "accounts.example:8443");
  EXPECT_EQ(name({"--openid-name", "Municipalidad"}), "Municipalidad");
}

TEST_F(SettingsOf, SessionsLastAMonthAndAQuarterAtMost) {
  EXPECT_EQ(Read({}).settings->session_lasts, absl::Hours(24 * 30));
  EXPECT_EQ(Read({"--session-lasts", "1h"}).settings->session_lasts, absl::Hours(1));
  EXPECT_EQ(Read({"--session-lasts", "2160h"}).settings->session_lasts, absl::Hours(24 * 90));
  for (const char* wrong : {"2161h", "-1h", "soon", "inf", "0s", "59s"})
    EXPECT_THAT(Read({"--session-lasts", wrong}).errors, Contains(HasSubstr("--session-lasts"))) << wrong;
}

TEST_F(SettingsOf, TheDataLieWhereTheEnvironmentSays) {
  EXPECT_EQ(Read({}).settings->data, "/home/ana/.local/share/ayni");
  EXPECT_EQ(Read({}, {{"XDG_DATA_HOME", "/data"}}).settings->data, "/data/ayni");
  EXPECT_EQ(Read({}, {{"AYNI_DATA", "here"}}).settings->data, "here");
  EXPECT_THAT(Read({}, {{"HOME", ""}}).errors,
              testing::ElementsAre("--data must name a folder, since HOME does not"));
}

TEST_F(SettingsOf, TheCommandLineComeBeforeTheEnvironmentAndThatBeforeTheFile) {
  const std::string file =
      Write("aynid.toml", "port = 1\nmetrics-port = 2\ndrain = \"3s\"\nlog-requests = true\n");
  const SettingsReading reading =
      Read({"--config", file.c_str(), "--port", "11"}, {{"AYNI_PORT", "21"}, {"AYNI_METRICS_PORT", "22"}});
  ASSERT_TRUE(reading.settings.has_value()) << testing::PrintToString(reading.errors);
  EXPECT_EQ(reading.settings->port, 11);
  EXPECT_EQ(reading.settings->metrics_port, 22);
  EXPECT_EQ(reading.settings->drain, absl::Seconds(3));
  EXPECT_TRUE(reading.settings->log_requests);
}

TEST_F(SettingsOf, TheFileMayBeNamedByTheEnvironment) {
  const SettingsReading reading = Read({}, {{"AYNI_CONFIG", Write("aynid.toml", "port = 5\n")}});
  ASSERT_TRUE(reading.settings.has_value());
  EXPECT_EQ(reading.settings->port, 5);
}

TEST_F(SettingsOf, ReportEverythingWrongAtOnceWithWhereItWasGiven) {
  const std::string file = Write("aynid.toml", "drain = \"soon\"\ncolour = \"red\"\n");
  const SettingsReading reading = Read({"--port", "99999", "--config", file.c_str()},
                                       {{"AYNI_LOG_LEVEL", "loud"}, {"AYNI_MESSAGE_SIZE_MAX", "4MB"}});
  EXPECT_FALSE(reading.settings.has_value());
  EXPECT_THAT(reading.errors, SizeIs(5));
  EXPECT_THAT(reading.errors,
              Contains(AllOf(HasSubstr("--port"), HasSubstr("0 to 65535"), HasSubstr("99999"))));
  EXPECT_THAT(reading.errors, Contains(AllOf(HasSubstr("AYNI_LOG_LEVEL"), HasSubstr("debug, info"))));
  EXPECT_THAT(reading.errors, Contains(AllOf(HasSubstr("AYNI_MESSAGE_SIZE_MAX"), HasSubstr("4MiB"))));
  EXPECT_THAT(reading.errors, Contains(AllOf(HasSubstr("drain in "), HasSubstr("10s"))));
  EXPECT_THAT(reading.errors, Contains(HasSubstr("colour is no setting")));
}

TEST_F(SettingsOf, AnUnknownFlagAreRefused) { EXPECT_THAT(Read({"--colour", "red"}).errors, SizeIs(1)); }

TEST_F(SettingsOf, APublicAddressNeedTheFlagAndTls) {
  EXPECT_THAT(Read({"--host", "0.0.0.0"}).errors, Contains(HasSubstr("--allow-public")));
  EXPECT_THAT(Read({"--host", "0.0.0.0", "--allow-public"}).errors, Contains(HasSubstr("--tls-certificate")));
  const std::string pem = Write("x.pem", "-----BEGIN CERTIFICATE-----\n");
  EXPECT_THAT(Read({"--host", "0.0.0.0", "--tls-certificate", pem.c_str(), "--tls-key", pem.c_str()}).errors,
              Contains(HasSubstr("--allow-public")));
  EXPECT_THAT(
      Read({"--host", "::", "--allow-public", "--tls-certificate", pem.c_str(), "--tls-key", pem.c_str()})
          .errors,
      IsEmpty());
  EXPECT_THAT(Read({"--metrics-host", "0.0.0.0"}).errors, Contains(HasSubstr("--metrics-host")));
}

TEST_F(SettingsOf, TlsGoTogether) {
  const std::string pem = Write("x.pem", "-----BEGIN CERTIFICATE-----\n");
  EXPECT_THAT(Read({"--tls-certificate", pem.c_str()}).errors, Contains(HasSubstr("go together")));
  EXPECT_THAT(Read({"--tls-require-client-certificate"}).errors,
              testing::ElementsAre("--tls-require-client-certificate needs --tls-client-authority"));
  EXPECT_THAT(Read({"--tls-client-authority", pem.c_str()}).errors,
              Contains(HasSubstr("needs --tls-certificate")));
  EXPECT_THAT(Read({"--tls-key", "/nowhere", "--tls-certificate", pem.c_str()}).errors,
              Contains(HasSubstr("can be read")));
}

TEST_F(SettingsOf, HelpNameEachInItsThreeForms) {
  const std::string help = Read({"--help"}).help;
  for (const char* name :
       {"--port NUMBER", "AYNI_PORT", "port = ", "--stream-deadline-max DURATION", "AYNI_STREAM_DEADLINE_MAX",
        "stream-deadline-max = ", "--config FILE", "AYNI_CONFIG"}) {
    EXPECT_THAT(help, HasSubstr(name));
  }
}

TEST(IsLoopback, HoldsForThisMachineOnly) {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"})
    EXPECT_TRUE(IsLoopback(host)) << host;
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "example.org", "", "127.0.0.1.example.org"}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

}  // namespace
}  // namespace ayni::services
