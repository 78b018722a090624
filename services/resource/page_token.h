// Page tokens: where the next page of a list begins, bound to the list that it came from.
//
// A token holds the name after which to go on, so a page stays what it is while records come and go. It is
// opaque to callers, and refused with any other method, parent, filter or caller than those of the page
// before.
#ifndef AYNI_SERVICES_RESOURCE_PAGE_TOKEN_H_
#define AYNI_SERVICES_RESOURCE_PAGE_TOKEN_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace ayni::services {

// Holds what a list is of: every request field but page_size and page_token, and who asks where that matters.
class PageTokens {
 public:
  // `list` is the method, parent, filter and the like, joined so that no two lists are alike.
  explicit PageTokens(std::string list) : list_(std::move(list)) {}

  // The token of the page that begins after `name`.
  std::string After(absl::string_view name) const;
  // The name after which the page begins; nullopt where the token is not one of this list.
  absl::optional<std::string> Read(absl::string_view token) const;

 private:
  std::string Tag(absl::string_view name) const;

  std::string list_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_PAGE_TOKEN_H_
