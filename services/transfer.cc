#include "services/transfer.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "services/invariant.h"
#include "services/public_address.h"

namespace ayni::services {
namespace {

constexpr int kHttpTaken = 200;
constexpr int kHttpNotTaken = 300;

struct EndCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Lines = std::unique_ptr<curl_slist, FreeList>;

void Append(const std::string& line, Lines* lines) {
  curl_slist* longer = curl_slist_append(lines->get(), line.c_str());
  INVARIANT(longer != nullptr, "out of memory");
  lines->release();
  lines->reset(longer);
}

size_t KeepAnswer(char* part, size_t, size_t bytes, void* kept) {
  auto& answer = *static_cast<std::string*>(kept);
  const size_t room = kAnswerBytesMax - answer.size();
  answer.append(part, std::min(bytes, room));
  return bytes > room ? 0 : bytes;
}

struct Unread {
  const std::string& text;
  size_t at = 0;
};

size_t ReadText(char* buffer, size_t, size_t room, void* source) {
  auto& unread = *static_cast<Unread*>(source);
  const size_t bytes = std::min(room, unread.text.size() - unread.at);
  std::memcpy(buffer, unread.text.data() + unread.at, bytes);
  unread.at += bytes;
  return bytes;
}

// Asked with the address itself, after every lookup.
curl_socket_t OpenPublicSocket(void* refused, curlsocktype, curl_sockaddr* to) {
  if (!IsPublicAddress(to->addr)) {
    *static_cast<bool*>(refused) = true;
    return CURL_SOCKET_BAD;
  }
  return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

std::unique_ptr<CURL, EndCurl> NewTransfer(const std::string& url, char* error) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  INVARIANT(started == CURLE_OK, "libcurl does not start");
  std::unique_ptr<CURL, EndCurl> curl(curl_easy_init());
  INVARIANT(curl != nullptr, "out of memory");
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, "ayni");
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(kTransferMax)));
  // Signals are the process's, and so are proxies in its environment: an address is looked at here or
  // nowhere.
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  // A lookup that does not end is left to itself when the time is over.
  curl_easy_setopt(curl.get(), CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
  return curl;
}

Transferred Perform(CURL* curl, const char* error, bool is_http) {
  Transferred transferred;
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, KeepAnswer);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transferred.answer);
  const CURLcode done = curl_easy_perform(curl);
  long code = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
  transferred.code = static_cast<int>(code);
  // A receiver that says more than anybody reads has said its code before.
  const bool is_cut = done == CURLE_WRITE_ERROR && transferred.answer.size() == kAnswerBytesMax;
  if (done != CURLE_OK && !is_cut) {
    transferred.error = *error != '\0' ? error : curl_easy_strerror(done);
    return transferred;
  }
  transferred.taken = !is_http || (code >= kHttpTaken && code < kHttpNotTaken);
  return transferred;
}

}  // namespace

Transferred Fetch(const std::string& url) {
  char error[CURL_ERROR_SIZE] = "";
  const auto curl = NewTransfer(url, error);
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  return Perform(curl.get(), error, true);
}

Transferred SendPost(const Post& post) {
  char error[CURL_ERROR_SIZE] = "";
  const auto curl = NewTransfer(post.url, error);
  Lines headers;
  for (const std::string& header : post.headers) Append(header, &headers);
  Append("Content-Type: " + post.type, &headers);
  Append("Expect:", &headers);  // an answer more to wait for
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, post.body.data());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, post.may_be_private ? "http,https" : "https");
  bool refused = false;
  if (!post.may_be_private) {
    curl_easy_setopt(curl.get(), CURLOPT_OPENSOCKETFUNCTION, OpenPublicSocket);
    curl_easy_setopt(curl.get(), CURLOPT_OPENSOCKETDATA, &refused);
  }
  Transferred transferred = Perform(curl.get(), error, true);
  if (refused && !transferred.taken)
    transferred.error = "the host has an address that not everybody reaches: webhooks go to public ones";
  return transferred;
}

Transferred SendMail(const Mail& mail) {
  char error[CURL_ERROR_SIZE] = "";
  const auto curl = NewTransfer(mail.server, error);
  Lines to;
  Append(absl::StrCat("<", mail.to, ">"), &to);
  Unread unread{mail.text};
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl.get(), CURLOPT_USE_SSL,
                   static_cast<long>(mail.user.empty() ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  if (mail.user.empty()) {
    // As mail servers do among each other: enciphered where both can, whoever the other is.
    curl_easy_setopt(curl.get(), CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl.get(), CURLOPT_SSL_VERIFYHOST, 0L);
  } else {
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, mail.user.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, mail.password.c_str());
  }
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, absl::StrCat("<", mail.from, ">").c_str());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, to.get());
  curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, ReadText);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &unread);
  return Perform(curl.get(), error, false);
}

}  // namespace ayni::services
