// By which ways this server can reach people: what its settings say.
#ifndef AYNI_SERVICES_NOTICE_CHANNELS_H_
#define AYNI_SERVICES_NOTICE_CHANNELS_H_

#include <string>

namespace ayni::services {

struct NoticeChannels {
  // kPublic: https to addresses that everybody reaches, and no others, however their names resolve. kPrivate:
  // also http, and addresses of networks behind the server.
  enum class Webhooks { kOff, kPublic, kPrivate };

  Webhooks webhooks = Webhooks::kPublic;

  // smtp://host:port or smtps://host:port; empty: no mail. With a user there is TLS, or nothing is sent.
  std::string smtp_url = {};
  std::string smtp_user = {};
  std::string smtp_password = {};
  std::string mail_from = {};  // name@example.org

  // Where one POST sends a message (README.md); empty: no messages. The token is a bearer's; empty: none.
  std::string sms_url = {};
  std::string sms_token = {};
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_NOTICE_CHANNELS_H_
