// One transfer over the network, by libcurl: a GET, a POST, or a mail.
//
// Thread-safety: from any thread. Blocks for kTransferMax at most.
#ifndef AYNI_SERVICES_TRANSFER_H_
#define AYNI_SERVICES_TRANSFER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace ayni::services {

// From the name's lookup to the answer's end.
inline constexpr absl::Duration kTransferMax = absl::Seconds(10);

inline constexpr size_t kAnswerBytesMax = 64 << 10;

struct Transferred {
  // Whether the other side took it.
  bool taken = false;
  // The last code that it answered with, of HTTP or SMTP; 0: it never came to that.
  int code = 0;
  // What else went wrong; empty where `code` says it.
  std::string error;
  // What it answered, of HTTP: the first kAnswerBytesMax of it.
  std::string answer;
};

// A GET of an address of http or https that whoever runs this server set: wherever it leads, but to no
// redirect. Taken: any 2xx.
Transferred Fetch(const std::string& url);

struct Post {
  std::string url;
  std::vector<std::string> headers;  // as in 'webhook-id: 1'
  std::string body;
  std::string type = "application/json";
  // Also http, and addresses that not everybody reaches. Without it the address that is connected to is
  // looked at, so that no name can lead elsewhere, and no redirect is followed either way.
  bool may_be_private = false;
};

// Taken: any 2xx.
Transferred SendPost(const Post& post);

struct Mail {
  std::string server;  // smtp://host:port or smtps://host:port
  std::string user;    // empty: none, and TLS of whoever it is where the server has it; else TLS, verified
  std::string password;
  std::string from;
  std::string to;
  std::string text;  // with its headers, and CRLF at the ends of lines
};

Transferred SendMail(const Mail& mail);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_TRANSFER_H_
