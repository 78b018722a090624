#include "services/resource/page.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/resource/check_name.h"
#include "services/resource/field_path.h"

namespace ayni::services {

Page::Page(std::string_view secret, int32_t page_size, const std::string& page_token, std::string list,
           const PageSizes& sizes, Violations* violations)
    : size_(page_size > 0 ? std::min(page_size, sizes.max) : sizes.preset), tokens_(secret, std::move(list)) {
  if (page_size < 0) {
    violations->Add(FieldPath() / "page_size", absl::StrCat("must not be negative, is ", page_size));
  }
  if (page_token.empty()) return;
  absl::optional<std::string> after = tokens_.Read(page_token);
  if (after.has_value()) {
    after_ = *std::move(after);
  } else {
    AddWrongToken(violations);
  }
}

void Page::AddWrongToken(Violations* violations) {
  violations->Add(
      FieldPath() / "page_token",
      "is not the next_page_token of a page of the same list: its other fields must be as they were; begin "
      "again without it");
}

absl::StatusOr<Page> ReadPageUnder(const ResourceType& parent_type, const std::string& parent,
                                   std::string_view secret, int32_t page_size, const std::string& page_token,
                                   std::string_view list) {
  Violations violations;
  CheckName(parent_type, parent, FieldPath() / "parent", &violations);
  const Page page(secret, page_size, page_token, absl::StrCat(std::string(list), "\n", parent), {},
                  &violations);
  if (!violations.empty()) return violations.ToStatus();
  return page;
}

}  // namespace ayni::services
