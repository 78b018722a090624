// Page tokens: where the next page of a list begins, bound to the list that it came from.
//
// A token holds the name after which to go on, so a page stays what it is while records come and go. The name
// may be that of a record that the caller may not see, so it is enciphered; and the token is refused by any
// other store, and with any other method, parent, filter or caller than those of the page before.
#ifndef AYNI_SERVICES_RESOURCE_PAGE_TOKEN_H_
#define AYNI_SERVICES_RESOURCE_PAGE_TOKEN_H_

#include <string>
#include <string_view>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace ayni::services {

// Holds what a list is of: every request field but page_size and page_token, and who asks where that matters.
//
// AES-256-SIV (RFC 5297) under a key of the store's secret: no token is made twice for two names, one name
// always makes the same, so that a page asked for again is the same bytes, also after a restart.
class PageTokens {
 public:
  // `list` is the method, parent, filter and the like, joined so that no two lists are alike. REQUIRES: it is
  // not empty.
  PageTokens(std::string_view secret, std::string list);

  // The token of the page that begins after `name`. REQUIRES: it is not empty.
  std::string After(absl::string_view name) const;
  // The name after which the page begins; nullopt where the token is not one of this list.
  absl::optional<std::string> Read(absl::string_view token) const;

 private:
  std::string key_;
  std::string list_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_PAGE_TOKEN_H_
