// Page: how much of a list a call asks for, and where it begins; what page_size and page_token of every list
// say.
#ifndef AYNI_SERVICES_RESOURCE_PAGE_H_
#define AYNI_SERVICES_RESOURCE_PAGE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/resource/page_token.h"
#include "services/resource/resource_type.h"
#include "services/resource/violations.h"

namespace ayni::services {

inline constexpr int kPageSizeDefault = 100;
inline constexpr int kPageSizeMax = 1000;
// Of the records of one page, unless one alone has more: half of what a gRPC client takes in a message where
// it is not told otherwise.
inline constexpr size_t kPageBytesMax = 2 << 20;
// Records that one page looks at. A page that reaches it ends there, though it holds fewer than were asked
// for.
inline constexpr int kPageRecordsMax = 20'000;

struct PageSizes {
  int preset = kPageSizeDefault;  // where none is asked for
  int max = kPageSizeMax;         // of any larger one
};

// Immutable.
class Page {
 public:
  // Adds what is wrong with the two fields. `secret` is the store's, and `list` what PageTokens take.
  Page(std::string_view secret, int32_t page_size, const std::string& page_token, std::string list,
       const PageSizes& sizes, Violations* violations);

  int size() const { return size_; }
  // The place after which the page begins; empty: at the first.
  const std::string& after() const { return after_; }
  // The token of the page after the one that ends at `place`.
  std::string TokenAfter(absl::string_view place) const { return tokens_.After(place); }

  // Of a token that is whole, and whose place is none of this list's.
  static void AddWrongToken(Violations* violations);

 private:
  int size_;
  std::string after_;
  PageTokens tokens_;
};

// A page of what stands under one parent, of a method of its own. InvalidArgument naming every field that is
// wrong: the parent, which must be a name of `parent_type`, and those of the page. `list` tells lists apart.
absl::StatusOr<Page> ReadPageUnder(const ResourceType& parent_type, const std::string& parent,
                                   std::string_view secret, int32_t page_size, const std::string& page_token,
                                   std::string_view list);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_PAGE_H_
