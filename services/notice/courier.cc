#include "services/notice/courier.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/notice/webhook_signature.h"
#include "services/notice_text.h"
#include "services/resource/resource_type.h"
#include "services/resource/time.h"
#include "services/text_view.h"
#include "services/transfer.h"

namespace ayni::services {
namespace {

constexpr int kGone = 410;               // of HTTP
constexpr int kNoMailbox = 550;          // of SMTP, up to
constexpr int kMailboxNotAllowed = 553;  // this
constexpr size_t kMailLineBytes = 76;

std::string IdOf(const v1::Notice& notice) { return std::string(View(LastId(notice.name()))); }

// PROPOSED of MATCH_EVENT_PROPOSED.
std::string EventWord(v1::MatchEvent event) {
  return v1::MatchEvent_Name(event).substr(std::string("MATCH_EVENT_").size());
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime(absl::RFC3339_full, TimeOf(time), absl::UTCTimeZone());
}

std::string CodeText(const char* protocol, const Transferred& transferred) {
  return transferred.error.empty() ? absl::StrCat(protocol, " ", transferred.code) : transferred.error;
}

// Of a server of the operator's own, which members need not know by name.
std::string OwnServerText(const char* protocol, const Transferred& transferred) {
  return transferred.code != 0 ? absl::StrCat(protocol, " ", transferred.code)
                               : absl::StrCat("the market's ", protocol, " server could not be reached");
}

Outcome OfPost(const Transferred& transferred) {
  if (transferred.taken) return {Outcome::Kind::kTaken, CodeText("HTTP", transferred)};
  return {transferred.code == kGone ? Outcome::Kind::kNever : Outcome::Kind::kLater,
          CodeText("HTTP", transferred)};
}

std::string WebhookBody(const v1::Notice& notice) {
  const nlohmann::json body = {
      {"type", absl::StrCat("match.", absl::AsciiStrToLower(EventWord(notice.event())))},
      {"timestamp", TimeText(notice.event_time())},
      {"data",
       {{"notice", notice.name()},
        {"match", notice.match()},
        {"event", EventWord(notice.event())},
        {"language", notice.language()},
        {"text", notice.text()}}}};
  return body.dump();
}

std::string InLines(const std::string& base64) {
  std::string lines;
  for (size_t at = 0; at < base64.size(); at += kMailLineBytes)
    absl::StrAppend(&lines, base64.substr(at, kMailLineBytes), "\r\n");
  return lines;
}

// The subject is of ids and words of the API alone, so that it needs no encoding.
std::string MailText(const v1::Notice& notice, const std::string& from, const std::string& to,
                     absl::Time now) {
  const std::string domain = from.substr(from.find('@') + 1);
  return absl::StrCat(
      "From: Ayni <", from, ">\r\n", "To: <", to, ">\r\n", "Subject: AYNI ", NoticeIds(notice.match()), ": ",
      EventWord(notice.event()), "\r\n",
      "Date: ", absl::FormatTime("%a, %d %b %Y %H:%M:%S +0000", now, absl::UTCTimeZone()), "\r\n",
      "Message-ID: <", IdOf(notice), "@", domain, ">\r\n", "Auto-Submitted: auto-generated\r\n",
      "MIME-Version: 1.0\r\n", "Content-Type: text/plain; charset=utf-8\r\n",
      "Content-Transfer-Encoding: base64\r\n\r\n", InLines(absl::Base64Escape(notice.text() + "\r\n")));
}

absl::Status ChannelOff(const v1::Subscription& subscription, const std::string& what) {
  return StateForbids("CHANNEL_OFF", subscription.name(), what);
}

}  // namespace

absl::Status CheckChannel(const NoticeChannels& channels, const v1::Subscription& subscription) {
  switch (subscription.channel_case()) {
    case v1::Subscription::kWebhookUrl:
      if (channels.webhooks == NoticeChannels::Webhooks::kOff)
        return ChannelOff(subscription, "names a webhook, and this server sends none: --notice-webhooks");
      if (channels.webhooks == NoticeChannels::Webhooks::kPublic &&
          !absl::StartsWith(subscription.webhook_url(), "https://"))
        return ChannelOff(subscription,
                          "names a webhook without https, and this server sends to https alone");
      return absl::OkStatus();
    case v1::Subscription::kEmail:
      if (!channels.smtp_url.empty()) return absl::OkStatus();
      return ChannelOff(subscription, "names an email, and this server sends none: --notice-smtp");
    case v1::Subscription::kPhone:
      if (!channels.sms_url.empty()) return absl::OkStatus();
      return ChannelOff(subscription, "names a telephone, and this server sends no messages: --notice-sms");
    case v1::Subscription::CHANNEL_NOT_SET:
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

Courier::Courier(NoticeChannels channels, std::string store_secret)
    : channels_(std::move(channels)), store_secret_(std::move(store_secret)) {}

Outcome Courier::Send(const v1::Subscription& subscription, const v1::Notice& notice, absl::Time now) const {
  if (absl::Status status = CheckChannel(channels_, subscription); !status.ok())
    return {Outcome::Kind::kLater, std::string(View(status.message()))};
  switch (subscription.channel_case()) {
    case v1::Subscription::kWebhookUrl:
      return SendWebhook(subscription, notice, now);
    case v1::Subscription::kEmail:
      return SendEmail(subscription, notice, now);
    case v1::Subscription::kPhone:
      return SendMessage(subscription, notice);
    case v1::Subscription::CHANNEL_NOT_SET:
      break;
  }
  return {Outcome::Kind::kNever, "the subscription names no channel"};
}

Outcome Courier::SendWebhook(const v1::Subscription& subscription, const v1::Notice& notice,
                             absl::Time now) const {
  Post post;
  post.url = subscription.webhook_url();
  post.body = WebhookBody(notice);
  post.may_be_private = channels_.webhooks == NoticeChannels::Webhooks::kPrivate;
  const int64_t seconds = absl::ToUnixSeconds(now);
  const std::string id = IdOf(notice);
  const auto secrets = SigningSecrets(store_secret_, subscription, now);
  post.headers = {absl::StrCat("webhook-id: ", id), absl::StrCat("webhook-timestamp: ", seconds),
                  absl::StrCat("webhook-signature: ", WebhookSignature(secrets, id, seconds, post.body))};
  return OfPost(SendPost(post));
}

Outcome Courier::SendEmail(const v1::Subscription& subscription, const v1::Notice& notice,
                           absl::Time now) const {
  const Transferred transferred =
      SendMail({.server = channels_.smtp_url,
                .user = channels_.smtp_user,
                .password = channels_.smtp_password,
                .from = channels_.mail_from,
                .to = subscription.email(),
                .text = MailText(notice, channels_.mail_from, subscription.email(), now)});
  if (transferred.taken) return {Outcome::Kind::kTaken, OwnServerText("SMTP", transferred)};
  const bool is_nobody = transferred.code >= kNoMailbox && transferred.code <= kMailboxNotAllowed;
  return {is_nobody ? Outcome::Kind::kNever : Outcome::Kind::kLater, OwnServerText("SMTP", transferred)};
}

Outcome Courier::SendMessage(const v1::Subscription& subscription, const v1::Notice& notice) const {
  Post post;
  post.url = channels_.sms_url;
  post.may_be_private = true;  // the operator's own choice
  post.body =
      nlohmann::json({{"id", IdOf(notice)}, {"to", subscription.phone()}, {"text", notice.text()}}).dump();
  post.headers = {absl::StrCat("Idempotency-Key: ", IdOf(notice))};
  if (!channels_.sms_token.empty())
    post.headers.push_back(absl::StrCat("Authorization: Bearer ", channels_.sms_token));
  const Transferred transferred = SendPost(post);
  Outcome outcome = OfPost(transferred);
  outcome.reason = OwnServerText("HTTP", transferred);
  return outcome;
}

}  // namespace ayni::services
